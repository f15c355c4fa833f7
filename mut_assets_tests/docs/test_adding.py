"""The worked example of `docs/architecture.md`: a collection added as the page says, whole or without one part."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from mut_assets_tests.docs.reading import blocks
from mut_assets_tests.docs.test_docs import ARCHITECTURE, PACKAGE, REPOSITORY
from mut_assets_tests.house.process import ran

COLLECTIONS = "mut_assets/domain/collections.py"
Edit = tuple[str, str, str]
"""A file, a pattern that stands in it, and what takes its place."""


def added(folder: Path, *edits: Edit) -> Path:
    """A copy of the package with what the page shows, then with `edits`; gives the folder."""
    shutil.copytree(PACKAGE, folder / "mut_assets")
    for block in blocks(ARCHITECTURE, "diff"):
        name, _, hunks = block.text.removeprefix("+++ ").partition("\n")
        path = folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for hunk in re.split(r"^@@\n", hunks, flags=re.MULTILINE):
            lines = hunk.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if not line.startswith("+"))
            after = "".join(line[1:] for line in lines if not line.startswith("-"))
            assert text.count(before) == 1 or not text, f"{name} does not hold once:\n{before}"
            text = text.replace(before, after) if text else after
        path.write_text(text, encoding="utf-8")
    for file, pattern, instead in edits:
        text, count = re.subn(pattern, instead, (folder / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert count, f"{file} does not hold {pattern}"
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def without(pattern: str, file: str = COLLECTIONS) -> Edit:
    return file, rf"^{pattern}.*\n", ""


def of_a_new_shape(*files: str) -> list[Edit]:
    """Services get a shape of their own, which only `files` know."""
    return [
        (COLLECTIONS, r"^QUESTION = ", "SERVICE = Shape(**{**vars(PLACE), 'name': 'service'})\nQUESTION = "),
        (COLLECTIONS, r'(name="servicios",\n    shape=)PLACE', r"\1SERVICE"),
        *((file, r"(EVENT, PLACE, )(\w+(?:, \w+)*)$", r"\1SERVICE, \2") for file in files),
        *((file, r"PLACE: (\w+)", r"PLACE: \1, SERVICE: \1") for file in files),
    ]


RAW, FIELDS, FACTS, TEXTS = (
    f"mut_assets/domain/{name}.py" for name in ("tables/raw", "tables/drift", "documents/facts", "documents/vectorial")
)
NO_SHAPE = "The collection 'servicios' has the shape 'service', which has no "
LACKING: dict[str, tuple[list[Edit], str]] = {
    "nothing": ([], ""),
    "the shape": ([without('    shape=PLACE,\n    wordpress_type="servicio"')], "keyword-only argument: 'shape'"),
    "a word": (
        [without("    told_as=.un servicio")],
        "The collection 'servicios' of domain/collections.py has no told_as.",
    ),
    "a folder of its own": (
        [(COLLECTIONS, 'folder="servicios"', 'folder="stores"')],
        "The collections 'tiendas' and 'servicios' of domain/collections.py have the same folder 'stores': each would "
        "take the other's files for its own.",
    ),
    "a folder that is recognised": (
        [(COLLECTIONS, 'folder="servicios"', 'folder="servicios-2"')],
        "The collection 'servicios' of domain/collections.py has the folder 'servicios-2'; the keys of its documents "
        "are only recognised with a word of the letters a to z.",
    ),
    "its place among the collections": (
        [(COLLECTIONS, "PREGUNTAS, SERVICIOS", "PREGUNTAS")],
        "COLLECTIONS of domain/collections.py has nothing for raw_servicios and vectorial_servicios.",
    ),
    "its raw asset": ([without("raw_servicios = ", "mut_assets/assets/raw.py")], "cannot import name 'raw_servicios'"),
    "an asset among the assets": (
        [without("    raw_servicios,", "mut_assets/definitions.py")],
        "ASSETS of definitions.py has no raw_servicios.",
    ),
    "the meaning of a column": (
        [(COLLECTIONS, r'"ubicaciones",', '"ubicaciones", "aforo",')],
        "assets/columns.py does not say what these columns mean: aforo.",
    ),
    "a parser": (of_a_new_shape(FIELDS, FACTS, TEXTS), f"{NO_SHAPE}parser in domain/tables/raw.py."),
    "its fields": (of_a_new_shape(RAW, FACTS, TEXTS), f"{NO_SHAPE}fields in domain/tables/drift.py."),
    "a reader": (of_a_new_shape(RAW, FIELDS, TEXTS), f"{NO_SHAPE}reader in domain/documents/facts.py."),
    "a text": (of_a_new_shape(RAW, FIELDS, FACTS), f"{NO_SHAPE}text in domain/documents/vectorial.py."),
    "nothing of a new shape": (of_a_new_shape(RAW, FIELDS, FACTS, TEXTS), ""),
}

LOAD = """
import importlib, json, sys
said = []
for folder in sys.argv[1:]:
    sys.path.insert(0, folder)
    try:
        importlib.import_module("mut_assets.definitions")
        said.append("")
    except Exception as error:
        said.append(str(error))
    sys.path.remove(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "mut_assets"]:
        del sys.modules[name]
json.dump(said, sys.stdout)
"""


@pytest.fixture(scope="module")
def loading(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What loading the definitions says, by what was left out. In one process: Dagster is imported once."""
    folders = [added(tmp_path_factory.mktemp("lacking"), *edits) for edits, _ in LACKING.values()]
    done = ran(sys.executable, "-c", LOAD, *folders)
    assert done.returncode == 0, done.stderr
    return dict(zip(LACKING, json.loads(done.stdout), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("lacking", LACKING)
def test_what_a_collection_lacks_is_said_when_definitions_load(lacking: str, loading: dict[str, str]) -> None:
    sentence = LACKING[lacking][1]
    assert sentence in loading[lacking] if sentence else loading[lacking] == ""


@pytest.mark.slow
def test_a_night_publishes_the_collection_that_the_page_adds_and_a_search_finds_it(tmp_path: Path) -> None:
    folder = added(tmp_path)
    shutil.copy(REPOSITORY / "dagster.yaml", folder)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "MUT_HOME": str(folder / "mut")}
    mut = [sys.executable, "-c", "from mut_assets.cli import main; main()"]
    for arguments, shown in ((["run"], "servicios"), (["search", "dónde dejo las maletas"], "Custodia de equipaje")):
        done = ran(*mut, *arguments, folder=folder, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert shown in done.stdout
    [document] = (folder / "mut/bucket").rglob("servicios/9101.md")
    assert document.read_text(encoding="utf-8") == (
        "# Custodia de equipaje\n\n"
        "Es un servicio de Mercado del Estero y está en el piso -1.\n\n"
        "Guarda maletas, mochilas y coches de guagua por horas, mientras recorres el mercado.\n\n"
        "Abre todos los días de 9:00 a 21:00.\n"
    )
