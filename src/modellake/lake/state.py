"""Sources to a record: what the lake says about a resource, given what every source said.

    state = (union of the sources' contents) − (retractions) + (curated additions)

Statements are compared by normal value, so that two sources that write one number differently agree, and a
retraction reaches every lexical form. All operations are order-free: the same contents give the same state,
however they came in.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.iris import LakeIRIs
from modellake.core.vocab import LAKE, PROV, RDF, XSD
from modellake.ledger.records import RecordContent
from modellake.rdf.canon import normal_statement, parse_ntriples
from modellake.rdf.codec import ntriples_lines

_PARTS = (RDF.subject, RDF.predicate, RDF.object)


@dataclass(frozen=True, slots=True)
class Retraction:
    """One statement that somebody took back, for good.

    Attributes:
        statement: what is no longer said, in any lexical form of the same value.
        agent: the IRI of who took it back.
        reason: why, for people.
        time: ISO 8601, UTC.
    """

    statement: Triple
    agent: str
    reason: str
    time: str


@dataclass(frozen=True)
class RecordState:
    """What the lake says about one resource and who said it."""

    home: NamedNode
    said: Mapping[NamedNode, frozenset[Triple]] = field(default_factory=dict)
    additions: frozenset[Triple] = frozenset()
    retractions: tuple[Retraction, ...] = ()
    space: str = "default"

    @cached_property
    def statements(self) -> frozenset[Triple]:
        """The state: one statement per normal value, in the lexical form that sorts first."""
        kept = frozenset(self._kept())
        if all(normal_statement(item) is item for item in kept):
            return kept  # as nearly always, and without sorting
        chosen: dict[Triple, Triple] = {}
        for statement in sorted(kept, key=str):
            chosen.setdefault(normal_statement(statement), statement)
        return frozenset(chosen.values())

    @cached_property
    def lines(self) -> list[str]:
        """The statements as lines of N-Triples."""
        return ntriples_lines(self.statements)

    @cached_property
    def asserted_by(self) -> Mapping[Triple, frozenset[NamedNode | None]]:
        """Who asserts each statement (by normal value); None stands for the curated source."""
        found: dict[Triple, set[NamedNode | None]] = defaultdict(set)
        for source, statements in self.said.items():
            for statement in statements:
                found[normal_statement(statement)].add(source)
        for statement in self.additions:
            found[normal_statement(statement)].add(None)
        return {statement: frozenset(sources) for statement, sources in found.items()}

    def values_by_source(self, subject: NamedNode, predicate: NamedNode) -> dict[NamedNode | None, set[Triple]]:
        """What each source says of one property, as far as it is still part of the state."""
        found: dict[NamedNode | None, set[Triple]] = defaultdict(set)
        for normal in self._by_property.get((subject, predicate), ()):
            for source in self.asserted_by[normal]:
                found[source].add(normal)
        return found

    @cached_property
    def _by_property(self) -> Mapping[tuple[object, NamedNode], list[Triple]]:
        """The statements by subject and property, as normal values."""
        found: dict[tuple[object, NamedNode], list[Triple]] = defaultdict(list)
        for statement in self.statements:
            found[statement.subject, statement.predicate].append(normal_statement(statement))
        return found

    def subjects(self) -> set[NamedNode]:
        """The subjects of the state: the home and its fragments."""
        return {statement.subject for statement in self.statements if isinstance(statement.subject, NamedNode)}

    @property
    def is_empty(self) -> bool:
        """True when the lake says nothing about the resource."""
        return not self.statements

    def _kept(self) -> Iterable[Triple]:
        gone = {normal_statement(retraction.statement) for retraction in self.retractions}
        for statements in self.said.values():
            yield from (item for item in statements if not gone or normal_statement(item) not in gone)
        yield from self.additions


def record_state(home: NamedNode, contents: Iterable[RecordContent], iris: LakeIRIs) -> RecordState:
    """The state that a record's contents define."""
    said: dict[NamedNode, frozenset[Triple]] = {}
    additions: frozenset[Triple] = frozenset()
    retractions: tuple[Retraction, ...] = ()
    space = "default"
    for content in contents:
        statements = frozenset(parse_ntriples(content.content))
        space = content.space
        if content.kind == "retractions":
            retractions = read_retractions(statements)
        elif content.source == iris.curated.value:
            additions = statements
        else:
            said[NamedNode(content.source)] = statements
    return RecordState(home, said, additions, retractions, space)


def write_retractions(home: NamedNode, retractions: Iterable[Retraction]) -> frozenset[Triple]:
    """Retractions as RDF, the form in which the ledger keeps them."""
    return frozenset(part for retraction in retractions for part in _retraction_statements(home, retraction))


def read_retractions(statements: Iterable[Triple]) -> tuple[Retraction, ...]:
    """The inverse of `write_retractions`, in a stable order."""
    nodes: dict[NamedNode, dict[NamedNode, object]] = defaultdict(dict)
    for statement in statements:
        if isinstance(statement.subject, NamedNode):
            nodes[statement.subject][statement.predicate] = statement.object
    ordered = sorted(nodes.items(), key=lambda item: item[0].value)
    return tuple(_read_retraction(values) for _, values in ordered)


def retraction_node(home: NamedNode, statement: Triple) -> NamedNode:
    """The node of a retraction: one per normal statement, so that retracting twice is retracting once."""
    digest = hashlib.sha256(str(normal_statement(statement)).encode()).hexdigest()[:32]
    return NamedNode(f"{home.value}#_retraction-{digest}")


def _retraction_statements(home: NamedNode, retraction: Retraction) -> Iterable[Triple]:
    node = retraction_node(home, retraction.statement)
    statement = retraction.statement
    yield Triple(node, RDF.type, LAKE.Retraction)
    for predicate, part in zip(_PARTS, (statement.subject, statement.predicate, statement.object), strict=True):
        yield Triple(node, predicate, part)
    yield Triple(node, PROV.wasAttributedTo, NamedNode(retraction.agent))
    yield Triple(node, LAKE.reason, Literal(retraction.reason))
    yield Triple(node, PROV.generatedAtTime, Literal(retraction.time, datatype=XSD.dateTime))


def _read_retraction(values: Mapping[NamedNode, object]) -> Retraction:
    subject, predicate, value = (values[part] for part in _PARTS)
    return Retraction(
        Triple(subject, predicate, value),  # type: ignore[arg-type]
        _text(values[PROV.wasAttributedTo]),
        _text(values[LAKE.reason]),
        _text(values[PROV.generatedAtTime]),
    )


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
