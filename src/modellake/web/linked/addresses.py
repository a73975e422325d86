"""Addresses: what a client asks for as an IRI of the lake, and IRIs of the lake as links.

The path of a request is what follows the base IRI of the lake, wherever the server is: at another port, behind a proxy,
or below a prefix that the proxy takes away. Links are therefore relative references (RFC 3986, section 4.2): a client
stays at the host by which it came. RDF carries IRIs of the lake, never those of the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

from pyoxigraph import NamedNode

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs, named_node
from modellake.web.messages import Request
from modellake.web.problems import HTTPError

_LONGEST = 16 * 1024  # bytes of a path
_SEGMENT_SAFE = "-._~!$&'()*+,;=:@"
_IRI_SAFE = _SEGMENT_SAFE + "%/?#[]"
_BEYOND_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
# What a proxy makes of a percent-encoded IRI when it decodes paths, and when it also merges slashes.
_DECODED = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(/*)")
# Parameters of ours, behind the query string that belongs to an IRI.
_PARAMETERS = re.compile(r"(?:(?:^|&)(?:format|as-of)=[^&]*)+$")
_LINKED = ("http", "https", "ftp")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a client asks.

    Attributes:
        tail: what follows the slash that stands for the base IRI, percent-encoded as it was sent.
        query: what follows the question mark, as it was sent.
    """

    tail: str
    query: str = ""

    def below(self, room: str) -> Address:
        """The same without the name of a room before it."""
        return Address(self.tail.removeprefix(room), self.query)

    @property
    def spellings(self) -> Iterator[str]:
        """What an IRI may end with whose address this is: RFC 3987, section 3.1, leaves several."""
        queries = dict.fromkeys((self.query, _PARAMETERS.sub("", self.query), ""))
        tails = [f"{self.tail}?{query}" if query else self.tail for query in queries]
        for tail in (*tails, self.tail.rstrip("/")):
            encoded = _encoded_as_usual(tail)
            yield from dict.fromkeys(
                (tail, encoded, _BEYOND_ASCII.sub(_letters, tail), _BEYOND_ASCII.sub(_letters, encoded))
            )

    @property
    def place(self) -> str:
        """The tail as the lake writes it (RFC 3986, section 6.2.2.2), without a slash at its end."""
        return _encoded_as_usual(self.tail).rstrip("/")

    def own_query(self, node: NamedNode) -> str:
        """What of the query string belongs to an IRI that has this address, and is no parameter of ours."""
        own = encoded(node.value.partition("?")[2])
        return own if own and self.query.startswith(own) else ""

    def parameters(self, node: NamedNode) -> str:
        """The parameters of ours behind an IRI that has this address."""
        found = _PARAMETERS.search(self.query.removeprefix(self.own_query(node)))
        return found[0].lstrip("&") if found else ""

    def reference(self, tail: str) -> str:
        """A relative reference from here to what has that address."""
        return ("../" * self.tail.count("/") or "./") + encoded(tail)


def address_of(request: Request) -> Address:
    """Where a request asks.

    Raises:
        HTTPError: 414 ``http.url-too-long``.
    """
    raw = request.scope.get("raw_path") or quote(request.path).encode()
    if len(raw) > _LONGEST:
        raise HTTPError(414, f"An address has at most {_LONGEST} bytes", code="http.url-too-long")
    path = encoded(raw.partition(b"?")[0])
    root = encoded(request.scope.get("root_path", ""))
    return Address(path.removeprefix(root).removeprefix("/"), encoded(request.query_string))


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one page.

    Attributes:
        iris: how the lake names things.
        here: the address of the page.
    """

    iris: LakeIRIs
    here: Address

    def to(self, node: NamedNode) -> str:
        """What leads to a resource of the lake from here."""
        return self.here.reference(node.value.removeprefix(self.iris.base))

    def page(self, iri: str) -> str | None:
        """What a page links an IRI to; None for what a browser must not be led to, such as ``javascript:``."""
        if iri.startswith(self.iris.base):
            return self.to(NamedNode(iri))
        try:
            parts = urlsplit(iri)
        except ValueError:
            return None
        return encoded(iri) if parts.scheme.lower() in _LINKED and parts.netloc else None


def resources_at(address: Address, iris: LakeIRIs) -> Iterator[NamedNode]:
    """The resources that may have an address."""
    for tail in address.spellings:
        yield from _node(iris.base + tail)


def topics_at(address: Address, iris: LakeIRIs) -> Iterator[NamedNode]:
    """The resources whose record may have an address below ``record/``."""
    room = address.below("record/")
    for tail in room.spellings:
        for record in _node(f"{iris.base}record/{tail}"):
            try:
                yield from _node(iris.topic(record).value)
            except (UsageError, ValueError):
                continue
    whole = f"{room.tail}?{room.query}" if room.query else room.tail
    if found := _DECODED.match(whole):
        yield from _node(f"{found[1]}:{'//' if found[2] else ''}{unquote(whole[found.end() :])}")


def encoded(iri: str | bytes) -> str:
    """An IRI, or the end of one, in ASCII (RFC 3987, section 3.1)."""
    return quote(iri, safe=_IRI_SAFE)


def _node(iri: str) -> Iterator[NamedNode]:
    """The IRI, if it is one: what is none names nothing."""
    try:
        yield named_node(iri)
    except UsageError:
        return


def _encoded_as_usual(tail: str) -> str:
    """Percent-encoded where the lake does so, and nowhere else."""
    path, mark, query = tail.partition("?")
    return "/".join(quote(unquote(segment), safe=_SEGMENT_SAFE) for segment in path.split("/")) + mark + query


def _letters(found: re.Match[str]) -> str:
    """Letters of other scripts as an IRI has them; what is no text stays encoded (RFC 3987, section 3.2)."""
    return "".join(map(_shown, unquote_to_bytes(found[0]).decode("utf-8", "surrogateescape")))


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogateescape"))
