"""The `mut` command: parses, calls `operations/`, prints. Exit status: 0 done, 1 not everything was, 2 bad request.

A command imports what it needs when it is run: Dagster, pandas and the doors take two seconds, a help text takes none.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mut_assets.domain.market import MARKET
from mut_assets.resources.failures import Failure

if TYPE_CHECKING:
    from mut_assets.environments import Doors, Settings
    from mut_assets.operations.report import RunReport

app = typer.Typer(
    help=f"Keeps what {MARKET.short_name}'s virtual assistant knows true: extract, prepare, publish, ingest.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Stamp = Annotated[str, typer.Argument(help="A snapshot's stamp (UTC), such as 20261120_030000.")]


def main() -> None:
    """The entry point."""
    app()


@contextmanager
def _explained() -> Iterator[None]:
    """A failure the platform can explain is one sentence on standard error, not a traceback."""
    try:
        yield
    except Failure as failure:
        Console(stderr=True, highlight=False).print(f"[red]{escape(str(failure))}[/red]", soft_wrap=True)
        raise typer.Exit(2) from None


def _settings_and_doors() -> "tuple[Settings, Doors]":
    """What the environment asks for. Raises `BadSetting`, and what making the doors raises."""
    from mut_assets.environments import build_doors, read_settings

    settings = read_settings()
    return settings, build_doors(settings)


@app.command()
def run() -> None:
    """Run the whole night's work now: extract, prepare, publish, ingest, index."""
    with _explained():
        from mut_assets.operations.home import opened_history
        from mut_assets.operations.report import print_where
        from mut_assets.operations.run import run_daily

        settings, doors = _settings_and_doors()
        console = Console()
        print_where(settings, doors.store.bucket, console)
        with opened_history(settings) as history:
            report = run_daily(history, doors.decisions, console)
        _end(report, console)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What a visitor would ask.")],
    k: Annotated[int, typer.Option("-k", help="How many documents.", min=1, max=100)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list of objects.")] = False,
) -> None:
    """Ask the embedded knowledge base: the best documents, with title, link and why."""
    with _explained():
        from mut_assets.operations import search as operation

        _, doors = _settings_and_doors()
        hits = operation.search(operation.embedded(doors.knowledge_base), question, k)
        typer.echo(operation.as_json(hits) if as_json else operation.as_text(hits))


@app.command()
def evaluate(
    served: Annotated[
        bool, typer.Option("--served", help="Ask the knowledge base that serves: on AWS, Bedrock's Retrieve.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Compare later runs with this one.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object.")] = False,
) -> None:
    """Ask the golden questions of what is published, and compare with the last accepted run."""
    with _explained():
        from mut_assets.operations import evaluate as operation

        _, doors = _settings_and_doors()
        gate, last = doors.retrieval_gate, doors.decisions.last()
        expired = last.expired if last else ()
        evaluation = operation.evaluate_published(gate, doors.clock, expired, served=served, accept=accept)
        if as_json:
            typer.echo(operation.as_json(evaluation))
        else:
            operation.show(evaluation, Console(width=None if sys.stdout.isatty() else operation.WIDTH))
        raise typer.Exit(operation.exit_status(evaluation))


@app.command()
def plan(as_of: Annotated[str, typer.Option(help="Plan with the snapshots up to this stamp.")] = "") -> None:
    """Show what publishing would do now. Writes nothing."""
    with _explained():
        from mut_assets.operations import plan as operation
        from mut_assets.operations.report import print_outcomes

        _, doors = _settings_and_doors()
        print_outcomes(operation.plan(doors.publisher, doors.clock, as_of), Console(), Path.cwd())


@app.command()
def status() -> None:
    """Show what visitors are answered from, how old it is, and which refused plans wait."""
    with _explained():
        from mut_assets.operations import plan as operation
        from mut_assets.operations.report import print_outcomes

        _, doors = _settings_and_doors()
        console, served = Console(highlight=False), operation.status(doors.decisions, doors.clock)
        if served.publication is None:
            console.print("Nothing has been published yet: run `mut run`.")
            return
        print_outcomes(served.publication.outcomes, console, Path.cwd())
        for age in served.ages:
            console.print(f"{age}{'  [red]stale[/red]' if age.stale else ''}")
        for waiting in served.waiting:
            console.print(f"a refused plan waits: look with `mut plan`, apply with `mut approve {waiting}`")


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="A JSON list of objects.")] = False) -> None:
    """Examine every hop a night depends on, and say what to do about what fails. Changes nothing."""
    from mut_assets.environments import read_settings
    from mut_assets.operations.doctor import doctor as operation

    findings = operation.examine(read_settings)
    if as_json:
        seen = list(findings)
        typer.echo(operation.as_json(seen))
    else:
        seen = operation.show(findings, Console())
    raise typer.Exit(operation.exit_status(seen))


@app.command()
def approve(plan_id: Annotated[str, typer.Argument(help="The id that the refusal shows.")]) -> None:
    """Apply a refused plan, exactly, then ingest and index."""
    _publish({"approve": plan_id})


@app.command()
def rollback(stamp: Stamp) -> None:
    """Publish the newest snapshots up to a stamp, by the same plan. The next night publishes that night's again."""
    _publish({"as_of": stamp})


@app.command()
def resume(run_id: Annotated[str, typer.Argument(help="The first characters of a failed run's id.")] = "") -> None:
    """Re-execute a failed run (the last one) from where it failed."""
    with _explained():
        from mut_assets.operations.resume import resume as operation

        settings, doors = _settings_and_doors()
        console = Console()
        _end(operation(settings, doors.decisions, console, run_id), console)


@app.command()
def dev(port: Annotated[int, typer.Option(help="The UI's port on 127.0.0.1.")] = 3000) -> None:
    """Open Dagster's UI and its daemon on this machine, with history kept between restarts."""
    with _explained():
        from mut_assets.environments import read_settings
        from mut_assets.operations.dev import run_together, services
        from mut_assets.operations.home import opened_history

        with opened_history(read_settings()):
            pass  # its tables exist before the UI, the daemon and a run at a terminal look for them at once
        ended = run_together(services(port))
        for name, exit_status in ended.items():
            Console(stderr=True).print(f"[red]The {name} ended by itself with exit status {exit_status}.[/red]")
        raise typer.Exit(1 if ended else 0)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def webserver(
    context: typer.Context,
    ui_url: Annotated[str, typer.Option(envvar="MUT_UI_URL", help="The address that people open the UI at.")] = "",
) -> None:
    """Serve Dagster's UI alone, as `mut dev` does: takes the options of dagster-webserver, and lets in the UI's own."""
    with _explained():
        from mut_assets.ui_address import ui_address

        address = ui_address(ui_url)  # before Dagster is imported: a wrong one is told at once
        from mut_assets.operations.webserver import serve

        serve(context.args, address)


def _publish(config: dict[str, str]) -> None:
    with _explained():
        from mut_assets.operations.home import opened_history
        from mut_assets.operations.run import run_latest

        settings, doors = _settings_and_doors()
        console = Console()
        with opened_history(settings) as history:
            report = run_latest(history, doors.decisions, console, config)
        _end(report, console)


def _end(report: "RunReport", console: Console) -> None:
    """Shows how a run ended, and ends the command alike."""
    from mut_assets.operations.report import print_report

    print_report(report, console, Path.cwd())
    raise typer.Exit(0 if report.published else 1)


if __name__ == "__main__":
    main()
