"""``/openapi.json``, and ``/docs``, a page that shows it with nothing from elsewhere."""

from __future__ import annotations

import asyncio
import gzip
import json
from functools import lru_cache
from html import escape
from importlib.resources import files
from urllib.parse import quote

from modellake.web.callers import Role
from modellake.web.messages import Request, Response
from modellake.web.negotiate import choose_encoding
from modellake.web.problems import HTTPError
from modellake.web.routes import Handler, Route
from modellake.web.served import Served

# Swagger UI styles its elements one by one and has its pictures in its style sheet. It is served its own script, and
# asks this server alone.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What this server answers</title>
<link rel="stylesheet" href="{root}/docs/swagger-ui.css">
<link rel="icon" href="data:,">
<div id="page" data-description="{root}/openapi.json"></div>
<noscript>This page needs JavaScript; what it shows is in <a href="{root}/openapi.json">/openapi.json</a>.</noscript>
<script src="{root}/docs/swagger-ui-bundle.js"></script>
<script src="{root}/docs/page.js"></script>
</html>
"""
_SCRIPT = b"""SwaggerUIBundle({
  url: document.getElementById("page").dataset.description, dom_id: "#page", validatorUrl: null,
  docExpansion: "list", filter: true, deepLinking: true, defaultModelsExpandDepth: 0,
  tryItOutEnabled: true, queryConfigEnabled: false,
});
"""
_ASSETS = {
    "page.js": "text/javascript",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}


def routes(served: Served) -> list[Route]:
    """For everybody: they tell what modellake is able to do, not what a lake holds."""
    answers: dict[str, Handler] = {"/openapi.json": _Described(served), "/docs": _page, "/docs/*": _asset}
    return [Route(path, answer, needs=Role.NOBODY) for path, answer in answers.items()]


class _Described:
    """The description, made when it is asked for first."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._texts: dict[str, bytes] = {}

    async def __call__(self, request: Request) -> Response:
        root = _root(request)
        if root not in self._texts:
            self._texts[root] = await asyncio.to_thread(self._made, root)
        told = [("Content-Type", "application/json"), ("Cache-Control", "max-age=300")]
        return Response(200, self._texts[root], told)

    def _made(self, root: str) -> bytes:
        from modellake.web.api.document import description

        return json.dumps(description(self._served, root), ensure_ascii=False).encode()


async def _page(request: Request) -> Response:
    body = _PAGE.format(root=escape(quote(_root(request)))).encode()
    return Response(200, body, [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", _POLICY)])


def _root(request: Request) -> str:
    """What addresses begin with, as this client writes them: the path of the base IRI, or nothing."""
    return str(request.scope.get("root_path", ""))


async def _asset(request: Request) -> Response:
    name = request.path.removeprefix("/docs/")
    if name not in _ASSETS:
        raise HTTPError(404, "There is nothing at this address", code="http.not-found")
    coding = choose_encoding(request.headers.get("accept-encoding"), ("gzip",))
    body = await asyncio.to_thread(_shipped, name, packed=coding is not None)
    told = [("Content-Type", _ASSETS[name]), ("Cache-Control", "public, max-age=3600")]
    return Response(200, body, [*told, *([("Content-Encoding", coding)] if coding else [])])


@lru_cache
def _shipped(name: str, *, packed: bool) -> bytes:
    """A file of the page: ours, or one of Swagger UI, as the package fastapi_offline ships it."""
    content = _SCRIPT if name == "page.js" else files("fastapi_offline").joinpath("static", name).read_bytes()
    return gzip.compress(content) if packed else content
