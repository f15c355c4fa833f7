"""A month of ordinary life on the bundled market: what its editors do day by day, none of which is a mistake.

What belongs here: the site, the FAQ and the file of special days on each day. What does not: publishing any of it.
"""

import copy
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from mut_assets.domain.collections import BUNDLED, COLLECTIONS, EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.resources.wordpress.sample_pages import FAQ_FILE, items_of_week, read_file
from mut_assets_tests.chaos import market
from mut_assets_tests.chaos.market import WORDS, Entity, Item

START = date(2030, 11, 4)
"""A Monday, so that the bundled site is as it was on that day."""
DAYS = 30
SEASON_ENDS, HOLIDAY = START + timedelta(days=14), START + timedelta(days=20)
MENU, THEME = START + timedelta(days=9), START + timedelta(days=24)
"""When a menu is priced anew, and when the theme of the shops' pages changes."""
DISHES = 60


@dataclass
class Month:
    """What the site says, and since when something new is there; `done` are the words for what happened today."""

    chance: random.Random
    items: dict[Collection, list[Item]] = field(default_factory=dict)
    faq: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    season: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for kind in COLLECTIONS:
            if kind.wordpress_type:
                self.items[kind] = copy.deepcopy(list(items_of_week(START)[kind.wordpress_type]))
        self.faq = read_file(FAQ_FILE).decode("utf-8-sig").rstrip().splitlines()
        self.season = {self._open(EVENTOS, SEASON_ENDS) for _ in range(8)}
        self.items[RESTAURANTES][5]["content"]["rendered"] += _menu(1)

    def day(self, today: date) -> None:
        """What people do on this day."""
        self.done.clear()
        for kind in self.items:
            for item in self.chance.sample(self.items[kind], self.chance.choice([0, 0, 1, 1, 2, 4])):
                _edit(item, self.chance)
                self.done.append(f"edited {kind.name} {item['id']}")
        self._events(today)
        if self.chance.random() < 0.2:
            self._open(self.chance.choice([TIENDAS, RESTAURANTES]), today)
        if self.chance.random() < 0.15:
            self._close(self.chance.choice([TIENDAS, RESTAURANTES]))
        if self.chance.random() < 0.3:
            self.faq.append(f"Hay {self.chance.choice(WORDS)} {len(self.faq)};Sí, {self._words(6)}.;2 Servicios;;")
        for when, what in DATES.items():
            if when == today:
                what(self)

    @property
    def faq_file(self) -> bytes:
        """The FAQ as it is uploaded."""
        return "\n".join(self.faq).encode()

    def raw(self, kind: Collection) -> pd.DataFrame:
        """The raw table of a collection that is read now."""
        if kind is PREGUNTAS:
            return faq_frame(self.faq_file, BUNDLED)
        return raw_frame(kind, self.items[kind], BUNDLED)

    def menu_is_priced_anew(self) -> None:
        content = self.items[RESTAURANTES][5]["content"]
        content["rendered"] = content["rendered"].replace(_menu(1), _menu(2))
        self.done.append(f"priced {DISHES} dishes anew")

    def theme_changes(self) -> None:
        for item in self.items[TIENDAS]:
            own = item["content"]["rendered"].replace("<p>", "<div class='texto'><p>").replace("</p>", "</p></div>")
            item["content"]["rendered"] = (
                f"{own}\n<h3>Te esperamos todos los días del año</h3><p>Conoce más en la web.</p>"
            )
        self.done.append("changed the theme")

    def _events(self, today: date) -> None:
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            self._open(EVENTOS, today + timedelta(days=self.chance.randint(2, 40)))
        if today == SEASON_ENDS + timedelta(days=3):  # editors tidy up what has been over for days
            self.items[EVENTOS] = [one for one in self.items[EVENTOS] if one["id"] not in self.season]
            self.done.append("tidied up the season")

    def _open(self, kind: Collection, last_day: date) -> int:
        id: int = max(item["id"] for item in self.items[kind]) + 3
        entity = Entity(last_day=last_day if kind is EVENTOS else None)
        item = market.item(kind, id, entity)
        item["content"]["rendered"] += f"<p>{self._words(20).capitalize()}.</p>"
        self.items[kind].append(item)
        self.done.append(f"opened {kind.name} {id}")
        return id

    def _close(self, kind: Collection) -> None:
        closed = self.items[kind].pop(self.chance.randrange(len(self.items[kind])))
        self.done.append(f"closed {kind.name} {closed['id']}")

    def _words(self, count: int) -> str:
        return " ".join(self.chance.sample(WORDS, count))


SPECIAL_DAYS = f"fecha,link,horario\n{HOLIDAY.isoformat()},*,Cerrado\n".encode()
"""A public holiday for all shops, announced from two weeks before."""

DATES: Mapping[date, Callable[[Month], None]] = {MENU: Month.menu_is_priced_anew, THEME: Month.theme_changes}


def _menu(price: int) -> str:
    rows = (f"<li>{WORDS[n % len(WORDS)].capitalize()} número {n}: ${price}.{n:03d}</li>" for n in range(DISHES))
    return f"<ul>{''.join(rows)}</ul>"


def _edit(item: Item, chance: random.Random) -> None:
    """An editor's touch: a sentence more, or other hours or another phone of a place."""
    content, acf = item["content"], json.loads(json.dumps(item["acf"]))
    blocks = (acf.get("informacion_tienda") or []) if acf else []  # PHP encodes an empty object as a list
    infos = [block["info"] for block in blocks if isinstance(block.get("info"), dict)]
    what = chance.choice(["more", "more", "hours", "phone"]) if infos else "more"
    if what == "hours":
        infos[0]["schedule"] = f"L-D: {chance.randint(8, 11)}:00 - {chance.randint(18, 22)}:00"
    elif what == "phone":
        infos[0]["phone"] = f"+56 2 2{chance.randrange(10**7):07d}"
    else:
        first, end, rest = content["rendered"].partition("</p>")
        content["rendered"] = f"{first}{end}<p>Además, {' '.join(chance.sample(WORDS, 9))}.</p>{rest}"
    item["acf"] = acf
