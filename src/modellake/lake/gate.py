"""The gate: what decides, before anything is written, whether a record may look like this.

It checks the state that records would have after the commit, not the change alone. What several sources break
only together is a contradiction, kept and shown; what one of them breaks by itself is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pyoxigraph import NamedNode, Triple

from modellake.core.iris import LakeIRIs, home_of
from modellake.core.prefixes import compact
from modellake.core.report import Finding, Severity
from modellake.core.vocab import RDF
from modellake.lake.terms import unknown_terms
from modellake.rdf.closure import Hierarchy
from modellake.rdf.shapes import EngineName, ShapePack

TypeLookup = Callable[[Iterable[str]], Mapping[str, Collection[str]]]
Findings = dict[NamedNode, list[Finding]]
# Statements that are judged together: an engine needs memory and time for them that grow faster than their number, and
# each group costs a lookup of types.
_GROUP = 1_500
_TYPE = str(RDF.type)
_TYPED = f" {_TYPE} <"
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Checked(Protocol):
    """What the gate needs to know of a record's state (`modellake.lake.state.RecordState`)."""

    @property
    def home(self) -> NamedNode: ...
    @property
    def lines(self) -> list[str]: ...
    @property
    def is_empty(self) -> bool: ...
    def values_by_source(self, subject: NamedNode, predicate: NamedNode) -> Mapping[NamedNode | None, set[Triple]]: ...


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules in force.

    Attributes:
        pack: the shapes that every record must satisfy.
        hierarchy: what makes a ModelVersion an ArtifactVersion.
        iris: how this lake names things.
        engine: which SHACL engine answers.
    """

    pack: ShapePack
    hierarchy: Hierarchy
    iris: LakeIRIs
    engine: EngineName = "auto"

    def check_terms(self, statements: Iterable[Triple]) -> list[Finding]:
        """Violations for terms that our namespaces do not have and for subjects that are the lake's own."""
        listed = list(statements)
        subjects = {item.subject for item in listed}
        homes = {home_of(subject) for subject in subjects if isinstance(subject, NamedNode)}
        reserved = {home for home in homes if self.iris.is_reserved(home)}
        told = [_reserved_subject(item) for item in listed if reserved and _home(item) in reserved]
        return sorted(told, key=_reading_order) + sorted(unknown_terms(listed), key=_reading_order)

    def check_states(self, states: Sequence[Checked], types_of: TypeLookup) -> Findings:
        """The findings about each record's state, by home; records that conform are left out.

        Args:
            states: what the records would be after the commit.
            types_of: the classes of resources described elsewhere in the lake, by IRI.
        """
        told = [state for state in states if not state.is_empty]
        groups = list(_groups(told))
        known = _or_told(types_of, told) if len(groups) > 1 else types_of
        found: Findings = {}
        for group in groups:
            found.update(self._checked(group, known))
        return found

    def _checked(self, states: Sequence[Checked], types_of: TypeLookup) -> Findings:
        by_home = {state.home: state for state in states}
        found: Findings = defaultdict(list)
        for finding in self.pack.validate_text(self._data(states, types_of), engine=self.engine):
            home = _home_of_focus(finding)
            if home in by_home:
                found[home].append(self._judged(finding, by_home[home]))
        return {home: _ordered(findings) for home, findings in found.items()}

    def _data(self, states: Iterable[Checked], types_of: TypeLookup) -> str:
        """The states, what follows from them, and the types of what they refer to, as N-Triples."""
        lines = {line for state in states for line in state.lines}
        # What follows has the subjects of what is said and names no resource that this does not name.
        referred = _referred(lines)
        lines.update(self.hierarchy.entailed_lines(lines))
        for iri, kinds in types_of(node[1:-1] for node in referred).items():
            known = self.hierarchy.types_above(map(NamedNode, kinds))
            lines.update(f"<{iri}> {RDF.type} {kind} ." for kind in known)
        return "\n".join([*lines, ""])

    def _judged(self, finding: Finding, state: Checked) -> Finding:
        """A cardinality that no single source breaks is a contradiction between them."""
        limit = self.pack.max_count(finding.shape or "")
        if limit is None or not (finding.component or "").endswith("MaxCountConstraintComponent"):
            return finding
        subject, predicate = NamedNode((finding.focus or "")[1:-1]), NamedNode((finding.path or "")[1:-1])
        by_source = state.values_by_source(subject, predicate)
        if any(len(values) > limit for values in by_source.values()):
            return finding
        said = "; ".join(f"{source or 'curated'}: {_values(values)}" for source, values in sorted_sources(by_source))
        return replace(
            finding,
            code="gate.contradiction",
            severity=Severity.WARNING,
            message=f"Sources disagree on {compact(predicate.value)}: {said}",
            remedy="Retract the value that is wrong; until then every source's claim is kept.",
        )


def _groups(states: Iterable[Checked]) -> Iterator[list[Checked]]:
    """States in groups that an engine has room for. A record is judged by itself and by the types of what it names."""
    group, size = list[Checked](), 0
    for state in states:
        group.append(state)
        size += len(state.lines)
        if size >= _GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _referred(lines: Collection[str]) -> set[str]:
    """The IRIs that statements name and do not describe, in N-Triples syntax."""
    described: set[str] = set()
    named: set[str] = set()
    for line in lines:
        subject, _, rest = line.partition(" ")
        described.add(subject)
        value = rest.partition(" ")[2]
        if value[0] == "<":
            named.add(value[:-2])
    return named - described


def _or_told(types_of: TypeLookup, states: Iterable[Checked]) -> TypeLookup:
    """A lookup that knows the types of what these states describe better than the one given."""
    told: dict[str, set[str]] = {}
    for state in states:
        for subject in {line.partition(" ")[0] for line in state.lines}:
            told.setdefault(subject[1:-1], set())
        for line in state.lines:
            subject, predicate, value = line.split(" ", 2) if _TYPED in line else ("", "", "")
            if predicate == _TYPE:
                told[subject[1:-1]].add(value[1:-3])

    def look_up(iris: Iterable[str]) -> Mapping[str, Collection[str]]:
        listed = list(iris)
        elsewhere = types_of(iri for iri in listed if iri not in told)
        return {**elsewhere, **{iri: told[iri] for iri in listed if iri in told}}

    return look_up


def sorted_sources(
    by_source: Mapping[NamedNode | None, set[Triple]],
) -> list[tuple[NamedNode | None, set[Triple]]]:
    """Sources and what they say, in a stable order, the curated source first."""
    return sorted(by_source.items(), key=lambda item: item[0].value if item[0] else "")


def _reserved_subject(statement: Triple) -> Finding:
    return Finding(
        "gate.reserved-subject",
        Severity.VIOLATION,
        f"{statement.subject} is described by the lake itself",
        remedy="Describe the resource, not its record, graph, source or commit.",
        focus=str(statement.subject),
        path=str(statement.predicate),
    )


def _home(statement: Triple) -> NamedNode | None:
    return home_of(statement.subject) if isinstance(statement.subject, NamedNode) else None


def _reading_order(finding: Finding) -> tuple[str, str, str]:
    """Statements come in no order, reports in one."""
    return finding.focus or "", finding.path or "", finding.value or ""


def _home_of_focus(finding: Finding) -> NamedNode | None:
    focus = finding.focus or ""
    return home_of(NamedNode(focus[1:-1])) if focus.startswith("<") else None


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(
        set(findings),
        key=lambda item: (_RANKS[item.severity], item.focus or "", item.shape or ""),
    )


def _values(statements: Iterable[Triple]) -> str:
    return ", ".join(sorted(str(statement.object) for statement in statements))
