"""HermiT, through owlready2: consistency, classes without instances, classification; and what if it is absent."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import owlready2
import pyoxigraph
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from modellake.core.errors import UnavailableError
from modellake.core.report import Severity
from modellake.lake.ontology import check_ontology, reasoner_findings
from modellake.rdf.assets import alignment_files, ontology_dir, ontology_files, read_turtle
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.codec import ntriples_text
from modellake.rdf.ontology import Ontology, read_ontology
from modellake.rdf.reason import classify

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")
PETS = (Path(__file__).parent / "pets.ttl").read_text(encoding="utf-8")
THING = "http://www.w3.org/2002/07/owl#Thing"
PREFIXES = """
@prefix ex: <https://example.org/o#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/o> a owl:Ontology .
"""


def statements(text: str) -> list[Triple]:
    return [quad.triple for quad in parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE)]


def ontology(text: str, folder: Path) -> Ontology:
    file = folder / "o.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    return read_ontology(file)


@needs_java
def test_a_class_without_possible_instances_is_found(tmp_path: Path) -> None:
    text = """
        ex:Cat a owl:Class ; owl:disjointWith ex:Dog . ex:Dog a owl:Class .
        ex:CatDog a owl:Class ; rdfs:subClassOf ex:Cat , ex:Dog .
    """
    (finding,) = reasoner_findings(ontology(text, tmp_path))
    assert (finding.code, finding.focus) == ("ontology.unsatisfiable", "<https://example.org/o#CatDog>")
    assert finding.severity is Severity.VIOLATION
    assert finding.place is not None and finding.place.line


@needs_java
def test_a_contradiction_is_found(tmp_path: Path) -> None:
    text = """
        ex:Cat a owl:Class ; owl:disjointWith ex:Dog . ex:Dog a owl:Class .
        ex:felix a owl:NamedIndividual , ex:Cat , ex:Dog .
    """
    (finding,) = reasoner_findings(ontology(text, tmp_path))
    assert finding.code == "ontology.inconsistent"


@needs_java
def test_imports_are_not_fetched_and_foreign_terms_are_declared_by_their_use() -> None:
    found = classify(statements("""
        <https://example.org/o> owl:imports <https://unreachable.invalid/o> .
        ex:Cat a owl:Class ; rdfs:subClassOf <https://example.com/other#Felid> .
        <https://example.com/other#Felid> rdfs:subClassOf <https://example.com/other#Animal> .
    """))  # fmt: skip
    assert found.consistent
    assert found.superclasses["https://example.org/o#Cat"] == {
        "https://example.com/other#Felid",
        "https://example.com/other#Animal",
        THING,
    }


@needs_java
def test_what_is_inferred_and_not_stated_is_in_the_classification() -> None:
    found = classify(statements("""
        ex:Cat a owl:Class . ex:purrs a owl:ObjectProperty ; rdfs:domain ex:Cat . ex:Sound a owl:Class .
        ex:Purrer a owl:Class ;
            rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:purrs ; owl:someValuesFrom ex:Sound ] .
    """))  # fmt: skip
    assert "https://example.org/o#Cat" in found.superclasses["https://example.org/o#Purrer"]


@needs_java
def test_dates_do_not_stop_the_reasoner() -> None:
    assert classify(statements("ex:born a owl:DatatypeProperty ; rdfs:range xsd:date .")).consistent


@needs_java
def test_the_lakes_ontology_is_consistent_and_every_class_can_have_instances() -> None:
    found = classify(read_turtle(ontology_files() + alignment_files()))
    assert found.consistent
    assert found.unsatisfiable == frozenset()


@needs_java
def test_the_closure_of_the_lake_is_what_hermit_classifies() -> None:
    """The lake adds supertypes by following subclass axioms alone: that misses nothing HermiT knows."""
    found = classify(read_turtle(ontology_files() + alignment_files()))
    followed = load_hierarchy().superclasses
    for kind, above in found.superclasses.items():
        assert {item.value for item in followed.get(NamedNode(kind), ())} == above - {THING}, kind


def test_three_libraries_count_the_same_triples() -> None:
    text = ntriples_text(set(read_turtle(ontology_files() + alignment_files())))
    oxigraph = pyoxigraph.Store()
    oxigraph.load(text.encode(), format=RdfFormat.N_TRIPLES)
    reference = rdflib.Graph().parse(data=text, format="nt")
    assert len(oxigraph) == len(reference) == triples_in_owlready2(reference)


def triples_in_owlready2(graph: rdflib.Graph) -> int:
    """How many triples owlready2 reads; imports are left out, which it would follow, and counted again."""
    import io

    imports = list(graph.subject_objects(rdflib.OWL.imports))
    rest = rdflib.Graph()
    rest += graph
    rest.remove((None, rdflib.OWL.imports, None))
    content = io.BytesIO(rest.serialize(format="nt", encoding="utf-8"))
    loaded = owlready2.World().get_ontology("https://example.org/all#").load(fileobj=content)
    return len(loaded.graph) + len(imports)


def test_without_owlready2_the_finding_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "owlready2", None)
    (finding,) = reasoner_findings(ontology("", tmp_path))
    assert finding.code == "ontology.extra.missing"
    assert "owlready2" in finding.message and "modellake[reason]" in (finding.remedy or "")


def test_without_java_the_finding_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (finding,) = reasoner_findings(ontology("", tmp_path))
    assert finding.code == "ontology.java.missing"
    assert "Java" in finding.message and "--skip-reasoner" in (finding.remedy or "")


def test_a_java_that_fails_is_an_error_with_its_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "java"
    broken.write_text("#!/bin/sh\necho 'java.lang.OutOfMemoryError: Java heap space Exception' >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(UnavailableError) as caught:
        classify(statements("ex:Cat a owl:Class ."))
    assert caught.value.code == "reasoner.failed"
    assert "OutOfMemoryError" in caught.value.message


@needs_java
def test_a_good_ontology_has_no_finding_at_all(tmp_path: Path) -> None:
    file = tmp_path / "pets.ttl"
    file.write_text(PETS, encoding="utf-8")
    assert list(check_ontology(read_ontology(file))) == []


@needs_java
def test_the_lakes_own_ontology_has_no_finding_at_all() -> None:
    assert list(check_ontology(read_ontology(ontology_dir()))) == []
