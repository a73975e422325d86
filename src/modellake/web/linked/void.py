"""The VoID description of the lake (https://www.w3.org/TR/void/#well-known): how much there is of what, and where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.vocab import DCAT, DCT, FOAF, RDF, XSD
from modellake.rdf.codec import ntriples_lines
from modellake.web.linked.addresses import Links, address_of
from modellake.web.linked.description import Description
from modellake.web.linked.forms import TRIPLES
from modellake.web.linked.groups import ranges_of
from modellake.web.linked.pages import Page, Painter, Value
from modellake.web.linked.replies import Document, alternates
from modellake.web.linked.room import Answer, Room
from modellake.web.linked.statistics import Counting, Counts, Statistics
from modellake.web.messages import Request, Response

_VOID = "http://rdfs.org/ns/void#"
_FEATURES = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
_GRAPHS = {
    "entailed": "What follows from the ontology, and is in the default graph too",
    "provenance": "Records, commits and sources: who said what, when and why",
}


@dataclass(frozen=True, slots=True)
class VoID:
    """Answers at ``/.well-known/void``."""

    room: Room
    counting: Counting

    async def __call__(self, request: Request) -> Response:
        """200 or 304."""
        return await self.room.answer(request, partial(self._answer, request), self.room.counting)

    def _answer(self, request: Request) -> Answer:
        statistics = self.counting.now()
        links = Links(self.room.iris, address_of(request))
        said = list(_statements(self.room, statistics))
        return Document(
            iri=_document(self.room).value,
            describe=lambda: Description({None: ntriples_lines(said)}),
            page=partial(_page, self.room, said, links),
            modified=statistics.time,
            page_modified=statistics.time,
            offers=TRIPLES,
        ).answer(request)


def _page(room: Room, said: list[Triple], links: Links) -> Page:
    sections = Painter(links).sections(said, f"{_document(room).value}#lake")
    trail = (Value("Catalog", links.here.reference("catalog")),)
    return Page(
        "VoID description", _document(room).value, [("", sections)], alternates=alternates(TRIPLES), trail=trail
    )


def _statements(room: Room, statistics: Statistics) -> Iterator[Triple]:
    base, document = room.iris.base, _document(room)
    lake = NamedNode(f"{document.value}#lake")
    yield Triple(document, RDF.type, _void("DatasetDescription"))
    yield Triple(document, FOAF.primaryTopic, lake)
    yield Triple(document, DCT.title, Literal(f"Description of the model lake {base}", language="en"))
    yield Triple(lake, RDF.type, _void("Dataset"))
    yield Triple(lake, RDF.type, DCAT.Dataset)
    yield Triple(lake, DCT.title, Literal(f"The model lake {base}", language="en"))
    yield Triple(lake, DCT.description, Literal("Models, datasets, code and what is known of them.", language="en"))
    yield Triple(lake, FOAF.homepage, NamedNode(base))
    yield Triple(lake, _void("uriSpace"), Literal(base))
    yield Triple(lake, _void("sparqlEndpoint"), NamedNode(f"{base}sparql"))
    yield Triple(lake, _void("dataDump"), NamedNode(f"{base}store?default"))
    yield Triple(lake, _void("rootResource"), NamedNode(f"{base}catalog"))
    yield Triple(lake, _void("entities"), _number(sum(statistics.records.values())))
    if statistics.time:
        yield Triple(document, DCT.modified, Literal(statistics.time, datatype=XSD.dateTime))
        yield Triple(lake, DCT.modified, Literal(statistics.time, datatype=XSD.dateTime))
    for name in _FEATURES:
        yield Triple(lake, _void("feature"), NamedNode(f"http://www.w3.org/ns/formats/{name}"))
    yield from _examples(room, lake, statistics)
    yield from _graphs(room, lake)
    yield from _counted(lake, statistics)


def _examples(room: Room, lake: NamedNode, statistics: Statistics) -> Iterator[Triple]:
    """A resource of each kind."""
    listing, names = room.lake.ledger.listing, room.finder.names()
    for group, count in statistics.records.items():
        for record in listing.page(ranges_of(group, room.iris), room.finder.spaces, 1) if count else ():
            topic = room.iris.topic(NamedNode(record))
            yield Triple(lake, _void("exampleResource"), NamedNode(names.home(topic.value)))


def _graphs(room: Room, lake: NamedNode) -> Iterator[Triple]:
    for name, title in _GRAPHS.items():
        graph = room.iris.graph(name)
        yield Triple(lake, _void("subset"), graph)
        yield Triple(graph, RDF.type, _void("Dataset"))
        yield Triple(graph, DCT.title, Literal(title, language="en"))


def _counted(lake: NamedNode, statistics: Statistics) -> Iterator[Triple]:
    classes, properties = statistics.classes, statistics.properties
    if properties:
        yield Triple(lake, _void("triples"), _number(properties.total))
        yield Triple(lake, _void("properties"), _number(properties.kinds))
        yield from _partitions(lake, properties, "property", "triples")
    if classes:
        yield Triple(lake, _void("classes"), _number(classes.kinds))
        yield from _partitions(lake, classes, "class", "entities")
    used = {_namespace(name) for counts in (classes, properties) if counts for name, _ in counts.most}
    for namespace in sorted(used):
        yield Triple(lake, _void("vocabulary"), NamedNode(namespace))


def _partitions(lake: NamedNode, counts: Counts, what: str, unit: str) -> Iterator[Triple]:
    for name, number in counts.most:
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        part = NamedNode(f"{lake.value}-{what}-{digest}")
        yield Triple(lake, _void(f"{what}Partition"), part)
        yield Triple(part, RDF.type, _void("Dataset"))
        yield Triple(part, _void(what), NamedNode(name))
        yield Triple(part, _void(unit), _number(number))


def _namespace(iri: str) -> str:
    end = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":"))
    return iri[: end + 1]


def _document(room: Room) -> NamedNode:
    return NamedNode(f"{room.iris.base}.well-known/void")


def _void(name: str) -> NamedNode:
    return NamedNode(_VOID + name)


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)
