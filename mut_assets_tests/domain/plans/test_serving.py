"""What is published and what is served are compared key by key; folders that nothing reads and foreign keys are not."""

from collections.abc import Mapping

import pytest

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.published import Holdings, Published
from mut_assets.domain.plans.serving import Proof, differences


def holdings(*stores: str, foreign: tuple[str, ...] = ()) -> Holdings:
    """`stores` are published with the fingerprint "new"; nothing else is."""
    published = {id: Published(id, "new", "Pan", "", 9, frozenset()) for id in stores}
    by_name = {kind.name: published if kind.folder == "stores" else {} for kind in COLLECTIONS}
    return Holdings(by_name, foreign, 0, "kb/v1/")


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ({"stores/1.md": "new", "stores/2.md": "new"}, []),
        ({"stores/1.md": "new", "stores/2.md": ""}, []),  # a knowledge base that does not know versions
        ({"stores/1.md": "new"}, ["stores/2.md is published and not served (FAILED)"]),
        (
            {"stores/1.md": "old", "stores/2.md": "new", "stores/3.md": "new"},
            [
                "stores/3.md is served and not published",
                "stores/1.md is served in another version than the published one",
            ],
        ),
    ],
)
def test_every_difference_is_a_sentence(versions: Mapping[str, str], expected: list[str]) -> None:
    assert differences(holdings("1", "2"), Served(versions, not_indexed={"stores/2.md": "FAILED"})) == expected


def test_a_folder_that_no_data_source_reads_is_not_missed() -> None:
    assert differences(holdings("1"), Served({}, {"stores": "aws …"})) == []
    assert differences(holdings("1"), Served({}, {"eventos": "aws …"})) == ["stores/1.md is published and not served"]


def test_a_proof_that_contradicts_itself_is_told_all_the_same() -> None:
    proof = Proof("run", "", "", published=1, served=0, lost=("stores",))
    assert proof.state == "lost" and "stores/ (0)" in proof.losses[0]


def test_a_foreign_key_that_is_served_is_no_difference() -> None:
    assert differences(holdings(foreign=("kb/v1/stores/leeme.md",)), Served({"stores/leeme.md": "x"})) == []
    elsewhere = holdings(foreign=("kb/v1/old/stores/1.md",))
    assert differences(elsewhere, Served({"stores/1.md": "x"})) == ["stores/1.md is served and not published"]
