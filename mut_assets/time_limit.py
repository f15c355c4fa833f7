"""How long a night may take in all: a run of the platform ends itself when its part of the night is over.

What belongs here: the parts, and ending. What does not: the setting (`timetable.py`), or what is started after a run
that failed (a sensor of `automation.py` under the daemon, `operations/run.py` at a terminal).

A thread in the run's own process ends that process: a step may hang where neither an exception nor a signal reaches it,
and what a run keeps outside of itself is made for being killed at any call. The daemon's own limit follows a minute
later, for a process in which not even threads run any more; a run that it ends, it would start again.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode

from mut_assets.automation import AFTER, LATEST, at_a_terminal
from mut_assets.resources.failures import PermanentFailure
from mut_assets.timetable import Timetable

DAEMON_LATER_SECONDS = 60
_IN_PROGRESS = "IN_PROGRESS"


def bounded_executor(timetable: Timetable) -> dg.ExecutorDefinition:
    """Executes the steps in the process of their run, within what is left of the night."""

    of_dagster = dg.in_process_executor
    create = of_dagster.executor_creation_fn
    assert create is not None

    def bounded(context: dg.InitExecutorContext) -> dg.Executor:
        return _Bounded(create(context), timetable)

    return dg.ExecutorDefinition(of_dagster.name, of_dagster.config_schema.as_field(), executor_creation_fn=bounded)


class _Bounded(dg.Executor):
    def __init__(self, steps: dg.Executor, timetable: Timetable) -> None:
        self._steps, self._timetable = steps, timetable

    @property
    def retries(self) -> RetryMode:
        return self._steps.retries

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        instance, run = plan_context.instance, plan_context.dagster_run
        seconds = seconds_left(instance, run, self._timetable)
        instance.add_run_tags(run.run_id, {"dagster/max_runtime": str(int(seconds + DAEMON_LATER_SECONDS))})
        with _ended_after(seconds, lambda: end(instance, run, self._timetable)):
            yield from self._steps.execute(plan_context, execution_plan)


def seconds_left(instance: dg.DagsterInstance, run: dg.DagsterRun, timetable: Timetable) -> float:
    """How long a run may take from now on; 0 when the time is over.

    A run that reads the site has the first half of `MUT_RUN_TIMEOUT_MINUTES`, a repetition by the daemon what is left
    of that. `publish_latest` has the whole, or after a failed run what that left: a quarter in any case, also when the
    time passed before it could start, because the machine was off. The healthy go out all the same.
    """
    whole = timetable.timeout_minutes * 60
    passed = time.time() - _began(instance, run)
    if run.job_name != LATEST:
        return max(0.0, whole / 2 - passed)
    return max(whole - passed, whole / 4)


def _began(instance: dg.DagsterInstance, run: dg.DagsterRun) -> float:
    """When the night of a run began. What a person starts or repeats begins anew; what the daemon repeats does not."""
    repeated = run.parent_run_id if "dagster/retry_number" in run.tags else None
    followed = run.tags.get(AFTER) if run.parent_run_id is None else None
    earlier = instance.get_run_by_id(repeated or followed or "")
    if earlier is not None:
        return _began(instance, earlier)
    record = instance.get_run_record_by_id(run.run_id)
    return (record.start_time if record else None) or time.time()


@contextmanager
def _ended_after(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """Calls `end` from another thread when the block takes longer than this."""
    done = threading.Event()

    def watch() -> None:
        if not done.wait(seconds):
            end()

    threading.Thread(target=watch, name="time limit", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def end(instance: dg.DagsterInstance, run: dg.DagsterRun, timetable: Timetable) -> None:
    """Marks a run as failed for having reached its limit, not to be repeated by itself, and ends this process.

    At a terminal the process becomes the command that tells so, and publishes what is healthy in what is left.
    """
    try:
        now = instance.get_run_by_id(run.run_id)
        if now is None or now.is_finished:  # ended by a person or the daemon already, and told
            return
        # Looked at by the daemon when the run fails: the run of a worker that died is repeated, this one is not.
        instance.add_run_tags(run.run_id, {"dagster/max_retries": "0"})
        stats = instance.get_run_step_stats(run.run_id)
        hanging = [step.step_key for step in stats if step.status is not None and step.status.value == _IN_PROGRESS]
        instance.report_run_failed(run, str(too_long(hanging, timetable)))
    finally:
        flushing = threading.Thread(target=sys.stdout.flush, daemon=True)  # hangs when nobody reads what is printed
        flushing.start()
        flushing.join(1)
        if at_a_terminal(run):
            os.execv(sys.executable, [sys.executable, "-m", "mut_assets.cli", "run", "--after", run.run_id])
        os._exit(1)


def too_long(hanging: list[str], timetable: Timetable) -> PermanentFailure:
    """Why a run was ended, in the middle of these steps."""
    where = f" in {' and '.join(hanging)}" if hanging else ""
    return PermanentFailure(
        "MUT-RUN-010",
        f"The run was ended{where}: its part of the {timetable.timeout_minutes:g} minutes of a night was over.",
        "What was published stays. See what takes so long with `mut doctor`, or give the night more time with "
        "MUT_RUN_TIMEOUT_MINUTES; then repeat it.",
    )
