"""Applies the plans of a publication, one after the other, so that none waits for one that cannot be written.

What belongs here: what a failed write costs, and whom. What does not: carrying one plan out (`publisher.py`,
`resources/bucket/document_store.py`).
"""

from collections.abc import Callable, Sequence
from datetime import date

from mut_assets.domain.plans.outcome import Outcome
from mut_assets.publishing.gates import GateResult
from mut_assets.publishing.publisher import Proposal, Publisher
from mut_assets.resources.failures import Failure, TransientFailure


def apply_each(
    publisher: Publisher,
    proposals: Sequence[Proposal],
    today: date,
    check: Callable[[], None],
    gate: GateResult,
    last_try: bool,
) -> list[Outcome]:
    """The outcome of each proposal; a collection that cannot be written has failed by name, and the others go out.

    Raises what `check` raises, when the right to write is gone; a `TransientFailure`, which another try may not meet,
    unless this is the `last_try`; and the failure of a plan that was alone: if a person approved it, it still waits.
    """
    outcomes: list[Outcome] = []
    for proposal in proposals:
        refusals = gate.refusals(proposal.name)
        try:
            outcomes.append(publisher.apply(proposal, today, check, refusals, gate.notes))
        except Failure as failure:
            check()  # without the lease it is no collection's fault
            if len(proposals) == 1 or (isinstance(failure, TransientFailure) and not last_try):
                raise
            refused = bool(proposal.plan.refusals or refusals)
            outcomes.append(publisher.unwritten(proposal, today, failure, refused))
    return outcomes
