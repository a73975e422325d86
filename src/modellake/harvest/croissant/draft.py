"""A description in the making: what a document is about, the statements with their places, the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.errors import ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.literals import integer_literal
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import DCT, RDF
from modellake.harvest.croissant.elements import Element, Entry, Json, Leaf, Value
from modellake.harvest.croissant.literals import json_literal, literal_of, time_of
from modellake.harvest.croissant.namespaces import PROV, RAI, cr, node_of, schema
from modellake.harvest.croissant.naming import REFERENCES, Names
from modellake.harvest.croissant.tree import JsonText, Node

MAX_SIZE = 256 * 1024 * 1024
MAX_STATEMENTS = 500_000
MAX_FINDINGS = 200
POSITION = schema("position")
_NUMBERS = ("#integer", "#decimal", "#double")
AGENT = "agent"
AGENT_TYPES = tuple(f"{PROV}{name}" for name in ("Agent", "Person", "Organization", "SoftwareAgent"))
_PROSE = frozenset([schema("description").value])

Subject: TypeAlias = NamedNode | BlankNode
Describer: TypeAlias = Callable[["Draft", Subject, Element], None]


@dataclass(slots=True)
class Draft:
    """Collects what a document says.

    Attributes:
        iris: how the lake names things.
        text: the document that places refer to.
        line: the dataset; of a task the task itself.
        version: the version of the dataset; of a task the task itself.
        names: what the elements are called.
        describers: what describes an element of a kind.
        statements: in the order in which they were made, without duplicates.
        places: where a statement stands in the document.
        findings: what was noticed on the way.
    """

    iris: LakeIRIs
    text: JsonText
    line: NamedNode
    version: NamedNode
    names: Names
    describers: dict[str, Describer] = field(default_factory=dict)
    statements: dict[Triple, None] = field(default_factory=dict)
    places: dict[Triple, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _size: int = 0

    def say(self, subject: Subject, predicate: NamedNode, value: Subject | Literal, node: Node | None = None) -> None:
        """State something; ``node`` is what says so in the document.

        Raises:
            ParseError: the description outgrows what a document can hold (``parse.too-large``).
        """
        statement = Triple(subject, predicate, value)
        self.statements[statement] = None
        if node is not None and statement not in self.places:
            self.places[statement] = self.text.place(node)
        self._size += len(subject.value) + len(predicate.value) + len(value.value)
        if self._size > MAX_SIZE or len(self.statements) > MAX_STATEMENTS:
            raise ParseError(
                f"The document says more than {MAX_STATEMENTS:,} things or {MAX_SIZE // 1024**2} MiB",
                code="parse.too-large",
                place=Place(self.text.document),
                remedy="Move the data that it repeats into a file of its own.",
            )

    def say_of_both(self, predicate: NamedNode, value: NamedNode | Literal, node: Node | None = None) -> None:
        """State something of the line and of the version: it is true of both."""
        self.say(self.line, predicate, value, node)
        self.say(self.version, predicate, value, node)

    def keep(self, subject: Subject, entry: Entry, values: tuple[Value, ...] | None = None) -> None:
        """Keep values under their own term, nested structure included; by default all of an entry."""
        values = entry.values if values is None else values
        if not entry.ordered and not _needs_order(values):
            for value in values:
                self._keep_value(subject, entry.term, value)
            return
        for index, value in enumerate(values):
            self._keep_ordered(subject, entry.term, value, index)

    def keep_leaf(self, subject: Subject, term: NamedNode, leaf: Leaf) -> None:
        """Keep one text, number or truth value under a term."""
        target = self._target(term, leaf)
        self.say(subject, self._meant(term, target), target, leaf.node)

    def describe(self, element: Element) -> Subject:
        """Describe an element once, by its kind; what it is called."""
        subject = self.names.subject(element)
        if element not in self.names.described:
            self.names.described.add(element)
            kind = self.names.kind(element) or (AGENT if element.is_a(*AGENT_TYPES) else "")
            describe = self.describers.get(kind, describe_other)
            describe(self, subject, element)
        return subject

    def reference(self, term: NamedNode, element: Element) -> NamedNode | None:
        """What an element with nothing but an ``@id`` leads to; None (and noted) where that is nothing."""
        text = element.identifier.text if element.identifier else ""
        found = self.names.find(text, term) or self.names.find(element.iri, term) or node_of(element.iri)
        if found is None:
            self.note_dangling(text, element.node)
        return found

    def say_types(self, subject: Subject, element: Element, *but: str) -> None:
        """State the classes that an element is said to be of; what is no IRI is kept as text."""
        for name, node in element.types:
            if name not in but:
                self.say(subject, RDF.type if node_of(name) else schema("additionalType"), _type(name), node)

    def say_identifier(self, subject: Subject, element: Element) -> None:
        """State what an element is called in the document, unless it is called so in the graph as well."""
        if element.identifier and subject.value != element.identifier.text:
            self.say(subject, DCT.identifier, Literal(element.identifier.text), element.identifier)

    def note(
        self, code: str, message: str, remedy: str, node: Node | None = None, severity: Severity = Severity.WARNING
    ) -> None:
        """Something about the document, at a node."""
        place = self.text.place(node) if node is not None else Place(self.text.document)
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(code, severity, message, remedy=remedy, place=place))
        elif len(self.findings) == MAX_FINDINGS:
            self.findings.append(
                Finding(
                    "croissant.more-findings",
                    Severity.INFO,
                    "There is more to note than is listed",
                    remedy="Mend what is listed, and harvest the document again.",
                    place=place,
                )
            )

    def note_dangling(self, text: str, node: Node) -> None:
        """Note a reference that leads to nothing."""
        self.note(
            "croissant.reference-dangling",
            f"Nothing in the document is called {text[:100]!r}",
            "Correct the reference, or describe what it leads to.",
            node,
        )

    def _keep_value(self, subject: Subject, term: NamedNode, value: Value) -> None:
        if isinstance(value, Leaf):
            self.keep_leaf(subject, term, value)
        elif isinstance(value, Json):
            self.say(subject, term, json_literal(value.node), value.node)
        elif value.is_reference:
            found = self.reference(term, value)
            self.say(subject, self._meant(term, found), found or _identifier(value), value.node)
        else:
            self.say(subject, term, self.describe(value), value.node)

    def _keep_ordered(self, subject: Subject, term: NamedNode, value: Value, index: int) -> None:
        if isinstance(value, Element) and not value.is_reference:
            inner = self.describe(value)
            self.say(subject, term, inner, value.node)
        else:
            inner = self.names.blank()
            self.say(subject, term, inner, value.node)
            self._keep_value(inner, RDF.value, value)
        self.say(inner, POSITION, integer_literal(index), value.node)

    def _target(self, term: NamedNode, leaf: Leaf) -> NamedNode | Literal:
        if term in REFERENCES and leaf.node.kind == "text":
            found = self.names.find(leaf.node.text, term)
            if found is None:
                self.note_dangling(leaf.node.text, leaf.node)
            return found or Literal(leaf.node.text)
        if term.value.startswith(PROV) and term.value.endswith("AtTime") and not leaf.datatype:
            return time_of(leaf.node.text) or Literal(leaf.node.text)
        prose = term.value in _PROSE or term.value.startswith(RAI)
        return node_of(leaf.iri) or literal_of(leaf, prose=prose)

    def _meant(self, term: NamedNode, target: Subject | Literal | None) -> NamedNode:
        """In version 0.8 a source named files by ``distribution``, which is a property of datasets."""
        if term != schema("distribution") or not isinstance(target, NamedNode):
            return term
        return cr("fileSet") if self.names.is_file_set(target) else cr("fileObject")


def describe_other(draft: Draft, subject: Subject, element: Element) -> None:
    """An element of no kind of its own: its classes, and all its properties as they are."""
    draft.say_types(subject, element)
    draft.say_identifier(subject, element)
    for entry in element.entries:
        draft.keep(subject, entry)


def _identifier(element: Element) -> Literal:
    return Literal(element.identifier.text if element.identifier else "")


def _type(name: str) -> NamedNode | Literal:
    return node_of(name) or Literal(name)


def _needs_order(values: tuple[Value, ...]) -> bool:
    """Names are a set. Numbers are a vector, of two equal values a set would keep one, and so of structures."""
    if len(values) < 2:
        return False
    literals = [literal_of(value) for value in values if isinstance(value, Leaf)]
    numbers = any(literal.datatype.value.endswith(_NUMBERS) for literal in literals)
    structures = any(isinstance(value, Element) and not value.identifier for value in values)
    return numbers or structures or any(count > 1 for count in Counter(literals).values())
