"""Linked data: every IRI of the lake, of the ontology and of the shapes leads to what is said about it.

``/{kind}/…`` answers 303 to its record ``/record/…``; the catalog (`catalog`) and the VoID description (`void`) lead a
client that only follows links to every record. A bare engine has no records: there only the vocabulary is served.
"""

from __future__ import annotations

from modellake.web.linked.records import Records, Resources
from modellake.web.linked.room import Room
from modellake.web.routes import Route
from modellake.web.served import Served


def routes(served: Served) -> list[Route]:
    """The rest of all addresses, records among them."""
    found: list[Route] = []
    if served.lake is None:
        return found
    room = Room(served, served.lake)
    return [*found, Route("/record/*", Records(room)), Route("/*", Resources(room))]
