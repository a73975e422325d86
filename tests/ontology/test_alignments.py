"""What the alignments name exists in the vocabularies they align with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import rdflib
from ontology_graphs import ALIGN, CORE, LAKE, graph_of
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

# Namespace of a vocabulary → its file among the shared ones.
VOCABULARIES = {
    "http://www.w3.org/ns/prov#": ["prov-o.ttl"],
    "http://www.w3.org/ns/dcat#": ["dcat3.ttl"],
}
# Vocabularies of which there is no file among the shared ones: the terms of them that may be used.
BY_HEART = {
    "http://purl.org/dc/terms/": {
        "LicenseDocument",
        "description",
        "hasPart",
        "isPartOf",
        "isReplacedBy",
        "isVersionOf",
        "license",
    },
    "http://xmlns.com/foaf/0.1/": {"Document", "page"},
}
RELATIONS = (
    RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty,
    SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
)  # fmt: skip


def targets(path: Path) -> list[URIRef]:
    graph = graph_of(path)
    found = {term for relation in RELATIONS for term in graph.objects(None, relation)}
    return sorted(term for term in found if isinstance(term, URIRef) and not term.startswith(LAKE))


def namespace(term: str) -> str:
    known = {**VOCABULARIES, **BY_HEART}
    return max((space for space in known if term.startswith(space)), key=len, default="")


@cache
def vocabulary(folder: Path, space: str) -> frozenset[str]:
    graph = rdflib.Graph()
    for name in VOCABULARIES[space]:
        graph.parse(folder / name)
    return frozenset(str(term) for term in graph.subjects(RDF.type) if str(term).startswith(space))


@pytest.mark.parametrize("path", ALIGN, ids=lambda path: path.stem)
def test_every_target_exists(path: Path, shared: Path) -> None:
    missing = [term for term in targets(path) if not exists(str(term), shared / "vocab")]
    assert targets(path)
    assert missing == []


def exists(term: str, folder: Path) -> bool:
    space = namespace(term)
    if space in BY_HEART:
        return term.removeprefix(space) in BY_HEART[space]
    return bool(space) and term in vocabulary(folder, space)


def test_a_client_of_prov_and_dcat_finds_its_terms() -> None:
    lake = rdflib.Namespace(LAKE)
    prov = rdflib.Namespace("http://www.w3.org/ns/prov#")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    graph = graph_of(*CORE, *ALIGN)
    for kind, above in [
        (lake.Model, dcat.Resource),
        (lake.Model, prov.Entity),
        (lake.ModelVersion, prov.Entity),
        (lake.DatasetVersion, dcat.Dataset),
        (lake.CodeVersion, prov.Plan),
        (lake.ModelDistribution, dcat.Distribution),
        (lake.FineTuningRun, prov.Activity),
    ]:
        assert above in set(graph.transitive_objects(kind, RDFS.subClassOf)), (kind, above)
    for link, above in [
        (lake.fineTunedFrom, prov.wasDerivedFrom),
        (lake.mergedFrom, lake.hasAncestorModel),
        (lake.usedTrainingData, prov.used),
        (lake.previousVersion, prov.wasRevisionOf),
        (lake.hasDatasetDistribution, dcat.distribution),
        (lake.declaredLicense, rdflib.DCTERMS.license),
    ]:
        assert above in set(graph.transitive_objects(link, RDFS.subPropertyOf)), (link, above)
