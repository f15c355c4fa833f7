"""The report as files: whatever a page of the site says, it only stands there."""

import csv
import io
import re
from dataclasses import replace

from mut_assets.domain.doubts.doubt import Doubt
from mut_assets.domain.doubts.page import COLUMNS, NOTHING, as_csv, as_html

SCRIPT = "<script>alert(1)</script>"
LINE = Doubt(
    "tiendas",
    "La Ranura",
    "https://plaza.example/a",
    "",
    "horario",
    "nunca",
    "Nada.",
    "Horas.",
    "duda",
    "2025-05-02T13:00",
)


def test_the_page_holds_each_line_under_its_linked_page() -> None:
    html = as_html([LINE, replace(LINE, field="lugar")]).decode()
    assert html.count("<article>") == 1 and html.count("<section>") == 2
    assert '<a href="https://plaza.example/a" rel="noopener noreferrer">La Ranura</a>' in html
    for words in ("horario", "nunca", "Nada.", "Horas.", "tiendas, guardada el 02-05-2025", "2 líneas (tiendas 2)."):
        assert words in html


def test_nothing_of_the_site_acts_in_the_page() -> None:
    others = ((SCRIPT, "javascript:alert(1)"), ("X", 'https://x.example/"onclick="alert(1)'))
    lines = [
        replace(LINE, title=SCRIPT, field=SCRIPT, says=SCRIPT, read_as=SCRIPT, write_instead=SCRIPT),
        replace(LINE, link="javascript:alert(1)"),
        replace(LINE, title="otra", others=others),
    ]
    html = as_html(lines).decode()
    assert "<script" not in html and "&lt;script&gt;" in html
    assert set(re.findall(r'href="(\w+):', html)) == {"https"} and "x.example/&quot;onclick" in html


def test_the_page_asks_nobody_for_anything_and_follows_the_reader() -> None:
    html = as_html([LINE]).decode()
    assert "default-src 'none'" in html and not re.search(r"\bsrc=|<link|@import|url\(", html)
    assert "color-scheme:light dark" in html and "width=device-width" in html and '<html lang="es">' in html


def test_nothing_to_mend_is_said() -> None:
    assert NOTHING in as_html([]).decode()


def test_the_csv_is_for_spreadsheets_and_runs_no_formula() -> None:
    data = as_csv([replace(LINE, title="=1+1", says="a\n=2+2", others=(("B", "https://b.example"), ("C", "")))])
    assert data.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert header == COLUMNS
    assert row[1] == "'=1+1" and row[4] == "a\n'=2+2" and row[-1] == "B https://b.example\nC"
