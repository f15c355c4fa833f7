"""WHO IS TOLD: each failed run once, what waits for a person, what grew old, and that all is well.

What belongs here: whom a run is news to, how urgent it is, and what was told already. What does not: the words
(`resources/alerts/messages.py`), sending (`resources/alerts/`), when things run (`automation.py`).

Nothing of this is kept in the bucket, which may be what is down. A failed run was told when it carries the tag
`mut/told` with its own message id: the list of runs is the outbox, no restart loses it, a terminal and the daemon share
it. The tag is written once the topic took the message; a kill in between has it told twice, with one id. Dagster's own
run-failure sensor would lose what could not be sent: it moves its cursor even when its body raised.
"""

import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from multiprocessing.pool import ThreadPool
from typing import Any

import dagster as dg
from dagster._core.remote_origin import RemoteRepositoryOrigin
from dagster._core.storage.tags import (
    AUTO_RETRY_RUN_ID_TAG,
    RUN_FAILURE_REASON_TAG,
    SCHEDULED_EXECUTION_TIME_TAG,
    WILL_RETRY_TAG,
)

from mut_assets.assets.reporting import reason
from mut_assets.automation import (
    AFTER,
    DAILY,
    LATEST,
    SELECTION,
    TABLES,
    at_a_terminal,
    chosen_in,
    will_be_repeated,
)
from mut_assets.checks import FRESH, freshness_result
from mut_assets.domain.plans.freshness import LIMIT, Age
from mut_assets.domain.plans.hold import in_force
from mut_assets.domain.plans.outcome import Outcome, ages_of
from mut_assets.resources.alerts.messages import (
    UNDECIDED,
    FailedRun,
    failure_alert,
    stale_alert,
    undecided,
    waiting_alert,
)
from mut_assets.resources.alerts.outgoing import Heartbeat
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import MARKET_ZONE, Clock
from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.ports import Alerts, Log
from mut_assets.timetable import MORNING

TOLD = "mut/told"
BEATEN = "mut/heartbeat"
PROOF = dg.AssetCheckKey(dg.AssetKey("bedrock_kb_ingestion"), "served_is_published")
CAN_WAIT = ("raw_", "vectorial_", "everything_wanted_is_published", "questions_find_documents")
"""How the steps begin after whose failure visitors lose nothing: what was published last stays."""

READ_SECONDS = 15.0
"""How long an announcement waits for the bucket; a sensor's tick is given up after 60 s."""
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


def sensors(ui_url: str) -> list[dg.SensorDefinition]:
    """Everything that tells. `ui_url` is where people open the UI, or ""."""
    return [_announce_failure(ui_url), announce_waiting, announce_stale, heartbeat]


# --- failed runs ------------------------------------------------------------------------------------------------------


def _announce_failure(ui_url: str) -> dg.SensorDefinition:
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
        waiting = [_ended(record) for record in untold if record.dagster_run.run_id not in told]
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
    visitors = _visitors(decisions, clock) if first_ones else None
    give_up = time.monotonic() + TELLING_SECONDS
    for run in first_ones:
        group = [run, *(one for one in followers if one.tags[AFTER] == run.run_id)]
        failed = [_failed_run(instance, one, ui_url) for one in group]
        try:
            alerts.announce(failure_alert(_id(run), failed, visitors, _urgent(failed, visitors)), log)
        except Failure as failure:
            log(f"Not told yet of {failed[0].name} (run {run.run_id}): {failure}")
            untold = untold or failure
            if isinstance(failure, TransientFailure):
                break
            continue
        for one in group:
            instance.add_run_tags(one.run_id, {TOLD: _id(one)})
            told.add(one.run_id)
        if time.monotonic() > give_up:
            break
    if untold:
        raise untold
    return told


def _id(run: dg.DagsterRun) -> str:
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


def _ended(record: dg.RunRecord) -> datetime:
    return datetime.fromtimestamp(record.end_time, UTC) if record.end_time else record.update_timestamp


def _failed(instance: dg.DagsterInstance, since: datetime) -> list[dg.RunRecord]:
    """The failed runs that ended after `since` and are neither told nor repeated, in the order in which they began."""
    statuses = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    filters = dg.RunsFilter(statuses=statuses, updated_after=since)  # a tag that is added counts as an update
    return [
        record
        for record in instance.get_run_records(filters=filters, ascending=True)
        if _ended(record) > since and not _settled(instance, record.dagster_run)
    ]


def _settled(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether nobody has to be told: it was told, repeated, or stopped by a person.

    A repetition may inherit the tags of what it repeats, so each has to speak of this very run.
    """
    if run.tags.get(TOLD) == _id(run):
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
    run, passed = record.dagster_run, now - _ended(record)
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


def _failed_run(instance: dg.DagsterInstance, run: dg.DagsterRun, ui_url: str) -> FailedRun:
    causes = _recorded(instance, run, _STEP_FAILED)
    if not causes or run.tags.get(RUN_FAILURE_REASON_TAG) != "STEP_FAILURE":  # its worker died, or it took too long
        causes += [cause for cause in _recorded(instance, run, _RUN_FAILED) if cause not in causes]
    if at_a_terminal(run):
        repeat = f"repítela con `mut resume {run.run_id[:8]}`"
    else:
        repeat = "en la interfaz de Dagster, abre la ejecución y elige «Re-execute > From failure»"
    link = f"{ui_url}/runs/{run.run_id}" if ui_url else ""
    return FailedRun(run.run_id, _name(run), causes or [("", "")], repeat, link)


def _urgent(failed: Sequence[FailedRun], visitors: Sequence[Age] | None) -> bool:
    """Whether visitors lose something: what is published may not be served, is old, or nobody knows."""
    steps = [step for run in failed for step, _ in run.causes]
    return (
        visitors is None or any(age.stale for age in visitors) or not all(step.startswith(CAN_WAIT) for step in steps)
    )


def _name(run: dg.DagsterRun) -> str:
    """A run as a person would call it, in Spanish."""
    config: Any = run.run_config
    asked = config.get("ops", {}).get("kb_dataset", {}).get("config", {})
    scheduled, chosen = run.tags.get(SCHEDULED_EXECUTION_TIME_TAG), chosen_in(run)
    if AFTER in run.tags:
        name = f"la publicación de lo sano tras la ejecución {run.tags[AFTER][:8]}"
    elif wish := _wished(asked):
        name = f"`mut {wish}`"
    elif at_a_terminal(run) and run.job_name == DAILY:
        name = "`mut run`"
    elif scheduled:
        name = f"la noche del {datetime.fromisoformat(scheduled).astimezone(MARKET_ZONE):%Y-%m-%d}"
    elif run.job_name != SELECTION:
        name = run.job_name
    elif not chosen or chosen >= TABLES | {"kb_dataset"}:
        name = "«Materializar todo»"
    else:
        assets = [key for key in chosen if ":" not in key]
        name = f"la materialización de {', '.join(sorted(assets or chosen))}"
    return f"la repetición de {name}" if run.parent_run_id else name


def _wished(asked: Mapping[str, Any]) -> str:
    """The command that asks for the same, of a run that somebody asked something of; else ""."""
    for option in ("approve", "as_of"):
        if asked.get(option):
            return f"{'rollback' if option == 'as_of' else option} {asked[option]}"
    return "release" if asked.get("release") else ""


# --- what waits, and what is old --------------------------------------------------------------------------------------


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Says in the morning which records are set aside and which plans wait; a plan again every three days.",
)
def announce_waiting(
    context: dg.SensorEvaluationContext,
    alerts: dg.ResourceParam[Alerts],
    decisions: dg.ResourceParam[PublicationLog],
    clock: dg.ResourceParam[Clock],
) -> dg.SensorResult:
    """The cursor holds the day that was told last, what waited then, and since when each collection waits."""
    local = clock.now().astimezone(MARKET_ZONE)
    today, (looked, *known) = f"{local:%Y-%m-%d}", (context.cursor or "-").split()
    if local.time() < MORNING or looked == today:
        return dg.SensorResult(skip_reason="it is told in the morning, once a day")
    held, plans = _waiting(decisions)
    rollbacks = _rollbacks(decisions)
    waiting = sorted([*held, *plans, *rollbacks])
    began = dict(token.split("=", 1) for token in known if "=" in token)
    since = {outcome.collection: began.get(outcome.collection, today) for outcome in plans.values()}
    if set(waiting) - set(known) or any(_repeats(day, looked, today) for day in since.values()):
        lines = [undecided(outcome, since[outcome.collection], today) for outcome in plans.values()]
        alert = waiting_alert(f"waiting-{_digest(today, *waiting)}", list(held.values()), lines, [*rollbacks.values()])
        alerts.announce(alert, context.log.error)
    cursor = [today, *waiting, *(f"{collection}={day}" for collection, day in since.items())]
    return dg.SensorResult(cursor=" ".join(cursor), skip_reason=f"{len(waiting)} records and plans wait")


def _repeats(since: str, looked: str, today: str) -> bool:
    """Whether `UNDECIDED` more days have passed between two looks at what waits since a day."""
    passed, before = (date.fromisoformat(day) - date.fromisoformat(since) for day in (today, looked))
    return passed // UNDECIDED > before // UNDECIDED


def _waiting(decisions: PublicationLog) -> tuple[Mapping[str, str], Mapping[str, Outcome]]:
    """What is set aside, as lines, and which plans wait, by a key that stays while it waits."""
    publication, kept = decisions.last(), set(decisions.waiting())
    outcomes = publication.outcomes if publication else ()
    held = {
        _digest(outcome.collection, line.link or line.title): f"{outcome.collection}: {line.title}: {line.detail}"
        for outcome in outcomes
        for line in outcome.held_lines
    }
    return held, {outcome.plan: outcome for outcome in outcomes if outcome.plan in kept}


def _rollbacks(decisions: PublicationLog) -> Mapping[str, str]:
    """The rollbacks that are in force, each as a line, by a key that stays as long as it does."""
    publication = decisions.last()
    holds = publication.holds.items() if publication else ()
    return {_digest(name, hold.night, hold.since): f"{name}: {hold.in_spanish()}" for name, hold in holds}


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:12]


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Says when an asset missed its deadline, or when what visitors are told has grown old.",
)
def announce_stale(
    context: dg.SensorEvaluationContext,
    alerts: dg.ResourceParam[Alerts],
    decisions: dg.ResourceParam[PublicationLog],
    clock: dg.ResourceParam[Clock],
) -> dg.SensorResult:
    """Announces what is late when it is not what was late before; what cannot be read, when it could not twice."""
    noted = context.cursor or _NOTHING
    before = noted.removesuffix(_UNREAD_ONCE)
    late, visitors = _late_assets(context), _visitors(decisions, clock)
    old = [age for age in visitors or () if age.stale]
    state = "|".join([*late, *([] if visitors is not None else [_UNREADABLE]), *(age.collection for age in old)])
    state = state or _NOTHING  # Dagster takes no empty cursor
    if visitors is None and state != before == noted:
        return dg.SensorResult(cursor=before + _UNREAD_ONCE, skip_reason="what is published cannot be read")
    if state == before:
        return dg.SensorResult(cursor=before, skip_reason="nothing new is late")
    if state != _NOTHING:
        id = f"stale-{_digest(f'{clock.now():%Y-%m-%d}', state)}"
        alerts.announce(stale_alert(id, late, old or visitors, bool(old) or visitors is None), context.log.error)
    return dg.SensorResult(cursor=state, asset_events=[] if visitors is None else [_freshness_evaluation(visitors)])


_NOTHING, _UNREADABLE, _UNREAD_ONCE = "-", "state/publication.json", "?"
"""In the cursor, which names what is late and what is old."""


def _freshness_evaluation(visitors: list[Age]) -> dg.AssetCheckEvaluation:
    """The freshness check's result as an event that a sensor may report."""
    result = freshness_result(visitors)
    return dg.AssetCheckEvaluation(
        asset_key=FRESH.asset_key,
        check_name=FRESH.name,
        passed=result.passed,
        metadata=result.metadata,
        severity=result.severity,
    )


def _late_assets(context: dg.SensorEvaluationContext) -> list[str]:
    if context.repository_def is None:
        return []
    keys = list(context.repository_def.asset_graph.materializable_asset_keys)
    records = context.instance.get_freshness_state_records(keys).items()
    return sorted(key.to_user_string() for key, record in records if record.freshness_state.value.upper() == "FAIL")


def _visitors(decisions: PublicationLog, clock: Clock) -> list[Age] | None:
    """How old each published collection is, the oldest first; None where that cannot be read, whatever the reason."""

    def read() -> list[Age]:
        publication = decisions.last()
        return ages_of(publication, clock.now())

    with ThreadPool(1) as alone:  # whatever the bucket does, nobody waits longer to hear of a failure
        asked = alone.apply_async(read)
        asked.wait(READ_SECONDS)
        return asked.get() if asked.ready() and asked.successful() else None


# --- all is well ------------------------------------------------------------------------------------------------------


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Calls HEARTBEAT_URL once a run ended and what is served was proved in it.",
)
def heartbeat(
    context: dg.SensorEvaluationContext,
    heartbeat: dg.ResourceParam[Heartbeat],
    decisions: dg.ResourceParam[PublicationLog],
    clock: dg.ResourceParam[Clock],
) -> dg.SkipReason:
    """Raises MUT-OUT failures; the next tick calls again. A rollback is said, and silences nothing."""
    if not beat(context.instance, heartbeat, clock):
        return dg.SkipReason("nothing new was proved")
    last = decisions.last()
    return dg.SkipReason(" ".join(["called.", *(in_force(last.holds) if last else ())]))


def beat(instance: dg.DagsterInstance, heartbeat: Heartbeat, clock: Clock) -> bool:
    """Calls for the newest run that proved what is served, unless it was called for already or is long past."""
    run = _proved(instance) if heartbeat.url else None
    if run is None or not run.dagster_run.is_finished or run.dagster_run.tags.get(BEATEN) == _id(run.dagster_run):
        return False
    if clock.now() - _ended(run) > LIMIT:
        return False
    heartbeat.beat()
    instance.add_run_tags(run.dagster_run.run_id, {BEATEN: _id(run.dagster_run)})
    return True


def _proved(instance: dg.DagsterInstance) -> dg.RunRecord | None:
    """The run of the newest proof, if it passed. A warning names what no data source reads; the rest is served."""
    for record in instance.event_log_storage.get_asset_check_execution_history(PROOF, limit=20):
        found = record.evaluation
        if isinstance(found, dg.AssetCheckEvaluation):  # not one that is only planned
            return (
                instance.get_run_record_by_id(record.run_id)
                if found.passed or found.severity is dg.AssetCheckSeverity.WARN
                else None
            )
    return None
