"""What Dagster is told: whether a retry helps, which checks failed, and tables that say what they leave out."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from mut_assets.assets.reporting import (
    CheckVerdict,
    as_dagster_failures,
    bullets,
    change_rows,
    outcome_rows,
    raw_changes,
    table,
    yield_checks,
)
from mut_assets.domain.plans.outcome import Line, Outcome
from mut_assets.domain.tables.changes import FieldChange, TableChanges
from mut_assets.resources.failures import Failure, PermanentFailure, Retries, TransientFailure

BUSY = TransientFailure("MUT-WP-101", "The site is busy.", "It is tried again.", retry_after=30)
GONE = PermanentFailure("MUT-WP-001", "The site is gone.", "Correct the address.")


def told_to_dagster(failure: Exception, attempt: int) -> Exception:
    """What a step ends with at this attempt, of three."""
    context: Any = SimpleNamespace(retry_number=attempt, log=SimpleNamespace(warning=lambda line: None))
    try:
        with as_dagster_failures(context, Retries(10, 2)):
            raise failure
    except (dg.RetryRequested, dg.Failure, ZeroDivisionError) as ended:
        return ended


@pytest.mark.parametrize("attempt", [0, 1])
def test_a_transient_failure_asks_for_another_attempt_after_a_wait(attempt: int) -> None:
    asked = told_to_dagster(BUSY, attempt)
    assert isinstance(asked, dg.RetryRequested)
    assert (asked.max_retries, asked.seconds_to_wait) == (2, 30)


@pytest.mark.parametrize(("failure", "attempt"), [(BUSY, 2), (GONE, 0)])
def test_a_permanent_failure_and_a_last_attempt_end_the_step_with_code_and_advice(
    failure: Failure, attempt: int
) -> None:
    ended = told_to_dagster(failure, attempt)
    assert isinstance(ended, dg.Failure) and ended.allow_retries is False and ended.description == str(failure)
    told = {name: value.value for name, value in ended.metadata.items()}
    assert told == {"code": failure.code, "what": failure.what, "advice": failure.advice}


def test_a_defect_ends_the_step_as_it_is() -> None:
    defect = ZeroDivisionError("a defect")
    assert told_to_dagster(defect, 0) is defect


def results(found: Mapping[str, CheckVerdict]) -> tuple[list[dg.AssetCheckResult], dg.Failure | None]:
    """What is yielded, and what is raised then."""
    yielded = []
    try:
        for result in yield_checks(found, "the table of tiendas"):
            yielded.append(result)
    except dg.Failure as failure:
        return yielded, failure
    return yielded, None


def test_every_rule_is_told_before_a_blocking_one_keeps_the_table_from_being_written() -> None:
    blocking = enumerate([True, False, True, True, True])
    bad = {f"rule_{number}": CheckVerdict([f"problem {number}"], blocking=blocks) for number, blocks in blocking}
    told, failure = results({**bad, "good": CheckVerdict([], shown={"rows": 127})})
    assert [result.check_name for result in told] == ["rule_0", "rule_1", "rule_2", "rule_3", "rule_4", "good"]
    assert [result.passed for result in told] == [False] * 5 + [True]
    assert set(told[0].metadata) == {"problems"} and set(told[-1].metadata) == {"rows"}
    assert failure is not None and failure.allow_retries is False and failure.description is not None
    assert failure.description.startswith(
        "MUT-DATA-001: the table of tiendas was read but not accepted: problem 0; problem 2; problem 3. The last good"
    )


def test_rules_that_do_not_block_raise_nothing() -> None:
    told, failure = results({"doubts": CheckVerdict(["one"], blocking=False, severity=dg.AssetCheckSeverity.WARN)})
    assert failure is None
    assert [(result.passed, result.severity) for result in told] == [(False, dg.AssetCheckSeverity.WARN)]


def cells(shown: Any) -> list[tuple[Any, ...]]:
    return [tuple(record.data.values()) for record in shown.records]


@pytest.mark.parametrize(
    ("rows", "total", "shown", "last"),
    [(100, 0, 100, 99), (101, 0, 100, "… and 2 more"), (3, 3, 3, 2), (50, 70, 51, "… and 20 more")],
)
def test_a_table_says_in_its_last_row_how_many_it_leaves_out(rows: int, total: int, shown: int, last: Any) -> None:
    found = cells(table(("number",), [(number,) for number in range(rows)], total))
    assert (len(found), found[-1]) == (shown, (last,))


def test_a_list_says_how_many_it_leaves_out() -> None:
    assert bullets(["a", "b"], 2) == "- a\n- b"
    assert bullets(["a", "b", "c", "d"], 2) == "- a\n- b\n- and 2 more"


def test_a_changed_row_is_counted_once_and_told_by_each_of_its_fields() -> None:
    changed = tuple(FieldChange("1", "Iris", name, "a", "b") for name in ("horario", "telefono"))
    told = raw_changes(TableChanges((("2", "Brote"),), (("3", "Zarpa"), ("4", "Alba")), changed))
    assert (told["rows_added"], told["rows_removed"], told["rows_changed"]) == (1, 2, 1)
    assert cells(told["changes"]) == [
        ("added", "Brote", "", "", ""),
        ("removed", "Zarpa", "", "", ""),
        ("removed", "Alba", "", "", ""),
        ("changed", "Iris", "horario", "a", "b"),
        ("changed", "Iris", "telefono", "a", "b"),
    ]
    assert raw_changes(None) == {"changes": "first snapshot"}
    assert "changes" not in raw_changes(TableChanges((), (), ()))


def test_the_documents_of_a_publication_are_told_by_kind_with_links_and_those_left_out_are_counted() -> None:
    lines = tuple(Line(f"Local {number}", f"https://plaza.example/{number}/") for number in range(20))
    gone, held = (Line("x", ""),), (Line("a [b]_c", "https://e.example/", "?"),)
    outcomes = [
        Outcome("tiendas", "refused", "kb/stores/", added=70, added_lines=lines, removed=1, removed_lines=gone),
        Outcome("eventos", "published", "kb/eventos/", held=1, held_lines=held),
        Outcome("preguntas", "unchanged", "kb/preguntas/", unchanged=62),
    ]
    told = change_rows(outcomes)
    rows = cells(told["changes"])
    assert rows[0] == ("tiendas", "added (refused)", "Local 0", "")
    assert rows[-3:] == [
        ("tiendas", "removed (refused)", "x", ""),
        ("eventos", "held", "a [b]_c", "?"),
        ("… and 50 more", "", "", ""),
    ]
    links = told["links"].value.splitlines()
    assert links[0] == "- added (refused): [Local 0](https://plaza.example/0/)" and links[20:] == ["- and more"]
    assert "and more" not in change_rows(outcomes[:1])["links"].value
    assert change_rows(outcomes[1:])["links"].value == r"- held: [a \[b\]\_c](https://e.example/)"
    assert change_rows(outcomes[2:]) == {}
    assert cells(outcome_rows(outcomes))[2] == ("preguntas", "unchanged", 0, 0, 0, 0, 0, 62)
