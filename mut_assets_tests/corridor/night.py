"""One night in a process of its own, without the terminal: what `account.py` forks."""

import os
import sys
import warnings
from collections.abc import Mapping

import dagster as dg

from mut_assets.definitions import build_definitions
from mut_assets.environments import read_settings

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def night(environment: Mapping[str, str], job: str) -> None:
    """Executes a job with these variables alone; the exit status says whether it succeeded."""
    os.environ.clear()
    os.environ.update(environment)
    warnings.simplefilter("ignore")
    with dg.DagsterInstance.ephemeral() as instance:
        definition = build_definitions(read_settings()).resolve_job_def(job)
        result = definition.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
        if not result.success:
            for event in result.all_events:
                if event.is_step_failure:
                    print(event.step_key, event.step_failure_data.error, file=sys.stderr)
    sys.exit(not result.success)
