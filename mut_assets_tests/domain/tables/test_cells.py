"""What people open in a spreadsheet says what the table says, and runs nothing."""

import pytest

from mut_assets.domain.tables.cells import CUT, LONGEST, held, inert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ('=HYPERLINK("https://b.example")', '\'=HYPERLINK("https://b.example")'),
        ("+56 2 2345 6789", "'+56 2 2345 6789"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("\t=1+1", "\t'=1+1"),
        ("\r=1+1", "\r'=1+1"),
        (" \ufeff=1+1", " \ufeff'=1+1"),
        # Where `;` or a tab is the delimiter, a quoted cell ends elsewhere.
        ("Pan;=1+1", "Pan;'=1+1"),
        ("Pan, =1+1", "Pan, '=1+1"),
        ("Pan\n=1+1", "Pan\n'=1+1"),
        ('Pan;"=1+1;', "Pan;\"'=1+1;"),
        # Some readers leave these out.
        ("\x00=1+1", "\x00'=1+1"),
        ("\u202e\xad\u2060=1+1", "\u202e\xad\u2060'=1+1"),
        ("L-S: 10:00 - 20:00", "L-S: 10:00 - 20:00"),
        ("1+1=2", "1+1=2"),
        ("007", "007"),
        ("", ""),
    ],
)
def test_no_cell_of_a_csv_file_begins_a_formula_wherever_it_is_opened(text: str, shown: str) -> None:
    assert inert(text) == shown


@pytest.mark.parametrize("run", ["\t", "\n ", ",", ';"'])
def test_a_long_run_of_what_may_begin_a_cell_is_read_once(run: str) -> None:
    assert inert(run * 100_000 + "=1") == run * 100_000 + "'=1"  # minutes, if it were read again from each sign
    assert inert(run * 100_000 + "x") == run * 100_000 + "x"


@pytest.mark.parametrize("text", ["", "=1+1", "dos\nlíneas", "\tPan", "🍦" * (LONGEST // 2), "a" * LONGEST])
def test_what_a_workbook_holds_is_left_as_it_is(text: str) -> None:
    assert held(text) == text


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1b", "\ufffe", "\ud800"])
def test_what_a_workbook_cannot_say_is_shown_as_lost(character: str) -> None:
    assert held(f"Pan{character}Té") == "Pan\ufffdTé"


@pytest.mark.parametrize("text", ["a" * (LONGEST + 1), "🍦" * LONGEST, "a" + "🍦" * LONGEST])
def test_what_is_too_long_for_a_cell_is_cut_between_characters_and_says_so(text: str) -> None:
    shown = held(text)
    assert shown.endswith(CUT) and text.startswith(shown.removesuffix(CUT))
    assert LONGEST - 1 <= len(shown.encode("utf-16-le")) / 2 <= LONGEST
