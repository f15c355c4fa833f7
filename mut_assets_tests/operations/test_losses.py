"""What is served no more is approved by an id, as a refused plan is, and nothing has to be deleted by hand."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from mut_assets.cli import app
from mut_assets.domain.plans.serving import Proof
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.served_record import ServedRecord
from mut_assets_tests.corridor.test_terminal import environment
from mut_assets_tests.operations.test_asking import asked

AT = "2026-03-02T03:05:00+00:00"
LOST = Proof(
    "x", AT, AT, published=29, served=17, unread={"eventos": 3, "stores": 9}, lost=("stores",),
    unread_documents=("stores/1.md (Pan) is published and not served: no data source reads stores/",),
    folders=("restaurantes", "stores"),
)  # fmt: skip
EMPTIED = replace(LOST, published=0, served=0, unread={}, unread_documents=(), lost=("",))


@pytest.fixture
def record(tmp_path: Path) -> Iterator[ServedRecord]:
    """A home in which a folder was served once and is no more; it is the environment's."""
    kept = ServedRecord(Bucket(str(tmp_path / "mut" / "bucket")))
    kept.keep(LOST)
    with patch.dict(os.environ, environment(tmp_path / "mut"), clear=True):
        yield kept


def approve(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["approve", *arguments])
    assert "Traceback" not in done.output and not isinstance(done.exception, Exception)
    return done.exit_code, done.output


def test_a_loss_is_shown_by_name_and_is_none_once_it_was_approved(record: ServedRecord) -> None:
    assert f"If it is meant: mut approve {LOST.loss}." in " ".join(LOST.losses)
    status, said = approve(LOST.loss, "--yes")
    assert status == 0 and "no data source reads stores/ (9)" in said and "stores/1.md (Pan)" in said
    kept = record.last()
    assert kept == replace(LOST, lost=(), folders=("restaurantes",)) and kept.state == "warned" and not kept.loss
    assert approve(LOST.loss, "--yes")[0] == 2, "it is none any more"


@pytest.mark.parametrize(("words", "said"), [(["ID"], "MUT-RUN-011"), (["0a1b2c3d4e5f", "--yes"], "MUT-PUB-001")])
def test_without_a_yes_or_by_another_id_nothing_changes(record: ServedRecord, words: list[str], said: str) -> None:
    status, output = approve(*[LOST.loss if word == "ID" else word for word in words])
    assert status == 2 and said in output
    assert record.last() == LOST


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "ends", "kept"), [("n", 1, LOST), ("y", 0, LOST.accepted)])
def test_a_person_at_a_terminal_is_asked(record: ServedRecord, answer: str, ends: int, kept: Proof) -> None:
    status, said = asked(["approve", LOST.loss], answer)
    assert (status, record.last()) == (ends, kept), said
    assert "Is this meant?" in said and ("Nothing was changed." in said) is (answer == "n")


def test_each_loss_has_an_id_of_its_own_which_stays_while_it_lasts() -> None:
    assert replace(LOST, run_id="y", at="later", unread={"stores": 7}).loss == LOST.loss
    assert len({LOST.loss, EMPTIED.loss, replace(LOST, lost=("eventos", "stores")).loss}) == 3
    assert EMPTIED.accepted.state == "warned" and EMPTIED.accepted.folders == ()
    assert replace(LOST, different=1).accepted.state == "lost", "a document that is not served is no matter of choice"
