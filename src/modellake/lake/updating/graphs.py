"""Graphs in an update: what GRAPH may name, and the answers to operations on whole graphs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Triple

from modellake.core.report import Finding, Place, Severity
from modellake.lake.identity.names import MergedNames
from modellake.lake.updating.workspace import Workspace, home_iri
from modellake.rdf.updates.operations import GraphOperation

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of an operation on graphs.

    Attributes:
        cleared: the resource whose statements are all taken back.
        finding: what is to be said; a Violation refuses the update.
    """

    cleared: str | None = None
    finding: Finding | None = None


def answer(operation: GraphOperation, workspace: Workspace, place: Place) -> Answer:
    """What becomes of CREATE, DROP, CLEAR, ADD, MOVE, COPY or LOAD.

    The failure of a SILENT operation is no failure (https://www.w3.org/TR/sparql11-update/#graphManagement), but told.
    """
    found = _answer(operation, workspace, place)
    if found.finding and operation.silent and found.finding.severity is Severity.VIOLATION:
        return Answer(finding=replace(found.finding, severity=Severity.WARNING))
    return found


def _answer(operation: GraphOperation, workspace: Workspace, place: Place) -> Answer:
    if operation.verb == "LOAD":
        return Answer(finding=_finding("load", place, operation))
    if operation.verb in ("ADD", "MOVE", "COPY"):
        same = operation.source == operation.target
        return Answer() if same else Answer(finding=_finding("graph-transfer", place, operation))
    if not isinstance(operation.target, NamedNode):
        return Answer(finding=_finding("clear-lake", place, operation))
    home = record_home(operation.target, workspace.names)
    if home is None:
        code = "graph-derived" if is_derived(operation.target, workspace.names) else "graph-not-record"
        return Answer(finding=_finding(code, place, operation))
    exists = bool(workspace.said([home])[home])
    if operation.verb == "CREATE":
        return Answer(finding=_finding("graph-exists" if exists else "graph-empty", place, operation))
    return Answer(home) if exists else Answer(finding=_finding("graph-unknown", place, operation))


def record_home(graph: NamedNode, names: MergedNames) -> str | None:
    """The resource whose record a graph is, by the IRI under which it is described; None for other graphs."""
    if not graph.value.startswith(f"{names.iris.base}record/"):
        return None
    return names.home(names.iris.topic(graph).value)


def is_derived(graph: NamedNode, names: MergedNames) -> bool:
    """Is it a graph that the lake makes itself?"""
    return graph.value.startswith(f"{names.iris.base}graph/")


def is_at_home(graph: NamedNode | None, statement: Triple, names: MergedNames) -> bool:
    """Does a statement belong where GRAPH puts it: nowhere in particular, or into the record of its subject?"""
    return graph is None or record_home(graph, names) == home_iri(statement)


def misplaced(graph: NamedNode, statement: Triple, names: MergedNames, place: Place) -> Finding:
    """The finding for a statement that GRAPH puts somewhere else."""
    record = names.iris.record(NamedNode(home_iri(statement)))
    derived = is_derived(graph, names)
    return Finding(
        "update.graph-derived" if derived else "update.graph-not-home",
        Severity.VIOLATION,
        f"The lake makes {graph} itself"
        if derived
        else f"A statement about {statement.subject} is not kept in {graph}",
        remedy=f"Leave GRAPH and WITH out, or name {record}.",
        place=place,
        focus=str(statement.subject),
        path=str(statement.predicate),
        value=str(statement.object),
    )


def not_made(count: int, example: Triple, place: Place) -> Finding:
    """The finding for deletions from the provenance graph."""
    return Finding(
        "update.provenance",
        Severity.INFO,
        f"{count:,} statement(s) that the lake makes of its commits stay as they are, "
        f"for instance {example.subject} {example.predicate}",
        remedy="What a source says is withdrawn with the source, a retraction by saying the statement again.",
        place=place,
        focus=str(example.subject),
        path=str(example.predicate),
        value=str(example.object),
    )


def still_entailed(kept: Mapping[Triple, Triple], place: Place) -> list[Finding]:
    """The findings for deletions of what follows from something else, given what each follows from."""
    found = [
        Finding(
            "update.entailed",
            Severity.INFO,
            f"{statement.predicate} {statement.object} still follows from {basis.predicate} {basis.object}",
            remedy="Delete what it follows from, and it goes too.",
            place=place,
            focus=str(statement.subject),
            path=str(statement.predicate),
            value=str(statement.object),
        )
        for statement, basis in list(kept.items())[:_SHOWN]
    ]
    if (more := len(kept) - len(found)) > 0:
        text = f"{more:,} more deleted statement(s) still follow from others"
        found.append(Finding("update.entailed", Severity.INFO, text, place=place))
    return found


def unknown_graph(graph: NamedNode, place: Place) -> Finding:
    """The finding for a graph that is looked into and not there."""
    return Finding(
        "update.graph-unknown",
        Severity.INFO,
        f"There is nothing in {graph}, into which the update looks",
        remedy="Leave WITH and USING out to look into the whole lake, or name a record.",
        place=place,
    )


_ANSWERS: dict[str, tuple[str, str]] = {
    "load": (
        "Documents are not fetched by an update",
        "Take it in with its source, format and history: modellake commit FILE, or modellake harvest PLACE.",
    ),
    "graph-transfer": (
        "A record holds what is said about its own resource, so another graph cannot be put into it",
        "Say it of the other resource: INSERT { <b> ?p ?o } WHERE { <a> ?p ?o }; DELETE { <a> ?p ?o } moves it.",
    ),
    "clear-lake": (
        "A lake is not emptied by one operation",
        "Name a record, delete what a WHERE finds, or withdraw a source.",
    ),
    "graph-derived": (
        "The lake makes this graph itself, from statements and commits",
        "Delete the statements that it comes from.",
    ),
    "graph-not-record": (
        "Graphs of a lake are records, one for each resource",
        "Name a record: the base IRI of the lake, 'record/', and the name of the resource.",
    ),
    "graph-exists": (
        "The lake has this record already",
        "Leave CREATE out, or write CREATE SILENT.",
    ),
    "graph-empty": (
        "A record begins with the first statement about its resource: there is nothing to create",
        "Go on with INSERT DATA.",
    ),
    "graph-unknown": (
        "The lake says nothing in this record",
        "Write SILENT where it may be absent.",
    ),
}


def _finding(code: str, place: Place, operation: GraphOperation) -> Finding:
    message, remedy = _ANSWERS[code]
    severity = Severity.INFO if code == "graph-empty" else Severity.VIOLATION
    named = [item for item in (operation.source, operation.target) if item is not None]
    told = f"{message}: {operation.verb} {' TO '.join(map(str, named))}"
    return Finding(f"update.{code}", severity, told, remedy=remedy, place=place)
