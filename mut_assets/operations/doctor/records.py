"""The platform's own records under `state/`: can this release read them."""

from collections.abc import Iterator

from mut_assets.environments import Doors
from mut_assets.operations.doctor.finding import Finding, failed, ok
from mut_assets.operations.records import unusable
from mut_assets.resources.bucket.records import UnreadableRecord
from mut_assets.resources.failures import Failure

NAME = "records"


def examine(doors: Doors) -> Iterator[Finding]:
    """One finding per record that cannot be used; a damaged one costs no night, one of a newer format does."""
    try:
        found = unusable(doors)
    except Failure as failure:
        yield failed(NAME, failure)
        return
    for trouble in found:
        yield failed(NAME, trouble, warn=isinstance(trouble, UnreadableRecord))
    if not found:
        yield ok(NAME, "every record under state/ can be read")
