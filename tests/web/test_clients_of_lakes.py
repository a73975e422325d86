"""Programs that speak SPARQL read and write a gated lake, unmodified: SPARQLWrapper, rdflib and curl."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

import modellake
from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.web.served import Served
from servers import running

BASE = "https://lake.example.org/"
CHURN = rdflib.URIRef(f"{BASE}model/acme/churn")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
MODEL = rdflib.URIRef(LAKE.Model.value)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with modellake.open(tmp_path / "lake", base_iri=BASE) as opened:
        text = f'<{CHURN}> a <{MODEL}> ; <{DCT.title}> "Churn", "Abwanderung"@de ; <{DCAT.keyword}> "telecoms" .'
        opened.commit(text, format="turtle")
        yield opened


@pytest.fixture
def url(lake: Lake) -> Iterator[str]:
    with running(Served(lake=lake)) as address:
        yield address


def keywords(lake: Lake) -> list[str]:
    return sorted(lake.query(f"SELECT ?k {{ <{CHURN}> <{DCAT.keyword}> ?k }}").column("k"))


def test_sparqlwrapper_reads_and_writes(lake: Lake, url: str) -> None:
    sparqlwrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: the group dev")
    client = sparqlwrapper.SPARQLWrapper(f"{url}/sparql", returnFormat="json")
    client.setMethod("POST")
    client.setQuery(
        f"DELETE {{ ?m <{DCAT.keyword}> ?k }} INSERT {{ ?m <{DCAT.keyword}> 'banking' }} "
        f"WHERE {{ ?m <{DCAT.keyword}> ?k }}"
    )
    client.query()
    assert keywords(lake) == ["banking"]
    client.setMethod("GET")
    client.setQuery(f"SELECT ?title {{ <{CHURN}> <{DCT.title}> ?title }} ORDER BY LANG(?title)")
    rows = client.queryAndConvert()["results"]["bindings"]
    assert [row["title"]["value"] for row in rows] == ["Churn", "Abwanderung"]


def test_sparqlwrapper_is_told_what_the_gate_says(lake: Lake, url: str) -> None:
    sparqlwrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: the group dev")
    client = sparqlwrapper.SPARQLWrapper(f"{url}/sparql")
    client.setMethod("POST")
    client.setQuery(f"INSERT DATA {{ <{CHURN}> <{LAKE.Model.value}Nonsense> 1 }}")
    before = lake.ledger.head()
    with pytest.raises(Exception, match="422"):
        client.query()
    assert lake.ledger.head() == before


def test_rdflib_reads_and_writes(lake: Lake, url: str) -> None:
    store = SPARQLUpdateStore(f"{url}/query", f"{url}/update", context_aware=False, method="POST_FORM")
    graph = rdflib.Graph(store)
    assert (CHURN, DCT.title, rdflib.Literal("Abwanderung", lang="de")) in graph
    graph.add((CHURN, DCAT.keyword, rdflib.Literal("banking")))
    graph.remove((CHURN, DCAT.keyword, rdflib.Literal("telecoms")))
    assert keywords(lake) == ["banking"]
    assert set(graph.objects(CHURN, DCAT.keyword)) == {rdflib.Literal("banking")}
    before = lake.ledger.head().sequence
    graph.update(f"INSERT DATA {{ <{CHURN}> <{DCAT.keyword}> 'retail', 'calls' }}")
    assert lake.ledger.head().sequence == before + 1
    assert keywords(lake) == ["banking", "calls", "retail"]


def test_rdflib_reads(url: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{url}/sparql"))
    assert graph.value(CHURN, DCAT.keyword) == rdflib.Literal("telecoms")
    assert CHURN in set(graph.subjects(rdflib.RDF.type, MODEL))
    assert {str(row.title) for row in graph.query(f"SELECT ?title {{ <{CHURN}> <{DCT.title}> ?title }}")} == {
        "Churn",
        "Abwanderung",
    }
    assert len(graph.query(f"DESCRIBE <{CHURN}>").graph or ()) > 3


def curl(*arguments: str) -> str:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    words = [program, "-sS", *arguments]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout


def test_curl_reads_and_writes(lake: Lake, url: str) -> None:
    update = f"update=INSERT DATA {{ <model/acme/churn> <{DCAT.keyword}> 'banking' }}"
    receipt = json.loads(curl(f"{url}/sparql", "--data-urlencode", update, "--data-urlencode", "message=Tag it"))
    assert (receipt["sequence"], receipt["counts"]) == (2, {"added": 1, "removed": 0})
    assert keywords(lake) == ["banking", "telecoms"]
    query = f"query=SELECT ?k {{ <{CHURN}> <{DCAT.keyword}> ?k }} ORDER BY ?k"
    rows = curl("-G", f"{url}/query", "--data-urlencode", query, "-H", "Accept: text/csv")
    assert rows.splitlines() == ["k", "banking", "telecoms"]
    refused = curl(f"{url}/update", "--data-urlencode", f"update=INSERT DATA {{ <{CHURN}> a <{MODEL}Nonsense> }}")
    assert json.loads(refused)["code"] == "gate.refused"
