"""Carrying out: the operations of a request one after the other, on a workspace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import BlankNode, NamedNode, Triple

from modellake.core.errors import ParseError, RefusedError, UsageError
from modellake.core.report import Finding, Place, Report, Severity, finding_of
from modellake.lake.updating.graphs import (
    answer,
    is_at_home,
    is_derived,
    misplaced,
    not_made,
    still_entailed,
    unknown_graph,
)
from modellake.lake.updating.looking import Sight
from modellake.lake.updating.requests import Request
from modellake.lake.updating.workspace import Workspace, home_iri, too_large
from modellake.rdf.canon import normal_statement
from modellake.rdf.homes import renamed, split_by_home
from modellake.rdf.updates.operations import Edit, GraphOperation, Pattern, Template
from modellake.rdf.updates.templates import Statement, instantiated

MOST_STATEMENTS = 100_000
MOST_SOLUTIONS = 1_000_000
MOST_SECONDS = 60.0
_MOST_REFUSALS = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an update comes to.

    Attributes:
        added: statements that come in.
        removed: statements that are taken back.
        findings: what is to be said about it.
        emptied: the resources about which it leaves nothing.
    """

    added: Sequence[Triple]
    removed: Sequence[Triple]
    findings: Sequence[Finding]
    emptied: Sequence[str] = ()


@dataclass(slots=True)
class Course:
    """The course of one request over one state of the lake."""

    workspace: Workspace
    sight: Sight
    findings: list[Finding] = field(default_factory=list)
    _end: float = field(default_factory=lambda: time.monotonic() + MOST_SECONDS)

    def run(self, request: Request) -> Outcome:
        """Carry out all operations.

        Raises:
            RefusedError: one of them cannot be carried out in a lake.
            UsageError: ``update.too-large``, ``update.too-slow``, or ``update.copy-too-large``.
        """
        for operation, place in zip(request.operations, request.places, strict=True):
            if isinstance(operation, GraphOperation):
                self._manage(operation, place)
            else:
                self._edit(operation, place)
            report = Report(tuple(self.findings))
            if not report.conforms:
                raise RefusedError("The update was refused; nothing was written", report)
        added, removed = self.workspace.delta()
        if len(added) + len(removed) > MOST_STATEMENTS:
            raise too_large(f"It changes more than {MOST_STATEMENTS:,} statements")
        return Outcome(added, removed, self.findings, self.workspace.emptied())

    def _manage(self, operation: GraphOperation, place: Place) -> None:
        found = answer(operation, self.workspace, place)
        self.findings += [found.finding] if found.finding else []
        if found.cleared:
            said = self.workspace.said([found.cleared])[found.cleared]
            self.sight.follow(self.workspace.apply(list(said.values()), ()))

    def _edit(self, edit: Edit, place: Place) -> None:
        self.findings += [unknown_graph(graph, place) for graph in self.sight.unknown_graphs(edit)]
        deletes, inserts = self._statements(edit)
        removed, asked = self._removals(deletes, place)
        added = self._additions(inserts, place)
        self.sight.follow(self.workspace.apply(removed, added))
        self.findings += still_entailed(self._entailed(asked), place)

    def _statements(self, edit: Edit) -> tuple[dict[Statement, None], dict[Statement, None]]:
        """What both templates make of the same solutions."""
        deletes: dict[Statement, None] = {}
        inserts: dict[Statement, None] = {}
        template, size = _within(edit), len(edit.delete) + len(edit.insert)
        for number, solution in enumerate(self.sight.solutions(edit)):
            deletes.update(dict.fromkeys(instantiated(template[0], solution, number)))
            inserts.update(dict.fromkeys(instantiated(template[1], solution, number)))
            self._bound(number, size, len(deletes) + len(inserts))
        return deletes, inserts

    def _bound(self, number: int, size: int, statements: int) -> None:
        if (number + 1) * max(size, 1) > MOST_SOLUTIONS:
            raise too_large(f"Its solutions make more than {MOST_SOLUTIONS:,} statements")
        if statements > MOST_STATEMENTS:
            raise too_large(f"One operation makes more than {MOST_STATEMENTS:,} statements")
        if number % 256 == 0 and time.monotonic() > self._end:
            raise UsageError(
                f"The update took more than {MOST_SECONDS:.0f} seconds",
                code="update.too-slow",
                remedy="Ask its WHERE as a query first, and make that faster; or split the update.",
            )

    def _removals(self, deletes: Iterable[Statement], place: Place) -> tuple[list[Triple], set[Triple]]:
        """What is to be taken away, and that with what is to be gone from the entailed graph."""
        names, iris = self.workspace.names, self.sight.iris
        entailed, provenance = self.sight.derived
        removed, asked, made = list[Triple](), set[Triple](), list[Triple]()
        for graph, item in _named(deletes, names.statement):
            if graph == provenance or iris.is_reserved(NamedNode(home_iri(item))):
                made.append(item)
            elif graph == entailed:
                asked.add(normal_statement(item))
            elif graph is not None and not is_at_home(graph, item, names):
                self._refuse(misplaced(graph, item, names, place))
            else:
                removed.append(item)
        self.findings += [not_made(len(made), made[0], place)] if made else []
        return removed, asked | set(map(normal_statement, removed))

    def _additions(self, inserts: Iterable[Statement], place: Place) -> list[Triple]:
        """What is to be put in, blank nodes named."""
        listed = list(inserts)
        try:
            nodes = split_by_home(item for _, item in listed).names
        except ParseError as error:
            refusal = finding_of(error, "")
            self._refuse(Finding(refusal.code, Severity.VIOLATION, refusal.message, refusal.remedy, place))
            return []
        names, added = self.workspace.names, list[Triple]()
        for graph, item in listed:
            told = names.statement(renamed(item, nodes))
            if isinstance(told.object, Triple):
                self._refuse(_triple_term(told, place))
            elif graph is not None and (is_derived(graph, names) or not is_at_home(graph, told, names)):
                self._refuse(misplaced(graph, told, names, place))
            else:
                added.append(told)
        return added

    def _refuse(self, finding: Finding) -> None:
        if len(self.findings) < _MOST_REFUSALS:
            self.findings.append(finding)

    def _entailed(self, asked: set[Triple]) -> dict[Triple, Triple]:
        """What was to be deleted and still follows, with what it follows from."""
        found: dict[Triple, Triple] = {}
        by_home: dict[str, set[Triple]] = {}
        for item in asked:
            by_home.setdefault(home_iri(item), set()).add(item)
        for home, said in self.workspace.said(by_home).items():
            left = by_home[home] - said.keys()
            if left & self.sight.hierarchy.entailed(said):
                for basis in said:
                    for item in left & self.sight.hierarchy.entailed([basis]):
                        found.setdefault(item, basis)
        return found


def _within(edit: Edit) -> tuple[Template, Template]:
    """The templates with the graph of WITH around what is in no other."""
    delete, insert = (
        tuple(_in_graph(edit.graph, item) for item in template) for template in (edit.delete, edit.insert)
    )
    return delete, insert


def _in_graph(graph: NamedNode | None, pattern: Pattern) -> Pattern:
    return replace(pattern, graph=graph) if graph and pattern.graph is None else pattern


def _named(deletes: Iterable[Statement], name: Callable[[Triple], Triple]) -> Iterator[Statement]:
    """Deletions by the names under which resources are described; a lake has no blank nodes that one could match."""
    for graph, item in deletes:
        if not isinstance(item.subject, BlankNode) and not isinstance(item.object, BlankNode | Triple):
            yield graph, name(item)


def _triple_term(statement: Triple, place: Place) -> Finding:
    return Finding(
        "parse.triple-term",
        Severity.VIOLATION,
        f"The RDF 1.2 triple term in a statement about {statement.subject} cannot be stored",
        remedy="State it with rdf:subject, rdf:predicate and rdf:object, or as a node of its own.",
        place=place,
    )
