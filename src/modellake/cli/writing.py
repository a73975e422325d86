"""Making a lake and writing RDF into it: ``init``, ``commit``, ``validate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.lakes import opened, opened_ledger, opened_or_scratch
from modellake.cli.options import (
    DEFAULT_LAKE,
    AgentOption,
    EngineOption,
    GateEngine,
    JsonOption,
    LakeOption,
    MessageOption,
    examples,
)
from modellake.cli.output import count, note, paint, say, write_bytes, write_json
from modellake.cli.reports import show_receipt, show_refusal

if TYPE_CHECKING:
    from modellake.core.description import Description, Refusal
    from modellake.lake.lake import Lake

STDIN = Path("-")
INIT_EXAMPLES = examples(
    "modellake init",
    "modellake init /srv/lake --base-iri https://lake.example.org/",
    "modellake init /srv/lake --ledger 'postgresql://ada@db.example.org/lakes?schema=models'",
)
COMMIT_EXAMPLES = examples(
    'modellake commit churn.ttl -m "Describe the churn model"',
    "modellake commit models/ datasets.jsonld --agent ada",
    "sparql-tool … | modellake commit - --format turtle --source https://example.org/export",
)
VALIDATE_EXAMPLES = examples(
    "modellake validate churn.ttl",
    "modellake validate models/ --json",
    "modellake validate churn.ttl --engine pyshacl --turtle > report.ttl",
)
FilesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help="RDF files or folders of them; - reads from stdin.", show_default=False),
]
LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        envvar="MODELLAKE_LEDGER",
        metavar="URL",
        show_envvar=True,
        help="Keep the ledger in PostgreSQL: postgresql://user@host/database?schema=NAME.",
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="turtle, jsonld, ntriples, … where file names do not tell it."),
]


def init(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The folder; by default that of --lake.", show_default=False)
    ] = None,
    base_iri: Annotated[
        str | None,
        typer.Option(
            "--base-iri", metavar="IRI", help="What the names of everything in the lake begin with; ends in '/'."
        ),
    ] = None,
    ledger: LedgerOption = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Make an empty lake. Choose the base IRI before others see the lake: every name in it begins with it.

    With --ledger, the ledger is in PostgreSQL, where several machines can write to it, and the folder holds this
    machine's view of it; a lake that is there already is joined. Passwords belong into ~/.pgpass, PGPASSWORD or
    MODELLAKE_LEDGER: they are never written down.
    """
    from modellake.bootstrap import create_lake
    from modellake.core.iris import DEFAULT_BASE

    place = create_lake(directory or lake, base_iri=base_iri, ledger=ledger)
    with opened_ledger(place) as made:
        base, last = made.base_iri, made.head().sequence
    if as_json:
        write_json({"lake": str(place), "base_iri": base, **({"sequence": last} if ledger else {})})
        return
    what = f"Joined the lake with {count(last, 'commit')}" if last else "Made an empty lake"
    say(f"{what} in {paint(str(place), bold=True)}, base IRI {base}")
    if base == DEFAULT_BASE and not last:
        note(
            "This base IRI is good on this machine only. Before you publish anything, make the lake with one of\n"
            "your own: modellake init DIR --base-iri https://lake.example.org/"
        )
    _show_next_steps(place)


def _show_next_steps(place: Path) -> None:
    say("Next:")
    if place != DEFAULT_LAKE:
        say(f"  export MODELLAKE={place}")
    say("  modellake harvest FOLDER      take in the model and dataset cards of a folder")
    say("  modellake commit FILE         take in RDF: Turtle, JSON-LD, …")
    say("  modellake query --list        what can be asked")


def commit(
    files: FilesArgument,
    message: MessageOption = "",
    agent: AgentOption = None,
    format: FormatOption = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="IRI", help="What the document is called; by default its file: IRI. One document only."
        ),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Take in RDF documents, all in one commit or nothing.

    Each document is a source. What it said before and says no longer is withdrawn. What the gate refuses is kept in
    quarantine with the reasons, and the command ends with status 1.
    """
    from modellake.core.errors import RefusedError

    with opened(lake) as held:
        items = described(held, files, format, source)
        try:
            receipt = held.commit(items, message=message, agent=agent)
        except RefusedError as error:
            show_refusal(error, base=held.iris.base, as_json=as_json)
            raise typer.Exit(error.exit_status) from error
        if as_json:
            write_json({"committed": True, **receipt.to_dict()})
        else:
            show_receipt(receipt, base=held.iris.base)


def described(lake: Lake, files: list[Path], format: str | None, source: str | None) -> list[Description | Refusal]:
    """The documents that files, folders and stdin hold.

    Raises:
        UsageError: one source IRI for several documents, or no format for stdin.
    """
    from modellake.core.errors import UsageError

    items = [
        item
        for file in files
        for item in (
            [_described_stdin(lake, format, source)]
            if file == STDIN
            else lake.describe(file, format=format, source=source)
        )
    ]
    if source and len(items) > 1:
        raise UsageError(
            f"--source names one document, and these are {len(items)}",
            code="source.several",
            remedy="Commit them one by one, or leave --source out: each is then called by its file: IRI.",
        )
    return items


def _described_stdin(lake: Lake, format: str | None, source: str | None) -> Description | Refusal:
    import hashlib

    from modellake.core.description import Source
    from modellake.core.errors import UsageError
    from modellake.core.iris import named_node
    from modellake.lake.documents import redescribe
    from modellake.rdf.formats import syntax_named

    if format is None:
        raise UsageError("The format of stdin cannot be guessed", code="format.unknown", remedy="Give --format turtle")
    content = typer.get_binary_stream("stdin").read()
    digest = hashlib.sha256(content).hexdigest()[:32]
    iri = named_node(source) if source else lake.iris.source(f"stdin/{digest}")
    return redescribe(Source(iri, "(stdin)", syntax_named(format).media_type), content, lake.iris)


def validate(
    files: FilesArgument,
    format: FormatOption = None,
    engine: EngineOption = GateEngine.AUTO,
    as_json: JsonOption = False,
    turtle: Annotated[bool, typer.Option("--turtle", help="Answer with a sh:ValidationReport in Turtle.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
) -> None:
    """Judge RDF documents without writing anything.

    They are judged as a commit to the lake would be; where there is no lake, by themselves. Ends with status 1 when
    something would be refused.
    """
    from modellake.cli.verdicts import show_verdicts
    from modellake.lake.verdicts import verdicts_of, whole_report
    from modellake.rdf.codec import write_statements
    from modellake.rdf.formats import syntax_named

    with opened_or_scratch(lake, engine=engine) as held:
        items = described(held, files, format, None)
        verdicts = verdicts_of(held.validate(items), held.iris)
        report = whole_report(verdicts)
        if as_json:
            write_json({"conforms": report.conforms, "documents": [verdict.to_dict() for verdict in verdicts]})
        elif turtle:
            write_bytes(write_statements(report.to_statements(), syntax_named("turtle")))
        else:
            show_verdicts(verdicts, base=held.iris.base)
            refused = sum(verdict.outcome == "refused" for verdict in verdicts)
            note(f"{count(len(verdicts), 'document')}, {refused:,} of them would be refused")
    raise typer.Exit(0 if report.conforms else 1)
