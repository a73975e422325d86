"""Checks of what a lake says: the view, references that lead nowhere, contradictions, records against the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode

from modellake.core.prefixes import compact_all
from modellake.core.report import Finding, Severity
from modellake.lake.conformance import Nonconformity
from modellake.lake.doctor.patient import Patient, counted, found
from modellake.lake.upkeep import Upkeep

Progress = Callable[[int, int], None]
_EXAMPLES = 3


def check_lag(patient: Patient) -> Iterator[Finding]:
    """Does the view show all that is committed?"""
    if patient.lake is None:
        return
    lag = patient.lake.view.lag()
    if lag:
        yield found(
            "lag",
            Severity.WARNING,
            f"The view is {counted(lag, 'commit')} behind the ledger",
            "Open the lake again; if it stays behind: modellake rebuild",
        )


def check_references(patient: Patient) -> Iterator[Finding]:
    """Are there references to resources of the lake that nobody describes?"""
    if patient.lake is None:
        return
    iris = patient.lake.iris
    table = patient.lake.query("dangling", base=NamedNode(iris.base))
    names = [str(name).removeprefix(iris.base) for name in table.column("resource")]
    if names:
        number = sum(int(str(value)) for value in table.column("references"))
        shown = ", ".join(names[:_EXAMPLES]) + (", …" if len(names) > _EXAMPLES else "")
        yield found(
            "references",
            Severity.INFO,
            f"{counted(len(names), 'resource')} that nobody describes, {counted(number, 'reference')}: {shown}",
            f"Describe them, or mend the references: modellake query dangling --param base={iris.base}",
        )


def check_contradictions(patient: Patient) -> Iterator[Finding]:
    """Do sources disagree?"""
    if patient.lake is None:
        return
    table = patient.lake.query("claims")
    values: dict[tuple[str, str], set[str]] = {}
    for row in table:
        values.setdefault((str(row["resource"]), str(row["property"])), set()).add(str(row["value"]))
    disputed = sorted(key for key, said in values.items() if len(said) > 1)
    if disputed:
        resource, predicate = disputed[0]
        yield found(
            "contradictions",
            Severity.INFO,
            f"Sources disagree on {counted(len(disputed), 'value')}, such as {compact_all(f'<{predicate}>')} of "
            f"{resource.removeprefix(patient.ledger.base_iri)}",
            "See who says what, and take back what is wrong: modellake query claims",
        )


def check_conformance(patient: Patient, progress: Progress | None = None) -> Iterator[Finding]:
    """Do all records conform to the rules of this release?"""
    if patient.lake is None:
        return
    yield from conformance_findings(patient.lake, progress)


def conformance_findings(lake: Upkeep, progress: Progress | None = None) -> Iterator[Finding]:
    """One finding for each rule that records violate and each cause, with their number and an example."""
    counts: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], Nonconformity] = {}
    for item in lake.audit(progress=progress):
        if item.finding.severity is Severity.VIOLATION:
            key = item.finding.code, item.finding.shape or "", item.cause or ""
            counts[key] += 1
            first.setdefault(key, item)
    for key, number in counts.most_common():
        yield _nonconforming(first[key], number, lake.iris.base)


def _nonconforming(item: Nonconformity, number: int, base: str) -> Finding:
    rule = (item.finding.shape or "").rpartition("#")[2] or item.finding.code
    since = f": since commit {item.sequence} {item.cause}" if item.cause else ", as when they were written"
    return found(
        "conformance",
        Severity.WARNING,
        f"{counted(number, 'violation')} of {rule}{since}; for instance in {item.home.removeprefix(base)}",
        f"{item.finding.remedy or item.finding.message} Nothing was rewritten.",
    )
