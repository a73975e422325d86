"""Real servers on a free port of this machine, and a client that adds nothing to what HTTP says."""

from __future__ import annotations

import http.client
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from modellake.web.served import Served
from modellake.web.server import Running, start


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@contextmanager
def running(served: Served, **options: Any) -> Iterator[str]:
    """The URL of a server in a thread of its own, until the block ends."""
    ready: queue.Queue[tuple[str, Running]] = queue.Queue()
    options["ready"] = lambda url, running: ready.put((url, running))
    thread = threading.Thread(target=start, args=(served,), kwargs=options)
    thread.start()
    url, server = ready.get(timeout=30)
    try:
        yield url
    finally:
        server.end()
        thread.join(timeout=30)
        assert not thread.is_alive()


def ask(
    url: str, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Reply:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()
