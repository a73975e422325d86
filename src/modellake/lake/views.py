"""Views: what the ledger says, held by an engine for one audience, and always to be made again from it.

A view may lag behind the ledger, never lead. What brings it up to date is idempotent: the mark moves in the
same transaction as the data, so a process that dies in between leaves a view that is merely behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from modellake.core.iris import LakeIRIs
from modellake.lake.projection import Projection, RecordHistory, SourceNote
from modellake.lake.state import RecordState, record_state
from modellake.ledger.commits import Commit
from modellake.ledger.ledger import Ledger
from modellake.ledger.records import RecordContent, Span
from modellake.store.engine import Applied, Engine, Graphs, QueryAnswer, Replacement, merged

_READ_TOGETHER = 500
Notice = Callable[[str], None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Audience:
    """The spaces that a caller may read. A view holds these and nothing else."""

    name: str = "default"
    spaces: frozenset[str] = frozenset({"default"})


class View:
    """One engine kept in step with one ledger.

    Args:
        ledger: the truth.
        engine: what answers.
        projection: how records become quads.
        audience: whose view it is.
    """

    def __init__(
        self, ledger: Ledger, engine: Engine, projection: Projection, audience: Audience | None = None
    ) -> None:
        self._ledger = ledger
        self._engine = engine
        self._projection = projection
        self.audience = audience or Audience()
        self._moving = threading.RLock()

    @property
    def engine(self) -> Engine:
        """The engine that answers for this view."""
        return self._engine

    def query(self, text: str) -> QueryAnswer:
        """Evaluate a SPARQL query; relative IRIs are resolved against the lake's base."""
        return self._engine.query(text, base=self._iris.base)

    def catch_up(self, notice: Notice | None = None) -> int:
        """Bring the view to the ledger's head; returns how many commits it was behind.

        A view that shows a commit which the ledger does not have, or whose loading was cut short, is made
        again, and `notice` is told why. Of several threads one works and the others wait.
        """
        with self._moving:
            return self._catch_up(notice)

    def _catch_up(self, notice: Notice | None) -> int:
        head, applied = self._ledger.head(), self._engine.applied()
        reason = self._why_rebuild(applied)
        if reason:
            if notice:
                notice(reason)
            self.rebuild()
            return head.sequence
        start = applied.sequence if applied else 0
        if start == 0 and head.sequence > 0:
            self.rebuild()
            return head.sequence
        for commit in self._ledger.commits(after=start, until=head.sequence):
            self._apply(commit)
        return head.sequence - start

    def rebuild(self, *, until: int | None = None, progress: Progress | None = None) -> None:
        """Make the view again from the ledger, as of its head or an earlier commit."""
        with self._moving:
            self._rebuild(until, progress)

    def _rebuild(self, until: int | None, progress: Progress | None) -> None:
        sequence = self._ledger.head().sequence if until is None else until
        self._engine.clear()
        if sequence == 0:
            return
        mark = Applied(sequence, self._ledger.commit(sequence).hash)
        self._engine.load(self._everything(sequence, progress), mark)

    def lag(self) -> int:
        """How many commits the view is behind."""
        applied = self._engine.applied()
        return self._ledger.head().sequence - (applied.sequence if applied else 0)

    @property
    def _iris(self) -> LakeIRIs:
        return self._projection.iris

    def _why_rebuild(self, applied: Applied | None) -> str | None:
        if applied is None:
            return None
        if applied.loading:
            return "The last loading of the view was cut short: making it again from the ledger."
        if applied.sequence > self._ledger.head().sequence:
            return "The view shows commits that the ledger does not have: making it again from the ledger."
        if self._ledger.commit(applied.sequence).hash != applied.commit_hash:
            return "The view shows a commit that is not in the ledger's chain: making it again from the ledger."
        return None

    def _apply(self, commit: Commit) -> None:
        """Show one commit: an atomic replacement of the records that it changed."""
        subjects: set[NamedNode] = set()
        parts: list[Graphs] = []
        records = list(dict.fromkeys(entry.record for entry in self._ledger.entries(commit.sequence)))
        before = dict(self._ledger.contents_many(records, at=commit.sequence - 1))
        spans = self._ledger.spans(records, at=commit.sequence)
        for record, contents in self._ledger.contents_many(records, at=commit.sequence):
            if before.get(record):
                old, new = self._state(record, before[record]), self._state(record, contents)
                subjects |= self._projection.record_subjects(old) | self._projection.record_subjects(new)
            parts.append(self._record_graphs(record, contents, spans[record]))
        parts.append(self._commit_graphs(commit))
        self._engine.replace(Replacement(subjects, merged(parts)), Applied(commit.sequence, commit.hash))

    def _state(self, record: str, contents: Iterable[RecordContent]) -> RecordState:
        return record_state(self._home(record), self._readable(contents), self._iris)

    def _home(self, record: str) -> NamedNode:
        return self._iris.topic(NamedNode(record))

    def _readable(self, contents: Iterable[RecordContent]) -> list[RecordContent]:
        return [content for content in contents if content.space in self.audience.spaces]

    def _record_graphs(self, record: str, contents: list[RecordContent], span: Span) -> Graphs:
        if not contents:
            return {}
        history = RecordHistory(span.created, span.modified, {content.source: content.sequence for content in contents})
        readable = self._readable(contents)
        if len(readable) == 1 and readable[0].source != self._iris.curated.value:
            only = readable[0]
            return self._projection.plain_record_graphs(
                self._home(record), only.content, NamedNode(only.source), history
            )
        return self._projection.record_graphs(self._state(record, contents), history)

    def _commit_graphs(self, commit: Commit) -> Graphs:
        entries = [item for item in self._ledger.entries(commit.sequence) if item.space in self.audience.spaces]
        notes = self._ledger.source_notes((entry.source for entry in entries), at=commit.sequence)
        sources = [SourceNote(iri, note.place, note.harvester) for iri, note in sorted(notes.items())]
        return self._projection.commit_graphs(commit, sources, dict.fromkeys(entry.record for entry in entries))

    def _everything(self, sequence: int, progress: Progress | None) -> Iterator[Graphs]:
        total, done = self._ledger.stats().records if progress else 0, 0
        everything = self._ledger.contents_all(at=sequence, spaces=self.audience.spaces)
        while group := list(islice(everything, _READ_TOGETHER)):
            spans = self._ledger.spans((record for record, _ in group), at=sequence)
            for record, contents in group:
                yield self._record_graphs(record, contents, spans[record])
            done += len(group)
            if progress:
                progress(done, total)
        for commit in self._ledger.commits(until=sequence):
            yield self._commit_graphs(commit)
