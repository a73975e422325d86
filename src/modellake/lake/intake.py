"""Intake: descriptions on their way to becoming one commit.

A batch is checked as a whole, since several descriptions may speak about one record. A description that the
gate refuses takes its changes out of the batch, and what shared a record with it is checked again.

Nothing but what changes is checked: a description answers for the records that it changes, not for those about
which it says what it said before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import BlankNode, NamedNode, Triple

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import ModelLakeError, ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding, Place, Report, Severity, finding_of
from modellake.core.vocab import RDF
from modellake.lake.gate import Gate
from modellake.lake.placing import Placing
from modellake.lake.state import RecordState, record_state
from modellake.ledger.commits import STATEMENTS, Change
from modellake.ledger.ledger import Ledger
from modellake.ledger.records import RecordContent
from modellake.rdf.canon import canonical_ntriples
from modellake.rdf.formats import is_rdf_media_type, syntax_named
from modellake.rdf.homes import renamed, split_by_home
from modellake.rdf.positions import places_of

Contents = Mapping[str, frozenset[Triple] | None]
# With more sources than this about one record in one batch, they answer together for what none of them states.
_COMPARED = 100


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What one description would change, before the gate has seen it.

    Attributes:
        contents: the new content of its source in each record that it changes (by record IRI); None withdraws.
        findings: what is wrong with it before any record is looked at.
        records: how many records it speaks about, changed or not.
    """

    description: Description
    contents: Contents
    findings: tuple[Finding, ...] = ()
    names: Mapping[BlankNode, NamedNode] = field(default_factory=dict)
    records: int = 0

    @property
    def source(self) -> Source:
        """Who says so."""
        return self.description.source


@dataclass(frozen=True, slots=True)
class Judgment:
    """What became of a batch: what may be committed and what may not.

    Attributes:
        states: of the records that would change, after the commit.
    """

    changes: Sequence[Change]
    accepted: Sequence[Proposal]
    unchanged: Sequence[Proposal]
    refused: Sequence[Refusal]
    findings: Sequence[tuple[str | None, Finding]]
    states: Mapping[str, RecordState] = field(default_factory=dict)


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
        trimmed = [replace(item, contents=_changed(item, current)) for item in proposals]
        changed = [item for item in trimmed if item.contents]
        unchanged = [item for item in trimmed if not item.contents]
        accepted, refusals, findings, states = self._gated(changed, current)
        return Judgment(self._changes(accepted), accepted, unchanged, [*refused, *refusals], findings, states)

    def _propose_all(self, items: Iterable[Description | Refusal]) -> tuple[list[Proposal], list[Refusal]]:
        proposals: dict[NamedNode, Proposal] = {}
        refused: list[Refusal] = []
        listed = list(items)
        spoken_of = self._ledger.records_of_many({item.source.iri.value for item in listed})
        for item in listed:
            before = spoken_of.get(item.source.iri.value, [])
            proposal = item if isinstance(item, Refusal) else self._propose(item, before)
            if isinstance(proposal, Refusal):
                refused.append(proposal)
            elif proposal.findings:
                refused.append(self._refusal(proposal, [*proposal.findings, *self._further(proposal)]))
            else:
                proposals[proposal.source.iri] = proposal
        return list(proposals.values()), refused

    def _propose(self, description: Description, said_before: Iterable[str]) -> Proposal | Refusal:
        try:
            split = split_by_home(description.statements)
        except ParseError as error:
            return refusal_of(description, error)
        contents: dict[str, frozenset[Triple] | None] = {
            self._iris.record(home).value: statements for home, statements in split.by_home.items()
        }
        if description.complete:
            contents.update({record: None for record in said_before if record not in contents})
        statements = (item for group in split.by_home.values() for item in group)
        findings = tuple(self._gate.check_terms(statements))
        return Proposal(description, contents, findings, split.names, len(split.by_home))

    def _further(self, proposal: Proposal) -> list[Finding]:
        """What the shapes have to say about a description that is refused already: all is reported at once."""
        found, _ = self._check([proposal], self._current([proposal]))
        return [finding for home in sorted(found, key=str) for finding in found[home]]

    def _current(self, proposals: Sequence[Proposal]) -> dict[str, list[RecordContent]]:
        records = sorted({record for proposal in proposals for record in proposal.contents})
        return dict(self._ledger.contents_many(records))

    def _gated(
        self, proposals: Sequence[Proposal], current: Mapping[str, list[RecordContent]]
    ) -> tuple[list[Proposal], list[Refusal], list[tuple[str | None, Finding]], dict[str, RecordState]]:
        standing, refused = list(proposals), list[Refusal]()
        while True:
            found, states = self._check(standing, current)
            blamed = self._blamed(standing, found, current)
            if not blamed:
                kept: list[tuple[str | None, Finding]] = [
                    (self._iris.record(home).value, finding) for home, group in found.items() for finding in group
                ]
                return standing, refused, kept, states
            refused += [self._refusal(item, self._about(item, found, blamed[item])) for item in blamed]
            standing = [item for item in standing if item not in blamed]

    def _blamed(
        self,
        standing: Sequence[Proposal],
        found: Mapping[NamedNode, list[Finding]],
        current: Mapping[str, list[RecordContent]],
    ) -> dict[Proposal, set[Finding]]:
        """Who answers for which violations: of several sources of one record those without which it would conform."""
        violations = {home: {item for item in group if _blocks(item)} for home, group in found.items()}
        touching = self._touching(standing, {home for home, group in violations.items() if group})
        blamed: dict[Proposal, set[Finding]] = defaultdict(set)
        for home, proposals in touching.items():
            for item, share in self._shares(home, proposals, violations[home], current):
                blamed[item] |= share
        return blamed

    def _touching(self, standing: Sequence[Proposal], homes: Collection[NamedNode]) -> dict[NamedNode, list[Proposal]]:
        """Who changes the records of these homes."""
        records = {self._iris.record(home).value: home for home in homes}
        touching: dict[NamedNode, list[Proposal]] = defaultdict(list)
        for item in standing:
            for record in item.contents.keys() & records.keys():
                touching[records[record]].append(item)
        return touching

    def _shares(
        self,
        home: NamedNode,
        proposals: Sequence[Proposal],
        violations: set[Finding],
        current: Mapping[str, list[RecordContent]],
    ) -> list[tuple[Proposal, set[Finding]]]:
        """The violations that each proposal answers for; who only withdraws answers for none."""
        record = self._iris.record(home).value
        stating = [item for item in proposals if item.contents[record] is not None]
        if len(stating) == 1:
            return [(stating[0], violations)]
        shares = [(item, {v for v in violations if _states(item.contents[record], v)}) for item in stating]
        if not any(share for _, share in shares):
            # Nobody states what is wrong. Then it is those without whom it would not be wrong.
            shares = [(item, violations - self._without(item, home, proposals, current)) for item in stating]
        return [(item, share) for item, share in shares if share] or [(item, violations) for item in stating]

    def _without(
        self,
        item: Proposal,
        home: NamedNode,
        proposals: Sequence[Proposal],
        current: Mapping[str, list[RecordContent]],
    ) -> set[Finding]:
        """What would be found about a record if one of its proposals were not there."""
        if len(proposals) > _COMPARED:
            return set()
        record = self._iris.record(home).value
        others = [replace(other, contents={record: other.contents[record]}) for other in proposals if other is not item]
        found, _ = self._check(others, current)
        return set(found.get(home, ()))

    def _check(
        self, proposals: Sequence[Proposal], current: Mapping[str, list[RecordContent]]
    ) -> tuple[dict[NamedNode, list[Finding]], dict[str, RecordState]]:
        """What the gate says of the states that proposals lead to, and these states."""
        states = self.next_states(proposals, current)
        found = self._gate.check_states(list(states.values()), self._ledger.types_of)
        withdrawn = self._only_withdrawn(proposals)
        findings = {
            home: [tolerated(item) for item in group] if self._iris.record(home).value in withdrawn else group
            for home, group in found.items()
        }
        return findings, states

    def next_states(
        self, proposals: Sequence[Proposal], current: Mapping[str, list[RecordContent]]
    ) -> dict[str, RecordState]:
        """The states that records would have if all ``proposals`` were committed, by record."""
        said: dict[str, list[Proposal]] = defaultdict(list)
        for proposal in proposals:
            for record in proposal.contents:
                said[record].append(proposal)
        return {record: self._next_state(record, current.get(record, []), group) for record, group in said.items()}

    def _next_state(self, record: str, contents: list[RecordContent], proposals: Sequence[Proposal]) -> RecordState:
        state = record_state(self._iris.topic(NamedNode(record)), contents, self._iris)
        said, space = dict(state.said), state.space
        for proposal in proposals:
            statements = proposal.contents[record]
            if statements is None:
                said.pop(proposal.source.iri, None)
            else:
                said[proposal.source.iri], space = statements, proposal.description.space
        return replace(state, said=said, space=space)

    def _only_withdrawn(self, proposals: Sequence[Proposal]) -> set[str]:
        """Records that this batch only takes statements away from."""
        touched = [item for proposal in proposals for item in proposal.contents.items()]
        return {record for record, said in touched if said is None} - {
            record for record, said in touched if said is not None
        }

    def _about(
        self, proposal: Proposal, found: Mapping[NamedNode, list[Finding]], blamed: Collection[Finding]
    ) -> list[Finding]:
        """What a refused proposal is told: its own violations, and what does not block in the same records."""
        homes = {self._iris.topic(NamedNode(record)) for record in proposal.contents}
        findings = (item for home in sorted(homes, key=str) for item in found.get(home, ()))
        return [item for item in findings if item in blamed or not _blocks(item)]

    def _refusal(self, proposal: Proposal, findings: Iterable[Finding]) -> Refusal:
        description = proposal.description
        placing = Placing(self._places(proposal), description.source.place)
        placed = sorted(map(placing.placed, findings), key=_reading_order)
        return Refusal(description.source, Report(tuple(placed)), description.original, description.space)

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


def _changed(proposal: Proposal, current: Mapping[str, list[RecordContent]]) -> Contents:
    """The contents of a proposal that are not what its source says already, in the same space."""
    source, space = proposal.source.iri.value, proposal.description.space
    changed: dict[str, frozenset[Triple] | None] = {}
    for record, statements in proposal.contents.items():
        stored = {
            (item.content, item.space)
            for item in current.get(record, ())
            if (item.source, item.kind) == (source, STATEMENTS)
        }
        if not stored and not statements:
            continue
        if not stored or stored != ({(canonical_ntriples(statements), space)} if statements else set()):
            changed[record] = statements
    return changed


def _blocks(finding: Finding) -> bool:
    return finding.severity is Severity.VIOLATION


def _states(statements: Iterable[Triple] | None, finding: Finding) -> bool:
    """Do these statements hold the very value that a finding is about? Its path may name several properties."""
    wanted, path = (finding.focus, finding.value), finding.path or ""
    return finding.value is not None and any(
        (str(item.subject), str(item.object)) == wanted and str(item.predicate) in path for item in statements or ()
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


def _reading_order(finding: Finding) -> tuple[int, int]:
    """What blocks first, and from top to bottom."""
    line = (finding.place.line if finding.place else None) or 0
    return list(Severity).index(finding.severity), line


def tolerated(finding: Finding) -> Finding:
    """A withdrawal is a fact: what it leaves behind is reported, not refused."""
    if finding.severity is not Severity.VIOLATION:
        return finding
    return replace(finding, code="gate.invalid-after-withdrawal", severity=Severity.WARNING)
