"""The ontology's files parse alike everywhere, and are consistent in OWL 2 DL."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import owlready2
import pyoxigraph
import pytest
import rdflib
from ontology_graphs import ALIGN, CORE, ONTOLOGY, SCHEMES, SHAPES, graph_of
from rdflib import OWL, RDF, RDFS

EVERY = CORE + ALIGN + SCHEMES + sorted(SHAPES.rglob("*.ttl"))
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")
OWN = "https://w3id.org/model-lake"
CATALOG = ONTOLOGY / "catalog-v001.xml"


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", EVERY, ids=named)
def test_both_parsers_read_as_many_statements(path: Path) -> None:
    quads = list(pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE))
    assert len({quad.triple for quad in quads}) == len(graph_of(path)) == len(quads) > 0


@pytest.mark.parametrize("path", CORE + ALIGN, ids=named)
def test_owlready2_reads_as_many_statements(path: Path, tmp_path: Path) -> None:
    graph = without_imports(graph_of(path))
    assert len(load(graph, tmp_path).graph) == len(graph)


@pytest.mark.parametrize("path", CORE + ALIGN + SCHEMES, ids=named)
def test_a_file_stays_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 800


def test_every_file_of_the_ontology_is_imported_by_its_header() -> None:
    imported = set(graph_of(ONTOLOGY / "lake.ttl").objects(None, OWL.imports))
    themes = {next(graph_of(path).subjects(RDF.type, OWL.Ontology)) for path in CORE if path.stem != "lake"}
    assert imported == themes


@needs_java
def test_the_ontology_is_consistent(tmp_path: Path) -> None:
    assert unsatisfiable(graph_of(*CORE), tmp_path) == []


@needs_java
def test_the_ontology_is_consistent_with_its_alignments_and_code_lists(tmp_path: Path) -> None:
    assert unsatisfiable(graph_of(*CORE, *ALIGN, *SCHEMES), tmp_path) == []


@needs_java
def test_the_ontology_is_consistent_with_prov_o(shared: Path, tmp_path: Path) -> None:
    graph = graph_of(*CORE, *ALIGN, shared / "vocab" / "prov-o.ttl")
    assert unsatisfiable(graph, tmp_path) == []


@needs_java
@pytest.mark.parametrize("name", ["mls.ttl", "airo.ttl"])
def test_the_ontology_is_consistent_with_what_it_is_aligned_with(name: str, shared: Path, tmp_path: Path) -> None:
    graph = graph_of(*CORE, *ALIGN, shared / "vocab" / "prov-o.ttl", shared / "vocab" / name)
    assert unsatisfiable(graph, tmp_path) == []


@needs_java
def test_an_undisclosed_value_is_consistent_with_prov_o(shared: Path, tmp_path: Path) -> None:
    graph = graph_of(*CORE, *ALIGN, shared / "vocab" / "prov-o.ttl")
    graph.parse(data=UNDISCLOSED, format="turtle")
    assert unsatisfiable(graph, tmp_path) == []


@needs_java
def test_the_reasoner_finds_what_is_inconsistent(shared: Path, tmp_path: Path) -> None:
    graph = graph_of(*CORE, *ALIGN, shared / "vocab" / "prov-o.ttl")
    graph.parse(data=f"<https://example.org/x> a <{OWN}#Run>, <{OWN}#Model> .")
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        unsatisfiable(graph, tmp_path)


UNDISCLOSED = """
@prefix lake: <https://w3id.org/model-lake#> .
@prefix ex: <https://example.org/lake/> .
ex:version a lake:ModelVersion ;
    lake:versionOf ex:model ; lake:trainedOn lake:withheld ; lake:testedOn lake:unknown ;
    lake:fineTunedFrom lake:withheld ; lake:declaredLicense lake:unknown ; lake:task lake:notApplicable .
ex:run a lake:TrainingRun ;
    lake:usedTrainingData lake:withheld ; lake:usedCode lake:unknown ; lake:produced ex:version .
ex:evaluation a lake:Evaluation ;
    lake:evaluates ex:version ; lake:onData lake:withheld ; lake:evaluatedBy lake:unknown .
ex:deployment a lake:Deployment ; lake:serves lake:withheld .
"""


def unsatisfiable(graph: rdflib.Graph, folder: Path) -> list[object]:
    """The classes that can have no instance, by HermiT."""
    loaded = load(without_imports(graph), folder)
    world = loaded.world
    with loaded:
        owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    return list(world.inconsistent_classes())


def load(graph: rdflib.Graph, folder: Path) -> owlready2.Ontology:
    """A graph in a world of its own."""
    file = folder / "ontology.nt"
    graph.serialize(file, format="nt", encoding="utf-8")
    return owlready2.World().get_ontology(file.as_uri()).load()


def without_imports(graph: rdflib.Graph) -> rdflib.Graph:
    """The graph without its imports, which are in it already or are not to be fetched."""
    graph.remove((None, OWL.imports, None))
    return graph


def test_align_states_nothing_about_foreign_terms() -> None:
    axioms = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty, OWL.inverseOf)
    graph = graph_of(*CORE, *ALIGN)
    stated = {subject for axiom in axioms for subject in graph.subjects(axiom)}
    assert [term for term in stated if not str(term).startswith(OWN)] == []


def test_the_ontology_itself_leaves_superclasses_of_others_to_align() -> None:
    graph = graph_of(*CORE)
    for axiom in (RDFS.subClassOf, RDFS.subPropertyOf):
        assert [term for term in graph.objects(None, axiom) if not str(term).startswith(OWN)] == []


def test_no_axiom_is_stated_twice() -> None:
    seen: dict[tuple[object, ...], str] = {}
    for path in CORE + ALIGN:
        for axiom in (RDFS.subClassOf, RDFS.subPropertyOf):
            for pair in graph_of(path).subject_objects(axiom):
                assert pair not in seen, (pair, seen.get(pair), path.name)
                seen[pair] = path.name


def test_the_catalog_leads_every_ontology_and_import_to_its_file() -> None:
    listed = {entry.get("name"): entry.get("uri") for entry in ElementTree.parse(CATALOG).getroot()}
    expected: dict[str, str] = {}
    for path in CORE + ALIGN:
        graph = graph_of(path)
        ontology = next(graph.subjects(RDF.type, OWL.Ontology))
        for iri in (ontology, graph.value(ontology, OWL.versionIRI)):
            expected[str(iri)] = path.relative_to(ONTOLOGY).as_posix()
    assert listed == expected
    assert {str(iri) for iri in graph_of(*CORE, *ALIGN).objects(None, OWL.imports)} <= set(listed)
