"""Statistics: how much of what the lake holds, counted once for each commit.

To count everything takes some seconds where there are millions of statements, so one thread does it, once for each
commit. Where it takes more than a second and commits follow each other fast, the counts of a commit a little before
are told, with that commit: they are true, of then.
"""

from __future__ import annotations

import heapq
import logging
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolutions

from modellake.core.errors import ModelLakeError
from modellake.core.iris import LakeIRIs
from modellake.lake.identity.names import MergedNames
from modellake.web.linked.groups import GROUPS, ranges_of
from modellake.web.linked.room import Room

_LISTED = 1000  # classes and properties, the most frequent ones
_QUICK = 1.0  # seconds
_ATTEMPTS = 3
_LAST = 10.0  # times as long as counting took that counts may be told after a later commit
# What an engine that cannot be asked, or cannot go on, raises.
_FAILURES = (ModelLakeError, OSError, RuntimeError)
_LOG = logging.getLogger("modellake.web")


@dataclass(frozen=True, slots=True)
class Counts:
    """How often which IRIs are used.

    Attributes:
        total: of all uses.
        kinds: how many IRIs there are.
        most: those that are used most, with their numbers.
    """

    total: int
    kinds: int
    most: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What there was after a commit.

    Attributes:
        sequence: of the commit; 0 before the first one.
        time: when it was made; None before the first one.
        records: by group, those that are merged counted once.
        classes: of the default graph; None where the engine could not count in time.
        properties: the same; their total is the number of statements.
    """

    sequence: int
    time: str | None
    records: Mapping[str, int]
    classes: Counts | None
    properties: Counts | None


class Counting:
    """Counts, and keeps the counts. It is used by one thread."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._known: Statistics | None = None
        self._took = self._counted = 0.0

    def now(self) -> Statistics:
        """The counts of the last commit, or of one a little before."""
        head = self._room.lake.ledger.head().sequence
        known = self._known
        outdated = known is None or known.sequence != head or known.properties is None
        if known is None or (outdated and not self._may_stay()):
            known = self._known = self._counted_at_once()
        return known

    def _may_stay(self) -> bool:
        return self._took > _QUICK and time.monotonic() < self._counted + _LAST * self._took

    def _counted_at_once(self) -> Statistics:
        """Counts between which nothing was committed, as far as that can be had."""
        lake = self._room.lake
        for _ in range(_ATTEMPTS):
            began, head, current = time.monotonic(), lake.ledger.head(), self._is_settled()
            found = self._count(head.sequence)
            self._counted = time.monotonic()
            self._took = self._counted - began
            if current and lake.ledger.head() == head:
                break
        return found

    def _is_settled(self) -> bool:
        """Does the engine show the last commit, or none?"""
        try:
            return self._room.lake.view.is_current()
        except _FAILURES:
            return True

    def _count(self, sequence: int) -> Statistics:
        room = self._room
        listing, spaces, names = room.lake.ledger.listing, room.finder.spaces, room.finder.names()
        stated = {group: listing.count(ranges_of(group, room.iris), spaces) for group in GROUPS}
        again = _merged(room, names) if names.canonical else {}
        moment = room.lake.ledger.commit(sequence).time if sequence else None
        records = {group: number - again.get(group, 0) for group, number in stated.items()}
        return Statistics(sequence, moment, records, self._of("class"), self._of("property"))

    def _of(self, what: str) -> Counts | None:
        try:
            return _counts(self._room.ask(f"{what}-counts"), what)
        except _FAILURES as error:
            _LOG.warning("The uses of each %s were not counted: %s", what, error)
            return None


def _counts(rows: QuerySolutions, what: str) -> Counts:
    total = kinds = 0
    most: list[tuple[int, str]] = []
    for row in rows:
        name, number = row[what], row["count"]
        assert isinstance(number, Literal), "the engine counts"
        total, kinds = total + int(number.value), kinds + 1
        if isinstance(name, NamedNode):
            (heapq.heappush if len(most) < _LISTED else heapq.heappushpop)(most, (int(number.value), name.value))
    ordered = sorted(most, key=lambda item: (-item[0], item[1]))
    return Counts(total, kinds, tuple((name, number) for number, name in ordered))


def _merged(room: Room, names: MergedNames) -> Counter[str]:
    """By group, the records that are about what another record is about as well."""
    records = room.iris.record
    every = {name: records(NamedNode(name)).value for home in names.aliases for name in names.members(home)}
    stated = room.lake.ledger.listing.among(every.values(), room.finder.spaces)
    found: Counter[str] = Counter()
    for home in names.aliases:
        found.update(_beyond_first([every[name] for name in names.members(home) if every[name] in stated], room.iris))
    return found


def _beyond_first(records: list[str], iris: LakeIRIs) -> Iterable[str]:
    return (group_of(record, iris) for record in records[1:])


def group_of(record: str, iris: LakeIRIs) -> str:
    """The group that a record is in."""
    return next(group for group in GROUPS for part in ranges_of(group, iris) if part.start <= record < part.end)
