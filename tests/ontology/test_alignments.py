"""What the alignments name exists in the vocabularies they align with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import rdflib
from ontology_graphs import ALIGN, CORE, HOME, LAKE, SCHEMES, graph_of, lake_terms
from rdflib import OWL, RDF, RDFS, SH, SKOS, URIRef

# Namespace of a vocabulary → its files among the shared ones.
VOCABULARIES = {
    "http://www.w3.org/ns/prov#": ["prov-o.ttl"],
    "http://www.w3.org/ns/dcat#": ["dcat3.ttl"],
    "http://www.w3.org/ns/dqv#": ["dqv.ttl"],
    "http://www.w3.org/ns/mls#": ["mls.ttl"],
    "http://mlcommons.org/croissant/": ["croissant.ttl", "croissant-tasks.ttl"],
    "https://schema.org/": ["schemaorg-https.ttl"],
    "https://spdx.org/rdf/3.0.1/terms/": ["spdx-3.0.1-model.ttl"],
    "https://w3id.org/airo#": ["airo.ttl"],
    "https://w3id.org/dpv/ai#": ["dpv-ai.ttl"],
    "https://w3id.org/dpv/legal/eu/aiact#": ["dpv-eu-aiact.ttl"],
    "https://w3id.org/fair4ml#": ["fair4ml-0.1.0.jsonld"],
    "http://w3id.org/mlso/vocab/ml_task_type/": ["mlso_ml_task_types.ttl"],
    "http://w3id.org/mlso/vocab/evaluation_measure/": ["mlso_evaluation_measures.ttl"],
    "http://data.europa.eu/it6/": ["mldcat-ap-3.1.0/mldcat-ap-SHACL.ttl"],
}
# MLDCAT-AP declares no terms; what its shapes target and follow are its terms.
USED_AS_TERM = (SH.targetClass, SH.path, SH["class"])
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
OWN = str(HOME)
RELATIONS = (
    RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty,
    SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
)  # fmt: skip


def targets(path: Path) -> list[URIRef]:
    graph = graph_of(path)
    found = {term for relation in RELATIONS for term in graph.objects(None, relation)}
    return sorted(term for term in found if isinstance(term, URIRef) and not term.startswith(OWN))


def namespace(term: str) -> str:
    known = {**VOCABULARIES, **BY_HEART}
    return max((space for space in known if term.startswith(space)), key=len, default="")


@cache
def vocabulary(folder: Path, space: str) -> frozenset[str]:
    graph = rdflib.Graph()
    for name in VOCABULARIES[space]:
        graph.parse(folder / name)
    declared = set(graph.subjects(RDF.type))
    used = {term for using in USED_AS_TERM for term in graph.objects(None, using)}
    return frozenset(str(term) for term in declared | used if str(term).startswith(space))


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


def test_matches_start_from_terms_and_concepts_of_the_lake() -> None:
    concepts = set(graph_of(*SCHEMES).subjects(SKOS.inScheme))
    matched = {subject for relation in RELATIONS[4:] for subject in graph_of(*ALIGN).subjects(relation)}
    assert matched - concepts - set(lake_terms()) == set()
