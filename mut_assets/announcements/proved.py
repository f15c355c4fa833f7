"""That all is well is said by calling HEARTBEAT_URL, so that silence is noticed from outside."""

import dagster as dg

from mut_assets.announcements.failed_runs import ended, message_id
from mut_assets.domain.plans.freshness import LIMIT
from mut_assets.domain.plans.hold import in_force
from mut_assets.resources.alerts.outgoing import Heartbeat
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock

BEATEN = "mut/heartbeat"
PROOF = dg.AssetCheckKey(dg.AssetKey("bedrock_kb_ingestion"), "served_is_published")


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
    if (
        run is None
        or not run.dagster_run.is_finished
        or run.dagster_run.tags.get(BEATEN) == message_id(run.dagster_run)
    ):
        return False
    if clock.now() - ended(run) > LIMIT:
        return False
    heartbeat.beat()
    instance.add_run_tags(run.dagster_run.run_id, {BEATEN: message_id(run.dagster_run)})
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
