"""What follows locally from the ontology: supertypes and superproperties of what is asserted.

Only entailments with the same subject are made (RDFS rules rdfs7 and rdfs9,
https://www.w3.org/TR/rdf11-mt/#patterns-of-rdfs-entailment-informative), so that a record's entailed
statements depend on that record alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pyoxigraph import NamedNode, Triple

from modellake.core.vocab import RDF, RDFS
from modellake.rdf.assets import alignment_files, ontology_files, read_turtle
from modellake.rdf.canon import parse_ntriples
from modellake.rdf.codec import ntriples_lines

_TOPS = frozenset(
    {NamedNode("http://www.w3.org/2002/07/owl#Thing"), NamedNode("http://www.w3.org/2000/01/rdf-schema#Resource")}
)

_TYPE = str(RDF.type)

Supers = Mapping[NamedNode, frozenset[NamedNode]]


@dataclass(frozen=True)
class Hierarchy:
    """All strict superclasses and superproperties, transitively closed."""

    superclasses: Supers
    superproperties: Supers

    def entailed(self, statements: Iterable[Triple]) -> set[Triple]:
        """What follows from ``statements`` and is not among them."""
        lines = self.entailed_lines(ntriples_lines(statements))
        return set(parse_ntriples("\n".join(lines).encode()))

    def entailed_lines(self, lines: Iterable[str]) -> list[str]:
        """What follows from statements and is not among them, each a line of N-Triples.

        Lines, since what goes from the ledger into an engine need not become terms on the way: that takes ten times
        as long.
        """
        asserted = lines if isinstance(lines, set | frozenset) else set(lines)
        found: dict[str, None] = {}
        for line in asserted:
            subject, predicate, value = line.split(" ", 2)
            if predicate == _TYPE:
                found.update((f"{subject} {_TYPE} {kind}", None) for kind in self._class_lines.get(value, ()))
            for above in self._property_lines.get(predicate, ()):
                found[f"{subject} {above} {value}"] = None
        return [line for line in found if line not in asserted]

    def types_above(self, kinds: Iterable[NamedNode]) -> set[NamedNode]:
        """The classes given and all their superclasses."""
        every = set(kinds)
        for kind in tuple(every):
            every |= self.superclasses.get(kind, frozenset())
        return every

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of all that this hierarchy says: two of one digest entail the same."""
        computed = hashlib.sha256()
        for supers in (self.superclasses, self.superproperties):
            for node in sorted(supers, key=str):
                computed.update(f"{node} {' '.join(sorted(map(str, supers[node])))}\n".encode())
            computed.update(b"\n")
        return computed.hexdigest()

    @cached_property
    def _class_lines(self) -> Mapping[str, tuple[str, ...]]:
        """Superclasses as the ends of lines."""
        return {f"{node} .": tuple(f"{above} ." for above in supers) for node, supers in self.superclasses.items()}

    @cached_property
    def _property_lines(self) -> Mapping[str, tuple[str, ...]]:
        return {str(node): tuple(map(str, supers)) for node, supers in self.superproperties.items()}


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
