"""Differences: what an edit of one record adds and takes away, given what it says now.

A write to one record speaks only about that record: what it says of others is refused, whatever else it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from modellake.core.errors import NotFoundError, ParseError, RefusedError, UsageError
from modellake.core.report import Finding, Report, Severity, finding_of
from modellake.lake.editing.records import Record
from modellake.lake.identity.names import MergedNames
from modellake.lake.placing import Placing
from modellake.lake.updating.carrying import Outcome
from modellake.lake.updating.verb import emptied
from modellake.lake.updating.workspace import home_iri
from modellake.rdf.canon import normal_statement
from modellake.rdf.graphs import SentGraph
from modellake.rdf.homes import renamed, split_by_home

# A record that grows beyond takes the writer, the gate and the view many seconds at each edit.
MOST_STATEMENTS = 50_000
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """What comes in and what goes, each in the order of its text."""

    added: Sequence[Triple] = ()
    removed: Sequence[Triple] = ()
    findings: Sequence[Finding] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def replacing(record: Record, sent: Iterable[Triple]) -> Difference:
    """What makes a record say what was sent, and nothing else."""
    there, wanted = _by_value(record.statements), _by_value(sent)
    removed = sorted((item for form, item in there.items() if form not in wanted), key=str)
    return Difference(_beyond(wanted, there), removed)


def extending(record: Record, sent: Iterable[Triple]) -> Difference:
    """What makes a record say what was sent, too."""
    return Difference(_beyond(_by_value(sent), _by_value(record.statements)))


def deleting(record: Record) -> Difference:
    """What makes a record say nothing.

    Raises:
        NotFoundError: it says nothing.
    """
    if not record.exists:
        raise NotFoundError(
            f"The lake says nothing about {record.home.value}",
            code="resource.unknown",
            remedy="See what there is: modellake query contents",
        )
    return Difference(removed=sorted(record.statements, key=str))


def updating(record: Record, outcome: Outcome, *, emptying: bool) -> Difference:
    """What a SPARQL update comes to, if that is about one record.

    Args:
        emptying: may nothing be left of the record?

    Raises:
        RefusedError: ``gate.other-record``.
        UsageError: ``record.emptied``.
    """
    strange = elsewhere(record, [*outcome.added, *outcome.removed])
    if strange:
        raise _refused([*outcome.findings, *strange])
    if outcome.emptied and not emptying:
        raise emptied(record.home.value)
    return Difference(outcome.added, outcome.removed, outcome.findings)


def check_size(record: Record, difference: Difference) -> None:
    """Go on unless a record grows beyond `MOST_STATEMENTS`.

    Raises:
        UsageError: ``record.too-large``.
    """
    size = len(record.statements) + len(difference.added) - len(difference.removed)
    if difference.added and size > max(MOST_STATEMENTS, len(record.statements)):
        raise UsageError(
            f"{record.iri} would have {size:,} statements, and a record is edited up to {MOST_STATEMENTS:,}",
            code="record.too-large",
            remedy="Describe parts as resources of their own, or commit the document with modellake commit.",
        )


def _by_value(statements: Iterable[Triple]) -> dict[Triple, Triple]:
    return {normal_statement(item): item for item in statements}


def _beyond(said: dict[Triple, Triple], other: dict[Triple, Triple]) -> list[Triple]:
    return sorted((item for form, item in said.items() if form not in other), key=str)


def about(record: Record, graph: SentGraph, names: MergedNames) -> list[Triple]:
    """The statements of a graph, blank nodes named, if all of them are about one record.

    Raises:
        RefusedError: ``gate.other-record``, ``record.empty``, or a blank node without a home in the record.
    """
    try:
        nodes = split_by_home(graph.statements).names
    except ParseError as error:
        raise _refused([finding_of(error, "")]) from error
    said = [names.statement(renamed(item, nodes)) for item in graph.statements]
    strange = elsewhere(record, said)
    if strange:
        raise placed(_refused(strange), graph)
    if not said:
        raise _refused([_empty(record)])
    return said


def elsewhere(record: Record, statements: Iterable[Triple]) -> list[Finding]:
    """The findings for statements that are not about a record's resource."""
    strange = (item for item in statements if home_iri(item) != record.home.value)
    return [_other_record(record, item) for item in sorted(strange, key=str)[:_SHOWN]]


def only_resource(graph: SentGraph, names: MergedNames) -> NamedNode:
    """The one resource that a graph is about.

    Raises:
        RefusedError: a blank node has no home.
        UsageError: ``record.several``, or ``record.none``.
    """
    try:
        homes = {names.home(home.value) for home in split_by_home(graph.statements).by_home}
    except ParseError as error:
        raise _refused([finding_of(error, "")]) from error
    if len(homes) == 1:
        return NamedNode(homes.pop())
    code, told = ("record.several", f"{len(homes)} resources") if homes else ("record.none", "nothing")
    raise UsageError(
        f"One record is expected, and what was sent is about {told}",
        code=code,
        remedy="Send each resource by itself, with its parts and blank nodes.",
    )


def placed(error: RefusedError, graph: SentGraph) -> RefusedError:
    """The refusal with the lines of what was sent."""
    name = graph.documents[0].name if graph.documents else ""
    placing = Placing(graph.places(), name)
    return RefusedError(error.message, Report(tuple(map(placing.placed, error.report))))


def _refused(findings: Iterable[Finding]) -> RefusedError:
    return RefusedError("The edit was refused; nothing was written", Report(tuple(findings)))


def _other_record(record: Record, statement: Triple) -> Finding:
    return Finding(
        "gate.other-record",
        Severity.VIOLATION,
        f"A statement about {statement.subject} is not kept in {record.iri}",
        remedy="Send what is about another resource to the record of that, or use a SPARQL update for several.",
        focus=str(statement.subject),
        path=str(statement.predicate),
        value=str(statement.object),
    )


def _empty(record: Record) -> Finding:
    return Finding(
        "record.empty",
        Severity.VIOLATION,
        f"Nothing is said about {record.home}: a record without statements is none",
        remedy="Delete the record if the lake shall say nothing about the resource.",
    )
