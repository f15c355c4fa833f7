"""Sentences that plugins, players and banners write for visitors: of cookies, of embeds, of what still loads.

What belongs here: recognising such a sentence, whatever page it stands on. What does not: what only the pages of a
collection show to be template (`pages/template.py`). "Hay cookies de avena" is a text: a sentence about the cookies of
a site names consent, or what they are for.
"""

import re

_CONSENT = r"acept\w*|consent\w*|permit\w*|habilit\w*|activ\w*|rechaz\w*|configur\w*|accept\w*|enabl\w*|allow\w*|manage"
_OF_A_SITE = (
    r"contenido|v[ií]deos?|mapas?|sitio|web|navega\w*|experiencia de usuario|publicaci[oó]n|marketing|estad[ií]stic\w*|"
    r"terceros|preferencias|pol[ií]tica|privacidad|tr[aá]fico|an[aá]lisis|content|website|site|browser|policy|privacy|"
    r"preferences|experience|traffic|analytics|propias|t[eé]cnicas|consentimiento|proveedor\w*|servicio"
)
_EMBED = "embed"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (why, re.compile(pattern, re.IGNORECASE))
    for why, pattern in (
        (
            "cookies",
            rf"(?=.*\bcookies?\b)(?=.*\b(?:{_CONSENT}|utiliza\w*|usa\w*|use\w*|bloquea\w*|block\w*|rely)\b)"
            rf"(?=.*\b(?:{_OF_A_SITE})\b).*",
        ),
        (
            "cookies",
            rf"(?:(?:{_CONSENT}|manage|gestionar|ver|administrar)\s+(?:todas?\s+)?(?:las\s+|all\s+)?)cookies?"
            r"(?:\s+y\s+continuar)?[.!]?|"
            r"(?:pol[ií]tica|aviso|configuraci[oó]n|preferencias)\s+de\s+cookies[.]?|"
            r"cookie (?:policy|settings|notice)[.]?",
        ),
        (
            "consent",
            r"(?:al (?:cargar|reproducir|ver)|by (?:loading|playing|clicking)).{0,80}?(?:acepta|agree|accept).{0,120}",
        ),
        (
            "consent",
            r"(?:siempre |always )?(?:desbloquear|unblock|cargar|load) (?:el |the )?(?:youtube|vimeo|google ?maps|"
            r"v[ií]deo|mapa?|contenido|content|instagram|facebook|twitter|x|tiktok|tweet|post)[.]?",
        ),
        (
            _EMBED,
            r"(?:view|see|ver|mira) (?:this|esta|este|more) "
            r"(?:post|publicaci[oó]n|v[ií]deo|photo|foto|profile|reel|tweet|perfil) "
            r"(?:on|en|in) (?:instagram|facebook|tiktok|x|twitter|threads|linkedin|pinterest)[.]?",
        ),
        (
            _EMBED,
            r"(?:a|una?) (?:post|publicaci[oó]n|photo|foto|v[ií]deo|reel) "
            r"(?:shared by|compartid[ao] (?:por|de)|posted by) .+",
        ),
        (_EMBED, r"(?:tweets|tuits|posts) (?:by|de|por|from) @?\w+[.]?|\S{1,40} ♬ .{0,120}|♬ .{0,120}"),
        ("player", r"(?:reproductor de (?:v[ií]deo|audio)|(?:video|audio) player)[.]?"),
        (
            "player",
            r"(?:tu|su|your|este|this) (?:navegador|browser) (?:no|does not|doesn[’']t|cannot|can[’']t) "
            r"(?:soporta|admite|permite|es compatible|puede|support|play|display|show).{0,120}",
        ),
        (
            "notice",
            r"(?=.*\bjavascript\b)(?=.*\b(?:activ\w*|habilit\w*|enabl\w*|requ\w*|necesit\w*|desactivad\w*|disabled|debe\w*)\b).*",
        ),
        (
            "navigation",
            r"(?:leer m[aá]s|(?:seguir|contin[uú]ar?|sigue) leyendo|continue reading|read more|"
            r"ver (?:en )?(?:un )?mapa m[aá]s grande|view larger map)[\s.…»→>]*",
        ),
        ("notice", r"(?:cargando|loading|por favor,? espere|please wait)(?: \w+){0,3}\s*[.…]*"),
    )
)
_HINTS = tuple(
    "leer m;leyendo;reading;read more;grande;larger map;cookie;cargando;cargar;loading;load;espere;please wait;"
    "javascript;navegador;browser;instagram;facebook;tiktok;twitter;threads;linkedin;pinterest;shared by;posted by;"
    "compartid;tweets;tuits;posts;♬;reproduc;player;desbloquear;unblock; on x; en x".split(";")
)
"""One of these stands in each such sentence, in lower case: most lines have none, and are looked at no further."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\s.!?…])")
_LONGEST = 400
"""Characters of a sentence that is looked at: no banner says more in one."""


def without_boilerplate(line: str) -> tuple[str, list[tuple[str, str]]]:
    """A line without such sentences, and these, each with what it is of: "cookies", "embed", "player"."""
    lower = line.lower()
    if not any(map(lower.__contains__, _HINTS)):
        return line, []
    if (why := _why(line)) == _EMBED:  # names and dates within it end no sentence
        return "", [(line.strip(), why)]
    kept: list[str] = []
    gone: list[tuple[str, str]] = []
    for sentence in _SENTENCE_END.split(line):
        if why := _why(sentence):
            gone.append((sentence.strip(), why))
        else:
            kept.append(sentence)
    return (" ".join(kept), gone) if gone else (line, [])


def _why(sentence: str) -> str:
    bare = sentence.strip()
    if len(bare) > _LONGEST:
        return ""
    return next((why for why, pattern in _KINDS if pattern.fullmatch(bare)), "")
