"""The W3C tests of the SPARQL 1.1 Protocol and of service descriptions, against a bare engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from protocol_suite import ProtocolCase, protocol_cases

from modellake.store.plain import PlainEngine
from modellake.web.served import Served
from servers import Reply, ask, running

COUNT = 34
SD = "http://www.w3.org/ns/sparql-service-description#"
# What the vocabulary allows a service to say (https://www.w3.org/TR/sparql11-service-description/#vocab).
CLASSES = {"Service", "Dataset", "Graph", "NamedGraph", "GraphCollection"}
FEATURES = {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"}
LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}


@pytest.fixture(scope="module")
def engine() -> PlainEngine:
    return PlainEngine()


@pytest.fixture(scope="module")
def url(engine: PlainEngine) -> Iterator[str]:
    with running(Served(plain=engine)) as address:
        yield address


def suite(shared: Path) -> list[ProtocolCase]:
    return list(protocol_cases(shared / "w3c" / "sparql11" / "protocol" / "manifest.ttl"))


def test_protocol(shared: Path, engine: PlainEngine, url: str) -> None:
    found = suite(shared)
    assert len(found) == COUNT
    assert [case.name for case in found if not passes(case, engine, url)] == []


def passes(case: ProtocolCase, engine: PlainEngine, url: str) -> bool:
    engine.store.clear()
    for name, path in case.graphs:
        engine.store.load(path=str(path), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
    for exchange in case.exchanges:
        reply = ask(url, exchange.path, method=exchange.method, headers=exchange.headers, body=exchange.body)
        if not exchange.is_met_by(reply):
            return False
    return True


def described(url: str, accept: str = "text/turtle") -> tuple[Reply, ox.Store]:
    reply = ask(url, "/sparql", headers={"Accept": accept})
    store = ox.Store()
    store.load(reply.body, format=ox.RdfFormat.from_media_type(reply.media_type), base_iri="http://unlike.example/")
    return reply, store


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/n-triples", "*/*"])
def test_description_is_rdf(url: str, accept: str) -> None:
    reply, store = described(url, accept)
    assert reply.status == 200
    assert len(store) > 10


def test_description_names_its_endpoint(url: str) -> None:
    _, store = described(url)
    (quad,) = store.quads_for_pattern(None, ox.NamedNode(f"{SD}endpoint"), None)
    assert quad.object == ox.NamedNode(f"{url}/sparql")


def test_description_keeps_to_its_vocabulary(url: str) -> None:
    _, store = described(url)
    (service,) = {quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(f"{SD}endpoint"), None)}

    def objects(name: str, subject: ox.NamedNode | ox.BlankNode | None = service) -> set[str]:
        found = store.quads_for_pattern(subject, ox.NamedNode(SD + name), None)
        return {str(getattr(quad.object, "value", "")).removeprefix(SD) for quad in found}

    types = store.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), None)
    assert {str(quad.object.value).removeprefix(SD) for quad in types} <= CLASSES  # type: ignore[union-attr]
    assert objects("feature") <= FEATURES
    assert objects("supportedLanguage") == {"SPARQL11Query", "SPARQL11Update"} <= LANGUAGES
    assert len(objects("defaultDataset")) == 1
    assert all(name.startswith("http://www.w3.org/ns/formats/") for name in objects("resultFormat"))
    assert len(objects("resultFormat")) == 10
