"""The W3C tests of the SPARQL 1.1 Graph Store HTTP Protocol, which say request by request what must come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib
from protocol_suite import CNT, HT
from rdflib import RDF, Namespace
from rdflib.term import Node
from sparql_suite import MF

from servers import Reply

HTS = Namespace("http://www.w3.org/2011/http-statusCodes#")
# What the names of statuses in the tests stand for.
STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
AUTHORITY = "www.example"
STORE = "/store"  # stands for the ``/gsp`` of the tests


@dataclass(frozen=True)
class Exchange:
    """A request, and what its response must be.

    Attributes:
        location: how later requests call what the header ``Location`` says.
        content_type: of the response; None where it is not said.
        graph: what the response holds, as Turtle.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: tuple[int, ...]
    location: str | None
    content_type: str | None
    graph: str | None

    def with_locations(self, known: dict[str, str]) -> Exchange:
        """The same with the places that earlier responses have told."""
        path, body = self.path, self.body
        for name, place in known.items():
            path = path.replace(name, place)
            body = body.replace(name.encode(), place.encode()) if body is not None else None
        return Exchange(
            self.method,
            path,
            self.headers,
            body,
            self.statuses,
            self.location,
            self.content_type,
            self.graph,
        )

    def shortcoming(self, reply: Reply) -> str | None:
        """What a response lacks; None when it is as it must be."""
        if reply.status not in self.statuses:
            return f"{self.method} {self.path}: {reply.status} is none of {self.statuses}: {reply.body[:300]!r}"
        if self.location and "location" not in reply.headers:
            return f"{self.method} {self.path}: there is no Location"
        if self.content_type and reply.headers.get("content-type") != self.content_type:
            return f"{self.method} {self.path}: {reply.headers.get('content-type')} is not {self.content_type}"
        if self.graph is not None and not is_isomorphic(reply.body, self.graph.encode()):
            return f"{self.method} {self.path}: another graph: {reply.body[:300]!r}"
        return None


@dataclass(frozen=True)
class GraphStoreCase:
    """Requests in their order, to an empty store."""

    name: str
    exchanges: tuple[Exchange, ...]

    def replies(self, send: Callable[[Exchange], Reply]) -> list[tuple[Exchange, Reply]]:
        """What comes back for each request."""
        locations: dict[str, str] = {}
        found = []
        for template in self.exchanges:
            exchange = template.with_locations(locations)
            reply = send(exchange)
            found.append((exchange, reply))
            if exchange.location:
                locations[exchange.location] = reply.headers.get("location", "")
        return found


def graph_store_cases(folder: Path) -> tuple[list[GraphStoreCase], set[str]]:
    """All cases of a folder, and the names of those that its manifests list."""
    cases: list[GraphStoreCase] = []
    listed: set[str] = set()
    for manifest in (folder / "manifest-direct.ttl", folder / "manifest-indirect.ttl"):
        graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
        entries = graph.items(graph.value(rdflib.URIRef(manifest.as_uri()), MF.entries))
        listed |= {_name(entry) for entry in entries}
        found = sorted(graph.subjects(RDF.type, MF.GraphStoreProtocolTest))
        cases += (GraphStoreCase(_name(entry), tuple(_exchanges(graph, entry))) for entry in found)
    return cases, listed


def is_isomorphic(one: bytes, other: bytes) -> bool:
    """Do two Turtle documents say the same, whatever their blank nodes are called?"""
    return _canonical(one) == _canonical(other)


def _canonical(document: bytes) -> Sequence[str]:
    found = ox.Dataset(ox.parse(document, format=ox.RdfFormat.TURTLE, base_iri=f"http://{AUTHORITY}/"))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, found))


def _name(entry: Node) -> str:
    return str(entry).rpartition("#")[2]


def _exchanges(graph: rdflib.Graph, entry: Node) -> Iterator[Exchange]:
    for request in graph.items(graph.value(graph.value(entry, MF.action), HT.requests)):
        response = graph.value(request, HT.resp)
        headers = _headers(graph, request)
        told = _headers(graph, response)
        location = graph.value(response, MF.expectedLocation)
        yield Exchange(
            str(graph.value(request, HT.methodName)),
            _here(str(graph.value(request, HT.absolutePath))),
            {**headers, "host": AUTHORITY},
            _text(graph, request),
            tuple(STATUSES[str(item).removeprefix(HTS)] for item in graph.objects(response, MF.expectedStatus)),
            str(location) if location is not None else None,
            told.get("content-type"),
            body.decode() if (body := _text(graph, response)) is not None else None,
        )


def _here(path: str) -> str:
    return path.replace("/gsp", STORE).replace("%2Fgsp", STORE.replace("/", "%2F"))


def _headers(graph: rdflib.Graph, message: Node | None) -> dict[str, str]:
    listed = graph.items(graph.value(message, HT.headers))
    return {str(graph.value(item, HT.fieldName)): str(graph.value(item, HT.fieldValue)) for item in listed}


def _text(graph: rdflib.Graph, message: Node | None) -> bytes | None:
    body = graph.value(message, HT.body)
    if body is None:
        return None
    return str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding)))
