"""Dagster's daemon in a test: it evaluates the sensors that tell people, over a list of runs and a topic of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.remote_origin import RegisteredCodeLocationOrigin

from mut_assets.automation import AT_A_TERMINAL
from mut_assets.definitions import build_definitions
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.alerts.outgoing import Heartbeat
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure
from mut_assets.resources.ports import Alert
from mut_assets_tests.failed_runs import HERE

DEFINITIONS = build_definitions(read_settings({"MUT_UI_URL": "https://mut.example"}))
COMMAND: dict[str, Any] = {"tags": {AT_A_TERMINAL: "token"}, "origin": None}
"""A run of a `mut` command, for `fails`."""


@dataclass(frozen=True)
class At(Clock):
    """A clock that is ahead of the machine's."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@dataclass
class Channel:
    """A topic: what it took, and whether it takes anything."""

    taken: list[Alert] = field(default_factory=list)
    down: BaseException | None = None
    refuses: str = ""
    after: BaseException | None = None
    """What happens to the process once it took a message."""

    def announce(self, alert: Alert, log: object) -> None:
        if self.down:
            raise self.down
        if self.refuses and self.refuses in alert.text:
            raise PermanentFailure("MUT-AWS-005", "the request was refused as invalid.", "Check it.")
        self.taken.append(alert)
        ended, self.after = self.after, None
        if ended is not None:
            raise ended


@dataclass
class Daemon:
    """Evaluates sensors as Dagster's daemon does: what a tick raises leaves its cursor where it was."""

    instance: dg.DagsterInstance
    topic: Channel
    decisions: PublicationLog
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    ahead: timedelta = timedelta()
    cursors: dict[str, str] = field(default_factory=dict)

    def tick(self, name: str = "announce_failure") -> Any:
        sensor: Any = next(one for one in DEFINITIONS.sensors or [] if one.name == name)
        context = dg.SensorEvaluationContext(
            instance_ref=None,
            last_tick_completion_time=None,
            last_run_key=None,
            cursor=self.cursors.get(name),
            repository_name="__repository__",
            instance=self.instance,
            definitions=DEFINITIONS,
            code_location_origin=RegisteredCodeLocationOrigin(HERE),
            resources={
                name: dg.ResourceDefinition.hardcoded_resource(door)
                for name, door in {
                    "alerts": self.topic,
                    "decisions": self.decisions,
                    "heartbeat": self.heartbeat,
                    "clock": At(ahead=self.ahead),
                }.items()
            },
        )
        done = sensor.evaluate_tick(context)
        self.cursors[name] = done.cursor
        return done

    def ticks(self, count: int = 2) -> None:
        """So many ticks, of which some may be red."""
        for _ in range(count):
            try:
                self.tick()
            except (Failure, KeyboardInterrupt):
                continue

    @property
    def told(self) -> list[str]:
        """The ids of what the topic took."""
        return [alert.id for alert in self.topic.taken]


@contextmanager
def daemon_of(home: Path) -> Iterator[Daemon]:
    """A daemon that has seen no run yet, with a bucket under this home."""
    logging.disable(logging.CRITICAL)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(instance, Channel(), build_doors(read_settings({"MUT_HOME": str(home)})).decisions)
    logging.disable(logging.NOTSET)


def publish(daemon: Daemon, read_at: datetime, *outcomes: Outcome) -> None:
    """A publication of stores that were read then."""
    served = Outcome("tiendas", "published", "", raw_snapshot=f"raw/tiendas_{read_at:%Y%m%d_%H%M%S}.csv")
    daemon.decisions.record(Publication("x", "", (served, *outcomes)))


def no_answer() -> TransientFailure:
    """What sending raises while the topic is down."""
    return TransientFailure("MUT-AWS-102", "sns Publish for the topic: no answer.", "It is tried again.")
