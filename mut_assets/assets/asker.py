"""Who began a run: read from the tags that Dagster and the `mut` command give it.

What belongs here: that. What does not: telling people (`announcements/`).
"""

from typing import NamedTuple

import dagster as dg
from dagster._core.storage.tags import SCHEDULE_NAME_TAG, SENSOR_NAME_TAG

USER = "mut/user"
"""Tag of the runs that a `mut` command executes: the account that called it."""


class Asker(NamedTuple):
    """What began a run (schedule, sensor, ui, terminal, resume), and the person's account where one is known."""

    by: str
    user: str = ""

    def __str__(self) -> str:
        return f"{self.by}, {self.user}" if self.user else self.by


def asker(run: dg.DagsterRun) -> Asker:
    """Who began a run. A repetition inherits the tags of what it repeats; one of a terminal's own has no origin."""
    here = run.remote_job_origin is None
    user = run.tags.get(USER, "") if here else ""
    if run.parent_run_id:
        return Asker("resume", user)
    if SCHEDULE_NAME_TAG in run.tags:
        return Asker("schedule")
    if SENSOR_NAME_TAG in run.tags:
        return Asker("sensor")
    return Asker("terminal" if here else "ui", user)
