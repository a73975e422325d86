"""The terms of our own namespaces: which there are, and what a mistyped one was meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from functools import lru_cache

from pyoxigraph import NamedNode, Triple

from modellake.core.prefixes import compact
from modellake.core.report import Finding, Severity
from modellake.core.vocab import OWL, RDF
from modellake.rdf.assets import ontology_files, read_turtle
from modellake.rdf.contexts import context_terms

_ROOT = "https://w3id.org/model-lake"
# To find what a term was meant to be takes milliseconds: who mistypes more terms gets no advice on the rest.
_ADVISED = 100
_PROPERTIES = frozenset({OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty})


def unknown_terms(statements: Collection[Triple]) -> list[Finding]:
    """A violation for each use of a term that our vocabulary and code lists do not have."""
    used = {item.predicate for item in statements} | {item.object for item in statements}
    unknown = {term for term in used if isinstance(term, NamedNode) and is_unknown(term.value)}
    if not unknown:
        return []
    advised = set(sorted(unknown, key=str)[:_ADVISED])
    return [
        _unknown_term(term.value, statement, candidates if term in advised else None)
        for statement in statements
        for term, candidates in (
            (statement.predicate, known_properties()),
            (statement.object, _known_others()),
        )
        if isinstance(term, NamedNode) and term in unknown
    ]


def is_unknown(iri: str) -> bool:
    """Does an IRI stand in one of our namespaces without being described there?"""
    return iri.startswith(_known_namespaces()) and iri not in known_terms()


@lru_cache(maxsize=1)
def known_terms() -> frozenset[str]:
    """Every IRI that the packaged ontology and its code lists describe."""
    return frozenset(_kinds())


@lru_cache(maxsize=1)
def known_properties() -> frozenset[str]:
    """Those of them that can stand as a predicate."""
    return frozenset(iri for iri, kinds in _kinds().items() if kinds & _PROPERTIES)


@lru_cache(maxsize=1)
def _known_others() -> frozenset[str]:
    return known_terms() - known_properties()


@lru_cache(maxsize=1)
def _kinds() -> dict[str, set[object]]:
    kinds: dict[str, set[object]] = {}
    for statement in read_turtle(ontology_files()):
        if isinstance(statement.subject, NamedNode):
            known = kinds.setdefault(statement.subject.value, set())
            if statement.predicate == RDF.type:
                known.add(statement.object)
    return kinds


@lru_cache(maxsize=1)
def _known_namespaces() -> tuple[str, ...]:
    return tuple({iri.rpartition("#")[0] + "#" for iri in known_terms() if iri.startswith(_ROOT) and "#" in iri})


def _context_names(candidates: frozenset[str]) -> dict[str, str]:
    """Names that the JSON-LD context gives to terms of others, such as ``title``, where properties are asked for."""
    if candidates is not known_properties():
        return {}
    return {name: term for name, term in context_terms().items() if name[:1].islower() and ":" in term}


def _unknown_term(iri: str, statement: Triple, candidates: frozenset[str] | None) -> Finding:
    advice = f"Did you mean {_nearest(iri.rpartition('#')[2], candidates)}? " if candidates else ""
    return Finding(
        "gate.unknown-term",
        Severity.VIOLATION,
        f"There is no term {compact(iri)} in the Model Lake vocabulary",
        remedy=f"{advice}Terms of other vocabularies are welcome under their own IRIs.",
        focus=str(statement.subject),
        path=str(statement.predicate),
        value=str(statement.object),
    )


@lru_cache(maxsize=1024)
def _nearest(name: str, candidates: frozenset[str]) -> str:
    """The term whose name is spelled most like this one."""
    names = {iri.rpartition("#")[2]: compact(iri) for iri in sorted(candidates)} | _context_names(candidates)
    return names[difflib.get_close_matches(name, names, n=1, cutoff=0.0)[0]]
