"""Damage to a whole collection is kept from visitors, night by night; what the calendar does to all of them is not."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mut_assets.domain.collections import EVENTOS, TIENDAS, Collection
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.domain.spanish.special_days import SpecialDay, special_days
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.publishing.publisher import Publisher
from mut_assets.resources.bucket.document_store import LEDGER, DocumentStore
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.wordpress.sample_pages import items_of_week
from mut_assets_tests.domain.items import FUENTE
from mut_assets_tests.resources.plaza import Stopped

MONDAY = date(2026, 3, 2)
SIZE = 32
Items = list[dict[str, Any]]


@dataclass
class Market:
    """A collection of the bundled pages, and a bucket into which each night publishes what they say then."""

    collection: Collection = TIENDAS
    bucket: Bucket = field(default_factory=lambda: Bucket("memory://"))
    day: date = MONDAY
    items: Items = field(default_factory=list)

    def __post_init__(self) -> None:
        self.items = self.items or self.of_week(self.day)

    def of_week(self, monday: date) -> Items:
        return [deepcopy(dict(item)) for item in items_of_week(monday)[str(self.collection.wordpress_type)][:SIZE]]

    @property
    def publisher(self) -> Publisher:
        at = datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)
        snapshots = Snapshots(self.bucket, Stopped(instant=at))
        store, decisions = DocumentStore(self.bucket, "kb/"), PublicationLog(self.bucket)
        return Publisher(snapshots, store, HeldRecords(self.bucket, snapshots), decisions)

    def night(self, specials: Sequence[SpecialDay] = ()) -> Outcome:
        """Reads the pages as they are and publishes; the next night is a day later."""
        publisher, raw = self.publisher, raw_frame(self.collection, self.items, FUENTE)
        origen = publisher.snapshots.write("raw", self.collection, raw)
        table = vectorial_frame(self.collection, raw, origen, specials, self.day)
        publisher.snapshots.write("vectorial", self.collection, table)
        published = publisher.store.holdings().published[self.collection.name]
        outcome = publisher.apply(publisher.propose(self.collection, published, self.day), self.day, lambda: None)
        publisher.publication_log.record(Publication(f"{self.day}", f"{self.day}T03:00:00+00:00", (outcome,)))
        self.day += timedelta(days=1)
        return outcome

    def approve(self, refused: Outcome) -> Outcome:
        proposal, day = self.publisher.reopen_refused_plan(refused.plan)
        return self.publisher.apply(proposal, day, lambda: None)


def info(item: Mapping[str, Any]) -> Any:
    """The first place of a store's page."""
    blocks = (item["acf"] or {}).get("informacion_tienda") or []
    return next((block["info"] for block in blocks if block.get("info")), {})


def each(change: Callable[[dict[str, Any]], object], items: Items) -> None:
    for item in items:
        change(item)


def rotate(items: Items, field: str, count: int = 0) -> None:
    values = [item[field] for item in items[: count or None]]
    for item, value in zip(items, values[-1:] + values[:-1], strict=False):
        item[field] = value


def blank(*names: str) -> Callable[[Items], None]:
    return lambda items: each(lambda item: info(item).update(dict.fromkeys(names, "")), items)


def everywhere(name: str, value: Any) -> Callable[[Items], None]:
    return lambda items: each(lambda item: info(item).update({name: value}) if info(item).get(name) else None, items)


def elsewhere(items: Items) -> None:
    each(lambda item: item.update(link=item["link"].replace("mercadodelestero.example", "phishing.example")), items)


def three_phones(items: Items) -> None:
    places = [info(item) for item in items if info(item).get("phone")][:3]
    phones = [place["phone"] for place in places]
    for place, phone in zip(places, phones[1:] + phones[:1], strict=True):
        place["phone"] = phone


def injected(items: Items, style: str = "") -> None:
    foreign = '<p style="{}">Todo se vende ahora en la otra vereda {}</p>'
    each(
        lambda item: item["content"].update(rendered=item["content"]["rendered"] + foreign.format(style, item["id"])),
        items,
    )


def renamed(items: Items) -> None:
    each(lambda item: item.update(title={"rendered": "Tienda"}), items)


def copied(items: Items) -> None:
    each(lambda item: item.update(content=items[0]["content"]), items)


def halved(items: Items) -> None:
    each(lambda item: item.update(content={"rendered": "", "protected": False}), items[: len(items) * 9 // 20])


DAMAGE: dict[str, tuple[Callable[[Items], object], str]] = {
    "contents rotated": (lambda items: rotate(items, "content"), "documents the text of another one"),
    "three contents rotated": (lambda items: rotate(items, "content", 3), "3 documents the text of another one"),
    "links to another host": (elsewhere, "32 of 32 link hosts"),
    "phone, mail and web blanked": (blank("phone", "mail", "page_link"), "phones"),
    "mail blanked": (blank("mail"), "mails"),
    "one phone for all": (everywhere("phone", "+56 9 9999 9999"), "phones"),
    "one web for all": (everywhere("page_link", {"title": "", "url": "https://phishing.example"}), "web addresses"),
    "all titles the same": (renamed, "32 of 32 titles"),
    "one link for all": (
        lambda items: each(lambda item: item.update(link=items[0]["link"]), items),
        "documents a link",
    ),
    "links to another port": (
        lambda items: each(lambda item: item.update(link=item["link"].replace(".example", ".example:8443")), items),
        "32 of 32 link hosts",
    ),
    "links rotated": (lambda items: rotate(items, "link"), "32 documents links that were another one's"),
    "three links rotated": (lambda items: rotate(items, "link", 3), "3 documents links that were another one's"),
    "titles rotated": (lambda items: rotate(items, "title"), "32 of 32 titles"),
    "three titles rotated": (lambda items: rotate(items, "title", 3), "3 documents titles that were another one's"),
    "three phones rotated": (three_phones, "3 documents phones that were another one's"),
    "one text for all": (copied, "texts"),
    "a foreign text on all": (injected, "32 of 32 texts"),
    "all open all day": (everywhere("schedule", "L-D: 00:00 - 24:00"), "texts"),
    "contents blanked on 45 %": (halved, "texts"),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGE.values(), ids=DAMAGE)
def test_damage_to_a_whole_collection_is_refused_and_what_is_published_stays(
    damage: Callable[[Items], object], said: str
) -> None:
    market = Market()
    assert market.night().added == SIZE
    before = {entry.key: market.bucket.get(entry.key) for entry in market.bucket.list("kb/")}
    damage(market.items)
    for _ in range(2):  # and with a lost ledger
        outcome = market.night()
        assert outcome.status == "refused" and said in "; ".join(outcome.refusals)
        assert {entry.key: market.bucket.get(entry.key) for entry in market.bucket.list("kb/")} == before
        market.bucket.delete(LEDGER)
    market.items = market.of_week(MONDAY)
    assert market.night().status == "unchanged"


def test_a_text_that_no_visitor_sees_changes_nothing_of_what_is_published() -> None:
    market = Market()
    market.night()
    injected(market.items, style="font-size:0")
    assert market.night().status == "unchanged"


def test_an_update_that_adds_contact_to_what_is_published_goes_out_and_hides_no_damage() -> None:
    market = Market()
    market.night()
    for entry in market.bucket.list("kb/"):  # as the release before published it
        if entry.key.endswith(".json"):
            content = market.bucket.get(entry.key).decode()
            lines = [part for part in content.split(", ") if not part.startswith(('"telefono"', '"mail"', '"web"'))]
            older = ", ".join(lines).rstrip("}\n") + "}}\n"
            market.bucket.put(entry.key, older.encode())
    market.bucket.delete(LEDGER)
    saved = market.items
    market.items = deepcopy(saved)
    elsewhere(market.items)
    assert "link hosts" in "; ".join(market.night().refusals)
    market.items = saved
    outcome = market.night()
    assert outcome.status == "published" and outcome.changed > SIZE // 2


def test_events_whose_dates_move_on_with_the_calendar_are_not_refused() -> None:
    market = Market(EVENTOS)
    market.night()
    market.day = MONDAY + timedelta(days=7)
    market.items = market.of_week(market.day)
    outcome = market.night()
    assert (outcome.status, outcome.refusals) == ("published", ()) and outcome.changed > 10


def test_a_holiday_for_every_shop_comes_and_goes() -> None:
    market = Market()
    market.night()
    rows = [{"fecha": f"2026-03-{day}", "link": "*", "horario": "Cerrado"} for day in (18, 19)]
    specials, _ = special_days([*rows, {"fecha": "2026-03-20", "link": "*", "horario": "11:00 - 15:00"}])
    market.day = date(2026, 3, 10)
    told = [market.night(specials) for _ in range(12)]
    assert [outcome.refusals for outcome in told] == [()] * 12
    assert {outcome.changed for outcome in told} == {0, SIZE}
    assert market.night().status == "unchanged"
    market.day = date(2027, 3, 1)
    specials, _ = special_days([{"fecha": f"2027-03-{day}", "link": "*", "horario": "Cerrado"} for day in range(2, 9)])
    market.night(specials)
    withdrawn = market.night()
    assert (withdrawn.changed, withdrawn.refusals) == (SIZE, ())


def test_a_drain_is_stopped_where_one_night_would_be_and_goes_on_once_approved() -> None:
    market = Market()
    market.night()
    told = []
    for _ in range(3):
        del market.items[:3]
        told.append(market.night())
    assert [outcome.status for outcome in told] == ["published", "published", "refused"]
    assert "it removes 3 more documents, which makes 9 of 32 in 7 nights" in told[-1].refusals[0]
    market.bucket.delete("state/removals/tiendas.json")
    again = market.night()
    assert again.refusals == told[-1].refusals, "lost, the record is rebuilt"
    assert market.approve(again).removed == 3
    del market.items[:3]
    assert market.night().status == "published", "what was approved counts no more"


def test_a_drain_is_forgotten_after_seven_nights() -> None:
    market = Market()
    market.night()
    del market.items[:5]
    market.night()
    market.day += timedelta(days=6)
    del market.items[:5]
    assert market.night().status == "published"


def test_what_goes_and_comes_back_counts_once() -> None:
    market = Market()
    market.night()
    for _ in range(4):
        away, market.items = market.items[:5], market.items[5:]
        assert market.night().removed == 5
        market.items = away + market.items
        assert market.night().added == 5


def test_an_unchanged_night_writes_no_record_of_removals() -> None:
    market = Market()
    market.night()
    before = {entry.key: entry.etag for entry in market.bucket.list("state/removals/")}
    market.night()
    assert before and {entry.key: entry.etag for entry in market.bucket.list("state/removals/")} == before
