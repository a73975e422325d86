"""What changed between two versions of an ontology, and whether what was written for the old one still holds.

A change is *breaking* when a description that was right may become wrong, or a query may lose answers: a term, a
superclass or a code is gone; a domain, a range or a kind is narrower. All else is compatible: https://semver.org/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pyoxigraph import BlankNode, NamedNode
from pyoxigraph import Literal as RdfLiteral

from modellake.core.prefixes import compact
from modellake.core.terms import Term
from modellake.core.vocab import OWL, RDF, RDFS, SKOS
from modellake.rdf.acceptance import accepted, narrows
from modellake.rdf.closure import Hierarchy, build_hierarchy
from modellake.rdf.expressions import expression
from modellake.rdf.ontology import KINDS, Ontology, curie
from modellake.rdf.renames import renames

Kind = Literal[
    "added", "removed", "renamed", "deprecated", "kind", "hierarchy", "domain", "range", "axiom", "code", "text"
]

_DEPRECATED, _REPLACED_BY = curie("owl:deprecated"), curie("dct:isReplacedBy")
_OWL = curie("owl:Thing").value.removesuffix("Thing")
# More of these leaves less room. Of other axioms more says more, and less loses answers.
_RESTRICTING = frozenset(
    curie(f"owl:{name}")
    for name in (
        "AsymmetricProperty",
        "FunctionalProperty",
        "InverseFunctionalProperty",
        "IrreflexiveProperty",
        "disjointWith",
        "hasKey",
        "propertyDisjointWith",
    )
)
_SCOPES: tuple[tuple[Kind, NamedNode], ...] = (("domain", RDFS.domain), ("range", RDFS.range))
_CODES = frozenset({SKOS.inScheme, SKOS.notation, SKOS.broader})
_ELSEWHERE = frozenset(
    {RDF.type, RDFS.domain, RDFS.range, curie("schema:domainIncludes"), curie("schema:rangeIncludes"), _DEPRECATED}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one term.

    Attributes:
        kind: what sort of change it is.
        term: the IRI of the term, in the old version where it has one there.
        breaking: whether what was written for the old version may fail.
        text: the change in a few words.
        old: what stood there before.
        new: what stands there now.
    """

    kind: Kind
    term: str
    breaking: bool
    text: str
    old: str | None = None
    new: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON-ready values."""
        values = {"old": self.old, "new": self.new}
        said = {name: value for name, value in values.items() if value is not None}
        return {"change": self.kind, "term": self.term, "breaking": self.breaking, "text": self.text, **said}


@dataclass(frozen=True)
class Comparison:
    """Two versions of an ontology."""

    old: Ontology
    new: Ontology

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All changes, the breaking ones first."""
        found = {*self._come_and_gone()}
        for term in self.old.terms:
            if term in self.new.terms:
                found |= {*self._types(term), *self._supers(term), *self._scopes(term)}
                found |= {*self._others(term), *self._deprecation(term)}
        return tuple(sorted(found, key=lambda item: (not item.breaking, item.kind, item.term, item.text)))

    @property
    def breaking(self) -> bool:
        """Is any change breaking?"""
        return any(change.breaking for change in self.changes)

    @property
    def versions(self) -> tuple[str | None, str | None]:
        """The version numbers that the two give themselves."""
        return version_of(self.old), version_of(self.new)

    @property
    def announced(self) -> bool:
        """Does the new version number tell of breaking changes? (https://semver.org/, 4 and 8)"""
        before, after = ((version or "").split(".") for version in self.versions)
        places = 2 if before[0] in ("", "0") else 1
        return before[:places] != after[:places]

    @cached_property
    def _renamed(self) -> Mapping[NamedNode, NamedNode]:
        return renames(self.old, self.new)

    @cached_property
    def _before(self) -> Hierarchy:
        return build_hierarchy(self.old.statements)

    @cached_property
    def _after(self) -> Hierarchy:
        return build_hierarchy(self.new.statements)

    def _come_and_gone(self) -> Iterator[Change]:
        for term in self.old.terms:
            if term in self._renamed:
                after = self._renamed[term].value
                yield Change("renamed", term.value, True, f"gone, and looks like {compact(after)}", term.value, after)
            elif term not in self.new.terms:
                was = "after having been deprecated" if _is_deprecated(self.old, term) else "without deprecation"
                yield Change("removed", term.value, True, f"removed {was}")
        for term in self.new.terms:
            if term not in self.old.terms and term not in self._renamed.values():
                yield Change("added", term.value, False, "added")
        for iri in _lists(self.old) - _lists(self.new):
            yield Change("removed", iri, True, "the code list is removed")
        for iri in _lists(self.new) - _lists(self.old):
            yield Change("added", iri, False, "the code list is added")

    def _types(self, term: NamedNode) -> Iterator[Change]:
        for value, added in _difference(self.old.objects(term, RDF.type), self.new.objects(term, RDF.type)):
            if isinstance(value, NamedNode):
                kind: Kind = "kind" if value in KINDS or not value.value.startswith(_OWL) else "axiom"
                yield _change(kind, term, added, (value in _RESTRICTING) == added, "a", compact(value.value))

    def _supers(self, term: NamedNode) -> Iterator[Change]:
        for predicate, before, after in (
            (RDFS.subClassOf, self._before.superclasses, self._after.superclasses),
            (RDFS.subPropertyOf, self._before.superproperties, self._after.superproperties),
        ):
            name = compact(predicate.value)
            for value in _named(self.old.objects(term, predicate)):
                if self._renamed.get(value, value) not in after.get(term, ()):
                    yield _change("hierarchy", term, False, True, name, compact(value.value))
            for value in _named(self.new.objects(term, predicate)):
                if value not in {self._renamed.get(item, item) for item in before.get(term, ())}:
                    yield _change("hierarchy", term, True, False, name, compact(value.value))

    def _scopes(self, term: NamedNode) -> Iterator[Change]:
        for side, axiom in _SCOPES:
            before = accepted(self.old, term, axiom).renamed(self._renamed)
            after = accepted(self.new, term, axiom)
            if before != after:
                tighter = narrows(before, after, self._after.superclasses)
                text = f"{side} {'narrower' if tighter else 'wider'}: {before.text} → {after.text}"
                yield Change(side, term.value, tighter, text, before.text, after.text)

    def _others(self, term: NamedNode) -> Iterator[Change]:
        """Codes, further axioms and texts."""
        predicates = {item.predicate for ontology in (self.old, self.new) for item in ontology.about[term]} - _ELSEWHERE
        for predicate in predicates:
            before = _said(self.old, term, predicate, self._renamed)
            after = _said(self.new, term, predicate, {})
            if predicate in _CODES or _is_axiom(predicate):
                kind: Kind = "code" if predicate in _CODES else "axiom"
                restricting = predicate in _RESTRICTING or predicate == RDFS.subClassOf
                for value, added in _difference(before, after):
                    yield _change(kind, term, added, restricting == added, compact(predicate.value), value)
            elif predicate not in (RDFS.subClassOf, RDFS.subPropertyOf):
                yield from _texts(term, predicate, before, after)

    def _deprecation(self, term: NamedNode) -> Iterator[Change]:
        before, after = _is_deprecated(self.old, term), _is_deprecated(self.new, term)
        if after and not before:
            instead = ", ".join(compact(value.value) for value in _named(self.new.objects(term, _REPLACED_BY)))
            yield Change("deprecated", term.value, False, f"deprecated; use {instead or 'nothing'} instead")
        elif before and not after:
            yield Change("deprecated", term.value, False, "no longer deprecated")


def version_of(ontology: Ontology) -> str | None:
    """The version number of an ontology, of its whole where it has parts."""
    headers = [NamedNode(iri) for iri in sorted(ontology.homes, key=len)]
    said = (value for header in headers for value in ontology.objects(header, OWL.versionInfo))
    return next((value.value for value in said if isinstance(value, RdfLiteral)), None)


def _change(kind: Kind, term: NamedNode, added: bool, breaking: bool, name: str, value: str) -> Change:
    text = f"{'now' if added else 'no longer'} {name} {value}"
    return Change(kind, term.value, breaking, text, None if added else value, value if added else None)


def _texts(term: NamedNode, predicate: NamedNode, before: set[str], after: set[str]) -> Iterator[Change]:
    """Changed annotations, one a language."""
    for language in {_language(value) for value in before ^ after}:
        gone = " | ".join(sorted(value for value in before - after if _language(value) == language))
        come = " | ".join(sorted(value for value in after - before if _language(value) == language))
        verb = "changed" if gone and come else "added" if come else "removed"
        text = f"{compact(predicate.value)}{language} {verb}"
        yield Change("text", term.value, False, text, gone or None, come or None)


def _difference(before: Iterable[Any], after: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    """What is in one of the two alone, with True for what was added."""
    first, second = set(before), set(after)
    yield from ((value, False) for value in first - second)
    yield from ((value, True) for value in second - first)


def _said(ontology: Ontology, term: NamedNode, predicate: NamedNode, names: Mapping[NamedNode, NamedNode]) -> set[str]:
    """The values of a property as text. Named superclasses are left out: the hierarchy tells of them."""
    values = ontology.objects(term, predicate)
    if predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        values = [value for value in values if isinstance(value, BlankNode)]
    return {
        expression(ontology, names.get(value, value) if isinstance(value, NamedNode) else value) for value in values
    }


def _is_axiom(predicate: NamedNode) -> bool:
    return predicate == RDFS.subClassOf or (predicate.value.startswith(_OWL) and predicate != OWL.versionInfo)


def _language(value: str) -> str:
    mark, _, language = value.rpartition("@")
    return f"@{language}" if mark.endswith('"') else ""


def _named(values: Iterable[Term]) -> list[NamedNode]:
    return [value for value in values if isinstance(value, NamedNode)]


def _lists(ontology: Ontology) -> set[str]:
    return {iri for iri in ontology.homes if SKOS.ConceptScheme in ontology.objects(NamedNode(iri), RDF.type)}


def _is_deprecated(ontology: Ontology, term: NamedNode) -> bool:
    return any(
        isinstance(value, RdfLiteral) and value.value in ("true", "1") for value in ontology.objects(term, _DEPRECATED)
    )
