"""What a request asks for, by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import NamedNode

from modellake.store.engine import Dataset
from modellake.web.limits import Limits
from modellake.web.messages import MOST_PAIRS, Pairs, Request, form_pairs
from modellake.web.problems import HTTPError

Kind = OneOf["query", "update"]
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_GRAPHS = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A query or an update.

    Attributes:
        text: SPARQL.
        dataset: the graphs that the request names; None when it names none.
        seconds: that a query may take.
        message: why, for the history of a lake.
    """

    kind: Kind
    text: str
    dataset: Dataset | None
    seconds: float
    message: str = ""


async def read_operation(request: Request, limits: Limits, kinds: tuple[Kind, ...]) -> Operation | None:
    """The operation that a request asks for; None for a GET without any, which asks for a description.

    Raises:
        HTTPError: 400, 408, 413, 414 or 415.
    """
    pairs = read_pairs(request, limits)
    if request.method == "POST":
        pairs = await _with_body(request, limits, pairs)
    elif not any(name in ("query", "update") for name, _ in pairs):
        return None
    return _operation(request, pairs, limits, kinds)


async def _with_body(request: Request, limits: Limits, pairs: Pairs) -> Pairs:
    """The parameters of the URL with those of the body."""
    media_type, charset = _content_type(request.headers.get("content-type", ""))
    if media_type not in (FORM, QUERY, UPDATE):
        what = f"{media_type!r} is no" if media_type else "The request has no"
        raise _unsupported(f"{what} media type of SPARQL")
    if charset not in ("", "utf-8", "utf8"):
        raise _unsupported(f"SPARQL is sent in UTF-8, not in {charset!r}")
    if request.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise _unsupported("Requests are not read compressed", headers=[("Accept-Encoding", "identity")])
    body = await read_body(request, limits)
    if media_type == FORM:
        # To decode megabytes takes seconds, and others are answered meanwhile.
        return pairs + (_pairs(body) if len(body) <= limits.url_bytes else await asyncio.to_thread(_pairs, body))
    if any(name in ("query", "update") for name, _ in pairs):
        raise _malformed("There is one operation in the URL and one in the body")
    return [*pairs, ("query" if media_type == QUERY else "update", _text(body))]


async def read_body(request: Request, limits: Limits) -> bytes:
    """The body of a request.

    Raises:
        HTTPError: 408 or 413.
    """
    try:
        body = await request.body(limits.request_bytes, limits.arrival_seconds)
    except TimeoutError:
        raise HTTPError(
            408, "The request did not arrive in time", code="http.slow-request", headers=[("Connection", "close")]
        ) from None
    if body is None:
        raise HTTPError(
            413,
            f"The request is longer than {limits.request_bytes} bytes",
            code="http.request-too-long",
            remedy="Send it in parts, or have the server started with --max-request.",
            headers=[("Connection", "close")],
        )
    return body


def _operation(request: Request, pairs: Pairs, limits: Limits, kinds: tuple[Kind, ...]) -> Operation:
    asked = [(name, value) for name, value in pairs if name in ("query", "update")]
    if len(asked) != 1:
        raise _malformed(f"One query or update is expected, and there are {len(asked)}")
    kind: Kind = "query" if asked[0][0] == "query" else "update"
    if kind == "update" and request.method != "POST":
        raise _malformed("Updates are sent with POST")
    if kind not in kinds:
        raise _malformed(f"{request.path} takes no {kind}")
    message = "".join(value for name, value in pairs if name == "message")
    return Operation(kind, asked[0][1], _dataset(kind, pairs), read_seconds(pairs, limits), message)


def _dataset(kind: Kind, pairs: Pairs) -> Dataset | None:
    default_name, named_name = _GRAPHS[kind]
    default, named = _graphs(pairs, default_name), _graphs(pairs, named_name)
    return Dataset(default, named) if default or named else None


def _graphs(pairs: Iterable[tuple[str, str]], wanted: str) -> tuple[NamedNode, ...]:
    found: dict[NamedNode, None] = {}
    for name, value in pairs:
        if name == wanted:
            try:
                found[NamedNode(value)] = None
            except ValueError:
                raise _malformed(f"{wanted} is no absolute IRI: {value[:200]!r}") from None
    return tuple(found)


def read_pairs(request: Request, limits: Limits) -> Pairs:
    """The parameters in the URL of a request.

    Raises:
        HTTPError: 400 or 414.
    """
    if len(request.query_string) > limits.url_bytes:
        raise HTTPError(
            414,
            f"The URL is longer than {limits.url_bytes} bytes",
            code="http.url-too-long",
            remedy="Send what is long with POST.",
        )
    return _pairs(request.query_string)


def read_seconds(pairs: Pairs, limits: Limits) -> float:
    """What ``timeout=`` asks for, in seconds, as far as the server allows it. Raises HTTPError 400."""
    given = [value for name, value in pairs if name == "timeout"]
    if not given:
        return limits.seconds
    try:
        seconds = float(given[-1])
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise _malformed(f"timeout is a number of seconds above 0, not {given[-1][:40]!r}")
    return min(seconds, limits.seconds)


def _pairs(encoded: bytes) -> Pairs:
    try:
        return form_pairs(encoded)
    except UnicodeDecodeError:
        raise _malformed("The parameters are not in UTF-8, percent-encoded") from None
    except ValueError:
        raise _malformed(f"There are more than {MOST_PAIRS} parameters") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed(f"The body is not in UTF-8: byte {error.start} begins no character") from None


def _content_type(header: str) -> tuple[str, str]:
    """The media type and the charset, in lower case."""
    media_type, *parameters = header.split(";")
    named = (parameter.partition("=") for parameter in parameters)
    charsets = [value.strip().strip('"').lower() for name, _, value in named if name.strip().lower() == "charset"]
    return media_type.strip().lower(), charsets[0] if charsets else ""


def _malformed(message: str) -> HTTPError:
    return HTTPError(
        400, message, code="http.malformed", remedy="See https://www.w3.org/TR/sparql11-protocol/ for what to send."
    )


def _unsupported(message: str, headers: Iterable[tuple[str, str]] = ()) -> HTTPError:
    return HTTPError(
        415,
        message,
        code="http.media-type",
        remedy=f"Send {FORM}, {QUERY} or {UPDATE}.",
        headers=[*headers, ("Accept-Post", f"{FORM}, {QUERY}, {UPDATE}")],
    )
