"""Terms as people write them: CURIEs, quoted texts, and nested brackets for what has no IRI."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from modellake.core.prefixes import compact
from modellake.core.terms import Term
from modellake.core.vocab import RDF
from modellake.rdf.ontology import Ontology, curie

_FIRST, _REST, _NIL = curie("rdf:first"), curie("rdf:rest"), curie("rdf:nil")


def expression(ontology: Ontology, term: Term, *, seen: frozenset[Term] = frozenset()) -> str:
    """A term in the manner of Turtle, a blank node with all that it says, in a stable order."""
    if isinstance(term, NamedNode):
        return compact(term.value)
    if not isinstance(term, BlankNode):
        return f'"{term.value}"@{term.language}' if isinstance(term, Literal) and term.language else str(term)
    if term in seen:
        return "[…]"
    inside = seen | {term}
    if ontology.objects(term, _FIRST):
        return f"( {' '.join(expression(ontology, item, seen=inside) for item in members(ontology, term))} )"
    said = sorted(
        f"{_verb(item.predicate)} {expression(ontology, item.object, seen=inside)}"
        for item in ontology.about.get(term, ())
    )
    return f"[ {' ; '.join(said)} ]" if said else "[]"


def members(ontology: Ontology, node: Term) -> list[Term]:
    """The members of an RDF list; what is no list has none."""
    found: list[Term] = []
    passed: set[Term] = set()
    while node != _NIL and node not in passed:
        passed.add(node)
        found += ontology.objects(node, _FIRST)[:1]
        node = next(iter(ontology.objects(node, _REST)), _NIL)
    return found


def _verb(predicate: NamedNode) -> str:
    return "a" if predicate == RDF.type else compact(predicate.value)
