"""`mut webserver`: Dagster's web server behind the gate, as `mut dev` and the image start it.

What belongs here: putting the gate before Dagster's application. What does not: its rules (`gate.py`).

Dagster's own command is run, and the one function replaced that makes its application, so that every option and
variable of `dagster-webserver` means what Dagster says. It has no place for a middleware of somebody else's. Nothing
else of the platform is imported: a web server needs neither pandas nor the doors.
"""

from collections.abc import Sequence
from typing import Any

from dagster_webserver import cli

from mut_assets.operations.ui.gate import Gate
from mut_assets.ui_address import UiAddress

_MAKES_ITS_APPLICATION = "create_app_from_workspace_process_context"


def serve(arguments: Sequence[str], address: UiAddress | None) -> None:
    """Serves until it is asked to end; `arguments` are those of `dagster-webserver`. Ends the process."""
    make = getattr(cli, _MAKES_ITS_APPLICATION)

    def behind_the_gate(context: Any, prefix: str = "", *options: Any, **others: Any) -> Gate:
        return Gate(make(context, prefix, *options, **others), address, prefix)

    setattr(cli, _MAKES_ITS_APPLICATION, behind_the_gate)  # uvicorn takes any ASGI application
    cli.dagster_webserver(list(arguments), "mut webserver", auto_envvar_prefix="DAGSTER_WEBSERVER")
