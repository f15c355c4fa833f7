"""Failed runs reach the topic whatever is down meanwhile: real commands, the real daemon, killed in the middle."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from moto.server import ThreadedMotoServer
from moto.sns.models import sns_backends

from mut_assets.operations.shipped import shipped
from mut_assets.resources.aws.client import client
from mut_assets_tests.announcements.test_failed_runs import night
from mut_assets_tests.dev_server import environment, until
from mut_assets_tests.fakes.listener import Listener
from mut_assets_tests.fakes.wordpress_site import WordPressSite
from mut_assets_tests.resources.cloud import ALONE

pytestmark = pytest.mark.slow

ACCOUNT, REGION = "123456789012", "us-east-1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:mut"


@dataclass
class Machine:
    """A home on which commands run, and a daemon that may be killed. The topic has an address before it is there."""

    home: Path
    variables: dict[str, str]
    daemon: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.env = environment(self.home) | {"DAGSTER_HOME": str(self.home / "dagster")} | self.variables

    def mut(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mut_assets.cli", *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False, timeout=600)

    @property
    def log(self) -> Path:
        return self.home / "daemon.log"

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("dagster-daemon")), "run", "-w", str(shipped("workspace.yaml"))]
        with self.log.open("ab") as log:
            self.daemon = subprocess.Popen(command, env=self.env, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        if self.daemon is not None:
            os.killpg(self.daemon.pid, signal.SIGKILL)
            self.daemon.wait()
            self.daemon = None


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def machine(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """An account of which nothing answers: neither the bucket nor the topic, nor the site."""
    there = {
        **ALONE,
        "AWS_REGION": REGION,
        "MUT_ENVIRONMENT": "aws",
        "KNOWLEDGE_BASE_ID": "KB00000001",
        "ALERT_SNS_TOPIC_ARN": TOPIC,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_SNS": f"http://127.0.0.1:{port}",
        "API_BASE_URL": "http://127.0.0.1:9/wp-json/wp/v2",
        "S3_BUCKET_NAME": "conocimiento",
        "MUT_RETRY_SECONDS": "0",
    }
    made = Machine(tmp_path, there)
    for name, value in made.env.items():
        monkeypatch.setenv(name, value)
    yield made
    made.kill()


def told() -> list[tuple[str, str]]:
    """The id and the text of each message that the topic took."""
    notified = sns_backends[ACCOUNT][REGION].topics[TOPIC].sent_notifications
    return [((attributes or {})["message_id"]["Value"], text) for _, text, _, attributes, *_ in notified]


def test_with_everything_down_and_the_daemon_killed_each_failed_run_is_told_once_the_topic_is_back(
    machine: Machine, port: int
) -> None:
    terminal = machine.mut("run")
    assert terminal.returncode == 1 and "not told" in terminal.stdout, terminal.stdout + terminal.stderr
    assert "What is published, and whether it is served, cannot be told: MUT-" in terminal.stdout.splitlines()[-1]
    first, follower = re.findall(r"run +([0-9a-f-]{36})", terminal.stdout)
    machine.start()
    untold = f"Not told yet of `mut run` (run {first}): MUT-AWS-102"
    until(lambda: machine.log.is_file() and untold in machine.log.read_text(), "a tick that could not tell", 240)
    machine.kill()
    with dg.DagsterInstance.get() as instance:
        second = night.execute_in_process(instance=instance, raise_on_error=False).run_id
    machine.start()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    try:
        client("sns", REGION).create_topic(Name="mut")
        until(lambda: len(told()) >= 2, "both to be told", 240)
        ticks = machine.log.read_text().count("0 failed runs told")
        until(lambda: machine.log.read_text().count("0 failed runs told") > ticks, "a tick with nothing to tell", 240)
        [(one, text), (another, _)] = told()
    finally:
        server.stop()
    assert (one, another) == (f"run-{first}", f"run-{second}")
    assert "falló `mut run`" in text and follower in text and "no se sabe: no se puede leer el bucket" in text


def test_a_night_at_a_terminal_calls_the_heartbeat_when_it_proved_what_is_served(tmp_path: Path) -> None:
    with Listener() as listener, WordPressSite() as site:
        site.store(2000, "Tienda")
        site.restaurant(4000, "Cocina")
        site.event(9000, "Feria")
        heartbeat = f"{listener.endpoint}/planted-secret"
        machine = Machine(
            tmp_path, {"API_BASE_URL": site.base_url, "MUT_RETRY_SECONDS": "0", "HEARTBEAT_URL": heartbeat}
        )
        done = machine.mut("run")
        assert (done.returncode, listener.asked) == (0, ["GET /planted-secret"]), done.stdout + done.stderr
        assert "planted-secret" not in done.stdout + done.stderr
        written = [path for path in tmp_path.rglob("*") if path.is_file() and b"planted-secret" in path.read_bytes()]
        assert written == []
