"""Views: what the ledger says, held by an engine for one audience, and always to be made again from it.

A view may lag behind the ledger, never lead. What brings it up to date is idempotent: the mark moves in the
same transaction as the data, so a process that dies in between leaves a view that is merely behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import cast

from pyoxigraph import NamedNode, QuerySolutions

from modellake.core.errors import UnavailableError
from modellake.core.iris import LakeIRIs, home_of
from modellake.lake.appearance import Appearance
from modellake.lake.history import former_records
from modellake.lake.identity.merging import Group, group_state, read_groups
from modellake.lake.identity.names import MergedNames
from modellake.lake.projection import DEFAULT, Projection, RecordHistory, SourceNote
from modellake.ledger.bases import BASE
from modellake.ledger.commits import IDENTITY, Commit, Entry, Head
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
        self._names = MergedNames(projection.iris, self.audience.spaces)
        self._rules = projection.rules
        self._shown: Applied | None = None  # what this process has put into the engine
        self._at: int | None = None  # the commit as of which everything is named; None for now
        self._moving = threading.RLock()

    @property
    def engine(self) -> Engine:
        """The engine that answers for this view."""
        return self._engine

    def query(self, text: str) -> QueryAnswer:
        """Evaluate a SPARQL query; relative IRIs are resolved against the lake's base."""
        return self._engine.query(text, base=self._iris.base)

    def follow(self) -> int:
        """Bring the view to the ledger's head after a commit of this process; see `catch_up`."""
        return self.catch_up(behind=True)

    def catch_up(self, notice: Notice | None = None, *, behind: bool = False) -> int:
        """Bring the view to the ledger's head; returns how many commits it was behind.

        A view that shows a commit which the ledger does not have, whose loading was cut short, or whose files are
        damaged is made again, and `notice` is told why. Of several threads one works and the others wait.

        Args:
            behind: True for who knows that there is something new.
        """
        with self._moving:
            try:
                if not behind and self.is_current():
                    return 0
                # The view first: whatever another process lets it show meanwhile, the ledger has it.
                applied = self._engine.applied()
                with self._ledger.snapshot():
                    return self._follow(self._ledger.head(), applied, notice)
            except UnavailableError as error:
                if error.code != "view.damaged":
                    raise
                if notice:
                    notice(f"{error.message}: making the view again from the ledger.")
                self._rebuild(None, None)
                return self._ledger.head().sequence

    def is_current(self) -> bool:
        """Does the view show the last commit? That is asked of both sides and changes neither."""
        head = self._ledger.head()
        return self._engine.applied() == Applied(head.sequence, head.hash, rules=self._rules)

    def _follow(self, head: Head, applied: Applied | None, notice: Notice | None) -> int:
        if applied == Applied(head.sequence, head.hash, rules=self._rules):
            return 0
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
            if BASE in commit.rules:
                raise UnavailableError(
                    "The lake has got another base IRI since it was opened",
                    code="ledger.rebased",
                    remedy="Open it again.",
                )
            self._apply(commit)
        return head.sequence - start

    def rebuild(self, *, until: int | None = None, progress: Progress | None = None) -> None:
        """Make the view again from the ledger, as of its head or an earlier commit."""
        with self._moving:
            self._rebuild(until, progress)

    def _rebuild(self, until: int | None, progress: Progress | None) -> None:
        self._names = MergedNames(self._iris, self.audience.spaces)
        sequence, self._at = self._ledger.head().sequence if until is None else until, until
        if sequence == 0:
            self._engine.clear()
            return
        self._engine.load(self.expected(sequence, progress), self._mark(self._ledger.commit(sequence)))

    def names(self, at: int | None = None) -> MergedNames:
        """The names of the lake after a commit, the last one if None, as far as this audience may know them."""
        names = MergedNames(self._iris, self.audience.spaces)
        names.advance(self._ledger, self._ledger.head().sequence if at is None else at)
        return names

    def appearance(self, resource: NamedNode, names: MergedNames, at: int | None = None) -> Appearance | None:
        """What is shown of a resource, by any of its names; None where nothing is stated.

        Args:
            names: those of that moment, as `names` gives them.
            at: the commit after which; the last one, if None.
        """
        (group,) = self._groups([home_of(resource).value], names, at).values()
        contents = group.all_contents
        if not contents:
            return None
        spans = self._spans(group.contents, at)
        shown = self._group_graphs(group, names, spans)
        entailed = frozenset(shown.get(self._iris.graph("entailed"), ()))
        asserted = [line for line in shown.get(DEFAULT, ()) if line not in entailed]
        if not asserted:
            return None
        modified = max(spans[record].modified for record in group.contents if record in spans)
        alone = not any(names.mentions(content.content) for content in contents)
        provenance = shown.get(self._iris.graph("provenance"), ())
        return Appearance(group.home, asserted, list(entailed), provenance, modified, alone)

    def lag(self) -> int:
        """How many commits the view is behind."""
        applied = self._engine.applied()
        return self._ledger.head().sequence - (applied.sequence if applied else 0)

    @property
    def _iris(self) -> LakeIRIs:
        return self._projection.iris

    def _why_rebuild(self, applied: Applied | None) -> str | None:
        if applied is None or applied == self._shown:
            return None
        if applied.loading:
            return "The last loading of the view was cut short: making it again from the ledger."
        if applied.sequence > self._ledger.head().sequence:
            return "The view shows commits that the ledger does not have: making it again from the ledger."
        if self._ledger.commit(applied.sequence).hash != applied.commit_hash:
            return "The view shows a commit that is not in the ledger's chain: making it again from the ledger."
        if applied.rules != self._rules:
            return "The view was made by another release's ontology or shapes: making it again from the ledger."
        return None

    def _mark(self, commit: Commit) -> Applied:
        """What the engine will show; it need not be looked for in the chain again, which only grows."""
        self._shown = Applied(commit.sequence, commit.hash, rules=self._rules)
        return self._shown

    def _apply(self, commit: Commit) -> None:
        """Show one commit: an atomic replacement of the records that it changed."""
        entries = commit.entries
        homes = dict.fromkeys(self._iris.topic(NamedNode(entry.record)).value for entry in entries)
        before, after = self._names_around(commit.sequence, renaming=any(item.kind == IDENTITY for item in entries))
        old = self._groups(homes, before, commit.sequence - 1)
        if before is not after:
            homes |= dict.fromkeys(self._moved(homes, before, after, old))
            old = self._groups(homes, before, commit.sequence - 1)
        subjects: set[NamedNode] = set()
        new = self._groups(homes, after, commit.sequence)
        for home, group in old.items():
            if group.all_contents:
                subjects |= self._subjects(group, before)
                subjects |= self._subjects(new[home], after) if home in new else set()
        spans = self._spans((record for group in new.values() for record in group.contents), commit.sequence)
        parts = [self._group_graphs(group, after, spans) for group in new.values()]
        parts.append(self._commit_graphs(commit, entries))
        self._engine.replace(Replacement(subjects, merged(parts)), self._mark(commit))

    def _names_around(self, sequence: int, *, renaming: bool) -> tuple[MergedNames, MergedNames]:
        """The names before and after a commit; the same object where it leaves them alone."""
        if self._names.sequence >= sequence:
            # An attempt to show this commit has failed half way.
            self._names = MergedNames(self._iris, self.audience.spaces)
        self._names.advance(self._ledger, sequence - 1)
        if not renaming:
            self._names.sequence = sequence
            return self._names, self._names
        before = self._names.copy()
        self._names.advance(self._ledger, sequence)
        return before, self._names

    def _moved(
        self, homes: Iterable[str], before: MergedNames, after: MergedNames, old: Mapping[str, Group]
    ) -> Iterator[str]:
        """What has to be shown anew when names change: what they name, and what refers to that."""
        from modellake.rdf.queries import bind, load_named

        moved = [home for home in homes if before.home(home) != after.home(home)]
        yield from (name for home in moved for name in (before.home(home), after.home(home)))
        named = {node for home in moved for node in self._subjects(old[before.home(home)], before)}
        if named:
            question = bind(load_named("referrers"), resource=sorted(named, key=str))
            referrers = cast("QuerySolutions", self.query(question))
            yield from sorted({home_of(row["referrer"]).value for row in referrers})

    def _groups(self, homes: Iterable[str], names: MergedNames, at: int | None) -> dict[str, Group]:
        return read_groups(self._ledger, names, homes, at, self.audience.spaces)

    def _subjects(self, group: Group, names: MergedNames) -> set[NamedNode]:
        """Every subject that `_group_graphs` may use for a resource."""
        subjects = self._projection.record_subjects(group_state(group, names, self._iris))
        said = names.statements(group.home.value)
        return subjects | {item.subject for item in said if isinstance(item.subject, NamedNode)}

    def _group_graphs(self, group: Group, names: MergedNames, spans: Mapping[str, Span]) -> Graphs:
        contents = group.all_contents
        if not contents:
            return {}
        history = _history(contents, [spans[record] for record in group.contents if record in spans])
        said = list(names.statements(group.home.value)) if names else []
        if len(contents) == 1 and contents[0].source != self._iris.curated.value and not said:
            only = contents[0]
            if not names.mentions(only.content):
                return self._projection.plain_record_graphs(group.home, only.content, NamedNode(only.source), history)
        shown = self._projection.record_graphs(group_state(group, names, self._iris), history)
        return merged([shown, self._projection.name_graphs(said)]) if said else shown

    def _commit_graphs(self, commit: Commit, said: Iterable[Entry]) -> Graphs:
        entries = [item for item in said if item.space in self.audience.spaces]
        notes = self._ledger.source_notes((entry.source for entry in entries), at=commit.sequence)
        # A view speaks with one base IRI.
        named = partial(self._ledger.bases.said, sequence=commit.sequence, at=self._at)
        sources = {named(iri): SourceNote(named(iri), note.place, note.harvester) for iri, note in notes.items()}
        told = replace(commit, agent=named(commit.agent))
        records = dict.fromkeys(named(entry.record) for entry in entries)
        return self._projection.commit_graphs(told, [sources[iri] for iri in sorted(sources)], records)

    def _spans(self, records: Iterable[str], sequence: int | None) -> Mapping[str, Span]:
        """When records were touched first and last, under whatever base IRI."""
        wanted = list(records)
        spans = self._ledger.spans(wanted, at=sequence)
        if self._ledger.bases.at(sequence) == self._ledger.bases.at(0):
            return spans
        names = {record: former_records(NamedNode(record), self._ledger) for record in wanted}
        every = self._ledger.spans((name for group in names.values() for name in group), at=sequence)
        return {
            record: Span(min(every[name].created for name in names[record] if name in every), span.modified)
            for record, span in spans.items()
        }

    def _groups_of(
        self, page: Sequence[tuple[str, list[RecordContent]]], names: MergedNames, sequence: int
    ) -> list[Group]:
        """The resources of a page of records; those that are described under another name come with that."""
        homes = {record: self._iris.topic(NamedNode(record)) for record, _ in page}
        own = [item for item in page if names.home(homes[item[0]].value) == homes[item[0]].value]
        several = [homes[record].value for record, _ in own if homes[record].value in names.aliases]
        joined = self._groups(several, names, sequence)
        return [joined.get(homes[record].value) or Group(homes[record], {record: held}) for record, held in own]

    def expected(self, sequence: int, progress: Progress | None = None) -> Iterator[Graphs]:
        """All that the view shows after a commit, in parts, from the ledger alone."""
        total, done = self._ledger.stats().records if progress else 0, 0
        names = MergedNames(self._iris, self.audience.spaces)
        names.advance(self._ledger, sequence)
        everything = self._ledger.contents_all(at=sequence, spaces=self.audience.spaces)
        while group := list(islice(everything, _READ_TOGETHER)):
            found = self._groups_of(group, names, sequence)
            spans = self._spans((record for item in found for record in item.contents), sequence)
            for item in found:
                yield self._group_graphs(item, names, spans)
            done += len(group)
            if progress:
                progress(done, total)
        for commit in self._ledger.commits(until=sequence):
            yield self._commit_graphs(commit, commit.entries)


def _history(contents: Sequence[RecordContent], spans: Sequence[Span]) -> RecordHistory:
    """The history of a resource from those of the records about it."""
    commits: dict[str, int] = {}
    for content in contents:
        commits[content.source] = max(content.sequence, commits.get(content.source, 0))
    return RecordHistory(min(span.created for span in spans), max(span.modified for span in spans), commits)
