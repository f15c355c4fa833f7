"""A page of which nothing is known keeps its row, and says why."""

import pandas as pd
import pytest

from mut_assets.domain.collections import EVENTOS, TIENDAS
from mut_assets.domain.tables.quality import set_aside
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.tables.unproven import with_unproven
from mut_assets_tests.domain.items import FUENTE, page

WHY = "the site has closed single items"


def stores(*ids: int, **fields: object) -> pd.DataFrame:
    return raw_frame(TIENDAS, [page(id=id, **fields) for id in ids], "the night before")


def test_a_table_in_which_nothing_is_missing_stays_itself() -> None:
    frame = stores(9, 10)
    assert with_unproven(frame, {}, None, TIENDAS, FUENTE) is frame


@pytest.mark.parametrize(("last", "title"), [(stores(10, 11, slug="papel"), "papel"), (None, ""), (stores(9), "")])
def test_the_row_of_the_night_before_stands_for_the_page_in_its_place(last: pd.DataFrame | None, title: str) -> None:
    frame = with_unproven(stores(9, 100), {10: WHY}, last, TIENDAS, FUENTE)
    assert frame["id"].tolist() == ["9", "10", "100"]
    row = frame.iloc[1]
    assert (row["slug"], row["tipo"], row["fuente"], row["problema"]) == (title, "Tienda", FUENTE, WHY)
    assert list(frame.columns) == list(TIENDAS.raw_columns) and not frame.isna().any().any()
    assert len(set_aside(frame)) == 1


def test_a_table_of_an_earlier_release_lends_the_columns_that_it_has() -> None:
    last = raw_frame(EVENTOS, [page(id=7)], FUENTE)[["id", "titulo"]].assign(gone="x")
    frame = with_unproven(raw_frame(EVENTOS, [page(id=8)], FUENTE), {7: WHY}, last, EVENTOS, FUENTE)
    assert list(frame.columns) == list(EVENTOS.raw_columns)
    assert (frame.iloc[0]["titulo"], frame.iloc[0]["link"]) == (last["titulo"][0], "")
