"""From a tree of JSON to elements: nodes of a graph whose keys have become terms.

This is the expansion of JSON-LD (https://www.w3.org/TR/json-ld11-api/#expansion) as far as such files need it, but
it keeps where everything stands, and what the rules of JSON-LD would drop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import NamedNode

from modellake.harvest.croissant.contexts import Context, Definition
from modellake.harvest.croissant.namespaces import SCHEMA, canonical, kept
from modellake.harvest.croissant.tree import Items, Mapping, Node, Scalar

_LANGUAGE_KEY = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|@none")
_BY_LANGUAGE = (SCHEMA + "name", SCHEMA + "description", SCHEMA + "alternateName")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, number or truth value.

    Attributes:
        node: what stands in the document.
        iri: the IRI that it means, where the context says that it means one.
        language: that it is said to be in.
        default_language: of the whole document, empty where it says none.
        datatype: the IRI of what it is said to be.
    """

    node: Scalar
    iri: str = ""
    language: str = ""
    default_language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Json:
    """A part of the document that is kept as JSON."""

    node: Node


@dataclass(frozen=True, slots=True)
class Entry:
    """A property of an element with its values.

    Attributes:
        term: the property.
        key: as the document spells it.
        values: flat, nulls left out.
        node: where they stand.
        ordered: whether their order is said to count.
    """

    term: NamedNode
    key: str
    values: tuple[Value, ...]
    node: Node
    ordered: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """A node of the graph.

    Attributes:
        identifier: its ``@id``.
        iri: the absolute IRI that the identifier is; empty where it is relative.
        types: its classes with where they stand.
        entries: its properties.
        node: where it stands.
    """

    identifier: Scalar | None
    iri: str
    types: tuple[tuple[str, Scalar], ...]
    entries: tuple[Entry, ...]
    node: Mapping

    @property
    def is_reference(self) -> bool:
        """True when it only names another element."""
        return self.identifier is not None and not self.entries and not self.types

    def is_a(self, *types: str) -> bool:
        """True when it is said to be of one of these classes."""
        return any(name in types for name, _ in self.types)

    def get(self, term: NamedNode) -> Entry | None:
        """The entry of a property."""
        return next((entry for entry in self.entries if entry.term == term), None)

    def leaf(self, term: NamedNode) -> Leaf | None:
        """The first text, number or truth value of a property."""
        entry = self.get(term)
        return next((value for value in entry.values if isinstance(value, Leaf)), None) if entry else None

    def text(self, term: NamedNode) -> str:
        """The first text of a property without surrounding blanks, empty when there is none."""
        leaf = self.leaf(term)
        return leaf.node.text.strip() if leaf else ""


Value: TypeAlias = Leaf | Json | Element


def expanded(node: Mapping, context: Context) -> Element:
    """The element of an object.

    Raises:
        ParseError: a context inside of it cannot be read.
    """
    if "@context" in node.entries:
        context = context.extended(node.entries["@context"])
    identifier, types, entries = None, [], []
    for key, value in node.entries.items():
        keyword = context.keyword(key)
        if keyword == "@id" and isinstance(value, Scalar) and value.kind == "text":
            identifier = value
        elif keyword == "@type" and _is_text(value):
            types += [(context.iri(item.text, of_vocabulary=True) or item.text, item) for item in _scalars(value)]
        elif keyword is None:
            entries.append(_entry(key, value, context))
        elif keyword != "@context":
            entries.append(Entry(kept(keyword.removeprefix("@")), key, (Json(value),), value))
    iri = context.iri(identifier.text) or "" if identifier else ""
    return Element(identifier, iri, tuple(types), _merged(item for item in entries if item.values), node)


def _merged(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Keys that mean the same property become one entry, whatever their order."""
    found: dict[NamedNode, Entry] = {}
    for entry in entries:
        other = found.get(entry.term)
        found[entry.term] = _joined(*sorted((other, entry), key=lambda item: item.key)) if other else entry
    return tuple(found.values())


def _joined(first: Entry, second: Entry) -> Entry:
    values, ordered = first.values + second.values, first.ordered or second.ordered
    return Entry(first.term, first.key, values, first.node, ordered)


def elements_below(element: Element) -> Iterator[tuple[Entry, Element]]:
    """The elements among the values of an element's properties."""
    for entry in element.entries:
        for value in entry.values:
            if isinstance(value, Element):
                yield entry, value


def _entry(key: str, value: Node, context: Context) -> Entry:
    meaning = context.property(key)
    definition = meaning.definition
    if definition.coercion == "@json":
        return Entry(meaning.term, key, (Json(value),), value)
    by_language = definition.by_language or meaning.term.value in _BY_LANGUAGE
    values = _values(value, definition, context, by_language=by_language)
    ordered = definition.is_list or (isinstance(value, Mapping) and "@list" in value.entries)
    return Entry(meaning.term, key, tuple(values), value, ordered)


def _values(node: Node, definition: Definition, context: Context, *, by_language: bool) -> Iterator[Value]:
    if isinstance(node, Items):
        for item in node.items:
            # An array in an array would lose its borders.
            yield from (
                [Json(item)] if isinstance(item, Items) else _values(item, definition, context, by_language=by_language)
            )
    elif isinstance(node, Scalar):
        if node.kind != "null":
            yield _leaf(node, definition, context)
    elif by_language and _is_language_map(node):
        yield from _by_language(node)
    else:
        yield from _object(node, definition, context)


def _object(node: Mapping, definition: Definition, context: Context) -> Iterator[Value]:
    keywords = [key for key in ("@list", "@set", "@value") if key in node.entries]
    if not keywords:
        yield expanded(node, context)
    elif keywords[0] != "@value" and len(node.entries) == 1:
        yield from _values(node.entries[keywords[0]], definition, context, by_language=False)
    elif not _is_stated(node):
        # More stands there than such an object may hold: nothing of it is to be lost.
        yield Json(node)
    elif isinstance(value := node.entries["@value"], Scalar) and value.kind != "null":
        yield _stated(value, node, context)


def _is_stated(node: Mapping) -> bool:
    """True for a value object (https://www.w3.org/TR/json-ld11/#value-objects) of a single value."""
    texts = (node.get("@language"), node.get("@type"))
    return (
        set(node.entries) <= {"@value", "@language", "@type"}
        and isinstance(node.get("@value"), Scalar)
        and all(text is None or (isinstance(text, Scalar) and text.kind == "text") for text in texts)
    )


def _stated(value: Scalar, node: Mapping, context: Context) -> Leaf:
    language, datatype = node.get("@language"), node.get("@type")
    tag = language.text if isinstance(language, Scalar) and language.kind == "text" else ""
    iri = context.iri(datatype.text, of_vocabulary=True) if isinstance(datatype, Scalar) else None
    return Leaf(value, language=tag, datatype=iri or "")


def _leaf(node: Scalar, definition: Definition, context: Context) -> Leaf:
    default = definition.language if definition.language is not None else context.language or ""
    if node.kind == "text" and definition.coercion in ("@id", "@vocab"):
        iri = context.iri(node.text, of_vocabulary=definition.coercion == "@vocab")
        return Leaf(node, iri=canonical(iri) if iri else "", default_language=default)
    datatype = "" if definition.coercion.startswith("@") else definition.coercion
    return Leaf(node, language=definition.language or "", default_language=default, datatype=datatype)


def _is_language_map(node: Mapping) -> bool:
    return bool(node.entries) and all(
        _LANGUAGE_KEY.fullmatch(key) and all(item.kind == "text" for item in _scalars(value))
        for key, value in node.entries.items()
    )


def _by_language(node: Mapping) -> Iterator[Leaf]:
    for key, value in node.entries.items():
        for item in _scalars(value):
            yield Leaf(item, language="" if key == "@none" else key)


def _is_text(node: Node) -> bool:
    items = node.items if isinstance(node, Items) else (node,)
    return all(isinstance(item, Scalar) and item.kind == "text" for item in items)


def _scalars(node: Node) -> Iterator[Scalar]:
    for item in node.items if isinstance(node, Items) else (node,):
        if isinstance(item, Scalar) and item.kind != "null":
            yield item
