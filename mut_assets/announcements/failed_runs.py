"""Each failed run of the platform is told once, whoever started it.

The list of runs is the outbox: a failed run was told when it carries the tag `mut/told` with its own message id, no
restart loses it, and a terminal and the daemon share it. The tag is written once the topic took the message; a kill in
between has it told twice, with one id. Dagster's own run-failure sensor would lose what could not be sent: it moves its
cursor even when its body raised.
"""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.remote_origin import RemoteRepositoryOrigin
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, RUN_FAILURE_REASON_TAG, WILL_RETRY_TAG

from mut_assets.announcements.names import name_of
from mut_assets.announcements.visitors import published_ages
from mut_assets.assets.reporting import reason
from mut_assets.automation import AFTER, DAILY, LATEST, SELECTION, at_a_terminal, will_be_repeated
from mut_assets.domain.plans.freshness import Age
from mut_assets.resources.alerts.messages import FailedRun, failure_alert
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.ports import Alerts, Log

TOLD = "mut/told"
CAN_WAIT = ("raw_", "vectorial_", "everything_wanted_is_published", "questions_find_documents")
"""How the steps begin after whose failure visitors lose nothing: what was published last stays."""

TELLING_SECONDS = 15.0
"""How long one tick goes on telling; with the bucket, and a last message that takes its time, it ends within 60 s."""
SETTLING = timedelta(seconds=30)
"""How long a terminal has for telling by itself, and Dagster for noting whether it repeats a run."""
REPEATED_WITHIN = timedelta(minutes=10)
"""When a repetition that was promised and did not begin is no longer believed in."""
LOOK_BACK = timedelta(hours=1)
"""Clocks are put right, and a run may be noted a moment after its end; what is told carries its tag."""
FIRST_LOOK = timedelta(days=7)
"""How old a failure may be that is told when a daemon first looks at a home."""


def announce_failure_at(ui_url: str) -> dg.SensorDefinition:
    """The sensor that tells, with links to the UI at this address, or none for ""."""

    @dg.sensor(
        name="announce_failure",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Says what failed, why, and what visitors are answered from meanwhile: each failed run once.",
    )
    def announce_failure(
        context: dg.SensorEvaluationContext,
        alerts: dg.ResourceParam[Alerts],
        decisions: dg.ResourceParam[PublicationLog],
        clock: dg.ResourceParam[Clock],
    ) -> dg.SensorResult:
        now = clock.now()
        since = _since(context.cursor or "", now)
        here, name = context.code_location_origin, context.repository_name
        ours = RemoteRepositoryOrigin(here, name).get_label() if here and name else ""
        untold = [record for record in _failed(context.instance, since) if _of_the_platform(record.dagster_run, ours)]
        due = [record.dagster_run for record in untold if not _may_settle(context.instance, record, now)]
        told = tell(context.instance, due, alerts, decisions, clock, context.log.error, ui_url)
        waiting = [ended(record) for record in untold if record.dagster_run.run_id not in told]
        # A second earlier: what a cursor names is looked at again.
        cursor = max(since, min([*waiting, now - LOOK_BACK]) - timedelta(seconds=1))
        return dg.SensorResult(cursor=cursor.isoformat(), skip_reason=f"{len(told)} failed runs told")

    return announce_failure


def tell(
    instance: dg.DagsterInstance,
    runs: Sequence[dg.DagsterRun],
    alerts: Alerts,
    decisions: PublicationLog,
    clock: Clock,
    log: Log,
    ui_url: str,
) -> set[str]:
    """Tells of failed runs in this order for `TELLING_SECONDS`, notes each as told, and returns the ids of those.

    A run that was to publish what is healthy is told with the one that failed before it. Raises the first `Failure`
    when some could not be told: of the others after it those are tried too, unless what failed is the channel.
    """
    told: set[str] = set()
    untold: Failure | None = None
    ids = {run.run_id for run in runs}
    followers = [run for run in runs if run.tags.get(AFTER) in ids]
    first_ones = [run for run in runs if run not in followers]
    visitors = published_ages(decisions, clock) if first_ones else None
    give_up = time.monotonic() + TELLING_SECONDS
    for run in first_ones:
        group = [run, *(one for one in followers if one.tags[AFTER] == run.run_id)]
        failed = [failed_run(instance, one, ui_url) for one in group]
        try:
            alerts.announce(failure_alert(message_id(run), failed, visitors, _urgent(failed, visitors)), log)
        except Failure as failure:
            log(f"Not told yet of {failed[0].name} (run {run.run_id}): {failure}")
            untold = untold or failure
            if isinstance(failure, TransientFailure):
                break
            continue
        for one in group:
            instance.add_run_tags(one.run_id, {TOLD: message_id(one)})
            told.add(one.run_id)
        if time.monotonic() > give_up:
            break
    if untold:
        raise untold
    return told


def message_id(run: dg.DagsterRun) -> str:
    """The id of the message about this run: the topic and the tag know it by that."""
    return f"run-{run.run_id}"


def _since(cursor: str, now: datetime) -> datetime:
    """The end of the earliest run that may have to be told.

    The cursor of the run-failure sensor that this one replaces holds the instant of the last failure that it met.
    """
    noted = re.search(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", cursor)
    if noted is None:
        return now - FIRST_LOOK
    since = datetime.fromisoformat(noted.group())
    return since if since <= now else now - LOOK_BACK  # the clock was wrong then


def ended(record: dg.RunRecord) -> datetime:
    """When the run ended, or was last heard of where that was not noted."""
    return datetime.fromtimestamp(record.end_time, UTC) if record.end_time else record.update_timestamp


def _failed(instance: dg.DagsterInstance, since: datetime) -> list[dg.RunRecord]:
    """The failed runs that ended after `since` and are neither told nor repeated, in the order in which they began."""
    statuses = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    filters = dg.RunsFilter(statuses=statuses, updated_after=since)  # a tag that is added counts as an update
    return [
        record
        for record in instance.get_run_records(filters=filters, ascending=True)
        if ended(record) > since and not _settled(instance, record.dagster_run)
    ]


def _settled(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether nobody has to be told: it was told, repeated, or stopped by a person.

    A repetition may inherit the tags of what it repeats, so each has to speak of this very run.
    """
    if run.tags.get(TOLD) == message_id(run):
        return True
    if run.tags.get(AUTO_RETRY_RUN_ID_TAG):
        repeated = instance.get_run_by_id(run.tags[AUTO_RETRY_RUN_ID_TAG])
        return repeated is not None and repeated.parent_run_id == run.run_id
    # A run that the daemon ended may still call itself canceled while it stops.
    return run.status is dg.DagsterRunStatus.CANCELED and not _recorded(instance, run, _RUN_FAILED)


def _of_the_platform(run: dg.DagsterRun, ours: str) -> bool:
    if run.remote_job_origin is None:  # nobody's code location: executed at a terminal
        return run.job_name in (DAILY, LATEST, SELECTION)
    return not ours or run.remote_job_origin.repository_origin.get_label() == ours


def _may_settle(instance: dg.DagsterInstance, record: dg.RunRecord, now: datetime) -> bool:
    """Whether it is too early to tell: a terminal is about to, or Dagster repeats the run or does not know yet."""
    run, passed = record.dagster_run, now - ended(record)
    undecided = instance.run_retries_enabled and WILL_RETRY_TAG not in run.tags
    if at_a_terminal(run) or undecided:
        return passed < SETTLING
    return will_be_repeated(run) and passed < REPEATED_WITHIN


_STEP_FAILED, _RUN_FAILED = dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE


def _recorded(instance: dg.DagsterInstance, run: dg.DagsterRun, kind: dg.DagsterEventType) -> list[tuple[str, str]]:
    """What a run recorded of a kind, as (step, message); that its record is damaged, as a full disk may leave it."""
    try:
        entries = instance.all_logs(run.run_id, of_type=kind)
    except Exception as error:  # noqa: BLE001  # whatever the storage raises: the run is told all the same
        return [("", f"what the run recorded cannot be read: {str(error).splitlines()[0]}")]
    events = [entry.dagster_event for entry in entries if entry.dagster_event is not None]
    if kind is _STEP_FAILED:
        return [(event.step_key or "", reason(event.step_failure_data.error)) for event in events]
    return [("", event.message or "") for event in events]


def failed_run(instance: dg.DagsterInstance, run: dg.DagsterRun, ui_url: str) -> FailedRun:
    """What is told of a failed run: its name, its causes and how it is repeated."""
    causes = _recorded(instance, run, _STEP_FAILED)
    if not causes or run.tags.get(RUN_FAILURE_REASON_TAG) != "STEP_FAILURE":  # its worker died, or it took too long
        causes += [cause for cause in _recorded(instance, run, _RUN_FAILED) if cause not in causes]
    if at_a_terminal(run):
        repeat = f"repítela con `mut resume {run.run_id[:8]}`"
    else:
        repeat = "en la interfaz de Dagster, abre la ejecución y elige «Re-execute > From failure»"
    link = f"{ui_url}/runs/{run.run_id}" if ui_url else ""
    return FailedRun(run.run_id, name_of(run), causes or [("", "")], repeat, link)


def _urgent(failed: Sequence[FailedRun], visitors: Sequence[Age] | None) -> bool:
    """Whether visitors lose something: what is published may not be served, is old, or nobody knows."""
    steps = [step for run in failed for step, _ in run.causes]
    return (
        visitors is None or any(age.stale for age in visitors) or not all(step.startswith(CAN_WAIT) for step in steps)
    )
