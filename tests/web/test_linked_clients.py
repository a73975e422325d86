"""Programs that read linked data read it as it is: rdflib, pyoxigraph, curl and a browser's way of asking."""

from __future__ import annotations

import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from linked_lakes import published, say
from pyoxigraph import RdfFormat, parse
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, VOID

from modellake.lake.lake import Lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with published(tmp_path_factory.mktemp("clients")) as opened:
        say(
            opened,
            """
            <model/acme/churn> a lake:Model ; dct:title "Churn"@en ; lake:trainedOn <dataset/acme/calls> .
            <model/acme/churn/version/1> a lake:ModelVersion ; lake:versionOf <model/acme/churn> ; dcat:version "1" .
            <dataset/acme/calls> a lake:Dataset ; dct:title "Calls" .
            """,
        )
        yield opened


def test_rdflib_follows_a_resource_to_its_record(lake: Lake) -> None:
    graph = rdflib.Graph().parse(f"{lake.iris.base}model/acme/churn")
    churn = rdflib.URIRef(f"{lake.iris.base}model/acme/churn")
    assert graph.value(churn, DCTERMS.title) == rdflib.Literal("Churn", lang="en")
    assert (None, FOAF.primaryTopic, churn) in graph


@pytest.mark.parametrize("format", ["turtle", "xml", "json-ld", "nt"])
def test_rdflib_reads_each_syntax(lake: Lake, format: str) -> None:
    graph = rdflib.Graph().parse(f"{lake.iris.base}model/acme/churn", format=format)
    assert (rdflib.URIRef(f"{lake.iris.base}model/acme/churn"), RDF.type, DCAT.Resource) in graph


def test_rdflib_walks_from_the_catalog(lake: Lake) -> None:
    void = rdflib.Graph().parse(f"{lake.iris.base}.well-known/void", format="turtle")
    (root,) = void.objects(None, VOID.rootResource)
    catalog = rdflib.Graph().parse(str(root), format="turtle")
    records = set()
    for part in catalog.objects(root, DCAT.catalog):
        records |= set(rdflib.Graph().parse(str(part), format="turtle").objects(part, DCAT.record))
    assert {str(record) for record in records} == set(lake.ledger.records())
    titles = {
        str(title)
        for record in records
        for title in rdflib.Graph().parse(str(record), format="turtle").objects(None, DCTERMS.title)
    }
    assert titles == {"Churn", "Calls"}


def test_rdflib_reads_the_ontology(lake: Lake) -> None:
    graph = rdflib.Graph().parse(f"{lake.iris.base}ontology")
    assert (rdflib.URIRef("https://w3id.org/model-lake#Model"), RDF.type, rdflib.OWL.Class) in graph


def test_pyoxigraph_reads_what_a_plain_client_gets(lake: Lake) -> None:
    with urllib.request.urlopen(f"{lake.iris.base}model/acme/churn", timeout=30) as answer:
        statements = {quad.triple for quad in parse(answer.read(), format=RdfFormat.TURTLE)}
        assert answer.url == f"{lake.iris.base}record/model/acme/churn"
    assert lake.state("acme/churn").statements <= statements


def test_documents_add_up_to_a_graph(lake: Lake) -> None:
    graph = rdflib.Dataset(default_union=True)
    for place in ("model/acme/churn", "dataset/acme/calls"):
        graph.parse(lake.iris.base + place, format="turtle")
    rows = list(
        graph.query(
            "SELECT ?title { ?model <https://w3id.org/model-lake#trainedOn>/<http://purl.org/dc/terms/title> ?title }"
        )
    )
    assert [str(row[0]) for row in rows] == ["Calls"]  # type: ignore[index]


def curl(*arguments: str, folder: Path) -> str:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    done = subprocess.run(
        [program, "-sS", "--fail", *arguments], capture_output=True, text=True, timeout=60, check=True, cwd=folder
    )
    return done.stdout


def test_curl_follows_and_keeps(lake: Lake, tmp_path: Path) -> None:
    url = f"{lake.iris.base}model/acme/churn"
    text = curl("-L", "-H", "Accept: text/turtle", url, folder=tmp_path)
    assert "lake:Model" in text
    record = f"{lake.iris.base}record/model/acme/churn"
    curl("--etag-save", "tag", "-o", "first", record, folder=tmp_path)
    status = curl("--etag-compare", "tag", "-o", "second", "-w", "%{http_code}", record, folder=tmp_path)
    assert status == "304"
    status = curl("-z", "first", "-o", "third", "-w", "%{http_code}", record, folder=tmp_path)
    assert status == "304"


def test_a_browser_gets_a_page(lake: Lake, tmp_path: Path) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    page = curl("-L", "-H", f"Accept: {accept}", f"{lake.iris.base}model/acme/churn", folder=tmp_path)
    assert page.startswith("<!DOCTYPE html>")
    assert "Churn" in page
