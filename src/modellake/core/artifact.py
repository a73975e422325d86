"""Typed records: the base of what a program says about resources, in Python.

A record is a frozen dataclass whose fields are properties of the ontology, in Python's spelling
(``lake:trainedOn`` is ``trained_on``). `modellake.core.records` and `modellake.core.activities` have the
records themselves, `modellake.core.fields` the kinds of fields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias, get_type_hints
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs
from modellake.core.literals import clean_text
from modellake.core.vocab import RDF

_SEVERAL = (list, tuple, set, frozenset)
_FIELDS: dict[type, Mapping[str, Field]] = {}


@dataclass(frozen=True, slots=True)
class Owner:
    """The node that a value is stated of, in one lake."""

    node: NamedNode
    iris: LakeIRIs


class ValueKind(Protocol):
    """What the values of a field are."""

    def statements(self, owner: Owner, property: NamedNode, value: Any) -> Iterator[Triple]:
        """What one value of the field says."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: the property that it is, and the kind of its values.

    Attributes:
        whole: a list is one value, not several.
    """

    property: NamedNode
    kind: ValueKind
    whole: bool = False

    def statements(self, owner: Owner, value: Any) -> Iterator[Triple]:
        """What all values of the field say; None says nothing."""
        values = value if isinstance(value, _SEVERAL) and not self.whole else (value,)
        for item in values:
            if item is not None:
                yield from self.kind.statements(owner, self.property, item)


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """Base of all records.

    Attributes:
        term: the class of the ontology that the record's resource belongs to.
        room: the first segment of its IRI (``model``); the prefix of its fragment for a part.
        key: for a part, the fields of which the first that is given names it.
        inverse: for a part, the property that leads back to its owner.
    """

    term: ClassVar[NamedNode]
    room: ClassVar[str]
    key: ClassVar[tuple[str, ...]] = ()
    inverse: ClassVar[NamedNode | None] = None

    def __post_init__(self) -> None:
        for name, field in fields_of(type(self)).items():
            value = getattr(self, name)
            if isinstance(value, _SEVERAL) and not field.whole:
                object.__setattr__(self, name, tuple(value))

    def iri(self, iris: LakeIRIs) -> NamedNode:  # noqa: ARG002 (what has an IRI of its own needs it)
        """The IRI of the resource in a lake.

        Raises:
            UsageError: the record is a part, which has an IRI only inside its owner.
        """
        raise UsageError(
            f"A {type(self).__name__} has no IRI without the resource that it is a part of",
            code="part.unowned",
            remedy="Give it as a field of that resource's record.",
        )

    def statements(self, iris: LakeIRIs) -> list[Triple]:
        """What the record says, parts included; other records that it refers to are not repeated."""
        return list(self.statements_of(self.iri(iris), iris))

    def statements_of(self, node: NamedNode, iris: LakeIRIs) -> list[Triple]:
        """What the record says of ``node``."""
        owner = Owner(node, iris)
        said = (field.statements(owner, getattr(self, name)) for name, field in fields_of(type(self)).items())
        return [Triple(node, RDF.type, self.rdf_type()), *(item for group in said for item in group)]

    def rdf_type(self) -> NamedNode:
        """The class of the ontology that the resource belongs to."""
        return self.term

    def node_in(self, owner: Owner) -> NamedNode:
        """The fragment that the record is as a part of ``owner``; the same content gives the same fragment."""
        name = f"{self.room}-{self._key_text() or self._digest(owner.iris)}"
        if "#" not in owner.node.value:
            return owner.iris.fragment(owner.node, name)
        return NamedNode(f"{owner.node.value}-{quote(name, safe='-._~')}")

    def _key_text(self) -> str | None:
        values = (getattr(self, name) for name in self.key)
        value = next((item for item in values if item is not None), None)
        if isinstance(value, NamedNode):
            return value.value.rpartition("#")[2] or value.value
        return None if value is None else plain_text(value)

    def _digest(self, iris: LakeIRIs) -> str:
        node = NamedNode("urn:modellake:part")
        lines = sorted(str(item) for item in self.statements_of(node, iris))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


Reference: TypeAlias = str | NamedNode | Artifact
References: TypeAlias = Reference | Sequence[Reference] | None
Text: TypeAlias = str | Literal
Texts: TypeAlias = Text | Sequence[Text] | None
Parts: TypeAlias = Artifact | Sequence[Artifact] | None


def fields_of(record: type) -> Mapping[str, Field]:
    """The fields of a class of records that are properties, by name, in the order of its definition."""
    if record not in _FIELDS:
        _FIELDS[record] = dict(_declared_fields(record))
    return _FIELDS[record]


def _declared_fields(record: type) -> Iterator[tuple[str, Field]]:
    for name, hint in get_type_hints(record, include_extras=True).items():
        yield from ((name, note) for note in getattr(hint, "__metadata__", ()) if isinstance(note, Field))


def plain_text(value: object) -> str:
    """The words of a text or of a literal."""
    return clean_text(value.value if isinstance(value, Literal) else str(value))
