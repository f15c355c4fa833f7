"""The `mut` command: parses, calls `operations/`, prints. Exit status: 0 done, 1 not everything was, 2 bad request.

A command imports what it needs when it is run: Dagster, pandas and the doors take two seconds, a help text takes none.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.market import MARKET
from mut_assets.resources.disk import FULL, full, has_none_left, is_full
from mut_assets.resources.failures import Failure

if TYPE_CHECKING:
    from mut_assets.domain.collections import Collection
    from mut_assets.domain.plans.outcome import Outcome
    from mut_assets.domain.plans.serving import Proof
    from mut_assets.environments import Doors, Settings
    from mut_assets.operations.report import RunReport
    from mut_assets.resources.bucket.field_records import KeptFields

app = typer.Typer(
    help=f"Keeps what {MARKET.short_name}'s virtual assistant knows true: extract, prepare, publish, ingest.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _given(value: str | None) -> str | None:
    """Refuses an empty value: `mut approve "$PLAN"` with the variable unset must not do something else."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is empty.")
    return value


def _collection(name: str | None) -> str | None:
    """Refuses what is no collection, before anything is read."""
    names = [collection.name for collection in COLLECTIONS]
    if name is not None and name not in names:
        raise typer.BadParameter(f"{name!r} is no collection: give one of {', '.join(names)}.")
    return name


def _spreadsheet(path: Path | None) -> Path | None:
    """Refuses a file that is neither a workbook nor CSV by its name."""
    if path is not None and path.suffix.lower() not in (".xlsx", ".csv"):
        raise typer.BadParameter(f"{str(path)!r} ends neither in .xlsx nor in .csv.")
    return path


NightName = Annotated[
    str, typer.Argument(callback=_given, help="A night of `mut nights`, or a stamp of one of its tables (UTC).")
]
Only = Annotated[list[str] | None, typer.Option("--only", help="This collection alone; may be given several times.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; needed where there is no terminal.")]


def main() -> None:
    """The entry point. A full disk is one sentence, whoever met it; so is an output that nothing more fits into."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started this
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    outputs = [(stream.fileno(), os.dup(stream.fileno())) for stream in (sys.stdout, sys.stderr)]
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ModuleNotFoundError as error:  # after an update that brought a package
        print(f"The package {error.name} is not installed: run make ready.", file=sys.stderr)
        sys.exit(2)
    except Exception as error:  # looked at, and raised again unless it is the disk
        for number, kept in outputs:  # Dagster leaves them in its own files, on the full disk, when these take no more
            os.dup2(kept, number)
        home = _home()
        if not (is_full(error, home) or isinstance(error, BrokenPipeError)):
            raise
        with suppress(OSError):
            if not isinstance(error, BrokenPipeError):
                print(full(home if has_none_left(home) else ""), file=sys.stderr)
        _give_up_output()
        sys.exit(1)


def _home() -> Path:
    from mut_assets.environments import home

    return home()


def _give_up_output() -> None:
    """What does not fit into an output is not tried again when Python ends, which would end it with status 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def _explained() -> Iterator[None]:
    """A failure the platform can explain is one sentence on standard error, not a traceback."""
    try:
        yield
    except Failure as failure:
        Console(stderr=True, highlight=False).print(f"[red]{escape(str(failure))}[/red]", soft_wrap=True)
        raise typer.Exit(1 if failure.code == FULL else 2) from None


def _settings_and_doors() -> "tuple[Settings, Doors]":
    """What the environment asks for. Raises `BadSetting`, and what making the doors raises."""
    from mut_assets.environments import build_doors, read_settings

    settings = read_settings()
    return settings, build_doors(settings)


@app.command()
def run(
    after: Annotated[
        str | None, typer.Option(callback=_given, hidden=True, help="A run that was ended at its limit.")
    ] = None,
) -> None:
    """Run the whole night's work now: extract, prepare, publish, ingest, index."""
    with _explained():
        from mut_assets.operations.home import opened_history
        from mut_assets.operations.report import print_where
        from mut_assets.operations.run import run_daily, run_rest

        settings, doors = _settings_and_doors()
        console = Console()
        with opened_history(settings) as history:
            if after:
                report = run_rest(history, doors.decisions, console, after)
            else:
                print_where(settings, doors.store.bucket, console)
                report = run_daily(history, doors.decisions, console)
        _end(report, doors, console)


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
def export(
    collection: Annotated[str, typer.Argument(callback=_collection, help="eventos, tiendas, restaurantes, preguntas.")],
    output: Annotated[
        Path | None, typer.Option(callback=_spreadsheet, help="A new file, .xlsx or .csv; else a workbook here.")
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="The table as it was read, not as it was prepared.")] = False,
) -> None:
    """Write a collection's newest table to a file that can be opened in a spreadsheet safely."""
    with _explained():
        from mut_assets.operations import export as operation

        _, doors = _settings_and_doors()
        [chosen] = [each for each in COLLECTIONS if each.name == collection]
        done = operation.export(doors.snapshots, "raw" if raw else "vectorial", chosen, output)
        typer.echo(operation.as_text(done))


@app.command()
def doubts(
    collection: Annotated[
        str | None, typer.Argument(callback=_collection, help="One of eventos, tiendas, restaurantes, preguntas alone.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list of objects.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV for a spreadsheet.")] = False,
) -> None:
    """Show what the people who keep the site should mend, page by page, in Spanish. Asks the site for nothing."""
    if as_json and as_csv:
        raise typer.BadParameter("give one of --json and --csv.")
    with _explained():
        from mut_assets.domain.doubts.page import as_csv as csv_of
        from mut_assets.operations import doubts as operation

        _, doors = _settings_and_doors()
        found = operation.doubts(doors, next((each for each in COLLECTIONS if each.name == collection), None))
        if as_json:
            typer.echo(operation.as_json(found or []))
        elif as_csv:
            typer.echo(csv_of(found or []), nl=False)
        else:
            operation.show(found, Console(highlight=False))


@app.command()
def plan(
    as_of: Annotated[
        str | None, typer.Option(callback=_given, help="Plan with the tables of this night, as `mut rollback` would.")
    ] = None,
) -> None:
    """Show what publishing would do now. Writes nothing."""
    with _explained():
        from mut_assets.operations import plan as operation
        from mut_assets.publishing.rollbacks import Wish

        _, doors = _settings_and_doors()
        _show(operation.plan(doors.publisher, doors.clock, Wish(as_of=as_of or "")), Console())


@app.command()
def nights(
    most: Annotated[int, typer.Option("--last", help="How many.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list of objects.")] = False,
) -> None:
    """List the last nights: when, by whom, what each changed, and whether that was published and served."""
    with _explained():
        from mut_assets.operations import nights as operation

        _, doors = _settings_and_doors()
        listed = operation.nights(doors, most)
        if as_json:
            typer.echo(operation.as_json(listed))
        else:
            operation.show(listed, Console(highlight=False))


@app.command()
def status() -> None:
    """Show what visitors are answered from, how old it is, which refused plans wait, and whether all is served."""
    with _explained():
        from mut_assets.operations import plan as operation
        from mut_assets.operations.future import passed_over
        from mut_assets.operations.records import unusable
        from mut_assets.operations.report import print_outcomes, print_rollbacks, print_verdict, print_warnings

        _, doors = _settings_and_doors()
        console, unasked = Console(highlight=False), doors.retrieval_gate.served.unasked()
        for trouble in unusable(doors):
            console.print(f"[yellow]record[/yellow]  {escape(str(trouble))}", soft_wrap=True)
        served = operation.status(doors.publisher, doors.clock, unasked)
        if served.publication is not None:
            print_outcomes(served.publication.outcomes, console, Path.cwd())
        for age in served.ages:
            console.print(f"{escape(str(age))}{'  [red]stale[/red]' if age.stale else ''}")
        for waiting in served.waiting:
            console.print(f"a refused plan waits: look with `mut plan`, apply with `mut approve {waiting}`")
        for name, id in served.fields.items():
            console.print(f"{name} is kept back for its fields: `mut approve {id}` shows what changed, and asks")
        print_rollbacks(served.holds, console)
        print_warnings([*served.warnings, *passed_over(doors)], console)
        print_verdict(served.verdict, console)
        raise typer.Exit(1 if served.verdict.state == "lost" else 0)


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
def approve(
    plan_id: Annotated[str, typer.Argument(callback=_given, help="The id that the refusal shows.")],
    yes: Yes = False,
) -> None:
    """Show a refused plan, ask, and apply it exactly; then ingest and index. Of a loss, or of fields that
    changed: take it for meant."""
    with _explained():
        from mut_assets.operations import plan as operation
        from mut_assets.operations.losses import loss

        settings, doors = _settings_and_doors()
        if lost := loss(doors.decisions, plan_id):
            _accept_loss(doors, lost, yes)
        if fields := doors.snapshots.fields.waiting().get(plan_id):
            _accept_fields(doors, fields, yes)
        outcomes = operation.approval(doors.publisher, plan_id)
        _publish(settings, doors, outcomes, yes, {"approve": plan_id})


@app.command()
def rollback(night: NightName, only: Only = None, yes: Yes = False) -> None:
    """Show what going back to a night changes, ask, publish that, and stay there until `mut release`."""
    _change_course({"as_of": night}, only, yes)


@app.command()
def release(only: Only = None, yes: Yes = False) -> None:
    """Show what ending a rollback publishes, ask, and publish it: the newest tables count again."""
    _change_course({"release": True}, only, yes)


@app.command()
def resume(
    run_id: Annotated[
        str | None, typer.Argument(callback=_given, help="The first characters of a failed run's id.")
    ] = None,
) -> None:
    """Re-execute a failed run (the last one) from where it failed."""
    with _explained():
        from mut_assets.operations.resume import resume as operation

        settings, doors = _settings_and_doors()
        console = Console()
        _end(operation(settings, doors.decisions, console, run_id or ""), doors, console)


@app.command()
def dev(port: Annotated[int, typer.Option(help="The UI's port on 127.0.0.1.", min=1, max=65535)] = 3000) -> None:
    """Open Dagster's UI and its daemon on this machine, with history kept between restarts."""
    with _explained():
        from mut_assets.environments import read_settings
        from mut_assets.operations.alone import check_port, held_home, only_daemon
        from mut_assets.operations.dev import run_together, services
        from mut_assets.operations.home import opened_history, prepare_home

        settings = read_settings()
        check_port(port)
        # The history's tables exist before the UI, the daemon and a run at a terminal look for them at once.
        with (
            held_home(prepare_home(settings)) as held,
            opened_history(settings) as history,
            only_daemon(history, held, typer.echo),
        ):
            ended = run_together(services(port), held)
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
        from mut_assets.operations.ui.webserver import serve

        serve(context.args, address)


def _accept_loss(doors: "Doors", lost: "Proof", yes: bool) -> NoReturn:
    """Shows what is served no more, and takes it for meant if it is. Ends the command."""
    from mut_assets.operations.losses import accept
    from mut_assets.operations.report import print_verdict

    console = Console()
    said = accept(doors.decisions, lost, yes, console)
    if said is None:
        console.print("Nothing was changed.")
        raise typer.Exit(1)
    print_verdict(said, console)
    raise typer.Exit(1 if said.state == "lost" else 0)


def _accept_fields(doors: "Doors", waiting: "tuple[Collection, KeptFields]", yes: bool) -> NoReturn:
    """Shows which fields changed, and takes that for meant if it is. Ends the command."""
    from mut_assets.operations.fields import accept

    console = Console()
    if not accept(doors.snapshots.fields, waiting, yes, console):
        console.print("Nothing was changed.")
        raise typer.Exit(1)
    raise typer.Exit(0)


def _change_course(asked: dict[str, "str | bool | list[str]"], only: list[str] | None, yes: bool) -> None:
    """Goes back to a night, or on from one, once somebody saw what that changes."""
    with _explained():
        from mut_assets.operations import plan as operation
        from mut_assets.publishing.rollbacks import Wish

        settings, doors = _settings_and_doors()
        wish = Wish(str(asked.get("as_of", "")), bool(asked.get("release")), tuple(only or ()))
        outcomes = operation.plan(doors.publisher, doors.clock, wish)
        plans = [outcome.plan for outcome in outcomes]
        _publish(settings, doors, outcomes, yes, {**asked, "only": list(only or ()), "plans": plans})


def _publish(
    settings: "Settings",
    doors: "Doors",
    outcomes: "list[Outcome]",
    yes: bool,
    config: dict[str, "str | bool | list[str]"],
) -> None:
    """Shows these outcomes by name, and publishes them if they are meant."""
    from mut_assets.operations.asking import confirmed
    from mut_assets.operations.home import opened_history
    from mut_assets.operations.run import run_latest

    console = Console()
    _show(outcomes, console)
    if not confirmed(yes):
        console.print("Nothing was changed.")
        raise typer.Exit(1)
    with opened_history(settings) as history:
        report = run_latest(history, doors.decisions, console, config)
    _end(report, doors, console)


def _show(outcomes: "list[Outcome]", console: Console) -> None:
    """What publishing would do: the table, then each document by name."""
    from mut_assets.operations.asking import print_changes
    from mut_assets.operations.report import print_outcomes

    print_outcomes(outcomes, console, Path.cwd())
    print_changes(outcomes, console)


def _end(report: "RunReport", doors: "Doors", console: Console) -> None:
    """Shows how a run ended, and ends the command alike."""
    from mut_assets.operations.future import passed_over
    from mut_assets.operations.report import print_report, print_warnings

    with suppress(Failure):  # a bucket that is down was met by the run too
        print_warnings(passed_over(doors), console)
    print_report(report, console, Path.cwd())
    if not report.done and has_none_left(_home()):  # a step says it in words of its own
        print(full(_home()), file=sys.stderr)
    raise typer.Exit(0 if report.done else 1)


if __name__ == "__main__":
    main()
