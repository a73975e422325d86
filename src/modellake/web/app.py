"""The application: a plain ASGI router that rooms register with.

A room is a module of `modellake.web` with a function ``routes(served) -> list[Route]``. A `Route` names a path, the
methods and a handler ``async (Request) -> Response``; a path that ends with ``/*`` takes everything below it. The room
is added in one place, `application`. What a handler raises becomes problem details: a `ModelLakeError` with the status
that `modellake.web.problems` gives it, anything else 500. A room gets from here, and does not do itself: HEAD, OPTIONS,
405, CORS, the refusal of writes from foreign web pages, compression, streaming with backpressure, and the breaking of
the connection when a body fails half-way. Rooms import none of each other; what they share is a noun of its own:
`messages` (requests and responses), `negotiate`, `problems`, `limits`, `pool` (threads for what blocks), `streams`
(from such a thread to the client), `updates` (`written`: the one thread that writes), `served` (what is served: a lake
or a bare engine).

An application of a framework stands beside the router, under a prefix of its own:
``Application(…, mounts={"/api": …})``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modellake.core.errors import ModelLakeError, RefusedError
from modellake.web import health, sparql
from modellake.web.callers import LOCAL
from modellake.web.delivery import deliver
from modellake.web.messages import ASGIApp, Disconnected, Receive, Request, Response, Scope, Send
from modellake.web.origins import Origins
from modellake.web.problems import HTTPError, internal_problem, problem
from modellake.web.refusals import refusal
from modellake.web.routes import Route
from modellake.web.served import Served

__all__ = ["Application", "Route", "application"]

_LOG = logging.getLogger("modellake.web")


def application(served: Served, *, origins: Origins | None = None) -> Application:
    """The application with all its rooms."""
    routes = [*sparql.routes(served), *health.routes(served)]
    return Application(routes, origins=origins)


@dataclass(slots=True)
class Application:
    """Finds who answers, and answers for those who fail.

    Attributes:
        routes: exact paths before prefixes, longer prefixes before shorter ones, whatever their order here.
        origins: web pages that may ask.
        mounts: other ASGI applications by the prefix of their paths.
    """

    routes: Sequence[Route]
    origins: Origins | None = None
    mounts: Mapping[str, ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (https://asgi.readthedocs.io/en/latest/specs/main.html)."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        for prefix, mounted in (self.mounts or {}).items():
            if scope["path"] == prefix or scope["path"].startswith(prefix + "/"):
                await mounted(scope, receive, send)
                return
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Disconnected:
            return
        await deliver(request, response, send)

    async def _answer(self, request: Request) -> Response:
        origins = self.origins or Origins()
        request.caller = LOCAL
        try:
            origins.check(request)
            response = await self._routed(request)
        except Disconnected:
            raise
        except RefusedError as error:
            response = refusal(error, request.headers.get("accept"))
        except ModelLakeError as error:
            response = problem(error)
        except Exception:
            _LOG.exception("%s %s", request.method, request.path)
            response = internal_problem()
        response.headers += origins.headers(request)
        return response

    async def _routed(self, request: Request) -> Response:
        route = self._route(request.path)
        if request.method == "OPTIONS":
            return Response(204, headers=[("Allow", route.allowed)])
        if request.method not in route.methods and not (request.method == "HEAD" and "GET" in route.methods):
            raise HTTPError(
                405,
                f"{request.method[:20]} is not a method of {route.path}",
                code="http.method",
                remedy=f"Use one of: {route.allowed}",
                headers=[("Allow", route.allowed)],
            )
        request.caller.require(route.needs)
        return await route.answer(request)

    def _route(self, path: str) -> Route:
        found = [route for route in self.routes if route.fits(path)]
        if not found:
            raise HTTPError(404, "There is nothing at this address", code="http.not-found")
        return max(found, key=lambda route: (not route.is_prefix, len(route.path)))


async def _live(receive: Receive, send: Send) -> None:
    """Agree to start and to end: whoever made the application opens and closes what it serves."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
