"""WHEN: the jobs, the nightly schedule, how fresh everything must be, and what follows a failed night.

What belongs here: times and triggers. What does not: what runs (`assets/`), what is good (`checks.py`), or who is told
(`announcements/`).
"""

from datetime import timedelta
from typing import Any

import dagster as dg
from dagster._core.storage.tags import RUN_FAILURE_REASON_TAG, WILL_RETRY_TAG

from mut_assets.assets.reporting import reason
from mut_assets.domain.collections import COLLECTIONS
from mut_assets.timetable import TIMEZONE, Timetable

DAILY = "daily_refresh"
LATEST = "publish_latest"
SELECTION = "__ASSET_JOB"
"""How Dagster calls the job of what was chosen in the UI, Materialize all among it."""
AT_A_TERMINAL = "mut/terminal"
"""Tag of the runs that a `mut` command executes."""
AFTER = "mut/after_failed_run"
"""Tag of the runs that publish what is healthy: the id of the run that failed."""
TABLES = frozenset(f"{stage}_{collection.name}" for stage in ("raw", "vectorial") for collection in COLLECTIONS)
"""The assets that are made before anything is published."""
JUDGEMENTS = ("MUT-KB-011", "MUT-EVAL-006")
"""With which a run ends red that published: what is served is not what it should be."""


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


def at_a_terminal(run: dg.DagsterRun) -> bool:
    """Whether a `mut` command executes it. Re-executed from the UI it keeps the tag, and has an origin."""
    return AT_A_TERMINAL in run.tags and run.remote_job_origin is None


def will_be_repeated(run: dg.DagsterRun) -> bool:
    """Whether Dagster is about to repeat a failed run by itself; it repeats none that it cannot load."""
    return run.tags.get(WILL_RETRY_TAG) == "true" and run.remote_job_origin is not None


def is_judged(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether a failed run did all that it could, and only what is served is not as it should be."""
    run = instance.get_run_by_id(run_id)
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    errors = [entry.dagster_event.step_failure_data.error for entry in entries if entry.dagster_event]
    ended_by_them = run is not None and run.tags.get(RUN_FAILURE_REASON_TAG) == "STEP_FAILURE"
    return ended_by_them and bool(errors) and all(reason(error).startswith(JUDGEMENTS) for error in errors)


def publish_after_failure(by_name: dict[str, Any]) -> dg.SensorDefinition:
    """What follows a failed run that would have published: a night, Materialize all, or a selection as far as that."""

    @dg.run_failure_sensor(
        name="publish_after_failure",
        request_job=by_name[LATEST],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="After a failed night, publishes the collections that are well. The failed run stays red.",
    )
    def publish_after_failure(context: dg.RunFailureSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        if at_a_terminal(run):
            return dg.SkipReason("`mut run` publishes the healthy collections itself")
        if will_be_repeated(run):
            return dg.SkipReason("Dagster repeats the run; what is healthy follows if that fails too")
        if is_judged(context.instance, run.run_id):
            return dg.SkipReason("it published, and what is served would be judged alike once more")
        if not _would_have_published(run):
            return dg.SkipReason(f"{run.job_name} was not to read its sources and to publish them")
        return dg.RunRequest(run_key=f"after-{run.run_id}", tags={AFTER: run.run_id})

    return publish_after_failure


def _would_have_published(run: dg.DagsterRun) -> bool:
    """Whether it was to make tables and to publish them: one that publishes only would do the same once more."""
    chosen = chosen_in(run)
    return run.job_name in (DAILY, SELECTION) and (not chosen or ("kb_dataset" in chosen and bool(TABLES & chosen)))


def chosen_in(run: dg.DagsterRun) -> set[str]:
    """The assets and checks that somebody chose for this run; none for a whole job."""
    return {key.to_user_string() for key in run.entity_selection or ()}
