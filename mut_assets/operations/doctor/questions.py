"""The golden questions: can the file be used, and may the knowledge base that serves be asked them.

What belongs here: one look at the file, one question. What does not: how good the answers are (`mut evaluate`).
"""

from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import Finding, failed, ok, rights, skipped
from mut_assets.publishing.gates import RetrievalGate
from mut_assets.resources.bedrock.retriever import BedrockRetriever
from mut_assets.resources.failures import Failure

NAME = "golden questions"
ASKING = "retrieval"
_PROBE = "horario"
"""A word that every other document has."""


def examine(gate: RetrievalGate) -> Finding:
    """The file of questions, where there is one. Broken, it ends a night red only where the gate blocks."""
    try:
        questions = gate.served.golden.questions()
    except Failure as failure:
        return failed(NAME, failure, warn=not gate.served.blocks)
    if not questions:
        found = "none about this site: retrieval is only watched by what is added or removed"
        fix = "Write a file of them (docs/operations.md has the columns), upload it, and name it:"
        return skipped(NAME, found, fix, "GOLDEN_QUESTIONS=raw/questions.csv")
    unanswerable = sum(not question.answerable for question in questions)
    summary = f"{len(questions)} in {gate.served.golden.where}, {unanswerable} of them without an answer"
    return ok(NAME, f"{summary}; RETRIEVAL_GATE={'block' if gate.served.blocks else 'warn'}")


def asking(gate: RetrievalGate, door: BedrockRetriever, aws: AwsAccount) -> Finding:
    """Asks one question, as a night does after an ingestion."""
    try:
        documents = door.search(_PROBE, 1)
    except Failure as failure:
        arn = aws.arn("bedrock", f"knowledge-base/{door.knowledge_base_id}")
        return failed(ASKING, failure, *rights(failure, arn, "bedrock:Retrieve"), warn=not gate.served.blocks)
    return ok(ASKING, f"{door.where} answers{'' if documents else ', with nothing yet'}; asked one word")
