"""The protocol of an engine: what a view needs from whatever answers its SPARQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)


class GraphAnswer:
    """The answer to CONSTRUCT or DESCRIBE of an engine that is not in this process, used like a ``QueryTriples``."""

    def __init__(self, triples: Iterator[Triple]) -> None:
        self._triples = triples

    def __iter__(self) -> Iterator[Triple]:
        return self

    def __next__(self) -> Triple:
        return next(self._triples)

    def serialize(self, output: IO[bytes], format: RdfFormat) -> None:
        """Write all triples that have not been read."""
        serialize(self, output, format)


QueryAnswer = QuerySolutions | QueryBoolean | QueryTriples | GraphAnswer
# Statements by the graph that they go to, each a line of N-Triples without its newline: the form in which the ledger
# has them and every engine takes them. To make terms of them first costs more than all the rest of writing them.
Graphs = Mapping[NamedNode | DefaultGraph, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Applied:
    """How far a view has come: the last commit that it shows, or the one a bulk load started from.

    Attributes:
        rules: a digest, in letters and digits, of the rules by which contents became quads.
    """

    sequence: int
    commit_hash: str
    loading: bool = False
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a query is asked of, in place of its FROM clauses (https://www.w3.org/TR/sparql11-protocol/#dataset).

    Attributes:
        default: the graphs whose merge is the default graph; none makes it empty.
        named: the graphs that GRAPH sees.
    """

    default: tuple[NamedNode, ...] = ()
    named: tuple[NamedNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """What one commit changes in a view: subjects to empty, in every graph, and statements to put in."""

    subjects: Collection[NamedNode]
    graphs: Graphs


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can and cannot do; docs/reference/engines.md explains each.

    Attributes:
        cancels: a query that runs longer than it may is ended, and takes no more time or memory.
        atomic: a replacement is seen and kept as a whole or not at all.
        answers_while_loading: what was there answers until a whole view has been taken in.
        streams: solutions are handed on while the engine finds more.
        persistent: it holds what it held when it is opened again.
        own_process: it runs in a process of its own, which may end while this one goes on.
        rdf12: it answers queries with triple terms (RDF 1.2).
        writable: this process fills it, and can make it again.
    """

    cancels: bool
    atomic: bool
    answers_while_loading: bool
    streams: bool
    persistent: bool
    own_process: bool
    rdf12: bool
    writable: bool


def merged(parts: Iterable[Graphs]) -> Graphs:
    """Several parts as one."""
    found: dict[NamedNode | DefaultGraph, list[str]] = {}
    for part in parts:
        for graph, lines in part.items():
            found.setdefault(graph, []).extend(lines)
    return found


class Engine(Protocol):
    """An engine holds the quads of one view and a mark that says how far the view has come.

    Every method raises UnavailableError when the engine cannot be reached or written.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this engine can and cannot do."""

    def query(self, text: str, *, base: str | None = None, dataset: Dataset | None = None) -> QueryAnswer:
        """Evaluate a SPARQL query on a consistent snapshot. Raises QueryError."""

    def replace(self, change: Replacement, mark: Applied) -> None:
        """Apply one change and move the mark, atomically: all of it or nothing."""

    def load(self, parts: Iterable[Graphs], mark: Applied) -> None:
        """Hold this and nothing else, fast: what was there answers until all of it has been taken in.

        An engine that cannot do so is emptied first, and leaves ``applied().loading`` True when it is cut short.
        """

    def applied(self) -> Applied | None:
        """The mark, or None for an engine that holds nothing."""

    def clear(self) -> None:
        """Remove everything, the mark included."""

    def size(self) -> int:
        """How many quads there are."""

    def quads(self) -> Iterable[Quad]:
        """All quads without the mark, in no particular order."""

    def close(self) -> None:
        """Release files and processes."""
