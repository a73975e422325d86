"""What is shown of a resource from the ledger is what the view holds about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

import modellake
from lakes import BASE, CHURN, said
from modellake.lake.appearance import Appearance
from modellake.lake.lake import Lake
from modellake.rdf.canon import normal_statement


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Lake]:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        yield lake


def shown(lake: Lake, name: str) -> Appearance | None:
    return lake.view.appearance(NamedNode(BASE + name), lake.view.names())


def triples(lines: list[str]) -> set[Triple]:
    """Lines as statements, values as engines write them."""
    return {normal_statement(quad.triple) for quad in parse("\n".join(lines).encode(), format=RdfFormat.N_TRIPLES)}


def held(lake: Lake, graph: str, subjects: set[str]) -> set[Triple]:
    """What the view holds about subjects in a graph; in the default one if it has no name."""
    wanted = str(lake.iris.graph(graph)) if graph else "DEFAULT"
    return {
        normal_statement(quad.triple)
        for quad in lake.view.engine.quads()
        if str(quad.graph_name) == wanted and getattr(quad.subject, "value", "") in subjects
    }


def check(lake: Lake, name: str) -> Appearance:
    found = shown(lake, name)
    assert found is not None
    parts = {item.subject.value for item in triples([*found.asserted, *found.provenance])}  # type: ignore[union-attr]
    assert triples([*found.asserted, *found.entailed]) == held(lake, "", parts)
    assert triples(list(found.entailed)) == held(lake, "entailed", parts)
    assert triples(list(found.provenance)) == held(lake, "provenance", parts)
    assert {
        quad.triple for quad in parse("\n".join(found.asserted).encode(), format=RdfFormat.N_TRIPLES)
    } == lake.state(NamedNode(BASE + name)).statements
    return found


def test_a_record_of_one_source(opened: Lake) -> None:
    said(opened, CHURN)
    found = check(opened, "model/acme/churn")
    assert found.alone
    assert found.modified == opened.ledger.commit(1).time
    assert check(opened, "model/acme/churn#part").home == found.home


def test_a_record_of_sources_that_disagree(opened: Lake) -> None:
    said(opened, CHURN)
    said(opened, '<model/acme/churn> dct:title "Attrition" ; dcat:version "2" .', "urn:source:b")
    opened.curate(remove=[Triple(*triple_of(opened, "Attrition"))], reason="wrong")
    found = check(opened, "model/acme/churn")
    assert found.modified == opened.ledger.commit(3).time
    assert any("Retraction" in line for line in found.provenance)


def triple_of(lake: Lake, text: str) -> tuple[NamedNode, NamedNode, object]:
    (found,) = [item for item in lake.state("acme/churn").statements if getattr(item.object, "value", "") == text]
    return found.subject, found.predicate, found.object  # type: ignore[return-value]


def test_merged_resources(opened: Lake) -> None:
    said(opened, CHURN + '<model/other/churn> a lake:Model ; dct:title "Churn" .')
    opened.accept_duplicate("acme/churn", "other/churn", reason="the same", into="other/churn")
    found = check(opened, "model/other/churn")
    assert shown(opened, "model/acme/churn") == found
    version = check(opened, "model/acme/churn/version/1")
    assert not version.alone, "it names what is merged"


def test_nothing(opened: Lake) -> None:
    assert shown(opened, "model/acme/churn") is None
    said(opened, CHURN)
    opened.withdraw("urn:source:a", message="gone")
    assert shown(opened, "model/acme/churn") is None
