"""Every command that a page shows is run, in the order of the pages, and says what is shown. One folder stands for the
checkout: its `.venv` is the one the tests run in, its `.mut` is new. `NOT_RUN` has what cannot be run here, and why."""

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from mut_assets_tests.dev_server import nothing_set
from mut_assets_tests.docs.reading import Command, blocks, commands, misfit
from mut_assets_tests.docs.test_docs import OPERATIONS, PAGES, subcommands
from mut_assets_tests.house.process import ran

INSTEAD = {"make run": ".venv/bin/mut run"}
"""Installing is tested in mut_assets_tests/house/test_makefile.py."""

NOT_RUN = {
    r"\.venv/bin/moto_server .*": "runs until it is ended",
    r"export .*AWS_.*": "belongs to the bucket on moto's server; mut_assets_tests/corridor/test_s3.py runs that",
    r"\.venv/bin/python -c .*create_bucket.*": "likewise",
    r"S3_BUCKET_NAME=.*": "likewise",
    r"aws .*": "needs an account",
    r"docker .*": "needs Docker; mut_assets_tests/house/test_image.py reads the Dockerfile",
}

FILES = {
    "preguntas.csv": "pregunta;respuesta;categoria_completa\n"
    "¿Hay estacionamiento?;Sí, en el piso -2.;1 Acceso\n"
    "¿Aceptan mascotas?;Sí, con correa.;2 Servicios\n"
    "¿Tienen wifi?;Sí, gratis.;2 Servicios\n",
    "preguntas_de_oro.csv": blocks(OPERATIONS, "csv")[0].text,
}
"""What the reader of a page has at hand."""

STAMP, PLAN = "20261120_030000", "0a1b2c3d4e5f"
"""Stand in the pages for a stamp and a plan's id, which differ from run to run."""


@dataclass
class Checkout:
    """The folder in which the commands are run, and what their placeholders stand for by now."""

    folder: Path
    stamp: str = ""
    plan: str = ""

    def run(self, command: Command) -> str:
        """Runs one command; gives what is wrong, or ""."""
        text = INSTEAD.get(command.text, command.text).replace(STAMP, self.stamp).replace(PLAN, self.plan)
        environment = nothing_set() | {"COLUMNS": "100"}
        done = ran("bash", "-c", 'exec 2>&1; eval "$0"', text, folder=self.folder, env=environment, given="")
        if found := re.findall(r"mut approve ([0-9a-f]{12})", done.stdout):
            self.plan = found[-1]
        self.stamp = self.stamp or self._newest_stamp()
        if done.returncode != command.status:
            return f"{command.page}: {text} ended with {done.returncode}, not {command.status}:\n{done.stdout}"
        wrong = misfit(command.shown, done.stdout.splitlines())
        return f"{command.page}: {text}: {wrong} in\n{done.stdout}" if wrong else ""

    def _newest_stamp(self) -> str:
        names = [path.stem for path in (self.folder / ".mut/bucket/vectorial").glob("*_*_*_*.csv")]
        return max((name[-len(STAMP) :] for name in names), default="")


SHOWN = [command for page in PAGES for command in commands(page)]
LEFT_OUT = {command.text: [pattern for pattern in NOT_RUN if re.fullmatch(pattern, command.text)] for command in SHOWN}


@pytest.mark.slow
def test_every_command_shown_runs_and_says_what_is_shown(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    checkout = Checkout(tmp_path)
    run = [command for command in SHOWN if not LEFT_OUT[command.text]]
    assert len(run) >= 10
    for command in run:
        wrong = checkout.run(command)
        assert not wrong, wrong


def test_every_command_of_mut_is_shown_and_run_at_least_once() -> None:
    words = [shlex.split(INSTEAD.get(command.text, command.text)) for command in SHOWN if not LEFT_OUT[command.text]]
    run = {parts[index + 1] for parts in words for index, word in enumerate(parts) if word.endswith("bin/mut")}
    assert subcommands().keys() - run == {"dev", "webserver"}, "these run until they are ended"


def test_what_is_not_run_is_shown_somewhere() -> None:
    assert {pattern for found in LEFT_OUT.values() for pattern in found} == set(NOT_RUN)


@pytest.mark.parametrize(
    ("shown", "said", "fits"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "…"], ["a", "b", "c"], True),
        (["a", "…", "c"], ["a", "b", "c"], True),
        (["a …", "b"], ["a 1", "b"], True),
        (["0.10 s"], ["   22.30 s "], True),
        (["a"], ["a", "b"], False),
        (["a", "c"], ["a", "b", "c"], False),
        (["b", "…", "a"], ["a", "b"], False),
        (["a …"], ["b 1"], False),
        ([], ["anything"], True),
    ],
)
def test_output_fits_only_what_was_said(shown: list[str], said: list[str], fits: bool) -> None:
    assert (misfit(shown, said) == "") is fits
