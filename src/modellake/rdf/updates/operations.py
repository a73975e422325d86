"""The operations of an update: what each deletes and inserts, and where it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

Slot: TypeAlias = NamedNode | BlankNode | Literal | Variable
GraphVerb = OneOf["CREATE", "DROP", "CLEAR", "ADD", "MOVE", "COPY", "LOAD"]
GraphKeyword = OneOf["DEFAULT", "NAMED", "ALL"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple of a template, its variables still open.

    Attributes:
        graph: what GRAPH says around it; None outside of any.
    """

    subject: Slot
    predicate: Slot
    object: Slot
    graph: NamedNode | Variable | None = None

    @property
    def slots(self) -> tuple[Slot | None, ...]:
        """All that stands in it."""
        return (self.subject, self.predicate, self.object, self.graph)


Template: TypeAlias = tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """The pattern of an operation, as a query for the variables of its templates.

    Attributes:
        query: a SELECT, or an ASK where the templates have no variables.
        using: the graphs of USING, and of USING NAMED; None where neither is written.
        mentioned: every IRI in the pattern: GRAPH may come to mean it.
        names_graphs: GRAPH is in the pattern.
        asks_any_graph: GRAPH stands before a variable.
        only_graphs: nothing in the pattern is outside of GRAPH.
    """

    query: str
    using: tuple[tuple[NamedNode, ...], tuple[NamedNode, ...]] | None
    mentioned: frozenset[NamedNode]
    names_graphs: bool
    asks_any_graph: bool
    only_graphs: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """INSERT DATA, DELETE DATA, DELETE WHERE, or DELETE and INSERT with WHERE.

    Attributes:
        offset: where it begins in the text.
        graph: the graph of WITH.
        where: None for data, which are there once.
    """

    offset: int
    delete: Template
    insert: Template
    graph: NamedNode | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class GraphOperation:
    """An operation on whole graphs (https://www.w3.org/TR/sparql11-update/#graphManagement).

    Attributes:
        offset: where it begins in the text.
        silent: its failure is none.
        source: what it takes from: a graph, DEFAULT, or the document of LOAD.
        target: what it changes.
    """

    offset: int
    verb: GraphVerb
    silent: bool
    source: NamedNode | GraphKeyword | None
    target: NamedNode | GraphKeyword | None


Operation: TypeAlias = Edit | GraphOperation
