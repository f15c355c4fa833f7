"""The public address of the UI: a setting, read without Dagster, pandas or a door, because the web server reads it too.

What belongs here: which addresses can be one. What does not: who is let in (`operations/ui/gate.py`).
"""

import re
from dataclasses import dataclass

from mut_assets.resources.failures import BadSetting

_ADDRESS = re.compile(r"(https?)://([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(?:/[^\s?#]*)?", re.IGNORECASE)
_DEFAULT_PORTS = {("http", "80"), ("https", "443")}


@dataclass(frozen=True)
class UiAddress:
    """Where people open the UI, as a browser's `Host` and `Origin` name it: `dagster.example.org` and
    `https://dagster.example.org`."""

    host: str
    origin: str


def ui_address(text: str | None) -> UiAddress | None:
    """The address that `MUT_UI_URL` holds; None when it is empty. Raises `BadSetting` when no browser opens it."""
    if not (text := (text or "").strip()):
        return None
    found = _ADDRESS.fullmatch(text)
    if found is None:
        shown = re.sub(r"//[^/]*@", "//…@", text)  # a password stays out of the message
        raise BadSetting(
            "MUT_UI_URL", shown, "the address that people open the UI at, such as https://dagster.example.org"
        )
    scheme, host, port = found[1].lower(), found[2].lower(), found[3] or ""
    authority = host if not port or (scheme, port) in _DEFAULT_PORTS else f"{host}:{port}"
    return UiAddress(host, f"{scheme}://{authority}")
