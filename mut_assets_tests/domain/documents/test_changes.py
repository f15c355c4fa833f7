"""A changed document is told by its metadata fields, or else by its lines."""

import json
from typing import Any

import pytest

from mut_assets.domain.documents.changes import describe_change

BODY = b"# Iris\n\nLanas del cerro.\n\nAbre de 10 a 20.\n"


def sidecar(**attributes: Any) -> bytes:
    return json.dumps({"metadataAttributes": attributes}, ensure_ascii=False).encode()


def menu(lines: int, price: int) -> tuple[bytes, bytes]:
    return ("".join(f"- Plato número {1000 + line} a {price} mil\n" for line in range(lines)).encode(), A)


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


A = sidecar(a="1")
GONE = [f"removed '- Plato número {line} a 3 mil'" for line in (1000, 1001, 1002)]
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
        (PAIR, (b"\n".join(reversed(BODY.split(b"\n"))), A), "text: the same lines in another order"),
        # A menu of which each price went up: a comparison that looks for similar lines never ends.
        (menu(20_000, 3), menu(20_000, 4), "text: " + "; ".join([*GONE, "and 39,997 lines more"])),
        # What somebody else wrote beside it may be of any shape.
        (
            (BODY, sidecar(a="1", b={"c": nested(300)}, d=[nested(300)], **{"e" * 999: 1})),
            PAIR,
            f"b: '(an object)' -> ''; d: '(a list)' -> ''; {'e' * 79}…: '1' -> ''",
        ),
        (
            (BODY, sidecar(**{f"k{number}": number for number in range(100, 150)})),
            PAIR,
            "; ".join(["a: '' -> '1'", *(f"k{n}: '{n}' -> ''" for n in range(100, 119)), "and 31 fields more"]),
        ),
    ],
)
def test_a_changed_document_is_told_by_its_fields_or_else_by_its_lines(
    old: tuple[bytes, bytes], new: tuple[bytes, bytes], told: str
) -> None:
    assert describe_change(old, new) == told
