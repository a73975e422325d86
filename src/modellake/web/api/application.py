"""The FastAPI application behind ``/api``."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from modellake.lake.lake import Lake
from modellake.web.api import reading, writing
from modellake.web.api.errors import handle_errors
from modellake.web.messages import ASGIApp, Message, Receive, Scope, Send
from modellake.web.served import Served


def made(served: Served, lake: Lake) -> ASGIApp:
    """The application for a lake."""
    return Polite(framework(served, lake))


def framework(served: Served, lake: Lake) -> FastAPI:
    """The application as FastAPI has it; what it says of itself is a part of ``/openapi.json``."""
    app = FastAPI(
        title="Model lake", version="1", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.served, app.state.lake = served, lake
    handle_errors(app)
    app.include_router(reading.router)
    app.include_router(writing.router)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=1)
    return app


class Polite:
    """HEAD wherever there is GET, and slashes at ends without a meaning: as the router has it."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        inner = {**scope, "path": scope["path"].rstrip("/")}
        if scope["method"] == "HEAD":
            inner["method"], send = "GET", _without_body(send)
        await self._app(inner, receive, send)
        scope["route"] = inner.get("route")


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sending
