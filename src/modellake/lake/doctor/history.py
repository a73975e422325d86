"""Checks of the ledger: clocks, contents that nothing refers to, what waits in quarantine, rules of other releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from modellake.core.report import Finding, Severity
from modellake.lake.doctor.patient import Patient, counted, found
from modellake.lake.rules import Rules, rule_changes, rules_of_now
from modellake.ledger.inspection import Inspection

_TOLERANCE = timedelta(minutes=5)  # by which two clocks may differ
_PATIENCE = timedelta(days=30)  # after which what waits in quarantine is forgotten by people


def check_clock(patient: Patient) -> Iterator[Finding]:
    """Do the times of commits follow each other, and lie in the past?"""
    last, backwards, example = "", 0, 0
    for commit in patient.ledger.commits():
        if commit.time < last:
            backwards, example = backwards + 1, commit.sequence
        last = max(last, commit.time)
    if backwards:
        yield found(
            "clock",
            Severity.WARNING,
            f"{counted(backwards, 'commit')} dated before the one before, such as commit {example}",
            "Let the clocks of all writing machines be set by NTP; ask the past by commit numbers rather than times.",
        )
    if last and datetime.fromisoformat(last) > datetime.now(UTC) + _TOLERANCE:
        yield found(
            "clock",
            Severity.WARNING,
            f"A commit is dated {last}, which is in the future",
            "Set the clock of this machine, or of the one that wrote it.",
        )


def check_orphans(patient: Patient) -> Iterator[Finding]:
    """Are there contents that no commit refers to?"""
    inspection = Inspection.of(patient.ledger)
    number, size = inspection.orphaned_contents()
    if number:
        yield found(
            "orphans",
            Severity.VIOLATION,
            f"{counted(number, 'content')} of {size:,} bytes in the ledger that no commit refers to",
            "Somebody has written into the ledger: modellake verify, then restore a backup that verifies.",
        )


def check_quarantine(patient: Patient) -> Iterator[Finding]:
    """Does something wait in quarantine for too long?"""
    limit = datetime.now(UTC) - _PATIENCE
    old = [item for item in patient.ledger.quarantine.list() if datetime.fromisoformat(item.time) < limit]
    if old:
        yield found(
            "quarantine",
            Severity.WARNING,
            f"{counted(len(old), 'document')} in quarantine for over {_PATIENCE.days} days, since {old[0].time[:10]}",
            "Mend and take them in, or drop them: modellake quarantine list",
        )


def check_spaces(patient: Patient) -> Iterator[Finding]:
    """Are there records that no view here shows?"""
    if patient.lake is None:
        return
    shown = patient.lake.view.audience.spaces
    for space, number in sorted(Inspection.of(patient.ledger).records_by_space().items()):
        if space not in shown:
            yield found(
                "spaces",
                Severity.INFO,
                f"{counted(number, 'record')} in the space {space!r}, which this view does not show",
                "Open the lake for an audience that may read it, if somebody should.",
            )


def check_rules(patient: Patient) -> Iterator[Finding]:
    """Has the lake been written with the ontology and the shapes of this release?"""
    head = patient.ledger.head().sequence
    if head == 0 or patient.lake is None:
        return
    changes = rule_changes(Rules.from_texts(patient.ledger.rules(head)), rules_of_now(patient.lake.gate))
    if changes:
        counts = Counter(change.change for change in changes)
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in counts.most_common())
        yield found(
            "rules",
            Severity.INFO,
            f"Ontology or shapes have changed since commit {head}: {kinds}",
            "See what has changed: modellake upgrade --dry-run",
        )
