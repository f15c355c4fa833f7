"""Executing a job in this process, with its progress on the terminal.

What belongs here: handing a job to Dagster as its own run worker does, and following it. What does not: what is done
before and after (`run.py`, `resume.py`), or the lines of the progress (`progress.py`).
"""

import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import dagster as dg
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from mut_assets.automation import AT_A_TERMINAL
from mut_assets.operations.progress import Progress, causes

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The progress lines say what happens; Dagster's own console log would drown them. The event log keeps it all."""


def job_of_the_environment(name: str) -> dg.JobDefinition:
    """A job by name, from the definitions of this environment: what Dagster calls when it reconstructs a run."""
    from mut_assets.definitions import defs

    return defs.resolve_job_def(name)


def execute(
    instance: dg.DagsterInstance,
    name: str,
    console: Console,
    config: Mapping[str, Any] | None = None,
    again: dg.ReexecutionOptions | None = None,
) -> tuple[str, list[str]]:
    """Executes a job; gives its run's id and why it failed (empty: it did not).

    Not `execute_in_process`: that keeps every table of the night in memory for its result.
    """
    token = str(uuid.uuid4())
    job = dg.build_reconstructable_job(__name__, "job_of_the_environment", reconstructable_args=(name,))
    console.print(f"[bold]{name}[/bold]")
    with (
        _shown(Progress(instance, {AT_A_TERMINAL: token}, console)),
        dg.execute_job(
            job,
            instance=instance,
            run_config={**(config or {}), **QUIET},
            tags={AT_A_TERMINAL: token},
            reexecution_options=again,
            raise_on_error=False,
        ) as result,
    ):
        return result.run_id, causes(instance, result.run_id)


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
