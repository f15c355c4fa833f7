"""The knowledge base, the data source of each folder, its chunks and its last job; and whether documents fit all that.

What belongs here: asking and comparing. What does not: which data source reads which folder, and the limits
(`domain/ingestion/data_sources.py`, `domain/documents/limits.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from mut_assets.domain.documents import limits
from mut_assets.domain.documents.limits import DocumentSize, tokens
from mut_assets.domain.ingestion.data_sources import FOLDERS, Coverage, DataSource, cover, create_command
from mut_assets.domain.ingestion.jobs import Job, sentences
from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import Finding, error, failed, listed, mended, ok, rights, skipped, warning
from mut_assets.resources.bedrock import failures as bedrock_failures
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.failures import DENIED, Failure

NAME = "knowledge base"
SOURCES = "data sources"
FIT = "documents"
STORE = "vector store"
READ_AT_MOST = 200
"""Of the documents whose bytes leave open whether their characters fit a chunk, the largest ones."""
IN_FLIGHT = 8


def examine(door: BedrockKnowledgeBase, aws: AwsAccount) -> Iterator[Finding]:
    """Yields findings for the knowledge base, then for its data sources and documents, as far as it answers."""
    described: Mapping[str, Any] = {}
    arn = aws.arn("bedrock", f"knowledge-base/{door.knowledge_base_id}")
    try:
        described = door.description()
        yield finding_for(door, described)
    except Failure as failure:
        yield failed(NAME, failure, *rights(failure, arn, "bedrock:GetKnowledgeBase"))
        if failure.code not in DENIED:
            yield from (skipped(name, "the knowledge base cannot be asked") for name in (SOURCES, FIT))
            return
    try:
        bucket = door.bucket_name
    except Failure as failure:
        yield failed(SOURCES, failure)
        yield skipped(FIT, "there is no bucket to ask")
        return
    try:
        sizes = {entry.key.removeprefix(door.prefix): entry.size for entry in door.listing().objects}
        documents = limits.document_sizes(sizes)
    except Failure as failure:
        documents = None
        yield skipped(FIT, f"the bucket does not list them ({failure.code})")
    try:
        sources = door.data_sources()
    except Failure as failure:
        sources = None
        allow = rights(failure, arn, "bedrock:ListDataSources", "bedrock:GetDataSource")
        yield failed(SOURCES, failure, *allow, door.address.command("list-data-sources"))
    if sources is not None:
        yield from _of_the_sources(door, cover(sources, bucket, door.prefix), documents, aws)
    if documents is not None:
        whole = sources is None or any(_strategy(source) == "NONE" for source in sources)
        yield fitting(documents, f"{bucket}/{door.prefix}", whole and on_pinecone(described))
        yield from of_the_store(str((described.get("storageConfiguration") or {}).get("type", "")), documents)


def _of_the_sources(
    door: BedrockKnowledgeBase, coverage: Coverage, documents: Sequence[DocumentSize] | None, aws: AwsAccount
) -> Iterator[Finding]:
    yield from _folders(door, coverage, aws)
    readers = [", ".join(folders) for folders in coverage.served.values()]
    for source, folders in coverage.served.items():
        label = ", ".join(folders)
        label += f" ({source.id})" if readers.count(label) > 1 else ""
        ours = None if documents is None else [size for size in documents if size.key.split("/")[0] in folders]
        measured = longest(door, source, ours or ())
        yield replace(chunking(door, source, folders, ours, measured, aws), name=f"chunking: {label}")
        yield replace(_last_job(door, source, folders, aws), name=f"last ingestion: {label}")


def on_pinecone(described: Mapping[str, Any]) -> bool:
    """Whether its vectors are in Pinecone; assumed where it could not be asked."""
    storage = described.get("storageConfiguration") or {}
    return not storage or bool(storage.get("pineconeConfiguration"))


def of_the_store(kind: str, documents: Sequence[DocumentSize]) -> Iterator[Finding]:
    """What a store other than Pinecone asks for beside Bedrock's own limits; nothing for the others.

    What only its own index could tell is a warning where somebody has to have made that index rightly. Sources: S3
    Vectors' user guide, limitations; Bedrock's user guide, knowledge-base-setup (Aurora's columns, OpenSearch's
    engine; CreateKnowledgeBase refuses another engine on Serverless since 2024, and older ones may have nmslib); AWS
    re:Post on managed clusters ("Rewrite first").
    """
    broken = limits.too_large_for_s3_vectors(documents) if kind == "S3_VECTORS" else []
    if broken:
        found = f"S3 Vectors keeps at most 2 KB of metadata to filter by, and more may stand in {len(broken)}: "
        fix = "Shorten these entries at their source, or keep the knowledge base in another store; others are served."
        yield warning(STORE, found + listed(broken), fix)
    if kind == "RDS":
        found = "Aurora filters by a metadata field only where the table has a column of its name"
        fix = "Compare the columns with the fields of a document's .metadata.json; one without a column is ignored."
        yield warning(STORE, found, fix)
    if kind == "OPENSEARCH_SERVERLESS":
        yield ok(STORE, "OpenSearch filters by metadata where its index has the engine faiss, as every new one has")
    if kind == "OPENSEARCH_MANAGED_CLUSTER":
        found = (
            "OpenSearch filters by metadata only where its index has the engine faiss, and the field is text with a "
            "keyword below it"
        )
        fix = "Compare its mapping with the fields of a document's .metadata.json; another engine takes a new index."
        yield warning(STORE, found, fix)


def finding_for(door: BedrockKnowledgeBase, described: Mapping[str, Any]) -> Finding:
    """Returns the finding for the knowledge base's description."""
    kind = str((described.get("knowledgeBaseConfiguration") or {}).get("type", ""))
    status = str(described.get("status", ""))
    look = door.address.command("get-knowledge-base")
    if kind != "VECTOR":
        return failed(NAME, bedrock_failures.wrong_kind(door.address, kind), look)
    if status in ("CREATING", "UPDATING"):
        return failed(NAME, bedrock_failures.being_changed(door.address, status), look, warn=True)
    if status != "ACTIVE":
        reasons = sentences(described.get("failureReasons") or ())
        return failed(NAME, bedrock_failures.unusable(door.address, status, reasons), look)
    storage = described.get("storageConfiguration") or {}
    pinecone = storage.get("pineconeConfiguration") or {}
    where = f" at {pinecone.get('connectionString')}, namespace {pinecone.get('namespace') or '__default__'}"
    stored = f"{storage.get('type', 'a store of its own')}{where if pinecone else ''}"
    return ok(NAME, f"{door.knowledge_base_id} is {status}, {kind}, stored in {stored}")


def _folders(door: BedrockKnowledgeBase, coverage: Coverage, aws: AwsAccount) -> Iterator[Finding]:
    if not coverage.served and not coverage.clashes:
        commands = [_creation(door, folder, aws) for folder in coverage.unserved]
        compare = f"Compare S3_BUCKET_NAME and S3_DATASET_PREFIX ({door.address.dataset}) with these, or create them:"
        failure = bedrock_failures.unread(door.address, coverage.ignored, commands)
        yield mended(SOURCES, failure, compare, door.address.command("list-data-sources"), *commands)
        return
    for folder in FOLDERS:
        if folder in coverage.clashes:
            sources = coverage.clashes[folder]
            deletions = [door.address.command("delete-data-source", source.id) for source in sources[1:]]
            failure = bedrock_failures.clash(door.address, {folder: sources})
            yield mended(_named(folder), failure, "Keep one, and delete the others, for example:", *deletions)
        elif folder in coverage.unserved:
            yield warning(
                _named(folder),
                f"published, not served: no data source of {door.knowledge_base_id} reads {door.prefix}{folder}/",
                "See what is there, then create it; the next night ingests the folder:",
                door.address.command("list-data-sources"),
                _creation(door, folder, aws),
            )
        else:
            [source] = [source for source, folders in coverage.served.items() if folder in folders]
            yield ok(_named(folder), f"{source}, {source.status}, dataDeletionPolicy {source.deletion_policy}")


def _creation(door: BedrockKnowledgeBase, folder: str, aws: AwsAccount) -> str:
    return create_command(door.knowledge_base_id, folder, door.bucket_name, door.prefix, aws.region)


def _named(folder: str) -> str:
    return f"data source: {folder}"


def longest(door: BedrockKnowledgeBase, source: DataSource, documents: Sequence[DocumentSize]) -> tuple[int, str, int]:
    """(tokens of the longest document, its key, how many exceed the chunk). Reads only what bytes leave open."""
    limit = _limit(source)
    open_ones = [document for document in documents if limit and tokens(document.body) > limit]
    largest = sorted(open_ones or documents, key=lambda document: -document.body)[: READ_AT_MOST if open_ones else 1]

    def lengths(document: DocumentSize) -> tuple[int, str]:
        try:
            return tokens(len(door.bucket.get(door.prefix + document.key).decode("utf-8", "replace"))), document.key
        except (KeyError, Failure):  # gone meanwhile, or unreadable: the bucket's own examination says so
            return tokens(document.body), document.key

    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        measured = sorted(pool.map(lengths, largest), reverse=True)
    return (*measured[0], sum(bool(limit) and count > limit for count, _ in measured)) if measured else (0, "", 0)


def chunking(
    door: BedrockKnowledgeBase,
    source: DataSource,
    folders: Sequence[str],
    documents: Sequence[DocumentSize] | None,
    measured: tuple[int, str, int],
    aws: AwsAccount,
) -> Finding:
    """Whether every document stays one chunk. The strategy of a data source can never be changed."""
    name = f"chunking: {', '.join(folders)}"
    count, key, over = measured
    strategy, limit = _strategy(source), _limit(source)
    chunks = f"{strategy}, {limit} tokens" if strategy == "FIXED_SIZE" else strategy
    length = "nothing is published" if documents is not None else "how long documents are is not known"
    if key:
        length = f"the longest document, {key}, has about {count} tokens (characters / 4)"
    if limit and not over:
        return ok(name, f"{chunks}: every document {'is' if strategy == 'NONE' else 'fits'} one chunk; {length}")
    if strategy == "NONE":
        found = f"{chunks}, and {over} documents exceed the {limit} tokens of the model; {length}"
        fix = "Shorten these entries at their source: Titan Text Embeddings V2 takes no more at once."
        return warning(name, found, fix)
    cut = f"{over} of {len(documents or ())} documents are cut" if limit else "documents are cut by it"
    return warning(
        name,
        f"{chunks}: {cut}; {length}. This cannot be changed later, only by another data source",
        "Answers keep coming from parts of documents. To have each document whole, at an hour when visitors can do "
        "without this folder (between these commands and the next ingestion it is not served):",
        door.address.command("delete-data-source", source.id),
        *(_creation(door, folder, aws) for folder in folders),
    )


def _strategy(source: DataSource) -> str:
    return source.chunking or "FIXED_SIZE"


def _limit(source: DataSource) -> int:
    """The most tokens of a document that is not cut; 0 for strategies without such a limit."""
    most = {"NONE": limits.MOST_TOKENS, "FIXED_SIZE": source.chunk_tokens or limits.DEFAULT_CHUNK}
    return most.get(_strategy(source), 0)


def _last_job(door: BedrockKnowledgeBase, source: DataSource, folders: Sequence[str], aws: AwsAccount) -> Finding:
    name = f"last ingestion: {', '.join(folders)}"
    history = door.address.command("list-ingestion-jobs", source.id)
    try:
        newest = next(iter(door.jobs.newest(source.id)), None)
        job = door.jobs.again(newest) if newest and (newest.status == "FAILED" or newest.statistics.failed) else newest
    except Failure as failure:
        arn = aws.arn("bedrock", f"knowledge-base/{door.knowledge_base_id}")
        allow = rights(failure, arn, "bedrock:ListIngestionJobs", "bedrock:GetIngestionJob")
        return failed(name, failure, *allow, history)
    return finding_for_job(door, name, job, history)


def finding_for_job(door: BedrockKnowledgeBase, name: str, job: Job | None, history: str) -> Finding:
    """Returns the finding for the last job of a data source; `history` is the command that lists its jobs."""
    if job is None:
        return ok(name, "never yet; the first night does it")
    when = f"job {job.id} of {job.started:%Y-%m-%d %H:%M} UTC"
    counts = f"{job.statistics.scanned} scanned, {job.statistics.changed} changed, {job.statistics.failed} failed"
    reasons = f": {listed(job.reasons, 3)}" if job.reasons else ""
    if job.status == "FAILED":
        failure = bedrock_failures.job_failed(door.address, name.partition(": ")[2], job)
        fix = "What was served before still is. Mend the reason; the next night ingests again. The sync history:"
        return mended(name, failure, fix, history)
    if job.status == "STOPPED":
        return warning(name, f"{when} was stopped", "The next night ingests again. The sync history:", history)
    if job.statistics.failed:
        found = f"{when} is {job.status}, {counts}{reasons}"
        fix = "These documents are not served, or in an older version. Mend them at their source; the sync history:"
        return warning(name, found, fix, history)
    return ok(name, f"{when} is {job.status}, {counts}")


def fitting(documents: Sequence[DocumentSize], root: str, whole_in_pinecone: bool) -> Finding:
    """Returns the finding for the sizes of the published documents. `root` is `bucket/prefix`."""
    broken = limits.too_large(documents, whole_in_pinecone)
    if broken:
        violations = "; ".join(f"{rule}: {listed(keys)}" for rule, keys in broken.items())
        found = f"an ingestion cannot take in {violations}"
        fix = "Shorten these entries at their source; a document that does not fit fails, the others are served."
        return error(FIT, found, fix)
    addresses = limits.too_long(documents, root)
    if addresses:
        return warning(
            FIT,
            f"{len(addresses)} of {len(documents)} addresses {root}… have more than the {limits.LONGEST_ADDRESS} "
            "characters after s3:// that Bedrock's model allows in a listing, so the proof of what is served may fail: "
            f"{listed(addresses)}",
            "Use a shorter bucket name or prefix (data sources are then created anew), or shorter ids in the FAQ:",
            "S3_DATASET_PREFIX=kb/v1/" if not root.endswith("/kb/v1/") else "",
        )
    if not documents:
        return skipped(FIT, "nothing is published yet")
    return ok(FIT, f"{len(documents)} keep the limits of Bedrock{' and Pinecone' if whole_in_pinecone else ''}")
