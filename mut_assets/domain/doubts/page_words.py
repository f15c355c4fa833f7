"""What the readers doubt of a page, for its editors.

What belongs here: one row per sentence of `spanish/places.py`, `hours.py`, `dates.py` and `pages/telling.py`, how rows
are written is in `wording.py`; and why a text is on a page and not told. What does not: rows that are set aside
(`set_aside_words.py`).
"""

from dataclasses import dataclass

from mut_assets.domain.doubts.wording import Worded, table

_HOURS = "«L-S: 10:00 - 20:00, D y F: 10:00 - 19:00»"
_AS_IT_IS = "se muestra tal como está escrito, sin saber qué días abre"
_DATE = "«14 de marzo de 2026», «6 al 23 de noviembre de 2026» o «todos los sábados»"
_UNDATED = "el texto no da fechas y se muestra tal como está escrito"

PLACES = table("""
lugar says <lugar>, nivel says <nivel>
    lugar y nivel | lugar: «{lugar}»; nivel: «{nivel}»
    | Los dos campos nombran pisos distintos; se usa el de lugar.
    | Deja el mismo piso en los dos: si vale «{lugar}», cambia nivel; si no, cambia lugar.
<says> may name one floor or several
    lugar y nivel | Puede ser un piso con su local, o varios pisos; se muestra tal como está.
    | Escribe «Nivel 1, local 23» si es uno, o «Niveles 1 y 2» si son varios.
<says> says where it is not
    lugar | Dice dónde no está; se muestra tal como está. | Escribe dónde está, por ejemplo «Nivel 2, local 23».
it names the local <one> and the local <two>
    local y lugar | local {one} y local {two} | Los campos nombran locales distintos; se muestran los dos.
    | Deja un solo número, el mismo en los dos campos.
""")

HOURS = table(f"""
"<says>": no days and hours were recognised in it
    horario | No se reconocen días y horas: {_AS_IT_IS}. | Escribe días y horas, por ejemplo {_HOURS}.
"<says>": <n> characters are no timetable
    horario | Es demasiado largo para un horario: {_AS_IT_IS}.
    | Deja solo los días y las horas, por ejemplo {_HOURS}; lo demás va en el texto de la página.
"<says>": <each> has no opening or closing to go with it
    horario | La hora {{each}} está sola: {_AS_IT_IS}.
    | Escribe siempre desde y hasta, por ejemplo «10:00 - 20:00».
"<says>": <opens> to <closes> closes before it opens; write 24 hours
    horario | De {{opens}} a {{closes}} cerraría antes de abrir: {_AS_IT_IS}.
    | Escribe las horas de 0 a 24, por ejemplo «10:00 - 20:00».
"<says>": <each> can be in the morning or in the evening; write am or pm after both
    horario | Las {{each}} pueden ser de la mañana o de la tarde: {_AS_IT_IS}.
    | Escribe las horas de 0 a 24, por ejemplo «13:00 - 17:00».
"<says>": hours of one day overlap
    horario | Las horas de un mismo día se cruzan: {_AS_IT_IS}.
    | Corrige las horas, por ejemplo «L-V: 10:00 - 14:00 y 15:00 - 20:00».
"<says>": some days have no hours, or some hours no days
    horario | Hay días sin horas, u horas sin días: {_AS_IT_IS}.
    | Escribe las horas de cada día, por ejemplo {_HOURS}.
"<says>": days joined by a sign can be a list or a range; write “a” or “y” between them
    horario | No se sabe si los días son dos o todos los que hay entre ellos: {_AS_IT_IS}.
    | Escribe «lunes a viernes» o «lunes y viernes».
"<says>": it gives different hours for <each>
    horario | Da horas distintas para {{each}}: {_AS_IT_IS}. | Deja una sola vez cada día, con sus horas.
"<says>": it begins with an exception
    horario | Empieza con una excepción: {_AS_IT_IS}.
    | Escribe primero el horario y después la excepción, por ejemplo «L-S: 10:00 - 20:00, excepto festivos».
"<says>": it has an exception without days
    horario | La excepción no nombra días: {_AS_IT_IS}.
    | Nombra los días, por ejemplo «L-S: 10:00 - 20:00, excepto festivos».
"<says>": it is closed only on some of these days, “<words>”
    horario | No se sabe en cuáles de esos días cierra («{{words}}»): {_AS_IT_IS}.
    | Deja el horario de siempre, por ejemplo {_HOURS}; los días especiales se piden al equipo de datos.
"<says>": “M” can be martes or miércoles and was read as <each>; write “Ma” or “Mi” on the page.
    horario | La «M» puede ser martes o miércoles; se leyó {{each}}. | Escribe «Ma» o «Mi».
"<says>": Two statements overlap on <each>; the one about fewer days was taken.
    horario | Da dos horarios para {{each}}; se usa el que nombra menos días.
    | Deja una sola vez cada día, con sus horas, por ejemplo {_HOURS}.
"<says>": “Excepto” was read as closed on <each>.
    horario | Por el «excepto» se entiende que cierra: {{each}}.
    | Dilo con todas sus letras, por ejemplo «L-S: 10:00 - 20:00, D y F: cerrado».
"<says>": <each> is an unlikely hour to open; correct it on the page if it is wrong.
    horario | Se entiende que abre a las {{each}}, que es una hora extraña.
    | Corrige la hora si está mal, por ejemplo «10:00».
""")

DATES = table(f"""
event_date "<says>" is no day
    fecha destacada | No es una fecha, y no se usa. | Elige el día en el calendario del campo, o déjalo vacío.
event_date <day> is outside of "<text>" (<spoken>): the text wins
    fecha y fecha destacada | fecha: «{{text}}»; fecha destacada: {{day}}
    | No calzan; se usa el texto: {{spoken}}. | Corrige la que esté mal: las dos deben nombrar el mismo día.
"<text>": it names no day, and event_date is <day>: the text wins
    fecha y fecha destacada | fecha: «{{text}}»; fecha destacada: {{day}}
    | No nombra un día: {_UNDATED}.
    | Escribe el día en el texto, por ejemplo «14 de marzo de 2026», o deja vacía la fecha destacada.
"<text>": event_date <day> is none of its weekdays: the text wins
    fecha y fecha destacada | fecha: «{{text}}»; fecha destacada: {{day}}
    | La fecha destacada no cae en esos días de la semana; se usa el texto. | Corrige la que esté mal.
"<says>" has no end, and the other days named are not of it: no days are given
    fecha | Se repite sin término, y además nombra otros días: {_UNDATED}.
    | Escribe hasta cuándo se repite, por ejemplo «Todos los sábados hasta el 21 de marzo de 2026».
"<says>": not read as a date: <each>
    fecha | El resto se entiende; «{{each}}» se muestra tal como está.
    | Deja en el campo solo la fecha, por ejemplo {_DATE}; lo demás va en la descripción.
"<says>": it is not confirmed
    fecha | Se cuenta como no confirmada. | Cuando se confirme, deja solo la fecha.
"<says>": the weekday is not that of the day in any year near
    fecha | Ese día no cae en ese día de la semana; se usa la fecha, sin el día de la semana.
    | Corrige el día de la semana o la fecha, por ejemplo «sábado 14 de marzo de 2026».
"<says>": the year is taken from the page's date, <day>
    fecha | No dice el año; se usa el más cercano a cuando se guardó la página, {{day}}.
    | Agrega el año, por ejemplo «14 de marzo de 2026».
"<says>": there is no day <each>
    fecha | No existe el día {{each}}: {_UNDATED}. | Corrige el día, por ejemplo «14 de marzo de 2026».
"<says>": it names no month
    fecha | No dice el mes: {_UNDATED}. | Agrega el mes y el año, por ejemplo «viernes 13 de marzo de 2026».
"<says>": the year is unknown: neither the text nor event_date nor the page's date says it
    fecha | No se sabe de qué año es: {_UNDATED}. | Agrega el año, por ejemplo «14 de marzo de 2026».
"<says>": it ends before it begins, or there is no such day in the years near
    fecha | Termina antes de empezar, o no hay tal día en estos años: {_UNDATED}.
    | Corrige las fechas, por ejemplo «14 al 20 de marzo de 2026».
"<says>": there is no such day near event_date, <day>
    fecha y fecha destacada | fecha: «{{says}}»; fecha destacada: {{day}}
    | No hay tal día cerca de la fecha destacada: {_UNDATED}. | Corrige la que esté mal, y escribe el año en el texto.
"<says>": there is no such day near the page's date, <day>
    fecha | No dice el año, y no hay tal día cerca de cuando se guardó la página, {{day}}: {_UNDATED}.
    | Agrega el año, por ejemplo «14 de marzo de 2026».
"<says>": a weekday without its day
    fecha | Nombra un día de la semana, sin la fecha: {_UNDATED}.
    | Escribe la fecha, por ejemplo «sábado 14 de marzo de 2026», o «todos los sábados».
"<says>": it is not understood as a date
    fecha | No se entiende como fecha: {_UNDATED}. | Escribe la fecha, por ejemplo {_DATE}.
"<says>": it names only days on which it is not
    fecha | Solo nombra los días en que no hay: {_UNDATED}. | Escribe los días en que sí hay, por ejemplo {_DATE}.
"<says>": <n> characters are no date
    fecha | Es demasiado largo para una fecha: {_UNDATED}.
    | Deja solo la fecha, por ejemplo {_DATE}; lo demás va en la descripción.
"<says>": it names several days and says that they changed
    fecha | Dice que cambió, y nombra varios días: no se sabe cuáles valen; {_UNDATED}.
    | Deja solo la fecha nueva, por ejemplo «14 de marzo de 2026».
"<says>": "<each>" goes on from a range of days
    fecha | Después de «{{each}}» sigue un tercer día: {_UNDATED}.
    | Escribe el comienzo y el término, por ejemplo «14 al 20 de marzo de 2026», y las horas con «hrs».
"<says>": nothing that can be read as a day follows "<each>"
    fecha | Después de «{{each}}» falta un día: {_UNDATED}.
    | Escribe el comienzo y el término, por ejemplo «14 al 20 de marzo de 2026».
""")

TEXTS = table("""
its only text is kept, although it is not its own (belongs to <owner>)
    texto de la página | La única descripción es la de {owner}; se cuenta igual, para no dejar la página sin nada.
    | Escribe qué es, en dos o tres frases propias.
its only text is kept, although it is not its own (template: on <n> of <all> pages)
    texto de la página | El único texto es uno que está en {n} páginas; se cuenta igual, para no dejarla sin nada.
    | Escribe qué es, en dos o tres frases propias.
""")

OF_PAGES = (*PLACES, *HOURS, *DATES, *TEXTS)

UNKNOWN = Worded("página", "", "Hay algo que no se entiende del todo.", "Pregunta al equipo de datos qué es.")
"""Of a sentence that no row knows, such as one of another release."""


@dataclass(frozen=True)
class LeftOut:
    """What is said of a text that is on a page and not told, for a reason that begins with `why`; {what} is the rest
    of it. `called` is the line's name where several pages have the text. Fewer `words` say little, or are a heading,
    which goes with its text. `by_design`: where many pages have such texts, it is the theme's way and no mistake.
    """

    why: str
    called: str
    read_as: str
    write: str
    words: int = 5
    by_design: bool = True


IN_SPANISH = {"for screen readers": "solo para lectores de pantalla", "on the same colour": "sobre el mismo color"}
"""Words in a reason; the rest of it is CSS, which whoever mends a page has to find there."""

LEFT_OUT = (
    LeftOut(
        "belongs to ",
        "Descripción de {what}",
        "Es la descripción de {what}: solo se cuenta en su página.",
        "Borra ese bloque, con su título si lo tiene; va solo en la página de {what}.",
        by_design=False,
    ),
    LeftOut(
        "repeated on this page",
        "Texto repetido",
        "Está dos veces en la página; se cuenta una.",
        "Borra uno de los dos bloques.",
    ),
    LeftOut(
        "hidden on the page",
        "Texto oculto",
        "Ningún visitante lo ve ({what}), y por eso no se cuenta.",
        "Bórralo; si los visitantes deben leerlo, quítale lo que lo oculta.",
        words=2,
    ),
    LeftOut(
        "struck out",
        "Texto tachado",
        "Está tachado, y por eso no se cuenta.",
        "Borra lo que ya no vale; si todavía vale, quítale el tachado.",
        words=1,
    ),
    LeftOut(
        "translation: page ",
        "Traducción",
        "Se toma por la traducción de esta página (es la {what}): no es otro documento.",
        "Nada, si lo es; si es otra tienda u otro evento, dale otro nombre y otra dirección.",
        words=1,
        by_design=False,
    ),
)
