"""Which terms an ontology answers for."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from modellake.core.errors import NotFoundError, ParseError, UsageError
from modellake.lake.ontology import query_findings
from modellake.rdf.ontology import Ontology, read_ontology

PREFIXES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix vann: <http://purl.org/vocab/vann/> .
"""


def ontology(text: str, folder: Path, name: str = "o.ttl") -> Ontology:
    file = folder / name
    file.write_text(PREFIXES + text, encoding="utf-8")
    return read_ontology(file)


@pytest.mark.parametrize(
    ("header", "own", "foreign"),
    [
        ("<https://e.org/o> a owl:Ontology", "https://e.org/o#Cat", "https://e.org/other#Cat"),
        ("<https://e.org/o> a owl:Ontology", "https://e.org/o/Cat", "https://e.org/o2#Cat"),
        ("<https://e.org/o#> a owl:Ontology", "https://e.org/o#Cat", "https://e.org/"),
        ("<https://e.org/o/> a owl:Ontology", "https://e.org/o/Cat", "https://e.org/oCat"),
        (
            '<https://e.org/o.owl> a owl:Ontology ; vann:preferredNamespaceUri "https://e.org/v#"',
            "https://e.org/v#Cat",
            "https://e.org/v2#Cat",
        ),
    ],
)
def test_terms_below_an_ontology_or_in_its_namespace_are_its_own(
    header: str, own: str, foreign: str, tmp_path: Path
) -> None:
    read = ontology(f"{header} . <{own}> a owl:Class . <{foreign}> a owl:Class .", tmp_path)
    assert read.is_own(NamedNode(own)) and not read.is_own(NamedNode(foreign))
    assert {term.value for term in read.terms} == {own}


@pytest.mark.parametrize("header", ["<https://e.org/o>", "<https://e.org/o#>"])
def test_queries_agree_on_what_is_own(header: str, tmp_path: Path) -> None:
    text = f"{header} a owl:Ontology . <https://e.org/o#Cat> rdfs:subClassOf <https://e.org/other#Felid> ."
    found = {(item.code, item.value) for item in query_findings(ontology(text, tmp_path))}
    assert ("ontology.undeclared-reference", "<https://e.org/o#Cat>") in found
    assert ("ontology.untyped-class", "<https://e.org/other#Felid>") in found
    assert not {code for code, _ in found} & {"ontology.namespace-hijack", "ontology.no-header"}


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.ttl").write_text(
            f"{PREFIXES} <https://e.org/{name}> rdfs:seeAlso _:b . _:b rdfs:label '{name}' ."
        )
    assert (
        len({item.object for item in read_ontology(tmp_path).statements if item.predicate.value.endswith("seeAlso")})
        == 2
    )


def test_only_ontology_files_are_read(tmp_path: Path) -> None:
    ontology("<https://e.org/o> a owl:Ontology .", tmp_path)
    (tmp_path / "context.jsonld").write_text("{ not even JSON")
    (tmp_path / "catalog-v001.xml").write_text("<catalog/>")
    assert len(read_ontology(tmp_path).files) == 1


def test_lines_are_found_in_a_file_with_blank_nodes_that_nothing_refers_to(tmp_path: Path) -> None:
    read = ontology(
        "<https://e.org/o> a owl:Ontology .\n[] a owl:AllDisjointClasses ; owl:members ( <https://e.org/o#A> ) .\n"
        "<https://e.org/o#A> a owl:Class .\n",
        tmp_path,
    )
    place = read.place_of(NamedNode("https://e.org/o#A"))
    assert place is not None and place.line == PREFIXES.count("\n") + 3


def test_lines_are_found_in_rdf_xml(tmp_path: Path) -> None:
    (tmp_path / "o.owl").write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="http://www.w3.org/2002/07/owl#">\n'
        '  <owl:Ontology rdf:about="https://e.org/o"/>\n'
        '  <owl:Class rdf:about="https://e.org/o#A"/>\n'
        "</rdf:RDF>\n"
    )
    place = read_ontology(tmp_path).place_of(NamedNode("https://e.org/o#A"))
    assert place is not None and place.line == 3


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_ontology(tmp_path / "absent")
    with pytest.raises(UsageError):
        read_ontology(tmp_path)
    with pytest.raises(ParseError) as caught:
        ontology("<https://e.org/o> a owl:Ontology", tmp_path)
    assert caught.value.place is not None and caught.value.place.document == str(tmp_path / "o.ttl")
