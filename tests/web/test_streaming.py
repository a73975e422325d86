"""Answers on their way: as they are found, compressed, broken off, and for clients that are slow or gone."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import zstandard

from modellake.store.plain import PlainEngine
from modellake.web.limits import Limits
from modellake.web.served import Served
from servers import ask, running

ALL = "SELECT ?s ?o { ?s ?p ?o }"
COUNT = 20_000
# Four million pairs, none of which is a solution: some seconds of work that nothing can end before its time.
ENDLESS = (
    "SELECT * { { SELECT ?x { ?a ?p ?x } LIMIT 2000 } { SELECT ?y { ?b ?q ?y } LIMIT 2000 } "
    "FILTER(STRLEN(?x) > 1000 + STRLEN(?y)) }"
)
SLOW = "SELECT ?a ?b { ?a ?p ?x . ?b ?q ?y }"
Limited = Callable[..., AbstractContextManager[str]]


def path(query: str, **more: str) -> str:
    return "/sparql?" + "&".join(f"{name}={quote(value)}" for name, value in {"query": query, **more}.items())


def connect(url: str, target: str, **headers: str) -> socket.socket:
    parts = urlsplit(url)
    client = socket.create_connection((parts.hostname, parts.port), timeout=60)
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    client.sendall("\r\n".join([*lines, "", ""]).encode())
    return client


@pytest.mark.parametrize(
    ("accept", "lines"),
    [("text/csv", COUNT + 1), ("text/tab-separated-values", COUNT + 1)],
)
def test_long_answers_come_whole(url: str, accept: str, lines: int) -> None:
    reply = ask(url, path(ALL), headers={"Accept": accept})
    assert reply.headers["transfer-encoding"] == "chunked"
    assert reply.body.count(b"\n") == lines


def test_short_answers_have_a_length(url: str) -> None:
    reply = ask(url, path(ALL + " LIMIT 1"))
    assert int(reply.headers["content-length"]) == len(reply.body)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("query", [ALL, ALL + " LIMIT 50"])
def test_compression(url: str, coding: str, query: str) -> None:
    plain = ask(url, path(query), headers={"Accept-Encoding": "identity"})
    packed = ask(url, path(query), headers={"Accept-Encoding": coding})
    assert packed.headers["content-encoding"] == coding
    assert "Accept-Encoding" in packed.headers["vary"]
    assert len(packed.body) < len(plain.body) / 3
    opened = (
        gzip.decompress(packed.body)
        if coding == "gzip"
        else zstandard.ZstdDecompressor().decompressobj().decompress(packed.body)
    )
    assert sorted(json.loads(opened)["results"]["bindings"], key=str) == sorted(
        json.loads(plain.body)["results"]["bindings"], key=str
    )


def test_an_answer_that_fails_half_way_is_no_answer(limited: Limited) -> None:
    with limited(answer_bytes=300_000) as url, pytest.raises(http.client.IncompleteRead) as raised:
        ask(url, path(ALL), headers={"Accept": "text/csv"})
    assert len(raised.value.partial) > 0


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_nor_when_it_is_compressed(limited: Limited, coding: str) -> None:
    with limited(answer_bytes=300_000) as url, pytest.raises(http.client.IncompleteRead):
        ask(url, path(ALL), headers={"Accept-Encoding": coding})


def test_http_1_0_gets_the_whole_or_nothing(url: str, limited: Limited) -> None:
    def read(address: str) -> bytes:
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port), timeout=60) as client:
            client.sendall(f"GET {path(ALL)} HTTP/1.0\r\nAccept: text/csv\r\n\r\n".encode())
            return b"".join(iter(lambda: client.recv(65536), b""))

    head, _, body = read(url).partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert body.count(b"\n") == COUNT + 1
    with limited(answer_bytes=300_000) as small:
        assert b"value 1" not in read(small)


def test_time_is_over_before_the_first_solution(url: str) -> None:
    began = time.monotonic()
    reply = ask(url, path(ENDLESS, timeout="0.3"))
    assert (reply.status, json.loads(reply.body)["code"]) == (503, "query.timeout")
    assert time.monotonic() - began < 30
    assert int(reply.headers["retry-after"]) > 0


def test_time_is_over_after_the_first_solutions(url: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        ask(url, path(SLOW, timeout="1"), headers={"Accept": "text/csv"})


def test_the_bound_of_the_server_counts(limited: Limited) -> None:
    with limited(seconds=0.3) as url:
        assert ask(url, path(ENDLESS, timeout="1000")).status == 503


@pytest.mark.parametrize("value", ["0", "-1", "soon", "inf", "nan", ""])
def test_malformed_timeouts(url: str, value: str) -> None:
    reply = ask(url, path("ASK {}") + f"&timeout={value}")
    assert (reply.status, json.loads(reply.body)["code"]) == (400, "http.malformed")


def idle(served: Served, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while served.queries.busy and time.monotonic() < deadline:
        time.sleep(0.02)
    return not served.queries.busy


def test_work_ends_when_the_client_has_gone(engine: PlainEngine) -> None:
    served = Served(plain=engine)
    with running(served) as url:
        client = connect(url, path(SLOW), Accept="text/csv")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        assert served.queries.busy == 1
        client.close()
        assert idle(served)


def test_a_slow_client_holds_little_and_not_for_ever(engine: PlainEngine) -> None:
    served = Served(plain=engine, limits=Limits(stall_seconds=1.0))
    with running(served) as url:
        client = connect(url, path(SLOW), Accept="text/csv")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        before = memory()
        time.sleep(0.5)
        assert memory() - before < 64 * 1024 * 1024
        assert idle(served)
        client.close()


def memory() -> int:
    """Bytes of this process in memory."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("this system has no /proc to read the memory of a process from")
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def test_memory_does_not_grow_with_the_answer(engine: PlainEngine) -> None:
    query = "SELECT ?a ?b { ?a ?p ?x . ?b ?q ?y } LIMIT 1500000"
    with running(Served(plain=engine)) as url:
        ask(url, path(ALL))
        client = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
        client.request("GET", path(query), headers={"Accept": "text/csv"})
        answer = client.getresponse()
        before, highest, size = memory(), 0, 0
        while chunk := answer.read(1 << 20):
            size += len(chunk)
            highest = max(highest, memory())
        client.close()
    assert size > 60_000_000
    assert highest - before < 32 * 1024 * 1024


def test_too_many_at_once_are_told_to_come_again(engine: PlainEngine) -> None:
    served = Served(plain=engine, limits=Limits(queries=1, waiting=0))
    with running(served) as url:
        client = connect(url, path(SLOW), Accept="text/csv")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        reply = ask(url, path("ASK {}"))
        assert (reply.status, json.loads(reply.body)["code"]) == (503, "http.busy")
        assert reply.headers["retry-after"]
        client.close()
        assert idle(served)
        assert ask(url, path("ASK {}")).status == 200


def test_a_request_that_never_arrives_is_cut(limited: Limited) -> None:
    with limited(arrival_seconds=0.5) as url:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
            client.sendall(b"GET /sparql HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            assert client.recv(1000) == b""
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
            assert client.recv(1000) == b""
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
            client.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n")
            client.sendall(b"Content-Length: 99\r\n\r\nASK")
            assert client.recv(1000).startswith(b"HTTP/1.1 408")


def test_a_head_without_end_is_cut(url: str) -> None:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(OSError):
            for _ in range(10_000):
                client.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def test_trailers_without_end_are_cut(url: str) -> None:
    """They come after the answer, and would be kept for as long as they come."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        with pytest.raises(OSError):
            for _ in range(10_000):
                client.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def test_a_body_that_nobody_reads_keeps_no_connection(limited: Limited) -> None:
    with limited(arrival_seconds=0.5) as url:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
            client.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
            client.sendall(b"x")  # which ends the waiting for another request
            with suppress(ConnectionResetError):
                while client.recv(1000):
                    pass


def test_a_long_body_in_small_chunks_is_read(url: str) -> None:
    parts = urlsplit(url)
    body = b"".join(b"1\r\n%c\r\n" % byte for byte in b"ASK {}".ljust(100_000))
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
        client.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n")
        client.sendall(b"Content-Type: application/sparql-query\r\n\r\n" + body + b"0\r\nX-Sum: 1\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")


def test_other_clients_are_answered_meanwhile(url: str) -> None:
    client = connect(url, path(ENDLESS, timeout="5"))
    time.sleep(0.1)
    assert ask(url, path("ASK {}")).status == 200
    client.close()
