"""Asking the lake: ``query``, ``show``, ``lineage``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.lakes import opened
from modellake.cli.options import (
    DEFAULT_LAKE,
    AsOfOption,
    JsonOption,
    LakeOption,
    ResourceArgument,
    examples,
)
from modellake.cli.output import say, write_bytes, write_json
from modellake.cli.progress import waiting

if TYPE_CHECKING:
    from modellake.lake.lake import Lake
    from modellake.lake.lineage import LineageGraph

QUERY_EXAMPLES = examples(
    "modellake query --list",
    "modellake query contents",
    "modellake query upstream-edges --param resource=acme/churn@1.2",
    "modellake query 'SELECT ?m WHERE { ?m a lake:Model }' --format csv",
    "modellake query -f question.rq --as-of 2026-01-31",
)
SHOW_EXAMPLES = examples(
    "modellake show acme/churn@1.2",
    "modellake show acme/churn --as-of 3",
    "modellake show https://lake.example.org/model/acme/churn --format turtle",
)
LINEAGE_EXAMPLES = examples(
    "modellake lineage acme/churn@1.2",
    "modellake lineage acme/customers --down",
    "modellake lineage acme/churn@1.2 --up --format dot | dot -Tsvg > lineage.svg",
)


class Drawing(StrEnum):
    """How lineage is drawn."""

    TREE = "tree"
    DOT = "dot"
    MERMAID = "mermaid"
    JSON = "json"


def query(
    question: Annotated[
        str | None,
        typer.Argument(metavar="SPARQL|NAME", help="A SPARQL query, or the name of one.", show_default=False),
    ] = None,
    text: Annotated[str | None, typer.Option("-e", metavar="TEXT", help="A SPARQL query.")] = None,
    file: Annotated[Path | None, typer.Option("-f", metavar="FILE", help="A file with one; - reads stdin.")] = None,
    params: Annotated[
        list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A parameter of a named query.")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="table, csv, tsv, json, xml; for graphs turtle, ntriples, …"),
    ] = None,
    as_of: AsOfOption = None,
    listing: Annotated[bool, typer.Option("--list", help="List the named queries and what they answer.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Ask a question in SPARQL, or by its name.

    The usual prefixes (lake:, prov:, dcat:, dct:, …) need no declaration. Tables shorten IRIs; the other formats give
    them in full.
    """
    from modellake.cli.answers import check_format, show_answer
    from modellake.cli.questions import bound_params, question_text, show_named

    if listing:
        show_named(as_json=as_json)
        return
    wanted = format or ("json" if as_json else None)
    check_format(wanted)
    asked, values = question_text(question, text, file), bound_params(params or [])
    with opened(lake) as held:
        with waiting("Asking"):
            answer = held.answer(asked, as_of=as_of, **values)
        show_answer(answer, wanted, base=held.iris.base)


def show(
    resource: ResourceArgument,
    as_of: AsOfOption = None,
    format: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="The record as RDF: turtle, jsonld, ntriples, …")
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Show who, what, when, where, why and how of a resource.

    With the sources that say so, and what they do not agree on."""
    from modellake.cli.payloads import files_kept, show_files_kept
    from modellake.cli.portraits import portrait_of, show_portrait, state_of
    from modellake.rdf.codec import write_statements
    from modellake.rdf.formats import syntax_named

    syntax = syntax_named(format) if format else None
    with opened(lake) as held:
        sequence = None if as_of is None else held.history.sequence_at(as_of)
        if syntax:
            write_bytes(write_statements(state_of(held, resource, sequence).statements, syntax))
            return
        with waiting("Asking"):
            portrait = portrait_of(held, resource, sequence)
            kept = files_kept(held, portrait.resource) if sequence is None else []
        if as_json:
            write_json({**portrait.to_dict(), "kept": kept})
        else:
            show_portrait(portrait, held.iris.base)
            show_files_kept(kept)


def lineage(
    resource: ResourceArgument,
    up: Annotated[bool, typer.Option("--up", help="Only what it comes from.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only what comes from it.")] = False,
    format: Annotated[Drawing, typer.Option("--format", help="How it is drawn.")] = Drawing.TREE,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Show what a resource comes from and what comes from it.

    Data, code, runs, models, deployments: directly and further on."""
    from modellake.cli.drawing import dot, lineage_dict, mermaid, show_tree

    with opened(lake) as held:
        node = held.resolve(resource)
        graphs, base = _graphs(held, resource, up=up, down=down), held.iris.base
    if as_json or format is Drawing.JSON:
        write_json(lineage_dict(node.value, graphs))
    elif format is Drawing.TREE:
        for graph in graphs:
            show_tree(graph, base)
    else:
        say(dot(graphs, base) if format is Drawing.DOT else mermaid(graphs, base))


def _graphs(lake: Lake, resource: str, *, up: bool, down: bool) -> list[LineageGraph]:
    """The directions that were asked for; both when none was."""
    found = lake.lineage(resource)
    both = up == down
    return [*([found.upstream()] if up or both else []), *([found.downstream()] if down or both else [])]
