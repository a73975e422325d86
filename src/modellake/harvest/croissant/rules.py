"""Rules: what becomes of a property of an element, in tables that the mapping of the harvester is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import DCT
from modellake.harvest.croissant.draft import Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry, Json, Leaf, Value
from modellake.harvest.croissant.literals import literal_of
from modellake.harvest.croissant.namespaces import node_of
from modellake.harvest.croissant.tree import Scalar

_Describe: TypeAlias = Callable[[Draft, Subject, Entry], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a property.

    Attributes:
        key: as Croissant spells it.
        terms: the properties and classes that carry it.
        describe: states it.
        note: what a reader of the mapping should know.
    """

    key: str
    terms: tuple[NamedNode, ...]
    describe: _Describe
    note: str = ""


Rules: TypeAlias = Mapping[NamedNode, Rule]


def apply_rules(draft: Draft, subject: Subject, element: Element, rules: Rules) -> None:
    """State the properties of an element by their rules; those without rule are kept under their own terms."""
    for entry in element.entries:
        rule = rules.get(entry.term)
        if rule:
            rule.describe(draft, subject, entry)
        else:
            draft.keep(subject, entry)


def leaves(draft: Draft, subject: Subject, entry: Entry) -> list[Leaf]:
    """The texts, numbers and truth values of an entry that are not blank; all else is kept under its term."""
    found: list[Leaf] = []
    others: list[Value] = []
    for value in entry.values:
        if isinstance(value, Leaf) and value.node.text.strip():
            found.append(value)
        else:
            others.append(value)
    rest = tuple(others)
    draft.keep(subject, entry, rest)
    if any(isinstance(value, Json) for value in rest):
        note_unexpected(draft, entry)
    return found


def note_unexpected(draft: Draft, entry: Entry) -> None:
    """Note a value of a kind that the property does not have."""
    draft.note(
        "croissant.value-unexpected",
        f"The value of {entry.key[:100]!r} has a form that this property does not have; it is kept as it is",
        "Write it as the specification of Croissant says.",
        entry.node,
    )


def texts_as(predicate: NamedNode, *, prose: bool = False) -> _Describe:
    """A rule that states texts under a term, of the subject."""

    def describe(draft: Draft, subject: Subject, entry: Entry) -> None:
        for leaf in leaves(draft, subject, entry):
            draft.say(subject, predicate, literal_of(leaf, prose=prose), leaf.node)

    return describe


def strings_as(predicate: NamedNode) -> _Describe:
    """A rule that states texts, numbers and truth values as plain strings."""

    def describe(draft: Draft, subject: Subject, entry: Entry) -> None:
        for leaf in leaves(draft, subject, entry):
            draft.say(subject, predicate, Literal(leaf.node.text), leaf.node)
            if leaf.node.kind != "text":
                draft.keep_leaf(subject, entry.term, leaf)

    return describe


def titles(draft: Draft, subject: Subject, entry: Entry) -> None:
    """Names as titles; a number is told as text and kept as what it is."""
    for leaf in leaves(draft, subject, entry):
        draft.say(subject, DCT.title, title_of(leaf), leaf.node)
        if leaf.node.kind != "text":
            draft.keep_leaf(subject, entry.term, leaf)


def title_of(leaf: Leaf) -> Literal:
    """A name as a text, in the language that is said of it and of no other."""
    return literal_of(leaf) if leaf.node.kind == "text" and not leaf.datatype else Literal(leaf.node.text)


def description_of(leaf: Leaf) -> Literal:
    """A description as a text, in the language of the document."""
    return literal_of(leaf, prose=True) if leaf.node.kind == "text" and not leaf.datatype else Literal(leaf.node.text)


def descriptions(draft: Draft, subject: Subject, entry: Entry) -> None:
    """Prose as descriptions."""
    for leaf in leaves(draft, subject, entry):
        draft.say(subject, DCT.description, description_of(leaf), leaf.node)


def address_of(leaf: Leaf) -> NamedNode | None:
    """The address on the web that a text is; None for other texts."""
    return web_address(leaf.node)


def web_address(node: Scalar) -> NamedNode | None:
    """The ``http`` address that a text is, blanks around it left out; None for other texts."""
    text = node.text.strip()
    return node_of(text) if text.lower().startswith(("http://", "https://")) else None
