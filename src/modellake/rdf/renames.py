"""Terms that are gone and come back under another name, as far as their labels and definitions tell."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import RDFS, SKOS
from modellake.rdf.ontology import CLASSES, PROPERTIES, Ontology, curie

_ALIKE = 0.9
_REPLACED_BY = curie("dct:isReplacedBy")


def renames(old: Ontology, new: Ontology) -> Mapping[NamedNode, NamedNode]:
    """Each term of the old version that is gone, with the term of the new version that looks like it."""
    gone = [term for term in old.terms if term not in new.terms]
    come = [term for term in new.terms if term not in old.terms]
    scored = ((_likeness(old, before, new, after), before, after) for before in gone for after in come)
    found: dict[NamedNode, NamedNode] = {}
    for score, before, after in sorted(scored, key=lambda item: (-item[0], item[1].value, item[2].value)):
        if score >= _ALIKE and before not in found and after not in found.values():
            found[before] = after
    return found


def _likeness(old: Ontology, before: NamedNode, new: Ontology, after: NamedNode) -> float:
    """From 0 to 1: replaced by it, same label, definitions nearly word for word."""
    if _sort(old, before) != _sort(new, after):
        return 0.0
    if after in old.objects(before, _REPLACED_BY):
        return 1.0
    if _texts(old, before, RDFS.label, SKOS.prefLabel) & _texts(new, after, RDFS.label, SKOS.prefLabel):
        return _ALIKE
    pairs = [
        (one, other)
        for one in _texts(old, before, SKOS.definition)
        for other in _texts(new, after, SKOS.definition)
        if one[1] == other[1]
    ]
    return max((SequenceMatcher(None, one[0], other[0]).ratio() for one, other in pairs), default=0.0)


def _sort(ontology: Ontology, term: NamedNode) -> str:
    kinds = ontology.terms[term]
    return "class" if kinds & CLASSES else "property" if kinds & PROPERTIES else "individual"


def _texts(ontology: Ontology, term: NamedNode, *predicates: NamedNode) -> set[tuple[str, str]]:
    said = ontology.objects(term, *predicates)
    return {(value.value, value.language or "") for value in said if isinstance(value, Literal)}
