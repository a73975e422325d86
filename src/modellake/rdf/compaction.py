"""Compaction: statements as JSON-LD with our own context, as people and programs like to read it.

Each subject is an object, and the part of the context that the document makes use of stands in it, so that nobody has
to fetch anything to read it (https://www.w3.org/TR/json-ld11/#compacted-document-form). Lexical forms stay as they are.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.terms import Term
from modellake.core.vocab import RDF, XSD
from modellake.rdf.contexts import context_definitions, context_part

_LOCAL = re.compile(r"[A-Za-z_][\w-]*")
_SCHEME = re.compile(r"([^:/?#]+):(?!//)")


def compacted(statements: Iterable[Triple]) -> bytes | None:
    """A document with these statements, in the order of subjects; None when an IRI would be taken for a short name."""
    ordered = sorted(statements, key=lambda item: (str(item.subject), item.predicate.value, str(item.object)))
    if any(_is_misread(term) for item in ordered for term in (item.subject, item.predicate, item.object)):
        return None
    terms = _terms()
    graph = [_node(subject, list(said), terms) for subject, said in groupby(ordered, key=lambda item: item.subject)]
    context = context_part(_mentioned(graph))
    return json.dumps({"@context": context, "@graph": graph}, ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True, slots=True)
class _ContextTerm:
    """A term of the context.

    Attributes:
        coercion: what strings under it are: the IRI of a datatype, ``@id``, ``@vocab``, or nothing.
    """

    name: str
    coercion: str


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of the context by the IRIs that they stand for."""

    by_iri: Mapping[str, list[_ContextTerm]]
    prefixes: Mapping[str, str]

    def name(self, iri: str) -> str:
        """A class or a property by its shortest name."""
        plain = [term.name for term in self.by_iri.get(iri, ()) if not term.coercion]
        return plain[0] if plain else self.curie(iri)

    def curie(self, iri: str) -> str:
        """An IRI with a prefix of the context, if one fits."""
        fitting = [
            (namespace, prefix)
            for prefix, namespace in self.prefixes.items()
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :])
        ]
        if not fitting:
            return iri
        namespace, prefix = max(fitting, key=lambda pair: len(pair[0]))
        return f"{prefix}:{iri[len(namespace) :]}"

    def member(self, predicate: str, value: Term) -> tuple[str, Any]:
        """How a statement stands in the object of its subject: a name, and a value."""
        wanted = (value.datatype.value,) if isinstance(value, Literal) else ("@id", "@vocab")
        for term in self.by_iri.get(predicate, ()):
            if term.coercion in wanted:
                return term.name, value.value if isinstance(value, Literal) else _identifier(value)
        return self.name(predicate), self._whole(value)

    def _whole(self, value: Term) -> Any:
        """A value that says by itself what it is."""
        if not isinstance(value, Literal):
            return {"id": _identifier(value)}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype == XSD.string:
            return value.value
        return {"@value": value.value, "@type": self.curie(value.datatype.value)}


@lru_cache(maxsize=1)
def _terms() -> _Terms:
    definitions = context_definitions()
    prefixes = {name: value for name, value in definitions.items() if _is_namespace(value) and not name.startswith("@")}
    by_iri: defaultdict[str, list[_ContextTerm]] = defaultdict(list)
    for name, definition in definitions.items():
        stands_for = definition.get("@id") if isinstance(definition, dict) else definition
        if name.startswith("@") or name in prefixes or not isinstance(stands_for, str) or stands_for.startswith("@"):
            continue
        if isinstance(definition, dict) and not definition.keys() <= {"@id", "@type", "@context"}:
            continue
        coercion = definition.get("@type", "") if isinstance(definition, dict) else ""
        by_iri[_expanded(stands_for, prefixes)].append(_ContextTerm(name, _expanded(coercion, prefixes)))
    return _Terms(by_iri, prefixes)


def _node(subject: Term, said: list[Triple], terms: _Terms) -> dict[str, Any]:
    found: dict[str, Any] = {"id": _identifier(subject)}
    kinds = [item.object for item in said if item.predicate == RDF.type and isinstance(item.object, NamedNode)]
    if kinds:
        found["type"] = [terms.name(kind.value) for kind in kinds]
    values: defaultdict[str, list[Any]] = defaultdict(list)
    for item in said:
        if item.predicate != RDF.type or not isinstance(item.object, NamedNode):
            name, value = terms.member(item.predicate.value, item.object)
            values[name].append(value)
    return found | {name: items[0] if len(items) == 1 else items for name, items in values.items()}


def _mentioned(graph: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The terms and prefixes that a graph makes use of."""
    yield from ("id", "type")
    for node in graph:
        for name in (*node, *node.get("type", ()), *_datatypes(node)):
            yield name
            yield name.partition(":")[0]


def _datatypes(node: Mapping[str, Any]) -> Iterator[str]:
    for values in node.values():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, dict) and "@type" in value:
                yield value["@type"]


def _identifier(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _is_misread(term: object) -> bool:
    """Would a processor take an IRI, such as ``task:x``, for a name with a prefix?"""
    found = _SCHEME.match(term.value) if isinstance(term, NamedNode) else None
    return found is not None and found[1] in context_definitions()


def _is_namespace(value: object) -> bool:
    return isinstance(value, str) and value.endswith(("#", "/"))


def _expanded(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else name
