"""What is to be told of a commit that merges resources or splits them, and of what its sources do not agree on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding, Severity
from modellake.lake.gate import Gate
from modellake.lake.identity.identification import Outcome
from modellake.lake.identity.merging import merged_state
from modellake.lake.identity.names import MergedNames
from modellake.lake.state import RecordState, record_state
from modellake.ledger.ledger import Ledger

# A resource of more names than this is not checked as a whole again with every commit.
_CHECKED = 50
_MERGED = "It is the same resource by an identifier or its content; where it is not: modellake duplicates reject."
_SPLIT = "Nothing says any more that it is another resource under another name: it is described by itself again."

Noticed = list[tuple[str | None, Finding]]


def identity_findings(outcome: Outcome, names: MergedNames, gate: Gate, ledger: Ledger) -> Noticed:
    """The findings about names that change, and about the states of what is one.

    Args:
        outcome: of a commit that is about to be made.
        names: before the commit.
    """
    noticed: Noticed = [*_name_findings(outcome, gate.iris)]
    if outcome.groups:
        noticed += _state_findings(outcome, names, gate, ledger)
    return noticed


def _name_findings(outcome: Outcome, iris: LakeIRIs) -> Iterator[tuple[str, Finding]]:
    for iri, home in sorted(outcome.merged.items()):
        why = "; ".join(outcome.evidence[iri]) or "decided by hand"
        message = f"<{iri}> is from now on described as <{home}>: {why}"
        yield _told(iri, iris, Finding("identity.merged", Severity.INFO, message, remedy=_MERGED))
    for iri in sorted(outcome.split):
        message = f"<{iri}> is from now on described by itself"
        yield _told(iri, iris, Finding("identity.split", Severity.INFO, message, remedy=_SPLIT))


def _told(iri: str, iris: LakeIRIs, finding: Finding) -> tuple[str, Finding]:
    return iris.record(NamedNode(iri)).value, replace(finding, focus=f"<{iri}>")


def _state_findings(outcome: Outcome, names: MergedNames, gate: Gate, ledger: Ledger) -> Noticed:
    """Where the records about one resource contradict each other."""
    after = names.copy()
    for iri in outcome.split:
        after.forget(iri)
    for iri, home in outcome.merged.items():
        after.merge(iri, home, outcome.evidence[iri])
    states: list[RecordState] = []
    for group in outcome.groups:
        if len(group) <= _CHECKED:
            home = after.home(min(group))
            parts = [_state(iri, outcome, gate.iris, ledger) for iri in after.members(home)]
            states.append(merged_state(NamedNode(home), parts, after))
    found = gate.check_states(states, ledger.types_of)
    return [
        (gate.iris.record(home).value, _tolerated(item))
        for home, group in found.items()
        for item in group
        if item.severity is Severity.VIOLATION or item.code == "gate.contradiction"
    ]


def _state(iri: str, outcome: Outcome, iris: LakeIRIs, ledger: Ledger) -> RecordState:
    record = iris.record(NamedNode(iri)).value
    if record in outcome.states:
        return outcome.states[record]
    return record_state(NamedNode(iri), ledger.contents(record), iris)


def _tolerated(finding: Finding) -> Finding:
    """Each record has passed the gate by itself: what they break together is reported, not refused."""
    if finding.severity is not Severity.VIOLATION:
        return finding
    return replace(finding, code="gate.invalid-after-merge", severity=Severity.WARNING)
