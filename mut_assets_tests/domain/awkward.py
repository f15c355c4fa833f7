"""Texts that are long and all alike, or torn: they cost the square of their length in a reader that looks far ahead."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

BACKSTOP = 60
"""CPU seconds after which a reader is taken for one that does not end: it needs less than two for any of these."""


@contextmanager
def ends() -> Iterator[None]:
    """Fails when the block still computes after `BACKSTOP`, which is no measure of speed: what it is there to find
    would take from many minutes to days."""

    def too_long(*_: object) -> None:
        raise AssertionError(f"still computing after {BACKSTOP} s")

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, BACKSTOP)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def repeated(unit: str, length: int) -> str:
    """The unit over and over, cut to a length in characters."""
    return (unit * (length // len(unit) + 1))[:length]


def nested(name: str, length: int) -> str:
    """Elements inside one another, closed again."""
    depth = length // (2 * len(name) + 5)
    return f"<{name}>" * depth + f"</{name}>" * depth


UNITS = (
    *(
        "<!--",
        "<",
        "< ",
        ">",
        "<!a",
        "<!a>",
        "<?x",
        "</a",
        "</a ",
        "<a x=",
        "<zz>",
        "<zz></zz>",
        "<!<!",
        "&",
        "&a",
        "&#",
    ),
    *("&amp;", "amp;", "&aacute;", "&#60;", "&lt;b&gt;", "&amp;lt;b&amp;gt;", "&lt;b ", "&nbsp;", "A&B ", "&lt;p&gt;"),
    *(
        "<p>",
        "<br>",
        "<td>",
        "<h1>",
        "<li></li>",
        "<p><b>x</b></p>",
        "<p><b>",
        "<p><i x=y>a</p>",
        "<span><div></span></div>",
    ),
    *(
        "<p>Hay pan.</p>",
        "<li>Plato 1 a 3 mil</li>",
        "<p>&lt;</p><p>b&gt;</p>",
        "<a href='x",
        '<a x="y" ',
        "<i hidden>",
    ),
    *("[a_b ", "[:es]", "[/a]", ".a{b:c} ", "{a:b}", "@a{", "function(", "Cargando. ", "Ã", "<s>$9 ", "<td>a<td>b"),
    *("<p id=x hidden>a</p>", "<dt>a</dt><dd hidden>b</dd>", "<a href='tel:+5622345678'>a</a>", "<i class=sr-only>a:"),
    *(
        " ",
        "\n",
        "\t",
        "\u00a0",
        " \u00a0",
        "\r\n",
        "\x1d\x1e",
        "\u200b",
        "a\u200d",
        "\u0301",
        "a\u0323\u0301",
        "\u0301\u0323",
    ),
    *(
        "a",
        "A",
        "Aa",
        "PanRopa",
        "ñ",
        "😀",
        "1",
        "1 ",
        "0",
        "0Pan.",
        ".0Pan",
        ".",
        ". ",
        "…",
        "?",
        "¿",
        '"',
        "”",
        ")",
        ").",
        "-",
    ),
    *(
        "- ",
        "\n- Pan",
        ",",
        ":",
        "/",
        "_",
        "*",
        "d'",
        "y ",
        "(",
        "[x](",
        "#fff ",
        "#abcdef Pan",
        "<#fff",
        "rgba(",
        "Hay pan. ",
    ),
    *(
        "Hay pan.Ropa",
        "a . ",
        "¿que es ",
        "¿Qué es Lirio? ",
        "que es a",
        "Lirio. ",
        "Lirio\n",
        "por ",
        "Atte. ",
        "sobre ",
    ),
    *(
        "12 de abril de 2024, ",
        "12/04/2024 ",
        "12-10 ",
        "mar ",
        "todos ",
        "del 1 al ",
        "10:00 a 20:00 ",
        "L-V: 10:00 - 20:00 ",
    ),
    *(
        "lunes ",
        "M ",
        "10:",
        "piso ",
        "piso 2 ",
        "pisos 1, ",
        "1 y ",
        "nivel: ",
        "menos ",
        "local 1, ",
        "Pan\n\n",
        "a\n\n",
    ),
)
"""What is repeated: what each of the page's readers looks for, begun, ended or alone."""


def awkward(length: int) -> Iterator[tuple[str, str]]:
    """Each text with what it is, about `length` characters long."""
    for unit in UNITS:
        yield repr(unit), f"x{repeated(unit, length)}x"
    for start in ("<a", "</a", "<i style='display", "piso", "del", "sobre", "rgba(", "a,", "#"):
        for run in (" ", "\n", "0", "-", "\u00a0"):
            yield f"{start!r}, then {run!r}", start + run * length
    for name in ("div", "b", "p", "zz", "span", "blockquote"):
        yield f"nested {name}", nested(name, length)
        yield f"{name} torn", f"<{name}" * (length // 6) + ">" * (length // 6)
    yield "a heading in elements", "<div>" * 500 + f"<b>x</b>{'a' * length}" + "</div>" * 500
    yield "paragraphs", "".join(f"<p>Hay pan número {number} en la casa de Ana.</p>" for number in range(length // 45))
    yield "open formatting", "".join(f"<p><b id={number}>a</p>" for number in range(length // 18))
