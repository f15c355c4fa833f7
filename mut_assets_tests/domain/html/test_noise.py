"""What plugins, banners and style sheets leave in a text is no text; what people write in brackets is."""

import pytest

from mut_assets.domain.text import plain_text, read


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('[vc_row][vc_column width="1/2"]<p>Hay pan.</p>[/vc_column][/vc_row]', "Hay pan."),
        ("<p>[et_pb_text]Hay pan.[/et_pb_text]</p>", "Hay pan."),
        ("[gallery ids=&#8221;11,12&#8243;]<p>Hay pan.</p>", "Hay pan."),
        ('<p>[contact-form-7 id="4" title="Reservas"]</p><p>Hay pan.</p>', "Hay pan."),
        ('[caption id="a" align="b"]<img src="a.jpg"/> La barra[/caption]', "La barra"),
        ("[embed]https://video.example/1[/embed]<p>Hay pan.</p>", "Hay pan."),
        ("[vc_raw_html]JTNDZGl2[/vc_raw_html]<p>Hay pan.</p>", "Hay pan."),
        ("[boton]Hay pan[/boton]", "Hay pan"),
        ('<p>[vc_toggle title="¿Hay pan?"]Sí.[/vc_toggle]</p>', "¿Hay pan?\nSí."),
        ('<div>[et_pb_tab title=”Pan” open="on"]</div><p>Marraqueta.</p>[/et_pb_tab]', "Pan\n\nMarraqueta."),
        ('[vc_custom_heading text="Cerrado en marzo" font_container="tag:h2"]', "Cerrado en marzo"),
        ('[accordion title="true"]Hay pan[/accordion][table title="Interna"]', "Hay pan"),
        ("[tribe-events-calendar] [audio] [a_[b_c]d]Hay pan", "Hay pan"),
        ('Escribe a <a class="__cf_email__" data-cfemail="1a72">[email&#160;protected]</a>.', "Escribe a ."),
        ('<a class="__cf_email__" data-cfemail="422a2d2e23022e6c212e">[email&#160;protected]</a>', "hola@l.cl"),
        ("[:es]Papelería[:en]Shelf[:]", "Papelería"),
        ("[:en]Shelf[:es]Papelería[:] Lirio", "Papelería Lirio"),
        ("<p>Antes.</p>[:es]<p>Hay pan.</p>[:en]<p>Bread.</p>[:]<p>Después.</p>", "Antes.\n\nHay pan.\n\nDespués."),
        ("<!--:es-->Hay pan.<!--:--><!--:en-->Bread.<!--:-->", "Hay pan."),
        ("{:es}Hay pan{:}{:en}Bread{:}", "Hay pan"),
        ("[:en]Only bread[:]", "Only bread"),
    ],
)
def test_shortcodes_and_language_tags_are_no_text(source: str, text: str) -> None:
    assert plain_text(source) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Pan [nuevo]",
            "Película [18+]",
            "[2x1] en pan",
            "En el marco de [FUN]GI",
            "[pre-venta] de pan",
            "[Video de la feria]",
        ),
        *("Ver [1] y [2]", "[sin gluten] y [vegano]", "[Valor total = 5]", "[Video de la feria]", "a[b", "]["),
    ],
)
def test_what_a_person_writes_in_brackets_stays(text: str) -> None:
    assert plain_text(text) == text
    assert plain_text(f"<p>{text}</p>") == text


def test_what_themes_put_around_a_text_is_left_out_and_named() -> None:
    page = '<p>Hay pan.</p><div class="sharedaddy sd-sharing-enabled"><h3>Comparte esto:</h3></div>'
    assert read(page) == ("Hay pan.", (("Comparte esto:", "sharing or navigation"),))
    assert plain_text('<p>Hay pan <a class="more-link" href="/pan">Seguir leyendo</a></p>') == "Hay pan"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("Para ver este contenido acepta las cookies de marketing.", "cookies"),
        ("Este sitio web utiliza cookies propias y de terceros.", "cookies"),
        ("Aceptar todas las cookies", "cookies"),
        *(
            (words, "navigation")
            for words in ("Leer más…", "Seguir leyendo »", "Continue reading", "Ver mapa más grande")
        ),
        ("Please accept cookies to view this content.", "cookies"),
        ("Haz clic para aceptar las cookies de marketing y habilitar este contenido", "cookies"),
        ("By loading the video, you agree to YouTube's privacy policy.", "consent"),
        ("Siempre desbloquear YouTube", "consent"),
        ("View this post on Instagram", "embed"),
        ("Ver esta publicación en Instagram", "embed"),
        ("A post shared by Lirio St. Louis (@lirio) on Aug 1, 2023 at 10:00am PDT", "embed"),
        ("Una publicación compartida de Lirio (@lirio)", "embed"),
        ("Tu navegador no soporta la reproducción de video.", "player"),
        ("Activa JavaScript en tu navegador para completar este formulario.", "notice"),
        ("Cargando…", "notice"),
        (".elementor-heading-title{padding:0;margin:0}", "code"),
        ("@media (max-width:600px){.a .b{color:#fff}}", "code"),
        ("jQuery(document).ready(function($){ $('.a').hide(); });", "code"),
        ("window.dataLayer = window.dataLayer || [];", "code"),
    ],
)
def test_the_words_of_banners_embeds_and_code_are_left_out_and_named(source: str, why: str) -> None:
    page = f"<p>Hay pan.</p><p>{source}</p><p>Y miel.</p>"
    assert plain_text(page) == "Hay pan.\n\nY miel."
    assert {reason for _, reason in read(page)[1]} == {why}


@pytest.mark.parametrize(
    "text",
    [
        *("Hay cookies de avena y chocolate.", "Cookies veganas para llevar", "Usamos cookies para decorar el helado."),
        *("Síguenos en Instagram: @lirio", "Mira este video.", "Cargando energías: taller de yoga", "Conjunto {a, b}"),
        *(
            "Una foto compartida vale más.",
            "Clases de JavaScript para niños",
            "Llegan posts de cerámica",
            "Precio: $5 (dos)",
        ),
    ],
)
def test_a_text_of_the_shop_stays(text: str) -> None:
    assert plain_text(f"<p>{text}</p>") == text
    assert read(f"<p>{text}</p>")[1] == ()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>&lt;style&gt;.a{padding:0}&lt;/style&gt;Visítanos.</p>", "Visítanos."),
        ("<p>&lt;script&gt;var a = 1;&lt;/script&gt;Visítanos.</p>", "Visítanos."),
        ("<p>Visítanos. /*! elementor - v3 */ .elementor-widget p{color:#fff} Hay pan.</p>", "Visítanos. Hay pan."),
        ("<p>Hay pan. Para ver este video acepta las cookies. Hay miel.</p>", "Hay pan. Hay miel."),
        ('<div class="cookie-notice-container"><p>Hola.</p></div><p>Hay pan.</p>', "Hay pan."),
        ("<p>La feria reúne a más de diez [&hellip;]</p>", "La feria reúne a más de diez…"),
        ("<p>Dijo: “hay [...] pan”.</p>", "Dijo: “hay [...] pan”."),
        ("Hay cafÃ© y maÃ±anas â€“ todos los dÃ\xadas", "Hay café y mañanas – todos los días"),
        ("Caf&Atilde;&copy; de la ma&Atilde;&plusmn;ana", "Café de la mañana"),
        ("√±and√∫ y caf√©", "ñandú y café"),
    ],
)
def test_only_what_is_no_text_is_taken_out_of_a_line(source: str, text: str) -> None:
    assert plain_text(source) == text


@pytest.mark.parametrize("text", ["SÃO PAULO", "CHÂTEAU, pâté y Ângela", "2√2 y 20 °C", "Â$ 5", "ÑANDÚ — ¿sí?"])
def test_a_text_that_was_encoded_once_stays(text: str) -> None:
    assert plain_text(text) == text
