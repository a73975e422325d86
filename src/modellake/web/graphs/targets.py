"""Targets: which graph a request is about (https://www.w3.org/TR/sparql11-http-rdf-update/#graph-identification)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from pyoxigraph import DefaultGraph, NamedNode

from modellake.core.errors import UsageError
from modellake.core.iris import named_node
from modellake.web.graphs.conditions import Conditions, read_conditions
from modellake.web.limits import Limits
from modellake.web.messages import Pairs, Request
from modellake.web.problems import HTTPError
from modellake.web.protocol import read_pairs

STORE = "/store"
_SAFE = "-._~!$&'()*+,;=:@/%"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to the store.

    Attributes:
        graph: what it is about; None for one that is to be made.
        message: why, for the history of a lake.
    """

    request: Request
    graph: NamedNode | DefaultGraph | None
    conditions: Conditions
    message: str = ""

    @property
    def named(self) -> NamedNode | DefaultGraph:
        """The graph, where one has been named."""
        assert self.graph is not None, "only POST is let pass without"
        return self.graph


def read_asked(request: Request, limits: Limits, base: str | None) -> Asked:
    """What a request asks for.

    Args:
        request: to the store or below it.
        limits: of the server.
        base: the base IRI of a lake, for which the address of the store stands then; None for a bare engine, where
            what is below that is a graph by its whole address.

    Raises:
        HTTPError: 400 or 414.
    """
    pairs = read_pairs(request, limits)
    message = "".join(value for name, value in pairs if name == "message")
    return Asked(request, _graph(request, pairs, base), read_conditions(request), message)


def store_url(request: Request) -> str:
    """The address of the store as the client wrote it."""
    return request.url.removesuffix(request.path) + STORE


def address(request: Request, graph: str, base: str | None) -> str:
    """Where a graph with that IRI is read and written here.

    Args:
        base: see `read_asked`.
    """
    store = store_url(request)
    tail = graph.removeprefix(base or f"{store}/")
    if tail != graph and quote(tail, safe=_SAFE) == tail:
        return f"{store}/{tail}"
    return f"{store}?graph={quote(graph, safe='')}"


def _graph(request: Request, pairs: Pairs, base: str | None) -> NamedNode | DefaultGraph | None:
    named = [(name, value) for name, value in pairs if name in ("graph", "default")]
    tail = _tail(request)
    if tail:
        if named:
            raise _malformed("graph.twice", "The address names a graph, and its parameters another")
        return _without_dots(_node((base or f"{store_url(request)}/") + tail))
    if len(named) > 1:
        raise _malformed("graph.twice", "One graph is expected, and the parameters name several")
    if not named and request.method == "POST":
        return None
    if not named:
        raise _malformed("graph.unnamed", "The request names no graph")
    if named[0][0] == "default":
        return DefaultGraph()
    if base is None:
        return _node(named[0][1])
    direct = named[0][1].removeprefix(f"{store_url(request)}/")
    return _without_dots(_node(named[0][1] if direct == named[0][1] else base + direct))


def _tail(request: Request) -> str:
    """What follows the address of the store, percent-encoded as it was sent."""
    raw = request.scope.get("raw_path") or quote(request.path, safe=_SAFE).encode()
    root = quote(request.scope.get("root_path", ""), safe=_SAFE)
    path = quote(raw.partition(b"?")[0], safe=_SAFE).removeprefix(root)
    return path.removeprefix(STORE).removeprefix("/")


def _node(iri: str) -> NamedNode:
    try:
        return named_node(iri)
    except UsageError as error:
        raise _malformed("graph.iri", f"A graph is named by an absolute IRI: {error.message[:300]}") from None


def _without_dots(graph: NamedNode) -> NamedNode:
    """The graph, unless its name is one that clients and proxies take for another (RFC 3986, section 6.2.2.3)."""
    if any(unquote(segment) in (".", "..") for segment in urlsplit(graph.value).path.split("/")):
        raise _malformed("graph.iri", f"The path of {graph.value[:200]} goes up and down, and may mean another graph")
    return graph


def _malformed(code: str, message: str) -> HTTPError:
    return HTTPError(
        400,
        message,
        code=code,
        remedy=f"Name one graph: {STORE}?graph=IRI (percent-encoded), {STORE}?default, or an address below {STORE}/.",
    )
