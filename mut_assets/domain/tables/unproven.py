"""Pages of which the site said nothing that can be believed -> rows of the raw table.

Without a row, such a page would be one that is gone, and its document would go with it. So it keeps the row that it
had, with the reason in `problema`: it goes no further, what is published of it stays, and the table still shows it.
What belongs here: which row stands for such a page. What does not: which answer is evidence
(`resources/wordpress/evidence.py`), or a page that was read and not understood (`raw.py`).
"""

from collections.abc import Mapping

import pandas as pd

from mut_assets.domain.collections import Collection


def with_unproven(
    frame: pd.DataFrame, unproven: Mapping[int, str], last: pd.DataFrame | None, collection: Collection, fuente: str
) -> pd.DataFrame:
    """The table with one more row per id of `unproven` (id -> why), in the order of ids; the same one for none.

    Cells are those of `last`, the table of the night before, where it has the page; else only the id is known.
    """
    if not unproven:
        return frame
    ids = [str(id) for id in unproven]
    known = {} if last is None else {row["id"]: row for row in last.loc[last["id"].isin(ids)].to_dict("records")}
    rows = [
        {
            **dict.fromkeys(frame.columns, ""),
            **{name: cell for name, cell in known.get(str(id), {}).items() if name in frame.columns},
            **{"id": str(id), "tipo": collection.tipo, "fuente": fuente, "problema": why},
        }
        for id, why in unproven.items()
    ]
    both = pd.concat([frame, pd.DataFrame(rows, columns=frame.columns, dtype="str")], ignore_index=True)
    by_number = sorted(range(len(both)), key=lambda row: (len(both["id"][row]), both["id"][row]))
    return both.iloc[by_number].reset_index(drop=True)
