"""The two gates in a night: what the golden questions keep back, what they only say, and what never waits for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg
import pytest

from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.ports import Found
from mut_assets_tests.corridor.conftest import FirstNights, Platform, failure_text

GOODS = (
    "volantines anteojos paraguas tambores cerrojos bufandas relojes maletas guantes floreros trompos candados "
    "alfombras lienzos cepillos jabones postales zapatillas"
).split()
"""So many that five other texts are not yet too many for the guard."""
FILE = "raw/oro.csv"
CHECK = "questions_find_documents"


def questions() -> str:
    rows = [f"T{n};¿quién tiene {one}?;nombre;tiendas;stores/{2000 + n};" for n, one in enumerate(GOODS)]
    rows += [f"R{n};cocina {n};nombre;restaurantes;restaurantes/{4000 + n};" for n in range(7)]
    return "\n".join(["id;pregunta;estilo;coleccion;relevantes;frase", *rows]) + "\n"


def sell(platform: Platform, goods: Sequence[str]) -> None:
    for number, one in enumerate(goods):
        platform.site.store(2000 + number, f"Local {2000 + number}", content=f"<p>Ofrece {one} hechos a mano.</p>")


@pytest.fixture
def market(platform: Platform, environment: dict[str, str]) -> Platform:
    """With questions of its own, before its first night."""
    platform.settings = read_settings({**environment, "GOLDEN_QUESTIONS": FILE})
    platform.bucket.put(FILE, questions().encode())
    sell(platform, GOODS)
    return platform


@pytest.fixture
def lived_in(market: Platform, first_nights: FirstNights) -> Platform:
    first_nights.begin_after("questions", market)
    return market


@dataclass
class Asked:
    """A retriever that remembers its questions, and finds nothing unless it has somebody to ask."""

    behind: Any = None
    questions: list[str] = field(default_factory=list)

    def search(self, question: str, k: int) -> Sequence[Found]:
        self.questions.append(question)
        return self.behind.search(question, k) if self.behind else []


def asked(platform: Platform, retriever: Asked) -> Asked:
    gate = build_doors(platform.settings).retrieval_gate
    served = replace(gate.served, retriever=retriever)
    platform.replaced = {**platform.replaced, "retrieval_gate": replace(gate, served=served)}
    return retriever


def warns(platform: Platform, environment: dict[str, str]) -> None:
    platform.settings = read_settings({**environment, "GOLDEN_QUESTIONS": FILE, "RETRIEVAL_GATE": "warn"})


def verdicts(night: dg.ExecuteInProcessResult) -> Iterator[tuple[bool, str]]:
    return ((one.passed, one.severity.name) for one in night.get_asset_check_evaluations() if one.check_name == CHECK)


def test_texts_that_say_something_else_are_kept_back_and_a_person_may_publish_them(lived_in: Platform) -> None:
    before = lived_in.documents("stores")
    sell(lived_in, [*GOODS[1:5], GOODS[0], *GOODS[5:]])  # each page has another one's text, as long as its own
    lived_in.site.restaurant(4900, "Cocina nueva", content="<p>Sirve humitas en olla de greda.</p>")
    night = lived_in.run()
    assert not night.success and "MUT-PUB-003" in failure_text(night)
    refused = lived_in.outcome("tiendas")
    assert any("5 net, more than 4" in why and "¿quién tiene volantines?" in why for why in refused.refusals)
    assert lived_in.documents("stores") == before
    assert lived_in.index.search("humitas", 1)[0].id == "4900", "the healthy never wait for the sick"
    assert list(verdicts(night)) == [(True, "ERROR")]
    approved = lived_in.run("publish_latest", approve=refused.plan)
    assert approved.success, failure_text(approved)
    assert lived_in.documents("stores") != before
    assert lived_in.run().success, "and it is not brought up again"


def test_a_gate_that_warns_publishes_them_with_a_note(lived_in: Platform, environment: dict[str, str]) -> None:
    warns(lived_in, environment)
    sell(lived_in, [*GOODS[1:5], GOODS[0], *GOODS[5:]])
    night = lived_in.run()
    assert night.success, failure_text(night)
    assert any("5 net, more than 4" in note for note in lived_in.outcome("tiendas").notes)
    assert lived_in.outcome("tiendas").status == "published"
    assert list(verdicts(night)) == [(False, "WARN")]


def test_what_is_not_found_once_it_is_served_ends_the_run_red_and_keeps_nobody_waiting(
    lived_in: Platform, environment: dict[str, str]
) -> None:
    nobody = asked(lived_in, Asked())
    lived_in.site.restaurant(4900, "Cocina nueva", content="<p>Sirve humitas en olla de greda.</p>")
    night = lived_in.run()
    said = failure_text(night)
    assert not night.success and said.startswith(CHECK) and "MUT-EVAL-006: Added, and not found" in said
    assert "“Cocina nueva” (restaurantes/4900)" in said
    assert list(verdicts(night)) == [(False, "ERROR")]
    assert night.asset_materializations_for_node("bedrock_agent") and "4900" in lived_in.ids("restaurantes")
    warns(lived_in, environment)
    asked(lived_in, nobody)
    night = lived_in.run()
    assert night.success and list(verdicts(night)) == [(False, "WARN")]
    lived_in.replaced = {}
    night = lived_in.run()
    assert list(verdicts(night)) == [(True, "WARN")], "the real one finds it"


def test_a_broken_file_of_questions_keeps_nothing_from_visitors_and_ends_red(lived_in: Platform) -> None:
    lived_in.bucket.put(FILE, questions().replace("¿quién tiene volantines?", "").encode())
    lived_in.site.restaurant(4900, "Cocina nueva", content="<p>Sirve humitas en olla de greda.</p>")
    night = lived_in.run()
    assert lived_in.index.search("humitas", 1)[0].id == "4900"
    assert lived_in.outcome("restaurantes").status == "published"
    assert not night.success and "MUT-EVAL-003: raw/oro.csv: Line 2 (T0)" in failure_text(night)
    assert "MUT-PUB-003" not in failure_text(night)
    again = lived_in.run()
    assert not again.success and "MUT-EVAL-003" in failure_text(again), "until it is mended"


def test_a_night_with_nothing_new_asks_nothing(lived_in: Platform) -> None:
    door = asked(lived_in, Asked(lived_in.index))
    night = lived_in.run()
    assert night.success and list(verdicts(night)) == [(True, "ERROR")]
    assert door.questions == []
    lived_in.site.restaurant(4900, "Cocina nueva", content="<p>Sirve humitas en olla de greda.</p>")
    assert lived_in.run().success
    assert len(door.questions) == 1 + len(questions().splitlines()) - 1
