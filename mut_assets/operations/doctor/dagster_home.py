"""Dagster: its home and settings, the daemon that makes nights happen, the schedule, the last night.

Only looks: a home that nobody has used yet is neither made nor opened.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mut_assets.automation import DAILY
from mut_assets.environments import Settings
from mut_assets.operations.doctor.finding import Finding, command, error, ok, skipped, warning
from mut_assets.operations.shipped import shipped

HOME = "Dagster home"
MONITORING = "run monitoring"
DAEMON = "daemon"
SCHEDULE = "schedule and sensors"
NIGHT = "last night"
SILENT_SECONDS = 300
"""A daemon speaks every 30 seconds; Dagster itself waits half an hour before it worries."""
INSTIGATORS = (
    "every_night",
    "announce_failure",
    "publish_after_failure",
    "announce_stale",
    "announce_waiting",
    "heartbeat",
)


def examine(settings: Settings) -> Iterator[Finding]:
    """The home, and from its history the daemon, the schedule and the last night."""
    home = settings.dagster_home
    yield _home(settings)
    if not _used(home):
        yield from (skipped(name, "this home was never used") for name in (MONITORING, DAEMON, SCHEDULE, NIGHT))
        return
    try:
        with _opened(home) as instance:
            yield _monitoring(instance, home)
            yield daemon(instance.get_daemon_heartbeats(), instance.get_required_daemon_types(), settings, time.time())
            yield _schedule(instance, home)
            yield _night(instance)
    except Exception as trouble:  # noqa: BLE001  # Dagster, SQLAlchemy and YAML raise all kinds over damaged files
        reason = (str(trouble).strip() or type(trouble).__name__).splitlines()[0][:200]
        found = f"Dagster cannot open its home ({type(trouble).__name__}): {reason}"
        fix = "Mend its dagster.yaml, or put the repository's there:"
        yield error(MONITORING, found, fix, _install(home))


def _home(settings: Settings) -> Finding:
    home, ours = settings.dagster_home, shipped("dagster.yaml")
    installed = home / "dagster.yaml"
    if not home.exists():
        above = next(path for path in home.parents if path.exists())
        if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
            found = f"{home} is not there and cannot be made: {above} is no folder that may be written to"
            fix = "Give this user the right to write there, or choose another place:"
            return error(HOME, found, fix, f"MUT_HOME={Path.home() / 'mut'}")
        return ok(HOME, f"{home} is not there yet; `mut run` and `mut dev` make it")
    if not (home.is_dir() and os.access(home, os.W_OK | os.X_OK)):
        found = f"{home} is no folder that may be written to"
        fix = "Give this user the right to, or choose another one:"
        return error(HOME, found, fix, f"DAGSTER_HOME={Path.home() / 'mut' / 'dagster'}")
    if not installed.is_file():
        return ok(HOME, f"{home} has no dagster.yaml yet; `mut run` and `mut dev` put the repository's there")
    if installed.read_bytes() != ours.read_bytes():
        return warning(HOME, f"{installed} is not the repository's", "If that is not meant:", _install(home))
    return ok(HOME, f"{home}, with the repository's dagster.yaml")


def _install(home: Path) -> str:
    return command("cp", str(shipped("dagster.yaml")), str(home / "dagster.yaml"))


def _used(home: Path) -> bool:
    """Whether there is a history: Dagster's own files, or a database that its dagster.yaml names."""
    installed = home / "dagster.yaml"
    elsewhere = installed.is_file() and b"\nstorage:" in b"\n" + installed.read_bytes()
    return elsewhere or all((home / name).is_file() for name in ("history/runs.db", "schedules/schedules.db"))


@contextmanager
def _opened(home: Path) -> Iterator[Any]:
    """Its instance, once nobody is making its tables (see `opened_history`)."""
    import dagster as dg

    waiting = home / ".opening"
    if waiting.is_file():
        with waiting.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def _monitoring(instance: Any, home: Path) -> Finding:
    if not instance.run_monitoring_enabled:
        found = "off: a run that hangs would hang for ever, and nobody would be told"
        fix = "Switch it on in dagster.yaml (run_monitoring: enabled: true), or put the repository's there:"
        return error(MONITORING, found, fix, _install(home))
    return ok(MONITORING, "on: what hangs or dies is ended and announced")


def daemon(heartbeats: Any, required: Any, settings: Settings, now: float) -> Finding:
    """Whether the daemon lives. Where only the bundled site is read, nobody waits for a night, so none is missed."""
    silent = [name for name in required if name not in heartbeats or now - heartbeats[name].timestamp > SILENT_SECONDS]
    if not silent:
        return ok(DAEMON, "runs")
    ever = [beat.timestamp for beat in heartbeats.values()]
    last = f"; its last sign was {_ago(now - max(ever))} ago" if ever else ""
    if len(silent) < len(required):
        found = f"runs in part, silent: {', '.join(sorted(silent))}"
        return warning(DAEMON, found, "Look at its log, and start it again: mut dev")
    summary = f"does not run with this home{last}: no night starts by itself, and nobody is told of failures"
    if settings.bundled:
        return skipped(DAEMON, f"{summary}. For the bundled site that may be as you like", "mut dev")
    return warning(DAEMON, summary, "Start it here, or ignore this where another machine runs the nights:", "mut dev")


def _ago(seconds: float) -> str:
    return f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{seconds / 60:.0f} minutes"


def _schedule(instance: Any, home: Path) -> Finding:
    ours = [state for state in instance.all_instigator_state() if state.name in INSTIGATORS]
    stopped = sorted(state.name for state in ours if state.status.value == "STOPPED")
    if not stopped:
        return ok(SCHEDULE, f"{', '.join(INSTIGATORS)} are on")
    kinds = [(name, "schedule" if name == "every_night" else "sensor") for name in stopped]
    starts = [f"DAGSTER_HOME={home} {command('dagster', kind, 'start', name)}" for name, kind in kinds]
    found = f"somebody stopped {', '.join(stopped)}"
    fix = "Start it in the UI (Automation), or:"
    return warning(SCHEDULE, found, fix, *(f"{start} -w {shipped('workspace.yaml')}" for start in starts))


def _night(instance: Any) -> Finding:
    import dagster as dg

    records = instance.get_run_records(filters=dg.RunsFilter(job_name=DAILY), limit=1)
    if not records:
        return skipped(NIGHT, "there was none yet", "mut run")
    run, at = records[0].dagster_run, records[0].create_timestamp
    ended = "ended" if run.is_finished else "is"
    summary = f"run {run.run_id[:8]} of {at:%Y-%m-%d %H:%M} UTC {ended} {run.status.value}"
    if run.status is dg.DagsterRunStatus.FAILURE:
        return warning(NIGHT, summary, "Read why in the UI; once the cause is gone:", f"mut resume {run.run_id[:8]}")
    return ok(NIGHT, summary)
