"""The bundled site's pages, as data: a fictional market, so that the platform runs where there is no account.

Mercado del Estero does not exist, nor does anybody or anything in it. Every address is under `.example`, and no
phone number is one that is given out. What belongs here: pages, as below. What does not: code; begin with
`resources/wordpress/sample_pages.py`, which reads these files; nothing else does.

One file per collection of pages, by the collection's name (`tiendas.json`), is a list with one object per page:

    id, slug, title   fixed; `title` has the HTML entities that WordPress puts there
    published         when the page appeared: "2024-03-04T10:05:00" in Santiago, or days from this week's Monday
    modified          when it last changed, likewise
    content           the lines of the page's HTML, as a page builder leaves them
    acf               the custom fields exactly as the API sends them, with `false`, "", [] where editors left nothing

Events move with the calendar. Their texts hold `{style day day …}`, where a day is counted from the Monday of the
current week (0 Monday, 5 Saturday, -2 the Saturday before) and the styles are those of `sample_pages.STYLES`:
`{dia 12}` becomes "Sábado 16 de marzo". Two more keys say what is true of them, for tests:

    state             past | running | coming | recurring | undated, on every day of the week
    days              [first, last] pairs of such days; [] when there is no end or no date

An event is never dated inside the current week alone: it would change its state from one day to the next, and a
second run in the same week has to find the same site. `preguntas.csv` is the hand-kept FAQ as people save it:
semicolons, a BOM, empty columns at the end, answers over several lines.

The pages are as rough as real ones, so that the cleaning of texts has something to do here too: an invitation of the
market at the foot of many ("Ya que andas por aquí", "La agenda cambia de semana en semana"), a paragraph of another
shop that a page made from a copy still carries, headed or signed with that shop's name, colours of the page builder,
categories glued to counters ("0Joyas.Tienda.Orfebrería"), and one name for two dates of a series, of which one is over.

`preguntas_de_oro.csv` are questions of visitors, for measuring retrieval: plain UTF-8, commas, LF.

    estilo        parafrasis | sin_acentos_typos | chileno | nombre | filtro | sin_respuesta
    coleccion     where the answer is looked for; empty, like the next two, where no document answers
    relevantes    every document that a fair reader would accept, as `folder/id`, with "|" between them
    frase         words of the text of at least one of them, and of no other document
    nota          why these, or what is near and does not answer

No accepted event is ever over, and no phrase is a date: the questions hold in every week.
"""
