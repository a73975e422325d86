"""Documents of the vocabulary: the ontology, its code lists and the shapes, as files and term by term."""

from __future__ import annotations

import difflib
import io
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import cast

from modellake.core.iris import DEFAULT_BASE, LakeIRIs
from modellake.rdf.assets import CONTEXT_IRI, context_text
from modellake.rdf.codec import ntriples_lines
from modellake.web.forms import Writable
from modellake.web.linked.addresses import Address, Links, address_of
from modellake.web.linked.description import Description
from modellake.web.linked.forms import HTML, TRIPLES, chosen
from modellake.web.linked.pages import Page, Painter, Value, unique
from modellake.web.linked.replies import alternates, headers
from modellake.web.linked.validators import coded, entity_tag, validated
from modellake.web.linked.vocabulary import CONTEXT_PLACE, ONTOLOGY_ROOM, ROOT, SHAPES_ROOM, documents, label_of
from modellake.web.messages import Request, Response
from modellake.web.negotiate import Choice, Offer
from modellake.web.pool import begun
from modellake.web.problems import HTTPError
from modellake.web.served import Served

_CACHE = "max-age=3600"
_CONTEXT = Offer("jsonld", ("application/ld+json", "application/json"))
Written = tuple[bytes, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Answers at ``/ontology`` and ``/shapes`` and below them."""

    served: Served

    async def __call__(self, request: Request) -> Response:
        """200, 304 or 404."""
        return coded(request, await begun(self.served.queries, partial(_answer, request, address_of(request))))


def _answer(request: Request, address: Address) -> Response:
    place = address.place
    if place == CONTEXT_PLACE:
        context = context_text().encode()
        choice = Choice(_CONTEXT, _CONTEXT.media_types[0])
        return _response(request, choice, (context, entity_tag([context], "context")), CONTEXT_IRI, ())
    document = documents().get(place)
    if document is None:
        raise _unknown(place)
    choice = chosen(request, TRIPLES)
    page = choice.offer is HTML
    written = _paged(place, address.tail.count("/")) if page else _written(place, choice.offer)
    return _response(request, choice, written, document.iri, TRIPLES)


def _response(request: Request, choice: Choice, written: Written, iri: str, offers: tuple[Offer, ...]) -> Response:
    body, tag = written
    return validated(request, Response(200, body, headers(choice, tag, iri, offers=offers, cache=_CACHE)))


@lru_cache(maxsize=64)
def _written(place: str, offer: Offer) -> Written:
    """A document in one of the RDF syntaxes, and its tag; in Turtle as its authors wrote it."""
    document = documents()[place]
    description = Description({None: ntriples_lines(document.statements())})
    output = io.BytesIO(document.text if offer.name == "turtle" else b"")
    if offer.name != "turtle":
        description.write(offer, cast(Writable, output))
    return output.getvalue(), entity_tag([output.getvalue()], offer.name)


@lru_cache(maxsize=64)
def _paged(place: str, depth: int) -> Written:
    """A document as a page, for an address with so many slashes, and its tag."""
    document = documents()[place]
    here = Address("/".join(["", *[""] * depth]))
    painter = Painter(Links(LakeIRIs(DEFAULT_BASE), here), anchored=ROOT)
    statements = document.statements()
    text = Page(
        title=label_of(document.iri) or document.iri,
        iri=document.iri,
        groups=unique([("", painter.sections(statements, document.iri))]),
        notes=painter.notes(len(statements)),
        alternates=alternates(TRIPLES),
        trail=(Value("Ontology", here.reference(ONTOLOGY_ROOM)), Value("Shapes", here.reference(SHAPES_ROOM))),
        entries=_parts(place, here),
    ).write()
    return text, entity_tag([text], HTML.name)


def _parts(place: str, here: Address) -> list[Value]:
    """The other documents of a room, without those of versions: they are the same."""
    if place not in (ONTOLOGY_ROOM, SHAPES_ROOM):
        return []
    parts = [item for item in documents().values() if item.place.startswith(f"{place}/")]
    current = [item for item in parts if not item.place.rpartition("/")[2][0].isdecimal()]
    return [Value(label_of(item.iri) or item.iri, here.reference(item.place)) for item in current]


def _unknown(place: str) -> HTTPError:
    near = difflib.get_close_matches(place, documents(), 3)
    return HTTPError(
        404,
        "There is no such document of the ontology or the shapes",
        code="resource.unknown",
        remedy=f"Did you mean /{', /'.join(near)}?" if near else f"See /{ONTOLOGY_ROOM} and /{SHAPES_ROOM}",
    )
