"""Files of installed packages, which never change, read once in a process instead of each time."""

import functools

import botocore.session
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

_read_migrations = ScriptDirectory.from_config


def read_once(patch: pytest.MonkeyPatch) -> None:
    """Until `patch` is undone.

    botocore reads its service models for every session, a tenth of a second for each client; alembic imports Dagster's
    hundred migrations for every instance and every run that Dagster keeps on disk.
    """
    migrations: dict[str | None, ScriptDirectory] = {}

    def from_config(config: Config) -> ScriptDirectory:
        place = config.get_main_option("script_location")
        if place not in migrations:
            migrations[place] = _read_migrations(config)
        return migrations[place]

    patch.setattr(ScriptDirectory, "from_config", from_config)
    patch.setattr(botocore.session, "create_loader", functools.lru_cache(botocore.session.create_loader))
