"""A document's sidecar: the metadata file beside it, in the format that Bedrock reads.

What belongs here: its name, its bytes, and reading them. What does not: which metadata a document has (`document.py`),
how large a sidecar may be (`limits.py`). Source: Bedrock's user guide, knowledge-base-ds.html. A JSON object in UTF-8
(a byte order mark is allowed); its `metadataAttributes` are name -> text, number, boolean or list of texts. Somebody
else may have written typed values: `{"value": {"type": "NUMBER", "numberValue": 3}, "includeForEmbedding": false}`.
"""

import json
from collections.abc import Mapping
from typing import Any

SUFFIX = ".metadata.json"

_TYPED = {"STRING": "stringValue", "NUMBER": "numberValue", "BOOLEAN": "booleanValue", "STRING_LIST": "stringListValue"}


class SidecarError(ValueError):
    """A sidecar that cannot be ingested; the text is the reason, as a clause."""


def sidecar_key(key: str) -> str:
    """The key of a document's sidecar: `stores/2007.md` -> `stores/2007.md.metadata.json`."""
    return key + SUFFIX


def is_sidecar(key: str) -> bool:
    """Whether a key is a sidecar's."""
    return key.endswith(SUFFIX)


def described_key(key: str) -> str:
    """The key of the document that a sidecar describes; any other key as it is."""
    return key.removesuffix(SUFFIX)


def write(metadata: Mapping[str, Any]) -> bytes:
    """The bytes of a sidecar: sorted keys, letters unescaped, one line end at its end."""
    return (json.dumps({"metadataAttributes": dict(metadata)}, ensure_ascii=False, sort_keys=True) + "\n").encode()


def read(sidecar: bytes) -> dict[str, Any]:
    """The metadata attributes as they are written; {} for bytes that are no sidecar, or a missing one's."""
    try:
        return _attributes(sidecar)
    except SidecarError:
        return {}


def ingestible(sidecar: bytes) -> dict[str, Any]:
    """The metadata attributes as plain values, typed ones too. Raises `SidecarError` for what Bedrock would refuse."""
    plain = {name: _plain(value) for name, value in _attributes(sidecar).items()}
    wrong = [name for name, value in plain.items() if not _is_value(value)]
    if wrong:
        raise SidecarError(
            f"its metadata attribute {wrong[0]!r} is empty, or no text, number, boolean or list of texts"
        )
    return plain


def text_of(value: object) -> str:
    """A metadata value as one text, without blanks around it: the first of several; "" for what is no text."""
    first = value[0] if isinstance(value, list) and value else value
    return first.strip() if isinstance(first, str) else ""


def _attributes(sidecar: bytes) -> dict[str, Any]:
    try:
        content = json.loads(sidecar.decode("utf-8-sig"))
        json.dumps(content, ensure_ascii=False).encode()  # an escaped half of a surrogate pair is no UTF-8
    except (ValueError, RecursionError) as error:  # JSON and UTF-8 errors are ValueErrors
        raise SidecarError(f"its metadata file is not JSON in UTF-8 ({error})") from error
    attributes = content.get("metadataAttributes") if isinstance(content, dict) else None
    if not isinstance(attributes, dict):
        raise SidecarError("its metadata file has no object metadataAttributes")
    return attributes


def _plain(value: object) -> object:
    if not isinstance(value, dict) or not isinstance(value.get("value"), dict):
        return value
    return value["value"].get(_TYPED.get(str(value["value"].get("type")), ""))


def _is_value(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, str) for item in value)
    return isinstance(value, (str, int, float)) and value != ""
