"""The vector index in Pinecone: list, upsert, delete, and wait until it is seen.

What belongs here: speaking to one namespace of one index through Pinecone's SDK. What does not: what should be there
(`assets/vector_index.py`), making vectors (`embedding/`), the key (`aws/secrets.py`), the words of failures
(`pinecone/failures.py`).

The control plane (api.pinecone.io, or PINECONE_HOST instead) says which host serves an index, so index, dimension and
readiness are checked on every way. Plain http is used only where PINECONE_HOST is plain http, and then for its own
machine; announced by anybody else it is refused, because the key would travel in the clear.

Reads are eventually consistent. A write carries a log sequence number, a query says up to which one it sees;
`wait_until_visible` waits for that, never for a count.
"""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from mut_assets.domain.documents.limits import LARGEST_VECTOR_METADATA, LONGEST_VECTOR_ID
from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.failures import Failure
from mut_assets.resources.pinecone import failures
from mut_assets.resources.ports import Log

BATCH = 100
BATCH_BYTES = 1_900_000
"""Below Pinecone's 2 MB for one request."""
DELETED_AT_ONCE = 1000
LISTED_AT_ONCE = 100
IN_FLIGHT = 4
SECONDS = 30.0


@dataclass(frozen=True)
class Described:
    """An index as the control plane describes it. `dimension` is None unless it holds dense vectors."""

    address: str
    private_address: str
    dimension: int | None
    metric: str
    ready: bool
    state: str


class _State:
    """Open connections, and the ids written but not yet visible. Not a dataclass: its repr shows nothing."""

    def __init__(self) -> None:
        self.control: Any = None
        self.data: Any = None
        self.described: Described | None = None
        self.hidden = ""
        self.committed: int | None = None
        self.unseen: set[str] = set()


@dataclass(frozen=True)
class PineconeIndex:
    """One namespace of one index. Nothing is asked, the key neither, before the first method that needs it.

    `sleep` and `now` are for `wait_until_visible`. The SDK itself tries four times, with the waits Pinecone asks for.
    """

    index: str
    namespace: str
    key: PineconeKey
    host: str = ""
    deadline_seconds: float = 60.0
    poll_seconds: float = 1.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)
    now: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)
    _state: _State = field(default_factory=_State, init=False, repr=False, compare=False)

    @property
    def where(self) -> str:
        """Index and namespace, for people."""
        return f"{self.index}/{self.namespace or '__default__'}"

    def ready(self, dimensions: int, taken: tuple[str, str] | None, log: Log) -> None:
        """Checks that vectors of this length may be written here, before anything is paid for.

        `taken` is host and namespace of the knowledge base's own vectors, if they live in Pinecone. Opens the index
        anew, so a rotated key or a rebuilt index is seen. Raises MUT-PC-003 (no such index), 004 and 005 (other
        vectors), 006 (the knowledge base's namespace), 101 and 012 (not ready), and what any request may.
        """
        self.close()
        described = self.describe(dimensions)
        if not described.ready:
            raise failures.not_ready(self.index, described.state)
        if described.dimension is None:
            raise failures.not_dense(self.index)
        if described.dimension != dimensions:
            raise failures.other_dimension(self.index, described.dimension, dimensions)
        addresses = filter(None, (described.address, described.private_address))
        if taken and _place(*taken) in [_place(address, self.namespace) for address in addresses]:
            raise failures.taken_namespace(self.index, self.namespace)
        log(f"Pinecone index {self.where} is ready: {dimensions} dimensions, {described.metric}.")

    def describe(self, dimensions: int = 1024) -> Described:
        """The index as it is now; `dimensions` is for the advice where there is none (MUT-PC-003)."""
        from pinecone.errors import NotFoundError

        state = self._opened()
        with self._explained(f"describe the index {self.index}"):
            try:
                answer = state.control.indexes.describe(self.index)
            except NotFoundError:
                answer = None
            others = [] if answer else [str(other.name) for other in state.control.indexes.list()]
        if answer is None:
            raise failures.no_index(self.index, others, dimensions, self.host)
        state.described = _described(answer, self.host)
        return state.described

    def vector_ids(self, prefix: str = "") -> list[str]:
        """Every visible id that starts with `prefix`, in order; none where the namespace does not exist yet."""
        from pinecone.errors import NotFoundError

        data = self._data()
        with self._explained(f"list {self.where}"):
            try:
                pages = data.list(prefix=prefix or None, limit=LISTED_AT_ONCE, namespace=self.namespace)
                return sorted(str(item.id) for page in pages for item in page.vectors)
            except NotFoundError:
                return []

    def upsert_vectors(self, vectors: Iterable[VectorRecord]) -> int:
        """Writes vectors in batches, replacing those of the same id, and counts them.

        Raises MUT-PC-007 before sending anything that Pinecone would refuse, and MUT-PC-106 or 008 with the ids that
        failed where some batches did; those that went through stay.
        """
        records = list(vectors)
        if not records:
            return 0
        data, state = self._data(), self._state
        dimension = state.described.dimension if state.described else None
        problems = {record.id: why for record in records if (why := _problem(record, dimension))}
        if problems:
            raise failures.unfit(problems)
        items = [
            {"id": record.id, "values": list(record.values), "metadata": dict(record.metadata)} for record in records
        ]
        largest = max(len(json.dumps(item)) for item in items)
        with self._explained(f"write to {self.where}"):
            # With a batch size the SDK sends batches side by side and does not raise for those that fail.
            answer = data.upsert(
                vectors=items,
                namespace=self.namespace,
                batch_size=max(1, min(BATCH, BATCH_BYTES // largest)),
                max_concurrency=IN_FLIGHT,
                show_progress=False,
            )
        failed = {item["id"] for item in answer.failed_items}
        state.unseen |= {record.id for record in records} - failed
        committed = answer.response_info.lsn_committed if answer.response_info else None
        state.committed = max(committed or 0, state.committed or 0) or None
        if answer.has_errors:
            raise failures.unwritten(answer.errors, len(records), self.key.source, state.hidden)
        return len(records)

    def delete_vectors(self, ids: Iterable[str]) -> int:
        """Removes vectors and counts them; ids or a namespace that are not there are no error."""
        from pinecone.errors import NotFoundError

        gone = list(ids)
        if not gone:
            return 0
        data = self._data()
        with self._explained(f"delete from {self.where}"):
            for start in range(0, len(gone), DELETED_AT_ONCE):
                try:
                    data.delete(ids=gone[start : start + DELETED_AT_ONCE], namespace=self.namespace)
                except NotFoundError:
                    return 0
        return len(gone)

    def wait_until_visible(self, log: Log) -> None:
        """Waits until everything written through this object can be found; MUT-PC-105 after the deadline."""
        if not self._state.unseen:
            return
        end, logged = self.now() + self.deadline_seconds, False
        while not self._seen():
            if self.now() >= end:
                raise failures.not_visible(self.where, self.deadline_seconds)
            if not logged:
                log(f"Waiting until {self.where} shows what was written, up to {self.deadline_seconds:.0f} s.")
                logged = True
            self.sleep(self.poll_seconds)
        self._state.unseen, self._state.committed = set(), None

    def close(self) -> None:
        """Closes the connections; the next method opens new ones and asks for the key again."""
        for connection in (self._state.data, self._state.control):
            if connection is not None:
                connection.close()
        self._state.control = self._state.data = self._state.described = None

    def _seen(self) -> bool:
        """Whether the last write is visible: by its sequence number, or by listing ids where there is none."""
        if self._state.committed is not None:
            reached = self._reached()
            if reached is not None:
                return reached >= self._state.committed
        return self._state.unseen <= set(self.vector_ids())

    def _reached(self) -> int | None:
        """Returns the sequence number up to which a query sees, or None where the answer has none."""
        from pinecone.errors import NotFoundError

        data, described = self._data(), self._state.described
        anywhere = [1.0] * ((described.dimension if described else None) or 1)
        with self._explained(f"query {self.where}"):
            try:
                answer = data.query(vector=anywhere, top_k=1, namespace=self.namespace)
            except NotFoundError:
                return None
        return int(answer.response_info.lsn_reconciled) if answer.response_info.lsn_reconciled is not None else None

    def _opened(self) -> _State:
        state = self._state
        if state.control is None:
            from pinecone import Pinecone

            state.hidden = self.key.get()
            with self._explained("open the index"):
                state.control = Pinecone(api_key=state.hidden, host=self.host or None, timeout=SECONDS)
        return state

    def _data(self) -> Any:
        state = self._opened()
        if state.data is None:
            described = state.described or self.describe()
            with self._explained(f"open {self.where}"):
                state.data = state.control.index(host=described.address)
        return state.data

    @contextmanager
    def _explained(self, action: str) -> Iterator[None]:
        """Turns the SDK's errors into failures. The error itself is cut off: it may repeat what was sent."""
        from pinecone.errors import PineconeError

        meant: Failure
        try:
            yield
            return
        except PineconeError as error:
            meant = failures.explain(error, action, self.key.source, self._state.hidden)
        raise meant from None


@dataclass(frozen=True)
class NoIndex:
    """No vector index is configured (PINECONE_INDEX is empty): nothing is there, and nothing is written."""

    where: str = ""

    def ready(self, dimensions: int, taken: tuple[str, str] | None, log: Log) -> None:
        """Nothing to check."""

    def vector_ids(self, prefix: str = "") -> list[str]:
        """Nothing is there."""
        return []

    def upsert_vectors(self, vectors: Iterable[VectorRecord]) -> int:
        """Writes nothing."""
        return 0

    def delete_vectors(self, ids: Iterable[str]) -> int:
        """Deletes nothing."""
        return 0

    def wait_until_visible(self, log: Log) -> None:
        """Nothing to wait for."""


def _described(answer: Any, host: str) -> Described:
    from pinecone import DenseVectorField

    dense = [entry for entry in answer.schema.fields.values() if isinstance(entry, DenseVectorField)]
    return Described(
        address=_address(str(answer.host or ""), host),
        private_address=str(answer.private_host or ""),
        dimension=int(dense[0].dimension) if len(dense) == 1 else None,
        metric=str(dense[0].metric) if dense else "",
        ready=bool(answer.status.ready and answer.host),
        state=str(answer.status.state),
    )


def _address(announced: str, host: str) -> str:
    """Where the vectors are: as announced (the SDK put https where there was no scheme), or by http on `host`."""
    there, asked = urlsplit(announced), urlsplit(host)
    if asked.scheme == "http" and there.hostname == asked.hostname:
        return f"http://{there.netloc}"
    if there.scheme == "http":
        raise failures.in_the_clear(f"http://{there.netloc.rpartition('@')[2]}")
    return announced


def _place(host: str, namespace: str) -> tuple[str, int, str]:
    """Normalizes host and namespace: without scheme, case, slashes and the default port."""
    parts = urlsplit(host if "//" in host else f"//{host}")
    port = parts.port or 443
    return (parts.hostname or "").rstrip("."), port, namespace or "__default__"


def _problem(record: VectorRecord, dimension: int | None) -> str:
    """Why Pinecone would refuse a vector; "" for one it takes."""
    if not record.id.isascii() or not 0 < len(record.id) <= LONGEST_VECTOR_ID:
        return "the id is not ASCII of 1 to 512 characters"
    if dimension and len(record.values) != dimension:
        return f"{len(record.values)} numbers instead of {dimension}"
    if not all(map(math.isfinite, record.values)):
        return "a number that is not finite"
    if not any(record.values):
        return "all numbers are zero"
    return _metadata_problem(record.metadata)


def _metadata_problem(metadata: Mapping[str, Any]) -> str:
    for name, value in metadata.items():
        words = isinstance(value, list) and all(isinstance(word, str) for word in value)
        number = isinstance(value, int | float) and math.isfinite(value)
        if not (words or number or isinstance(value, str)):
            return f"the metadata field {name!r} is no text, number, truth value or list of texts"
    size = len(json.dumps(dict(metadata), ensure_ascii=False).encode())
    return f"{size} bytes of metadata, over {LARGEST_VECTOR_METADATA}" if size > LARGEST_VECTOR_METADATA else ""
