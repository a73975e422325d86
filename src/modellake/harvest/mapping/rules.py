"""Mappings: which statements are made of which values (https://kg-construct.github.io/rml-core/spec/docs/).

YARRRML and RML in Turtle are read into the same classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from modellake.harvest.mapping.paths import Path

IRI, LITERAL, BLANK = "iri", "literal", "blank"


@dataclass(frozen=True, slots=True)
class Constant:
    """The same term for every item."""

    term: NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Reference:
    """The values that a path leads to."""

    path: Path


@dataclass(frozen=True, slots=True)
class Template:
    """A text with values put into it: an item without one of them has no such text."""

    parts: tuple[str | Path, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """What a function makes of its arguments; ``name`` is its IRI."""

    name: str
    arguments: tuple[tuple[str, TermMap], ...]


Expression: TypeAlias = Constant | Reference | Template | Call


@dataclass(frozen=True, slots=True)
class TermMap:
    """How terms are made.

    Attributes:
        expression: of what.
        kind: `IRI`, `LITERAL`, `BLANK`; empty where the expression decides.
        datatype: of the literals.
        language: of the literals, as a tag or a reference to one.
        line: in the mapping.
    """

    expression: Expression
    kind: str = ""
    datatype: NamedNode | None = None
    language: Expression | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The subjects of another map: those for the same item, or those whose values are equal.

    Attributes:
        target: the name of the other map.
        equal: pairs of references, into the item here and into the item there.
    """

    target: str
    equal: tuple[tuple[Path, Path], ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """All values of the item that no rule of the mapping states, each under its key in a namespace."""

    namespace: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Predicates and objects of the subjects of a map (a predicate-object map)."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | Link | Rest, ...]
    condition: Call | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class LogicalSource:
    """Items of a document.

    Attributes:
        access: the path of the file, relative to the mapping's.
        formulation: ``csv``, ``jsonpath``, ``jsonl``, ``yaml`` or ``parquet``.
        iterator: which values are the items; None for rows.
        delimiter: between the cells of a row.
        line: in the mapping.
    """

    access: str
    formulation: str
    iterator: Path | None = None
    delimiter: str = ","
    line: int | None = None


@dataclass(frozen=True, slots=True)
class TriplesMap:
    """The statements about one kind of subject. ``subjects`` is empty for a new blank node an item."""

    name: str
    sources: tuple[LogicalSource, ...]
    subjects: tuple[TermMap, ...]
    rules: tuple[Rule, ...]
    condition: Call | None = None
    line: int | None = None


@dataclass(frozen=True)
class Mapping:
    """A mapping document.

    Attributes:
        document: the file, as the user named it.
        maps: by name.
        base: what relative IRIs are resolved against; None for the lake's base.
    """

    document: str
    maps: dict[str, TriplesMap] = field(default_factory=dict)
    base: str | None = None

    @cached_property
    def keeps_rest(self) -> bool:
        """True when one of its rules keeps all that the others do not state."""
        rules = (rule for one in self.maps.values() for rule in one.rules)
        return any(isinstance(wanted, Rest) for rule in rules for wanted in rule.objects)


def references(expression: Expression | None) -> Iterator[Path]:
    """The references of an expression, those in its arguments included."""
    if isinstance(expression, Reference):
        yield expression.path
    elif isinstance(expression, Template):
        yield from (part for part in expression.parts if isinstance(part, Path))
    elif isinstance(expression, Call):
        for _, argument in expression.arguments:
            yield from references(argument.expression)
            yield from references(argument.language)


def term_maps(triples_map: TriplesMap) -> Iterator[TermMap]:
    """All term maps of a map."""
    yield from triples_map.subjects
    for rule in triples_map.rules:
        yield from rule.predicates
        yield from (one for one in rule.objects if isinstance(one, TermMap))
