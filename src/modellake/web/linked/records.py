"""Resources and their records (https://www.w3.org/TR/cooluris/#r303gendocument): 303, and the document it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from modellake.core.vocab import FOAF, PROV
from modellake.rdf.codec import ntriples_lines
from modellake.web.linked.addresses import Address, Links, address_of, resources_at, topics_at
from modellake.web.linked.description import Description
from modellake.web.linked.pages import Page, Painter, Section, Value, referred, unique
from modellake.web.linked.replies import Document, alternates
from modellake.web.linked.room import Answer, Room
from modellake.web.linked.tombstones import withdrawn
from modellake.web.messages import Request, Response
from modellake.web.problems import HTTPError

_MANY = 20_000  # statements; more are not held at once
Graphs = dict[NamedNode | None, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Resources:
    """Answers at the IRIs of resources: see the record."""

    room: Room

    async def __call__(self, request: Request) -> Response:
        """303, 410 or 404."""
        return await self.room.answer(request, partial(self._answer, address_of(request), request))

    def _answer(self, address: Address, request: Request) -> Answer:
        iris = self.room.iris
        links = Links(iris, address)
        if address.tail.startswith("graph/"):
            return _see(links, f"{iris.base}.well-known/void")
        candidates = list(resources_at(address, iris))
        found = self.room.finder.find(candidates)
        if found is None or (found.kind == "noted" and not any(self.room.noted(found.home))):
            raise _unknown(self.room, candidates)
        if found.kind == "withdrawn":
            return withdrawn(self.room, found.home, request, links)
        return _see(links, iris.record(found.home).value)


@dataclass(frozen=True, slots=True)
class Records:
    """Answers at the IRIs of records: what the lake says about a resource, in the form that the client likes."""

    room: Room

    async def __call__(self, request: Request) -> Response:
        """200, 303, 304, 410 or 404."""
        return await self.room.answer(request, partial(self._answer, address_of(request), request))

    def _answer(self, address: Address, request: Request) -> Answer:
        links = Links(self.room.iris, address)
        if address.tail in ("record", "record/"):
            return _see(links, f"{self.room.iris.base}catalog")
        candidates = list(topics_at(address, self.room.iris))
        found = self.room.finder.find(candidates)
        if found is None:
            raise _unknown(self.room, candidates)
        if found.kind == "withdrawn":
            return withdrawn(self.room, found.home, request, links)
        if found.kind == "merged":
            return _see(links, self.room.iris.record(found.home).value)
        document = self._described(found.home, links) if found.kind == "described" else self._noted(found.home, links)
        if document is None:
            raise _unknown(self.room, candidates)
        return document.answer(request)

    def _described(self, home: NamedNode, links: Links) -> Document | None:
        room = self.room
        before = None
        while before != (before := room.lake.ledger.head()):  # nothing may come in between names, contents and times
            shown = room.lake.view.appearance(home, room.finder.names())
        if shown is None:
            return None
        graphs: Graphs = {
            None: [*shown.asserted, *shown.entailed],
            room.iris.graph("entailed"): shown.entailed,
            room.iris.graph("provenance"): shown.provenance,
        }
        return self._document(home, graphs, shown.modified if shown.alone else None, links)

    def _noted(self, node: NamedNode, links: Links) -> Document | None:
        said = list(islice(self.room.noted(node), _MANY + 1))
        if not said:
            return None
        times = (item.object for item in said if item.predicate == PROV.endedAtTime)
        ended = next((time.value for time in times if isinstance(time, Literal)), None)
        topic = Triple(self.room.iris.record(node), FOAF.primaryTopic, node)
        document = self._document(node, {None: ntriples_lines([*said, topic])}, ended, links)
        if len(said) <= _MANY:
            return document
        return replace(document, stream=lambda: chain([topic], self.room.noted(node)))

    def _document(self, topic: NamedNode, graphs: Graphs, modified: str | None, links: Links) -> Document:
        about, record = links.page(topic.value), self.room.iris.record(topic)
        return Document(
            iri=record.value,
            describe=partial(Description, graphs),
            page=partial(_page, self.room, topic, graphs, links),
            modified=modified or self.room.head_time(),
            page_modified=self.room.head_time(),
            links=[f'<{about}>; rel="describes"'] if about else [],
            own=links.here.own_query(record),
        )


def _page(room: Room, topic: NamedNode, graphs: Graphs, links: Links) -> Page:
    entailed = frozenset(graphs.get(room.iris.graph("entailed"), ()))
    asserted = _statements(line for line in graphs[None] if line not in entailed)
    told = _statements(graphs.get(room.iris.graph("provenance"), ()))
    labels = room.labels([topic.value, *referred(asserted), *referred(told)])
    painter = Painter(links, labels)
    groups: list[tuple[str, Sequence[Section]]] = [
        ("", painter.sections(asserted, topic.value)),
        ("About this record", painter.sections(told, room.iris.record(topic).value)),
        ("What follows from the ontology", painter.sections(_statements(entailed), topic.value)),
    ]
    return Page(
        title=labels.get(topic.value) or painter.value(topic).text,
        iri=topic.value,
        groups=unique(groups),
        notes=painter.notes(len(asserted)),
        alternates=alternates(own=links.here.own_query(room.iris.record(topic))),
        trail=(Value("Catalog", links.here.reference("catalog")),),
    )


def _statements(lines: Iterable[str]) -> list[Triple]:
    return [quad.triple for quad in parse("\n".join(lines).encode(), format=RdfFormat.N_TRIPLES)]


def _unknown(room: Room, candidates: Sequence[NamedNode]) -> HTTPError:
    """404, with names that are like the one asked for."""
    near = room.finder.neighbors(candidates)
    return HTTPError(
        404,
        "The lake says nothing about this address",
        code="resource.unknown",
        remedy=f"Did you mean {', '.join(near)}?" if near else "See what there is: /catalog",
    )


def _see(links: Links, iri: str) -> Response:
    """303 to a document, as a link that stays at the host by which the client came."""
    target = links.to(NamedNode(iri))
    return Response(303, b"", [("Location", target), ("Link", f'<{target}>; rel="describedby"')])
