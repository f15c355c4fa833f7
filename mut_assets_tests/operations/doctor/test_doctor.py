"""`mut doctor` on one machine: every hop is examined by itself, what fails says how to mend it, and nothing stays."""

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from mut_assets.environments import Settings, build_doors, read_settings
from mut_assets.operations.doctor import bucket as bucket_examination
from mut_assets.operations.doctor import dagster_home, doctor, questions, site
from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import Finding, error, ok, skipped, warning
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.wordpress.collection import FirstPage, WordPress
from mut_assets.timetable import Timetable
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, rest_error
from mut_assets_tests.terminal import mut_here

REPOSITORY = Path(__file__).parents[3]
SITE = "https://mercado.example/wp-json/wp/v2"
DATASET = "datasets/prod_kb/knowledge-base-mut-s3-001/v1/"
OURS = ("MUT_", "API_", "S3_", "AWS_", "DAGSTER_", "PINECONE_", "DAILY_", "LATEST_", "KNOWLEDGE_", "AGENT_", "ALERT_")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "mut"


@pytest.fixture
def wordpress() -> Iterator[WordPressSite]:
    with WordPressSite() as wordpress:
        wordpress.event(9001, "Feria de barrios")
        wordpress.store(2001, "Librería El Faro")
        wordpress.restaurant(4001, "Cocina del Puerto")
        yield wordpress


def settings_of(home: Path, **variables: str) -> Settings:
    return read_settings({"MUT_HOME": str(home), **variables})


def examined(home: Path, **variables: str) -> dict[str, Finding]:
    """The findings by name; a name stands for one finding."""
    found = list(doctor.examine(lambda: settings_of(home, **variables)))
    assert len({finding.name for finding in found}) == len(found)
    return {finding.name: finding for finding in found}


def statuses(findings: Mapping[str, Finding]) -> set[str]:
    return {finding.status for finding in findings.values()}


# --- a bare laptop ----------------------------------------------------------------------------------------------------


def test_a_bare_laptop_is_well_and_stays_as_it_was(home: Path) -> None:
    found = examined(home)
    assert statuses(found) == {"ok", "skipped"}
    assert doctor.exit_status(list(found.values())) == 0
    assert all("bundled, fictional" in found[f"site: {kind}"].found for kind in ("event", "stores", "restaurant"))
    assert "42 questions of the bundled sample" in found["raw/preguntas.csv"].found
    assert "the bundled questions" in found["golden questions"].found
    assert not home.exists()


def test_a_used_home_is_left_exactly_as_it_was(home: Path) -> None:
    def everything() -> dict[Path, int]:
        return {path: path.is_file() and path.stat().st_mtime_ns for path in home.rglob("*")}

    Bucket(str(home / "bucket")).put(f"{DATASET}stores/2001.md", b"# Faro\n")
    before = everything()
    examined(home)
    assert everything() == before


def test_a_day_that_is_none_is_an_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUT_TODAY", "tomorrow")
    assert examined(home)["settings"].code == "MUT-ENV-001"


# --- the site ---------------------------------------------------------------------------------------------------------


def on_the_site(wordpress: WordPressSite, home: Path) -> dict[str, Finding]:
    settings = settings_of(home, API_BASE_URL=wordpress.base_url)
    door = WordPress(settings.api_base_url, backoff=0, timeout=(2, 2))
    return {finding.name: finding for finding in site.examine(door, settings)}


def test_each_type_is_asked_for_its_list_and_for_one_page_of_it(wordpress: WordPressSite, home: Path) -> None:
    found = on_the_site(wordpress, home)
    assert statuses(found) == {"ok"}
    assert "1 items" in found["site: stores"].found
    asked = [path.partition("?")[0].partition("/wp/v2/")[2] for path in wordpress.requests]
    listed = {kind: wordpress.items[kind][0]["id"] for kind in ("event", "stores", "restaurant")}
    assert asked == [path for kind, id in listed.items() for path in (kind, f"{kind}/{id}")]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (rest_error(401, "rest_forbidden", "…"), "rest_forbidden"),
        (rest_error(404, "rest_no_route", "…"), "rest_no_route"),
        (Response(200, {"Content-Type": "application/json"}, '{"id": 1}'), "something else than that page"),
    ],
)
def test_a_site_that_closes_single_items_is_told_before_a_page_is_missing(
    wordpress: WordPressSite, home: Path, answer: Response, said: str
) -> None:
    id = wordpress.items["stores"][0]["id"]
    wordpress.faults.append(lambda path: answer if f"/stores/{id}" in path else None)
    found = on_the_site(wordpress, home)
    assert found["site: stores"].status == "warning" and said in found["site: stores"].found
    assert f"/stores/{id}" in found["site: stores"].fix
    assert found["site: event"].status == found["site: restaurant"].status == "ok"


def test_a_type_that_fails_does_not_hide_the_others(wordpress: WordPressSite, home: Path) -> None:
    refusal = Response(403, {"Content-Type": "text/html"}, "<title>Firewall</title>")
    wordpress.faults.append(lambda path: refusal if "/stores" in path else None)
    found = on_the_site(wordpress, home)
    assert (found["site: stores"].status, found["site: stores"].code) == ("error", "MUT-WP-002")
    assert found["site: event"].status == found["site: restaurant"].status == "ok"


def test_extraction_timeout_names_the_variables_and_their_next_values(wordpress: WordPressSite, home: Path) -> None:
    settings = settings_of(home, API_BASE_URL=wordpress.base_url, MUT_RUN_TIMEOUT_MINUTES="90")
    wordpress.latency = 0.3
    door = WordPress(settings.api_base_url, backoff=0, timeout=(1, 0.05))
    found = {finding.name: finding for finding in site.examine(door, settings)}
    assert {finding.code for finding in found.values()} == {"MUT-WP-103"}
    lines = found["site: event"].fix.splitlines()
    assert "API_REQUEST_SECONDS=120   # now 60" in lines and "API_COLLECTION_SECONDS=360   # now 180" in lines
    assert "API_CONCURRENCY=2   # now 4" in lines and "MUT_RUN_TIMEOUT_MINUTES=180   # now 90" in lines


def test_a_slow_answer_is_a_warning_that_names_the_same_variables(home: Path) -> None:
    item = {"id": 1, "title": {"rendered": "x"}, "link": "https://mercado.example/x/", "acf": {"a": 1}}
    settings = settings_of(home, API_BASE_URL=SITE, API_CONCURRENCY="1")
    page = FirstPage(f"{SITE}/stores", 232, [item], 10.5)
    slow = site.finding_for("stores", page, settings)
    assert slow.status == "warning" and "API_CONCURRENCY=1 " in slow.fix and "MUT_RUN_TIMEOUT_MINUTES=120 " in slow.fix
    assert site.finding_for("stores", replace(page, seconds=9.5), settings).status == "ok"
    longest = replace(settings, timetable=Timetable(timeout_minutes=1000))
    assert "MUT_RUN_TIMEOUT_MINUTES=1440 " in site.finding_for("stores", page, longest).fix


@pytest.mark.parametrize(("missing", "code"), [("title", ""), ("link", ""), ("acf", "MUT-WP-014")])
def test_items_without_what_a_night_reads_are_an_error(
    wordpress: WordPressSite, home: Path, missing: str, code: str
) -> None:
    for item in wordpress.items["stores"]:
        del item[missing]
    found = on_the_site(wordpress, home)["site: stores"]
    assert (found.status, found.code) == ("error", code)
    assert missing in found.found + found.fix


def test_the_password_of_the_site_is_shown_nowhere(wordpress: WordPressSite, home: Path) -> None:
    secret = "clave-secreta-de-prueba"
    address = wordpress.base_url.replace("http://", f"http://editora:{secret}@")
    findings = list(doctor.examine(lambda: settings_of(home, API_BASE_URL=address)))
    assert [finding.status for finding in findings[1:4]] == ["ok"] * 3
    wordpress.faults.append(lambda path: Response(500))
    findings += site.examine(WordPress(address, backoff=0), settings_of(home, API_BASE_URL=address))
    assert findings[-1].status == "error"
    assert secret not in doctor.as_json(findings) + repr(findings)


# --- the bucket -------------------------------------------------------------------------------------------------------


def test_foreign_keys_are_named_and_a_probe_that_was_left_is_none(home: Path) -> None:
    bucket = Bucket(str(home / "bucket"))
    bucket.put(f"{DATASET}stores/notas de la reunión.md", b"x")
    bucket.put(f"{DATASET}{bucket_examination.FOLDER}left{bucket_examination.SUFFIX}", b"{}")
    found = examined(home)["foreign keys"]
    assert found.status == "warning" and found.found.startswith("1 under")
    assert f"{DATASET}stores/notas de la reunión.md" in found.found
    assert "Somebody else may read them" in found.fix and "rm '" not in found.fix


def test_what_a_killed_doctor_left_is_removed_after_an_hour(home: Path) -> None:
    bucket = Bucket(str(home / "bucket"))
    key = f"state/{bucket_examination.FOLDER}left{bucket_examination.SUFFIX}"
    bucket.put(key, b"{}")
    assert "s3:" not in str(bucket_examination.probed(bucket, "state/").refused)
    assert [entry.key for entry in bucket.list("state/")] == [key], "another doctor may be at work"
    os.utime(home / "bucket" / key, (time.time() - 7200,) * 2)
    bucket_examination.probed(bucket, "state/")
    assert bucket.list("state/") == []


class Careless(Bucket):
    def create(self, key: str, data: bytes) -> str:
        return self.put(key, data)


class Rewriting(Bucket):
    def get(self, key: str) -> bytes:
        return super().get(key).upper()


@pytest.mark.parametrize(("kind", "says"), [(Careless, "two writers"), (Rewriting, "read back")])
def test_a_bucket_that_does_not_keep_its_word_is_an_error(tmp_path: Path, kind: type[Bucket], says: str) -> None:
    bucket = kind(str(tmp_path / "bucket"))
    probe = bucket_examination.probed(bucket, "state/")
    found = bucket_examination.finding_for("bucket: state", bucket, probe, AwsAccount())
    assert found.status == "error" and says in found.found and bucket.list("") == []


def test_the_probe_is_deleted_when_somebody_interrupts(tmp_path: Path) -> None:
    class Interrupted(Bucket):
        def get(self, key: str) -> bytes:
            raise KeyboardInterrupt

    bucket = Interrupted(str(tmp_path / "bucket"))
    with pytest.raises(KeyboardInterrupt):
        bucket_examination.probed(bucket, "raw/")
    assert bucket.list("") == []


@pytest.mark.parametrize(
    ("content", "status", "code", "says"),
    [
        ("pregunta;respuesta\n¿Hay baños?;Sí, en todos los pisos.\n", "ok", "", "1 quest"),
        ("pregunta;respuesta\n¿Hay baños?;\n", "warning", "", "1 of 1 rows"),
        ("", "error", "MUT-FAQ-002", "empty"),
    ],
    ids=["good", "a bad row", "empty"],
)
def test_the_faq_is_read_by_its_door(home: Path, content: str, status: str, code: str, says: str) -> None:
    Bucket(str(home / "bucket")).put("raw/preguntas.csv", content.encode())
    settings = settings_of(home, API_BASE_URL=SITE)
    doors = build_doors(settings)
    findings = bucket_examination.examine(doors.store, doors.faq_file, settings, AwsAccount())
    (found,) = [finding for finding in findings if finding.name == "raw/preguntas.csv"]
    assert (found.status, found.code) == (status, code) and says in found.found


@pytest.mark.parametrize(
    ("rows", "gate", "status", "code", "says"),
    [
        ("T1;pan;nombre;tiendas;stores/1\nT2;hielo;;;", "block", "ok", "", "2 in raw/oro.csv, 1 of them without"),
        ("T1;;nombre;tiendas;stores/1", "block", "error", "MUT-EVAL-003", "raw/oro.csv: Line 2 (T1) has no pregunta"),
        ("T1;;nombre;tiendas;stores/1", "warn", "warning", "MUT-EVAL-003", "Line 2"),
    ],
    ids=["good", "broken", "broken and not in the way"],
)
def test_the_golden_questions_are_read_as_a_night_reads_them(
    home: Path, rows: str, gate: str, status: str, code: str, says: str
) -> None:
    Bucket(str(home / "bucket")).put("raw/oro.csv", f"id;pregunta;estilo;coleccion;relevantes\n{rows}".encode())
    settings = settings_of(home, API_BASE_URL=SITE, GOLDEN_QUESTIONS="raw/oro.csv", RETRIEVAL_GATE=gate)
    found = questions.examine(build_doors(settings).retrieval_gate)
    assert (found.status, found.code) == (status, code) and says in found.found


# --- Dagster ----------------------------------------------------------------------------------------------------------


def test_a_schedule_that_stopped_is_a_warning_with_the_command_that_starts_it(home: Path) -> None:
    from dagster._core.definitions.run_request import InstigatorType
    from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
    from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData

    used = home / "dagster"
    used.mkdir(parents=True)
    shutil.copy(REPOSITORY / "dagster.yaml", used)
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("mut_assets"), "__repository__")
    origin, data = RemoteInstigatorOrigin(repository, "every_night"), ScheduleInstigatorData("0 0 * * *")
    with dg.DagsterInstance.from_config(str(used)) as instance:
        stop = InstigatorState(origin, InstigatorType.SCHEDULE, InstigatorStatus.STOPPED, data)
        instance.add_instigator_state(stop)
    [found] = [found for found in dagster_home.examine(settings_of(home)) if found.name == "schedule and sensors"]
    start = f"DAGSTER_HOME={used} dagster schedule start every_night -w {REPOSITORY / 'workspace.yaml'}"
    assert (found.status, found.fix.splitlines()[-1]) == ("warning", start)


# --- what people and programs are shown -------------------------------------------------------------------------------


def test_the_exit_status_is_that_of_the_worst(home: Path) -> None:
    well, choice, doubt, broken = ok("a", "x"), skipped("b", "x"), warning("c", "x"), error("d", "x")
    assert doctor.exit_status([]) == doctor.exit_status([well, choice]) == 0
    assert doctor.exit_status([well, doubt, choice]) == 1
    assert doctor.exit_status([broken, doubt, well]) == 2


def test_json_is_a_list_of_objects_with_a_code_only_where_there_is_one() -> None:
    findings = [ok("a", "está bien"), Finding("b", "error", "x", "do this\nand that", "MUT-S3-001")]
    assert json.loads(doctor.as_json(findings)) == [
        {"name": "a", "status": "ok", "found": "está bien", "fix": ""},
        {"name": "b", "status": "error", "found": "x", "fix": "do this\nand that", "code": "MUT-S3-001"},
    ]


def test_lines_are_whole_and_hold_no_control_sequences() -> None:
    shown = StringIO()
    fix = '{"Effect": "Allow", "Resource": ["arn:aws:s3:::b/*"]} ' + "x" * 200
    doctor.show([warning("a", "un\ntítulo \x1b[31m[bold]", fix)], Console(file=shown, width=60))
    lines = shown.getvalue().splitlines()
    assert lines[0].split(None, 2) == ["warning", "a", "un título  [31m[bold]".replace("  ", " ")]
    assert lines[1].strip() == fix
    assert lines[-1] == "0 ok, 0 skipped, 1 warning, 0 error"


def test_the_command_examines_and_ends_with_the_worst_status(home: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = mut_here({**kept, "MUT_HOME": str(home)}, "doctor", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {finding["status"] for finding in json.loads(done.stdout)} == {"ok", "skipped"}
    assert not home.exists()
