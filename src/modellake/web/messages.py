"""Requests and responses, as the rooms see them (ASGI, https://asgi.readthedocs.io/en/latest/specs/www.html)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from modellake.web.callers import Caller

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Pairs = list[tuple[str, str]]
MOST_PAIRS = 10_000
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(slots=True)
class Response:
    """What a room answers.

    Attributes:
        status: HTTP status.
        body: bytes, or chunks as they are made: when these end with an exception, the connection is closed
            without its last chunk, so that no client takes what it has for the whole.
        headers: names and values; the length and the encoding are added where they are known.
    """

    status: int = 200
    body: bytes | AsyncIterator[bytes] = b""
    headers: Pairs = field(default_factory=list)


class Disconnected(Exception):  # noqa: N818  it is no error: nobody is there to be told of one
    """The client has gone away."""


class Request:
    """One HTTP request.

    Attributes:
        path: below the path of the base IRI.
        caller: who sends it; given by the application before a room sees the request.
        receive: the next message of the connection.
    """

    caller: Caller

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        self.headers = _headers(scope)
        self.receive = receive

    @property
    def query_string(self) -> bytes:
        """What stands after the question mark, as sent."""
        return bytes(self.scope.get("query_string", b""))

    @property
    def url(self) -> str:
        """The URL of the resource as the client wrote it, without query string."""
        host = self.headers.get("host") or "{}:{}".format(*(self.scope.get("server") or ("localhost", 80)))
        return f"{self.scope.get('scheme', 'http')}://{host}{self.scope['path']}"

    async def body(self, limit: int, seconds: float) -> bytes | None:
        """The body; None when it is longer than ``limit`` bytes.

        Raises:
            TimeoutError: it has not arrived in time.
            Disconnected: the client has gone away before its end.
        """
        declared = self.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            return None
        async with asyncio.timeout(seconds):
            return await self._read(limit)

    async def _read(self, limit: int) -> bytes | None:
        found = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            found += message.get("body", b"")
            if len(found) > limit:
                return None
            if not message.get("more_body", False):
                return bytes(found)

    async def gone(self) -> None:
        """Return when the client has gone away; to be awaited after the body."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


def form_pairs(encoded: bytes) -> Pairs:
    """The names and values of a query string or form.

    Raises:
        UnicodeDecodeError: they are not in UTF-8.
        ValueError: they are more than `MOST_PAIRS`.
    """
    encoded.decode("ascii")
    if encoded.count(b"&") >= MOST_PAIRS:
        raise ValueError(MOST_PAIRS)
    # As urllib.parse.parse_qsl has it, in a third of the time, which was a twentieth of that of a lookup.
    parts = (part.partition(b"=") for part in encoded.split(b"&") if part)
    return [(_unquoted(name), _unquoted(value)) for name, _, value in parts]


def _unquoted(text: bytes) -> str:
    spaced = text.replace(b"+", b" ")
    return (unquote_to_bytes(spaced) if b"%" in spaced else spaced).decode("utf-8")


@lru_cache(maxsize=1024)
def encoded(name: str, value: str) -> tuple[bytes, bytes]:
    """A header as ASGI has it, its value on one line, whatever a client has put into it."""
    return name.lower().encode("latin-1"), _CONTROLS.sub(" ", value).encode("latin-1", "replace")


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name; the values of repeated ones stand behind each other."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
