"""History: what changed in a record, when, by whom and why, and what it was at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Triple

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs, home_of
from modellake.lake.state import RecordState, record_state
from modellake.ledger.ledger import Ledger
from modellake.ledger.records import HistoryEntry
from modellake.rdf.canon import normal_statement


@dataclass(frozen=True, slots=True)
class Difference:
    """What two states of a record do not share, by normal value."""

    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]


class History:
    """Reads the past of records from the ledger."""

    def __init__(self, ledger: Ledger, iris: LakeIRIs) -> None:
        self._ledger = ledger
        self._iris = iris

    def of(self, resource: NamedNode) -> list[HistoryEntry]:
        """The changes of a resource's record, oldest first."""
        return self._ledger.history(self._record(resource))

    def state(self, resource: NamedNode, at: int | None = None) -> RecordState:
        """What the lake said about a resource after commit ``at`` (now, if None)."""
        home = home_of(resource)
        return record_state(home, self._ledger.contents(self._record(resource), at=at), self._iris)

    def difference(self, resource: NamedNode, before: int, after: int) -> Difference:
        """What changed in a record between two commits."""
        old = {normal_statement(item): item for item in self.state(resource, before).statements}
        new = {normal_statement(item): item for item in self.state(resource, after).statements}
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

    def _record(self, resource: NamedNode) -> str:
        return self._iris.record(home_of(resource)).value


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if "T" not in text and " " not in text:
        # A bare date means the whole day: what was known when it ended.
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
