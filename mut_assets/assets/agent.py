"""Stage six: the Bedrock agent, prepared so that it answers with what was ingested.

It stands in the graph in every environment; without an agent it says so and does nothing. Nothing depends on it.
"""

import dagster as dg

from mut_assets.assets.reporting import as_dagster_failures
from mut_assets.resources.failures import Retries
from mut_assets.resources.ports import Agent


@dg.asset(
    group_name="agent",
    description="The Bedrock agent, prepared after an ingestion that changed something. "
    "Without AGENT_ID there is none, and it says so.",
    deps=["bedrock_kb_ingestion"],
    kinds={"bedrock"},
)
def bedrock_agent(
    context: dg.AssetExecutionContext, agent: dg.ResourceParam[Agent], retries: dg.ResourceParam[Retries]
) -> dg.MaterializeResult[None]:
    """Prepares the agent where there is one and something was ingested since it was prepared."""
    with as_dagster_failures(context, retries):
        report = agent.prepare(context.log.info)
    return dg.MaterializeResult(
        metadata={
            "prepared": report.prepared,
            "status": report.status,
            "reason": report.reason,
            "version": report.version,
            "seconds": round(report.seconds, 3),
        }
    )
