"""History: what changed in a record, when, by whom and why, and what it was at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Triple

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs, home_of
from modellake.lake.identity.merging import Group, group_state, read_groups
from modellake.lake.identity.names import NamesAt, NamesOfLedger
from modellake.lake.state import RecordState
from modellake.ledger.ledger import Ledger
from modellake.ledger.records import HistoryEntry, RecordContent
from modellake.rdf.canon import normal_statement


@dataclass(frozen=True, slots=True)
class Difference:
    """What two states of a record do not share, by normal value."""

    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]


class History:
    """Reads the past of records from the ledger.

    Args:
        names: the names of the lake after a commit, or now, where somebody has them ready.
    """

    def __init__(self, ledger: Ledger, iris: LakeIRIs, names: NamesAt | None = None) -> None:
        self._ledger = ledger
        self._iris = iris
        self._names_at = names or NamesOfLedger(ledger, iris).at

    def of(self, resource: NamedNode) -> list[HistoryEntry]:
        """The changes of the record about a resource, and of those that are merged into it now, oldest first."""
        names = self._names_at(None).members(home_of(resource).value)
        records = (self._iris.record(NamedNode(name)) for name in names)
        former = (name for record in records for name in former_records(record, self._ledger))
        entries = (item for name in former for item in self._ledger.history(name) if not self._is_renaming(item))
        return sorted(entries, key=lambda item: item.sequence)

    def state(self, resource: NamedNode, at: int | None = None) -> RecordState:
        """What the lake said about a resource, by any of its names, after commit ``at`` (now, if None)."""
        names = self._names_at(at)
        return group_state(self._group(resource, at), names, names.iris)

    def contents(self, resource: NamedNode, at: int | None = None) -> list[RecordContent]:
        """What each source said about a resource, by any of its names, after commit ``at`` (now, if None)."""
        return self._group(resource, at).all_contents

    def difference(self, resource: NamedNode, before: int, after: int) -> Difference:
        """What changed in a record between two commits, by the names of now: another base IRI is no change."""
        old = {normal_statement(item): item for item in map(self._named, self.state(resource, before).statements)}
        new = {normal_statement(item): item for item in map(self._named, self.state(resource, after).statements)}
        removed = sorted((item for form, item in old.items() if form not in new), key=str)
        added = sorted((item for form, item in new.items() if form not in old), key=str)
        return Difference(tuple(removed), tuple(added))

    def sequence_at(self, when: str | int | datetime) -> int:
        """The commit that was the last one at ``when``: a number, a commit hash, or an ISO 8601 time.

        Raises:
            UsageError: it is none of these.
            NotFoundError: there is no such commit.
        """
        if isinstance(when, datetime):
            return self._ledger.sequence_at(when)
        text = str(when)
        if text.isdigit() and len(text) < 12:
            return self._ledger.commit(int(text)).sequence if int(text) else 0
        moment = _moment(text)
        if moment is not None:
            return self._ledger.sequence_at(moment)
        if len(text) >= 6 and all(character in "0123456789abcdef" for character in text.lower()):
            return self._ledger.commit_by_hash(text.lower()).sequence
        raise UsageError(
            f"{text!r} is no moment in the lake's history",
            code="as-of.malformed",
            remedy="Give a commit number, a commit hash, or a time such as 2026-01-31T12:00:00Z.",
        )

    def _group(self, resource: NamedNode, at: int | None) -> Group:
        home = self._ledger.bases.named(home_of(resource).value, at)
        (group,) = read_groups(self._ledger, self._names_at(at), [home], at).values()
        return group

    def _named(self, item: Triple) -> Triple:
        """A statement of any time, its IRIs as they are now."""
        bases = self._ledger.bases
        if len(bases.periods) == 1:
            return item
        subject, predicate, value = (
            NamedNode(bases.named(term.value)) if isinstance(term, NamedNode) else term
            for term in (item.subject, item.predicate, item.object)
        )
        return Triple(subject, predicate, value)  # type: ignore[arg-type]

    def _is_renaming(self, entry: HistoryEntry) -> bool:
        """Was something withdrawn only to be said again under another base IRI?"""
        return entry.action == "withdrawn" and self._ledger.bases.changed(entry.sequence - 1, entry.sequence)


def former_records(record: NamedNode, ledger: Ledger) -> list[str]:
    """A record under every base IRI that the lake has had, the one of now first."""
    bases = ledger.bases
    tail = record.value.removeprefix(bases.current)
    others = (base + tail for _, base in bases.periods)
    return list(dict.fromkeys([record.value, *others])) if tail != record.value else [record.value]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if "T" not in text and " " not in text:
        # A bare date means the whole day: what was known when it ended.
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # the first or the last year that there is, and before or after it in UTC
        return None
