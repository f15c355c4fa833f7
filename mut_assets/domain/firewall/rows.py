"""Rows of raw tables -> the same, with a problem where their texts have a fault.

What belongs here: which columns are read and whose a contact is. What does not: what a fault is (`firewall.py`). Such
a row goes no further, like one that could not be understood: its last good document stays until its page is mended.
"""

from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from mut_assets.domain.firewall.firewall import Fault, faults, masked

FAULTS_SHOWN = 3

_NO_TEXT = frozenset({"link", "tipo"})
"""Contract columns that are an address that was examined before, and the platform's own word."""
_WHOSE = ("titulo", "link", "organizador", "url_web", "web", "telefono", "mail", "fuente")
"""Columns that say whose the item is: a phone or a mail that stands in them too is a contact."""


def screened(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The table, each `problema` lengthened by what stands in the row's texts and may not reach the assistant.

    `columns` are the contract columns, the title first. A title with a person's number in it is masked, since messages
    name rows by it; every other cell stays as it is.
    """
    held = {at: found for at, row in enumerate(frame.to_dict("records")) if (found := _faults(row, columns))}
    if not held:
        return frame
    marked = frame.copy()
    for at, found in held.items():
        more = [f"and {len(found) - FAULTS_SHOWN} more"] if len(found) > FAULTS_SHOWN else []
        problems = filter(None, (frame["problema"].iloc[at], *map(str, found[:FAULTS_SHOWN]), *more))
        marked.loc[marked.index[at], "problema"] = "; ".join(problems)
        marked.loc[marked.index[at], columns[0]] = masked(frame[columns[0]].iloc[at])
    return marked


def _faults(row: Mapping[Hashable, str], columns: Sequence[str]) -> list[Fault]:
    own = " ".join(row[name] for name in _WHOSE if row.get(name))
    return faults({name: row[name] for name in columns if name not in _NO_TEXT}, own)
