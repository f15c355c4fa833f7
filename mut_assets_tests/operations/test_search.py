"""`mut search`: what a person and a program are shown."""

import json
from pathlib import Path

import pytest

from mut_assets.operations.search import as_json, as_text, search
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import Hit, LocalIndex
from mut_assets.resources.failures import PermanentFailure

LINK = "https://plaza.example/restaurantes/gelato-nuble-con-un-nombre-largo-que-no-cabe-en-una-linea-de-terminal/"
HITS = [
    Hit("21", "restaurantes", "Gelato Ñuble [bold]", LINK, 3.25, "matched: Heladería"),
    Hit("5", "eventos", "Noche\nde \x1b[31mTango", "", 1.5, "matched: música"),
]


@pytest.fixture
def index(tmp_path: Path) -> LocalIndex:
    bucket = Bucket(str(tmp_path / "bucket"))
    bucket.put("v1/restaurantes/21.md", "# Gelato Ñuble\n\nHeladería artesanal.\n".encode())
    bucket.put("v1/stores/11.md", b"# El Trompo\n\nJuguetes.\n")
    index = LocalIndex(tmp_path / "index.sqlite")
    index.ingest(bucket, "v1/")
    return index


def test_a_question_finds_its_document_and_finding_nothing_is_no_failure(index: LocalIndex) -> None:
    assert [hit.title for hit in search(index, "dónde hay helados", 3)] == ["Gelato Ñuble"]
    assert search(index, "xilofonista") == []


def test_before_the_first_run_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match="make run") as raised:
        search(LocalIndex(tmp_path / "index.sqlite"), "helados")
    assert raised.value.code == "MUT-KB-006"


@pytest.mark.parametrize("empty", ["", " \n"])
def test_an_empty_question_is_explained(index: LocalIndex, empty: str) -> None:
    with pytest.raises(PermanentFailure) as raised:
        search(index, empty)
    assert raised.value.code == "MUT-KB-005"


def test_json_is_a_list_of_objects_with_accents_as_they_are() -> None:
    text = as_json(HITS)
    assert "Ñuble" in text
    first = {"id": "21", "collection": "restaurantes", "title": "Gelato Ñuble [bold]", "link": LINK}
    assert json.loads(text)[0] == first | {"score": 3.25, "why": "matched: Heladería"}
    assert json.loads(as_json([])) == []


def test_plain_text_shows_title_link_and_why_on_their_lines() -> None:
    assert as_text(HITS).splitlines() == [
        "1. Gelato Ñuble [bold] (restaurantes)",
        f"   {LINK}",
        "   matched: Heladería",
        "2. Noche de [31mTango (eventos)",
        "   (no link)",
        "   matched: música",
    ]
    assert "Nothing found" in as_text([])
