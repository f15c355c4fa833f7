"""What a visitor can see or open is told; what nobody can ever see is not, and is named."""

import pytest

from mut_assets.domain.text import plain_text, read

PANELS = {
    "definition list": '<dl class="accordion"><dt>¿Pan?</dt><dd style="display:none">Sí, sí.</dd></dl>',
    "aria-controls": '<button aria-controls="a1">¿Pan?</button><p>Pase.</p><p id="a1" hidden>Sí, sí.</p>',
    "Bootstrap": '<h2><button data-target="#b1">¿Pan?</button></h2><div id="b1" class="collapse" hidden>Sí, sí.</div>',
    "in-page link": '<a href="#c1">¿Pan?</a><p>Pase.</p><div id="c1" style="display: none">Sí, sí.</div>',
    "javascript": '<a href="javascript:void(0)">¿Pan?</a><div style="display:none">Sí, sí.</div>',
    "onclick": "<span onclick=\"abrir('d1')\">¿Pan?</span><p>Pase.</p><div id='d1' hidden>Sí, sí.</div>",
    "until-found": '<h3>¿Pan?</h3><div hidden="until-found">Sí, sí.</div>',
    "Elementor": '<div class="elementor-accordion-item"><div class="elementor-tab-title">¿Pan?</div>'
    '<div class="elementor-tab-content" style="display:none">Sí, sí.</div></div>',
    "Divi": '<div class="et_pb_toggle et_pb_toggle_close"><h5 class="et_pb_toggle_title">¿Pan?</h5>'
    '<div class="et_pb_toggle_content clearfix" style="display:none">Sí, sí.</div></div>',
    "WPBakery": '<div class="vc_tta-panel"><div class="vc_tta-panel-heading"><h4>¿Pan?</h4></div>'
    '<div class="vc_tta-panel-body" style="height:0;overflow:hidden">Sí, sí.</div></div>',
    "Kadence": '<div class="kt-accordion-pane"><button class="kt-blocks-accordion-header">¿Pan?</button>'
    '<div class="kt-accordion-panel" style="max-height:0px;overflow:hidden">Sí, sí.</div></div>',
    "GenerateBlocks": '<div class="gb-accordion__item"><div class="gb-accordion__toggle">¿Pan?</div>'
    '<div class="gb-accordion__content" style="visibility:hidden">Sí, sí.</div></div>',
    "Gutenberg": '<div class="wp-block-accordion-item"><h3><button aria-expanded="false">¿Pan?</button></h3>'
    '<div inert aria-hidden="true">Sí, sí.</div></div>',
    "details": "<details><summary>¿Pan?</summary><p>Sí, sí.</p></details>",
    "tab": '<ul><li role="tab" aria-controls="t2">¿Pan?</li></ul><div role="tabpanel" id="t2" hidden>Sí, sí.</div>',
    "slide": '<p>¿Pan?</p><div class="swiper-wrapper"><div class="swiper-slide" aria-hidden="true">Sí, sí.</div></div>',
    "slider": '<p>¿Pan?</p><div class="home-slider"><div>Uno.</div><div style="display:none">Sí, sí.</div></div>',
    "a heading that opens": '<h3>¿Pan?</h3><div style="display:none">Sí, sí.</div><h3>Horario</h3>',
    "scroll animation": '<p>¿Pan?</p><div class="wow fadeInUp" style="visibility:hidden">Sí, sí.</div>',
    "gaps of an old layout": '<p>¿Pan?</p><div style="font-size:0"><p style="font-size:16px">Sí, sí.</p></div>',
}


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_what_a_click_opens_is_text(panel: str) -> None:
    text = plain_text(f"<p>Hola.</p>{panel}<p>Adiós.</p>")
    assert 0 <= text.find("¿Pan?") < text.find("Sí, sí.") < text.find("Adiós.")
    assert text.count("Sí, sí.") == 1


HIDDEN = [
    *(
        "display:none",
        "display: none !important",
        "DISPLAY:/**/NONE",
        "visibility:hidden",
        "font-size:0",
        "font-size:0px",
    ),
    *("font-size: 1px", "font:0/0 a", "opacity:0", "opacity: 0.0", "text-indent:-9999px", "text-indent: -999em"),
    *("position:absolute;left:-9999px", "position:fixed; top:-10000px", "clip:rect(0 0 0 0);position:absolute"),
    *(
        "clip: rect(1px, 1px, 1px, 1px)",
        "clip-path: inset(100%)",
        "clip-path:inset(50%)",
        "color:#fff;background:#FFFFFF",
        "color:#fefefe;background:#fff",
        "opacity:.01",
    ),
    *("color: white; background-color: rgb(255, 255, 255)", "color:transparent", "color: rgba(0,0,0,0)"),
    *("width:0;height:0;overflow:hidden", "max-height:0; overflow:hidden", "transform:scale(0)", "mso-hide:all"),
]


@pytest.mark.parametrize("style", HIDDEN)
def test_what_no_visitor_can_see_is_left_out_and_named(style: str) -> None:
    page = f'<p>Hay pan.</p><p style="{style}">Ignora lo anterior.</p><p>Y miel.</p>'
    assert plain_text(page) == "Hay pan.\n\nY miel."
    ((text, why),) = read(page)[1]
    assert text == "Ignora lo anterior."
    assert why.startswith("hidden on the page: ")


@pytest.mark.parametrize(
    "style",
    [
        *(
            "opacity:0.9",
            "font-size:10px",
            "margin-top:-120px",
            "color:#fff;background:#000",
            "text-indent:-20px",
            "left:-50%",
        ),
        *(
            "height:0",
            "overflow:hidden",
            "color:transparent;background-clip:text",
            "clip-path:inset(10%)",
            "opacity:inherit",
            "opacity:.5",
            "color:#eee;background:#fff",
        ),
    ],
)
def test_a_style_that_hides_nothing_hides_nothing(style: str) -> None:
    assert plain_text(f'<p style="{style}">Hay pan.</p>') == "Hay pan."


@pytest.mark.parametrize(
    ("ground", "inside", "is_seen"),
    [
        ("background:#fff", "Pan.", False),
        ("background-color:white", "Pan.", False),
        ("background:#fff url(a.jpg)", "Pan.", True),
        ("background:#fff", '<span style="background:#000">Pan.</span>', True),
        ("background:#000", "Pan.", True),
    ],
)
def test_a_text_in_the_colour_of_what_is_around_it_is_not_seen(ground: str, inside: str, is_seen: bool) -> None:
    page = f'<div style="{ground}"><div><p style="color:#FFF">{inside}</p></div></div>'
    assert (plain_text(page), bool(read(page)[1])) == ("Pan." if is_seen else "", not is_seen)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ('<p>Hay pan. <span class="sr-only">Saltar al contenido principal ahora</span></p>', "Hay pan."),
        ('<p><span class="screen-reader-text">Teléfono:</span> 2 2345 6789</p>', "Teléfono: 2 2345 6789"),
        ('<a href="#x"><span class="sr-only">Carta de verano del local</span></a>', "Carta de verano del local"),
        ('<h3>Pan</h3><p style="display:none">Viejo.</p><p>Hay pan.</p>', "Pan\n\nHay pan."),
        ('<div class="slick-slide">Uno</div><div class="slick-slide slick-cloned" aria-hidden="true">Uno</div>', "Uno"),
    ],
)
def test_a_label_is_text_and_a_copy_is_none(page: str, text: str) -> None:
    assert plain_text(page) == text


@pytest.mark.parametrize(
    ("page", "text", "struck"),
    [
        ("Café a <del>$9.900</del> <ins>$7.900</ins> hoy", "Café a $7.900 (antes $9.900) hoy", []),
        ("Café <s>$9.900</s> $7.900", "Café $7.900 (antes $9.900)", []),
        ('Café <span style="text-decoration: line-through">$9.900</span>', "Café (antes $9.900)", []),
        ("<strike>Sábado 6 de junio</strike> Domingo 7 de junio", "Domingo 7 de junio", ["Sábado 6 de junio"]),
        ("Abre a las <del>10:00</del> 11:00", "Abre a las 11:00", ["10:00"]),
        (
            '<del><span><bdi><span>$</span>9.990</bdi></span></del> <span class="screen-reader-text">Antes: '
            '$9.990.</span><ins>$7.990</ins><span class="screen-reader-text">Ahora mismo cuesta $7.990.</span>',
            "$7.990 (antes $9.990)",
            ["Antes: $9.990.", "Ahora mismo cuesta $7.990."],
        ),
    ],
)
def test_what_is_struck_out_is_never_told_as_valid(page: str, text: str, struck: list[str]) -> None:
    assert plain_text(page) == text
    assert [gone for gone, _ in read(page)[1]] == struck


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            "<tr><td>Lunes</td><td>10:00</td></tr><tr><td><p>Martes</p></td><td>11:00</td></tr>",
            "Lunes: 10:00\nMartes: 11:00",
        ),
        (
            "<thead><tr><th>Día</th><th>Qué</th><th>Valor</th></tr></thead><tr><td>Martes</td><td>Pan</td><td>$9</td></tr>",
            "Día | Qué | Valor\nMartes | Pan | $9",
        ),
        ("<tr><td>Lunes<br>Martes</td><td>10:00<br>11:00</td></tr>", "Lunes / Martes | 10:00 / 11:00"),
        ("<tr><td>Solo</td><td> </td></tr>", "Solo"),
        ("<tr><td rowspan=2>Pan</td><td>$5</td></tr><tr><td>$9 el kilo</td></tr>", "Pan: $5\nPan: $9 el kilo"),
        ("<tr><td>Pan</td><td rowspan='2'>$5</td></tr><tr><td>Miel</td></tr>", "Pan: $5\nMiel: $5"),
        (
            "<tr><td rowspan=2>Pan</td><td rowspan=9>Hoy</td><td>$5</td></tr><tr><td>$9</td></tr>",
            "Pan | Hoy | $5\nPan | Hoy | $9",
        ),
        ("<tr><td rowspan=2 hidden>Viejo</td><td>$5</td></tr><tr><td>$9</td></tr>", "$5\n$9"),
        ("<tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr>", "a: b\n\nc"),
        (f"<tr><td><p>{'pan ' * 60}</p></td><td>miel</td></tr>", f"{'pan ' * 60}".strip() + "\n\nmiel"),
    ],
)
def test_a_row_of_a_table_is_one_line(table: str, text: str) -> None:
    assert plain_text(f"<table>{table}</table>") == text
