"""A link that is the point is told with its address; navigation, profiles and the page itself are not."""

import pytest

from mut_assets.domain.text import paragraphs, plain_text

PAGE = "https://mercado.example/tiendas/lirio/"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('Reserva tu mesa <a href="https://r.example/mesa">aquí</a>.', "Reserva tu mesa aquí: https://r.example/mesa"),
        ('<a href="https://r.example/mesa">Inscríbete</a>', "Inscríbete: https://r.example/mesa"),
        ('Pide <a href="https://r.example/mesa">aquí</a> o ven.', "Pide aquí (https://r.example/mesa) o ven."),
        ('<a href="/formulario">Formulario</a>', "Formulario: https://mercado.example/formulario"),
        (
            '<a href="https://r.example/a?utm_source=x&amp;id=2">Más información</a>',
            "Más información: https://r.example/a?id=2",
        ),
        ('<a href="https://instagram.com/lirio">Inscríbete aquí</a>', "Inscríbete aquí: https://instagram.com/lirio"),
        ('Por <a href="https://wa.me/56900000000?text=hola">WhatsApp</a>', "Por WhatsApp: +56900000000"),
        ('<a href="tel:+56 2 2345 6789">Llámanos</a>', "Llámanos: +56223456789"),
        ('<a href="tel:+56223456789">+56 2 2345 6789</a>', "+56 2 2345 6789"),
        ('<a href="mailto:hola@lirio.example?subject=x">Escríbenos</a>', "Escríbenos: hola@lirio.example"),
        ('<a href="mailto:hola@lirio.example">hola@lirio.example</a>', "hola@lirio.example"),
        ('<a href="https://r.example/x">www.r.example/x para más info</a>', "www.r.example/x para más info"),
        (
            '<p><a href="https://r.example/x">Reserva</a></p><p><a href="https://r.example/x">Reserva</a></p>',
            "Reserva: https://r.example/x\n\nReserva",
        ),
    ],
)
def test_a_link_that_is_the_point_is_told_with_its_address(html: str, text: str) -> None:
    assert plain_text(html, PAGE) == text
    assert plain_text(plain_text(html, PAGE), PAGE) == text


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{PAGE}">Reserva</a>',
        f'<a href="{PAGE}#carta">Reserva</a>',
        '<nav><a href="https://r.example/x">Reserva</a></nav>',
        *(
            f'<a href="{href}">{text}</a>'
            for href, text in (
                ("javascript:void(0)", "Reserva aquí"),
                ("data:text/html,x", "Reserva aquí"),
                ("#carta", "Reserva"),
                ("https://instagram.com/lirio", "Instagram"),
                ("https://www.facebook.com/sharer/sharer.php?u=x", "Compartir aquí"),
                ("https://r.example/carta.JPG", "Carta"),
                ("https://lirio.example", "Lirio"),
                ("https://mercado.example/", "Inicio"),
                ("https://r.example/a b", "Reserva"),
                ("http://[", "Reserva"),
            )
        ),
    ],
)
def test_any_other_address_is_not_told(html: str) -> None:
    assert ":" not in plain_text(html, PAGE)
    assert "(" not in plain_text(html, PAGE)


def test_no_address_is_told_where_the_page_is_not_named() -> None:
    assert plain_text('<a href="https://r.example/x">Reserva</a>') == "Reserva"
    told, _ = paragraphs('<a href="https://r.example/x">Reserva</a>', PAGE)
    assert told == [("Reserva: https://r.example/x", False)]
