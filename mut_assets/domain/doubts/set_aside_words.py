"""Why a row is set aside, for the people who keep the page or the file.

What belongs here: one row per sentence of `tables/raw.py`, `tables/faq.py`, `tables/workbook.py` and per kind of
`firewall/firewall.py`; how rows are written is in `wording.py`. What does not: doubts about what is published
(`page_words.py`).
"""

from mut_assets.domain.doubts.wording import Worded, table
from mut_assets.domain.firewall.firewall import KINDS

_BROKEN = "Pide a quien mantiene el sitio que revise"

SITE = table(f"""
the title is empty
    título | La página no tiene título. | Escribe el nombre de la tienda, del local o del evento.
the title has <n> characters, more than <most>
    título | Es demasiado largo: {{n}} caracteres. | Deja solo el nombre; el texto va en la página.
the link is missing
    enlace | La página viene sin dirección. | {_BROKEN} los enlaces permanentes.
the link <says> is no web address
    enlace | No es la dirección de una página. | {_BROKEN} la dirección de esa página.
the item has no custom fields (acf)
    campos personalizados | La página viene sin sus campos.
    | {_BROKEN} que Advanced Custom Fields esté activo y muestre sus campos en la API.
<path> has <n> entries, more than <most>
    {{path}} | Tiene {{n}} entradas; nadie escribe tantas. | Borra las que sobran.
<path> has <n> characters, more than <most>
    {{path}} | Tiene {{n}} caracteres; es demasiado. | Acorta el texto.
its texts have <n> characters together, more than <most>
    página | Sus textos suman {{n}} caracteres; es demasiado. | Acorta los textos, o borra los bloques que sobran.
<path> is <what> where <due> was due
    {{path}} | El campo viene con algo que no es lo que se escribe ahí.
    | Vuelve a escribir el campo y guarda la página; si sigue, pide que revisen los campos del sitio.
content.rendered nests its elements deeper than any page
    texto de la página | Tiene bloques dentro de bloques sin fin. | Copia el texto, borra los bloques y pégalo de nuevo.
the item is <what>, not an object
    página | El sitio la envía dañada. | {_BROKEN} esa página.
the id <says> is no number
    página | El sitio la envía sin su número. | {_BROKEN} esa página.
the id is <what>
    página | El sitio la envía sin su número. | {_BROKEN} esa página.
""")

FAQ = table("""
line <n> has no question
    pregunta | La fila no tiene pregunta. | Escribe la pregunta, o borra la fila.
line <n> has no answer
    respuesta | La fila no tiene respuesta. | Escribe la respuesta, o borra la fila.
line <n> has no answer: <says> is none
    respuesta | No es una respuesta. | Escribe la respuesta, o borra la fila.
line <n> has a formula in <path>, not what it shows: <says>
    {path} | Es una fórmula, y no lo que muestra. | Escribe el texto que debe leerse, sin fórmula.
line <n> has the id <says>; use letters, digits, '.', '_' and '-', at most 100
    id | No sirve como identificador. | Usa letras sin tilde, números, punto o guion, sin espacios: «estacionamiento-1».
line <n> has the spreadsheet's error <says> in <path>
    {path} | La celda tiene un error de la planilla. | Escribe el texto en la celda, sin fórmula.
line <n> repeats the header
    pregunta | La fila repite los nombres de las columnas. | Borra la fila.
line <n> has more columns than the header: put a text that contains <each> in quotes
    fila | Tiene más columnas que la primera fila.
    | Pon entre comillas el texto que contiene «{each}».
line <n> has more columns than the header: name the column
    fila | Tiene texto en una columna sin nombre. | Ponle nombre a la columna en la primera fila, o borra el texto.
line <n> has <says> in <path>, which is no date; write it like 2026-12-24
    {path} | No es una fecha. | Escríbela así: «24-12-2026».
line <n> ends on <last>, before it begins on <first>
    vigente_hasta | desde {first} hasta {last} | Termina antes de empezar. | Corrige una de las dos fechas.
lines <lines> answer the same question differently
    respuesta | Las filas {lines} responden distinto la misma pregunta; no se publica ninguna.
    | Deja la que vale, y borra las demás.
lines <lines> have the same id <says>
    id | Las filas {lines} tienen el mismo identificador. | Deja a cada una el suyo.
line <n>: cell <cell> has a formula whose value was not saved; open the file, save it, and upload it
    celda {cell} | La fórmula no tiene su resultado guardado. | Abre el libro, guárdalo y súbelo de nuevo.
line <n>: cell <cell> holds <says> and no text; write the words
    celda {cell} | No es un texto. | Escribe la respuesta con palabras: «Sí, hay…».
line <n>: cell <cell> holds the number <says> in the format <format>; write it as text, as it should be read
    celda {cell} | Es un número con formato, y no se sabe cómo debe leerse.
    | Escríbelo como texto, tal como se lee: «$9.990».
""")

_FOUND = {
    "instruction": (
        "Parece una orden para el asistente, y podría obedecerla.",
        "Borra esa frase; si es para los visitantes, dila de otro modo: «Pregunta por nuestros talleres».",
    ),
    "turns": (
        "Tiene las marcas de una conversación con un asistente.",
        "Borra esas marcas, y deja solo el texto para los visitantes.",
    ),
    "markdown": (
        "Tiene una imagen o un enlace escritos en Markdown que llaman a otra dirección.",
        "Borra ese texto; las imágenes y los enlaces se ponen con los botones del editor.",
    ),
    "address": (
        "Tiene una dirección que ejecuta código.",
        "Borra esa dirección, y pon la de una página: «https://…».",
    ),
    "rut": (
        "Tiene el RUT de una persona, y eso no puede llegar al asistente.",
        "Borra el RUT; si hace falta un contacto, pon el teléfono o el correo de la tienda.",
    ),
    "card": ("Tiene el número de una tarjeta de pago.", "Borra el número, y avisa al dueño de la tarjeta."),
    "key": (
        "Tiene la clave de un servicio.",
        "Borra la clave, y avisa a quien mantiene el sitio: hay que cambiarla.",
    ),
    "person": (
        "Tiene el teléfono o el correo de una persona con su nombre.",
        "Borra el dato, o pon el contacto de la tienda: «contacto@…».",
    ),
}
"""Of each kind of the firewall: what was found, and what to do. The words that were found are masked."""

FIREWALL = table(
    "\n".join(
        f"<path> {KINDS[kind]}: <says>\n    {{path}} | {found} | {advice}" for kind, (found, advice) in _FOUND.items()
    )
)

SET_ASIDE = (*SITE, *FAQ, *FIREWALL)

UNKNOWN = Worded(
    "página",
    "",
    "El sitio no dejó leerla esta noche.",
    "Revisa que la página se abra; si se abre bien, no hay nada que hacer: se intenta cada noche.",
)
"""Of a sentence that no row knows: what the site said when it was asked for a page (`wordpress/evidence.py`)."""
