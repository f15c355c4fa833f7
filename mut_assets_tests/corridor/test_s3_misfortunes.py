"""Whole nights on a real S3 server: undisturbed ones, and, by seed, ones in which requests to it go wrong.

A misfortune that ends within the retries must not be seen afterwards; one that lasts ends the night with a code, and
what it did not touch goes out all the same; and the next undisturbed night puts everything right.
"""

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from unittest.mock import patch

import dagster as dg
import pytest

from mut_assets.environments import read_settings
from mut_assets.resources.bucket.lease import Lease
from mut_assets_tests.chaos.tally import Tally
from mut_assets_tests.corridor.conftest import DATASET, FAQ, Platform, failure_text
from mut_assets_tests.dev_server import until
from mut_assets_tests.fakes.s3_proxy import Answer, Request, Rule, S3Proxy, s3_error
from mut_assets_tests.fakes.seaweedfs import SeaweedFS

pytestmark = pytest.mark.slow

SEED, NIGHTS, EVERY_TIME = 20261128, 100, 7
FOLDERS = {"eventos": "eventos", "tiendas": "stores", "restaurantes": "restaurantes", "preguntas": "preguntas"}


MISFORTUNES = {
    "the answer is lost": Answer(passed=True),
    "409": s3_error(409, "ConditionalRequestConflict"),
    "503": s3_error(503, "SlowDown"),
    "a sign-in page": Answer(200, b"<!DOCTYPE html><html><body>Sign in to continue</body></html>", "text/html"),
}


@dataclass(frozen=True)
class State:
    """What visitors are answered from: the published objects, and what the index holds of them."""

    documents: Mapping[str, bytes]
    served: frozenset[str]


@dataclass
class Market:
    """The platform on SeaweedFS behind a proxy. The site has two versions; `edit` goes on to the other."""

    platform: Platform
    proxy: S3Proxy
    server: Any
    """boto3's client for the server itself."""
    version: int = 0
    struck: int = 0
    """Requests of the last night that met a misfortune."""

    def edit(self) -> None:
        """The other version: texts changed, one store and one event more or less."""
        site = self.platform.site
        self.version = 1 - self.version
        words = ("cuadernos", "volantines")[self.version]
        for number in range(3):
            site.store(2000 + number, f"Tienda {number} & Cía", content=f"<p>Vende {words} número {number}.</p>")
        site.restaurant(4000, "Cocina 0", content=f"<p>Sirve cazuela con {words}.</p>")
        site.event(9000, "Feria de 0 barrios", date_text="9 al 12 de octubre", content=f"<p>Habrá {words}.</p>")
        for name, item in (("stores", 2011), ("event", 9007)):
            site.items[name] = [kept for kept in site.items[name] if kept["id"] != item]
        if self.version == 0:
            site.event(9007, "Feria de 7 barrios", date_text="9 al 12 de octubre")
            site.store(2011, "Tienda 11 & Cía", content="<p>Vende cuadernos número 11.</p>")

    def night(self) -> list[dg.ExecuteInProcessResult]:
        """As `mut run` does it: after a failed night what is healthy is published."""
        with dg.DagsterInstance.ephemeral() as instance, _without_waiting():
            platform = replace(self.platform, instance=instance)
            runs = [platform.run()]
            return runs if runs[0].success else [*runs, platform.run("publish_latest")]

    def undisturbed_night(self) -> State:
        self.proxy.rules.clear()
        night = self.night()[0]
        assert night.success, failure_text(night)
        return self.state()

    def state(self) -> State:
        return State(self.state_of_documents(), frozenset(self.platform.index.served()))

    def state_of_documents(self) -> dict[str, bytes]:
        """The published objects, looked at past the misfortunes."""
        rules, self.proxy.rules = self.proxy.rules, []
        documents = self.platform.documents()
        self.proxy.rules = rules
        return documents

    def replaces(self, request: Request) -> None:
        """Does as a store that ignores the condition of a write. The condition itself is signed, and has to stay."""
        if _conditional(request):
            self.struck += 1
            self.server.delete_object(Bucket=request.bucket, Key=request.key)

    def meets(self, misfortune: Rule) -> None:
        """From now on requests go by this rule, and those that it is for are counted."""
        self.struck = 0

        def counted(request: Request) -> Answer | None:
            answer = misfortune(request)
            self.struck += answer is not None
            return answer

        self.proxy.rules = [counted]


def _without_waiting() -> Any:
    return patch("mut_assets.resources.bucket.s3.FIRST_PAUSE", 0.0)


def codes(night: Collection[dg.ExecuteInProcessResult]) -> set[str]:
    """The codes with which steps of a night failed. A step that failed without one fails the test."""
    found = set()
    for run in night:
        for event in run.get_step_failure_events():
            said = (
                failure_text(run)
                if event.step_failure_data.error is None
                else event.step_failure_data.error.to_string()
            )
            code = re.search(r"MUT-[A-Z0-9]+-\d{3}", said)
            assert code or "upstream" in said.lower(), said
            found |= {code.group()} if code else set()
    return found


@pytest.fixture
def market(
    platform: Platform, environment: dict[str, str], seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Market]:
    with S3Proxy(seaweedfs.endpoint) as proxy:
        place = {"S3_BUCKET_NAME": seaweedfs.new_bucket(), "AWS_ENDPOINT_URL_S3": proxy.endpoint}
        variables = {**seaweedfs.environment, **environment, **place, "MUT_LEASE_SECONDS": "3"}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        made = replace(platform, settings=read_settings(variables))
        made.bucket.put("raw/preguntas.csv", FAQ.encode())
        yield Market(made, proxy, seaweedfs.client)


def test_nights_on_a_real_server_write_what_changed_and_nothing_else(market: Market) -> None:
    first = market.undisturbed_night()
    assert len(first.documents) == 2 * (8 + 12 + 7 + 2) and len(first.served) == 8 + 12 + 7 + 2
    assert market.platform.counts("tiendas") == (12, 0, 0, 0, 0)
    market.proxy.requests.clear()
    assert market.undisturbed_night() == first
    assert written(market) == [], "an unchanged night writes no document"
    market.edit()
    edited = market.undisturbed_night()
    assert market.platform.counts("tiendas") == (0, 3, 1, 0, 8)
    assert b"volantines" in edited.documents["stores/2000.md"]
    assert first.served - edited.served == {"stores/2011.md", "eventos/9007.md"}


def written(market: Market) -> list[str]:
    """The documents' keys that were written or deleted."""
    return [
        request.key
        for request in market.proxy.requests
        if request.key.startswith(DATASET) and request.method in ("PUT", "DELETE")
    ]


# --- two writers ------------------------------------------------------------------------------------------------------


def at_a_terminal() -> subprocess.Popen[str]:
    """`mut run` in a process of its own."""
    command = [sys.executable, "-m", "mut_assets.cli", "run"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_two_writers_at_once_and_the_one_that_writes_is_killed(market: Market) -> None:
    """The lease keeps them apart; the killed one holds the others up for its lease at most; nothing is lost."""
    site = market.platform.site
    for number in range(120):
        site.store(5000 + number, f"Puesto {number}", content=f"<p>Vende hilo número {number}.</p>")
    lease = Lease(market.platform.bucket)

    def writer() -> str:
        last = lease.last()
        return last.holder if last and not last.released and "kb_dataset" in last.holder else ""

    terminals = [at_a_terminal(), at_a_terminal()]
    victim = int(until(writer, "a run to hold the lease").rsplit(" ", 1)[1])
    os.kill(victim, signal.SIGKILL)
    for terminal in terminals:
        printed, _ = terminal.communicate(timeout=300)
        assert terminal.returncode == (-signal.SIGKILL if terminal.pid == victim else 0), printed
    assert len(market.platform.ids("stores")) == 132
    market.proxy.requests.clear()
    assert len(market.undisturbed_night().served) == 120 + 8 + 12 + 7 + 2
    assert written(market) == [], "the surviving writer left nothing to do"


# --- misfortunes by seed ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Evening:
    """What goes wrong in one night: `kind` is how long or where, `meets` is the proxy's rule."""

    kind: str
    what: str
    meets: Rule
    untouched: frozenset[str] = frozenset()
    """The folders whose requests are answered honestly, where those of one are not."""


def evening(number: int, requests: int, replacing: Rule) -> Evening:
    """The misfortunes of one seed, in a night that makes about so many requests."""
    chance = random.Random(f"{SEED}-{number}")
    what = chance.choice(list(MISFORTUNES))
    kind = ("passing", "lasting", "one collection", "passing", "lasting", "one collection", "unconditional")[number % 7]
    if kind == "unconditional":
        return Evening(kind, "whatever is created replaces what is there", replacing)
    if kind == "lasting":
        first, seen = chance.randrange(requests), count()
        rule: Rule = lambda request: _fitting(what, request) if next(seen) >= first else None  # noqa: E731
        return Evening(kind, f"{what} from request {first} on", rule)
    if kind == "one collection":
        name, folder = chance.choice(list(FOLDERS.items()))
        place = f"{DATASET}{folder}/" if number % 7 == 5 else chance.choice([f"raw/{name}", f"vectorial/{folder}"])
        untouched = frozenset(FOLDERS.values()) - {folder}

        def there(request: Request) -> Answer | None:
            met = request.key.startswith(place) and (request.method != "GET" or not place.startswith(DATASET))
            return _fitting(what, request) if met else None

        return Evening(kind, f"{what} at {place}", there, untouched)
    share, struck = chance.choice([0.02, 0.1, 0.4]), set[tuple[str, str]]()

    def passing(request: Request) -> Answer | None:
        asked = (request.method, request.key or str(request.query))
        if asked in struck or chance.random() >= share:
            return None
        struck.add(asked)
        return _fitting(chance.choice(list(MISFORTUNES)), request)

    return Evening(kind, f"{share:.0%} of the requests, once each", passing)


def _conditional(request: Request) -> bool:
    return request.method == "PUT" and any(name.lower() == "if-none-match" for name in request.headers)


def _fitting(what: str, request: Request) -> Answer:
    """S3 answers 409 to conditional writes alone; what else meets a conflict is told to slow down."""
    return MISFORTUNES["503" if what == "409" and not _conditional(request) else what]


def survive(market: Market, numbers: Collection[int]) -> None:
    """The nights of these seeds one after the other, each followed by an undisturbed one; says of each how it ended."""
    tally = Tally("misfortunes of S3")
    market.edit()  # the site as it is made is neither of the two versions
    reference = {}
    for _ in range(2):
        market.proxy.requests.clear()
        reference[market.version] = market.undisturbed_night()
        requests = len(market.proxy.requests)
        market.edit()
    for number in numbers:
        before = reference[market.version]
        assert market.undisturbed_night() == before
        market.edit()
        wanted, misfortune = reference[market.version], evening(number, requests, market.replaces)
        about = f"night {number}, {misfortune.kind}, {misfortune.what}"
        market.meets(misfortune.meets)
        night = market.night()
        ended, left = codes(night), market.state_of_documents()
        for key in before.documents.keys() | wanted.documents.keys():
            versions = (before.documents.get(key), wanted.documents.get(key))
            assert left.get(key) in versions, f"{about}: {key} is in neither version"
        assert not (night[0].success and misfortune.kind == "unconditional"), f"{about}: nobody noticed"
        if night[0].success:
            assert market.state() == wanted, f"{about}: it is green, and not what the site says"
        else:
            assert ended, f"{about}: it failed without a code"
            if misfortune.kind == "passing":
                raise AssertionError(f"{about}: it had ended within the retries\n{failure_text(night[0])}")
            if misfortune.kind == "unconditional":
                assert ended == {"MUT-S3-007"} and left == before.documents, f"{about}: {ended}"
            for folder in misfortune.untouched:
                of_folder = {key: text for key, text in wanted.documents.items() if key.startswith(f"{folder}/")}
                assert of_folder.items() <= left.items(), f"{about}: {folder} did not go out"
        how = "converged" if night[0].success else " ".join(sorted(ended))
        tally.tell(f"{about}: {market.struck} requests, {how}", how)
        assert market.undisturbed_night() == wanted, f"{about}: the next night did not put it right"
    tally.end()


def test_some_nights_in_which_requests_go_wrong(market: Market) -> None:
    survive(market, range(EVERY_TIME))


@pytest.mark.nightly
def test_a_hundred_nights_in_which_requests_go_wrong(market: Market) -> None:
    survive(market, range(NIGHTS))
