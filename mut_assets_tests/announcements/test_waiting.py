"""What waits for a person is told in the morning once, and again when nobody decides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mut_assets.domain.plans.outcome import Line, Outcome
from mut_assets.resources.failures import Failure
from mut_assets_tests.daemon import Daemon, no_answer, publish


def santiago(day: int, hour: int) -> timedelta:
    """From now until that hour of a day of December 2027."""
    from zoneinfo import ZoneInfo

    return datetime(2027, 12, day, hour, tzinfo=ZoneInfo("America/Santiago")) - datetime.now(UTC)


def test_what_is_set_aside_and_what_waits_for_a_person_is_told_in_the_morning_once(daemon: Daemon) -> None:
    faq = Outcome(
        "preguntas", "published", "", held=1, held_lines=(Line("¿Hay baños?", "", "the answer is missing, day 1"),)
    )
    refused = Outcome("eventos", "refused", "", plan="0a1b2c3d4e5f", refusals=("it removes 41 of 42 documents",))
    publish(daemon, datetime.now(UTC), faq, refused)

    def tick(day: int, hour: int) -> int:
        daemon.ahead = santiago(day, hour)
        daemon.tick("announce_waiting")
        return len(daemon.topic.taken)

    assert tick(1, 7) == 0, "in the night nobody is woken for it"
    daemon.topic.down = no_answer()
    with pytest.raises(Failure):
        tick(1, 8)
    daemon.topic.down = None
    assert tick(1, 9) == tick(1, 10) == 1, "what could not be sent is not lost"
    [alert] = daemon.topic.taken
    assert alert.subject.startswith("MUT [por la mañana]: ") and not alert.now
    assert "- preguntas: ¿Hay baños?: the answer is missing, day 1" in alert.text
    assert "mut approve 0a1b2c3d4e5f" in alert.text and "it removes 41 of 42" in alert.text
    publish(daemon, datetime.now(UTC), replace(faq, held_lines=(Line("¿Hay baños?", "", "the same, day 2"),)), refused)
    assert tick(2, 9) == 1, "the same still waits"
    publish(daemon, datetime.now(UTC), replace(faq, held_lines=(*faq.held_lines, Line("¿Hay wifi?", ""))), refused)
    assert tick(2, 10) == 1 and tick(3, 9) == 2, "something new waits"
    publish(daemon, datetime.now(UTC), replace(faq, held_lines=()), replace(refused, status="published", plan=""))
    assert tick(4, 9) == 2
    publish(daemon, datetime.now(UTC), faq)
    assert tick(5, 9) == 3, "it came back"


def test_what_nobody_decides_in_three_days_is_told_again_with_what_visitors_miss(daemon: Daemon) -> None:
    refused = Outcome(
        "tiendas",
        "refused",
        "",
        added=1,
        changed=5,
        plan="0a1b2c3d4e5f",
        refusals=("it changes 5 of 9 titles",),
        added_lines=(Line("La Ranura", ""),),
        changed_lines=tuple(Line(f"Pan {n}", "") for n in range(5)),
    )
    publish(daemon, datetime.now(UTC), refused)

    def tick(day: int) -> int:
        daemon.ahead = santiago(day, 9)
        daemon.tick("announce_waiting")
        return len(daemon.topic.taken)

    assert [tick(day) for day in (1, 2, 3, 4, 5, 6, 8, 9)] == [1, 1, 1, 2, 2, 2, 3, 3], "also after a missed morning"
    first, again = daemon.topic.taken[:2]
    missed = "Los visitantes no ven: nuevos, 1 (La Ranura); cambiados, 5 (Pan 0, Pan 1, Pan 2 y 2 más)."
    assert missed not in first.text and f"Nadie ha decidido desde el 2027-12-01. {missed}" in again.text
    publish(daemon, datetime.now(UTC), replace(refused, plan="f5e4d3c2b1a0"))
    assert tick(10) == 4 and "desde el 2027-12-01" in daemon.topic.taken[-1].text, "another plan, the same wait"
    publish(daemon, datetime.now(UTC), replace(refused, status="published", plan=""))
    assert tick(11) == 4
    publish(daemon, datetime.now(UTC), refused)
    assert tick(12) == 5 and missed not in daemon.topic.taken[-1].text, "it began anew"
