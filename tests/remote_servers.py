"""Servers on this machine that answer as others would: services, documents, redirects, endless and slow answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROWS = {
    "head": {"vars": ["o"]},
    "results": {"bindings": [{"o": {"type": "literal", "value": "from elsewhere"}}]},
}
DOCUMENT = b'<a> <http://example.org/p> "loaded" . _:x <http://example.org/p> <#here> .'


@dataclass
class Elsewhere:
    """A server, and the requests that have reached it."""

    port: int
    seen: list[tuple[str, str]] = field(default_factory=list)
    moved: dict[str, tuple[int, str]] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/{path}"


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """``/sparql`` gives one row, ``/document`` Turtle, ``/endless`` bytes without end, ``/silent`` nothing for long."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    found = Elsewhere(server.server_port)
    server.found = found  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.gate.set()
        server.shutdown()
        server.server_close()


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer()

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        found: Elsewhere = self.server.found  # type: ignore[attr-defined]
        path = self.path[1:]
        found.seen.append((self.command, path))
        if path in found.moved:
            status, where = found.moved[path]
            self._send(status, "text/plain", b"", Location=where)
        elif path == "sparql":
            self._send(200, "application/sparql-results+json", json.dumps(ROWS).encode())
        elif path == "document":
            self._send(200, "text/turtle; charset=utf-8", DOCUMENT)
        elif path == "endless":
            self._endless(found)
        elif path == "silent":
            found.gate.wait(60)
        else:
            self._send(404, "text/plain", b"")

    def _send(self, status: int, media_type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _endless(self, found: Elsewhere) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/turtle")
        self.end_headers()
        try:
            while not found.gate.is_set():
                self.wfile.write(b"# nothing to see here\n" * 1000)
        except OSError:
            pass
        self.close_connection = True
