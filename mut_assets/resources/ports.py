"""What the platform asks of an outside system, whichever it is, and the values in which it is answered.

What belongs here: the Protocols that assets, gates, checks and sensors are typed with, and the values that several
doors answer with. What does not: a door (the packages beside this module), or what an answer means (`domain/`).
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.domain.ingestion.rules import IngestionReport, Served

Log = Callable[[str], None]


def silent(line: str) -> None:
    """A `Log` that nobody reads."""


@dataclass(frozen=True)
class Extraction:
    """A whole collection at one moment.

    `items` are sorted by id, with those keys of FIELDS that the site sends. `total` is what the site lists, including
    those left out: `protected` by a password, `unpublished` by a status other than publish ("title (id)").
    `gone` are pages that the list does not name, by id, with what the site said of each: evidence, no guess.
    `unproven` are those of which nothing is known, with the reason: not listed and not said to be gone, or told twice
    and each time otherwise.
    `rounds` counts passes of the seal (0: one page held everything), `recovered` and `vanished` the items that it
    brought in and dropped; `pages` are those of the first pass, `requests` everything that was sent.
    """

    items: list[dict[str, Any]]
    fuente: str
    total: int
    protected: list[str]
    unpublished: list[str]
    gone: Mapping[int, str]
    unproven: Mapping[int, str]
    pages: int
    requests: int
    rounds: int
    recovered: int
    vanished: int
    seconds: float


class Site(Protocol):
    """A WordPress site: the real one or the bundled one, behind the same client code."""

    def collection(
        self, wordpress_type: str, log: Log = ..., published: Collection[int] = ..., spent: float = ...
    ) -> Extraction:
        """Returns every published item of a type. Raises a `Failure` rather than return a part.

        Each of `published`, the ids of what visitors are told now, is listed or asked for by itself. `spent` are the
        seconds that earlier tries took of the time that all of them have together.
        """


class KnowledgeBase(Protocol):
    """A service that answers visitors from the published documents."""

    def ingest(self, token: str, log: Log = ...) -> IngestionReport:
        """Ingests what changed. `token` differs for every attempt of every run."""

    def served(self) -> Served:
        """Returns the documents it answers from, and the folders it does not read."""

    def vector_store(self) -> tuple[str, str] | None:
        """Returns host and namespace of its own vectors in Pinecone; None where they are elsewhere."""


class Found(Protocol):
    """One document in the answer to a question."""

    @property
    def collection(self) -> str:
        """The collection's name (tiendas); "" for a document that the platform did not publish."""

    @property
    def id(self) -> str:
        """Its id in the collection."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def link(self) -> str:
        """Its page, or ""."""


class Retriever(Protocol):
    """A service that finds documents for a question."""

    def search(self, question: str, k: int) -> Sequence[Found]:
        """Returns at most `k` documents, best first; none for a question without letters and digits."""


class VectorIndex(Protocol):
    """A store of vectors by id."""

    @property
    def where(self) -> str:
        """Index and namespace for messages; empty where no index is configured."""

    def ready(self, dimensions: int, taken: tuple[str, str] | None, log: Log) -> None:
        """Checks that vectors of this length may be written; `taken` is the knowledge base's host and namespace."""

    def vector_ids(self, prefix: str = "") -> list[str]:
        """Returns every id that starts with `prefix`."""

    def upsert_vectors(self, vectors: Iterable[VectorRecord]) -> int:
        """Writes vectors, replaces those of the same id, and returns how many."""

    def wait_until_visible(self, log: Log) -> None:
        """Waits until every vector written can be found."""

    def delete_vectors(self, ids: Iterable[str]) -> int:
        """Deletes vectors and returns how many."""


@dataclass(frozen=True)
class Embedded:
    """One vector of 32-bit floats per text, in order, and what they cost.

    `tokens` were paid for; the vectors `from_cache` were not. `dollars` is an estimate.
    """

    vectors: list["array[float]"]
    tokens: int = 0
    from_cache: int = 0
    dollars: float = 0.0


class Embedder(Protocol):
    """Turns texts into vectors of one length."""

    @property
    def model_id(self) -> str:
        """The model, as its maker calls it."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    def embed(self, texts: Iterable[str], log: Log = ...) -> Embedded:
        """Returns one vector per text, and the cost."""


@dataclass(frozen=True)
class AgentReport:
    """The outcome of `prepare`: whether this call prepared the agent, and why or why not; `version` is its draft's."""

    prepared: bool
    status: str
    version: str
    seconds: float
    reason: str


class Agent(Protocol):
    """A service that speaks with visitors."""

    def prepare(self, log: Log = ...) -> AgentReport:
        """Makes the agent answer from the last ingestion, unless it does already."""


@dataclass(frozen=True)
class Alert:
    """One message to the team. `id` is the same whenever it is sent again; `now`: visitors lose something meanwhile."""

    id: str
    subject: str
    text: str
    now: bool


class Alerts(Protocol):
    """A channel to the people who mend what failed."""

    def announce(self, alert: Alert, log: Log) -> None:
        """Delivers one message. Raises a `Failure` where it is not accepted; `announcements/` sends it again."""
