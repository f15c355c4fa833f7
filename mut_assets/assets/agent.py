"""Stage six: the Bedrock agent, prepared so that it answers with what was ingested.

It stands in the graph in every environment; without an agent it says so and does nothing. Nothing depends on it.
"""

import dagster as dg


@dg.asset(
    group_name="agent",
    description="The Bedrock agent, prepared after an ingestion. This release prepares none, and says so.",
    deps=["bedrock_kb_ingestion"],
    kinds={"bedrock"},
)
def bedrock_agent() -> dg.MaterializeResult:
    """Says that there is no agent to prepare: the embedded index has none."""
    return dg.MaterializeResult(metadata={"status": "this release prepares no agent; nothing was done"})
