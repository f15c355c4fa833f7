"""A knowledge base's data sources, matched to the folders of the published dataset.

What belongs here: which data source reads which folder, and what is wrong with that. What does not: asking the
service (`resources/bedrock/api.py`), whether a folder needs ingesting (`domain/ingestion/rules.py`).
"""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mut_assets.domain.collections import COLLECTIONS

FOLDERS = tuple(collection.folder for collection in COLLECTIONS)
USABLE = frozenset({"AVAILABLE", "UPDATING"})


@dataclass(frozen=True)
class DataSource:
    """A data source as the service describes it. `inclusion` is its one inclusion prefix, empty for the whole bucket.

    `bucket` is empty for a data source that does not read S3. `chunk_tokens`: of a FIXED_SIZE chunk, at most.
    """

    id: str
    name: str
    bucket: str
    inclusion: str
    status: str = "AVAILABLE"
    chunking: str = ""
    deletion_policy: str = ""
    chunk_tokens: int = 0

    def covers(self, folder: str) -> bool:
        """Whether it reads every key that begins with `folder`."""
        return folder.startswith(self.inclusion)

    def touches(self, folder: str) -> bool:
        """Whether it reads some key that begins with `folder`."""
        return self.covers(folder) or self.inclusion.startswith(folder)

    def __str__(self) -> str:
        return f"{self.id} ({self.name}, {f's3://{self.bucket}/{self.inclusion}' if self.bucket else 'not on S3'})"


@dataclass(frozen=True)
class Coverage:
    """Who reads what. `served` are the data sources to ingest, in the order of the collections, with their folders.

    `ignored` are data sources of other places, each with the reason; `unserved` are folders nobody reads.
    `clashes` are folders that more than one data source reads, each with those data sources.
    """

    served: Mapping[DataSource, tuple[str, ...]]
    ignored: Mapping[DataSource, str]
    unserved: tuple[str, ...]
    clashes: Mapping[str, tuple[DataSource, ...]]


def read_data_source(answer: Mapping[str, Any]) -> DataSource:
    """A data source from the `dataSource` of GetDataSource."""
    configuration = answer.get("dataSourceConfiguration") or {}
    s3 = configuration.get("s3Configuration") or {}
    inclusions = s3.get("inclusionPrefixes") or [""]
    chunking = ((answer.get("vectorIngestionConfiguration") or {}).get("chunkingConfiguration")) or {}
    return DataSource(
        id=str(answer.get("dataSourceId", "")),
        name=str(answer.get("name", "")),
        bucket=str(s3.get("bucketArn", "")).rpartition(":::")[2],
        inclusion=str(inclusions[0]),
        status=str(answer.get("status", "")),
        chunking=str(chunking.get("chunkingStrategy", "")),
        deletion_policy=str(answer.get("dataDeletionPolicy", "")),
        chunk_tokens=int((chunking.get("fixedSizeChunkingConfiguration") or {}).get("maxTokens") or 0),
    )


def cover(sources: Sequence[DataSource], bucket: str, prefix: str) -> Coverage:
    """Matches data sources to the dataset folders under `prefix` (ends in `/`) of `bucket`.

    One data source may read one folder, several, or all of them. A part of a folder counts only as a clash with
    whoever reads the whole: documents must not be ingested twice, and half a folder is not served.
    """
    ignored = {source: reason for source in sources if (reason := _elsewhere(source, bucket, prefix))}
    ours = [source for source in sources if source not in ignored]
    readers: dict[str, list[DataSource]] = {}
    clashes: dict[str, tuple[DataSource, ...]] = {}
    for name in FOLDERS:
        folder = f"{prefix}{name}/"
        readers[name] = [source for source in ours if source.covers(folder)]
        partly = [source for source, reason in ignored.items() if reason == _PART and source.touches(folder)]
        if readers[name] and len(readers[name]) + len(partly) > 1:
            clashes[name] = (*readers[name], *partly)
    served = {source: tuple(name for name in FOLDERS if source in readers[name]) for source in ours}
    return Coverage(
        served=dict(sorted(served.items(), key=lambda item: (FOLDERS.index(item[1][0]), item[0].id))),
        ignored=ignored,
        unserved=tuple(name for name in FOLDERS if not readers[name]),
        clashes=clashes,
    )


_PART = "it reads only a part of a folder"


def _elsewhere(source: DataSource, bucket: str, prefix: str) -> str:
    """Why a data source is none of ours; empty when it is."""
    if not source.bucket:
        return "it does not read S3"
    if source.bucket != bucket:
        return "it reads another bucket"
    folders = [f"{prefix}{name}/" for name in FOLDERS]
    if not any(source.touches(folder) for folder in folders):
        return "it reads another prefix"
    if source.status not in USABLE:
        return f"its status is {source.status}"
    return "" if any(source.covers(folder) for folder in folders) else _PART


def create_command(knowledge_base_id: str, folder: str, bucket: str, prefix: str, region: str) -> str:
    """The command that makes a folder served, to be pasted into a shell."""
    partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")
    s3 = {"bucketArn": f"arn:{partition}:s3:::{bucket}", "inclusionPrefixes": [f"{prefix}{folder}/"]}
    options = {
        "--region": region,
        "--knowledge-base-id": knowledge_base_id,
        "--name": f"mut-{folder}",
        "--data-deletion-policy": "DELETE",
        "--data-source-configuration": json.dumps({"type": "S3", "s3Configuration": s3}),
        "--vector-ingestion-configuration": json.dumps({"chunkingConfiguration": {"chunkingStrategy": "NONE"}}),
    }
    given = [part for option, value in options.items() if value for part in (option, value)]
    return shlex.join(["aws", "bedrock-agent", "create-data-source", *given])
