"""What missed its deadline is told, and what visitors are told that has grown old."""

import dagster as dg

from mut_assets.announcements.digest import digest
from mut_assets.announcements.visitors import published_ages
from mut_assets.checks import FRESH, freshness_result
from mut_assets.domain.plans.freshness import Age
from mut_assets.resources.alerts.messages import stale_alert
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.ports import Alerts

_NOTHING, _UNREADABLE, _UNREAD_ONCE = "-", "state/publication.json", "?"
"""In the cursor, which names what is late and what is old."""


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
    late, visitors = _late_assets(context), published_ages(decisions, clock)
    old = [age for age in visitors or () if age.stale]
    state = "|".join([*late, *([] if visitors is not None else [_UNREADABLE]), *(age.collection for age in old)])
    state = state or _NOTHING  # Dagster takes no empty cursor
    if visitors is None and state != before == noted:
        return dg.SensorResult(cursor=before + _UNREAD_ONCE, skip_reason="what is published cannot be read")
    if state == before:
        return dg.SensorResult(cursor=before, skip_reason="nothing new is late")
    if state != _NOTHING:
        id = f"stale-{digest(f'{clock.now():%Y-%m-%d}', state)}"
        alerts.announce(stale_alert(id, late, old or visitors, bool(old) or visitors is None), context.log.error)
    return dg.SensorResult(cursor=state, asset_events=[] if visitors is None else [_freshness_evaluation(visitors)])


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
