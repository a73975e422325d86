"""Updates that are made to mean one graph."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from modellake.core.errors import QueryError
from modellake.rdf.updates.within import within_graph

GRAPH, OTHER = NamedNode("urn:g"), NamedNode("urn:other")
S, P = NamedNode("urn:s"), NamedNode("urn:p")
BASE = "http://example.org/"


def filled() -> Store:
    """The same statement in three graphs."""
    store = Store()
    store.extend(Quad(S, P, Literal("old"), graph) for graph in (GRAPH, OTHER, DefaultGraph()))
    return store


def values(store: Store, graph: NamedNode | DefaultGraph) -> set[str]:
    return {quad.object.value for quad in store.quads_for_pattern(None, None, None, graph)}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("INSERT DATA { <urn:s> <urn:p> 'new' }", {"old", "new"}),
        ("INSERT DATA {}", {"old"}),
        ("DELETE DATA { <urn:s> <urn:p> 'old' }", set()),
        ("DELETE WHERE { ?s ?p ?o }", set()),
        ("DELETE { ?s ?p ?o } INSERT { ?s ?p 'GRAPH' } WHERE { ?s ?p ?o }", {"GRAPH"}),
        ("INSERT { ?s ?p 'new' } WHERE { ?s ?p ?o . { SELECT ?s { ?s ?p 'old' } } }", {"old", "new"}),
        (
            "PREFIX graph: <urn:> INSERT DATA { graph:s graph:p 'new' } ; DELETE WHERE { ?graph graph:p 'old' } ;",
            {"new"},
        ),
        ("# DROP ALL\nINSERT DATA { <urn:s> <urn:p> '}' } # } GRAPH", {"old", "}"}),
        ("", {"old"}),
    ],
)
def test_only_the_graph_changes(text: str, left: set[str]) -> None:
    store = filled()
    store.update(within_graph(text, GRAPH, base=BASE))
    assert values(store, GRAPH) == left
    assert values(store, OTHER) == values(store, DefaultGraph()) == {"old"}


@pytest.mark.parametrize("graph", [GRAPH, None])
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("INSERT DATA { GRAPH <urn:other> { <urn:s> <urn:p> 1 } }", 1),
        ("INSERT DATA {} ;\nDELETE { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", 2),
        ("WITH <urn:other> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", 1),
        ("INSERT {} USING <urn:other> WHERE {}", 1),
        ("\nCLEAR ALL", 2),
        ("DROP GRAPH <urn:g>", 1),
        ("COPY <urn:other> TO <urn:g>", 1),
        ("CREATE SILENT GRAPH <urn:x>", 1),
    ],
)
def test_other_graphs_are_refused(text: str, line: int, graph: NamedNode | None) -> None:
    with pytest.raises(QueryError) as raised:
        within_graph(text, graph, base=BASE)
    assert raised.value.code == "update.other-graph"
    assert raised.value.place is not None
    assert raised.value.place.line == line


def test_the_default_graph_needs_no_name() -> None:
    text = "INSERT DATA { <urn:s> <urn:p> 'new' }"
    assert within_graph(text, None, base=BASE) == text
