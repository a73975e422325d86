"""One graph out of what somebody sends: a document, or several that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, RdfFormat, Triple

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.rdf.codec import prepare, read_quads, read_statements
from modellake.rdf.formats import Syntax
from modellake.rdf.positions import places_of

_WITH_GRAPHS = (RdfFormat.TRIG, RdfFormat.N_QUADS, RdfFormat.JSON_LD)


@dataclass(frozen=True, slots=True)
class Document:
    """A document of one graph.

    Attributes:
        content: as it was sent.
        name: what to call it in errors.
    """

    content: bytes
    syntax: Syntax
    name: str = ""


@dataclass(frozen=True, slots=True)
class SentGraph:
    """One graph as it was sent.

    Attributes:
        statements: of all documents; their blank nodes are nobody else's.
        documents: where these stand.
        base: what their relative IRIs were resolved against.
    """

    statements: Sequence[Triple]
    documents: Sequence[Document] = ()
    base: str = ""

    def places(self) -> Mapping[Triple, Place]:
        """Where each statement stands, blank nodes named as `modellake.rdf.homes.split_by_home` names them."""
        found: dict[Triple, Place] = {}
        for document in self.documents:
            places = places_of(document.content, document.syntax, base=self.base, document=document.name)
            found = {**places, **found}
        return found


def read_graph(documents: Sequence[Document], base: str) -> SentGraph:
    """The graph that documents make together.

    Args:
        documents: each with blank nodes of its own, whatever their labels.
        base: the absolute IRI that relative IRIs are resolved against.

    Raises:
        ParseError: as `modellake.rdf.codec.read_statements`; ``parse.named-graph`` where a document has graphs inside.
    """
    statements: list[Triple] = []
    for document in documents:
        if document.syntax.format in _WITH_GRAPHS:
            _refuse_named_graphs(document, base)
        read = read_statements(document.content, document.syntax, base=base, document=document.name)
        statements += _with_own_nodes(read)
    return SentGraph(statements, documents, base)


def _refuse_named_graphs(document: Document, base: str) -> None:
    prepared = prepare(document.content, document.syntax, document.name)
    for quad in read_quads(prepared, document.syntax, base, document.name):
        if not isinstance(quad.graph_name, DefaultGraph):
            raise ParseError(
                f"One graph is expected, and the document has the named graph {quad.graph_name} inside",
                code="parse.named-graph",
                place=Place(document.name),
                remedy="Send the statements without a graph around them, each graph by itself.",
            )


def _with_own_nodes(statements: Iterable[Triple]) -> Iterable[Triple]:
    """The statements with blank nodes that no other document has."""
    nodes: dict[BlankNode, BlankNode] = {}
    for item in statements:
        subject, value = item.subject, item.object
        if isinstance(subject, BlankNode):
            subject = nodes.setdefault(subject, BlankNode())
        if isinstance(value, BlankNode):
            value = nodes.setdefault(value, BlankNode())
        yield item if subject is item.subject and value is item.object else Triple(subject, item.predicate, value)
