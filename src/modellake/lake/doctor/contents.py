"""Checks of what a lake says: the view, references that lead nowhere, contradictions, records against the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

from pyoxigraph import NamedNode

from modellake.core.prefixes import compact_all
from modellake.core.report import Finding, Severity
from modellake.lake.conformance import Nonconformity
from modellake.lake.doctor.patient import Patient, counted, found
from modellake.lake.upkeep import Upkeep

Progress = Callable[[int, int], None]
_EXAMPLES = 3
_LISTED = 10  # violations of one rule that are told one by one


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
    """The violations by rule and cause, the first of each one by one, the others as a number."""
    counts: Counter[tuple[str, str, str]] = Counter()
    shown: defaultdict[tuple[str, str, str], list[Nonconformity]] = defaultdict(list)
    for item in lake.audit(progress=progress):
        if item.finding.severity is Severity.VIOLATION:
            key = item.finding.code, item.finding.shape or "", item.cause or ""
            counts[key] += 1
            if counts[key] <= _LISTED:
                shown[key].append(item)
    for key, number in counts.most_common():
        yield from (_nonconforming(item, lake.iris.base) for item in shown[key])
        if number > _LISTED:
            yield _rest(shown[key][0], number - _LISTED)


def _nonconforming(item: Nonconformity, base: str) -> Finding:
    since = f": since commit {item.sequence} {item.cause}" if item.cause else ", as when it was written"
    name = item.home.removeprefix(base)
    told = found("conformance", Severity.WARNING, f"{name} violates {_rule(item)}{since}", _remedy(item))
    return replace(
        told,
        focus=item.finding.focus,
        path=item.finding.path,
        value=item.finding.value,
        shape=item.finding.shape,
    )


def _rest(item: Nonconformity, number: int) -> Finding:
    since = f": {item.cause}" if item.cause else ""
    told = found(
        "conformance", Severity.WARNING, f"{counted(number, 'more violation')} of {_rule(item)}{since}", _remedy(item)
    )
    return replace(told, shape=item.finding.shape)


def _rule(item: Nonconformity) -> str:
    return (item.finding.shape or "").rpartition("#")[2] or item.finding.code


def _remedy(item: Nonconformity) -> str:
    return f"{item.finding.remedy or item.finding.message} Nothing was rewritten."
