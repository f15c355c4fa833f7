"""WHEN: the jobs, the nightly schedule, how fresh everything must be, and who is told when it is not.

What belongs here: times and triggers. What does not: what runs (`assets/`) or what is good (`checks.py`).
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg

from mut_assets.checks import freshness_result
from mut_assets.domain.plans.freshness import ages
from mut_assets.resources.alerts.sns import Alerts
from mut_assets.resources.alerts.spanish import in_spanish
from mut_assets.resources.bucket.publication_log import Decisions
from mut_assets.resources.clock import Clock
from mut_assets.timetable import TIMEZONE, Timetable

DAILY = "daily_refresh"
LATEST = "publish_latest"
AT_A_TERMINAL = "mut/terminal"
"""Tag of the runs that `mut run` started: it publishes the healthy collections itself."""


def jobs(timetable: Timetable) -> dict[str, Any]:
    """The two jobs by name: the whole night, and its second half over the newest good snapshots."""
    tags = {"dagster/max_runtime": str(timetable.timeout_minutes * 60)}
    return {
        DAILY: dg.define_asset_job(
            DAILY,
            selection=dg.AssetSelection.all(),
            tags=tags,
            description="The whole corridor: extract, prepare, publish, ingest, index, prepare the agent.",
        ),
        LATEST: dg.define_asset_job(
            LATEST,
            selection=dg.AssetSelection.assets("kb_dataset").downstream(),
            tags=tags,
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
    return [_announce_failure(), _publish_after_failure(by_name), _announce_stale()]


def _announce_failure() -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="announce_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Says what failed, why, and what visitors are answered from meanwhile.",
    )
    def announce_failure(
        context: dg.RunFailureSensorContext,
        alerts: dg.ResourceParam[Alerts],
        decisions: dg.ResourceParam[Decisions],
        clock: dg.ResourceParam[Clock],
    ) -> None:
        causes = [
            (event.step_key or "", _reason(event.step_failure_data.error))
            for event in context.get_step_failure_events()
        ] or [("", context.failure_event.message or "")]
        subject = f"MUT: falló {context.dagster_run.job_name} (ejecución {context.dagster_run.run_id[:8]})"
        alerts.announce(subject, failure_message(causes, _ages(decisions, clock)), context.log.error)

    return announce_failure


def failure_message(causes: Sequence[tuple[str, str]], served: Sequence[str]) -> str:
    """The alert in Spanish: what failed, what visitors see, what to do. `causes` are (step, English message).

    Each cause is said in Spanish first; the original message stands below it, for whoever has to mend it.
    """
    return "\n".join(
        [
            "Qué pasó:",
            *[line for step, message in causes for line in _cause(step, message)],
            "Qué ven los visitantes: lo último que se publicó bien.",
            *[f"- {line}" for line in served or ["todavía no se ha publicado nada"]],
            "Qué hacer: corrige la causa y, en la interfaz de Dagster, abre la ejecución y elige "
            "«Re-execute > From failure»; solo se repite lo que falló. Si se rechazó un plan y el cambio es correcto: "
            "`mut approve` con su identificador.",
        ]
    )


def _cause(step: str, message: str) -> list[str]:
    lines = message.strip().splitlines() or ["no reason was recorded"]
    said = in_spanish(message)
    return [f"- {step}: {said}" if step else f"- {said}", *[f"  {line}" for line in lines]]


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
            return
        yield dg.RunRequest(run_key=f"after-{run.run_id}", tags={"mut/after_failed_run": run.run_id})

    return publish_after_failure


def _announce_stale() -> dg.SensorDefinition:
    @dg.sensor(
        name="announce_stale",
        minimum_interval_seconds=300,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Says when an asset missed its deadline, or when what visitors are told has grown old.",
    )
    def announce_stale(
        context: dg.SensorEvaluationContext,
        alerts: dg.ResourceParam[Alerts],
        decisions: dg.ResourceParam[Decisions],
        clock: dg.ResourceParam[Clock],
    ) -> dg.SensorResult:
        late = _late_assets(context)
        publication = decisions.last()
        found = ages(publication.as_of if publication else {}, clock.now())
        old = [age.in_spanish() for age in found if age.stale]
        state = "|".join([*late, *(age.collection for age in found if age.stale)])
        if state == (context.cursor or ""):
            return dg.SensorResult(skip_reason="nothing new is late")
        if state:
            alerts.announce(
                "MUT: hay datos atrasados",
                stale_message(late, old or [age.in_spanish() for age in found]),
                context.log.error,
            )
        result = freshness_result(found)
        evaluation = dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey("bedrock_kb_ingestion"),
            check_name=str(result.check_name),
            passed=result.passed,
            metadata=result.metadata,
            severity=result.severity,
        )
        return dg.SensorResult(cursor=state, asset_events=[evaluation])

    return announce_stale


def stale_message(late: Sequence[str], served: Sequence[str]) -> str:
    """The alert in Spanish: which assets missed their deadline and how old the answers are."""
    return "\n".join(
        [
            "Qué pasó: no se actualizó a tiempo." if late else "Qué pasó: lo publicado envejeció.",
            *[f"- {name}: no se materializó antes de su plazo" for name in late],
            "Qué ven los visitantes:",
            *[f"- {line}" for line in served or ["todavía no se ha publicado nada"]],
            "Qué hacer: mira la última ejecución de daily_refresh; si no hay ninguna, "
            "revisa que el daemon esté andando.",
        ]
    )


def _late_assets(context: dg.SensorEvaluationContext) -> list[str]:
    definition = context.repository_def
    if definition is None:
        return []
    keys = list(definition.asset_graph.materializable_asset_keys)
    records = context.instance.get_freshness_state_records(keys)
    return sorted(
        key.to_user_string() for key, record in records.items() if record.freshness_state.value.upper() == "FAIL"
    )


def _ages(decisions: Decisions, clock: Clock) -> list[str]:
    publication = decisions.last()
    return [age.in_spanish() for age in ages(publication.as_of if publication else {}, clock.now())]


def _reason(error: Any) -> str:
    """The platform's own message, whole; else the first line of the innermost cause. Dagster wraps what was raised."""
    while error is not None and error.cause is not None and "MUT-" not in error.message:
        error = error.cause
    text = "" if error is None else error.message.strip()
    return text.split("Failure: ", 1)[-1] if "MUT-" in text else (text.splitlines() or [""])[0]
