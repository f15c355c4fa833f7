"""How old what visitors are told is, whatever the bucket does."""

from multiprocessing.pool import ThreadPool

from mut_assets.domain.plans.freshness import Age
from mut_assets.domain.plans.outcome import ages_of
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock

READ_SECONDS = 15.0
"""How long an announcement waits for the bucket; a sensor's tick is given up after 60 s."""


def published_ages(decisions: PublicationLog, clock: Clock) -> list[Age] | None:
    """How old each published collection is, the oldest first; None where that cannot be read, whatever the reason."""

    def read() -> list[Age]:
        publication = decisions.last()
        return ages_of(publication, clock.now())

    with ThreadPool(1) as alone:  # whatever the bucket does, nobody waits longer to hear of a failure
        asked = alone.apply_async(read)
        asked.wait(READ_SECONDS)
        return asked.get() if asked.ready() and asked.successful() else None
