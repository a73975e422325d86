"""What it costs a point lookup that it is counted, and that it leaves a line in the log.

The application is asked as a server asks it, without sockets, so that the figures are the processor's time in this
process; a lookup over a socket takes several times as long. Each line goes to a file on disk at once.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import MutableMapping
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from measure import interleaved, report, sizes
from modellake.store.plain import PlainEngine
from modellake.web.app import application
from modellake.web.logs import LogFormat, logging_to
from modellake.web.messages import ASGIApp
from modellake.web.observation import Observed
from modellake.web.served import Served

SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/sparql",
    "query_string": b"query=SELECT%20*%20%7B%20%3Chttp%3A%2F%2Fexample.org%2F1%3E%20%3Fp%20%3Fo%20%7D",
    "headers": [(b"host", b"127.0.0.1:8000"), (b"accept", b"application/sparql-results+json")],
    "client": ("127.0.0.1", 50000),
    "server": ("127.0.0.1", 8000),
    "scheme": "http",
    "http_version": "1.1",
}


async def receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message: MutableMapping[str, Any]) -> None:
    assert message.get("status", 200) == 200, message


def asked(app: ASGIApp, requests: int) -> None:
    async def ask() -> None:
        for _ in range(requests):
            await app({**SCOPE}, receive, send)

    asyncio.run(ask())


def logged(app: ASGIApp, requests: int, form: LogFormat, place: Path) -> None:
    with place.open("w", encoding="utf-8") as stream, logging_to(stream, form):
        asked(app, requests)


def main() -> None:
    given = sizes(__doc__, requests=2000, runs=15)
    engine = PlainEngine()
    engine.store.extend([Quad(NamedNode("http://example.org/1"), NamedNode("http://example.org/p"), Literal("x"))])
    served = Served(plain=engine)
    bare = application(served)
    observed = Observed(bare, served.meters)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "log"
        works = {
            "neither": partial(asked, bare, given.requests),
            "counted": partial(asked, observed, given.requests),
            "counted, a line of text": partial(logged, observed, given.requests, LogFormat.TEXT, place),
            "counted, a line of JSON": partial(logged, observed, given.requests, LogFormat.JSON, place),
        }
        taken = interleaved(works, runs=given.runs, clock=time.process_time)
    figures = {f"{name}, processor µs a lookup": 1e6 * seconds / given.requests for name, seconds in taken.items()}
    report("watching", figures, given)


if __name__ == "__main__":
    main()
