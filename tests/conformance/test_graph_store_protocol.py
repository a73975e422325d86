"""The W3C tests of the SPARQL 1.1 Graph Store HTTP Protocol, against a bare engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from graph_store_suite import AUTHORITY, Exchange, graph_store_cases
from sparql_suite import MF

from modellake.store.plain import PlainEngine
from modellake.web.origins import Origins
from modellake.web.served import Served
from servers import Reply, ask, running

LISTED = 13
# Written down in a manifest, and left out of its list.
UNLISTED = {"head_non_existing_direct"}


@pytest.fixture(scope="module")
def engine() -> PlainEngine:
    return PlainEngine()


@pytest.fixture(scope="module")
def url(engine: PlainEngine) -> Iterator[str]:
    with running(Served(plain=engine), origins=Origins(names=frozenset({AUTHORITY}))) as address:
        yield address


def test_graph_store_protocol(shared: Path, engine: PlainEngine, url: str) -> None:
    cases, listed = graph_store_cases(shared / "w3c" / "sparql11" / "graph-store-protocol")
    assert len(listed) == LISTED
    assert {case.name for case in cases} - listed == UNLISTED

    def send(exchange: Exchange) -> Reply:
        return ask(url, exchange.path, method=exchange.method, headers=exchange.headers, body=exchange.body)

    shortcomings = {}
    for case in cases:
        engine.store.clear()
        found = [exchange.shortcoming(reply) for exchange, reply in case.replies(send)]
        if any(found):
            shortcomings[case.name] = found
    assert shortcomings == {}


def test_the_older_tests_are_withdrawn(shared: Path) -> None:
    """They are prose, and the working group has put those above in their place."""
    manifest = shared / "w3c" / "sparql11" / "http-rdf-update" / "manifest.ttl"
    graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
    dawg = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
    entries = list(graph.items(graph.value(rdflib.URIRef(manifest.as_uri()), MF.entries)))
    assert len(entries) == 18
    assert {graph.value(entry, dawg.approval) for entry in entries} == {dawg.Deprecated}
