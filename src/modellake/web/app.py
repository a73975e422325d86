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
``Application(…, mounts={"/api": Mount(…)})``. It gets the scope as it came, the whole path in it, and who calls as
``modellake.web.callers.caller_of(scope)``; what is refused before it, and which headers every answer has, is the same.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from modellake.core.errors import ModelLakeError, RefusedError
from modellake.web import api, graphs, health, linked, metrics, questions, sparql
from modellake.web.access import Access
from modellake.web.access.access import STRANGER
from modellake.web.callers import CALLER
from modellake.web.delivery import deliver
from modellake.web.headers import sealed
from modellake.web.messages import Disconnected, Message, Receive, Request, Response, Scope, Send
from modellake.web.origins import Origins
from modellake.web.problems import HTTPError, internal_problem, problem
from modellake.web.refusals import refusal
from modellake.web.routes import ROUTE, Mount, Route
from modellake.web.served import Served

__all__ = ["Application", "Mount", "Route", "application"]

_LOG = logging.getLogger("modellake.web")


def application(served: Served, *, origins: Origins | None = None, access: Access | None = None) -> Application:
    """The application with all its rooms."""
    routes = [
        *sparql.routes(served),
        *graphs.routes(served),
        *questions.routes(served),
        *health.routes(served),
        *metrics.routes(served),
        *api.routes(served),
        *linked.routes(served),
    ]
    return Application(routes, origins or Origins(), api.mounts(served), access or Access(), _root(served))


def _root(served: Served) -> str:
    return unquote(urlsplit(served.base or "").path).rstrip("/")


@dataclass(slots=True)
class Application:
    """Finds who answers, and answers for those who fail.

    Attributes:
        routes: exact paths before prefixes, longer prefixes before shorter ones, whatever their order here.
        origins: web pages that may ask.
        mounts: other ASGI applications by the prefix of their paths, without a slash at its end.
        access: the rules by which callers are known.
        root: what paths begin with where a proxy hands them on as they are: the path of the base IRI.
    """

    routes: Sequence[Route]
    origins: Origins = field(default_factory=Origins)
    mounts: Mapping[str, Mount] = field(default_factory=dict)
    access: Access = field(default_factory=Access)
    root: str = ""
    _exact: dict[str, Route] = field(init=False)
    _prefixes: list[Route] = field(init=False)

    def __post_init__(self) -> None:
        self._prefixes = [route for route in self.routes if route.is_prefix]
        exact = [route for route in reversed(self.routes) if not route.is_prefix]
        self._exact = {path: route for route in exact for path in (f"{route.path}/", route.path)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (https://asgi.readthedocs.io/en/latest/specs/main.html)."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            if self.root and scope["path"].startswith(f"{self.root}/"):
                scope["root_path"] = self.root  # in its place, as others look at the scope afterwards
            await self._serve(Request(scope, receive), send)
        else:
            await send({"type": "websocket.close"})

    async def _serve(self, request: Request, send: Send) -> None:
        self.access.proxies.apply(request)
        send = sealed(request, self.origins, send)
        try:
            if response := await self._answer(request, send):
                await deliver(request, response, send)
        except Disconnected:
            return
        finally:
            self.access.end(request)

    async def _answer(self, request: Request, send: Send) -> Response | None:
        """The answer; None where a mounted application has sent it."""
        try:
            await self._admit(request)
            mount = self._mount(request.path)
            if mount is None:
                return await self._routed(request)
            return await _handed_over(mount, request, send)
        except Disconnected:
            raise
        except RefusedError as error:
            return refusal(error, request.headers.get("accept"))
        except ModelLakeError as error:
            return problem(error)
        except Exception:
            _LOG.exception("%s %s", request.method, request.path)
            return internal_problem()

    async def _admit(self, request: Request) -> None:
        """Find out who calls, and refuse who may not."""
        request.caller = request.scope[CALLER] = STRANGER
        self.origins.check(request)
        request.caller = request.scope[CALLER] = await self.access.identify(request)
        self.access.begin(request)

    def _mount(self, path: str) -> Mount | None:
        fitting = [prefix for prefix in self.mounts if path == prefix or path.startswith(f"{prefix}/")]
        return self.mounts[max(fitting, key=len)] if fitting else None

    async def _routed(self, request: Request) -> Response:
        if request.method == "OPTIONS" and request.path == "*":  # RFC 9110, section 9.3.7: the server as a whole
            return Response(204)
        route = self._route(request.path)
        request.scope[ROUTE] = route.path
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
        if exact := self._exact.get(path):
            return exact
        found = [route for route in self._prefixes if route.fits(path)]
        if not found:
            raise HTTPError(404, "There is nothing at this address", code="http.not-found")
        return max(found, key=lambda route: len(route.path))


async def _handed_over(mount: Mount, request: Request, send: Send) -> Response | None:
    """None once the mounted application has answered. If it fails half-way, its answer stays unfinished."""
    if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
        return Response(204)
    request.caller.require(mount.needs)
    begun = False

    async def noting(message: Message) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await mount.answer(request.scope, request.receive, noting)
    except Exception:
        if not begun:
            raise
        _LOG.exception("%s %s was broken off", request.method, request.path)
    return None


async def _live(receive: Receive, send: Send) -> None:
    """Agree to start and to end: whoever made the application opens and closes what it serves."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
