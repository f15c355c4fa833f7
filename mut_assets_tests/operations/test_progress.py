"""Why a step failed, as the terminal and the alert read it from the errors in which Dagster wraps it."""

import dagster as dg
import pytest

from mut_assets.assets.reporting import reason
from mut_assets.operations.progress import reason_line


@dg.op
def explained() -> None:
    try:
        raise OSError("connection reset")
    except OSError as error:
        raise dg.Failure("MUT-X-101: It is broken.\nMend it.") from error


@dg.op
def defective() -> None:
    raise ValueError("no such column\nin this table")


@pytest.mark.parametrize(
    ("broken", "whole", "line"),
    [
        (explained, "MUT-X-101: It is broken.\nMend it.", "MUT-X-101: It is broken."),
        (defective, "ValueError: no such column", "ValueError: no such column"),
    ],
)
def test_the_platforms_own_message_or_the_innermost_cause(broken: dg.OpDefinition, whole: str, line: str) -> None:
    @dg.job
    def night() -> None:
        broken()

    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    result = night.execute_in_process(run_config=quiet, raise_on_error=False)
    [event] = [event for event in result.all_events if event.is_step_failure]
    assert (reason(event.step_failure_data.error), reason_line(event.step_failure_data.error)) == (whole, line)
