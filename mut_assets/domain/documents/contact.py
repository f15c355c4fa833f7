"""How a place is reached: phone, mail and web of its row, each written in one way, for metadata and for comparing.

What belongs here: the one way of writing, so that an editor who adds a space changes nothing. What does not: the
sentence in the text, which tells them as written (`vectorial.py`), or how many changes are too many (`plans/guard.py`).
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

CONTACT = ("telefono", "mail", "web")
"""The metadata that `contact` gives, named like the columns of the tables."""
LONGEST_CONTACT = 100
"""Characters of a value; a longer one is no number and no address that anybody would read out."""
MOST_CONTACTS = 3
"""Values of each kind. With these two limits a sidecar stays below the 2 KB of S3 Vectors."""

_BETWEEN = re.compile(r" ?[;,|] ?| (?:/|y|o|-) ")
_BETWEEN_NUMBERS = re.compile(r" ?[;,|/] ?| [yo] ")
_PHONE = re.compile(r"\+?[\d\s().-]{7,30}")
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,64}\.[^\s@.]{2,20}")
_WEB = re.compile(r"(?:https?://)?[^\s/?#:@]+\.[^\s/?#:@]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_PLAIN_ADDRESS = re.compile(r"(?:https?://)?(?P<host>[\w.-]+\.[a-z]{2,})(?P<path>(?:/[\w~.-]*)*)", re.IGNORECASE)
_TRACKING = re.compile(r"utm_\w+|gclid|fbclid|igshid", re.IGNORECASE)
_SCHEME = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)


def contact(row: Mapping[str, str]) -> dict[str, list[str]]:
    """The values of a row by kind, without kinds that it does not have; `web` is the address that its link leads to.

    "+56 2 2345 6789" -> "+56223456789", "Hola@Pan.CL" -> "hola@pan.cl", "HTTP://Pan.cl/?utm_source=x" ->
    "http://pan.cl". A cell with words that are no number or address stays whole, as written.
    """
    cells = {
        "telefono": _values(row.get("telefono", ""), _BETWEEN_NUMBERS, _phone),
        "mail": _values(row.get("mail", ""), _BETWEEN, _mail),
        "web": _values(row.get("url_web", "") or row.get("web", ""), _BETWEEN, _web),
    }
    return {name: values for name, values in cells.items() if values}


def comparable(value: str) -> str:
    """What two spellings of one value share: an address without scheme and "www."."""
    return _SCHEME.sub("", value, count=1)


def spoken_address(web: str) -> str:
    """An address as people say it: "http://www.pan.cl/" -> "www.pan.cl". One that only a browser can read, with a query
    or signs of its own, and what is no address stay as they are."""
    address = _PLAIN_ADDRESS.fullmatch(web.strip())
    return f"{address['host']}{address['path'].rstrip('/')}" if address else web


def _values(cell: str, between: re.Pattern[str], read: Callable[[str], str]) -> list[str]:
    lines = "; ".join(cell.split("\n"))
    values = [read(part) for part in between.split(" ".join(lines.split())) if part]
    if not all(values):
        values = [" ".join(cell.split())]
    return [value for value in dict.fromkeys(values) if len(value) <= LONGEST_CONTACT][:MOST_CONTACTS]


def _phone(part: str) -> str:
    digits = re.sub(r"\D", "", part) if _PHONE.fullmatch(part) else ""
    if not 7 <= len(digits) <= 15:
        return ""
    return f"+{digits.removeprefix('00')}" if part.startswith("+") or digits.startswith("00") else digits


def _mail(part: str) -> str:
    address = part.lower().removeprefix("mailto:")
    return address if _MAIL.fullmatch(address) else ""


def _web(part: str) -> str:
    if not _WEB.fullmatch(part):
        return ""
    try:
        scheme, host, path, query, _ = urlsplit(part if "://" in part else f"//{part}")
    except ValueError:
        return ""
    if _TRACKING.search(query):
        query = urlencode([(name, value) for name, value in parse_qsl(query) if not _TRACKING.fullmatch(name)])
    return urlunsplit((scheme, host.lower(), path.rstrip("/"), query, "")).removeprefix("//")
