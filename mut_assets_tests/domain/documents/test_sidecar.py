"""The sidecar's name, bytes and content, and that everybody reads it by the same rules."""

import ast
from pathlib import Path
from typing import Any

import pytest

import mut_assets
from mut_assets.domain.documents.changes import describe_change
from mut_assets.domain.documents.sidecar import (
    SidecarError,
    described_key,
    ingestible,
    is_sidecar,
    read,
    sidecar_key,
    text_of,
    write,
)
from mut_assets.domain.documents.vectors import vector_record
from mut_assets.domain.evaluation.scoring import published_text
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import MemoryIndex

ATTRIBUTES = {"titulo": "Ñandú", "piso": -3, "abre_domingo": False, "categorias": ["Pan", "Té"]}
PAN = b"# Pan\n\nVende pan.\n"

NONE = {
    "nothing": b"",
    "half of it": b"{",
    "a list": b"[]",
    "no attributes": b'{"titulo": "Pan"}',
    "attributes of another kind": b'{"metadataAttributes": 3}',
    "another encoding": '{"metadataAttributes": {"titulo": "Ñandú"}}'.encode("utf-16"),
    "no UTF-8": b'{"metadataAttributes": {"titulo": "\xf1"}}',
    "half of a surrogate pair": b'{"metadataAttributes": {"titulo": "\\ud800"}}',
    "half of a surrogate pair in bytes": b'{"metadataAttributes": {"titulo": "\xed\xa0\x80"}}',
    "too deep": b'{"metadataAttributes": ' + b"[" * 9_000,
}


def store(body: bytes, sidecar: bytes) -> DocumentStore:
    bucket = Bucket("memory://")
    bucket.put("stores/7.md", body)
    bucket.put("stores/7.md.metadata.json", sidecar)
    return DocumentStore(bucket, "")


def test_the_name_of_a_sidecar_is_its_documents_and_a_suffix() -> None:
    assert sidecar_key("stores/7.md") == "stores/7.md.metadata.json"
    assert described_key("stores/7.md.metadata.json") == described_key("stores/7.md") == "stores/7.md"
    assert is_sidecar("stores/7.md.metadata.json") and not is_sidecar("stores/7.md")


def test_a_sidecar_is_written_in_one_way() -> None:
    assert write(dict(reversed(ATTRIBUTES.items()))) == write(ATTRIBUTES)
    assert write({"titulo": "Ñandú", "piso": 2}) == '{"metadataAttributes": {"piso": 2, "titulo": "Ñandú"}}\n'.encode()


def test_what_was_written_is_read() -> None:
    assert read(write(ATTRIBUTES)) == ingestible(write(ATTRIBUTES)) == ATTRIBUTES
    assert read(b"\xef\xbb\xbf" + write(ATTRIBUTES)) == ATTRIBUTES


@pytest.mark.parametrize("sidecar", NONE.values(), ids=NONE)
def test_what_is_no_sidecar_is_none_to_every_reader(sidecar: bytes) -> None:
    assert read(sidecar) == {}
    with pytest.raises(SidecarError, match="its metadata file"):
        ingestible(sidecar)
    published = published_text("stores/7.md", PAN, sidecar)
    assert published and (published.document.title, published.document.link) == ("Pan", "")
    if sidecar:
        assert describe_change((PAN, sidecar), (PAN, write({"piso": 2}))) == "piso: '' -> '2'"
        assert MemoryIndex([("stores/7.md", PAN, sidecar)]).report.failed == 1
    assert vector_record("tiendas/7#0123456789ab", [1.0], sidecar).metadata == {}
    assert store(PAN, sidecar).holdings().foreign == ("stores/7.md",), "nothing says that it is ours"


def test_typed_attributes_are_plain_ones_to_who_ingests_and_stay_as_written_to_others() -> None:
    """The platform writes none, so a typed document_type does not make a document ours."""
    typed = {"document_type": {"value": {"type": "STRING", "stringValue": "tienda"}, "includeForEmbedding": False}}
    assert ingestible(write(typed)) == {"document_type": "tienda"}
    assert read(write(typed)) == typed


@pytest.mark.parametrize("value", ["", None, [], ["a", 1], {"piso": 1}, {"value": {"type": "NUMBER", "text": 1}}])
def test_a_value_that_bedrock_would_refuse_cannot_be_ingested(value: Any) -> None:
    with pytest.raises(SidecarError, match="'lugar' is empty, or no text"):
        ingestible(write({"lugar": value}))


@pytest.mark.parametrize(
    ("value", "text"),
    [("Pan", "Pan"), (" Pan\n", "Pan"), (["Pan", "Té"], "Pan"), ([], ""), (7, ""), (None, ""), ({"a": "b"}, "")],
)
def test_a_title_is_one_text_to_every_reader(value: object, text: str) -> None:
    assert text_of(value) == text
    sidecar = write({"titulo": value, "document_type": "tienda"})
    published = published_text("stores/7.md", b"sin encabezado", sidecar)
    assert published and published.document.title == (text or "7")
    assert store(b"sin encabezado", sidecar).holdings().published["tiendas"]["7"].title == (text or "7")
    if value not in ("", None, [], {"a": "b"}):  # the index does not take these in
        (hit,) = MemoryIndex([("stores/7.md", b"sin encabezado", sidecar)]).search("encabezado")
        assert hit.title == (text or "7")


def test_nobody_else_spells_the_format() -> None:
    package = Path(mut_assets.__file__).parent
    spelling = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and node.value in (".metadata.json", ".md.metadata.json", "metadataAttributes")
    }
    assert spelling == {"domain/documents/sidecar.py"}
