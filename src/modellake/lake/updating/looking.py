"""Looking: what the WHERE of an operation is asked of.

The view answers as long as nothing has been changed by an earlier operation and no record is named as a graph, for the
engine has none: a record's graph, which holds its statements, is made in memory for the operation that names it
(docs/adr/0021-updates-are-edits-of-what-they-come-to.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, Triple

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs
from modellake.lake.updating.workspace import Step, Workspace
from modellake.lake.views import View
from modellake.rdf.closure import Hierarchy
from modellake.rdf.updates.operations import Edit, Where
from modellake.rdf.updates.templates import Solution
from modellake.store.child import ChildEngine
from modellake.store.engine import Dataset, Engine, QueryAnswer
from modellake.store.federation import Federation
from modellake.store.plain import PlainEngine

MOST_COPIED = 500_000


@dataclass(slots=True)
class Sight:
    """What an update can see: the view, or a copy of it in memory with the effects of earlier operations.

    Attributes:
        dataset: what the protocol says to look at.
        federation: how other services are asked; None where none may be.
    """

    view: View
    workspace: Workspace
    hierarchy: Hierarchy
    dataset: Dataset | None = None
    federation: Federation | None = None
    _copy: PlainEngine | None = None
    _waiting: list[Step] = field(default_factory=list)

    @property
    def iris(self) -> LakeIRIs:
        """How the lake names things."""
        return self.workspace.names.iris

    @property
    def derived(self) -> tuple[NamedNode, ...]:
        """The graphs that the lake makes itself."""
        return (self.iris.graph("entailed"), self.iris.graph("provenance"))

    def follow(self, steps: list[Step]) -> None:
        """Let later operations see what an earlier one did."""
        self._waiting += steps

    def solutions(self, edit: Edit) -> Iterator[Solution]:
        """The solutions of an operation's WHERE; a single empty one for data."""
        if edit.where is None:
            yield {}
            return
        dataset = self._dataset_of(edit, edit.where)
        engine, made = self._engine(edit.where, dataset)
        try:
            with self._journey(edit.where.query, engine) as text:
                yield from _solutions(engine.query(text, base=self.iris.base, dataset=dataset))
        finally:
            for graph in made:
                cast(PlainEngine, engine).store.remove_graph(graph)

    @contextmanager
    def _journey(self, text: str, engine: Engine | PlainEngine) -> Iterator[str]:
        """The text for an engine, which may ask the services that it names."""
        if self.federation is None:
            yield text
            return
        outlet = engine.outlet if isinstance(engine, ChildEngine) else None
        with self.federation.journey(text, base=self.iris.base, outlet=outlet) as journey:
            yield journey.text

    def unknown_graphs(self, edit: Edit) -> list[NamedNode]:
        """The graphs that an operation looks into and that the lake does not have."""
        dataset = self._dataset_of(edit, edit.where) if edit.where else None
        named = (*dataset.default, *dataset.named) if dataset else ()
        return [graph for graph in named if graph not in self.derived and not self._record_said(graph)]

    def _dataset_of(self, edit: Edit, where: Where) -> Dataset | None:
        """By USING, else by WITH, else by the protocol; None for the whole lake."""
        if where.using:
            return Dataset(*where.using)
        if edit.graph:
            return Dataset((edit.graph,), (*self.derived, *self._records(where.mentioned)))
        return self.dataset

    def _engine(self, where: Where, dataset: Dataset | None) -> tuple[Engine | PlainEngine, list[NamedNode]]:
        """Who answers, and the graphs that were made there for this operation."""
        records = self._records(dict.fromkeys((*(dataset.default if dataset else ()), *where.mentioned)))
        if where.asks_any_graph and dataset:
            records = self._records(dict.fromkeys((*records, *dataset.named)))
        if not records:
            return (self._copied() if self._waiting or self._copy else self.view.engine), []
        engine = PlainEngine() if self._needs_records_alone(where, dataset) else self._copied()
        for record in records:
            engine.store.extend(_quad(item, record) for item in self._record_said(record))
        return engine, records

    def _needs_records_alone(self, where: Where, dataset: Dataset | None) -> bool:
        """Is nothing but records looked into?"""
        looked = set(where.mentioned)
        if not where.only_graphs:
            looked |= set(dataset.default) if dataset else {cast(NamedNode, None)}
        if where.asks_any_graph:
            looked |= set(dataset.named) if dataset else set(self.derived)
        return not looked & {None, *self.derived}

    def _records(self, graphs: Iterable[NamedNode]) -> list[NamedNode]:
        return [graph for graph in graphs if graph.value.startswith(f"{self.iris.base}record/")]

    def _record_said(self, graph: NamedNode) -> Iterable[Triple]:
        if not self._records([graph]):
            return ()
        home = self.workspace.names.home(self.iris.topic(graph).value)
        return self.workspace.said([home])[home].values()

    def _copied(self) -> PlainEngine:
        """The copy, with all that was done so far."""
        if self._copy is None:
            if (size := self.view.engine.size()) > MOST_COPIED:
                raise _too_large_to_copy(size)
            self._copy = PlainEngine()
            self._copy.store.bulk_extend(self.view.engine.quads())
        for step in self._waiting:
            self._redo(self._copy, step)
        self._waiting.clear()
        return self._copy

    def _redo(self, engine: PlainEngine, step: Step) -> None:
        """What a view does when a record is written, but for what it says of commits."""
        before, after = (self._quads(said.values()) for said in (step.before, step.after))
        for quad in before - after:
            engine.store.remove(quad)
        engine.store.extend(after - before)

    def _quads(self, statements: Iterable[Triple]) -> set[Quad]:
        asserted = set(statements)
        entailed = self.hierarchy.entailed(asserted)
        shown = {_quad(item, DefaultGraph()) for item in asserted | entailed}
        return shown | {_quad(item, self.derived[0]) for item in entailed}


def _quad(statement: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    return Quad(statement.subject, statement.predicate, statement.object, graph)


def _solutions(answer: QueryAnswer) -> Iterator[Solution]:
    if isinstance(answer, QueryBoolean):
        yield from [{}] if answer else []
        return
    solutions = cast(QuerySolutions, answer)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {
            name: value
            for name, value in zip(names, solution, strict=True)
            if isinstance(value, NamedNode | BlankNode | Literal | Triple)
        }


def _too_large_to_copy(size: int) -> UsageError:
    return UsageError(
        f"The update needs a copy of the lake in memory, and its {size:,} statements are more than {MOST_COPIED:,}",
        code="update.copy-too-large",
        remedy="Send each operation as an update of its own, and name records by their resources instead of GRAPH.",
    )
