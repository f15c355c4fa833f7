"""What a terminal shows of a night: text from elsewhere stays text, whatever brackets it has."""

from pathlib import Path

import pytest
from rich.console import Console

from mut_assets.domain.plans.outcome import Line, Outcome
from mut_assets.operations.asking import print_changes
from mut_assets.operations.report import print_outcomes

ODD = "[/red][bold]a"
"""As a folder, a title or a damaged record may hold it; Rich takes it for its markup."""


@pytest.mark.parametrize("status", ["published", "refused", "absent"])
def test_brackets_are_shown_as_they_are(status: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = (Line(ODD, ODD, ODD),)
    fields = {"refusals": (ODD,), "held": 1, "added": 1, "held_lines": line, "added_lines": line}
    outcome = Outcome(ODD, status, f"/data/{ODD}/", **fields)  # type: ignore[arg-type]  # one table of fields
    console = Console(width=200)
    print_outcomes([outcome], console, Path("/"))
    print_changes([outcome], console)
    shown = capsys.readouterr().out
    assert f"/data/{ODD}/" in shown and f"{ODD}: 1 added" in shown and f"+ {ODD}: {ODD}" in shown


def test_only_what_people_upload_is_asked_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("eventos", "tiendas", "restaurantes", "preguntas")
    print_outcomes([Outcome(name, "absent", "") for name in names], Console(width=200), Path("/"))
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("absent")]
    assert [("upload its file" in line, "`mut run` reads it" in line) for line in told] == [(False, True)] * 3 + [
        (True, False)
    ]
