"""Replies: a document in the form that the client likes, with what lets it keep, check and find the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from pyoxigraph import Triple

from modellake.web.forms import Writable, write_triples
from modellake.web.linked.addresses import encoded
from modellake.web.linked.description import Description
from modellake.web.linked.forms import FORMS, HTML, chosen, short_name, syntaxes
from modellake.web.linked.pages import Page
from modellake.web.linked.room import Answer, Long, written
from modellake.web.linked.validators import entity_tag, http_date, validated
from modellake.web.messages import Pairs, Request, Response
from modellake.web.negotiate import Choice, Offer

Alternates = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Document:
    """A document on its way to a client.

    Attributes:
        iri: of the document.
        describe: what it says.
        page: the same for people.
        modified: when what it says changed last (ISO 8601 in UTC); None where nobody knows.
        page_modified: the same of the page, which has the names of other resources too.
        links: values of ``Link`` besides.
        own: the query string that belongs to its IRI.
        offers: the forms that it comes in.
        cache: for how long it may be kept.
        more: other headers.
        stream: what it says, where that is too much to be held at once: it has no tag then.
    """

    iri: str
    describe: Callable[[], Description]
    page: Callable[[], Page]
    modified: str | None
    page_modified: str | None
    links: list[str] = field(default_factory=list)
    own: str = ""
    offers: tuple[Offer, ...] = FORMS
    cache: str = "no-cache"
    more: Pairs = field(default_factory=list)
    stream: Callable[[], Iterator[Triple]] | None = None

    def answer(self, request: Request) -> Answer:
        """200, or 304 to those who have it.

        Raises:
            HTTPError: 406 ``http.not-acceptable``, or 400 for a ``format=`` that is not known.
        """
        choice = chosen(request, self.offers, self.own)
        if choice.offer is HTML:
            text = self.page().write()
            headers = self._headers(choice, entity_tag([text], "html"), self.page_modified)
            return validated(request, Response(200, text, headers))
        if self.stream:
            headers = [item for item in self._headers(choice, "", self.modified) if item[0] != "ETag"]
            return Long(Response(200, b"", headers), partial(_write, self.stream, choice.offer))
        description = self.describe()
        tag = entity_tag(description.parts(choice.offer), choice.offer.name)
        response = validated(request, Response(200, b"", self._headers(choice, tag, self.modified)))
        if response.status == 304:
            return response
        return written(partial(description.write, choice.offer), response, lines=len(description.lines))

    def _headers(self, choice: Choice, tag: str, modified: str | None) -> Pairs:
        usual = headers(choice, tag, self.iri, self.links, modified, self.offers, self.cache, self.own)
        return [*usual, *self.more]


def headers(
    choice: Choice,
    tag: str,
    iri: str,
    links: Iterable[str] = (),
    modified: str | None = None,
    offers: tuple[Offer, ...] = FORMS,
    cache: str = "no-cache",
    own: str = "",
) -> Pairs:
    """What tells a client what it gets, whether it has changed, and where the rest is; see `Document`."""
    found = [("Content-Type", choice.content_type), ("ETag", tag), ("Cache-Control", cache)]
    if modified:
        found.append(("Last-Modified", http_date(modified)))
    canonical = f'<{encoded(iri)}>; rel="canonical"'
    return [*found, ("Link", ", ".join([canonical, *links, *_alternate_links(offers, own)]))]


def _write(stream: Callable[[], Iterator[Triple]], offer: Offer, output: Writable) -> None:
    """Write statements while they are found, by the thread that finds them."""
    write_triples(stream(), offer, output)


def alternates(offers: tuple[Offer, ...] = FORMS, own: str = "") -> Alternates:
    """The RDF syntaxes of a document: names, media types, and addresses."""
    before = f"?{own}&" if own else "?"
    return [(offer.name, offer.media_types[0], f"{before}format={short_name(offer)}") for offer in syntaxes(offers)]


def _alternate_links(offers: tuple[Offer, ...], own: str) -> Iterator[str]:
    for name, media_type, href in alternates(offers, own):
        yield f'<{href}>; rel="alternate"; type="{media_type}"; title="{name}"'
