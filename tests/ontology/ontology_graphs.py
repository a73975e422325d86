"""The ontology's files as rdflib graphs, for the tests of this folder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import rdflib
from rdflib import OWL, RDF, URIRef

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"
SHAPES = ROOT / "shapes"
CORE = sorted(ONTOLOGY.glob("*.ttl"))
ALIGN = sorted((ONTOLOGY / "align").glob("*.ttl"))
SCHEMES = sorted((ONTOLOGY / "schemes").glob("*.ttl"))
LAKE = "https://w3id.org/model-lake#"
HOME = URIRef("https://w3id.org/model-lake")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual)


@lru_cache(maxsize=1)
def core() -> rdflib.Graph:
    """The ontology without alignments and code lists."""
    return graph_of(*CORE)


def graph_of(*files: Path) -> rdflib.Graph:
    """Some Turtle files as one graph."""
    graph = rdflib.Graph()
    for file in files:
        graph.parse(file, format="turtle")
    return graph


@lru_cache(maxsize=1)
def lake_terms() -> frozenset[URIRef]:
    """Every term that the ontology declares in its namespace."""
    declared = {term for kind in KINDS for term in core().subjects(RDF.type, kind)}
    return frozenset(term for term in declared if isinstance(term, URIRef) and term.startswith(LAKE))


def lake_terms_in(graph: rdflib.Graph) -> set[URIRef]:
    """Every IRI of the namespace that a graph mentions."""
    return {term for triple in graph for term in triple if isinstance(term, URIRef) and term.startswith(LAKE)}


def local(term: URIRef) -> str:
    """The name of a term within the namespace."""
    return str(term).removeprefix(LAKE)
