"""What a property accepts as its subject or its value: its domain or range, whether axiom or suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from modellake.core.prefixes import compact
from modellake.core.vocab import RDFS
from modellake.rdf.closure import Supers
from modellake.rdf.expressions import expression, members
from modellake.rdf.ontology import Ontology, curie

_SUGGESTED = {RDFS.domain: curie("schema:domainIncludes"), RDFS.range: curie("schema:rangeIncludes")}
_ANYTHING = frozenset({"owl:Thing", "rdfs:Resource", "rdfs:Literal"})
# https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes, as far as ontologies use them.
_DERIVED = {
    "xsd:integer": {"xsd:decimal"},
    "xsd:nonNegativeInteger": {"xsd:integer", "xsd:decimal"},
    "xsd:positiveInteger": {"xsd:nonNegativeInteger", "xsd:integer", "xsd:decimal"},
    "xsd:long": {"xsd:integer", "xsd:decimal"},
    "xsd:int": {"xsd:long", "xsd:integer", "xsd:decimal"},
    "xsd:dateTimeStamp": {"xsd:dateTime"},
    "xsd:token": {"xsd:normalizedString", "xsd:string"},
}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is accepted on one side of a property.

    Attributes:
        all_of: every one of these, as ``rdfs:domain`` and ``rdfs:range`` demand (RDF Schema 1.1, 3.1 and 3.2).
        any_of: one of these, as schema.org's ``domainIncludes`` and ``rangeIncludes`` suggest.
    """

    all_of: frozenset[str]
    any_of: frozenset[str]

    @property
    def text(self) -> str:
        """What is accepted, in words."""
        either = " or ".join(sorted(self.any_of))
        every = " and ".join(sorted(self.all_of))
        return (
            " and ".join(part for part in (every, f"({either})" if every and either else either) if part) or "anything"
        )

    def renamed(self, names: Mapping[NamedNode, NamedNode]) -> Acceptance:
        """The same with terms under other names."""
        new = {compact(before.value): compact(after.value) for before, after in names.items()}
        return Acceptance(
            frozenset(new.get(name, name) for name in self.all_of),
            frozenset(new.get(name, name) for name in self.any_of),
        )


def accepted(ontology: Ontology, term: NamedNode, axiom: NamedNode) -> Acceptance:
    """What a property accepts by ``rdfs:domain`` or ``rdfs:range`` and the suggestions that go with it."""
    every: set[str] = set()
    either = {expression(ontology, value) for value in ontology.objects(term, _SUGGESTED[axiom])}
    for value in ontology.objects(term, axiom):
        parts = _union(ontology, value)
        either |= parts
        every |= set() if parts else {expression(ontology, value)}
    return Acceptance(frozenset(every), frozenset(either))


def narrows(before: Acceptance, after: Acceptance, supers: Supers) -> bool:
    """Is something that was accepted before not accepted after, by the hierarchy given?"""
    above = {compact(kind.value): {compact(item.value) for item in found} for kind, found in supers.items()}

    def fits(known: Iterable[str], wanted: str) -> bool:
        return wanted in _ANYTHING or any(
            kind == wanted or wanted in above.get(kind, ()) or wanted in _DERIVED.get(kind, ()) for kind in known
        )

    for kind in before.any_of or {"owl:Thing"}:
        known = before.all_of | {kind}
        every = all(fits(known, wanted) for wanted in after.all_of)
        if not every or not (not after.any_of or any(fits(known, wanted) for wanted in after.any_of)):
            return True
    return False


def _union(ontology: Ontology, value: object) -> set[str]:
    """The members of a union of classes; nothing for what is no union."""
    if not isinstance(value, BlankNode):
        return set()
    lists = ontology.objects(value, curie("owl:unionOf"))
    return {expression(ontology, item) for node in lists for item in members(ontology, node)}
