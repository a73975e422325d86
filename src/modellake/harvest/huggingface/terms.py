"""Terms of cards that are no terms of the ontology, and literals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from modellake.core.namespace import Namespace, namespace_iri, terms_of
from modellake.core.prefixes import PREFIXES

CURRENT_VERSION = NamedNode(PREFIXES["dcat"] + "hasCurrentVersion")
POSITION = NamedNode(PREFIXES["schema"] + "position")
REPLACED_BY = NamedNode(PREFIXES["dct"] + "isReplacedBy")


@lru_cache(maxsize=4096)
def card_key(key: str) -> NamedNode:
    """The property under which a key of a card is kept that the ontology has no term for."""
    return NamedNode(PREFIXES["hf"] + quote(key, safe="-._~"))


@lru_cache(maxsize=16)
def concepts(scheme: type[Namespace]) -> Mapping[str, NamedNode]:
    """The concepts of a code list (``TASK``, ``METRIC``, ``SPLIT``) by their local names."""
    return {term.value.removeprefix(namespace_iri(scheme)): term for term in terms_of(scheme)}


def typed(text: str, datatype: str) -> Literal:
    """A literal of an XML Schema datatype (``integer``)."""
    return Literal(text, datatype=_datatype(datatype))


@lru_cache(maxsize=16)
def _datatype(name: str) -> NamedNode:
    return NamedNode(PREFIXES["xsd"] + name)
