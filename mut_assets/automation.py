"""WHEN: the jobs, the nightly schedule, how fresh everything must be, and who is told when it is not.

What belongs here: times and triggers. What does not: what runs (`assets/`), what is good (`checks.py`), or the words of
an alert (`resources/alerts/messages.py`).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from mut_assets.assets.reporting import reason
from mut_assets.checks import freshness_result
from mut_assets.domain.plans.freshness import Age, ages
from mut_assets.resources.alerts.messages import STALE_SUBJECT, failure_message, failure_subject, stale_message
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.ports import Alerts
from mut_assets.timetable import TIMEZONE, Timetable

DAILY = "daily_refresh"
LATEST = "publish_latest"
AT_A_TERMINAL = "mut/terminal"
"""Tag of the runs that `mut run` started: it publishes the healthy collections itself."""


def jobs() -> dict[str, Any]:
    """The two jobs by name: the whole night, and its second half over the newest good snapshots."""
    return {
        DAILY: dg.define_asset_job(
            DAILY,
            selection=dg.AssetSelection.all(),
            description="The whole corridor: extract, prepare, publish, ingest, index, prepare the agent.",
        ),
        LATEST: dg.define_asset_job(
            LATEST,
            selection=dg.AssetSelection.assets("kb_dataset").downstream(),
            description="Publishes the newest good snapshots: what is healthy does not wait for what is not.",
        ),
    }


def schedule(timetable: Timetable, job: Any) -> dg.ScheduleDefinition:
    """Every night in Santiago, across both changes of its clock; on by default."""
    return dg.ScheduleDefinition(
        name="every_night",
        job=job,
        cron_schedule=timetable.cron,
        execution_timezone=TIMEZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Runs {DAILY} once every night, by the clock of {TIMEZONE}.",
    )


def freshness_policy(timetable: Timetable) -> dg.FreshnessPolicy:
    """Every asset is materialized between an hour before the night's work and two hours after its start."""
    return dg.FreshnessPolicy.cron(
        deadline_cron=timetable.deadline(), lower_bound_delta=timedelta(hours=3), timezone=TIMEZONE
    )


def sensors(by_name: dict[str, Any]) -> list[dg.SensorDefinition]:
    """Everything that watches: failures, the healthy collections after a failure, and stale knowledge."""
    return [announce_failure, _publish_after_failure(by_name), announce_stale]


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Says what failed, why, and what visitors are answered from meanwhile.",
)
def announce_failure(
    context: dg.RunFailureSensorContext,
    alerts: dg.ResourceParam[Alerts],
    decisions: dg.ResourceParam[PublicationLog],
    clock: dg.ResourceParam[Clock],
) -> None:
    """Announces each failed run once."""
    run, events = context.dagster_run, context.get_step_failure_events()
    causes = [(event.step_key or "", reason(event.step_failure_data.error)) for event in events]
    served = [age.in_spanish() for age in _ages(decisions, clock)]
    message = failure_message(causes or [("", context.failure_event.message or "")], served)
    alerts.announce(failure_subject(run.job_name, run.run_id), message, context.log.error)


def _publish_after_failure(by_name: dict[str, Any]) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="publish_after_failure",
        monitored_jobs=[by_name[DAILY]],
        request_job=by_name[LATEST],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="After a failed night, publishes the collections that are well. The failed run stays red.",
    )
    def publish_after_failure(context: dg.RunFailureSensorContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        run = context.dagster_run
        if AT_A_TERMINAL in run.tags:
            yield dg.SkipReason("`mut run` publishes the healthy collections itself")
        else:
            yield dg.RunRequest(run_key=f"after-{run.run_id}", tags={"mut/after_failed_run": run.run_id})

    return publish_after_failure


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
    """Announces what is late when it is not what was late before."""
    late, served = _late_assets(context), _ages(decisions, clock)
    old = [age for age in served if age.stale]
    state = "|".join([*late, *(age.collection for age in old)])
    if state == (context.cursor or ""):
        return dg.SensorResult(skip_reason="nothing new is late")
    if state:
        message = stale_message(late, [age.in_spanish() for age in old or served])
        alerts.announce(STALE_SUBJECT, message, context.log.error)
    return dg.SensorResult(cursor=state, asset_events=[_freshness_evaluation(served)])


def _freshness_evaluation(served: list[Age]) -> dg.AssetCheckEvaluation:
    """The freshness check's result as an event that a sensor may report."""
    result = freshness_result(served)
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("bedrock_kb_ingestion"),
        check_name=str(result.check_name),
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


def _ages(decisions: PublicationLog, clock: Clock) -> list[Age]:
    """How old each published collection is, the oldest first."""
    publication = decisions.last()
    return ages(publication.snapshots_served if publication else {}, clock.now())
