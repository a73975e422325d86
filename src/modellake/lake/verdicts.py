"""Verdicts: what the gate thinks of each document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding, Report
from modellake.lake.intake import Judgment, Proposal
from modellake.lake.placing import Placing
from modellake.rdf.formats import is_rdf_media_type, syntax_named
from modellake.rdf.positions import places_of

Outcome = Literal["accepted", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of one document."""

    place: str
    outcome: Outcome
    report: Report
    statements: int | None = None
    records: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON-ready values."""
        counts = {"statements": self.statements, "records": self.records}
        known = {name: number for name, number in counts.items() if number is not None}
        return {"document": self.place, "outcome": self.outcome, **known, "findings": self.report.to_dict()["findings"]}


def verdicts_of(judgment: Judgment, iris: LakeIRIs) -> list[Verdict]:
    """The verdicts of a judgment, by document."""
    refused = [Verdict(item.source.place, "refused", item.report) for item in judgment.refused]
    unchanged = [_verdict("unchanged", item, Report(item.description.findings)) for item in judgment.unchanged]
    accepted = [_verdict("accepted", item, _report(item, judgment, iris)) for item in judgment.accepted]
    return sorted((*refused, *unchanged, *accepted), key=lambda verdict: verdict.place)


def whole_report(verdicts: Sequence[Verdict]) -> Report:
    """All findings about all documents."""
    return Report(tuple(finding for verdict in verdicts for finding in verdict.report))


def _verdict(outcome: Outcome, proposal: Proposal, report: Report) -> Verdict:
    statements = len(proposal.description.statements)
    return Verdict(proposal.source.place, outcome, report, statements, proposal.records)


def _report(proposal: Proposal, judgment: Judgment, iris: LakeIRIs) -> Report:
    return Report((*proposal.description.findings, *_placed(proposal, judgment, iris)))


def _placed(proposal: Proposal, judgment: Judgment, iris: LakeIRIs) -> Iterator[Finding]:
    """The findings about the records of a document, with the lines that they are about."""
    findings = [finding for record, finding in judgment.findings if record in proposal.contents]
    document = proposal.description
    places = {}
    if findings and is_rdf_media_type(document.source.media_type):
        syntax = syntax_named(document.source.media_type)
        places = places_of(document.original, syntax, base=iris.base, document=document.source.place)
    return map(Placing(places, document.source.place).placed, findings)
