"""Every query that checks an ontology finds what it is for, and nothing where nothing is wrong.

``checks/NAME.ttl`` shows each fault: first an ontology that has it, after ``# finds:`` and the terms to be found,
then, after ``# finds nothing``, one that has not.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from modellake.core.report import Severity
from modellake.lake.ontology import query_findings
from modellake.rdf.assets import query_dir
from modellake.rdf.checks import Check, ontology_checks
from modellake.rdf.ontology import read_ontology
from modellake.rdf.queries import list_named

CASES = Path(__file__).parent / "checks"
CHECKS = ontology_checks()
PREFIXES = """
@prefix ex: <https://example.org/o#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix vs: <http://www.w3.org/2003/06/sw-vocab-status/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
HEADER = "<https://example.org/o> a owl:Ontology .\n"


def case(name: str) -> tuple[str, str, set[str]]:
    """The faulty text, the faultless one, and the terms to be found in the first."""
    failing, passing = (CASES / f"{name}.ttl").read_text(encoding="utf-8").split("# finds nothing\n")
    announced, _, failing = failing.partition("\n")
    statements = parse(f"{PREFIXES} ex:x ex:y {announced.removeprefix('# finds: ').replace(' ', ' , ')} .".encode(),
                       format=RdfFormat.TURTLE)  # fmt: skip
    expected = {str(quad.object) for quad in statements}
    return with_header(failing, name), with_header(passing, name), expected


def with_header(text: str, name: str) -> str:
    described = "a owl:Ontology" in text or name == "no-header"
    return PREFIXES + ("" if described else HEADER) + text


def answers(check: Check, text: str) -> set[str]:
    store = Store()
    store.extend(parse(text.encode(), format=RdfFormat.TURTLE))
    return {str(row["entity"]) for row in store.query(check.text)}  # type: ignore[union-attr]


def found(check: Check, text: str, tmp_path: Path) -> set[str]:
    """The terms that a check finds, as the command does it."""
    file = tmp_path / "o.ttl"
    file.write_text(text, encoding="utf-8")
    findings = query_findings(read_ontology(file))
    return {str(item.focus) for item in findings if item.code == f"ontology.{check.name}"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_finds_its_fault(check: Check, tmp_path: Path) -> None:
    failing, _, expected = case(check.name)
    assert expected
    assert found(check, failing, tmp_path) == expected


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_leaves_a_good_ontology_alone(check: Check, tmp_path: Path) -> None:
    _, passing, _ = case(check.name)
    assert found(check, passing, tmp_path) == set()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_rdflib_answers_the_same(check: Check) -> None:
    for text in case(check.name)[:2]:
        answered = rdflib.Graph().parse(data=text, format="turtle").query(check.text)
        assert {row.entity.n3() for row in answered if isinstance(row.entity, rdflib.URIRef)} == {
            entity for entity in answers(check, text) if entity.startswith("<")
        }


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_says_what_it_is(check: Check) -> None:
    assert check.title and check.question.endswith("?") and check.source and check.remedy.endswith(".")
    assert check.severity in Severity
    assert "SELECT DISTINCT ?entity ?property ?value" in check.text


def test_every_check_has_a_case_and_no_case_is_left_over() -> None:
    assert {path.stem for path in CASES.glob("*.ttl")} == {check.name for check in CHECKS}
    assert len(CHECKS) > 40


def test_checks_are_not_asked_of_a_lake() -> None:
    ours = {path.stem for path in (query_dir() / "ontology").glob("*.rq")}
    assert ours and not ours & {query.name for query in list_named()}


def test_a_blank_node_is_reported_as_the_term_it_belongs_to(tmp_path: Path) -> None:
    text = PREFIXES + HEADER + "ex:Cat a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty prov:used ] ."
    file = tmp_path / "o.ttl"
    file.write_text(text)
    (finding,) = [item for item in query_findings(read_ontology(file)) if item.code == "ontology.untyped-property"]
    assert finding.focus == str(NamedNode("https://example.org/o#Cat"))
    assert finding.place is not None and finding.place.line == text.count("\n") + 1
