"""What follows locally from the ontology: supertypes and superproperties of what is asserted.

Only entailments with the same subject are made (RDFS rules rdfs7 and rdfs9,
https://www.w3.org/TR/rdf11-mt/#patterns-of-rdfs-entailment-informative), so that a record's entailed
statements depend on that record alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import NamedNode, Triple

from modellake.core.vocab import RDF, RDFS
from modellake.rdf.assets import alignment_files, ontology_files, read_turtle

_TOPS = frozenset(
    {NamedNode("http://www.w3.org/2002/07/owl#Thing"), NamedNode("http://www.w3.org/2000/01/rdf-schema#Resource")}
)

Supers = Mapping[NamedNode, frozenset[NamedNode]]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """All strict superclasses and superproperties, transitively closed."""

    superclasses: Supers
    superproperties: Supers

    def entailed(self, statements: Iterable[Triple]) -> set[Triple]:
        """What follows from ``statements`` and is not among them."""
        asserted = statements if isinstance(statements, set | frozenset) else set(statements)
        found: set[Triple] = set()
        for statement in asserted:
            subject, predicate, value = statement.subject, statement.predicate, statement.object
            if predicate == RDF.type:
                found.update(Triple(subject, RDF.type, kind) for kind in self._classes_above(value))
            for above in self.superproperties.get(predicate, ()):
                found.add(Triple(subject, above, value))
        return found - asserted

    def types_above(self, kinds: Iterable[NamedNode]) -> set[NamedNode]:
        """The classes given and all their superclasses."""
        every = set(kinds)
        for kind in tuple(every):
            every |= self.superclasses.get(kind, frozenset())
        return every

    def _classes_above(self, value: object) -> frozenset[NamedNode]:
        return self.superclasses.get(value, frozenset()) if isinstance(value, NamedNode) else frozenset()


@lru_cache(maxsize=1)
def load_hierarchy() -> Hierarchy:
    """The hierarchy of the packaged ontology and its alignments."""
    return build_hierarchy(read_turtle(ontology_files() + alignment_files()))


def build_hierarchy(axioms: Iterable[Triple]) -> Hierarchy:
    """The hierarchy that the subclass and subproperty axioms among ``axioms`` state."""
    direct: dict[NamedNode, dict[NamedNode, set[NamedNode]]] = {
        RDFS.subClassOf: defaultdict(set),
        RDFS.subPropertyOf: defaultdict(set),
    }
    for axiom in axioms:
        known = direct.get(axiom.predicate)
        if known is not None and isinstance(axiom.subject, NamedNode) and isinstance(axiom.object, NamedNode):
            known[axiom.subject].add(axiom.object)
    return Hierarchy(_close(direct[RDFS.subClassOf]), _close(direct[RDFS.subPropertyOf]))


def entailed(statements: Iterable[Triple]) -> set[Triple]:
    """What follows from ``statements`` by the packaged ontology."""
    return load_hierarchy().entailed(statements)


def _close(direct: Mapping[NamedNode, set[NamedNode]]) -> Supers:
    return {node: frozenset(_above(node, direct)) - _TOPS - {node} for node in direct}


def _above(node: NamedNode, direct: Mapping[NamedNode, set[NamedNode]]) -> set[NamedNode]:
    reached: set[NamedNode] = set()
    waiting = list(direct.get(node, ()))
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(direct.get(current, ()))
    return reached
