"""What editors of real sites type: cases that were collected apart from this code, each with what is right.

They lie beside the project and are read from there; what a whole site does is tried where sites are (`resources/`).
"""

import base64
import json
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mut_assets.domain.collections import COLLECTIONS, PREGUNTAS, Collection
from mut_assets.domain.documents.document import documents
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.tables.spreadsheet import SheetError

FILE = Path(os.environ.get("MUT_SHARED", "../shared")) / "field/content_cases.jsonl"
LINES = FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []
CASES = {case["id"]: case for case in map(json.loads, LINES) if "site" not in case["item"]}
OF_TYPE = {collection.wordpress_type: collection for collection in COLLECTIONS if not collection.hand_kept}
TYPED = {"si": True, "no": False, "": None}


def tables(case: Mapping[str, Any]) -> tuple[Collection, pd.DataFrame]:
    """The raw table of a case. Raises `SheetError`."""
    if case["where"] == "faq":
        return PREGUNTAS, faq_frame(base64.b64decode(case["item"]["bytes"]), "raw/preguntas.csv")
    items = case["item"] if isinstance(case["item"], list) else [case["item"]]
    collection = OF_TYPE[case["where"]]
    items = [item for item in items if not item["content"].get("protected")]  # the door leaves them out by name
    return collection, raw_frame(collection, items, "https://mercado.example/wp-json/wp/v2")


def different(expect: Mapping[str, Any], row: Mapping[str, str], text: str, published: int) -> list[str]:
    """What is not as it should be of what a case gives."""
    found = [f"{name} is {row.get(name)!r}" for name in METADATA if name in expect and not metadata(expect, row, name)]
    found += [f"lacks {words}" for words in expect.get("contains", ()) if not says(words, text)]
    found += [f"has {words}" for words in expect.get("excludes", ()) if words in text]
    if "in_order" in expect:
        places = [text.find(words) for words in expect["in_order"]]
        found += [] if -1 not in places and places == sorted(places) else [f"not in order: {expect['in_order']}"]
    for group in expect.get("same_line", ()):
        lines = [line for line in text.split("\n") if all(says(words, line) for words in group)]
        found += [] if lines else [f"not on one line: {group}"]
    if "any" in expect and all(different(group, row, text, published) for group in expect["any"]):
        found.append(f"none of {expect['any']}")
    if expect.get("published", "all") != "all" and expect["published"] != published:
        found.append(f"{published} documents")
    return found


METADATA = ("fecha_inicio", "fecha_fin", "piso", "local", "abre_domingo", "abre_festivos")


def metadata(expect: Mapping[str, Any], row: Mapping[str, str], name: str) -> bool:
    cell = row.get(name, "")
    value: Any = TYPED.get(cell, cell)
    if isinstance(value, str) and name != "local":
        numbers = [int(part) for part in value.split("; ")]
        value = numbers[0] if len(numbers) == 1 else numbers
    wanted = expect[name]
    return bool(value == wanted or (isinstance(wanted, list) and value in wanted))


def says(words: str | list[str], text: str) -> bool:
    return any(word in text for word in ([words] if isinstance(words, str) else words))


@pytest.mark.skipif(
    not CASES, reason="the collected cases are not beside this checkout; MUT_SHARED names where they are"
)
@pytest.mark.parametrize("id", sorted(CASES) or ["none"])
def test_what_editors_type_is_told_right_or_in_their_words_with_a_doubt(id: str) -> None:
    case = CASES[id]
    expect = case["expect"]
    refused = ""
    try:
        collection, raw = tables(case)
    except SheetError as error:
        refused = str(error)
    if refused:
        assert expect.get("or_reported"), refused
        return
    frame = vectorial_frame(collection, raw, "raw/x.csv", today=date(2020, 1, 1))
    made = documents(collection, frame)
    text = "\n".join(document.body for document in made)
    doubts = "; ".join([*frame.get("avisos", []), *filter(None, raw["problema"])])
    row = {str(name): str(cell) for name, cell in frame.iloc[0].items()} if len(frame) else {}
    found = different(expect, row, text, len(made))
    if expect.get("reported") and not doubts:
        found.append("nobody is told")
    if found and expect.get("or_unpublished") and not made:
        return
    words = " ".join(str(expect.get("verbatim", "")).split())
    told_as_written = bool(doubts) and words in re.sub(r"\s+", " ", text)
    assert not found or (expect.get("or_reported") and (told_as_written or not made)), f"{found}\n{text}\n{doubts}"
