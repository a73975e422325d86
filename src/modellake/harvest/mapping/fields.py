"""The mapping table of a harvester, read from its mappings."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from modellake.core.plugins import MappedField
from modellake.core.vocab import RDF
from modellake.harvest.mapping.paths import Path
from modellake.harvest.mapping.rules import Constant, Mapping, Rest, Rule, TermMap, references

_KEPT = "what no other rule states, under its own key in this namespace"


def mapped_fields(mapping: Mapping, name: str) -> tuple[MappedField, ...]:
    """A row for each field of the document and the properties that carry it, in the order of the mapping.

    Args:
        mapping: of documents of one kind.
        name: of its file, for the notes.
    """
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
    fields = [MappedField(field, tuple(terms), f"by {name}") for field, terms in rows.items()]
    keeping = [MappedField(field, (NamedNode(ns),), f"by {name}: {_KEPT}") for field, ns in kept.items()]
    return (*fields, *keeping)


def _stated(rule: Rule) -> Iterator[tuple[Path, NamedNode]]:
    terms = [one.expression.term for one in rule.predicates if isinstance(one.expression, Constant)]
    for wanted in rule.objects:
        if isinstance(wanted, TermMap):
            for path in references(wanted.expression):
                yield from ((path, term) for term in terms if isinstance(term, NamedNode) and term != RDF.type)


def _joined(iterator: str, path: Path | None) -> str:
    """A field as people spell it: ``scores.*.metric`` for the iterator ``$.scores[*]`` and the path ``metric``."""
    if path is not None and path.about:
        return path.text
    steps = [] if path is not None and path.absolute else _steps(iterator)
    for step in _steps("*" if path is None else path.text):
        if step == "^":
            steps = steps[:-1]
        elif step != "@":
            steps.append(step)
    return ".".join(steps).replace(".~", " (key)")


def _steps(text: str) -> list[str]:
    """A path as names, ``*``, ``^`` and ``~``."""
    plain = text.replace("[*]", ".*").replace("^", ".^.").replace("~", ".~")
    return [part for part in plain.split(".") if part and part != "$"]
