"""Receipts: what a write did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from modellake.core.report import Finding, Report


@dataclass(frozen=True, slots=True)
class RefusedSource:
    """A source that the gate did not let in, and where its bytes are kept."""

    source: str
    place: str
    report: Report
    quarantine: int | None = None


@dataclass(slots=True)
class Receipt:
    """The outcome of a commit or a harvest.

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
    accepted: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[RefusedSource] = field(default_factory=list)
    records: int = 0
    findings: list[tuple[str | None, Finding]] = field(default_factory=list)

    @property
    def report(self) -> Report:
        """All findings about what was accepted."""
        return Report(tuple(finding for _, finding in self.findings))

    def refusals_by_code(self) -> dict[str, int]:
        """How many sources were refused for which first reason."""
        reasons = (item.report.findings[0].code for item in self.refused if item.report)
        return dict(Counter(reasons).most_common())

    def to_dict(self) -> dict[str, Any]:
        """The receipt as JSON-ready values."""
        return {
            "sequence": self.sequence,
            "hash": self.commit_hash,
            "commits": self.commits,
            "records": self.records,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "refused": [_refused_dict(item) for item in self.refused],
            "findings": [{"record": record, **finding.to_dict()} for record, finding in self.findings],
        }


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
