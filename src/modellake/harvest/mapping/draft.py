"""A description in the making: statements with their places, and findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.errors import ParseError
from modellake.core.report import Finding, Place, Severity

MAX_SIZE = 256 * 1024 * 1024
# A mapping may say the same thing again and again, which costs time and no room.
MAX_SAID = 10_000_000
MAX_FINDINGS = 200

Subject = NamedNode | BlankNode


@dataclass(slots=True)
class Draft:
    """Collects what a mapping makes of its documents.

    Attributes:
        document: that the description is of.
        statements: in the order in which they were made, without duplicates.
        places: where a statement comes from.
        findings: what was noticed on the way.
    """

    document: str
    statements: dict[Triple, None] = field(default_factory=dict)
    places: dict[Triple, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _noted: set[tuple[str, str]] = field(default_factory=set)
    _blanks: int = 0
    _size: int = 0
    _said: int = 0

    def say(self, subject: Subject, predicate: NamedNode, value: Subject | Literal, place: Place | None = None) -> None:
        """State something.

        Raises:
            ParseError: the description outgrows what one document may say (``parse.too-large``).
        """
        statement = Triple(subject, predicate, value)
        self._said += 1
        if statement in self.statements and self._said <= MAX_SAID:
            return
        self.statements[statement] = None
        if place is not None:
            self.places[statement] = place
        # A statement and its place cost some 500 bytes beside their texts.
        self._size += len(subject.value) + len(predicate.value) + len(value.value) + 500
        if self._size > MAX_SIZE or self._said > MAX_SAID:
            raise ParseError(
                f"The mapping says more than {MAX_SIZE // 1024**2} MiB, or {MAX_SAID:,} times something",
                code="parse.too-large",
                place=Place(self.document),
                remedy="Split the document, so that each part is a source of its own.",
            )

    def blank(self) -> BlankNode:
        """A blank node with a label that is the same every time the document is described."""
        self._blanks += 1
        return BlankNode(f"node{self._blanks}")

    def note(self, code: str, message: str, remedy: str, place: Place, once: str = "") -> None:
        """A warning; of several with equal ``once`` the first is kept."""
        self.add(Finding(code, Severity.WARNING, message, remedy=remedy, place=place), once=once)

    def add(self, finding: Finding, once: str = "") -> None:
        """A finding; of several with equal ``once`` the first is kept."""
        if once and (finding.code, once) in self._noted:
            return
        self._noted.add((finding.code, once))
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)
        elif len(self.findings) == MAX_FINDINGS:
            more = "There is more to note than is listed"
            self.findings.append(Finding("mapping.more-findings", Severity.INFO, more, place=Place(self.document)))
