"""What comes from a site, a file or a bucket never stands unescaped in Markdown metadata."""

import pytest

from mut_assets.assets.editors import PAGES_SHOWN, doubts_by_page
from mut_assets.assets.reporting import change_rows, listed
from mut_assets.domain.doubts.doubt import Doubt
from mut_assets.domain.plans.outcome import Line, Outcome


def links(title: str, link: str) -> str:
    outcome = Outcome("tiendas", "published", "b/stores/", added=1, added_lines=(Line(title, link),))
    return str(change_rows([outcome])["links"].value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[ven](https://malo.example)", r"\[ven\](https://malo.example)"),
        ("![x](https://malo.example/p.png)", r"\!\[x\](https://malo.example/p.png)"),
        ("<img src=x onerror=y>", r"\<img src=x onerror=y\>"),
        ("`codigo` *f* _c_ ~~t~~", r"\`codigo\` \*f\* \_c\_ \~\~t\~\~"),
        ("a\n\n# Título\r\n- b", r"a \# Título - b"),
        ("&lt;b&gt; | a \\", r"\&lt;b\&gt; \| a \\"),
    ],
)
def test_a_line_of_a_list_and_a_title_are_text(text: str, shown: str) -> None:
    assert listed("foreign_keys", [text])["foreign_keys"].value == f"- {shown}"
    assert links(text, "https://plaza.example/") == f"- added: [{shown}](https://plaza.example/)"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://plaza.example/a_b/?x=1&y=%20#z", "[Pan](https://plaza.example/a_b/?x=1&y=%20#z)"),
        ("https://plaza.example/a) [ven](https://malo.example", "%29%20%5Bven%5D%28https://malo.example)"),
        ("https://plaza.example/\n# ven", "[Pan](https://plaza.example/%0A#%20ven)"),
        ("https://plaza.example/<b>`x`", "[Pan](https://plaza.example/%3Cb%3E%60x%60)"),
        ("https://plaza.example/ñandú", "[Pan](https://plaza.example/%C3%B1and%C3%BA)"),
        ("javascript:alert(1)", "Pan (javascript:alert(1))"),
    ],
)
def test_an_address_ends_where_it_ends_and_leads_to_a_page_or_nowhere(link: str, shown: str) -> None:
    assert links("Pan", link).endswith(shown)


def doubt(title: str, link: str = "https://plaza.example/", says: str = "nunca") -> Doubt:
    others = ((title, "javascript:alert(1)"),)
    return Doubt("tiendas", title, link, "", "horario", says, "Nada.", "Horas.", "duda", others=others)


def test_the_editors_report_has_linked_titles_and_nothing_of_the_site_acts_in_it() -> None:
    told = doubts_by_page([doubt("[ven](x)", says="<img src=x>"), doubt("Pan", "javascript:alert(1)")])
    assert told["editors_report"].value == (
        "2 líneas (tiendas 2).\n\n"
        r"**[\[ven\](x)](https://plaza.example/)** (tiendas)"
        "\n\n"
        r"- **horario** · Dudoso. *Dice:* \<img src=x\> *Se leyó:* Nada. *Qué escribir:* Horas. "
        r"*Páginas:* \[ven\](x) (javascript:alert(1))"
        "\n\n**Pan (javascript:alert(1))** (tiendas)\n\n"
        "- **horario** · Dudoso. *Dice:* nunca *Se leyó:* Nada. *Qué escribir:* Horas. "
        "*Páginas:* Pan (javascript:alert(1))"
    )


def test_the_editors_report_says_how_many_pages_it_leaves_out_and_is_absent_where_none_was_made() -> None:
    told = doubts_by_page([doubt(f"Pan {number:03}") for number in range(PAGES_SHOWN + 2)])
    assert told["doubts"] == PAGES_SHOWN + 2
    assert told["editors_report"].value.endswith("\n\n… y 2 más en `mut doubts`.")
    assert doubts_by_page(None) == {}
