"""Receipts: what a write did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from modellake.core.report import Finding, Report, Severity
from modellake.lake.spools import Spool

_UNTOLD = Finding("unknown", Severity.VIOLATION, "No reason was given")


@dataclass(frozen=True, slots=True)
class RefusedSource:
    """A source that the gate did not let in, and where its bytes are kept."""

    source: str
    place: str
    report: Report
    quarantine: int | None = None


@dataclass(slots=True)
class Reason:
    """Why sources were refused: those with the same first reason together.

    Attributes:
        count: how many sources.
        place: of one of them: the line or path of its first finding that blocks, where known.
        finding: that finding.
        quarantine: the number of that source in quarantine.
    """

    count: int
    place: str
    finding: Finding
    quarantine: int | None = None

    @property
    def kind(self) -> tuple[str, str | None]:
        """What makes it the same reason: the code, and the rule where the shapes refuse."""
        return self.finding.code, self.finding.shape

    def to_dict(self) -> dict[str, Any]:
        """The reason as JSON-ready values, absent ones left out."""
        values = {
            "code": self.finding.code,
            "shape": self.finding.shape,
            "count": self.count,
            "place": self.place,
            "message": self.finding.message,
            "remedy": self.finding.remedy,
            "quarantine": self.quarantine,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(slots=True)
class Receipt:
    """The outcome of a commit or a harvest.

    Its lists may be longer than memory: what does not fit is kept in a temporary file.

    Attributes:
        sequence: the last commit made, None when nothing had changed.
        commit_hash: its hash.
        commits: how many commits were made.
        accepted: sources whose statements were committed (their places).
        unchanged: sources that said nothing new.
        refused: sources in quarantine.
        records: how many records were written.
        findings: warnings, notes and contradictions, with the record that each is about.
    """

    sequence: int | None = None
    commit_hash: str | None = None
    commits: int = 0
    accepted: Spool[str] = field(default_factory=Spool)
    unchanged: Spool[str] = field(default_factory=Spool)
    refused: Spool[RefusedSource] = field(default_factory=Spool)
    records: int = 0
    findings: Spool[tuple[str | None, Finding]] = field(default_factory=Spool)

    @property
    def report(self) -> Report:
        """All findings about what was accepted."""
        return Report(tuple(finding for _, finding in self.findings))

    def refusals_by_code(self) -> dict[str, int]:
        """How many sources were refused for which first reason."""
        reasons = (item.report.findings[0].code for item in self.refused if item.report)
        return dict(Counter(reasons).most_common())

    def reasons(self) -> list[Reason]:
        """The refusals by their first reason, the most frequent first."""
        found: dict[tuple[str, str | None], Reason] = {}
        for item in self.refused:
            reason = _reason(item)
            known = found.setdefault(reason.kind, reason)
            known.count += known is not reason
        return sorted(found.values(), key=lambda reason: -reason.count)

    def counts(self) -> dict[str, int]:
        """How many sources came to which outcome."""
        return {name: len(getattr(self, name)) for name in ("accepted", "unchanged", "refused")}

    def summary(self) -> dict[str, Any]:
        """What is short in the receipt, as JSON-ready values."""
        return {
            "sequence": self.sequence,
            "hash": self.commit_hash,
            "commits": self.commits,
            "records": self.records,
            "counts": self.counts(),
            "reasons": [reason.to_dict() for reason in self.reasons()],
        }

    def lists(self) -> dict[str, Iterator[Any]]:
        """What may be long in the receipt, as JSON-ready values."""
        return {
            "accepted": iter(self.accepted),
            "unchanged": iter(self.unchanged),
            "refused": map(_refused_dict, self.refused),
            "findings": ({"record": record, **finding.to_dict()} for record, finding in self.findings),
        }

    def to_dict(self) -> dict[str, Any]:
        """The whole receipt as JSON-ready values."""
        return {**self.summary(), **{name: list(items) for name, items in self.lists().items()}}


def _reason(item: RefusedSource) -> Reason:
    blocking = next((finding for finding in item.report if finding.severity is Severity.VIOLATION), _UNTOLD)
    return Reason(1, str(blocking.place or item.place), blocking, item.quarantine)


def _refused_dict(item: RefusedSource) -> dict[str, Any]:
    return {
        "source": item.source,
        "place": item.place,
        "quarantine": item.quarantine,
        "report": item.report.to_dict(),
    }


def merged(reports: Sequence[RefusedSource]) -> Report:
    """The findings of several refused sources as one report."""
    return Report(tuple(finding for item in reports for finding in item.report))
