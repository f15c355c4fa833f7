"""What goes wrong in one night, by chance: at the site, the bucket, the services of AWS and Pinecone, the clock.

What belongs here: which mishaps there are, whom each touches, and how a seed mixes them. What does not: the lies of a
site (`lies.py`), the account that they happen to (`nights.py`), what may come of it (`night_judge.py`).
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mut_assets_tests.chaos.lies import ACCIDENTS, LIES, SLIPS, Lie, is_slim
from mut_assets_tests.corridor.account import PREFIX
from mut_assets_tests.fakes.faults import error, lost_answer, on
from mut_assets_tests.fakes.s3_proxy import Answer, Request, Rule, s3_error

if TYPE_CHECKING:
    from mut_assets_tests.chaos.nights import Nights

Begin = Callable[["Nights", random.Random], str]
"""Lets it go wrong from now on, and gives the words for how."""

HOW = ("always", "once", "some", "ids", "content")
"""Which of the requests meet it: all, the second one, three in ten, those for ids only, all others."""

AT_ONCE = {"Retry-After": "0"}
_THROTTLED = error("ThrottlingException", 429)


@dataclass(frozen=True)
class Mishap:
    """One thing that goes wrong. `touches` says whose answers are then not those of an honest night: a WordPress type,
    "bucket", "services" or "clock"."""

    name: str
    touches: str
    begin: Begin


def of_site(name: str, kind: str, how: str | None = None) -> Mishap:
    """The site answers one collection's requests like this; by chance to which of them."""
    maker = {**ACCIDENTS, **LIES, **SLIPS}[name]

    def begin(nights: "Nights", chance: random.Random) -> str:
        chosen = how or ("always" if name in LIES or name in SLIPS else chance.choice(HOW))
        nights.misanswers(kind, _met(maker(chance, nights.ids(kind)), chosen, chance))
        return f"{name} to {kind}, {chosen}"

    return Mishap(name, kind, begin)


def _met(lie: Lie, how: str, chance: random.Random) -> Lie:
    count = 0

    def rule(path: str, honest: object) -> object:
        nonlocal count
        count += 1
        slim = is_slim(path)
        passes = {"once": count != 2, "some": chance.random() > 0.3, "ids": not slim, "content": slim}
        return None if passes.get(how, False) else lie(path, honest)  # type: ignore[arg-type]  # the honest answer

    return rule  # type: ignore[return-value]  # a lie, met at times


def _edits_meanwhile(nights: "Nights", chance: random.Random) -> str:
    kind = chance.choice(nights.kinds)
    nights.edits_while_read(kind, chance)
    return f"{kind} is edited while it is read"


BUCKET: Mapping[str, Answer] = {
    "the answer is lost": Answer(passed=True),
    "slow down": s3_error(503, "SlowDown"),
    "a sign-in page": Answer(200, b"<!DOCTYPE html><html><body>Sign in to continue</body></html>", "text/html"),
    "access denied": s3_error(403, "AccessDenied"),
    "internal error": s3_error(500, "InternalError"),
}


def _conditional(request: Request) -> bool:
    return request.method == "PUT" and any(name.lower() == "if-none-match" for name in request.headers)


def _bucket(nights: "Nights", chance: random.Random) -> str:
    what = chance.choice(list(BUCKET))
    share = chance.choice([0.02, 0.1])
    first = chance.randrange(250)
    place = chance.choice(["raw/", "vectorial/", PREFIX, "state/"])
    seen, struck = 0, set[tuple[str, str]]()

    def passing(request: Request) -> Answer | None:
        asked = (request.method, request.key or str(request.query))
        if asked in struck or chance.random() >= share:
            return None
        struck.add(asked)
        return BUCKET[what]

    def lasting(request: Request) -> Answer | None:
        nonlocal seen
        seen += 1
        return BUCKET[what] if seen > first else None

    rules: dict[str, Rule] = {
        f"{share:.0%} of the requests, once each": passing,
        f"from request {first} on": lasting,
        f"below {place}": lambda request: BUCKET[what] if request.key.startswith(place) else None,
        "conflicts": lambda request: s3_error(409, "ConditionalRequestConflict") if _conditional(request) else None,
        "conditions get lost": lambda request: Answer(without=("if-none-match",)) if _conditional(request) else None,
    }
    how = chance.choice(list(rules))
    nights.meets(rules[how])
    return how if how.startswith("condi") or how == "conflicts" else f"{what}, {how}"


def _bedrock(nights: "Nights", chance: random.Random) -> str:
    bedrock, sources = nights.account.bedrock, nights.account.sources
    name = chance.choice(list(sources))
    times = chance.choice([1, 2, None])
    operation = chance.choice(["StartIngestionJob", "ListIngestionJobs", "ListKnowledgeBaseDocuments", "InvokeModel"])
    mishaps: dict[str, Callable[[], object]] = {
        f"{operation} throttled {times or 'for ever'}": lambda: bedrock.faults.append(on(operation, _THROTTLED, times)),
        f"{operation} fails inside": lambda: bedrock.faults.append(
            on(operation, error("InternalServerException", 500), times)
        ),
        "the answer to StartIngestionJob is lost": lambda: bedrock.faults.append(
            on("StartIngestionJob", lost_answer())
        ),
        f"the job of {name} fails": lambda: sources[name].failure_reasons.append("The role cannot read the bucket."),
        f"a document of {name} fails": lambda: sources[name].broken.update(nights.one_of(name, chance)),
        f"the job of {name} sees nothing": lambda: setattr(sources[name], "blind", True),
        f"{name} is listed late": lambda: setattr(sources[name], "lag", 2),
        "StartIngestionJob is denied": lambda: bedrock.denied.add("StartIngestionJob"),
        "the agent fails": lambda: nights.account.agent.failure_reasons.append("The role cannot use the model."),
    }
    what = chance.choice(list(mishaps))
    mishaps[what]()
    return what


def _pinecone(nights: "Nights", chance: random.Random) -> str:
    pinecone, times = nights.account.pinecone, chance.choice([1, 2, None])
    operation = chance.choice(["Upsert", "Delete", "ListVectors"])
    faults = {
        "too many requests": error("RESOURCE_EXHAUSTED", 429, headers=AT_ONCE),
        "internal error": error("INTERNAL", 500, headers=AT_ONCE),
        "the answer is lost": lost_answer(),
    }
    what = chance.choice(list(faults))
    pinecone.faults.append(on(operation, faults[what], times if what != "the answer is lost" else 1))
    return f"Pinecone, {operation}: {what}, {times or 'always'}"


def _clock(nights: "Nights", chance: random.Random) -> str:
    days = chance.choice([-400, -2, 2, 400])
    nights.clock_is_off(days)
    return f"the clock is {abs(days)} days {'ahead' if days > 0 else 'behind'}"


MEANWHILE = Mishap("edits meanwhile", "", _edits_meanwhile)
ELSEWHERE = (
    Mishap("bucket", "bucket", _bucket),
    Mishap("bedrock", "services", _bedrock),
    Mishap("pinecone", "services", _pinecone),
)
CLOCK = Mishap("clock", "clock", _clock)


def mixture(chance: random.Random, kinds: tuple[str, ...]) -> list[Mishap]:
    """What goes wrong in one night: mostly at the site, sometimes elsewhere besides, or there alone."""
    mishaps = []
    for kind in kinds:
        menu = chance.choices([list(ACCIDENTS), list(LIES), list(SLIPS), []], weights=[4, 3, 1, 5])[0]
        mishaps += [of_site(chance.choice(menu), kind)] if menu else []
    mishaps += [MEANWHILE] if chance.random() < 0.3 else []
    mishaps += [one for one in ELSEWHERE if chance.random() < 0.25]
    mishaps += [CLOCK] if chance.random() < 0.05 else []
    return mishaps
