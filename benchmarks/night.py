"""One child process of the benchmark: an unchanged night, or a job of trivial steps with the same imports.

    python -m benchmarks.night unchanged|trivial|bare STEPS

`unchanged` executes `daily_refresh` on the bundled site; `trivial` a job of STEPS steps that do nothing, after the
same imports; `bare` the same after importing Dagster alone. All use the Dagster home of the environment.
"""

import sys

import dagster as dg

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def trivial_definitions(steps: int) -> dg.Definitions:
    """A chain of assets that return nothing."""
    assets = []
    for number in range(steps):
        after = [f"step_{number - 1}"] if number else []

        @dg.asset(name=f"step_{number}", deps=after)
        def step() -> None:
            return None

        assets.append(step)
    job = dg.define_asset_job("night", selection=dg.AssetSelection.all())
    return dg.Definitions(assets=assets, jobs=[job], executor=dg.in_process_executor)


def execute(definitions: dg.Definitions, job: str) -> int:
    """Runs the job in this process and gives the number of its steps."""
    with dg.DagsterInstance.get() as instance:
        result = definitions.resolve_job_def(job).execute_in_process(instance=instance, run_config=QUIET)
        return len({event.step_key for event in result.all_events if event.step_key})


def main(kind: str, steps: int) -> None:
    """Prints how many steps were executed."""
    if kind == "bare":
        print(execute(trivial_definitions(steps), "night"))
        return
    from mut_assets.definitions import defs

    print(execute(defs, "daily_refresh") if kind == "unchanged" else execute(trivial_definitions(steps), "night"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
