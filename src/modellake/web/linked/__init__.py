"""Linked data: every IRI of the lake, of the ontology and of the shapes leads to what is said about it.

``/{kind}/…`` answers 303 to its record ``/record/…``; the catalog (`catalog`) and the VoID description (`void`) lead a
client that only follows links to every record. A bare engine has no records: there only the vocabulary is served.
"""

from __future__ import annotations

from modellake.web.callers import Role
from modellake.web.linked.catalog import Catalog, Part
from modellake.web.linked.documents import Vocabulary
from modellake.web.linked.records import Records, Resources
from modellake.web.linked.room import Room
from modellake.web.linked.statistics import Counting
from modellake.web.linked.void import VoID
from modellake.web.messages import Request, Response
from modellake.web.problems import HTTPError
from modellake.web.routes import Route
from modellake.web.served import Served

_OF_LAKES = ("/record", "/record/*", "/catalog", "/catalog/*", "/.well-known/void")


def routes(served: Served) -> list[Route]:
    """The vocabulary, and the rest of all addresses: records among them, where there are any."""
    vocabulary = Vocabulary(served)
    places = ("/ontology", "/ontology/*", "/shapes", "/shapes/*")
    found = [Route(path, vocabulary, needs=Role.NOBODY) for path in places]
    if served.lake is None:
        return [*found, *(Route(path, _no_lake) for path in _OF_LAKES)]
    room = Room(served, served.lake)
    counting = Counting(room)
    catalog, records = Catalog(room, counting), Records(room)
    return [
        *found,
        Route("/", catalog),
        Route("/catalog", catalog),
        Route("/catalog/*", Part(room)),
        Route("/.well-known/void", VoID(room, counting)),
        Route("/record", records),
        Route("/record/*", records),
        Route("/*", Resources(room)),
    ]


async def _no_lake(_: Request) -> Response:
    raise HTTPError(
        404,
        "A bare store has no records, and no catalog of them",
        code="resource.no-lake",
        remedy="Ask it at /sparql, or read its graphs at /store.",
    )
