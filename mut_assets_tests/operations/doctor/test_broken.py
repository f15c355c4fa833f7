"""Whatever is broken, the doctor examines the rest and ends with its own status, never with a traceback."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mut_assets.environments import read_settings
from mut_assets.operations.doctor.doctor import _guarded, examine, exit_status
from mut_assets.operations.doctor.finding import Finding, ok
from mut_assets.resources.bucket.publication_log import OUTCOME

Break = Callable[[Path], dict[str, str]]


def _nowhere(_: Path) -> dict[str, str]:
    return {"MUT_HOME": "/proc/nope"}


def _a_file(folder: Path) -> dict[str, str]:
    (folder / "home").write_text("no folder")
    return {}


def _a_bucket_that_is_a_file(folder: Path) -> dict[str, str]:
    (folder / "home").mkdir()
    (folder / "home/bucket").write_text("no folder")
    return {}


def _history(content: bytes, settings: bytes = b"") -> Break:
    def damage(folder: Path) -> dict[str, str]:
        home = folder / "home/dagster"
        for name in ("history/runs.db", "schedules/schedules.db"):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(content)
        if settings:
            (home / "dagster.yaml").write_bytes(settings)
        return {}

    return damage


def _settings_that_are_a_folder(folder: Path) -> dict[str, str]:
    _history(b"")(folder)
    (folder / "home/dagster/dagster.yaml").mkdir()
    return {}


def _record(folder: Path) -> dict[str, str]:
    (folder / "home/bucket" / OUTCOME).parent.mkdir(parents=True)
    (folder / "home/bucket" / OUTCOME).write_bytes(b"half a fi")
    return {}


def _record_that_is_a_folder(folder: Path) -> dict[str, str]:
    (folder / "home/bucket" / OUTCOME).mkdir(parents=True)
    return {}


BROKEN: dict[str, tuple[Break, str, str]] = {
    "a home that cannot be made": (_nowhere, "bucket: raw", "MUT-HOME-002"),
    "a home that is a file": (_a_file, "bucket: state", "MUT-HOME-002"),
    "a bucket that is a file": (_a_bucket_that_is_a_file, "records", "MUT-HOME-002"),
    "a history that is no database": (_history(b"nonsense " * 500), "run monitoring", ""),
    "an empty history": (_history(b""), "", ""),
    "settings that are no YAML": (_history(b"", b"a: [\x00\xff"), "run monitoring", ""),
    "settings of another kind": (_history(b"", b"[1, 2]"), "run monitoring", ""),
    "settings that name what is not there": (
        _history(b"", b"run_launcher: {module: no, class: No}"),
        "run monitoring",
        "",
    ),
    "settings that are a folder": (_settings_that_are_a_folder, "", ""),
    "half a record": (_record, "records", "MUT-STATE-002"),
    "a folder for a record": (_record_that_is_a_folder, "", ""),
}


@pytest.mark.parametrize(("damage", "name", "code"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_a_finding_and_the_others_are_examined(
    tmp_path: Path, damage: Break, name: str, code: str
) -> None:
    environment = {"MUT_HOME": str(tmp_path / "home"), **damage(tmp_path)}
    found = list(examine(lambda: read_settings(environment)))
    names = [finding.name for finding in found]
    assert {"site: stores", "records", "golden questions", "knowledge base", "Dagster home"} <= set(names)
    assert not [finding for finding in found if "this examination broke" in finding.found]
    if name:
        said = [finding for finding in found if finding.name == name and finding.status in ("error", "warning")]
        assert said and said[0].code == code
        assert exit_status(found) > 0


def test_without_a_working_directory_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, gone = Path.cwd(), tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    try:
        found = list(examine(lambda: read_settings({})))
    finally:
        os.chdir(here)
    assert found[0].name == "settings" and "FileNotFoundError" in found[0].found


def test_a_defect_of_one_examination_is_a_finding_that_shows_nothing_of_what_it_held() -> None:
    def broken() -> Iterator[Finding]:
        yield ok("first", "well")
        raise KeyError("a secret")

    first, defect = _guarded("alerts", broken)
    assert first.name == "first"
    assert (defect.name, defect.status) == ("alerts", "error")
    assert defect.found.startswith("this examination broke: KeyError at test_broken.py:") and "secret" not in str(
        defect
    )
