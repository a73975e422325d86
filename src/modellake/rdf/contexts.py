"""JSON-LD contexts: ours is built in, every other remote one is refused.

Reading a document costs as much as its context is large, and ours defines hundreds of terms. So only the part
that a document can make use of is put into it: the terms that occur among its strings, and the prefixes that it or
they need. Nearly all documents name our context and no other: there it is put into the text, which is not written anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.rdf.assets import CONTEXT_IRI, context_text

MAX_DEPTH = 200
_QUOTED = json.dumps(CONTEXT_IRI).encode()
_WORD = re.compile(rb"[A-Za-z_][\w-]*")
_SPACED = bytes(byte if re.match(rb"[\w-]", bytes([byte])) else ord(" ") for byte in range(256))


def localize_contexts(tree: Any, document: str) -> bool:
    """Put our own context in place of its IRI, everywhere in a JSON tree; True when something was replaced.

    Raises:
        ParseError: ``parse.remote-context`` for any other remote context, ``parse.too-deep``.
    """
    return _Localizer(document).localize(tree)


def localized_text(content: bytes, tree: Any) -> bytes | None:
    """A document with our own context in the place of its IRI; None where more is to be done than that.

    Args:
        content: of the document, in UTF-8.
        tree: the same, parsed.
    """
    uses = _uses(tree)
    # Escapes may hide a name from who looks at the text alone.
    if uses is None or not uses.named or b"\\u" in content or b"\\/" in content:
        return None
    if content.count(_QUOTED) != uses.named:
        return None
    # All that is no part of a word becomes a space, which takes a fifth of the time of looking for words.
    words = _words().intersection(content.translate(_SPACED).split())
    return content.replace(_QUOTED, _context_text(words, frozenset(uses.scoped)))


@dataclass(slots=True)
class _Uses:
    """How a document uses our context.

    Attributes:
        named: how many times it names it.
        scoped: the terms with a context of their own that some value has to be read by.
    """

    named: int = 0
    scoped: set[str] = field(default_factory=set)


def _uses(tree: Any) -> _Uses | None:
    """How a JSON tree uses our context; None where it has other contexts or is too deep."""
    uses = _Uses()
    level = [tree] if isinstance(tree, dict | list) else []
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for node in level:
            if isinstance(node, list):
                below += node
                continue
            if node.get("@context", CONTEXT_IRI) != CONTEXT_IRI:
                return None
            uses.named += "@context" in node
            uses.scoped |= {term for term in _scoped_terms() & node.keys() if not _is_absolute(node[term])}
            below += node.values()
        level = [node for node in below if isinstance(node, dict | list)]
        if not level:
            return uses
    return None


def _is_absolute(value: Any) -> bool:
    """True for IRIs that no context makes others of (https://www.w3.org/TR/json-ld11-api/#iri-expansion, step 6.2)."""
    if isinstance(value, list):
        return all(isinstance(item, str) and _is_absolute(item) for item in value)
    return isinstance(value, str) and value.startswith(("http://", "https://"))


class _Localizer:
    def __init__(self, document: str) -> None:
        self._document = document
        self._tree: Any = None

    def localize(self, tree: Any) -> bool:
        self._tree = tree
        replaced = False
        for node, where in list(_objects(tree, self._document)):
            if "@context" in node:
                node["@context"], changed = self._local(node["@context"], f"{where}.@context")
                replaced |= changed
        return replaced

    def _local(self, context: Any, path: str) -> tuple[Any, bool]:
        if isinstance(context, str):
            if context == CONTEXT_IRI:
                return _context_for(frozenset(_mentioned(self._tree)) & _terms()), True
            raise self._remote(context, path)
        if isinstance(context, list):
            parts = [self._local(part, f"{path}[{index}]") for index, part in enumerate(context)]
            return [part for part, _ in parts], any(changed for _, changed in parts)
        if isinstance(context, dict):
            return self._definitions(context, path)
        return context, False

    def _definitions(self, context: dict[str, Any], path: str) -> tuple[dict[str, Any], bool]:
        """Scoped contexts and ``@import`` can be remote as well."""
        changed = "@import" in context
        if changed:
            imported, _ = self._local(str(context["@import"]), f"{path}.@import")
            context = {**imported, **{key: value for key, value in context.items() if key != "@import"}}
        for term, definition in context.items():
            if isinstance(definition, dict) and "@context" in definition:
                inner, replaced = self._local(definition["@context"], f"{path}.{term}.@context")
                context[term] = {**definition, "@context": inner}
                changed |= replaced
        return context, changed

    def _remote(self, context: str, path: str) -> ParseError:
        return ParseError(
            f"The context {context!r} is remote: nothing is fetched while a document is read",
            code="parse.remote-context",
            place=Place(self._document, path=path),
            remedy=f"Write the context into the document, or use {CONTEXT_IRI!r}, which is built in.",
        )


def _objects(tree: Any, document: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a JSON tree with their paths, contexts left out."""
    waiting: list[tuple[Any, str, int]] = [(tree, "$", 0)]
    while waiting:
        node, where, depth = waiting.pop()
        if depth > MAX_DEPTH:
            place = Place(document, path=where[:200])
            raise ParseError(f"Nested deeper than {MAX_DEPTH}", code="parse.too-deep", place=place)
        if isinstance(node, dict):
            yield node, where
            waiting += [(value, f"{where}.{key}", depth + 1) for key, value in node.items() if key != "@context"]
        elif isinstance(node, list):
            waiting += [(value, f"{where}[{index}]", depth + 1) for index, value in enumerate(node)]


def _mentioned(tree: Any) -> Iterator[str]:
    """Every string that could be a term or begin with one: keys and values, contexts included."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
            yield node.partition(":")[0]
        elif isinstance(node, dict):
            waiting += [*node.keys(), *node.values()]
        elif isinstance(node, list):
            waiting += node


@lru_cache(maxsize=1)
def context_terms() -> dict[str, str]:
    """The terms of our context and the CURIEs that they stand for."""
    identified = {
        name: definition.get("@id") if isinstance(definition, dict) else definition
        for name, definition in _definitions().items()
        if not name.startswith("@") and not _is_prefix(definition)
    }
    return {name: term for name, term in identified.items() if isinstance(term, str) and not term.startswith("@")}


def context_definitions() -> Mapping[str, Any]:
    """What our context defines, as JSON has it."""
    return _definitions()


def context_part(mentioned: Iterable[str]) -> dict[str, Any]:
    """Our context with the terms and prefixes that are mentioned, and with what these need."""
    return _context_for(frozenset(mentioned))


@lru_cache(maxsize=1)
def _definitions() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(context_text())["@context"]
    return found


@lru_cache(maxsize=1)
def _terms() -> frozenset[str]:
    return frozenset(_definitions())


@lru_cache(maxsize=1)
def _words() -> frozenset[bytes]:
    return frozenset(term.encode() for term in _terms())


@lru_cache(maxsize=1024)
def _context_text(mentioned: frozenset[bytes], scoped: frozenset[str]) -> bytes:
    """Our context as JSON; contexts within it cost much, and stay for the terms only that need theirs."""
    context = dict(_context_for(frozenset(word.decode() for word in mentioned)))
    for term in _scoped_terms() & context.keys() - scoped:
        context[term] = {name: value for name, value in context[term].items() if name != "@context"}
    return json.dumps(context).encode()


@lru_cache(maxsize=1)
def _scoped_terms() -> frozenset[str]:
    """The properties with a context of their own for their values."""
    definitions = _definitions().items()
    return frozenset(
        term
        for term, definition in definitions
        if isinstance(definition, dict) and "@context" in definition and definition.get("@type") == "@vocab"
    )


@lru_cache(maxsize=1024)
def _context_for(mentioned: frozenset[str]) -> dict[str, Any]:
    """Our context without the terms that are not mentioned, nor prefixes that nothing needs; keywords always stay."""
    terms = {
        term: definition
        for term, definition in _definitions().items()
        if term.startswith("@") or (term in mentioned and not _is_prefix(definition))
    }
    needed = mentioned | {word.decode() for word in _WORD.findall(json.dumps(terms).encode())}
    prefixes = {
        term: definition for term, definition in _definitions().items() if term in needed and _is_prefix(definition)
    }
    return terms | prefixes


def _is_prefix(definition: Any) -> bool:
    return isinstance(definition, str) and definition.endswith(("#", "/"))
