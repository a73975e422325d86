"""Lineage: what a resource comes from, and what comes from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import NamedNode

from modellake.lake.tables import Table

Direction = OneOf["upstream", "downstream"]
Ask = Callable[[str, NamedNode], Table]


@dataclass(frozen=True, slots=True)
class Edge:
    """One step: ``source`` is where we are, ``target`` the cause (upstream) or the effect (downstream)."""

    source: str
    relation: str
    target: str


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """All that is reached from one resource in one direction."""

    root: str
    direction: Direction
    edges: tuple[Edge, ...]

    @property
    def resources(self) -> list[str]:
        """Every resource reached, without the root, sorted."""
        return sorted({edge.target for edge in self.edges} - {self.root})

    def walk(self) -> Iterator[tuple[int, Edge, bool]]:
        """The edges as a tree, depth first: (depth from 1, edge, whether its target was shown before)."""
        below: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            below[edge.source].append(edge)
        shown = {self.root}
        waiting = [(1, edge) for edge in reversed(below[self.root])]
        while waiting:
            depth, edge = waiting.pop()
            seen = edge.target in shown
            yield depth, edge, seen
            if not seen:
                shown.add(edge.target)
                waiting += [(depth + 1, following) for following in reversed(below[edge.target])]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The lineage of one resource, answered by two named queries."""

    resource: NamedNode
    ask: Ask

    def upstream(self) -> LineageGraph:
        """What the resource was made from, by what, with what."""
        return self._graph("upstream")

    def downstream(self) -> LineageGraph:
        """What was made from the resource, and is affected when it changes or is withdrawn."""
        return self._graph("downstream")

    def _graph(self, direction: Direction) -> LineageGraph:
        table = self.ask(f"{direction}-edges", self.resource)
        edges = tuple(Edge(row["from"], row["relation"], row["to"]) for row in table)
        return LineageGraph(self.resource.value, direction, edges)
