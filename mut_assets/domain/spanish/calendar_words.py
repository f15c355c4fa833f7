"""The names of months and weekdays, as they are said in Spanish.

What belongs here: how a day of the calendar is called in a sentence. What does not: the many ways in which editors
write it (`date_words.py`, `hours_words.py`).
"""

MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
"""January first: the name of month `n` is `MONTHS[n - 1]`."""

WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
"""Monday first, as `date.weekday` counts."""

WEEKDAYS_IN_PLURAL = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábados", "domingos")
"""As after "los"."""
