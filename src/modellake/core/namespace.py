"""Namespaces: a class per vocabulary, whose attributes are its terms."""

from __future__ import annotations

from typing import ClassVar

from pyoxigraph import NamedNode


class Namespace:
    """Base of the classes in `modellake.core.vocab`, whose attributes are the terms of one namespace."""

    _iri: ClassVar[str]
    _terms: ClassVar[frozenset[NamedNode]]

    def __init_subclass__(cls, iri: str) -> None:
        cls._iri = iri
        cls._terms = frozenset(value for value in vars(cls).values() if isinstance(value, NamedNode))


def namespace_iri(namespace: type[Namespace]) -> str:
    """The IRI that the terms of a namespace begin with."""
    return namespace._iri


def terms_of(namespace: type[Namespace]) -> frozenset[NamedNode]:
    """All terms of a namespace that the ontology uses."""
    return namespace._terms


def find_term(namespace: type[Namespace], name: str) -> NamedNode | None:
    """The term with that local name (``text-classification``), or None when the ontology has none."""
    try:
        term = NamedNode(namespace._iri + name)
    except ValueError:
        return None
    return term if term in namespace._terms else None
