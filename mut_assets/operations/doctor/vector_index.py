"""The platform's own vectors: the key, the index, its namespace, and the model that makes them."""

from collections.abc import Iterator

from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import Finding, failed, ok, rights, skipped
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources.failures import Failure
from mut_assets.resources.pinecone.index import PineconeIndex
from mut_assets.resources.ports import VectorIndex, silent

KEY = "Pinecone key"
INDEX = "Pinecone index"
NAMESPACE = "Pinecone namespace"
MODEL = "embedding model"


def examine(
    index: VectorIndex, embedder: TitanEmbedder, base: BedrockKnowledgeBase, aws: AwsAccount, signed_in: bool
) -> Iterator[Finding]:
    """Yields findings for key, index, namespace and model; each is asked even where another failed, if possible."""
    if not isinstance(index, PineconeIndex):
        unwanted = "no vector index is wanted: PINECONE_INDEX is empty"
        yield from (skipped(name, unwanted) for name in (KEY, INDEX, NAMESPACE, MODEL))
        return
    if not signed_in and index.key.source != "PINECONE_API_KEY":
        yield from (skipped(name, "the credentials cannot be used") for name in (KEY, INDEX, NAMESPACE))
    else:
        yield from _pinecone(index, embedder.dimensions, base, aws, signed_in)
    yield _model(embedder, aws) if signed_in else skipped(MODEL, "the credentials cannot be used")


def _pinecone(
    index: PineconeIndex, dimensions: int, base: BedrockKnowledgeBase, aws: AwsAccount, signed_in: bool
) -> Iterator[Finding]:
    try:
        index.key.get()
        yield ok(KEY, f"{index.key.source} holds one")
    except Failure as failure:
        yield failed(KEY, failure, *_way_out(failure, index.key, aws))
        yield from (skipped(name, "there is no key to ask with") for name in (INDEX, NAMESPACE))
        return
    try:
        yield from _ready(index, dimensions, base, signed_in)
    finally:
        index.close()


def _ready(index: PineconeIndex, dimensions: int, base: BedrockKnowledgeBase, signed_in: bool) -> Iterator[Finding]:
    try:
        index.ready(dimensions, None, silent)
        described = index.describe(dimensions)
    except Failure as failure:
        yield failed(INDEX, failure)
        yield skipped(NAMESPACE, "the index cannot be used")
        return
    yield ok(INDEX, f"{index.index} is ready: {described.dimension} dimensions, {described.metric}")
    yield _namespace(index, dimensions, base, signed_in)


def _namespace(index: PineconeIndex, dimensions: int, base: BedrockKnowledgeBase, signed_in: bool) -> Finding:
    try:
        taken = base.vector_store() if signed_in else None
    except Failure as failure:
        return skipped(NAMESPACE, f"the knowledge base does not say which namespace is its own ({failure.code})")
    try:
        index.ready(dimensions, taken, silent)
        count = len(index.vector_ids())
    except Failure as failure:
        # Whatever is set is taken, the default too.
        other = "mut-assets" if index.namespace != "mut-assets" else "mut-assets-vectors"
        return failed(NAMESPACE, failure, f"PINECONE_NAMESPACE={other}" if failure.code == "MUT-PC-006" else "")
    own = f"the knowledge base's is {taken[1] or '__default__'} at {taken[0]}" if taken else "nobody else's"
    return ok(NAMESPACE, f"{index.where} holds {count} vectors; {own}")


def _way_out(failure: Failure, key: PineconeKey, aws: AwsAccount) -> tuple[str, ...]:
    """Returns the commands that mend the secret. None shows its content."""
    if not failure.code.startswith("MUT-SEC-") or key.source == "PINECONE_API_KEY":
        return ()
    look = aws.command("secretsmanager", "get-secret-value", "--secret-id", key.secret_id, "--query", "Name")
    if failure.code == "MUT-SEC-002":
        secret = aws.arn("secretsmanager", f"secret:{key.secret_id}-*")
        return *rights(failure, secret, "secretsmanager:GetSecretValue"), look
    content = ("--secret-string", "file://key.json")
    mend = {
        "MUT-SEC-001": ("create-secret", "--name", key.secret_id, *content),
        "MUT-SEC-006": ("restore-secret", "--secret-id", key.secret_id),
    }
    words = mend.get(failure.code, ("put-secret-value", "--secret-id", key.secret_id, *content))
    return look, aws.command("secretsmanager", *words)


def _model(embedder: TitanEmbedder, aws: AwsAccount) -> Finding:
    try:
        made = embedder.embed_uncached("ping")
    except Failure as failure:
        model = aws.arn("bedrock", f"foundation-model/{embedder.model_id}", account="")
        return failed(MODEL, failure, *rights(failure, model, "bedrock:InvokeModel"))
    cost = f"about {made.dollars:.8f} dollars ({made.tokens} token{'' if made.tokens == 1 else 's'})"
    return ok(MODEL, f"{embedder.model_id} gives {len(made.vectors[0])} dimensions; asking it once cost {cost}")
