"""What changed is told by the field and in the words of the site; where a row was read is no change."""

import pandas as pd

from mut_assets.domain.tables.changes import SHOWN, FieldChange, compare_tables, excerpt

SHOPS = [
    {"id": "1", "titulo": "Iris", "telefono": "+56 2 1", "modified_gmt": "2026-03-01", "linea": "2"},
    {"id": "2", "titulo": "La Ranura", "telefono": "", "modified_gmt": "2026-03-01", "linea": "3"},
    {"id": "3", "titulo": "Brote", "telefono": "+56 2 3", "modified_gmt": "2026-03-01", "linea": "4"},
]


def frame(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), dtype=str)


def test_rows_are_added_removed_and_changed_by_their_id_in_the_order_of_their_titles() -> None:
    after = frame(
        SHOPS[2] | {"telefono": "+56 2 4", "titulo": "Brote Café"},
        SHOPS[0] | {"telefono": ""},
        {**SHOPS[1], "id": "9", "titulo": "Zarpa"},
        {**SHOPS[1], "id": "8", "titulo": "Alba"},
    )
    found = compare_tables(frame(*SHOPS), after, "titulo")
    assert found.added == (("8", "Alba"), ("9", "Zarpa")) and found.removed == (("2", "La Ranura"),)
    assert found.changed == (
        FieldChange("3", "Brote Café", "telefono", "+56 2 3", "+56 2 4"),
        FieldChange("3", "Brote Café", "titulo", "Brote", "Brote Café"),
        FieldChange("1", "Iris", "telefono", "+56 2 1", ""),
    )


def test_the_order_of_rows_and_where_and_when_they_were_read_is_no_change() -> None:
    after = [{**row, "modified_gmt": "2026-03-02", "linea": f"{9 - at}"} for at, row in enumerate(reversed(SHOPS))]
    found = compare_tables(frame(*SHOPS), frame(*after), "titulo")
    assert (found.added, found.removed, found.changed) == ((), (), ())


def test_a_column_of_a_later_release_was_empty_before() -> None:
    after = frame(*({**row, "nivel": "3" if row["id"] == "1" else ""} for row in SHOPS))
    assert compare_tables(frame(*SHOPS), after, "titulo").changed == (FieldChange("1", "Iris", "nivel", "", "3"),)
    assert compare_tables(after, frame(*SHOPS), "titulo").changed == ()


def test_a_long_value_is_cut_to_one_line_and_a_short_one_is_whole() -> None:
    assert excerpt("uno\n dos\t tres") == "uno dos tres"
    assert excerpt("x" * SHOWN) == "x" * SHOWN
    assert excerpt("x" * (SHOWN + 1)) == "x" * (SHOWN - 1) + "…"
