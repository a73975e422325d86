"""Clients of a bench: processes that send a request, read its whole answer and send the next one."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urlencode

_PATIENCE = 300.0


@dataclass(frozen=True)
class Address:
    """Where a server takes queries.

    Attributes:
        path: of its endpoint.
        more: parameters that it needs besides the query.
    """

    port: int
    path: str = "/query"
    more: tuple[tuple[str, str], ...] = ()


@dataclass
class Timing:
    """What clients saw.

    Attributes:
        rate: requests a second.
        times: seconds of each request.
    """

    rate: float = 0.0
    times: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """The time that this share of the requests did not exceed, in milliseconds."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(address: Address, queries: Sequence[str], clients: int, seconds: float) -> Timing:
    """What so many clients saw in so many seconds, each on one connection, each at least one answer."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    start = context.Barrier(clients)
    workers = []
    for number in range(clients):
        turned = [*queries[number * 7 % len(queries) :], *queries[: number * 7 % len(queries)]]
        workers.append(context.Process(target=_client, args=(address, turned, seconds, start, results)))
    for worker in workers:
        worker.start()
    seen = [results.get(timeout=_PATIENCE) for _ in workers]
    for worker in workers:
        worker.join()
    failures = [one for one in seen if isinstance(one, str)]
    if failures:
        raise RuntimeError(failures[0])
    # Each client counts by its own clock: the last answer of a slow server may come long after the time.
    rate = sum(len(times) / sum(times) for times in seen)
    return Timing(rate, [one for times in seen for one in times])


def answer(address: Address, query: str) -> bytes:
    """One answer."""
    with socket.create_connection(("127.0.0.1", address.port), timeout=_PATIENCE) as connection:
        connection.sendall(_request(address, query))
        with connection.makefile("rb") as stream:
            return _read(stream)


def _client(address: Address, queries: Sequence[str], seconds: float, start: object, results: object) -> None:
    try:
        requests = [_request(address, query) for query in queries]
        with (
            socket.create_connection(("127.0.0.1", address.port), timeout=_PATIENCE) as connection,
            connection.makefile("rb") as stream,
        ):
            start.wait()  # type: ignore[attr-defined]
            results.put(_asked(connection, stream, requests, seconds))  # type: ignore[attr-defined]
    except Exception as error:
        start.abort()  # type: ignore[attr-defined]
        results.put(f"{type(error).__name__}: {error}")  # type: ignore[attr-defined]


def _asked(connection: socket.socket, stream: IO[bytes], requests: Sequence[bytes], seconds: float) -> list[float]:
    times: list[float] = []
    end = time.monotonic() + seconds
    while not times or time.monotonic() < end:
        began = time.perf_counter()
        connection.sendall(requests[len(times) % len(requests)])
        _read(stream)
        times.append(time.perf_counter() - began)
    return times


def _request(address: Address, query: str) -> bytes:
    target = f"{address.path}?{urlencode([('query', query), *address.more])}"
    head = f"GET {target} HTTP/1.1\r\nHost: localhost:{address.port}\r\n"
    return f"{head}Accept: application/sparql-results+json\r\n\r\n".encode()


def _read(stream: IO[bytes]) -> bytes:
    """One response, by its length or its chunks."""
    line = stream.readline()
    length = None
    while (header := stream.readline()) not in (b"\r\n", b""):
        name, _, value = header.lower().partition(b":")
        length = int(value) if name == b"content-length" else length
    if length is not None:
        body = stream.read(length)
        whole = len(body) == length
    else:
        body, whole = _chunks(stream)
    if not whole or not line.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{line.decode(errors='replace').strip()}: {body[:200].decode(errors='replace')}")
    return body


def _chunks(stream: IO[bytes]) -> tuple[bytes, bool]:
    parts = []
    while size := int(stream.readline() or b"-1", 16):
        if size < 0:
            return b"".join(parts), False
        parts.append(stream.read(size + 2)[:-2])
    stream.readline()
    return b"".join(parts), True
