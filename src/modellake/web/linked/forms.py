"""The forms of a description: RDF in six syntaxes, and a page for people."""

from __future__ import annotations

from modellake.core.errors import UsageError
from modellake.rdf.formats import syntax_named
from modellake.web.forms import GRAPHS
from modellake.web.messages import Request, form_pairs
from modellake.web.negotiate import Choice, Offer, choose
from modellake.web.problems import HTTPError

HTML = Offer("html", ("text/html",), "; charset=utf-8")
PROBLEM = Offer("problem", ("application/problem+json", "application/json"))
# The media type that N-Triples had before 2014, by which some clients still ask for them.
PLAIN = Offer("ntriples", ("text/plain",), "; charset=utf-8")
FORMS = (*GRAPHS, HTML, PLAIN)
# Those of one graph: what is entailed and who says what cannot be told apart in them.
TRIPLES = tuple(offer for offer in FORMS if offer.name not in ("trig", "nquads"))
SHORT_NAMES = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "rdfxml": "rdf"}
_FORMAT_NAMES = {short: name for name, short in SHORT_NAMES.items()}


def chosen(request: Request, offers: tuple[Offer, ...] = FORMS, own: str = "") -> Choice:
    """The form that a client asks for with ``format=``, or else likes best.

    Args:
        own: the query string that belongs to the IRI of what is asked for.

    Raises:
        HTTPError: 400 ``http.malformed``, or 406 ``http.not-acceptable``.
    """
    wanted = parameter(request, "format", own)
    if wanted is None:
        return choose(request.headers.get("accept"), offers)
    name = _FORMAT_NAMES.get(wanted) or wanted
    if name != HTML.name:
        try:
            name = syntax_named(name).name
        except UsageError:
            name = ""
    offer = next((offer for offer in offers if offer.name == name), None)
    if offer is None:
        raise HTTPError(
            400,
            f"There is no such format: {wanted[:60]}",
            code="http.malformed",
            remedy="Use one of: " + ", ".join(dict.fromkeys(map(short_name, offers))),
        )
    return Choice(offer, offer.media_types[0])


def syntaxes(offers: tuple[Offer, ...]) -> list[Offer]:
    """The RDF syntaxes among offers, each once."""
    return [offer for offer in offers if offer not in (HTML, PLAIN)]


def short_name(offer: Offer) -> str:
    """What ``format=`` calls an offer."""
    return SHORT_NAMES.get(offer.name, offer.name)


def parameter(request: Request, name: str, own: str = "") -> str | None:
    """The value of a parameter in the URL behind what belongs to an IRI, the last one if there are several.

    Raises:
        HTTPError: 400 ``http.malformed``.
    """
    try:
        return dict(form_pairs(request.query_string.removeprefix(own.encode()))).get(name)
    except ValueError as error:
        raise HTTPError(400, "The query string is not in UTF-8", code="http.malformed") from error
