"""The command ``modellake``: the list of commands, what all have in common, and the error boundary."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from modellake import __version__
from modellake.cli import (
    asking,
    auditing,
    backups,
    doctoring,
    duplicates,
    harvesting,
    history,
    keeping,
    ontology,
    payloads,
    quarantine,
    serving,
    tokens,
    updating,
    writing,
)
from modellake.cli.demo import demo
from modellake.cli.failures import boundary, debugging
from modellake.cli.options import ASK, FILL, KEEP, examples


class Commands(TyperGroup):
    """All commands, listed by what they are for, inside one error boundary."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002  always, as a command has nobody to return to
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one command and exit with its status."""
        arguments = list(sys.argv[1:] if args is None else args)
        status = 0
        try:
            with boundary(debug=debugging(arguments)):
                status = super().main(arguments, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.Exit as ending:
            status = ending.exit_code
        except typer.Abort:
            status = 1
        sys.exit(status if isinstance(status, int) else 0)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the arguments name."""
        with boundary(debug=ctx.params.get("debug", False)):
            result = super().invoke(ctx)
            # A reader that has gone away is noticed here rather than when the interpreter ends.
            sys.stdout.flush()
            return result

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands in groups."""
        groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name in self.list_commands(ctx):
            command = self.commands[name]
            panel = getattr(command, "rich_help_panel", None)
            groups[panel if isinstance(panel, str) else FILL].append((name, _first_sentence(command.help or "")))
        for title, rows in groups.items():
            with formatter.section(title):
                formatter.write_dl(rows)


app = typer.Typer(
    name="modellake",
    cls=Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "modellake demo                              a small lake to look around in",
        "modellake init --base-iri https://lake.example.org/",
        "modellake harvest models/ && modellake query contents",
    ),
)


def _first_sentence(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split()).partition(". ")[0].rstrip(".")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"modellake {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001  its callback ends the command
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[  # noqa: ARG001  the error boundary reads it
        bool, typer.Option("--debug", envvar="MODELLAKE_DEBUG", help="Show where in the program an error happened.")
    ] = False,
) -> None:
    """A catalog of models, datasets and code as a knowledge graph.

    Everything that enters a lake passes its gate (SHACL), is kept in a tamper-evident ledger, and can be asked in
    SPARQL: who, what, when, where, why and how.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command(rich_help_panel=FILL, epilog=writing.INIT_EXAMPLES)(writing.init)
app.command(rich_help_panel=FILL, epilog=writing.COMMIT_EXAMPLES)(writing.commit)
app.command(rich_help_panel=FILL, epilog=writing.VALIDATE_EXAMPLES)(writing.validate)
app.command(rich_help_panel=FILL, epilog=updating.UPDATE_EXAMPLES)(updating.update)
app.command(rich_help_panel=FILL, epilog=harvesting.EXAMPLES)(harvesting.harvest)
app.add_typer(quarantine.app, name="quarantine", rich_help_panel=FILL)
app.command(rich_help_panel=FILL, epilog=examples("modellake demo", "modellake demo look-around"))(demo)
app.command(rich_help_panel=ASK, epilog=asking.QUERY_EXAMPLES)(asking.query)
app.command(rich_help_panel=ASK, epilog=asking.SHOW_EXAMPLES)(asking.show)
app.command(rich_help_panel=ASK, epilog=asking.LINEAGE_EXAMPLES)(asking.lineage)
app.command(rich_help_panel=ASK, epilog=history.HISTORY_EXAMPLES)(history.history)
app.command(rich_help_panel=ASK, epilog=history.DIFF_EXAMPLES)(history.diff)
app.command(rich_help_panel=ASK, epilog=serving.EXAMPLES)(serving.serve)
app.command(rich_help_panel=KEEP, epilog=keeping.VERIFY_EXAMPLES)(keeping.verify)
app.command(rich_help_panel=KEEP, epilog=auditing.EXAMPLES)(auditing.audit)
app.command(rich_help_panel=KEEP, epilog=backups.HEAD_EXAMPLES)(backups.head)
app.command(rich_help_panel=KEEP, epilog=backups.BACKUP_EXAMPLES)(backups.backup)
app.command(rich_help_panel=KEEP, epilog=backups.RESTORE_EXAMPLES)(backups.restore)
app.command(rich_help_panel=KEEP, epilog=keeping.REBUILD_EXAMPLES)(keeping.rebuild)
app.command(rich_help_panel=KEEP, epilog=keeping.STATS_EXAMPLES)(keeping.stats)
app.command(rich_help_panel=KEEP, epilog=doctoring.DOCTOR_EXAMPLES)(doctoring.doctor)
app.command(rich_help_panel=KEEP, epilog=doctoring.UPGRADE_EXAMPLES)(doctoring.upgrade)
app.command(rich_help_panel=KEEP, epilog=doctoring.REBASE_EXAMPLES)(doctoring.rebase)
app.add_typer(tokens.app, name="token", rich_help_panel=KEEP)
app.add_typer(duplicates.app, name="duplicates", rich_help_panel=KEEP)
app.add_typer(payloads.app, name="payload", rich_help_panel=KEEP)
app.add_typer(ontology.app, name="ontology", rich_help_panel=KEEP)


def main() -> None:
    """The entry point of the command ``modellake``."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not end a command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="modellake")
