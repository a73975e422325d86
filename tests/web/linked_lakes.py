"""Lakes whose base IRI is the address at which they are served, and clients that only follow links."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

import modellake
from modellake.lake.lake import Lake
from modellake.web.publisher import Publisher
from modellake.web.served import Served
from servers import Reply, running

PREFIXES = """
@prefix lake: <https://w3id.org/model-lake#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TURTLE = {"Accept": "text/turtle"}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def published(folder: Path, publisher: Publisher | None = None) -> Iterator[Lake]:
    """An empty lake, served at its own base IRI."""
    port = free_port()
    with (
        modellake.open(folder / "lake", base_iri=f"http://127.0.0.1:{port}/") as lake,
        running(Served(lake=lake, publisher=publisher), port=port),
    ):
        yield lake


def say(lake: Lake, text: str, source: str = "urn:source:a", message: str = "") -> object:
    """Let a source say this in Turtle, relative IRIs being those of the lake, and nothing else any more."""
    return lake.commit(PREFIXES + text, format="turtle", source=source, message=message)


def get(url: str, headers: Mapping[str, str] = TURTLE, *, method: str = "GET") -> Reply:
    """One request, whose answer is taken as it is."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers=dict(headers))
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def follow(url: str, headers: Mapping[str, str] = TURTLE) -> tuple[str, Reply]:
    """Where redirects end, and what is there."""
    for _ in range(5):
        reply = get(url, headers)
        if reply.status not in (301, 302, 303, 307, 308):
            return url, reply
        url = urljoin(url, reply.headers["location"])
    raise AssertionError(f"redirects without end at {url}")


def quads(reply: Reply, format: RdfFormat = RdfFormat.TURTLE) -> list[Quad]:
    assert reply.status == 200, (reply.status, reply.body[:500])
    return list(parse(reply.body, format=format))


@dataclass
class Walk:
    """A client that knows one address and follows every IRI of the same lake that it reads, as Turtle.

    Attributes:
        base: what IRIs begin with that are followed.
        documents: what was read, by the address at which it was.
        refused: statuses other than 200, by address.
    """

    base: str
    documents: dict[str, list[Quad]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def start(self, place: str, *, only: tuple[str, ...] = ("",)) -> None:
        """Walk from an address; ``only`` those whose tails begin so are followed."""
        waiting, seen = [self.base + place], {self.base + place}
        while waiting:
            asked = waiting.pop()
            url, reply = follow(asked)
            url = encoded(url)
            if url in self.documents:
                continue
            if reply.status != 200:
                self.refused[asked] = reply.status
                continue
            self.documents[url] = quads(reply)
            for iri in {iri.partition("#")[0] for iri in iris_in(self.documents[url])} - seen:
                if iri.startswith(self.base) and iri.removeprefix(self.base).startswith(only):
                    seen.add(iri)
                    waiting.append(iri)


def encoded(iri: str) -> str:
    """An IRI as an address of HTTP."""
    return quote(iri, safe=":/?#[]@!$&'()*+,;=%-._~")


def iris_in(statements: list[Quad]) -> set[str]:
    return {
        term.value
        for quad in statements
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, NamedNode)
    }
