"""The market whose visitors are answered, as data: what it is called, and by which clock it opens.

What belongs here: what would be another value in another market. What does not: where its site, bucket and knowledge
base are (`environments.py`), and the kinds of things it has (`collections.py`).
"""

from dataclasses import dataclass

from mut_assets.domain.collections import BUNDLED


@dataclass(frozen=True)
class Market:
    """One market, as visitors and the team hear of it."""

    name: str
    """As texts say it to visitors: "una tienda de MUT (Mercado Urbano Tobalaba)"."""
    short_name: str
    """As alerts begin. In the name of a shop it tells nothing, because any shop may add it."""
    city: str
    """Where its day begins, for people: "the day in Santiago"."""
    time_zone: str
    """Its IANA name: when a night begins, and which day today is."""


MARKET = Market("MUT (Mercado Urbano Tobalaba)", short_name="MUT", city="Santiago", time_zone="America/Santiago")
BUNDLED_MARKET = Market("Mercado del Estero", short_name="Estero", city=MARKET.city, time_zone=MARKET.time_zone)
"""The fictional market of the bundled site: its shops are in no real building."""


def market_of(fuente: str) -> Market:
    """The market that a row is about, by where it was read."""
    return BUNDLED_MARKET if fuente == BUNDLED else MARKET
