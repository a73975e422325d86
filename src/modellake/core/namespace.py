"""Namespaces: a class per vocabulary, whose attributes are its terms."""

from __future__ import annotations

from typing import ClassVar

from pyoxigraph import NamedNode


class Namespace:
    """Base of the classes in `modellake.core.vocab`, whose attributes are the terms of one namespace."""

    _iri: ClassVar[str]

    def __init_subclass__(cls, iri: str) -> None:
        cls._iri = iri


def namespace_iri(namespace: type[Namespace]) -> str:
    """The IRI that the terms of a namespace begin with."""
    return namespace._iri


def terms_of(namespace: type[Namespace]) -> frozenset[NamedNode]:
    """All terms of a namespace that the ontology uses."""
    return frozenset(value for value in vars(namespace).values() if isinstance(value, NamedNode))


def find_term(namespace: type[Namespace], name: str) -> NamedNode | None:
    """The term with that local name (``text-classification``), or None when the ontology has none."""
    try:
        term = NamedNode(namespace._iri + name)
    except ValueError:
        return None
    return term if term in terms_of(namespace) else None
