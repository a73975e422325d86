"""The write path: judged batches become commits, what is refused goes to quarantine, the view follows.

Ledger first, then the view: once `append` has returned, the commit is durable, and a view that cannot follow
now will catch up when it is opened next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Triple

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import ConflictError, LedgerError, RefusedError, UnavailableError
from modellake.core.report import Finding, Report, Severity
from modellake.lake.curation import Curation, curated_changes, edited_states, whole_states
from modellake.lake.drafting import Drafted, Drafting, Intent
from modellake.lake.following import Following
from modellake.lake.gate import Gate
from modellake.lake.harvesting.documents import Harvested
from modellake.lake.identity.identification import Identification
from modellake.lake.identity.verdicts import Verdict, decision_change
from modellake.lake.intake import Intake, Judgment, Proposal, tolerated
from modellake.lake.receipts import Receipt, RefusedSource, merged
from modellake.lake.spools import Spool
from modellake.lake.state import RecordState, record_state
from modellake.lake.views import View
from modellake.ledger.commits import Change, Commit, Head, SourceNote
from modellake.ledger.ledger import Ledger

Item = Description | Refusal | Harvested
Watch = Callable[[Receipt], None]
Follow = Callable[[], object]
BATCH = 500
# A batch ends before its documents when they are large: statements, and bytes of originals.
_MOST_STATEMENTS = 200_000
_MOST_BYTES = 64 * 1024 * 1024
_ATTEMPTS = 8


@dataclass(slots=True)
class _Batch:
    """Items of one batch, read.

    Attributes:
        items: what was read.
        unread: the sources of what is as it was before.
        readings: what each description was read from, by its identity: of two from one source one counts.
    """

    items: list[Description | Refusal] = field(default_factory=list)
    unread: list[Source] = field(default_factory=list)
    readings: dict[int, bytes] = field(default_factory=dict)

    def add(self, item: Description | Refusal | None, reading: bytes | None) -> None:
        """Add an item that was read, and what it was read from."""
        if item is not None:
            self.items.append(item)
            if reading is not None:
                self.readings[id(item)] = reading

    def of(self, proposals: Iterable[Proposal]) -> dict[str, bytes]:
        """The readings of what the gate has let pass, by source."""
        found = ((item.source.iri.value, self.readings.get(id(item.description))) for item in proposals)
        return {source: reading for source, reading in found if reading is not None}


class Writer:
    """Turns descriptions and edits into commits of one lake."""

    def __init__(self, ledger: Ledger, gate: Gate, view: View, identities: Identification) -> None:
        self._ledger = ledger
        self._gate = gate
        self._view = view
        self._iris = gate.iris
        self._names_at = identities.names_at
        self._intake = Intake(ledger, gate, gate.iris)
        self._drafting = Drafting(ledger, gate, identities)

    def commit(self, items: Sequence[Item], intent: Intent) -> Receipt:
        """All of ``items`` in one commit, or nothing.

        Raises:
            RefusedError: the gate refuses one of them; what it refuses is in quarantine.
        """
        receipt = Receipt()
        self._write(items, intent, receipt, strict=True)
        if receipt.refused:
            raise RefusedError(
                f"{len(receipt.refused)} of {len(items)} source(s) refused; nothing was written",
                merged(receipt.refused),
                quarantined=[item.quarantine for item in receipt.refused if item.quarantine is not None],
            )
        return receipt

    def commit_each(
        self,
        items: Iterable[Item],
        intent: Intent,
        *,
        batch: int | None = None,
        watch: Watch | None = None,
    ) -> Receipt:
        """What passes is committed, in batches; what does not is quarantined.

        Memory is bounded by the batch. ``watch`` is called after each batch with the receipt so far.
        """
        receipt = Receipt()
        with Following(self._view) as following:
            for group in _batches(items, batch or BATCH):
                self._write(group, intent, receipt, strict=False, follow=following.follow)
                if watch:
                    watch(receipt)
        return receipt

    def check(self, items: Sequence[Description | Refusal]) -> Judgment:
        """What would become of ``items``, without writing anything."""
        return self._intake.judge(items)

    def check_each(self, items: Iterable[Item], *, batch: int = BATCH, watch: Watch | None = None) -> Receipt:
        """The receipt that `commit_each` would give if it did not write, each batch being judged by itself."""
        receipt = Receipt()
        for group in _batches(items, batch):
            reading = self._read(group)
            judgment = self._intake.judge(reading.items)
            self._add_outcome(judgment, reading.unread, receipt)
            receipt.refused += [
                RefusedSource(item.source.iri.value, item.source.place, item.report) for item in judgment.refused
            ]
            if watch:
                watch(receipt)
        return receipt

    def curate(
        self, intent: Intent, add: Sequence[Triple] = (), remove: Sequence[Triple] = (), reason: str = ""
    ) -> Receipt:
        """Add statements to the curated source and take others back, in one commit.

        Raises:
            RefusedError: the gate refuses the states that this would lead to.
        """
        edit = Curation(add, remove, intent.agent, reason or intent.message, datetime.now(UTC))
        for _ in range(_ATTEMPTS):
            with suppress(ConflictError):
                return self.curate_at(self._ledger.head(), edit, intent)
        raise _contended()

    def curate_at(self, head: Head, edit: Curation, intent: Intent) -> Receipt:
        """Make an edit on top of one commit.

        Raises:
            RefusedError: the gate refuses the states that this would lead to.
            ConflictError: there is a later commit.
        """
        with self._ledger.snapshot():
            states, findings = self.judge_edit(edit)
            edited = states.items()
            changes = [change for record, state in edited for change in curated_changes(record, state, self._iris)]
            drafted = self._drafting.draft(intent, changes, findings)
        commit = self._ledger.append(drafted.draft, expected=head)
        told = Spool([*findings, *drafted.noticed])
        return self._noted(Receipt(findings=told, records=len(states)), commit)

    def judge_edit(self, edit: Curation) -> tuple[dict[str, RecordState], list[tuple[str | None, Finding]]]:
        """The states that an edit would lead to, by record, and what the gate says of them.

        Raises:
            RefusedError: it refuses them.
        """
        names = self._names_at(None)
        states = edited_states(edit, self._ledger, names)
        return states, self._curated_findings(edit, whole_states(states, self._ledger, names))

    def withdraw(self, source: str, intent: Intent) -> Receipt:
        """Take back everything that a source says.

        A record that this leaves invalid is committed all the same, with a finding.
        """
        for _ in range(_ATTEMPTS):
            head = self._ledger.head()
            records = self._ledger.records_of(source)
            states = [
                record_state(self._iris.topic(NamedNode(record)), kept, self._iris)
                for record, contents in self._ledger.contents_many(records)
                for kept in [[item for item in contents if item.source != source]]
            ]
            found = self._gate.check_states(states, self._ledger.types_of)
            findings: list[tuple[str | None, Finding]] = [
                (self._record(home), tolerated(item)) for home, group in found.items() for item in group
            ]
            changes = [Change(record, source, None) for record in records]
            drafted = self._drafting.draft(intent, changes, findings)
            try:
                commit = self._ledger.append(drafted.draft, expected=head)
            except ConflictError:
                continue
            told = Spool([*findings, *drafted.noticed])
            return self._noted(Receipt(findings=told, records=len(records)), commit)
        raise _contended()

    def decide(self, verdict: Verdict, intent: Intent) -> Receipt:
        """Write down that two resources are one, or that they are not, and what follows from it.

        Raises:
            NotFoundError: the lake says nothing about one of them.
            UsageError: they cannot be one, or other decisions stand against it.
        """
        for _ in range(_ATTEMPTS):
            head, names = self._ledger.head(), self._names_at(None)
            decided = verdict.decision(names, self._ledger, intent.agent)
            if decided is None:
                return Receipt()
            change = decision_change(decided, names, self._ledger)
            drafted = self._drafting.draft(intent, [change], decided=[decided])
            verdict.check_outcome(drafted.outcome, decided, names)
            try:
                commit = self._ledger.append(drafted.draft, expected=head)
            except ConflictError:
                continue
            records = len({change.record for change in drafted.draft.changes})
            return self._noted(Receipt(findings=Spool(drafted.noticed), records=records), commit)
        raise _contended()

    def _write(
        self, items: Sequence[Item], intent: Intent, receipt: Receipt, *, strict: bool, follow: Follow | None = None
    ) -> None:
        for _ in range(_ATTEMPTS):
            with self._ledger.snapshot():
                head = self._ledger.head()
                reading = self._read(items)
                judgment = self._intake.judge(reading.items)
                refused = judgment.refused and strict
                drafted = self._drafted(judgment, reading, intent) if judgment.changes and not refused else None
            if refused:
                self._quarantine(judgment.refused, intent, receipt)
                return
            try:
                commit = self._append(drafted, judgment, reading, head)
            except ConflictError:
                continue
            self._quarantine(judgment.refused, intent, receipt)
            self._record_outcome(judgment, reading, commit, receipt)
            receipt.findings += drafted.noticed if drafted else ()
            self._noted(receipt, commit, follow)
            return
        raise _contended()

    def _read(self, items: Sequence[Item]) -> _Batch:
        """The batch as the ledger has it now: what was as it was before may have been changed by somebody since."""
        harvested = [item for item in items if isinstance(item, Harvested)]
        named = Counter(item.source.iri for item in items)
        known = self._ledger.readings_of(item.source.iri.value for item in harvested if item.item is None)
        batch = _Batch()
        for item in items:
            if not isinstance(item, Harvested):
                batch.items.append(item)
            elif item.item is not None:
                batch.add(item.item, item.reading)
            elif known.get(item.source.iri.value) == item.reading and named[item.source.iri] == 1:
                batch.unread.append(item.source)
            else:
                batch.add(item.read_again(self._iris).item, None)
        return batch

    def _drafted(self, judgment: Judgment, reading: _Batch, intent: Intent) -> Drafted:
        sources = {
            item.source.iri.value: SourceNote(item.source.place, item.source.media_type, item.source.harvester)
            for item in judgment.accepted
        }
        return self._drafting.draft(
            intent,
            judgment.changes,
            self._findings(judgment),
            sources=sources,
            readings=_readings(judgment, reading),
            states=judgment.states,
            heard=_heard(judgment),
        )

    def _append(self, drafted: Drafted | None, judgment: Judgment, reading: _Batch, head: Head) -> Commit | None:
        commit = self._ledger.append(drafted.draft, expected=head) if drafted else None
        readings = _readings(judgment, reading) if commit is None else {}
        if readings:
            with suppress(UnavailableError):  # Without a reading the documents are read again, no more.
                self._ledger.note_readings(readings, expected=head)
        return commit

    def _findings(self, judgment: Judgment) -> list[tuple[str | None, Finding]]:
        noticed = [(None, finding) for item in judgment.accepted for finding in item.description.findings]
        return [*judgment.findings, *noticed]

    def _record_outcome(self, judgment: Judgment, reading: _Batch, commit: Commit | None, receipt: Receipt) -> None:
        self._add_outcome(judgment, reading.unread, receipt)
        if commit is None:
            self._ledger.quarantine.settle_all(_heard(judgment), self._ledger.head().sequence)

    def _add_outcome(self, judgment: Judgment, unread: Iterable[Source], receipt: Receipt) -> None:
        receipt.accepted += [item.source.place for item in judgment.accepted]
        receipt.unchanged += [item.source.place for item in judgment.unchanged]
        receipt.unchanged += [source.place for source in unread]
        receipt.findings += self._findings(judgment)
        receipt.records += len({change.record for change in judgment.changes})

    def _noted(self, receipt: Receipt, commit: Commit | None, follow: Follow | None = None) -> Receipt:
        if commit is not None:
            receipt.sequence, receipt.commit_hash = commit.sequence, commit.hash
            receipt.commits += 1
            (follow or self._view.follow)()
        return receipt

    def _quarantine(self, refused: Sequence[Refusal], intent: Intent, receipt: Receipt) -> None:
        for item in refused:
            kept, report = self._kept(item, intent)
            receipt.refused.append(RefusedSource(item.source.iri.value, item.source.place, report, kept))

    def _kept(self, item: Refusal, intent: Intent) -> tuple[int | None, Report]:
        """The number under which something is in quarantine; None where it cannot be kept, which the report says."""
        try:
            number = self._ledger.quarantine.keep(
                source=item.source.iri.value,
                place=item.source.place,
                media_type=item.source.media_type,
                harvester=item.source.harvester,
                agent=intent.agent,
                original=item.original,
                report=item.report,
                space=item.space,
            )
        except (UnavailableError, LedgerError) as error:
            told = f"It could not be kept in quarantine: {error.message}"
            finding = Finding("quarantine.unwritable", Severity.WARNING, told, error.remedy)
            return None, Report((*item.report.findings, finding))
        return number, item.report

    def _curated_findings(self, edit: Curation, states: Sequence[RecordState]) -> list[tuple[str | None, Finding]]:
        found = self._gate.check_states(states, self._ledger.types_of)
        unknown = self._gate.check_terms(edit.add)
        listed: list[tuple[str | None, Finding]] = [(None, finding) for finding in unknown]
        listed += [(self._record(home), finding) for home, group in found.items() for finding in group]
        report = Report(tuple(finding for _, finding in listed))
        if not report.conforms:
            raise RefusedError("The edit was refused; nothing was written", report)
        return listed

    def _record(self, home: NamedNode) -> str:
        return self._iris.record(home).value


def _batches(items: Iterable[Item], most: int) -> Iterator[list[Item]]:
    """The items in lists of at most ``most``, fewer where they are large."""
    group: list[Item] = []
    statements = size = 0
    for item in items:
        group.append(item)
        read = item.item if isinstance(item, Harvested) else item
        statements += len(read.statements) if isinstance(read, Description) else 0
        size += len(read.original) if read else 0
        if len(group) >= most or statements >= _MOST_STATEMENTS or size >= _MOST_BYTES:
            yield group
            group, statements, size = [], 0, 0
    if group:
        yield group


def _readings(judgment: Judgment, reading: _Batch) -> dict[str, bytes]:
    return reading.of([*judgment.accepted, *judgment.unchanged])


def _heard(judgment: Judgment) -> list[str]:
    return [item.source.iri.value for item in (*judgment.accepted, *judgment.unchanged)]


def _contended() -> ConflictError:
    return ConflictError(
        "Other writers kept changing the lake first",
        remedy="Try again; nothing was written.",
    )
