"""Each custom field of the real WordPress renamed, dropped and retyped, one after another, each for a night of its own.

A proxy on loopback stands before the site and changes what it answers; the site itself is not touched.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import requests

from mut_assets.domain.tables.fields import fields_of
from mut_assets.environments import read_settings
from mut_assets_tests.conftest import RealWordPress
from mut_assets_tests.corridor.conftest import Platform, failure_text
from mut_assets_tests.corridor.test_fields import check, rows
from mut_assets_tests.domain.tables.test_drift import Item, dropped, made, renamed
from mut_assets_tests.fakes.loopback import Loopback, encoded

pytestmark = [pytest.mark.wordpress, pytest.mark.nightly]

ASSETS = {"event": "raw_eventos", "stores": "raw_tiendas", "restaurant": "raw_restaurantes"}
KEPT_HEADERS = ("Content-Type", "X-WP-Total", "X-WP-TotalPages")


def other(value: Any) -> Any:
    """A value of another type, as after a change of the field's kind: a choice with value and label, or plain text."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else value
    return value if value in ("", None, False) else {"value": value, "label": value}


HOW: dict[str, Callable[[str], Callable[[Item], None]]] = {
    "renamed": renamed,
    "dropped": dropped,
    "retyped": lambda path: made(path, other),
}


class Before(Loopback):
    """Stands before the site, asks it each thing once, and changes every item of one type that it answers."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin
        self.kind = ""
        self.change: Callable[[Item], None] = lambda item: None
        self._said: dict[str, requests.Response] = {}

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        if path not in self._said:
            self._said[path] = requests.get(self.origin + path, timeout=30)
        answer = self._said[path]
        said = answer.json()
        if self.kind and f"/wp/v2/{self.kind}" in path:
            for item in said if isinstance(said, list) else [said]:
                if "acf" in item:
                    self.change(item)
        kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        return encoded(answer.status_code, kept, json.dumps(said).encode())

    def items(self, kind: str) -> list[Item]:
        """Every item of a type, as the site has them."""
        pages = (f"/wp-json/wp/v2/{kind}?per_page=100&page={page}&_fields=id,acf" for page in range(1, 3))
        answers = (requests.get(self.origin + page, timeout=30).json() for page in pages)
        return [item for answer in answers if isinstance(answer, list) for item in answer]


@pytest.fixture(scope="module")
def before(running_wordpress: RealWordPress) -> Iterator[Before]:
    origin = running_wordpress.base_url.removesuffix("/wp-json/wp/v2")
    with running_wordpress.alone(), pytest.MonkeyPatch.context() as patch, Before(origin) as proxy:
        patch.setenv("MUT_TODAY", "2024-01-01")  # before all events
        yield proxy


@pytest.fixture(scope="module")
def first(before: Before, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A MUT_HOME after an undisturbed night."""
    home = tmp_path_factory.mktemp("first") / "mut"
    with dg.DagsterInstance.ephemeral() as instance:
        night = _platform(before, home, instance).run()
        assert night.success, failure_text(night)
    return home


def _platform(before: Before, home: Path, instance: dg.DagsterInstance) -> Platform:
    variables = {"MUT_HOME": str(home), "API_BASE_URL": f"{before.endpoint}/wp-json/wp/v2", "MUT_RETRY_SECONDS": "0"}
    return Platform(read_settings(variables), None, instance)  # type: ignore[arg-type]  # the real site is not the fake


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("kind", ASSETS)
def test_each_field_is_named_the_same_night_and_nothing_published_is_emptied(
    before: Before, first: Path, tmp_path: Path, kind: str, how: str
) -> None:
    paths = [path for path in fields_of(before.items(kind)).fields if "." in path and not path.endswith("[]")]
    assert len(paths) >= 13
    wrong, ends = [], []
    for number, path in enumerate(paths):
        if _unchanged(before.items(kind), HOW[how](path)):
            continue  # a field in which nobody ever wrote has no type
        home = tmp_path / str(number)
        shutil.copytree(first, home)
        before.kind, before.change = kind, HOW[how](path)
        with dg.DagsterInstance.ephemeral() as instance:
            platform = _platform(before, home, instance)
            published = platform.documents()
            night = platform.run()
            said = _said(night, ASSETS[kind], path)
            if not night.success:
                platform.run("publish_latest")
            lost = _emptied(published, platform.documents())
        ends.append((path, "green" if night.success else _codes(failure_text(night)), said))
        wrong += [f"{path}: not named"] if not said else []
        wrong += [f"{path}: {line}" for line in lost]
        before.kind = ""
    print(f"\n{kind} {how}", *ends, sep="\n  ")
    assert wrong == [], "\n".join(wrong)


def _unchanged(items: list[Item], change: Callable[[Item], None]) -> bool:
    was = json.dumps(items)
    for item in items:
        change(item)
    return json.dumps(items) == was


def _said(night: dg.ExecuteInProcessResult, asset: str, path: str) -> str:
    """Where the path is named: by the check, in the `problema` of rows, or as what no item has."""
    checks = [each for each in night.get_asset_check_evaluations() if each.asset_key == dg.AssetKey(asset)]
    if not checks:
        return "MUT-WP-014" if "without their custom fields (acf)" in failure_text(night) else ""
    said = check(night, asset)
    if any(path == row["field"] or f"in it was {path}" in row["now"] for row in ([] if said.passed else rows(said))):
        return str(said.severity.value)
    problems = " ".join(str(each.description) for each in checks)
    return "problema" if path in re.sub(r"\[\d+\]", "[]", problems) else ""


def _codes(text: str) -> str:
    return " ".join(sorted(set(re.findall(r"MUT-[A-Z]+-\d{3}", text))))


def _emptied(published: Mapping[str, bytes], now: Mapping[str, bytes]) -> Iterator[str]:
    """Documents that are gone, lack metadata that they had, or say less."""
    for key, old in published.items():
        new = now.get(key)
        if new is None:
            yield f"{key} is gone"
        elif new != old and key.endswith(".json"):
            had, has = (json.loads(body)["metadataAttributes"] for body in (old, new))
            yield from (f"{key} lacks {name}" for name in had if not has.get(name))
        elif new != old:
            # A link that lost its title is told by its address, which is spelled a little otherwise: ww.PAN.cl.
            words, left = (set(re.findall(r"\w{4,}", body.decode().lower())) for body in (old, new))
            if left < words:
                yield f"{key} says less: {sorted(words - left)[:8]}"
