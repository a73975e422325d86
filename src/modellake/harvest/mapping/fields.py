"""The mapping table of a harvester, read from its mappings."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from modellake.core.plugins import MappedField
from modellake.core.vocab import RDF
from modellake.harvest.mapping.paths import Path
from modellake.harvest.mapping.rules import Constant, Mapping, Rest, Rule, TermMap, references

_KEPT = "What no other rule states is kept under its own key in this namespace."


def mapped_fields(mapping: Mapping) -> tuple[MappedField, ...]:
    """A row for each field of the document and the properties that carry it, in the order of the mapping."""
    rows: dict[str, dict[NamedNode, None]] = {}
    kept: dict[str, str] = {}
    for triples_map in mapping.maps.values():
        iterator = triples_map.sources[0].iterator
        start = iterator.text if iterator is not None else ""
        for rule in triples_map.rules:
            for field, term in _stated(rule):
                rows.setdefault(_joined(start, field), {})[term] = None
            for rest in (one for one in rule.objects if isinstance(one, Rest)):
                kept[_joined(start, None)] = rest.namespace
    fields = [MappedField(field, tuple(terms)) for field, terms in rows.items()]
    return (*fields, *(MappedField(field, (NamedNode(namespace),), _KEPT) for field, namespace in kept.items()))


def _stated(rule: Rule) -> Iterator[tuple[Path, NamedNode]]:
    terms = [one.expression.term for one in rule.predicates if isinstance(one.expression, Constant)]
    for wanted in rule.objects:
        if isinstance(wanted, TermMap):
            for path in references(wanted.expression):
                yield from ((path, term) for term in terms if isinstance(term, NamedNode) and term != RDF.type)


def _joined(iterator: str, path: Path | None) -> str:
    """A field as people spell it: ``scores.*.metric`` of the iterator ``$.scores[*]`` and the path ``metric``."""
    text = "*" if path is None else path.text
    if path is not None and (path.about or path.absolute):
        return text.removeprefix("$.")
    start = iterator.removeprefix("$").removeprefix(".").replace("[*]", ".*").lstrip(".")
    return ".".join(part for part in (start, text) if part)
