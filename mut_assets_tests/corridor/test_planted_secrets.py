"""Known secrets are planted wherever the platform meets some; afterwards everything that was written is searched."""

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mut_assets.environments import build_doors, read_settings
from mut_assets_tests.corridor.account import SECRET, Account, account
from mut_assets_tests.fakes.faults import error, on

PLANTED = {
    "AWS_SECRET_ACCESS_KEY": "planted-secret-access-key-4f1c",
    "AWS_SESSION_TOKEN": "planted-session-token-8a2e",
    "PINECONE_API_KEY": "planted-pinecone-override-77d0",
}
IN_THE_SECRET = "planted-pinecone-key-b3c9"
IN_THE_ADDRESS = "planted-password-of-the-site-5e6d"
IN_THE_HEARTBEAT = "planted-path-of-the-heartbeat-91ab"
QUICK = {"MUT_POLL_SECONDS": "0", "MUT_RETRY_SECONDS": "0"}
SECRETS = (*PLANTED.values(), IN_THE_SECRET, IN_THE_ADDRESS, IN_THE_HEARTBEAT)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Account]:
    with account(tmp_path / "mut") as made:
        made.pinecone.key = IN_THE_SECRET
        secret = f'{{"apiKey": "{IN_THE_SECRET}"}}'
        made.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=secret)
        address = made.site.base_url.replace("http://", f"http://redactor:{IN_THE_ADDRESS}@")
        heartbeat = f"http://127.0.0.1:9/{IN_THE_HEARTBEAT}"  # nobody is there: an error quotes what it asked for
        made.variables = {
            **QUICK,
            **PLANTED,
            "PINECONE_API_KEY": "",
            "API_BASE_URL": address,
            "HEARTBEAT_URL": heartbeat,
        }
        yield made


@pytest.mark.slow
def test_no_secret_is_written_anywhere(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    good = cloud.mut("run")
    assert good.returncode == 0, good.stdout + good.stderr
    assert cloud.named("GetSecretValue"), "the key came from Secrets Manager"
    assert "MUT-OUT-101" in good.stdout
    # A night in which everything that holds a secret fails, with the override in use.
    cloud.variables["PINECONE_API_KEY"] = PLANTED["PINECONE_API_KEY"]
    cloud.site.store(2000, "Tienda 0 & Cía", content="<p>Vende volantines.</p>")
    json_type = {"Content-Type": "application/json"}
    cloud.site.faults.append(lambda path: (401, json_type, "{}") if "/event" in path else None)
    cloud.bedrock.faults.append(on("StartIngestionJob", error("AccessDeniedException", 403), times=None))
    bad = cloud.mut("run")
    assert bad.returncode == 1
    assert "MUT-AWS-001" in bad.stdout and "MUT-PC-001" in bad.stdout and "MUT-WP-" in bad.stdout

    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    doors = build_doors(read_settings())
    settings = {"repr of the settings": repr(read_settings()).encode()}
    shown = {f"repr of {name}": repr(door).encode() for name, door in vars(doors).items()}
    texts = {"good stdout": good.stdout, "good stderr": good.stderr, "bad stdout": bad.stdout, "bad stderr": bad.stderr}
    printed = {name: text.encode() for name, text in texts.items()}
    written = {**settings, **shown, **printed, **dict(files(cloud.home)), **dict(rows(cloud.home)), **cloud.bucket()}
    assert any(name.endswith("event_logs") for name in written) and len(written) > 50
    found = [(name, secret) for name, content in written.items() for secret in SECRETS if secret.encode() in content]
    assert found == []


def files(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, compute logs among them."""
    for path in home.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()


def rows(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every table of every SQLite file; what Dagster compresses, run configuration among it, is opened."""
    for path in [*home.rglob("*.db"), *home.rglob("*.sqlite")]:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                cells = (cell for row in db.execute(f'SELECT * FROM "{table}"') for cell in row)
                yield f"{path} {table}", b"\n".join(opened(cell) for cell in cells)


def opened(cell: object) -> bytes:
    if isinstance(cell, bytes):
        try:
            return zlib.decompress(cell)
        except zlib.error:
            return cell
    return os.fsencode(str(cell))


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "runs.db")) as db:
        db.execute("CREATE TABLE snapshots (body BLOB)")
        db.execute("INSERT INTO snapshots VALUES (?)", (zlib.compress(IN_THE_SECRET.encode()),))
        db.commit()
    [(name, content)] = rows(tmp_path)
    assert name.endswith("snapshots") and IN_THE_SECRET.encode() in content
