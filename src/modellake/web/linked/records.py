"""Resources and their records (https://www.w3.org/TR/cooluris/#r303gendocument): 303, and the document it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.vocab import FOAF, PROV
from modellake.rdf.codec import ntriples_lines
from modellake.web.linked.addresses import Address, Links, address_of, resources_at, topics_at
from modellake.web.linked.forms import parameter
from modellake.web.linked.record_documents import graphs_of, past_record, record_document
from modellake.web.linked.replies import Document
from modellake.web.linked.room import Answer, Room
from modellake.web.linked.tombstones import withdrawn
from modellake.web.messages import Request, Response
from modellake.web.problems import HTTPError

_MANY = 20_000  # statements; more are not held at once


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
        about = address.parameters(found.asked)
        if "as-of=" in about:
            return _see(links, iris.record(found.asked).value, about)
        if found.kind == "withdrawn":
            return withdrawn(self.room, found.home, request, links)
        return _see(links, iris.record(found.home).value, about)


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
        when = parameter(request, "as-of", links.here.own_query(self.room.iris.record(found.asked)))
        if when is not None:
            return past_record(self.room, found.asked, when, links).answer(request)
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
        return record_document(room, home, graphs_of(room, shown), shown.modified if shown.alone else None, links)

    def _noted(self, node: NamedNode, links: Links) -> Document | None:
        said = list(islice(self.room.noted(node), _MANY + 1))
        if not said:
            return None
        times = (item.object for item in said if item.predicate == PROV.endedAtTime)
        ended = next((time.value for time in times if isinstance(time, Literal)), None)
        topic = Triple(self.room.iris.record(node), FOAF.primaryTopic, node)
        document = record_document(self.room, node, {None: ntriples_lines([*said, topic])}, ended, links)
        if len(said) <= _MANY:
            return document
        return replace(document, stream=lambda: chain([topic], self.room.noted(node)))


def _unknown(room: Room, candidates: Sequence[NamedNode]) -> HTTPError:
    """404, with names that are like the one asked for."""
    near = room.finder.neighbors(candidates)
    return HTTPError(
        404,
        "The lake says nothing about this address",
        code="resource.unknown",
        remedy=f"Did you mean {', '.join(near)}?" if near else "See what there is: /catalog",
    )


def _see(links: Links, iri: str, parameters: str = "") -> Response:
    """303 to a document, as a link that stays at the host by which the client came."""
    target = links.to(NamedNode(iri))
    if parameters:
        target += ("&" if "?" in target else "?") + parameters
    return Response(303, b"", [("Location", target), ("Link", f'<{target}>; rel="describedby"')])
