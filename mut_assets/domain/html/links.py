"""Which links of a page are told with their address, and how.

What belongs here: telling a link that is the point ("inscríbete", "aquí") from navigation and profiles, and the one way
of writing its address behind it. What does not: the button of an event's card (`documents/vectorial.py`).
"""

import re
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

LINK, LINK_END = "\x17", "\x16"
"""Marks around the address that stands behind the text of a link, until it is decided how it is told."""

_MOST, _MOST_SOUGHT = 50, 200
"""Addresses told of one page, and those that are looked for in its text."""
_LONGEST = 500
"""Characters: nobody reads out a longer address."""

_POINT = re.compile(
    r"\b(?:aqu[ií]|ac[aá]|link|enlace|url|formulario|form|inscr[ií]\w*|reserv\w*|compr[ae]\w*|entradas?|tickets?|"
    r"boleter[ií]a|agend\w*|info|informaci[oó]n|reg[ií]str\w*|postul\w*|bases|men[uú]|carta|desc[aá]rg\w*|programa\w*|"
    r"cat[aá]logo|pide|pedidos?|ord[eé]na\w*|cotiz\w*|particip\w*|s[uú]mate|[uú]nete|dona\w*|aporta\w*|delivery|"
    r"tienda online|(?:sitio|p[aá]ginas?) web|click?|here|book|register|buy|escr[ií]be\w*|cont[aá]ct\w*)\b",
    re.IGNORECASE,
)
_CALLS = re.compile(r"\b(?:aqu[ií]|link|enlace|form|inscr|reserv|compr|entradas|tickets|info|here)", re.IGNORECASE)
_PROFILES = re.compile(
    r"(?:[\w-]+\.)*(?:facebook|instagram|tiktok|twitter|x|youtube|linkedin|pinterest|spotify|threads)\.(?:com|net)"
)
_SHARES = re.compile(
    r"/sharer|/share\b|/intent/|/shareArticle|pin/create|[?&](?:u|url)=https?(?:%3A|:)|addtoany|cookie|priva(?:cy|cid)",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|avif|bmp)$", re.IGNORECASE)
_UNFIT = re.compile(r"[\s<>\"\[\]{}|\\^`\x00-\x20\x7f-\x9f]")
_MAIL = re.compile(r"[^\s@,;?&<>]{1,64}@[^\s@,;?&<>]{1,64}\.[a-zA-Z]{2,20}")
_WHATSAPP = re.compile(r"(?:wa\.me|(?:api|web|chat)\.whatsapp\.com)", re.IGNORECASE)
_TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|gclid|fbclid|igshid)=[^&#]*&?", re.IGNORECASE)
_TOLD = re.compile(f"{LINK}([^{LINK}{LINK_END}]*){LINK_END}")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s().·-]{1,3}(?=[\d(])")
_REST_OF_LINE = re.compile("[ \u00a0.,;:]*(?=$|[\n\x19-\x1f])")


def told_address(text: str, href: str, page: str) -> str:
    """The address or number that is told behind a link, "" for none.

    `text` is what the link says, `page` the address of the page it stands on, to which relative links are added.
    """
    scheme, _, rest = href.strip().partition(":")
    kind = scheme.lower()
    if kind == "mailto":
        match = _MAIL.match(unquote(rest.partition("?")[0]))
        return match.group() if match else ""
    if kind == "tel":
        return _number(rest)
    return _web(href.strip(), page, text)


def cloudflare_mail(coded: str) -> str:
    """The mail address that Cloudflare hid from robots, "" if the code spells none."""
    try:
        key, *hidden = bytes.fromhex(coded)
        mail = bytes(byte ^ key for byte in hidden).decode()
    except ValueError:
        return ""
    return mail if _MAIL.fullmatch(mail) else ""


def with_addresses(text: str) -> str:
    """The text with each marked address once, where the text does not say it anyway: "aquí (https://…)", or
    "Inscríbete: https://…" where the link ends its line."""
    if LINK not in text:
        return text
    said = _BETWEEN_DIGITS.sub("", _TOLD.sub("", text)).lower()
    met: set[str] = set()
    parts, at, told = [], 0, 0
    for match in _TOLD.finditer(text):
        parts.append(text[at : match.start()])
        at, address = match.end(), match[1]
        if address in met or told >= _MOST or len(met) >= _MOST_SOUGHT:
            continue
        met.add(address)
        if _is_said(address, said):
            continue
        told += 1
        rest = _REST_OF_LINE.match(text, at)
        if rest:
            at = rest.end()
        parts.append(f": {address}" if rest else f" ({address})")
    return "".join([*parts, text[at:]])


def _is_said(address: str, said: str) -> bool:
    """Whether a text without addresses holds it: a number by its last digits, a web address without its scheme."""
    bare = address.lower().partition("://")[2].removeprefix("www.").rstrip("/") if "://" in address else address.lower()
    return (bare[-8:] if bare[:1] == "+" else bare) in said


def _number(written: str) -> str:
    digits = re.sub(r"\D", "", unquote(written).partition(";")[0])
    if not 7 <= len(digits) <= 15:
        return ""
    return f"+{digits}" if written.strip().startswith("+") or len(digits) >= 11 else digits


def _web(href: str, page: str, text: str) -> str:
    try:
        address = urljoin(page, href)
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        return ""
    if _WHATSAPP.fullmatch(parts.hostname.removeprefix("www.")):
        phone = (parse_qs(parts.query).get("phone") or [parts.path.strip("/")])[0]
        return _number(phone)
    if not _POINT.search(text) or (_PROFILES.fullmatch(parts.hostname) and not _CALLS.search(text)):
        return ""
    if _IMAGE.search(parts.path) or _SHARES.search(address) or _is_page(address, page) or "/cdn-cgi/" in parts.path:
        return ""
    address = _TRACKING.sub("", address).rstrip("?&")
    return "" if _UNFIT.search(address) or len(address) > _LONGEST else address


def _is_page(address: str, page: str) -> bool:
    return address.partition("#")[0].rstrip("/") == page.partition("#")[0].rstrip("/")
