"""Findings and reports: what a check has to say, for people, programs and RDF tools."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.errors import ModelLakeError
from modellake.core.prefixes import compact_all

SH = "http://www.w3.org/ns/shacl#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BOOLEAN = NamedNode("http://www.w3.org/2001/XMLSchema#boolean")


class Severity(StrEnum):
    """The three severities of SHACL (https://www.w3.org/TR/shacl/#severity)."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input something stands.

    Attributes:
        document: the file or URL, as the user named it.
        line: 1-based line in that document.
        column: 1-based column in that line.
        path: a JSON or YAML path inside the document (``model-index[0].results[1]``).
    """

    document: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        parts = [str(part) for part in (self.document, self.line, self.column) if part is not None]
        text = ":".join(parts)
        return f"{text} at {self.path}" if self.path and text else text or (self.path or "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    ``focus``, ``path`` and ``value`` are in N-Triples (SPARQL path) syntax, as in a SHACL result;
    ``shape`` and ``component`` are IRIs. ``messages`` pairs language tags with the shape's own texts.
    """

    code: str
    severity: Severity
    message: str
    remedy: str | None = None
    place: Place | None = None
    focus: str | None = None
    path: str | None = None
    value: str | None = None
    shape: str | None = None
    component: str | None = None
    messages: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready values, absent fields left out."""
        values = {name: getattr(self, name) for name in self.__slots__}
        if self.place is not None:
            values["place"] = {name: getattr(self.place, name) for name in self.place.__slots__}
        return {name: value for name, value in values.items() if value not in (None, ())}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Finding:
        """The inverse of `to_dict`."""
        fields = dict(values)
        fields["severity"] = Severity(fields["severity"])
        if fields.get("place"):
            fields["place"] = Place(**fields["place"])
        fields["messages"] = tuple((language, text) for language, text in fields.get("messages", ()))
        return cls(**fields)

    def to_text(self) -> str:
        """The finding in a few readable lines."""
        head = f"{self.severity.value} [{self.code}] {self.message}"
        details = (
            ("at", str(self.place) if self.place else None),
            ("about", compact_all(self.focus or "")),
            ("property", compact_all(self.path or "")),
            ("value", compact_all(self.value or "")),
            ("rule", self.shape),
            ("do", self.remedy),
        )
        return "\n".join([head, *(f"    {name:<9}{text}" for name, text in details if text)])


def finding_of(error: ModelLakeError, document: str) -> Finding:
    """An error as a finding about a document."""
    place = error.place or Place(document)
    return Finding(error.code, Severity.VIOLATION, error.message, remedy=error.remedy, place=place)


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one check, in the order they were made."""

    findings: tuple[Finding, ...] = ()

    @property
    def conforms(self) -> bool:
        """True when nothing blocks: no finding is a Violation."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)

    def __bool__(self) -> bool:
        return bool(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __add__(self, other: Iterable[Finding]) -> Report:
        return Report((*self.findings, *other))

    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        return dict(Counter(finding.severity.value for finding in self.findings))

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        return {"conforms": self.conforms, "findings": [finding.to_dict() for finding in self.findings]}

    def to_json(self, indent: int | None = None) -> str:
        """The report as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """The inverse of `to_json`."""
        return cls(tuple(Finding.from_dict(values) for values in json.loads(text)["findings"]))

    def to_text(self) -> str:
        """The report for a terminal, violations first."""
        order = list(Severity)
        ranked = sorted(self.findings, key=lambda finding: order.index(finding.severity))
        return "\n".join(finding.to_text() for finding in ranked) or "Conforms: nothing to report."

    def to_statements(self) -> list[Triple]:
        """The report as a ``sh:ValidationReport`` (https://www.w3.org/TR/shacl/#validation-report).

        Findings about a document rather than a node appear with the document as focus.
        """
        return list(report_statements(self.findings, conforms=self.conforms))


def report_statements(findings: Iterable[Finding], *, conforms: bool) -> Iterator[Triple]:
    """Findings as a ``sh:ValidationReport``, one after another, for more of them than fit in memory."""
    report = BlankNode("report")
    yield Triple(report, RDF_TYPE, _sh("ValidationReport"))
    yield Triple(report, _sh("conforms"), Literal(str(conforms).lower(), datatype=_BOOLEAN))
    for number, finding in enumerate(findings):
        result = BlankNode(f"result{number}")
        yield Triple(report, _sh("result"), result)
        yield from _result_statements(result, finding)


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


def _result_statements(result: BlankNode, finding: Finding) -> Iterator[Triple]:
    yield Triple(result, RDF_TYPE, _sh("ValidationResult"))
    yield Triple(result, _sh("resultSeverity"), _sh(finding.severity.value))
    yield Triple(result, _sh("focusNode"), _focus_term(finding))
    component = NamedNode(finding.component) if finding.component else NamedNode(f"urn:modellake:{finding.code}")
    yield Triple(result, _sh("sourceConstraintComponent"), component)
    if finding.path and finding.path.startswith("<") and finding.path.count("<") == 1:
        yield Triple(result, _sh("resultPath"), NamedNode(finding.path.strip("<>")))
    if finding.shape:
        yield Triple(result, _sh("sourceShape"), NamedNode(finding.shape))
    if finding.value:
        yield Triple(result, _sh("value"), _term(finding.value))
    for language, text in finding.messages or (("en", finding.message),):
        yield Triple(result, _sh("resultMessage"), Literal(text, language=language) if language else Literal(text))


def _focus_term(finding: Finding) -> NamedNode | BlankNode | Literal:
    if finding.focus:
        return _term(finding.focus)
    return Literal(str(finding.place) if finding.place else "")


def _term(text: str) -> NamedNode | BlankNode | Literal:
    """A term from its N-Triples form; what cannot be read as one is kept as a plain literal."""
    from pyoxigraph import RdfFormat, parse

    try:
        statement = next(iter(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)))
    except (SyntaxError, StopIteration):
        return Literal(text)
    value = statement.object
    return value if isinstance(value, NamedNode | BlankNode | Literal) else Literal(text)
