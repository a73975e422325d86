"""Verdicts: what somebody says about two resources, and whether it can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import NamedNode

from modellake.core.description import DEFAULT_SPACE
from modellake.core.errors import NotFoundError, UsageError
from modellake.lake.identity.clusters import pair_of
from modellake.lake.identity.decisions import Decision, write_decisions
from modellake.lake.identity.evidence import sort_of
from modellake.lake.identity.identification import Outcome
from modellake.lake.identity.names import MergedNames
from modellake.lake.state import RecordState, record_state
from modellake.ledger.commits import IDENTITY, Change
from modellake.ledger.ledger import Ledger
from modellake.rdf.canon import canonical_ntriples


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says about two resources.

    Attributes:
        one, other: their IRIs; names that are merged into others count as they are.
        same: whether they are one.
        into: whose IRI is kept, where that is said.
        reason: why, for people.
    """

    one: NamedNode
    other: NamedNode
    same: bool
    reason: str
    into: NamedNode | None = None

    def decision(self, names: MergedNames, ledger: Ledger, agent: str) -> Decision | None:
        """The decision to be written down; None where the last decision about the two says the same.

        Raises:
            NotFoundError: the lake says nothing about one of them (``resource.unknown``).
            UsageError: they cannot be one (``identity.same``, ``identity.sorts-differ``,
                ``identity.spaces-differ``, ``identity.into``), or no reason is given (``identity.reason``).
        """
        self._check(names, ledger)
        pair = pair_of(self.one.value, self.other.value)
        preferred = self.into.value if self.into else None
        last = names.decisions.get(pair)
        if last is not None and (last.same, last.preferred) == (self.same, preferred):
            return None
        time = datetime.now(UTC).isoformat()
        return Decision(pair, self.same, agent, self.reason, time, preferred, self._evidence(names, ledger))

    def check_outcome(self, outcome: Outcome, decided: Decision, names: MergedNames) -> None:
        """Refuse a decision that others stand against.

        Raises:
            UsageError: ``identity.distinguished`` or ``identity.identified-through``.
        """
        group = next((group for group in outcome.groups if decided.pair[0] in group), frozenset[str]())
        if not decided.same:
            if decided.pair[1] in group:
                raise _still_one(decided, group, names)
            return
        for pair, item in names.decisions.items():
            if pair != decided.pair and not item.same and group.issuperset(pair):
                raise UsageError(
                    f"This would make one of {pair[0]} and {pair[1]}, which are kept apart: {item.reason}",
                    code="identity.distinguished",
                    remedy=f"If they are one after all: modellake duplicates accept {pair[0]} {pair[1]} -m REASON",
                )

    def _evidence(self, names: MergedNames, ledger: Ledger) -> tuple[str, ...]:
        """The identifiers that the two have in common."""
        records = [names.iris.record(iri).value for iri in (self.one, self.other)]
        borne = ledger.identifiers.of_records(records)
        keys = ({item.key for item in borne.get(record, ())} for record in records)
        return tuple(sorted(set.intersection(*keys)))

    def _check(self, names: MergedNames, ledger: Ledger) -> None:
        if self.one == self.other:
            raise UsageError(f"Both are {self.one.value}", code="identity.same", remedy="Name two resources.")
        if not self.reason.strip():
            raise UsageError("A decision needs its reason", code="identity.reason", remedy="Give one with -m.")
        if self.into is not None and self.into not in (self.one, self.other):
            raise UsageError(
                f"{self.into.value} is neither of the two",
                code="identity.into",
                remedy=f"Keep {self.one.value} or {self.other.value}.",
            )
        one, other = (_state(iri, names, ledger) for iri in (self.one, self.other))
        if self.same:
            _check_alike(one, other)


def decision_change(decided: Decision, names: MergedNames, ledger: Ledger) -> Change:
    """A decision as a change of what people say about the identity of the first of the two."""
    iri = decided.pair[0]
    kept = [item for item in names.kept_at(iri) if item.pair != decided.pair]
    content = canonical_ntriples(write_decisions([*kept, decided]))
    record = names.iris.record(NamedNode(iri)).value
    space = next((item.space for item in ledger.contents(record)), DEFAULT_SPACE)
    return Change(record, names.iris.curated.value, content, IDENTITY, space)


def _state(iri: NamedNode, names: MergedNames, ledger: Ledger) -> RecordState:
    contents = ledger.contents(names.iris.record(iri).value)
    if not contents:
        raise NotFoundError(
            f"The lake says nothing about {iri.value}",
            code="resource.unknown",
            remedy="See what there is: modellake query contents",
        )
    return record_state(iri, contents, names.iris)


def _check_alike(one: RecordState, other: RecordState) -> None:
    if one.space != other.space:
        raise UsageError(
            f"{one.home.value} and {other.home.value} are described for different readers",
            code="identity.spaces-differ",
            remedy="Only resources of one space can be merged.",
        )
    sorts = [sort.value.rpartition("#")[2] for sort in (sort_of(one), sort_of(other)) if sort is not None]
    if len(set(sorts)) > 1:
        raise UsageError(
            f"{one.home.value} is a {sorts[0]}, {other.home.value} a {sorts[1]}",
            code="identity.sorts-differ",
            remedy="Merge a model with a model and a version with a version.",
        )


def _still_one(decided: Decision, group: frozenset[str], names: MergedNames) -> UsageError:
    through = [pair for pair, item in sorted(names.decisions.items()) if item.same and group.issuperset(pair)]
    pairs = ", ".join(f"{one} {other}" for one, other in through if (one, other) != decided.pair)
    return UsageError(
        f"{decided.pair[0]} and {decided.pair[1]} are one through other decisions",
        code="identity.identified-through",
        remedy=f"Reject one of these pairs first: {pairs}",
    )
