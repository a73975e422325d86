"""Intake: descriptions on their way to becoming one commit.

A batch is checked as a whole, since several descriptions may speak about one record. A description that the
gate refuses takes its changes out of the batch, and what shared a record with it is checked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import BlankNode, NamedNode, Triple

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import ModelLakeError, ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding, Place, Report, Severity
from modellake.core.vocab import RDF
from modellake.lake.gate import Gate
from modellake.lake.state import RecordState, record_state
from modellake.ledger.commits import Change
from modellake.ledger.ledger import Ledger
from modellake.ledger.records import RecordContent
from modellake.rdf.canon import canonical_ntriples
from modellake.rdf.formats import is_rdf_media_type, syntax_named
from modellake.rdf.homes import renamed, split_by_home
from modellake.rdf.positions import places_of


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one description would change, before the gate has seen it.

    Attributes:
        contents: the new content of its source in each record (by record IRI); None withdraws.
        findings: what is wrong with it before any record is looked at.
    """

    description: Description
    contents: Mapping[str, frozenset[Triple] | None]
    findings: tuple[Finding, ...] = ()
    names: Mapping[BlankNode, NamedNode] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """Who says so."""
        return self.description.source


@dataclass(frozen=True, slots=True)
class Judgment:
    """What became of a batch: what may be committed and what may not."""

    changes: Sequence[Change]
    accepted: Sequence[Proposal]
    unchanged: Sequence[Proposal]
    refused: Sequence[Refusal]
    findings: Sequence[tuple[str | None, Finding]]


class Intake:
    """Checks batches of descriptions against the ledger's state and the gate's rules."""

    def __init__(self, ledger: Ledger, gate: Gate, iris: LakeIRIs) -> None:
        self._ledger = ledger
        self._gate = gate
        self._iris = iris

    def judge(self, items: Iterable[Description | Refusal]) -> Judgment:
        """Decide about a batch without writing anything."""
        proposals, refused = self._propose_all(items)
        current = self._current(proposals)
        changed = [item for item in proposals if self._changes_anything(item, current)]
        unchanged = [item for item in proposals if not self._changes_anything(item, current)]
        accepted, refusals, findings = self._gated(changed, current)
        return Judgment(self._changes(accepted), accepted, unchanged, [*refused, *refusals], findings)

    def _propose_all(self, items: Iterable[Description | Refusal]) -> tuple[list[Proposal], list[Refusal]]:
        proposals: dict[NamedNode, Proposal] = {}
        refused: list[Refusal] = []
        for item in items:
            proposal = item if isinstance(item, Refusal) else self._propose(item)
            if isinstance(proposal, Refusal):
                refused.append(proposal)
            elif proposal.findings:
                refused.append(self._refusal(proposal, [*proposal.findings, *self._further(proposal)]))
            else:
                proposals[proposal.source.iri] = proposal
        return list(proposals.values()), refused

    def _propose(self, description: Description) -> Proposal | Refusal:
        try:
            split = split_by_home(description.statements)
        except ParseError as error:
            return refusal_of(description, error)
        contents: dict[str, frozenset[Triple] | None] = {
            self._iris.record(home).value: statements for home, statements in split.by_home.items()
        }
        if description.complete:
            said_before = self._ledger.records_of(description.source.iri.value)
            contents.update({record: None for record in said_before if record not in contents})
        statements = (item for group in split.by_home.values() for item in group)
        findings = tuple(self._gate.check_terms(statements))
        return Proposal(description, contents, findings, split.names)

    def _further(self, proposal: Proposal) -> list[Finding]:
        """What the shapes have to say about a description that is refused already: all is reported at once."""
        found = self._check([proposal], self._current([proposal]))
        return [finding for home in sorted(found, key=str) for finding in found[home]]

    def _current(self, proposals: Sequence[Proposal]) -> dict[str, list[RecordContent]]:
        records = sorted({record for proposal in proposals for record in proposal.contents})
        return dict(self._ledger.contents_many(records))

    def _changes_anything(self, proposal: Proposal, current: Mapping[str, list[RecordContent]]) -> bool:
        source = proposal.source.iri.value
        for record, statements in proposal.contents.items():
            stored = {item.content for item in current.get(record, ()) if item.source == source}
            wanted = {canonical_ntriples(statements)} if statements else set()
            if stored != wanted:
                return True
        return False

    def _gated(
        self, proposals: Sequence[Proposal], current: Mapping[str, list[RecordContent]]
    ) -> tuple[list[Proposal], list[Refusal], list[tuple[str | None, Finding]]]:
        standing, refused = list(proposals), list[Refusal]()
        while True:
            found = self._check(standing, current)
            blocked = [item for item in standing if self._blocking(item, found)]
            if not blocked:
                kept: list[tuple[str | None, Finding]] = [
                    (self._iris.record(home).value, finding) for home, group in found.items() for finding in group
                ]
                return standing, refused, kept
            refused += [self._refusal(item, self._blocking(item, found, everything=True)) for item in blocked]
            standing = [item for item in standing if item not in blocked]

    def _check(
        self, proposals: Sequence[Proposal], current: Mapping[str, list[RecordContent]]
    ) -> dict[NamedNode, list[Finding]]:
        states = self.next_states(proposals, current)
        found = self._gate.check_states(list(states.values()), self._ledger.types_of)
        withdrawn = self._only_withdrawn(proposals)
        return {
            home: [tolerated(item) for item in group] if self._iris.record(home).value in withdrawn else group
            for home, group in found.items()
        }

    def next_states(
        self, proposals: Sequence[Proposal], current: Mapping[str, list[RecordContent]]
    ) -> dict[str, RecordState]:
        """The states that records would have if all ``proposals`` were committed, by record."""
        said: dict[str, dict[NamedNode, frozenset[Triple] | None]] = defaultdict(dict)
        for proposal in proposals:
            for record, statements in proposal.contents.items():
                said[record][proposal.source.iri] = statements
        return {record: self._next_state(record, current.get(record, []), new) for record, new in said.items()}

    def _next_state(
        self, record: str, contents: list[RecordContent], new: Mapping[NamedNode, frozenset[Triple] | None]
    ) -> RecordState:
        state = record_state(self._iris.topic(NamedNode(record)), contents, self._iris)
        merged = {**state.said, **{source: said for source, said in new.items() if said is not None}}
        gone = {source for source, said in new.items() if said is None}
        return replace(state, said={source: said for source, said in merged.items() if source not in gone})

    def _only_withdrawn(self, proposals: Sequence[Proposal]) -> set[str]:
        """Records that this batch only takes statements away from."""
        touched = [item for proposal in proposals for item in proposal.contents.items()]
        return {record for record, said in touched if said is None} - {
            record for record, said in touched if said is not None
        }

    def _blocking(
        self, proposal: Proposal, found: Mapping[NamedNode, list[Finding]], *, everything: bool = False
    ) -> list[Finding]:
        homes = {self._iris.topic(NamedNode(record)) for record in proposal.contents}
        findings = [item for home in sorted(homes, key=str) for item in found.get(home, ())]
        blocked = any(item.severity is Severity.VIOLATION for item in findings)
        return findings if blocked and everything else [i for i in findings if i.severity is Severity.VIOLATION]

    def _refusal(self, proposal: Proposal, findings: Iterable[Finding]) -> Refusal:
        description = proposal.description
        places = self._places(proposal)
        placed = [placed_finding(finding, places, description.source.place) for finding in findings]
        in_order = sorted(placed, key=lambda item: (list(Severity).index(item.severity), _line(item)))
        return Refusal(description.source, Report(tuple(in_order)), description.original, description.space)

    def _places(self, proposal: Proposal) -> Mapping[Triple, Place]:
        """Where the statements of a proposal stand; looked up only when something is wrong."""
        description = proposal.description
        if description.places:
            return {renamed(item, proposal.names): place for item, place in description.places.items()}
        if description.original and is_rdf_media_type(description.source.media_type):
            syntax = syntax_named(description.source.media_type)
            return places_of(description.original, syntax, base=self._iris.base, document=description.source.place)
        return {}

    def _changes(self, proposals: Sequence[Proposal]) -> list[Change]:
        return [
            self._change(proposal, record, statements)
            for proposal in proposals
            for record, statements in sorted(proposal.contents.items())
        ]

    def _change(self, proposal: Proposal, record: str, statements: frozenset[Triple] | None) -> Change:
        content = canonical_ntriples(statements) if statements else None
        return Change(
            record=record,
            source=proposal.source.iri.value,
            content=content,
            space=proposal.description.space,
            types=types_in(statements or ()),
        )


def types_in(statements: Iterable[Triple]) -> frozenset[tuple[str, str]]:
    """The resources and the classes that statements give them."""
    return frozenset(
        (item.subject.value, item.object.value)
        for item in statements
        if item.predicate == RDF.type and isinstance(item.subject, NamedNode) and isinstance(item.object, NamedNode)
    )


def refusal_of(description: Description, error: ModelLakeError) -> Refusal:
    """A document that could not be split or read, with the error as its only finding."""
    finding = finding_of(error, description.source.place)
    return Refusal(description.source, Report((finding,)), description.original, description.space)


def finding_of(error: ModelLakeError, document: str) -> Finding:
    """An error as a finding about a document."""
    place = error.place or Place(document)
    return Finding(error.code, Severity.VIOLATION, error.message, remedy=error.remedy, place=place)


def placed_finding(finding: Finding, places: Mapping[Triple, Place], document: str) -> Finding:
    """The finding with the place of the statement that it is about, or of its focus node, or the document."""
    exact = focus = None
    for statement, place in places.items():
        if str(statement.subject) != finding.focus:
            continue
        focus = _first(focus, place)
        if f"{statement.predicate}" == finding.path and finding.value in (None, str(statement.object)):
            exact = _first(exact, place)
    return replace(finding, place=exact or focus or finding.place or Place(document))


def _line(finding: Finding) -> int:
    return (finding.place.line if finding.place else None) or 0


def _first(known: Place | None, other: Place) -> Place:
    return other if known is None or (other.line or 0) < (known.line or 0) else known


def tolerated(finding: Finding) -> Finding:
    """A withdrawal is a fact: what it leaves behind is reported, not refused."""
    if finding.severity is not Severity.VIOLATION:
        return finding
    return replace(finding, code="gate.invalid-after-withdrawal", severity=Severity.WARNING)
