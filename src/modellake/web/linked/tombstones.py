"""Tombstones: what is known of a record that was withdrawn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.vocab import DCAT, DCT, FOAF, LAKE, PROV, RDF, XSD
from modellake.ledger.records import HistoryEntry
from modellake.rdf.codec import ntriples_lines
from modellake.web.linked.addresses import Links
from modellake.web.linked.description import Description
from modellake.web.linked.forms import FORMS, HTML, PROBLEM, chosen
from modellake.web.linked.pages import Page, Painter
from modellake.web.linked.room import Answer, Room, written
from modellake.web.messages import Request, Response

_TITLE = "This was withdrawn: no source says anything about it any more"


def withdrawn(room: Room, home: NamedNode, request: Request, links: Links) -> Answer:
    """410: as problem details, or in the form that the client likes better.

    Raises:
        HTTPError: 406 ``http.not-acceptable``.
    """
    past = room.finder.past(home)
    choice = chosen(request, (PROBLEM, *FORMS), links.here.own_query(home))
    headers = [("Content-Type", choice.content_type), ("Cache-Control", "no-cache")]
    if choice.offer is PROBLEM:
        return Response(410, _problem(past), headers)
    said = list(_statements(room, home, past))
    if choice.offer is HTML:
        sections = Painter(links).sections(said, room.iris.record(home).value)
        return Response(410, Page("Withdrawn", home.value, [("", sections)], (f"{_TITLE}.",)).write(), headers)
    description = Description({None: ntriples_lines(said)})
    return written(partial(description.write, choice.offer), Response(410, b"", headers), lines=len(said))


def _problem(past: Sequence[HistoryEntry]) -> bytes:
    last = past[-1]
    members = {
        "title": _TITLE,
        "status": 410,
        "code": "resource.withdrawn",
        "remedy": f"See what was said of it with ?as-of={last.sequence - 1}",
        "created": past[0].time,
        "withdrawn": last.time,
        "commit": last.sequence,
        "agent": last.agent,
        "message": last.message,
    }
    return json.dumps(members, ensure_ascii=False).encode()


def _statements(room: Room, home: NamedNode, past: Sequence[HistoryEntry]) -> Iterator[Triple]:
    """What the record was about, from when to when, and which commit ended it."""
    record, last = room.iris.record(home), past[-1]
    began, ended = (Literal(entry.time, datatype=XSD.dateTime) for entry in (past[0], last))
    yield Triple(record, RDF.type, LAKE.MetadataRecord)
    yield Triple(record, RDF.type, DCAT.CatalogRecord)
    yield Triple(record, FOAF.primaryTopic, home)
    yield Triple(record, DCT.created, began)
    yield Triple(record, DCT.modified, ended)
    yield Triple(record, PROV.invalidatedAtTime, ended)
    yield Triple(record, PROV.wasInvalidatedBy, room.iris.commit(last.sequence))
