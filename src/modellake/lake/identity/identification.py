"""Identification: what a commit changes about which resources are one.

Evidence is looked for where a commit changes something, and followed to all that bears the same identifiers, so that
what is decided depends on what the lake says after the commit and not on how that came about. A record without
identifiers costs a glance at its bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import NamedNode

from modellake.core.identifiers import identify
from modellake.core.iris import LakeIRIs
from modellake.lake.identity.clusters import Knowledge, canonical, settled
from modellake.lake.identity.decisions import Decision
from modellake.lake.identity.evidence import TELLING, identifiers_of, kind_of, sort_of
from modellake.lake.identity.names import MergedNames, NamesAt, NamesOfLedger, merged_statements
from modellake.lake.state import RecordState, record_state
from modellake.ledger.commits import IDENTITY, RETRACTIONS, Change, Identifier
from modellake.ledger.inspection import Inspection
from modellake.ledger.ledger import Ledger
from modellake.ledger.names import batches
from modellake.ledger.records import RecordContent
from modellake.rdf.canon import canonical_ntriples

_READ_TOGETHER = 500
_MARKS = tuple(str(predicate).encode() for predicate in TELLING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a commit changes about identity.

    Attributes:
        changes: of what the lake says about names, to be made in the same commit.
        identifiers: of the records whose identifiers change.
        merged: the IRI under which each resource is described from now on that was described under another.
        split: resources that are described by themselves again.
        groups: what is one after the commit, as far as the commit has to do with it.
        states: of the records that had to be looked at, after the commit.
        evidence: why each resource is described under another name.
    """

    changes: list[Change] = field(default_factory=list)
    identifiers: dict[str, frozenset[Identifier]] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    split: list[str] = field(default_factory=list)
    groups: list[frozenset[str]] = field(default_factory=list)
    states: Mapping[str, RecordState] = field(default_factory=dict)
    evidence: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Identification:
    """Follows the identity of resources in one lake.

    Args:
        ledger: the truth.
        iris: how the lake names things.
    """

    def __init__(self, ledger: Ledger, iris: LakeIRIs) -> None:
        self._ledger = ledger
        self._iris = iris
        self._names = NamesOfLedger(ledger, iris)

    @property
    def names_at(self) -> NamesAt:
        """The names of the lake at any moment."""
        return self._names.at

    def index(self) -> None:
        """Write the index of identifiers anew from what the records say."""
        for before, after in self._read():
            self._replace(before, after)
        if strays := Inspection.of(self._ledger).stray_identifiers():
            self._ledger.identifiers.replace(dict.fromkeys(strays, frozenset()))

    def outdated(self) -> set[str]:
        """The records about which the index of identifiers says something else than they say themselves."""
        found = set(Inspection.of(self._ledger).stray_identifiers())
        for before, after in self._read():
            found -= after.keys()
            found |= _changed(before, after).keys()
        return found

    def _read(self) -> Iterator[tuple[Mapping[str, frozenset[Identifier]], dict[str, frozenset[Identifier]]]]:
        """What the index says about records, and what they say themselves; about some twice, the last time counts."""
        everything, named = self._ledger.contents_all(), set[str]()
        while page := list(islice(everything, _READ_TOGETHER)):
            before = self._ledger.identifiers.of_records(record for record, _ in page)
            borne = {record: self._borne(record, held) for record, held in page if record in before or _tells(held)}
            named |= {item.key for items in borne.values() for item in items if item.key.startswith(self._iris.base)}
            yield before, borne
        # What others call by its own IRI bears that too.
        records = sorted(self._iris.record(NamedNode(iri)).value for iri in named)
        for page in batches(self._ledger.contents_many(records), _READ_TOGETHER):
            before = self._ledger.identifiers.of_records(record for record, _ in page)
            yield before, {record: self._borne(record, held, itself=True) for record, held in page}

    def _borne(self, record: str, held: list[RecordContent], *, itself: bool = False) -> frozenset[Identifier]:
        state = record_state(self._iris.topic(NamedNode(record)), held, self._iris)
        sort = sort_of(state) if itself else None
        own = {Identifier(state.home.value, kind_of(sort, state.space))} if sort is not None else set()
        return identifiers_of(state, self._iris) | own

    def _replace(self, before: Mapping[str, frozenset[Identifier]], after: Mapping[str, frozenset[Identifier]]) -> None:
        if changed := _changed(before, after):
            self._ledger.identifiers.replace(changed)

    def outcome(
        self,
        changes: Sequence[Change],
        decided: Sequence[Decision] = (),
        states: Mapping[str, RecordState] | None = None,
    ) -> Outcome:
        """What follows from changes that are about to be committed, and from decisions that come with them.

        Args:
            states: of records after these changes, as far as they are known already.
        """
        return _Reach(self._ledger, self._iris, self._names.at(), changes, decided, states or {}).outcome()


def _changed(
    before: Mapping[str, frozenset[Identifier]], after: Mapping[str, frozenset[Identifier]]
) -> dict[str, frozenset[Identifier]]:
    return {record: items for record, items in after.items() if items != before.get(record, frozenset())}


class _Reach:
    """How far the changes of one commit reach."""

    def __init__(
        self,
        ledger: Ledger,
        iris: LakeIRIs,
        names: MergedNames,
        changes: Sequence[Change],
        decided: Sequence[Decision],
        known: Mapping[str, RecordState],
    ) -> None:
        self._ledger = ledger
        self._iris = iris
        self._names = names
        self._changes = changes
        self._decided = {item.pair: item for item in decided}
        self._known = known
        self._states: dict[str, RecordState] = {}
        self._held: dict[str, frozenset[Identifier]] = {}
        self._bears: dict[str, frozenset[Identifier]] = {}
        self._holders_of: dict[str, set[str]] = {}
        self._index_of: dict[str, frozenset[Identifier]] = {}

    def outcome(self) -> Outcome:
        changed: defaultdict[str, list[Change]] = defaultdict(list)
        for change in self._changes:
            if change.kind != IDENTITY:
                changed[change.record].append(change)
        suspects = self._suspects(changed) | {self._record(iri) for pair in self._decided for iri in pair}
        if not suspects:
            return Outcome()
        self._read(suspects, changed)
        self._pull(changed)
        self._follow()
        return self._decide()

    def _suspects(self, changed: Mapping[str, list[Change]]) -> set[str]:
        """The records whose identity the changes may touch."""
        found = {
            record for record, group in changed.items() if any(_is_telling(one) or _takes_back(one) for one in group)
        }
        homes = {self._home(record): record for record in changed}
        if not self._ledger.identifiers.is_empty():
            self._held = self._indexed(changed)
            found |= self._held.keys() | {homes[iri] for iri in self._holders(homes)}
        if self._names.decisions:
            found |= {record for iri, record in homes.items() if self._names.decided_about(iri)}
        outside = (iri for iri in homes if not iri.startswith(self._iris.base))
        return found | {homes[iri] for iri in outside if identify(iri, self._iris)}

    def _read(self, wanted: Iterable[str], changed: Mapping[str, list[Change]]) -> None:
        """The states of records after the commit, and what identifiers they bear then."""
        new = [record for record in dict.fromkeys(wanted) if record not in self._states]
        states = {record: self._known[record] for record in new if record in self._known}
        unknown = [record for record in new if record not in states]
        for record, contents in self._ledger.contents_many(unknown) if unknown else ():
            after = _after(contents, changed.get(record, ()))
            states[record] = record_state(self._iris.topic(NamedNode(record)), after, self._iris)
        self._states |= states
        self._bears |= {record: identifiers_of(state, self._iris) for record, state in states.items()}
        self._held |= self._indexed(new)

    def _pull(self, changed: Mapping[str, list[Change]]) -> None:
        """Resources that others name as themselves bear their own IRIs."""
        named = {item.key for items in self._bears.values() for item in items}
        ours = {key for key in named if key.startswith(self._iris.base)}
        homes = {self._home(record): record for record in self._states}
        ours |= self._holders(homes).keys()
        there = (record for record in map(self._record, ours) if record in changed or self._ledger.has_record(record))
        self._read(there, changed)
        for iri in ours:
            record = self._record(iri)
            state = self._states.get(record)
            sort = sort_of(state) if state is not None else None
            if state is not None and sort is not None:
                self._bears[record] |= {Identifier(iri, kind_of(sort, state.space))}

    def _follow(self) -> None:
        """Go on to all that is connected by identifiers and decisions, now or after the commit."""
        asked: set[str] = set()
        frontier = set(self._bears)
        while frontier:
            keys = {
                item.key for record in frontier for item in (*self._bears[record], *self._held.get(record, ()))
            } - asked
            asked |= keys
            holders = self._holders(keys)
            found = {record for records in holders.values() for record in records}
            found |= {self._record(iri) for record in frontier for iri in self._partners(self._home(record))}
            new = found - self._bears.keys()
            # What the commit does not touch bears what the index says.
            held = self._indexed(new)
            self._bears |= {record: held.get(record, frozenset()) for record in new}
            self._held |= held
            frontier = new

    def _holders(self, keys: Iterable[str]) -> dict[str, set[str]]:
        """Which records bear identifiers as the index says; what was asked before is not asked again."""
        wanted = list(keys)
        unknown = [key for key in wanted if key not in self._holders_of]
        if unknown:
            found = self._ledger.identifiers.holders(unknown)
            self._holders_of |= {key: found.get(key, set()) for key in unknown}
        return {key: self._holders_of[key] for key in wanted if self._holders_of[key]}

    def _indexed(self, records: Iterable[str]) -> dict[str, frozenset[Identifier]]:
        """The identifiers of records as the index says; what was asked before is not asked again."""
        wanted = list(records)
        unknown = [record for record in wanted if record not in self._index_of]
        if unknown:
            found = self._ledger.identifiers.of_records(unknown)
            self._index_of |= {record: found.get(record, frozenset()) for record in unknown}
        return {record: self._index_of[record] for record in wanted if self._index_of[record]}

    def _partners(self, iri: str) -> set[str]:
        pairs = [decision.pair for decision in self._names.decided_about(iri)] + list(self._decided)
        return {other for pair in pairs if iri in pair for other in pair} | set(self._names.members(iri))

    def _decide(self) -> Outcome:
        there = {self._home(record): items for record, items in self._bears.items() if self._says_something(record)}
        decided = {item.pair: item for iri in there for item in self._names.decided_about(iri)} | self._decided
        pairs = {pair: item for pair, item in decided.items() if pair[0] in there and pair[1] in there}
        known = Knowledge(
            there,
            frozenset(pair for pair, item in pairs.items() if item.same),
            frozenset(pair for pair, item in pairs.items() if not item.same),
            frozenset(item.preferred for item in pairs.values() if item.same and item.preferred),
            self._iris.base,
        )
        groups = settled(known)
        wanted = {iri: (canonical(known, group), group) for group in groups for iri in group}
        outcome = Outcome(identifiers=self._changed_identifiers(), groups=groups, states=self._states)
        for record in sorted(self._bears):
            iri = self._home(record)
            home, group = wanted.get(iri, (iri, frozenset()))
            self._state_name(outcome, iri, home, _evidence(known, iri, group))
        return outcome

    def _says_something(self, record: str) -> bool:
        state = self._states.get(record)
        if state is None and self._bears[record]:
            return True
        return bool(state.said or state.additions) if state is not None else self._ledger.has_record(record)

    def _changed_identifiers(self) -> dict[str, frozenset[Identifier]]:
        return {
            record: self._bears[record]
            for record in self._states
            if self._bears[record] != self._held.get(record, frozenset())
        }

    def _state_name(self, outcome: Outcome, iri: str, home: str, evidence: tuple[str, ...]) -> None:
        before = self._names.home(iri)
        if before == home and (home == iri or self._names.evidence.get(iri) == evidence):
            return
        content = canonical_ntriples(merged_statements(iri, home, evidence)) if home != iri else None
        source = self._iris.source("identity").value
        record = self._record(iri)
        outcome.changes.append(Change(record, source, content, IDENTITY, self._space(record)))
        if home == iri:
            outcome.split.append(iri)
        elif before != home:
            outcome.merged[iri] = home
            outcome.evidence[iri] = evidence

    def _space(self, record: str) -> str:
        if record in self._states:
            return self._states[record].space
        return next((item.space for item in self._ledger.contents(record)), "default")

    def _home(self, record: str) -> str:
        return self._iris.topic(NamedNode(record)).value

    def _record(self, iri: str) -> str:
        return self._iris.record(NamedNode(iri)).value


def _is_telling(item: Change | RecordContent) -> bool:
    return item.content is not None and any(mark in item.content for mark in _MARKS)


def _takes_back(change: Change) -> bool:
    """Whether what another source says may be left out, or be in force again, by this."""
    return change.kind == RETRACTIONS


def _tells(held: Iterable[RecordContent]) -> bool:
    """Whether contents may hold an identifier, or the IRI of what they are about may be one."""
    return any(_is_telling(item) or "%3A" in item.record for item in held)


def _after(contents: Sequence[RecordContent], changes: Sequence[Change]) -> list[RecordContent]:
    """What a record's contents will be after some changes."""
    held = {(item.source, item.kind): item for item in contents}
    for change in changes:
        key = (change.source, change.kind)
        held.pop(key, None)
        if change.content is not None:
            held[key] = RecordContent(change.record, *key, change.space, change.content, 0, 0)
    return list(held.values())


def _evidence(known: Knowledge, iri: str, group: Iterable[str]) -> tuple[str, ...]:
    """The identifiers that a resource shares with others of its group."""
    others = {(item.key, item.kind) for name in group if name != iri for item in known.identifiers[name]}
    return tuple(sorted({item.key for item in known.identifiers.get(iri, ()) if (item.key, item.kind) in others}))
