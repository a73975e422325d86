"""Loads: where an update reads documents, and the same update with what they say in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, RdfFormat, Triple, parse

from modellake.core.errors import ParseError, QueryError
from modellake.rdf.nesting import check_nesting
from modellake.rdf.syntax import inspect
from modellake.rdf.tokens import Token, tokens


@dataclass(frozen=True, slots=True)
class Load:
    """One ``LOAD`` (https://www.w3.org/TR/sparql11-update/#load).

    Attributes:
        document: the IRI of what is read.
        graph: where it goes, as the text writes it; None for the default graph.
        silent: an error of it counts as nothing.
        start: its offset in the text.
        end: the offset after it.
    """

    document: str
    graph: str | None
    silent: bool
    start: int
    end: int


Read = Callable[[str], Iterable[Triple]]


def with_loaded(text: str, read: Read, *, base: str | None = None) -> str:
    """An update with ``INSERT DATA`` in place of each ``LOAD``.

    Args:
        text: the update.
        read: what a document says; its blank nodes are not those of any other.
        base: what relative IRIs are resolved against.

    Raises:
        QueryError: as `modellake.rdf.syntax.inspect`, and what ``read`` raises, unless the LOAD is SILENT.
    """
    written = text
    for load in reversed(find_loads(text, base=base)):
        written = written[: load.start] + _inserting(load, read) + written[load.end :]
    return written


def find_loads(text: str, *, base: str | None = None) -> list[Load]:
    """The documents that an update reads, in order."""
    found = tokens(text)
    documents = inspect(text, base=base).loads
    places = [index for index, token in enumerate(found) if token.is_word("LOAD")]
    return [_load(found, index, document) for index, document in zip(places, documents, strict=True)]


def read_document(content: bytes, media_type: str, iri: str) -> list[Triple]:
    """What a document says.

    Args:
        content: the document.
        media_type: as its server calls it; where that is no syntax of RDF, the name of the document decides.
        iri: of the document, which is its base.

    Raises:
        QueryError: ``update.load-failed``.
    """
    syntax = RdfFormat.from_media_type(media_type) or RdfFormat.from_extension(iri.rpartition(".")[2].lower())
    if syntax is None:
        raise _unreadable(iri, f"{media_type or 'nothing'} is no syntax of RDF")
    try:
        check_nesting(content, syntax, iri)
        quads = list(parse(content, syntax, base_iri=iri, rename_blank_nodes=True))
    except (SyntaxError, ValueError, ParseError) as error:
        raise _unreadable(iri, str(error)) from error
    if any(not isinstance(quad.graph_name, DefaultGraph) for quad in quads):
        raise _unreadable(iri, "it has named graphs")
    return [quad.triple for quad in quads]


def _load(found: list[Token], index: int, document: str) -> Load:
    silent = found[index + 1].is_word("SILENT")
    last = index + 1 + silent
    into = last + 3 < len(found) and found[last + 1].is_word("INTO") and found[last + 2].is_word("GRAPH")
    graph = found[last + 3].text if into else None
    return Load(document, graph, silent, found[index].start, found[last + 3 * into].end)


def _inserting(load: Load, read: Read) -> str:
    try:
        lines = " ".join(f"{triple} ." for triple in read(load.document))
    except (QueryError, OSError):
        if not load.silent:
            raise
        lines = ""
    inside = f"GRAPH {load.graph} {{ {lines} }}" if load.graph else lines
    return f"INSERT DATA {{ {inside} }}"


def _unreadable(iri: str, reason: str) -> QueryError:
    return QueryError(f"<{iri}> cannot be loaded: {reason}", code="update.load-failed")
