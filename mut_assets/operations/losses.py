"""`mut approve`, of what is served no more: a folder that the team took away itself is a loss to nobody.

What belongs here: showing it and asking. What does not: what a loss is (`domain/plans/serving.py`).
"""

from rich.console import Console
from rich.markup import escape

from mut_assets.domain.plans.serving import Proof, Verdict, verdict
from mut_assets.operations.asking import confirmed
from mut_assets.resources.bucket.publication_log import PublicationLog


def loss(decisions: PublicationLog, id: str) -> Proof | None:
    """The last proof if what it shows as lost has this id; else None. Raises MUT-STATE-001 for a newer release's."""
    proof = decisions.served.last()
    return proof if proof and proof.lost and proof.loss == id else None


def accept(decisions: PublicationLog, proof: Proof, yes: bool, console: Console) -> Verdict | None:
    """Shows what is lost, asks, and makes it the measure of later proofs; None when it was not meant.

    Raises MUT-RUN-011 where nobody can be asked and `yes` was not given.
    """
    for sentence in (*proof.losses, *proof.rows):
        console.print(escape(sentence), soft_wrap=True, highlight=False)
    if not confirmed(yes, "Is this meant?"):
        return None
    decisions.served.keep(proof.accepted)
    return verdict(decisions.last(), proof.accepted)
