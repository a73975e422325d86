"""Mounted applications: nothing reaches them that a room would not be asked, and what they say has the same headers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from modellake.web.app import Application
from modellake.web.callers import caller_of
from modellake.web.origins import Origins
from modellake.web.routes import Mount
from servers import ask

FOREIGN = {"Origin": "https://evil.example"}


def mounted() -> FastAPI:
    app = FastAPI()
    app.state.written = 0

    @app.get("/api/who")
    def who(request: Request) -> dict[str, str]:
        return {"role": caller_of(request.scope).role.label}

    @app.post("/api/write")
    def write() -> None:
        app.state.written += 1

    @app.get("/api/page")
    def page() -> HTMLResponse:
        return HTMLResponse("<p>", headers={"Content-Security-Policy": "script-src 'self'"})

    @app.get("/api/fails")
    def fails() -> None:
        raise ZeroDivisionError

    return app


@contextmanager
def serving(application: Application) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        server = uvicorn.Server(uvicorn.Config(application, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return mounted()


@pytest.fixture(scope="module")
def url(app: FastAPI) -> Iterator[str]:
    with serving(Application([], Origins(), mounts={"/api": Mount(app)})) as address:
        yield address


def test_it_is_told_who_calls(url: str) -> None:
    assert ask(url, "/api/who").body == b'{"role":"admin"}'


def test_foreign_pages_do_not_write(url: str, app: FastAPI) -> None:
    assert ask(url, "/api/write", method="POST", headers=FOREIGN).status == 403
    assert ask(url, "/api/write", method="POST", headers={"Host": "evil.example"}).status == 421
    assert app.state.written == 0
    assert ask(url, "/api/write", method="POST").status == 200
    assert app.state.written == 1


def test_browsers_ask_first(url: str) -> None:
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    reply = ask(url, "/api/write", method="OPTIONS", headers=asked)
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, "http://localhost:3000")


def test_headers_protect_its_readers(url: str) -> None:
    headers = ask(url, "/api/who").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert ask(url, "/api/page").headers["content-security-policy"] == "script-src 'self'"


def test_its_faults_are_problems_without_traces(url: str) -> None:
    reply = ask(url, "/api/fails")
    assert reply.status == 500
    assert b"ZeroDivisionError" not in reply.body


def test_its_prefix_is_a_whole_segment(url: str) -> None:
    assert ask(url, "/apiary").status == 404
    assert ask(url, "/api/nothing").status == 404


def test_the_longest_prefix_answers() -> None:
    inner = FastAPI()

    @inner.get("/api/inner/who")
    def who() -> str:
        return "inner"

    with serving(Application([], mounts={"/api": Mount(mounted()), "/api/inner": Mount(inner)})) as url:
        assert ask(url, "/api/inner/who").body == b'"inner"'
