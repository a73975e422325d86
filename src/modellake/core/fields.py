"""Fields of typed records: which property a field is, and how its Python values become statements.

A record's class lists its fields with the specifiers at the end of this module; no class has code of its own
for turning them into statements.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core import references
from modellake.core.artifact import Artifact, Field, Owner, ValueKind
from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs
from modellake.core.licenses import expression_statements, read_license
from modellake.core.literals import (
    boolean_literal,
    clean_text,
    decimal_literal,
    integer_literal,
    text_literal,
    time_literal,
    value_literal,
)
from modellake.core.namespace import Namespace
from modellake.core.vocab import LAKE


@dataclass(frozen=True, slots=True)
class LiteralKind:
    """Literals; a ``pyoxigraph.Literal`` is taken as it is, for language tags and rare datatypes."""

    convert: Callable[[Any], Literal]

    def statements(self, owner: Owner, property: NamedNode, value: Any) -> Iterator[Triple]:
        """One literal; UsageError when the value cannot be one of this kind."""
        try:
            literal = value if isinstance(value, Literal) else self.convert(value)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise UsageError(
                f"{value!r} cannot be a value of {property.value}: {error}",
                code="value.malformed",
                remedy="Give a value of the type that the field is declared with.",
            ) from error
        yield Triple(owner.node, property, literal)


@dataclass(frozen=True, slots=True)
class MeasuredKind:
    """Measured numbers: decimals, or word for word what no decimal can be (``lake:verbatimValue``)."""

    def statements(self, owner: Owner, property: NamedNode, value: Any) -> Iterator[Triple]:
        """The value under ``property`` if it is a number that a decimal can hold, else ``lake:verbatimValue``."""
        try:
            finite = isinstance(value, Literal) or math.isfinite(value)
            literal = value if isinstance(value, Literal) else decimal_literal(value) if finite else None
        except (ValueError, TypeError, ArithmeticError):
            literal = None
        if literal is not None:
            yield Triple(owner.node, property, literal)
        else:
            yield Triple(owner.node, LAKE.verbatimValue, text_literal(value))


@dataclass(frozen=True, slots=True)
class ReferenceKind:
    """Other resources: an IRI, a record, or a name that ``resolve`` turns into an IRI."""

    resolve: Callable[[str, LakeIRIs], NamedNode]

    def statements(self, owner: Owner, property: NamedNode, value: Any) -> Iterator[Triple]:
        """One reference; what the other resource says of itself is not repeated."""
        yield Triple(owner.node, property, refer(value, self.resolve, owner.iris))


@dataclass(frozen=True, slots=True)
class LicenseKind:
    """Licenses, with what describes an expression such as ``MIT OR Apache-2.0``."""

    def statements(self, owner: Owner, property: NamedNode, value: Any) -> Iterator[Triple]:
        """One reference, and the parts of the expression that it stands for."""
        yield Triple(owner.node, property, refer(value, references.license_iri, owner.iris))
        expression = read_license(clean_text(value)).expression if isinstance(value, str) else None
        for statement in expression_statements(expression, owner.iris) if expression else ():
            yield Triple(*statement)


@dataclass(frozen=True, slots=True)
class PartKind:
    """Nodes inside the record: parts that nothing else refers to.

    Attributes:
        read: makes the part of what a program may give in its place, such as a digest for a checksum.
    """

    read: Callable[[Any], Artifact] | None = None

    def statements(self, owner: Owner, property: NamedNode, value: Any) -> Iterator[Triple]:
        """The part as a fragment of its owner, and what it says."""
        part = value if isinstance(value, Artifact) or self.read is None else self.read(value)
        if not isinstance(part, Artifact):
            raise UsageError(
                f"{value!r} cannot be a value of {property.value}",
                code="value.malformed",
                remedy="Give a record.",
            )
        node = part.node_in(owner)
        yield Triple(owner.node, property, node)
        if part.inverse is not None:
            yield Triple(node, part.inverse, owner.node)
        yield from part.statements_of(node, owner.iris)


@dataclass(frozen=True, slots=True)
class ProductKind:
    """Resources of a kind, or files that are parts of the record."""

    kind: str

    def statements(self, owner: Owner, property: NamedNode, value: Any) -> Iterator[Triple]:
        """One reference, or one part."""
        is_part = isinstance(value, Artifact) and type(value).iri is Artifact.iri
        kind: ValueKind = PartKind() if is_part else ReferenceKind(resolver(self.kind))
        yield from kind.statements(owner, property, value)


@dataclass(frozen=True, slots=True)
class SiblingKind:
    """Another version of the same line: its label alone, or any reference."""

    kind: str

    def statements(self, owner: Owner, property: NamedNode, value: Any) -> Iterator[Triple]:
        """One reference."""
        line = NamedNode(owner.node.value.rpartition("/version/")[0] or owner.node.value)
        is_label = isinstance(value, str) and "@" not in value and references.absolute_iri(value) is None
        target = (
            references.version_iri(line, value, owner.iris)
            if is_label
            else refer(value, resolver(self.kind), owner.iris)
        )
        yield Triple(owner.node, property, target)


def refer(value: Any, resolve: Callable[[str, LakeIRIs], NamedNode], iris: LakeIRIs) -> NamedNode:
    """The resource that a program means by a record, an IRI or a name.

    Raises:
        UsageError: it is none of these.
    """
    if isinstance(value, Artifact):
        return value.iri(iris)
    if isinstance(value, NamedNode):
        return value
    if isinstance(value, str):
        return resolve(value, iris)
    raise UsageError(
        f"{value!r} names no resource", code="reference.malformed", remedy="Give an IRI, a name or a record."
    )


def resolver(kind: str) -> Callable[[str, LakeIRIs], NamedNode]:
    """Resolves ``org/name[@version]`` among the resources of a kind."""
    return lambda name, iris: references.versioned_iri(name, kind, iris)


def text(property: NamedNode) -> Field:
    """Texts; give a ``pyoxigraph.Literal`` for one in a certain language."""
    return Field(property, LiteralKind(text_literal))


def integer(property: NamedNode) -> Field:
    """Whole numbers (``xsd:integer``)."""
    return Field(property, LiteralKind(integer_literal))


def decimal(property: NamedNode) -> Field:
    """Numbers (``xsd:decimal``)."""
    return Field(property, LiteralKind(decimal_literal))


def measured(property: NamedNode) -> Field:
    """Measured numbers; NaN, infinities, texts, and numbers that no decimal holds become ``lake:verbatimValue``."""
    return Field(property, MeasuredKind())


def boolean(property: NamedNode) -> Field:
    """True or False (``xsd:boolean``)."""
    return Field(property, LiteralKind(boolean_literal))


def time(property: NamedNode) -> Field:
    """Dates and times: ``datetime``, ``date``, or ISO 8601 text."""
    return Field(property, LiteralKind(time_literal))


def anything(property: NamedNode) -> Field:
    """Any one value, with the datatype nearest to it; a list is its JSON text."""
    return Field(property, LiteralKind(value_literal), whole=True)


def reference(property: NamedNode, kind: str) -> Field:
    """Resources of a kind, or versions of such: records, IRIs or ``org/name[@version]``."""
    return Field(property, ReferenceKind(resolver(kind)))


def named(property: NamedNode, kind: str) -> Field:
    """Resources of a kind without versions, such as agents, whose names may hold an ``@``."""
    return Field(property, ReferenceKind(lambda name, iris: references.line_iri(name, kind, iris)))


def product(property: NamedNode, kind: str) -> Field:
    """Resources of a kind, or files without an IRI of their own."""
    return Field(property, ProductKind(kind))


def sibling(property: NamedNode, kind: str) -> Field:
    """Other versions of the same line, by label, or references."""
    return Field(property, SiblingKind(kind))


def concept(property: NamedNode, scheme: type[Namespace], kind: str) -> Field:
    """Concepts of a code list by local name (``text-classification``), or IRIs."""
    return Field(property, ReferenceKind(lambda name, iris: references.concept_iri(name, scheme, kind, iris)))


def license_(property: NamedNode) -> Field:
    """Licenses by SPDX id, expression, name or address, or IRIs."""
    return Field(property, LicenseKind())


def address(property: NamedNode) -> Field:
    """Addresses on the web."""
    return Field(property, ReferenceKind(lambda text, _: references.address_iri(text)))


def iri_in(property: NamedNode, namespace: str) -> Field:
    """IRIs that begin with ``namespace``, of which the rest is enough."""
    return Field(
        property,
        ReferenceKind(lambda name, _: references.absolute_iri(name) or references.address_iri(namespace + name)),
    )


def part(property: NamedNode, read: Callable[[Any], Artifact] | None = None) -> Field:
    """Parts of the record: records that are fragments of this one."""
    return Field(property, PartKind(read))
