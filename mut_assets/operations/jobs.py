"""Executing a job in this process, with its progress on the terminal.

What belongs here: handing a job to Dagster as its own run worker does, and following it. What does not: what is done
before and after (`run.py`, `resume.py`), or the lines of the progress (`progress.py`).
"""

import getpass
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableRepository
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import SQLAlchemyError

from mut_assets.announcements.failed_runs import tell
from mut_assets.announcements.proved import beat
from mut_assets.assets.asker import USER
from mut_assets.automation import AT_A_TERMINAL
from mut_assets.environments import build_doors, read_settings
from mut_assets.operations.progress import Progress, causes
from mut_assets.resources.failures import Failure
from mut_assets.resources.ports import silent

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The progress lines say what happens; Dagster's own console log would drown them. The event log keeps it all."""


def execute(
    instance: dg.DagsterInstance,
    name: str,
    console: Console,
    config: Mapping[str, Any] | None = None,
    again: dg.ReexecutionOptions | None = None,
    tags: Mapping[str, str] | None = None,
) -> tuple[str, list[str]]:
    """Executes a job, tells people how it ended, and gives its run's id and why it failed (empty: it did not).

    Not `execute_in_process`: that keeps every table of the night in memory for its result.
    """
    token = str(uuid.uuid4())
    # As the code location gives it, by its name: only there Dagster's own job of all assets may be looked up.
    job = ReconstructableRepository.for_module("mut_assets.definitions", "defs").get_reconstructable_job(name)
    console.print(f"[bold]{name}[/bold]")
    with (
        _shown(Progress(instance, {AT_A_TERMINAL: token}, console)),
        dg.execute_job(
            job,
            instance=instance,
            run_config={**(config or {}), **QUIET},
            tags={**(tags or {}), **_user(), AT_A_TERMINAL: token},
            reexecution_options=again,
            raise_on_error=False,
        ) as result,
    ):
        run_id, failed = result.run_id, causes(instance, result.run_id)
    tell_people(instance, run_id, console)
    return run_id, failed


def tell_people(instance: dg.DagsterInstance, run_id: str, console: Console) -> None:
    """Tells people of a run that failed, and calls the heartbeat after one that proved what is served.

    Whoever is at the terminal reads there why it failed; what others could not be told here, the daemon tells them.
    """
    settings = read_settings()
    doors, run = build_doors(settings), instance.get_run_by_id(run_id)
    try:
        if run is not None and run.status is dg.DagsterRunStatus.FAILURE:
            tell(instance, [run], doors.alerts, doors.decisions, doors.clock, silent, settings.ui_url)
        beat(instance, doors.heartbeat, doors.clock)
    except Failure as failure:
        line = f"[yellow]not told[/yellow]  {escape(str(failure))} The daemon tries again."
        console.print(line, soft_wrap=True, highlight=False)


def _user() -> dict[str, str]:
    """Who calls the command, as a tag of the run; nothing where the account has no name, as in some containers."""
    with suppress(KeyError, OSError, ImportError):
        return {USER: getpass.getuser()}
    return {}


@contextmanager
def _shown(progress: Progress) -> Iterator[None]:
    """Prints a run's progress from another thread while the block executes it, and the rest at its end."""
    done = threading.Event()

    def watch() -> None:
        with suppress(OSError, SQLAlchemyError):  # a full disk, or nobody reads any more: said at the end, below
            while not done.wait(0.2):
                progress.show_new()

    thread = threading.Thread(target=watch, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        progress.show_new()
