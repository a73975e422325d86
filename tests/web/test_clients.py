"""Programs that speak SPARQL over HTTP read the answers as they are: SPARQLWrapper, rdflib and curl."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

from modellake.store.plain import PlainEngine
from modellake.web.served import Served
from servers import running

COUNT = 20_000
EX = rdflib.Namespace("http://example.org/")


@pytest.fixture
def empty() -> Iterator[str]:
    with running(Served(plain=PlainEngine())) as address:
        yield address


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_solutions(url: str, form: str, method: str) -> None:
    sparqlwrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: the group dev")
    client = sparqlwrapper.SPARQLWrapper(f"{url}/sparql")
    client.setReturnFormat(form)
    client.setMethod(method)
    client.setQuery("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s LIMIT 5")
    found = client.queryAndConvert()
    if form == "json":
        assert len(found["results"]["bindings"]) == 5
    elif form == "xml":
        assert len(found.getElementsByTagName("result")) == 5
    else:
        assert len(found.decode().splitlines()) == 6


@pytest.mark.parametrize("form", ["turtle", "xml", "json-ld"])
def test_sparqlwrapper_graphs(url: str, form: str) -> None:
    sparqlwrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: the group dev")
    client = sparqlwrapper.SPARQLWrapper(f"{url}/sparql")
    client.setReturnFormat(form)
    client.setQuery("CONSTRUCT WHERE { <http://example.org/7> ?p ?o }")
    found = client.queryAndConvert()
    graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found, format=form)
    assert (EX["7"], EX.value, rdflib.Literal("value 7")) in graph


def test_sparqlwrapper_update(empty: str) -> None:
    sparqlwrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: the group dev")
    client = sparqlwrapper.SPARQLWrapper(f"{empty}/query", f"{empty}/update")
    client.setMethod("POST")
    client.setQuery("INSERT DATA { <urn:a> <urn:b> 1 }")
    client.query()
    client.setQuery("ASK { <urn:a> <urn:b> 1 }")
    client.setReturnFormat("json")
    assert client.queryAndConvert()["boolean"] is True


def test_rdflib_reads(url: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{url}/sparql"))
    assert len(graph) == COUNT
    assert list(graph.objects(EX["7"], EX.value)) == [rdflib.Literal("value 7")]
    assert len(list(graph.query("SELECT * { ?s ?p ?o } LIMIT 3"))) == 3
    assert graph.query("ASK { ?s ?p 'value 7' }").askAnswer is True
    assert len(graph.query("CONSTRUCT WHERE { <http://example.org/7> ?p ?o }").graph or ()) == 1


def test_rdflib_writes(empty: str) -> None:
    store = SPARQLUpdateStore(f"{empty}/query", f"{empty}/update", context_aware=True)
    graph = rdflib.Graph(store, identifier=EX.graph)
    graph.add((EX.a, EX.b, rdflib.Literal("ä", lang="de")))
    graph.add((EX.a, EX.b, rdflib.Literal(1)))
    graph.remove((EX.a, EX.b, rdflib.Literal(1)))
    assert list(graph) == [(EX.a, EX.b, rdflib.Literal("ä", lang="de"))]


def curl(*arguments: str) -> str:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    done = subprocess.run(
        [program, "-sS", "--fail", *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_curl(url: str) -> None:
    query = "query=SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s"
    rows = list(csv.reader(io.StringIO(curl("-H", "Accept: text/csv", "--data-urlencode", query, f"{url}/sparql"))))
    assert (rows[0], len(rows)) == (["s", "o"], COUNT + 1)
    packed = curl("--compressed", "-G", "--data-urlencode", query, f"{url}/sparql")
    assert len(json.loads(packed)["results"]["bindings"]) == COUNT
    assert "sd:endpoint" in curl(f"{url}/sparql")


def test_curl_sees_that_an_answer_is_cut(url: str) -> None:
    slow = "query=SELECT ?a ?b { ?a ?p ?x . ?b ?q ?y }"
    with pytest.raises(subprocess.CalledProcessError) as raised:
        curl("-H", "Accept: text/csv", "-d", "timeout=1", "--data-urlencode", slow, f"{url}/sparql")
    assert raised.value.returncode == 18  # CURLE_PARTIAL_FILE
