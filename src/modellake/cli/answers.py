"""Answers to SPARQL queries, in every format that a person or a program may want."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat

from modellake.cli.output import count, is_terminal, note, say, show_table, term_text, write_bytes
from modellake.core.errors import UsageError
from modellake.lake.tables import table_of
from modellake.rdf.codec import write_statements
from modellake.rdf.formats import SYNTAXES, Syntax, syntax_named

if TYPE_CHECKING:
    from modellake.store.engine import GraphAnswer, QueryAnswer

# https://www.w3.org/TR/sparql11-overview/#sparql11-results
_RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
# More rows than anybody reads on a terminal.
_SCREENFUL = 1000
_GRAPHS = {"json": "jsonld", "xml": "rdfxml"}


def check_format(name: str | None) -> None:
    """Refuse a name that is no format at all, before a long query runs.

    Raises:
        UsageError: it is none.
    """
    if name is None or name == "table" or name in _RESULTS:
        return
    try:
        syntax_named(name)
    except UsageError as error:
        graphs = ", ".join(syntax.name for syntax in SYNTAXES)
        raise UsageError(
            f"{name!r} is no format for answers",
            code="format.unknown",
            remedy=f"For SELECT and ASK: table, {', '.join(_RESULTS)}. For CONSTRUCT and DESCRIBE: table, {graphs}.",
        ) from error


def show_answer(answer: QueryAnswer, name: str | None, *, base: str) -> None:
    """An answer on stdout: by default a table, a graph as Turtle, yes or no.

    Raises:
        UsageError: answers of this kind cannot be written in that format.
    """
    if name == "table" or (name is None and isinstance(answer, QuerySolutions | QueryBoolean)):
        _show_table(answer, base)
    elif isinstance(answer, QuerySolutions | QueryBoolean):
        results = _results_format(name or "json")
        stream = typer.get_binary_stream("stdout")
        answer.serialize(stream, format=results)
        if results in (QueryResultsFormat.JSON, QueryResultsFormat.XML):
            stream.write(b"\n")
        stream.flush()
    else:
        _write_graph(answer, syntax_named(_GRAPHS.get(name or "", name or "turtle")))


def _write_graph(answer: QueryTriples | GraphAnswer, syntax: Syntax) -> None:
    if syntax.format in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
        # Line by line, in bounded memory.
        stream = typer.get_binary_stream("stdout")
        answer.serialize(stream, format=syntax.format)
        stream.flush()
    else:
        write_bytes(write_statements(set(answer), syntax))


def _show_table(answer: QueryAnswer, base: str) -> None:
    if isinstance(answer, QueryBoolean):
        say("yes" if answer else "no")
        return
    table = table_of(answer)
    shown = table.rows[:_SCREENFUL] if is_terminal() else table.rows
    show_table(table.columns, [[term_text(term, base) for term in row] for row in shown])
    rest = f", of which {len(shown):,} are shown; --format csv gives all" if len(shown) < len(table) else ""
    note(count(len(table), "row") + rest)


def _results_format(name: str) -> QueryResultsFormat:
    if name not in _RESULTS:
        raise UsageError(
            f"The answer is a table of values, which {name!r} cannot hold",
            code="format.unfit",
            remedy=f"Use one of: table, {', '.join(_RESULTS)}; or ask with CONSTRUCT.",
        )
    return _RESULTS[name]
