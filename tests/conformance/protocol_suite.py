"""The W3C tests of the SPARQL 1.1 Protocol, which say request by request what must come back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib import RDFS, Namespace
from rdflib.term import Node
from sparql_suite import MF, UT, path_of

from servers import Reply

CNT = Namespace("http://www.w3.org/2011/content#")
HT = Namespace("http://www.w3.org/2011/http#")
TABULAR = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
GRAPH = {"application/rdf+xml", "text/turtle", "application/n-triples"}
FORMATS = {"boolean": BOOLEAN, "tabular": TABULAR, "RDF": GRAPH}


@dataclass(frozen=True)
class Exchange:
    """A request, and what its response must be."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str | None

    def is_met_by(self, reply: Reply) -> bool:
        """Has the response the status, the format and the truth value that are expected?"""
        if f"{reply.status // 100}xx" not in self.statuses:
            return False
        if self.format and reply.media_type not in FORMATS[self.format]:
            return False
        return self.boolean is None or _truth(reply) == self.boolean


@dataclass(frozen=True)
class ProtocolCase:
    """Requests in their order, to a store that holds these named graphs."""

    name: str
    graphs: tuple[tuple[str, Path], ...]
    exchanges: tuple[Exchange, ...]


def protocol_cases(manifest: Path) -> Iterator[ProtocolCase]:
    """The cases of a manifest, in its order."""
    graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
    for entry in graph.items(graph.value(rdflib.URIRef(manifest.as_uri()), MF.entries)):
        graphs = [
            (str(graph.value(item, RDFS.label)), path_of(graph.value(item, UT.graph)))
            for item in graph.objects(entry, UT.graphData)
        ]
        requests = graph.value(graph.value(entry, MF.action), HT.requests)
        exchanges = tuple(_exchange(graph, request) for request in graph.items(requests))
        yield ProtocolCase(str(entry).rpartition("#")[2], tuple(graphs), exchanges)


def _exchange(graph: rdflib.Graph, request: Node) -> Exchange:
    headers = {
        str(graph.value(item, HT.fieldName)): str(graph.value(item, HT.fieldValue))
        for item in graph.items(graph.value(request, HT.headers))
    }
    response = graph.value(request, HT.resp)
    truth = graph.value(response, MF.expectedBoolean)
    return Exchange(
        str(graph.value(request, HT.methodName)),
        str(graph.value(request, HT.absolutePath)),
        headers,
        _body(graph, graph.value(request, HT.body)),
        tuple(str(status)[-3:] for status in graph.objects(response, MF.expectedStatus)),
        None if truth is None else bool(truth.toPython()),  # type: ignore[attr-defined]
        _text(graph.value(response, MF.expectedFormat)),
    )


def _body(graph: rdflib.Graph, node: Node | None) -> bytes | None:
    if node is None:
        return None
    return str(graph.value(node, CNT.chars)).encode(str(graph.value(node, CNT.characterEncoding)))


def _text(node: Node | None) -> str | None:
    return None if node is None else str(node)


def _truth(reply: Reply) -> bool:
    if reply.media_type == "application/sparql-results+json":
        return bool(json.loads(reply.body)["boolean"])
    found = ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.XML)
    assert isinstance(found, ox.QueryBoolean)
    return bool(found)
