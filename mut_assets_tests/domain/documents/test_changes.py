"""A changed document is told by its metadata fields, or else by its lines."""

import json
from typing import Any

import pytest

from mut_assets.domain.documents.changes import describe_change

BODY = b"# Iris\n\nLanas del cerro.\n\nAbre de 10 a 20.\n"


def sidecar(**attributes: Any) -> bytes:
    return json.dumps({"metadataAttributes": attributes}, ensure_ascii=False).encode()


A = sidecar(a="1")
PAIR = (BODY, A)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        *((half, PAIR, "only half of it was there; both halves are written again") for half in ((b"", A), (BODY, b""))),
        (
            (BODY, sidecar(horario="10 a 20", piso=-3, categorias=["lanas", "hilos"])),
            (b"# Otra\n", sidecar(horario="9 a 18", categorias=["lanas"], local="12")),
            "categorias: 'lanas, hilos' -> 'lanas'; horario: '10 a 20' -> '9 a 18'; local: '' -> '12'; "
            "piso: '-3' -> ''",
        ),
        ((BODY, b"{"), PAIR, "a: '' -> '1'"),
        (PAIR, (BODY.replace(b"10 a", b"9 a"), A), "text: removed 'Abre de 10 a 20.'; added 'Abre de 9 a 20.'"),
        (
            PAIR,
            (b"# Iris\n\n\n\nuno\ndos\ntres\n", A),
            "text: removed 'Lanas del cerro.'; removed 'Abre de 10 a 20.'; added 'uno'; and 2 lines more",
        ),
        (PAIR, (BODY, A + b"\n"), "the same content in other bytes"),
    ],
)
def test_a_changed_document_is_told_by_its_fields_or_else_by_its_lines(
    old: tuple[bytes, bytes], new: tuple[bytes, bytes], told: str
) -> None:
    assert describe_change(old, new) == told
