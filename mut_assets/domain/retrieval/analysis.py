"""What counts as the same word: letters as typed, stems, and the words that say little. Pure.

What belongs here: the analysis that documents and questions go through alike. What does not: misspelt words
(`spelling.py`), other words for the same (`lexicon.py`), what is made of a question (`query.py`). Whoever changes the
analysis raises `query.ANALYSIS`.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from threading import Lock

from mut_assets.domain.characters import unstacked
from mut_assets.domain.spanish.floors import Mention, mentions
from mut_assets.domain.text import fold

FLOOR_TERM = "piso#"
"""How the term of a floor begins: `piso#-3`. No word can."""

_MAX_TERM = 40

# Floors below ground are names here: "-3", "menos 3" and "−3" are one word, and not "3"; "9-12" is no floor.
_TOKEN = re.compile(r"(?<![\w.,:/-])[-−–]\d{1,2}(?![\w.,:]*\d)|\bmenos\s+\d{1,2}\b|[^\W_]+", re.IGNORECASE)
_BELOW = re.compile(r"(?:menos\s+|[-−–])(\d{1,2})", re.IGNORECASE)  # "menos 3"

_ENDINGS = tuple(
    (re.compile(ending), instead)
    for ending, instead in (
        (r"(?<=..[cdjlnrxyz])es$", ""),  # mujeres
        (r"(?<=...[aeiou])s$", ""),  # helados
        (r"(?<=..)an?deria$", "ado"),  # lavanderia, heladeria
        (r"(?<=er)ia$", "ía"),  # zapateria
        (r"^restauran(t|te)?$", "restoran"),  # restaurant
    )
)
_GENDER = re.compile(r"(?:o|er[ií]a)$")  # ramo, joyería
_KEPT = ("a", "o", "i", "ería", "eria")
_FINAL_Z = re.compile(r"(?<!z)z$")  # luz, as luc of luces
_CAMEL = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")  # within "LaCajaRoja"

STOPWORDS = frozenset(
    """
    a al algo algun alguna algunas alguno algunos ante aqui asi aun cada como con contra cual cuales cualquier cuando
    cuanta cuantas cuanto cuantos da de del desde donde dos e el ella ellas ellos en entre era es esa esas ese eso esos
    esta estaba estan estar estas este esto estos estoy favor fue ha hace hacen hacer han hasta hay he la las le les lo
    los mas me mi mis mucho muy nada ni no nos nuestra nuestro o os otra otro para pero poco por porque puede pueden
    puedo podemos pues que quien quienes se sea ser si sin sobre solo son soy su sus tal tambien tan tanto te tengo
    tiene tienen toda todas todo todos tu tus u un una unas uno unos usted ustedes va van voy y ya yo
    busco buscamos buscando cerca encontrar encuentra encuentro gustaria hola gracias necesito necesitamos queda quedan
    quiere quiero queremos saber sabes ubicada ubicado
    antes despues casi siempre nunca jamas durante mientras aunque segun hacia luego entonces tampoco demas ambos
    mio mia mios mias tuyo suyo suya suyos suyas nosotros ellas cuya cuyo cierto cierta ciertos ciertas
    tener tenemos haber hubo habia sera seria estoy estamos estuvo poder podria podrian debo debe deberia quisiera
    onde aonde pa pal po pos cachai weon huevon oye d q k xq porfa porfi porfis ando andamos altiro nomas tipo eh wena
    """.split()
)
"""Folded words that say how something is asked, never what for. The last line is how people type and talk."""

WEAK = frozenset(
    """
    tienda tiendas local locales lugar lugares mut mall mercado centro piso nivel cosa cosas
    comprar compro compra compramos comprarle vender venden vende venta consigo conseguir consiguo llevar llevarme
    ofrecen ofrece ofrecer dan dar existe existen ver mirar ir vamos probar pruebo hacerme hacerlo pueda
    tomar tomo tomarme sirven sirve
    recomienda recomiendan recomendacion mejor mejores bueno buena buenos buenas rico rica ricos ricas nuevo nueva
    bacan bacanes bkn caleta medio harto harta lindo linda bonito bonita favorito
    tarde noche manana hoy ahora dia dias rato semana fin vez
    """.split()
)
"""Folded words that nearly any question and document may hold: they count, but little."""


def as_typed(text: str) -> str:
    """What people type for a text: `fold` without what keyboards lack: m² is m2, 1º 1o, ﬁ fi, ß ss, 𝗖𝗮𝗳𝗲 cafe."""
    return fold(text if text.isascii() else unicodedata.normalize("NFKC", unstacked(text)).casefold())


def words(text: str) -> list[str]:
    """The folded words of a text, in order, with repetitions."""
    return [folded for word in tokens(text) if (folded := as_typed(word)[:_MAX_TERM])]


def tokens(text: str) -> list[str]:
    """The words of a text as they stand there, a floor below ground being one."""
    return _TOKEN.findall(text if text.isascii() else unicodedata.normalize("NFC", unstacked(text)))


def terms(text: str, already: Sequence[str] | None = None) -> list[str]:
    """What a text is indexed under: the stem of each word, in order, with repetitions; then the floors it names.
    `already` are its `tokens`, for whoever has them already."""
    of_words = [term for word in (tokens(text) if already is None else already) if (term := term_of(word))]
    return of_words + [term for mention in mentions(text) for term in floor_terms(mention)]


def floor_terms(mention: Mention) -> list[str]:
    """The terms of a mention: `piso#1` of "pisos 1 y 2". One for a list of floors, although the reader knows them all:
    the rankings that were accepted were measured so."""
    return [f"{FLOOR_TERM}{floor}" for floor in mention.floors[:1]]


def compounds(name: str) -> str:
    """The neighbouring words of a name written as one, and a name written as one apart: `colorshop`, `mac online`."""
    name_tokens = tokens(_CAMEL.sub(" ", name))
    parts = [word for word in name_tokens if word.isalnum() and as_typed(word) not in STOPWORDS][:8]
    joined = [left + right for left, right in pairwise(parts)]
    whole = ["".join(parts)] if len(parts) > 2 else []
    apart = parts if _CAMEL.search(name) else []
    return " ".join(dict.fromkeys(joined + whole + apart))


@lru_cache(maxsize=32_768)
def term_of(word: str) -> str:
    """The term of one word."""
    floor = _BELOW.fullmatch(word)
    return f"-{int(floor[1])}" if floor else _stem(as_typed(word)[:_MAX_TERM])


def _stem(word: str) -> str:
    """The stem of a folded word. The stemmer tells some plurals and shops apart from their nouns: mujer, mujeres; luz,
    luces; helado, heladería (which it knows only with its accent). `_ENDINGS` brings them together first."""
    if len(word) > 3 and word.isalpha():
        for ending, instead in _ENDINGS:
            word = ending.sub(instead, word)
        with _stemming:  # a stemmer keeps the word it works on in itself
            stem = fold(_stemmer()(word))
        # Too little is left of a short word without its last vowel: don, dona; ramo, ramen; casa, casi.
        word = _GENDER.sub("a", word) if len(stem) < 4 and word[len(stem) :] in _KEPT else stem
    return _FINAL_Z.sub("c", word)


_stemming = Lock()


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    # Imports every language it knows; only those who index or ask pay for it.
    import snowballstemmer

    stem_word: Callable[[str], str] = snowballstemmer.stemmer("spanish").stemWord
    return stem_word
