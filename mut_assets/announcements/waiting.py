"""What waits for a person is told in the morning, and a plan that nobody decides again every three days."""

from collections.abc import Mapping
from datetime import date

import dagster as dg

from mut_assets.announcements.digest import digest
from mut_assets.domain.plans.outcome import Outcome
from mut_assets.resources.alerts.messages import UNDECIDED, undecided, waiting_alert
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import MARKET_ZONE, Clock
from mut_assets.resources.ports import Alerts
from mut_assets.timetable import MORNING


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
        alert = waiting_alert(f"waiting-{digest(today, *waiting)}", list(held.values()), lines, [*rollbacks.values()])
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
        digest(outcome.collection, line.link or line.title): f"{outcome.collection}: {line.title}: {line.detail}"
        for outcome in outcomes
        for line in outcome.held_lines
    }
    return held, {outcome.plan: outcome for outcome in outcomes if outcome.plan in kept}


def _rollbacks(decisions: PublicationLog) -> Mapping[str, str]:
    """The rollbacks that are in force, each as a line, by a key that stays as long as it does."""
    publication = decisions.last()
    holds = publication.holds.items() if publication else ()
    return {digest(name, hold.night, hold.since): f"{name}: {hold.in_spanish()}" for name, hold in holds}
