"""A month of ordinary nights, by seed: whatever the guard refuses in it, it asks a person at most once."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from mut_assets.domain.collections import EVENTOS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents.document import Document, documents, fields_of, out_of_time
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.plans.guard import LIMITS
from mut_assets.domain.plans.plan import ExpectedRemovals, Plan, make_plan, to_compare
from mut_assets.domain.plans.published import Published
from mut_assets.domain.spanish.calendar_words import MONTHS
from mut_assets.domain.spanish.special_days import special_days
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.resources.wordpress.sample_pages import items_of_week
from mut_assets_tests.domain.items import FUENTE, card, event

FIRST = date(2026, 9, 1)
NIGHTS = 31
HOLIDAYS, _ = special_days(
    [
        {"fecha": "2026-09-18", "link": "*", "horario": "Cerrado"},
        {"fecha": "2026-09-19", "link": "*", "horario": "Cerrado"},
        {"fecha": "2026-09-20", "link": "*", "horario": "12:00 - 18:00"},
    ]
)
BANNER = "<div><p>Suscríbete al boletín y recibe cada semana las novedades de todos los locales del mercado.</p></div>"
WORDS = "lana vidrio cobre barro mimbre cuero semilla tinta papel queso nuez miel trigo sal humo leña".split()

Item = dict[str, Any]
Pages = dict[int, Item]


@dataclass
class Shelf:
    """One collection: its pages on the site, what is published of it, and what went lately."""

    collection: Collection
    pages: Pages
    published: dict[str, Document] = field(default_factory=dict)
    gone: dict[str, date] = field(default_factory=dict)

    def night(self, today: date) -> Plan:
        """The plan of this night, which a person approves if it is refused."""
        raw = raw_frame(self.collection, list(self.pages.values()), FUENTE)
        table = vectorial_frame(self.collection, raw, "raw/x.csv", HOLIDAYS, today)
        over = out_of_time(table, today)
        wanted = [one for one in documents(self.collection, table) if one.id not in over]
        there = {id: _published(one) for id, one in self.published.items()}
        recent = {id for id, day in self.gone.items() if (today - day).days < LIMITS.drain_nights}
        plan = make_plan(
            self.collection,
            wanted,
            there,
            [],
            today=today,
            renderer="1",
            expected=ExpectedRemovals(over),
            texts={id: _bytes(self.published[id]) for id in to_compare(wanted, there)},
            gone=recent,
        )
        self.gone |= {removal.published.id: today for removal in plan.removed if not removal.expected}
        self.gone = {} if plan.refusals else self.gone
        self.published = {one.id: one for one in wanted}
        return plan


def _published(one: Document) -> Published:
    return Published(one.id, one.fingerprint, one.title, one.link, len(one.body), fields_of(one.metadata), renderer="1")


def _bytes(one: Document) -> tuple[bytes, bytes]:
    return one.body_bytes, one.sidecar_bytes


def said(dice: Random, words: int = 12) -> str:
    return f"<p>{' '.join(dice.choices(WORDS, k=words)).capitalize()} {dice.randrange(10**6)}.</p>"


def edited(dice: Random, page: Item) -> None:
    """An editor's hand: a paragraph more, another text, another phone, other hours."""
    blocks = [block["info"] for block in (page["acf"] or {}).get("informacion_tienda") or [] if block.get("info")]
    change: Callable[[], object] = dice.choice(
        [
            lambda: page["content"].update(rendered=page["content"]["rendered"] + said(dice)),
            lambda: page["content"].update(rendered=said(dice, 30)),
            lambda: [info.update(phone=f"+56 2 2{dice.randrange(10**7):07}") for info in blocks],
            lambda: [info.update(schedule="L-D: 10:00 - 21:30") for info in blocks],
        ]
    )
    change()


def opened(dice: Random, shelf: Shelf) -> None:
    number = max(shelf.pages) + dice.randint(1, 9)
    page = deepcopy(dice.choice([*shelf.pages.values()]))
    page |= {"id": number, "link": f"https://mercado.example/{number}/", "title": {"rendered": f"Nuevo {number}"}}
    page["content"] = {"rendered": said(dice, 25), "protected": False}
    shelf.pages[number] = page


def happening(dice: Random, number: int, first: date, last: date) -> Item:
    days = " al ".join(f"{day.day} de {MONTHS[day.month - 1]} de {day.year}" for day in (first, last))
    return event(card(days, "18:00", "Nivel 2")) | {
        "id": number,
        "title": {"rendered": f"Taller {number}"},
        "link": f"https://mercado.example/eventos/{number}/",
        "content": {"rendered": said(dice, 20), "protected": False},
    }


def season(dice: Random, start: int, count: int, numbers: int) -> Pages:
    """Events that all end together, as those of Fiestas Patrias do."""
    first, last = FIRST + timedelta(start), FIRST + timedelta(start + 12)
    return {numbers + n: happening(dice, numbers + n, first, last) for n in range(count)}


def market(dice: Random) -> dict[str, Shelf]:
    site = items_of_week(FIRST)
    shops: Mapping[Collection, Pages] = {
        collection: {int(item["id"]): deepcopy(dict(item)) for item in site[str(collection.wordpress_type)]}
        for collection in (TIENDAS, RESTAURANTES)
    }
    running = {n: happening(dice, n, FIRST, FIRST + timedelta(dice.randint(1, 60))) for n in range(1, 21)}
    events = running | season(dice, 2, 15, 100)
    return {collection.name: Shelf(collection, pages) for collection, pages in {**shops, EVENTOS: events}.items()}


def daily(dice: Random, shelves: Mapping[str, Shelf]) -> None:
    """What happens on any day: edits to a twentieth at most, now and then a shop that opens or closes."""
    for shelf in shelves.values():
        for page in dice.sample([*shelf.pages.values()], dice.randint(0, len(shelf.pages) // 20)):
            edited(dice, page)
    for shelf in (shelves["tiendas"], shelves["restaurantes"]):
        if dice.random() < 0.2:
            opened(dice, shelf)
        if dice.random() < 0.12:
            shelf.pages.pop(dice.choice([*shelf.pages]))


def menu_priced_anew(dice: Random, shelves: Mapping[str, Shelf]) -> None:
    """A long list of one restaurant, of which every line changes the second time."""
    prices = "".join(f"<li>Plato {n}: ${dice.randrange(3, 20)}.990</li>" for n in range(40))
    menu = next(iter(shelves["restaurantes"].pages.values()))
    menu["content"] = {"rendered": f"<p>La carta.</p><ul>{prices}</ul>", "protected": False}


def template_changed(dice: Random, shelves: Mapping[str, Shelf]) -> None:
    """A banner above every page."""
    for page in [page for shelf in shelves.values() for page in shelf.pages.values()]:
        page["content"]["rendered"] = BANNER + page["content"]["rendered"]


def season_over(dice: Random, shelves: Mapping[str, Shelf]) -> None:
    """Its pages are taken down some days after they ended, and the next season is announced."""
    pages = shelves["eventos"].pages
    for number in range(100, 115):
        del pages[number]
    pages |= season(dice, 24, 12, 200)


CALENDAR = {6: menu_priced_anew, 9: menu_priced_anew, 12: template_changed, 16: season_over}


def month(seed: int) -> Iterator[Plan]:
    """The plans of a month of ordinary nights, the first publication left out."""
    dice = Random(seed)
    shelves = market(dice)
    for shelf in shelves.values():
        shelf.night(FIRST - timedelta(1))
    for number in range(NIGHTS):
        daily(dice, shelves)
        if number in CALENDAR:
            CALENDAR[number](dice, shelves)
        for shelf in shelves.values():
            yield shelf.night(FIRST + timedelta(number))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_month_of_ordinary_nights_asks_a_person_at_most_once(seed: int) -> None:
    plans = list(month(seed))
    asked = [f"{plan.collection.name}: {'; '.join(plan.refusals)}" for plan in plans if plan.refusals]
    assert len(asked) <= 1, "\n".join(asked)
    assert sum(not plan.empty for plan in plans) > NIGHTS, "nights that change nothing show nothing"
