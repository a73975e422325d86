"""The catalog (DCAT 3, https://www.w3.org/TR/vocab-dcat-3/): what there is, in parts that a client can walk through.

``/catalog`` names a catalog for each kind of resource, and each of these is a chain of pages that name records
(https://www.hydra-cg.com/spec/latest/core/#collections). A page costs what it names, however many records there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.vocab import DCAT, DCT, FOAF, RDF, XSD
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.codec import ntriples_lines
from modellake.web.linked.addresses import Links, address_of
from modellake.web.linked.description import Description
from modellake.web.linked.forms import TRIPLES, parameter
from modellake.web.linked.groups import GROUPS, ranges_of, title_of
from modellake.web.linked.pages import Page, Painter, Value
from modellake.web.linked.replies import Document, alternates
from modellake.web.linked.room import Answer, Room
from modellake.web.linked.statistics import Counting, Statistics
from modellake.web.linked.vocabulary import ROOT
from modellake.web.messages import Request, Response
from modellake.web.problems import HTTPError

_PAGE = 200  # records
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_AGENT = NamedNode("http://xmlns.com/foaf/0.1/Agent")


@dataclass(frozen=True, slots=True)
class Catalog:
    """Answers at ``/catalog`` and at ``/``: the parts of the catalog, and how else the lake can be asked."""

    room: Room
    counting: Counting

    async def __call__(self, request: Request) -> Response:
        """200 or 304."""
        return await self.room.answer(request, partial(self._answer, request), self.room.counting)

    def _answer(self, request: Request) -> Answer:
        links = Links(self.room.iris, address_of(request))
        statistics = self.counting.now()
        return Document(
            iri=_catalog(self.room).value,
            describe=lambda: Description({None: ntriples_lines(self._statements(statistics))}),
            page=partial(self._page, statistics, links),
            modified=statistics.time,
            page_modified=statistics.time,
            links=[f'<{links.here.reference(".well-known/void")}>; rel="describedby"'],
            offers=TRIPLES,
        ).answer(request)

    def _statements(self, statistics: Statistics) -> Iterator[Triple]:
        base, catalog = self.room.iris.base, _catalog(self.room)
        service, dataset = NamedNode(f"{catalog.value}#sparql"), NamedNode(f"{base}.well-known/void#lake")
        yield Triple(catalog, RDF.type, DCAT.Catalog)
        yield Triple(catalog, DCT.title, Literal(f"Catalog of the model lake {base}", language="en"))
        yield Triple(
            catalog, DCT.description, Literal("Models, datasets, code and what is known of them.", language="en")
        )
        yield Triple(catalog, DCT.conformsTo, NamedNode(ROOT))
        yield Triple(catalog, FOAF.homepage, NamedNode(base))
        yield from _publisher_statements(self.room, catalog)
        yield Triple(catalog, _hydra("totalItems"), _number(sum(statistics.records.values())))
        if statistics.time:
            yield Triple(catalog, DCT.modified, Literal(statistics.time, datatype=XSD.dateTime))
        yield Triple(catalog, DCAT.service, service)
        yield Triple(catalog, DCAT.dataset, dataset)
        yield Triple(service, RDF.type, DCAT.DataService)
        yield Triple(service, DCT.title, Literal("SPARQL endpoint", language="en"))
        yield Triple(service, DCAT.endpointURL, NamedNode(f"{base}sparql"))
        yield Triple(service, DCT.conformsTo, NamedNode("https://www.w3.org/TR/sparql11-protocol/"))
        yield Triple(service, DCAT.servesDataset, dataset)
        for group, count in statistics.records.items():
            if count:
                yield Triple(catalog, DCAT.catalog, part_iri(self.room, group))
                yield from _part_statements(self.room, group)
                yield Triple(part_iri(self.room, group), _hydra("totalItems"), _number(count))

    def _page(self, statistics: Statistics, links: Links) -> Page:
        base, here = self.room.iris.base, links.here
        parts = [
            Value(f"{title_of(group)} ({count})", here.reference(f"catalog/{group}"))
            for group, count in statistics.records.items()
            if count
        ]
        doors = {
            "SPARQL": "sparql",
            "Questions": "queries",
            "API": "docs",
            "VoID description": ".well-known/void",
            "Ontology": "ontology",
            "Shapes": "shapes",
        }
        return Page(
            title="Model lake",
            iri=base,
            notes=(_size(sum(statistics.records.values())), *_publisher_notes(self.room)),
            entries=parts,
            onward=[Value(name, here.reference(place)) for name, place in doors.items()],
            alternates=alternates(TRIPLES),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Answers at ``/catalog/{group}``: the records of a group, some at a time."""

    room: Room

    async def __call__(self, request: Request) -> Response:
        """200, 304 or 404."""
        return await self.room.answer(request, partial(self._answer, request))

    def _answer(self, request: Request) -> Answer:
        address = address_of(request)
        group = address.place.removeprefix("catalog/")
        if group not in GROUPS:
            raise HTTPError(
                404,
                "The catalog has no such part",
                code="resource.unknown",
                remedy=f"Its parts are: {', '.join(GROUPS)}",
            )
        listing = _listing(self.room, group, _after(request))
        links = Links(self.room.iris, address)
        head = self.room.head_time()
        return Document(
            iri=listing.iri.value,
            describe=lambda: Description({None: ntriples_lines(listing.statements())}),
            page=partial(listing.page, links),
            modified=head,
            page_modified=head,
            links=[f'<{links.to(listing.next)}>; rel="next"'] if listing.next else [],
            own=listing.query,
            offers=TRIPLES,
        ).answer(request)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a part.

    Attributes:
        iri: of the page.
        next: the page after it.
        records: each with the resource that it is about.
    """

    room: Room
    group: str
    iri: NamedNode
    next: NamedNode | None
    records: Sequence[tuple[NamedNode, NamedNode]]

    @property
    def query(self) -> str:
        """The query string of the page."""
        return self.iri.value.partition("?")[2]

    def statements(self) -> Iterator[Triple]:
        """The page as part of its catalog."""
        part = part_iri(self.room, self.group)
        yield from _part_statements(self.room, self.group)
        yield Triple(_catalog(self.room), DCAT.catalog, part)
        yield Triple(part, _hydra("view"), self.iri)
        yield Triple(self.iri, RDF.type, _hydra("PartialCollectionView"))
        yield Triple(self.iri, _hydra("first"), part)
        if self.next:
            yield Triple(self.iri, _hydra("next"), self.next)
        yield from self._entries(part)

    def _entries(self, part: NamedNode) -> Iterator[Triple]:
        ledger = self.room.lake.ledger
        topics = [topic.value for _, topic in self.records]
        spans = ledger.spans(record.value for record, _ in self.records)
        titles, types = self.room.titles(topics), ledger.types_of(topics)
        for record, topic in self.records:
            yield Triple(part, DCAT.record, record)
            yield Triple(part, _member(types.get(topic.value, set())), topic)
            yield Triple(record, RDF.type, DCAT.CatalogRecord)
            yield Triple(record, FOAF.primaryTopic, topic)
            if record.value in spans:
                yield Triple(record, DCT.modified, Literal(spans[record.value].modified, datatype=XSD.dateTime))
            if topic.value in titles:
                yield Triple(topic, DCT.title, titles[topic.value])

    def page(self, links: Links) -> Page:
        """The page for people."""
        here = links.here
        painter = Painter(links, self.room.labels(topic.value for _, topic in self.records))
        entries = [
            Value(shown.text, links.to(record), shown.detail)
            for record, topic in self.records
            for shown in (painter.value(topic),)
        ]
        onward = [Value("First page", here.reference(f"catalog/{self.group}"))]
        onward += [Value("Next page", links.to(self.next))] if self.next else []
        trail = (Value("Catalog", here.reference("catalog")),)
        return Page(
            title=title_of(self.group),
            iri=self.iri.value,
            entries=entries,
            onward=onward,
            trail=trail,
            alternates=alternates(TRIPLES, self.query),
        )


def part_iri(room: Room, group: str, after: str = "") -> NamedNode:
    """A part of the catalog, or the page of it that comes after a record."""
    query = f"?after={quote(after, safe='/')}" if after else ""
    return NamedNode(f"{_catalog(room).value}/{group}{query}")


def _listing(room: Room, group: str, after: str) -> Listing:
    root = f"{room.iris.base}record/"
    found = room.lake.ledger.listing.page(
        ranges_of(group, room.iris), room.finder.spaces, _PAGE + 1, f"{root}{after}" if after else ""
    )
    names = room.finder.names()
    topics = [NamedNode(names.home(room.iris.topic(NamedNode(record)).value)) for record in found[:_PAGE]]
    following = part_iri(room, group, found[_PAGE - 1].removeprefix(root)) if len(found) > _PAGE else None
    records = dict.fromkeys((room.iris.record(topic), topic) for topic in topics)
    return Listing(room, group, part_iri(room, group, after), following, list(records))


def _after(request: Request) -> str:
    after = parameter(request, "after") or ""
    if not after.isprintable():
        raise HTTPError(400, "after= is no name of a record", code="http.malformed")
    return after


def _part_statements(room: Room, group: str) -> Iterator[Triple]:
    part = part_iri(room, group)
    yield Triple(part, RDF.type, DCAT.Catalog)
    yield Triple(part, RDF.type, _hydra("Collection"))
    title = title_of(group)
    yield Triple(part, DCT.title, Literal(title, language="en"))
    yield Triple(
        part, DCT.description, Literal(f"{title} that the model lake {room.iris.base} describes.", language="en")
    )
    yield Triple(part, DCT.isPartOf, _catalog(room))
    yield from _publisher_statements(room, part)


def _publisher_statements(room: Room, catalog: NamedNode) -> Iterator[Triple]:
    """Who publishes a catalog, if that is known."""
    publisher = room.served.publisher
    if publisher is None:
        return
    agent = NamedNode(publisher.iri or f"{_catalog(room).value}#publisher")
    yield Triple(catalog, DCT.publisher, agent)
    yield Triple(agent, RDF.type, _AGENT)
    if publisher.name:
        yield Triple(agent, FOAF.name, Literal(publisher.name))


def _publisher_notes(room: Room) -> Iterator[str]:
    if room.served.publisher:
        yield f"Published by {room.served.publisher.shown}."


def _member(types: set[str]) -> NamedNode:
    """How a catalog lists a resource of these types."""
    kinds = load_hierarchy().types_above(map(NamedNode, types))
    return DCAT.dataset if DCAT.Dataset in kinds else DCAT.resource


def _catalog(room: Room) -> NamedNode:
    return NamedNode(f"{room.iris.base}catalog")


def _hydra(name: str) -> NamedNode:
    return NamedNode(_HYDRA + name)


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def _size(count: int) -> str:
    return f"It holds {count} record{'' if count == 1 else 's'}."
