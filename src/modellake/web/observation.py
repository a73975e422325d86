"""Observation: each request gets an identifier, is counted, and leaves a line in the log."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from modellake.core.tokens import PATTERN
from modellake.web.callers import CALLER
from modellake.web.identifiers import HEADER, identified
from modellake.web.logs import Facts, teller
from modellake.web.messages import ASGIApp, Message, Receive, Scope, Send
from modellake.web.meters import Meters
from modellake.web.routes import ROUTE

_LOG = logging.getLogger("modellake.web")
NOWHERE = "(none)"  # the route of what leads to none
GONE = "gone"  # the status of what got no answer, as its client had gone
MASK = "***"  # for a token that somebody has put into an address
_LONGEST = 500  # characters of a path in the log


@dataclass(frozen=True, slots=True)
class Observed:
    """An application, and what is seen of its requests from outside."""

    application: ASGIApp
    meters: Meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        seen = _Seen(identified(scope["headers"]), time.perf_counter(), send)
        self.meters.in_flight += 1
        try:
            await self.application(scope, receive, seen.send)
        except Exception:
            # What runs the application says nothing of its own.
            _LOG.exception("%s %s", scope["method"], scope["path"][:_LONGEST])
            raise
        finally:
            self.meters.in_flight -= 1
            self._note(scope, seen, time.perf_counter() - seen.began)

    def _note(self, scope: Scope, seen: _Seen, seconds: float) -> None:
        route, status = _route(scope), GONE if seen.status is None else str(seen.status)
        self.meters.count(route, scope["method"], status, seconds, seen.sent)
        if tell := teller():
            tell(_facts(scope, seen, route, seconds))


@dataclass(slots=True)
class _Seen:
    """What is seen of one request.

    Attributes:
        sent: bytes of the body.
        complete: was all of it sent?
    """

    identifier: str
    began: float
    sending: Send
    status: int | None = None
    sent: int = 0
    complete: bool = False

    async def send(self, message: Message) -> None:
        """Send on, and keep in mind what it was."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), (HEADER, self.identifier.encode())]
            message = {**message, "headers": headers}
        else:
            self.sent += len(message.get("body", b""))
            self.complete = not message.get("more_body", False)
        await self.sending(message)


def _route(scope: Scope) -> str:
    """The template of the address: of the router, or of the framework of a mounted application."""
    inner = getattr(scope.get("route"), "path", None)
    found: str = inner or scope.get(ROUTE) or NOWHERE
    return found


def _facts(scope: Scope, seen: _Seen, route: str, seconds: float) -> Facts:
    caller, client = scope.get(CALLER), scope.get("client")
    return Facts(
        seen.identifier,
        scope["method"][:20],
        PATTERN.sub(MASK, scope["path"])[:_LONGEST],
        route,
        seen.status,
        seen.sent,
        seconds,
        caller.agent if caller is not None else None,
        client[0] if client else None,
        seen.complete,
    )
