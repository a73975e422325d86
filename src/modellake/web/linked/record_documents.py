"""Documents of records: what the lake says about a resource, now or at an earlier moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from modellake.lake.appearance import Appearance
from modellake.web.linked.addresses import Links
from modellake.web.linked.description import Description
from modellake.web.linked.pages import Page, Painter, Section, Value, referred, unique
from modellake.web.linked.replies import Document, alternates
from modellake.web.linked.room import Room
from modellake.web.linked.validators import http_date
from modellake.web.problems import HTTPError

Graphs = dict[NamedNode | None, Sequence[str]]


def record_document(room: Room, topic: NamedNode, graphs: Graphs, modified: str | None, links: Links) -> Document:
    """The record about a resource.

    Args:
        modified: when what it says changed last; None where that is not known.
    """
    about, record = links.page(topic.value), room.iris.record(topic)
    return Document(
        iri=record.value,
        describe=partial(Description, graphs),
        page=partial(_page, room, topic, graphs, links),
        modified=modified or room.head_time(),
        page_modified=room.head_time(),
        links=[f'<{about}>; rel="describes"'] if about else [],
        own=links.here.own_query(record),
    )


def past_record(room: Room, topic: NamedNode, when: str, links: Links) -> Document:
    """The record as it was (https://www.rfc-editor.org/rfc/rfc7089#section-2.1.1: ``Memento-Datetime``).

    Args:
        when: a commit number, a commit hash, or a time.

    Raises:
        UsageError, NotFoundError: there is no such moment.
        HTTPError: 404 ``resource.unknown``: the lake said nothing about it then.
    """
    ledger = room.lake.ledger
    sequence = room.lake.history.sequence_at(when)
    shown = None
    if ledger.bases.at(sequence) == room.iris.base:  # else it had other names then
        shown = room.lake.view.appearance(topic, room.lake.view.names(sequence), sequence)
    if shown is None:
        raise _unsaid(topic)
    own, time = links.here.own_query(room.iris.record(topic)), ledger.commit(sequence).time
    found = record_document(room, shown.home, graphs_of(room, shown), time, links)
    note = f"This is what the lake said after commit {sequence}, of {time}."
    return replace(
        found,
        page=lambda: replace(found.page(), notes=(note,)),
        own="&".join(filter(None, [own, f"as-of={sequence}"])),
        links=[*found.links, f'<{links.to(room.iris.record(shown.home))}>; rel="original"'],
        more=[("Memento-Datetime", http_date(time))],
    )


def _unsaid(topic: NamedNode) -> HTTPError:
    return HTTPError(
        404,
        "The lake said nothing about this address then",
        code="resource.unknown",
        remedy=f"See when it did: modellake history {topic.value[:300]}",
    )


def graphs_of(room: Room, shown: Appearance) -> Graphs:
    """What is shown of a resource, in the graphs in which the lake has it."""
    return {
        None: [*shown.asserted, *shown.entailed],
        room.iris.graph("entailed"): shown.entailed,
        room.iris.graph("provenance"): shown.provenance,
    }


def _page(room: Room, topic: NamedNode, graphs: Graphs, links: Links) -> Page:
    entailed = frozenset(graphs.get(room.iris.graph("entailed"), ()))
    asserted = _statements(line for line in graphs[None] if line not in entailed)
    told = _statements(graphs.get(room.iris.graph("provenance"), ()))
    named = [topic.value, *referred(asserted), *referred(told)]
    labels = room.labels(named)
    painter = Painter(links, labels, home=topic.value, described=room.finder.described(named))
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
