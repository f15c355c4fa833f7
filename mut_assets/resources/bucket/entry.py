"""What every kind of bucket says alike: an object of a listing, and that a key is taken."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One object of a listing, under its true key. `etag` changes whenever the object is rewritten; it is no content
    hash, and "" where the service lists none."""

    key: str
    etag: str
    size: int
    modified: datetime

    @property
    def is_folder_marker(self) -> bool:
        """Whether it is the empty object by which consoles and gateways show a folder, such as `raw/`."""
        return self.key.endswith("/") and self.size == 0


class AlreadyThere(Exception):
    """`create` found an object under its key. Carries no advice: callers expect it and choose what follows.

    `perhaps_ours`: an earlier attempt of the same request got no answer, so what is there may be its.
    """

    perhaps_ours = False
