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


def main(kind: str) -> None:
    """Prints the peak, and for a night how many documents it published."""
    from mut_assets.definitions import defs

    if kind == "load":
        print(f"{peak():.1f} 0")
        return
    with dg.DagsterInstance.get() as instance:
        result = dg.materialize(
            [definition for definition in defs.assets or [] if isinstance(definition, dg.AssetsDefinition)],
            selection=["raw_tiendas", "vectorial_tiendas", "kb_dataset"],
            resources=dict(defs.resources or {}),
            instance=instance,
            run_config=QUIET,
        )
    materialization = result.asset_materializations_for_node("kb_dataset")[0]
    print(f"{peak():.1f} {materialization.metadata['documents_written'].value}")


if __name__ == "__main__":
    main(sys.argv[1])
