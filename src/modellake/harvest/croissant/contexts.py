"""JSON-LD contexts (https://www.w3.org/TR/json-ld11/#the-context), as far as files of metadata make use of them.

Nothing is ever fetched: a context is written out in the file, or it is one of those that are built in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.croissant.namespaces import (
    BUILT_IN_PREFIXES,
    CROISSANT,
    MAX_IRI,
    SCHEMA,
    canonical,
    is_known_context,
    kept,
    node_of,
)
from modellake.harvest.croissant.tree import Items, JsonText, Mapping, Node, Scalar

MAX_DEFINITIONS = 2_000_000
_MAX_STEPS = 8
_BLANK = re.compile(r"[\x00-\x20]")
_KEYWORD = re.compile(r"@[A-Za-z]+")
_ABSOLUTE = re.compile(r"(https?|ftp|s3|gs|hf|file)://.|(urn|mailto|did|tag|info|ni|ark|doi|hdl):.", re.IGNORECASE)
# What these properties hold is no matter of the context: contexts that leave them out mean the same.
_FORCED = {
    CROISSANT + "data": "@json",
    CROISSANT + "examples": "@json",
    CROISSANT + "dataType": "@vocab",
    CROISSANT + "equivalentProperty": "@vocab",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """What a context says of a key.

    Attributes:
        iri: the property, or a keyword (``@type``); empty where the context says that it means nothing.
        coercion: ``@id``, ``@vocab``, ``@json``, the IRI of a datatype, or empty.
        by_language: whether its values are texts by language.
        is_list: whether the order of its values counts.
        language: of its texts; None where the context as a whole says that.
    """

    iri: str
    coercion: str = ""
    by_language: bool = False
    is_list: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """A key with its meaning: a canonical term."""

    term: NamedNode
    definition: Definition


@dataclass(frozen=True)
class Context:
    """The context that is in force at a node."""

    text: JsonText
    definitions: AnyMapping[str, Definition] = field(default_factory=dict)
    vocabulary: str = ""
    language: str | None = None
    spent: list[int] = field(default_factory=lambda: [0])

    def extended(self, node: Node) -> Context:
        """This context with what a ``@context`` adds.

        Raises:
            ParseError: it is remote and not built in (``parse.remote-context``), or no context (``parse.context``).
        """
        if isinstance(node, Items):
            context = self
            for item in node.items:
                context = context.extended(item)
            return context
        if isinstance(node, Mapping):
            return self._with(node)
        if node.kind == "null":
            return Context(self.text, spent=self.spent)
        if node.kind == "text" and is_known_context(node.text):
            language = "en" if "croissant" in node.text else self.language
            return replace(self, vocabulary=SCHEMA, language=language)
        raise self._refused(node)

    def keyword(self, key: str) -> str | None:
        """The keyword that a key is or stands for, else None."""
        if key.startswith("@"):
            return key
        found = self.definitions.get(key)
        return found.iri if found and found.iri.startswith("@") else None

    def property(self, key: str) -> Property:
        """What a key means; what no context tells is kept under the key itself."""
        definition = self.definitions.get(key)
        if definition is None:
            definition = Definition(self.iri(key, of_vocabulary=True) or "")
        iri = canonical(definition.iri)
        if iri in _FORCED:
            definition = replace(definition, coercion=_FORCED[iri])
        return Property(node_of(iri) or kept(key), definition)

    def iri(self, text: str, *, of_vocabulary: bool = False) -> str | None:
        """The absolute IRI that a text is or abbreviates; None for a relative one, which is left as it is."""
        if len(text) > MAX_IRI or not text or _BLANK.search(text):
            return None
        if of_vocabulary and text in self.definitions:
            return canonical(self.definitions[text].iri) or None
        prefix, mark, name = text.partition(":")
        if mark and not name.startswith("//"):
            namespace = self._namespace(prefix)
            if namespace:
                return canonical(namespace + name)
        if _ABSOLUTE.match(text):
            return canonical(text)
        if of_vocabulary and not mark:
            return canonical((self.vocabulary or SCHEMA) + text) if self.vocabulary or _is_known(text) else None
        return None

    def _namespace(self, prefix: str) -> str:
        definition = self.definitions.get(prefix)
        return definition.iri if definition else BUILT_IN_PREFIXES.get(prefix, "")

    def _with(self, node: Mapping) -> Context:
        imported = node.get("@import")
        context = self.extended(imported) if imported is not None else self
        vocabulary = node.get("@vocab")
        if isinstance(vocabulary, Scalar):
            known = vocabulary.kind == "text"
            context = replace(context, vocabulary=canonical(vocabulary.text) if known else "")
        language = node.get("@language")
        if isinstance(language, Scalar):
            context = replace(context, language=language.text if language.kind == "text" else None)
        return context._defined(_Definer(node, context).definitions())

    def _defined(self, found: dict[str, Definition]) -> Context:
        self.spent[0] += len(self.definitions) + len(found)
        if self.spent[0] > MAX_DEFINITIONS:
            raise ParseError(
                f"The contexts of the document define more than {MAX_DEFINITIONS:,} terms in all",
                code="parse.too-large",
                place=Place(self.text.document),
                remedy="Write one context, at the beginning of the document.",
            )
        return replace(self, definitions={**self.definitions, **found})

    def _refused(self, node: Scalar) -> ParseError:
        if node.kind == "text":
            return ParseError(
                f"The context {node.text[:200]!r} is remote: nothing is fetched while a document is read",
                code="parse.remote-context",
                place=self.text.place(node),
                remedy="Write the context into the document, as the specification of Croissant recommends.",
            )
        return ParseError(
            "A context has to be an object, an array or an address",
            code="parse.context",
            place=self.text.place(node),
            remedy="Copy the context of the specification of Croissant.",
        )


def _is_known(name: str) -> bool:
    """True for a name that means a term even where the context has no vocabulary."""
    return canonical(SCHEMA + name).startswith(CROISSANT) or canonical(CROISSANT + name).startswith(SCHEMA)


class _Definer:
    """Reads the definitions of one context, each of which may use others in any order."""

    def __init__(self, node: Mapping, context: Context) -> None:
        self._node, self._context = node, context

    def definitions(self) -> dict[str, Definition]:
        return {
            key: self._definition(key, value)
            for key, value in self._node.entries.items()
            if not _KEYWORD.fullmatch(key)
        }

    def _definition(self, key: str, value: Node) -> Definition:
        iri = self._iri_of(key, 0)
        if not isinstance(value, Mapping):
            return Definition(iri)
        containers = _texts(value.get("@container"))
        coercion = _text(value.get("@type"))
        if coercion and not coercion.startswith("@"):
            coercion = canonical(self._expanded(coercion, 0))
        language = _text(value.get("@language")) or None
        return Definition(iri, coercion, "@language" in containers, "@list" in containers, language)

    def _iri_of(self, key: str, steps: int) -> str:
        """The IRI of a key; empty where it is said to have none, or where definitions lead in a circle."""
        value = self._node.get(key)
        if isinstance(value, Mapping):
            said = value.get("@id")
            value = said if said is not None else Scalar(key, "text", value.path, value.start)
        if not isinstance(value, Scalar) or value.kind != "text":
            return ""
        if value.text.startswith("@"):
            return value.text
        if value.text == key:
            return (self._context.vocabulary + key) if ":" not in key else self._prefixed(key, steps) or key
        return self._expanded(value.text, steps)

    def _expanded(self, text: str, steps: int) -> str:
        if steps > _MAX_STEPS:
            return ""
        if text in self._node.entries and not text.startswith("@"):
            return self._iri_of(text, steps + 1)
        return self._prefixed(text, steps) or self._context.iri(text, of_vocabulary=True) or ""

    def _prefixed(self, text: str, steps: int) -> str:
        prefix, mark, name = text.partition(":")
        if not mark or name.startswith("//") or prefix not in self._node.entries:
            return ""
        namespace = self._iri_of(prefix, steps + 1) if steps < _MAX_STEPS else ""
        return namespace + name if namespace else ""


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and node.kind == "text" else ""


def _texts(node: Node | None) -> list[str]:
    return [_text(item) for item in node.items] if isinstance(node, Items) else [_text(node)]
