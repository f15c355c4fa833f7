"""Phone, mail and web are written in one way, whatever the editor typed, and no word of a cell vanishes."""

import pytest

from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.documents.contact import (
    CONTACT,
    LONGEST_CONTACT,
    MOST_CONTACTS,
    comparable,
    contact,
    spoken_address,
)
from mut_assets.domain.documents.document import documents
from mut_assets.domain.documents.limits import LARGEST_S3_VECTORS_METADATA
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets_tests.domain.items import FUENTE, block, place

LONG_ADDRESS = "https://pan.cl/" + "x" * LONGEST_CONTACT


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ({"telefono": "+56 2 2345 6789"}, {"telefono": ["+56223456789"]}),
        ({"telefono": "+ 569 745 470 86"}, {"telefono": ["+56974547086"]}),
        ({"telefono": "0056 (2) 2345-6789"}, {"telefono": ["+56223456789"]}),
        ({"telefono": "22345 6789 / 9.8765.4321"}, {"telefono": ["223456789", "987654321"]}),
        ({"telefono": "+56223456789; +56 2 2345 6789"}, {"telefono": ["+56223456789"]}),
        ({"telefono": "solo WhatsApp  +56 9 8765 4321"}, {"telefono": ["solo WhatsApp +56 9 8765 4321"]}),
        ({"telefono": "123"}, {"telefono": ["123"]}),
        ({"mail": " Hola@Pan.CL "}, {"mail": ["hola@pan.cl"]}),
        ({"mail": "mailto:a@pan.cl, b@pan.cl y c@pan.cl"}, {"mail": ["a@pan.cl", "b@pan.cl", "c@pan.cl"]}),
        ({"mail": "a arroba pan.cl"}, {"mail": ["a arroba pan.cl"]}),
        ({"web": "www.Pan.cl"}, {"web": ["www.pan.cl"]}),
        ({"web": "Nuestra tienda", "url_web": "HTTPS://www.pan.cl/"}, {"web": ["https://www.pan.cl"]}),
        ({"web": "www.pan.cl", "url_web": "https://phishing.example"}, {"web": ["https://phishing.example"]}),
        ({"url_web": "https://pan.cl/?gclid=1&utm_source=x#a"}, {"web": ["https://pan.cl"]}),
        ({"url_web": "https://pan.cl/?p=12&utm_source=x"}, {"web": ["https://pan.cl?p=12"]}),
        ({"url_web": "http://pan.cl; https://[pan.cl"}, {"web": ["http://pan.cl; https://[pan.cl"]}),
        ({"web": "Síguenos"}, {"web": ["Síguenos"]}),
        ({"url_web": LONG_ADDRESS}, {}),
        ({"telefono": "; ".join(map(str, range(2345670, 2345679)))}, {"telefono": ["2345670", "2345671", "2345672"]}),
        ({"telefono": "", "mail": " ", "web": ""}, {}),
        ({}, {}),
    ],
)  # fmt: skip
def test_a_contact_is_written_in_one_way_and_what_is_not_understood_stays(
    cells: dict[str, str], values: dict[str, list[str]]
) -> None:
    assert contact(cells) == values


@pytest.mark.parametrize("same", [("www.pan.cl", "https://pan.cl"), ("http://pan.cl", "HTTPS://www.pan.cl")])
def test_the_scheme_of_an_address_is_no_other_address(same: tuple[str, str]) -> None:
    one, other = map(comparable, same)
    assert one == other


def test_a_sidecar_says_how_to_reach_a_place_and_fits_where_s3_vectors_keeps_it() -> None:
    many = [
        block(
            phone=f"+56 2 2345 678{n}",
            mail=f"{n}{'m' * 63}@{'pan' * 8}.example",
            page_link={"title": "", "url": f"https://pan.example/{n}/{'x' * 75}"},
            local=f"{n}",
            level=f"{n}",
        )
        for n in range(1, 8)
    ]
    one, several = documents(
        TIENDAS,
        vectorial_frame(TIENDAS, raw_frame(TIENDAS, [place(block()), place(*many, id=13)], FUENTE), "raw/x.csv"),
    )
    assert {name: one.metadata[name] for name in CONTACT} == {
        "telefono": "+56223456789",
        "mail": "hola@laranura.example",
        "web": "https://laranura.example",
    }
    assert all(isinstance(values := several.metadata[name], list) and len(values) == MOST_CONTACTS for name in CONTACT)
    assert len(several.sidecar_bytes) < LARGEST_S3_VECTORS_METADATA


@pytest.mark.parametrize(
    ("web", "spoken"),
    [
        ("http://www.pan.cl", "www.pan.cl"),
        ("HTTPS://pan.cl/", "pan.cl"),
        ("https://pan.cl/tienda/", "pan.cl/tienda"),
        ("pan.cl", "pan.cl"),
        ("https://pan.cl/?id=3", "https://pan.cl/?id=3"),
        ("https://pan.cl/#carta", "https://pan.cl/#carta"),
        ("https://user:secret@pan.cl/", "https://user:secret@pan.cl/"),
        ("pan.cl y panes.cl", "pan.cl y panes.cl"),
        ("Instagram", "Instagram"),
        ("", ""),
    ],
)
def test_an_address_is_told_as_people_say_it(web: str, spoken: str) -> None:
    assert spoken_address(web) == spoken
