"""Services that are not there, refuse, redirect, break off or answer with something else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from engines import MARKS, NAMED, STATE
from virtuoso_server import free_port

from lakes import BASE
from modellake.bootstrap import open_lake
from modellake.core.errors import ModelLakeError, QueryError, UnavailableError, UsageError
from modellake.store.engine import Applied, Replacement
from modellake.store.remote import Layout, RemoteEngine
from modellake.store.service import Service

pytest.importorskip("urllib3", reason="urllib3 is not installed: the extra serve")
EMPTY = json.dumps({"head": {"vars": []}, "results": {"bindings": []}}).encode()
JSON = "application/sparql-results+json"
Reply = tuple[int, dict[str, str], bytes]


class Peculiar(BaseHTTPRequestHandler):
    """Answers as the test says, and remembers what it was asked."""

    replies: ClassVar[list[Reply]] = []
    seen: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(dict(self.headers))
        status, headers, body = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def server(*replies: Reply) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The URL of a service that gives these replies, the last one for ever, and the headers that it is sent."""
    seen: list[dict[str, str]] = []
    handler = type("Handler", (Peculiar,), {"replies": [*replies], "seen": seen})
    listening = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}/query", seen
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def engine(url: str, **environment: str) -> RemoteEngine:
    return RemoteEngine(MARKS, Service.at(url, environment), Layout(STATE, NAMED))


@pytest.mark.parametrize(
    ("reply", "code", "kind"),
    [
        ((401, {}, b"who are you?"), "engine.refused", UnavailableError),
        ((403, {}, b""), "engine.refused", UnavailableError),
        ((302, {"Location": "https://evil.example/"}, b""), "engine.redirects", UnavailableError),
        ((500, {}, b"it broke"), "engine.failed", UnavailableError),
        ((503, {}, b"later"), "engine.busy", UnavailableError),
        ((504, {}, b""), "engine.timeout", UnavailableError),
        ((400, {}, b"error at 1:40: no"), "query.syntax", QueryError),
        ((200, {"Content-Type": "text/html"}, b"<html>"), "engine.answer-malformed", UnavailableError),
        ((200, {"Content-Type": JSON}, b"{nonsense"), "engine.answer-malformed", UnavailableError),
        ((200, {"Content-Type": JSON, "Content-Length": "900"}, EMPTY), "engine.interrupted", UnavailableError),
        ((200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "10"}, EMPTY), "engine.truncates", UnavailableError),
        (
            (200, {"Content-Type": JSON}, EMPTY[:-3] + b"The SPARQL operation has been cancelled"),
            "engine.timeout",
            UnavailableError,
        ),
    ],
)
def test_every_failure_has_a_code(reply: Reply, code: str, kind: type[ModelLakeError]) -> None:
    with server(reply) as (url, _), pytest.raises(kind) as caught:
        engine(url).query("SELECT * { ?s ?p ?o }", base=BASE)
    assert caught.value.code == code


def test_a_service_that_is_not_there() -> None:
    with pytest.raises(UnavailableError) as caught:
        engine(f"http://127.0.0.1:{free_port()}/query").applied()
    assert (caught.value.code, caught.value.exit_status) == ("engine.unreachable", 4)


def test_a_busy_service_is_asked_again() -> None:
    with server((503, {}, b""), (200, {"Content-Type": JSON}, EMPTY)) as (url, seen):
        assert engine(url).applied() is None
    assert len(seen) == 2


def test_a_service_that_does_not_answer_is_left(tmp_path: Path) -> None:
    waiting = threading.Event()

    class Silent(Peculiar):
        def do_POST(self) -> None:
            waiting.wait()

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
    thread.start()
    try:
        with pytest.raises(UnavailableError) as caught:
            engine(f"http://127.0.0.1:{listening.server_address[1]}/", MODELLAKE_ENGINE_TIMEOUT="0.2").applied()
        assert caught.value.code == "engine.timeout"
    finally:
        waiting.set()
        listening.shutdown()
        thread.join()
        listening.server_close()


def test_secrets_go_to_the_service_and_nowhere_else() -> None:
    with (
        server((200, {"Content-Type": JSON}, EMPTY)) as (elsewhere, theirs),
        server((307, {"Location": elsewhere}, b"")) as (url, seen),
        pytest.raises(UnavailableError) as caught,
    ):
        engine(url, MODELLAKE_ENGINE_TOKEN="s3cret").applied()
    assert [headers["Authorization"] for headers in seen] == ["Bearer s3cret"]
    assert theirs == []
    assert "s3cret" not in str(caught.value)


def test_a_user_with_a_password() -> None:
    with server((200, {"Content-Type": JSON}, EMPTY)) as (url, seen):
        asked = engine(url.replace("://", "://ann:p%40ss@"))
        asked.applied()
    assert seen[0]["Authorization"] == "Basic YW5uOnBAc3M="
    assert "p%40ss" not in repr(asked._service) and "YW5u" not in repr(asked._service)


@pytest.mark.parametrize(
    ("url", "update"),
    [
        ("http://127.0.0.1:7878/query", "http://127.0.0.1:7878/update"),
        ("http://127.0.0.1:3030/lake/query", "http://127.0.0.1:3030/lake/update"),
        ("http://127.0.0.1:8890/sparql", "http://127.0.0.1:8890/sparql"),
        ("http://127.0.0.1:7200/repositories/lake", "http://127.0.0.1:7200/repositories/lake/statements"),
    ],
)
def test_the_update_endpoint_is_found_beside(url: str, update: str) -> None:
    assert Service.at(url, {}).update == update
    assert Service.at(url, {"MODELLAKE_ENGINE_UPDATE": "http://localhost/u"}).update == "http://localhost/u"


@pytest.mark.parametrize(
    ("making", "code"),
    [
        (lambda: Service.at("ftp://example.org/", {}), "engine.url"),
        (lambda: Service.at("http:///query", {}), "engine.url"),
        (lambda: Service.at("http://u:p@example.org/query", {}), "engine.secret-in-the-open"),
        (lambda: Service.at("http://localhost/", {"MODELLAKE_ENGINE_TIMEOUT": "soon"}), "setting.malformed"),
        (lambda: Service.at("http://localhost/", {"MODELLAKE_ENGINE_TIMEOUT": "-1"}), "setting.malformed"),
    ],
)
def test_settings_that_cannot_be(making: Callable[[], object], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        making()
    assert caught.value.code == code


def test_a_service_that_is_only_asked_takes_no_update() -> None:
    asked = RemoteEngine(MARKS, Service("http://127.0.0.1:1/query"), Layout(STATE, NAMED))
    with pytest.raises(UsageError) as caught:
        asked.replace(Replacement((), {}), Applied(1, "aa"))
    assert caught.value.code == "engine.read-only"


@pytest.mark.parametrize("name", ["virtuoso", "oxigraph"])
def test_an_engine_that_nobody_knows(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_lake(tmp_path, create=True, store=name)
    assert caught.value.code == "engine.unknown"


def test_what_is_committed_is_kept_while_the_service_is_away(tmp_path: Path) -> None:
    with open_lake(tmp_path, create=True, base_iri=BASE) as lake:
        lake.commit("<urn:a> <urn:p> 1 .", format="turtle", source="urn:source:a")
    with pytest.raises(UnavailableError) as caught:
        open_lake(tmp_path, store=f"http://127.0.0.1:{free_port()}/query")
    assert caught.value.code == "engine.unreachable"
    with open_lake(tmp_path) as lake:
        assert lake.ledger.head().sequence == 1
