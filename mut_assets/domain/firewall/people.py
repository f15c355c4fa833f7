"""Phones and mails that are tied to a person's name.

What belongs here: telling them from the contacts of a shop. A mobile or a private mailbox within a few words of a given
name and a surname is a person's; a mailbox of the site's, the shop's or the organiser's own domain, or one that is
named after what it is for, is a contact, whoever reads it. What does not: what the given names of Chile are beyond the
common ones, which find the most.
"""

import re
from collections.abc import Iterator

from mut_assets.domain.text import fold

_GIVEN = frozenset(
    """agustin alejandra alejandro alfredo alvaro amanda ana andrea andres angel angela antonia antonio ariel
    barbara beatriz benjamin bernardo bruno camila camilo carla carlos carmen carolina catalina cecilia
    christian claudia claudio constanza cristian cristina cristobal daniel daniela david diego eduardo elena
    elisa emilia emilio enrique ernesto esteban eugenia fabian felipe fernanda fernando francisca francisco
    gabriel gabriela gaston gerardo german gloria gonzalo guillermo gustavo hector hernan hugo ignacia ignacio
    ines isabel isidora ivan jaime javier javiera jessica joaquin jorge jose josefa josefina juan juana julia
    julian julio karen karina laura lautaro leonardo leonor lorena loreto lucas lucia luis luisa macarena manuel
    marcela marcelo marcos margarita maria mariana marina mario marta martin martina mateo matias mauricio
    maximiliano mercedes miguel monica natalia nicolas nicole olga oscar pablo paloma pamela patricia patricio
    paula paulina paz pedro pilar rafael ramon raul rebeca renata ricardo roberto rocio rodrigo rosa ruben
    sandra santiago sara sebastian sergio silvia simon sofia soledad susana tamara teresa tomas valentina
    valeria vanessa veronica vicente victor victoria violeta viviana ximena""".split()
)
_NAME = re.compile(r"\b([A-ZÁÉÍÓÚÑ][a-záéíóúñü]+)(?: [A-ZÁÉÍÓÚÑ][a-záéíóúñü]+){1,3}")
_MOBILE = re.compile(r"(?<![\d.,-])(?:\+?56[ -]?)?9[ -]?\d{4}[ -]?\d{4}(?![\d-])")
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@((?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10})\b", re.IGNORECASE)
_PRIVATE = frozenset("gmail hotmail outlook yahoo icloud live msn proton protonmail vtr ymail".split())
_SEPARATORS = re.compile(r"[\s()-]+")
_NUMBER = 9
"""Digits of a mobile's number without the country."""
_NEAR = 70
"""Characters between a name and what is reached under it."""


def persons_contacts(text: str, own: str) -> Iterator[tuple[int, int]]:
    """Where a person's phone or mail stands in an uncovered text.

    `own` has the name of the entity, of the organiser and their addresses: what stands in it is theirs, no person's.
    """
    folded_own, reached_at = fold(own), _SEPARATORS.sub("", own).lower()
    names = [name for name in _NAME.finditer(text) if _is_persons(name, folded_own)]
    for pattern in (_MOBILE, _MAIL) if names else ():
        at = 0
        for contact in pattern.finditer(text):
            while at < len(names) - 1 and names[at + 1].end() <= contact.start():
                at += 1
            between = text[names[at].end() : contact.start()]
            if not between or len(between) > _NEAR or "\n\n" in between:
                continue
            if _SEPARATORS.sub("", contact[0]).lower()[-_NUMBER if pattern is _MOBILE else 0 :] in reached_at:
                continue
            if pattern is _MOBILE or _is_private(contact, names[at][0], reached_at):
                yield contact.span()


def _is_persons(name: re.Match[str], own: str) -> bool:
    words = fold(name[0]).split()
    given = next((word for word in words[:2] if word in _GIVEN), "")
    return bool(given) and words[-1] != given and not all(word in own for word in words)


def _is_private(mail: re.Match[str], name: str, reached_at: str) -> bool:
    mailbox, domain = fold(mail[1]), mail[2].lower()
    if domain.split(".")[0] in _PRIVATE:
        return True
    return domain not in reached_at and any(word[:4] in mailbox for word in fold(name).split() if len(word) >= 4)
