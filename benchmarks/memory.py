"""One child process of the benchmark: its peak memory in MB after loading the definitions, or after a large night.

    python -m benchmarks.memory load
    python -m benchmarks.memory night       (API_BASE_URL names a large site)

`night` materializes what extracts and publishes the stores.
"""

import resource
import sys

import dagster as dg

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def peak() -> float:
    """The largest resident size of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stores_job() -> dg.JobDefinition:
    """Extracts and publishes the stores, as a run worker would."""
    from mut_assets.definitions import ASSETS, build_definitions
    from mut_assets.environments import build_doors, read_settings
    from mut_assets.resources_page import resource_definitions

    settings = read_settings()
    job = dg.define_asset_job("stores", selection=["raw_tiendas", "vectorial_tiendas", "kb_dataset"])
    doors, executor = resource_definitions(build_doors(settings)), build_definitions(settings).executor
    whole = dg.Definitions(assets=ASSETS, jobs=[job], resources=doors, executor=executor)
    return whole.resolve_job_def("stores")


def main(kind: str) -> None:
    """Prints the peak, and for a night how many documents it published."""
    import mut_assets.definitions  # noqa: F401

    if kind == "load":
        print(f"{peak():.1f} 0")
        return
    with dg.DagsterInstance.get() as instance:
        job = dg.build_reconstructable_job("benchmarks.memory", "stores_job")
        with dg.execute_job(job, instance=instance, run_config=QUIET) as result:
            events = result.events_for_node("kb_dataset")
            [event] = [one for one in events if one.is_step_materialization]
            written = event.step_materialization_data.materialization.metadata["documents_written"].value
    print(f"{peak():.1f} {written}")


if __name__ == "__main__":
    main(sys.argv[1])
