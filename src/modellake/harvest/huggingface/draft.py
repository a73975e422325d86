"""A description in the making: what a card is about, the statements with their places, the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.errors import ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import RDF
from modellake.harvest.huggingface.references import resource, spells
from modellake.harvest.huggingface.scalars import Scalar
from modellake.harvest.huggingface.terms import POSITION, card_key, typed
from modellake.harvest.huggingface.tree import Items, Mapping, Node, has_leaves, remainder, scalars

MAX_SIZE = 128 * 1024 * 1024
MAX_FINDINGS = 200
_NUMBERS = ("#integer", "#decimal", "#double")

Subject = NamedNode | BlankNode


class Text(Protocol):
    """A document in which things have places."""

    @property
    def document(self) -> str:
        """The file, as the user named it."""

    def place(self, offset: int, path: str | None = None) -> Place:
        """Where something stands."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the prose of a card, by its offset in the card."""

    start: int
    path: str = ""


@dataclass(slots=True)
class _Tally:
    """What is counted over a card and the files beside it."""

    blanks: int = 0
    size: int = 0
    leaves: int = 0


@dataclass(slots=True)
class Draft:
    """Collects what a card says.

    Attributes:
        iris: how the lake names things.
        card: the text that places refer to: the card, or a file beside it.
        metadata: the front matter.
        line: the model or dataset that the card is about.
        version: the version that the card lies beside.
        source: what the ledger calls the card.
        statements: in the order in which they were made, without duplicates.
        places: where a statement stands in the card.
        findings: what was noticed on the way.
        done: the keys of the front matter that need no more attention.
        row_counts: how many rows each split was said to have.
    """

    iris: LakeIRIs
    card: Text
    metadata: Mapping
    line: NamedNode
    version: NamedNode
    source: NamedNode
    statements: dict[Triple, None] = field(default_factory=dict)
    places: dict[Triple, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    row_counts: dict[Subject, Literal] = field(default_factory=dict)
    _tally: _Tally = field(default_factory=_Tally)
    _placed: tuple[object, Place] = (None, Place())

    def beside(self, text: Text) -> Draft:
        """The same description, with places in a file that lies beside the card."""
        return replace(self, card=text, _placed=(None, Place()))

    def say(
        self, subject: Subject, predicate: NamedNode, value: Subject | Literal, node: Node | Spot | None = None
    ) -> None:
        """State something; ``node`` is what says so in the card.

        Raises:
            ParseError: the description outgrows what a card can hold (``parse.too-large``).
        """
        statement = Triple(subject, predicate, value)
        before = len(self.statements)
        self.statements[statement] = None
        is_new = len(self.statements) > before
        if node is not None and (is_new or statement not in self.places):
            self.places[statement] = self._place(node)
        if is_new:
            self._count(len(subject.value) + len(predicate.value) + len(value.value))

    def _place(self, node: Node | Spot) -> Place:
        """Where a node stands; several statements in a row come from one."""
        if node is not self._placed[0]:
            self._placed = node, self.card.place(node.start, node.path or None)
        return self._placed[1]

    def _count(self, characters: int) -> None:
        self._tally.size += characters
        if self._tally.size > MAX_SIZE:
            raise ParseError(
                f"The card says more than {MAX_SIZE // 1024**2} MiB",
                code="parse.too-large",
                place=Place(self.card.document),
                remedy="Move the data that it repeats into a file of its own.",
            )

    def say_of_both(self, predicate: NamedNode, value: Subject | Literal, node: Node | Spot | None = None) -> None:
        """State something of the line and of the version: it is true of both."""
        self.say(self.line, predicate, value, node)
        self.say(self.version, predicate, value, node)

    def take(self, key: str, node: Node | None, subject: Subject | None = None) -> Iterator[Scalar]:
        """The values of a key for which there is a term, one by one.

        What the term cannot carry is kept under the key itself: nested values, blank ones, and what YAML
        reads a value as where that is not its text.
        """
        subject = subject or self.version
        for scalar in scalars(node):
            if not scalar.name or not scalar.is_text:
                self.keep(subject, key, scalar)
            if scalar.name:
                yield scalar
        if node is not None:
            self.keep(subject, key, remainder(node, Scalar))

    def link(self, predicate: NamedNode, kind: str, scalar: Scalar, key: str) -> NamedNode | None:
        """State that line and version are related to the model or dataset that a value names."""
        target = resource(self.iris, kind, scalar.text)
        if target is not None:
            self.say_of_both(predicate, target, scalar)
        self.keep_unspelled(self.version, key, target, scalar)
        return target

    def keep_unspelled(self, subject: Subject, key: str, target: NamedNode | None, scalar: Scalar) -> None:
        """Keep the words of a value where the IRI that stands for it does not show them."""
        if target is None or not spells(target, scalar.text):
            self.keep(subject, key, scalar)

    def keep(self, subject: Subject, key: str, node: Node | None) -> None:
        """Keep a part of the card under its own key, nested structure included; nulls are left out."""
        if node is not None and has_leaves(node):
            self._keep(subject, card_key(key), node)

    def reserve(self, leaves: int, most: int) -> bool:
        """Count values that files beside the card say, unless there are more than ``most`` of them by then."""
        if self._tally.leaves + leaves > most:
            return False
        self._tally.leaves += leaves
        return True

    def blank(self) -> BlankNode:
        """A blank node with a label that is the same every time the card is described."""
        self._tally.blanks += 1
        return BlankNode(f"card{self._tally.blanks}")

    def note(
        self,
        code: str,
        message: str,
        remedy: str | None,
        node: Node | None = None,
        path: str = "",
        severity: Severity = Severity.WARNING,
    ) -> None:
        """A warning about the card, at a node or at a path where something is missing."""
        place = self._noted_at(node, path)
        self.add(Finding(code, severity, message, remedy=remedy, place=place))

    def add(self, finding: Finding) -> None:
        """A finding, unless there are too many."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)
        elif len(self.findings) == MAX_FINDINGS:
            more = "There is more to note than is listed"
            self.findings.append(Finding("card.more-findings", Severity.INFO, more, place=Place(self.card.document)))

    def _noted_at(self, node: Node | None, path: str) -> Place:
        if node is not None:
            return self.card.place(node.start, path or node.path or None)
        return Place(self.card.document, path=path or None)

    def _keep(self, subject: Subject, predicate: NamedNode, node: Node) -> None:
        if isinstance(node, Scalar):
            self._keep_scalar(subject, predicate, node)
        elif isinstance(node, Mapping):
            inner = self.blank()
            self.say(subject, predicate, inner, node)
            self._keep_entries(inner, node)
        else:
            self._keep_items(subject, predicate, node)

    def _keep_scalar(self, subject: Subject, predicate: NamedNode, node: Scalar) -> None:
        if node.literal is not None:
            self.say(subject, predicate, node.literal, node)
            if node.ambiguous:
                self.say(subject, predicate, Literal(node.text), node)

    def _keep_entries(self, subject: Subject, node: Mapping) -> None:
        for key, value in node.entries.items():
            self.keep(subject, key, value)

    def _keep_items(self, subject: Subject, predicate: NamedNode, node: Items) -> None:
        ordered = _needs_order(node)
        for index, item in enumerate(node.items):
            if not has_leaves(item):
                continue
            if isinstance(item, Scalar) and not ordered:
                self._keep_scalar(subject, predicate, item)
                continue
            inner = self.blank()
            self.say(subject, predicate, inner, item)
            self.say(inner, POSITION, typed(str(index), "integer"), item)
            if isinstance(item, Mapping):
                self._keep_entries(inner, item)
            else:
                self._keep(inner, RDF.value, item)


def _needs_order(node: Items) -> bool:
    """Names are a set. Numbers are a vector, and of two equal values a set would keep one."""
    literals = [item.literal for item in scalars(node) if item.literal is not None]
    numbers = len(literals) > 1 and any(literal.datatype.value.endswith(_NUMBERS) for literal in literals)
    return numbers or any(count > 1 for count in Counter(literals).values())
