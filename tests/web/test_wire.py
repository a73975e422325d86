"""Bytes that no honest client sends: heads that contradict themselves, names and values that end lines."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from servers import ask

ASK = b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"


def sent(url: str, data: bytes, *, more: bool = False) -> bytes:
    """All that comes back on one connection; unless ``more`` may come, the client says that this was all."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as client:
        client.sendall(data)
        if not more:
            client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


@pytest.mark.parametrize(
    "data",
    [
        POST + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}x",
        POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: -6\r\n\r\nASK {}",
        POST + b"Content-Length: six\r\n\r\nASK {}",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nASK {}\r\n",
        ASK + b"Bad Name: 1\r\n\r\n",
        ASK + b"X: \x00\r\n\r\n",
        b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /sparql HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["two lengths", "length and chunks", "negative", "a word", "chunk", "name", "nul", "blank", "version", "tls"],
)
def test_heads_that_contradict_themselves(url: str, data: bytes) -> None:
    answer = sent(url, data)
    assert not answer or answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert ask(url, "/sparql?query=ASK{}").status == 200


def test_repeated_headers_are_one_list(url: str) -> None:
    accept = b"Accept: text/csv\r\nAccept: application/sparql-results+xml;q=0.9\r\nConnection: close\r\n\r\n"
    assert b"content-type: application/sparql-results+xml" in sent(url, ASK + accept, more=True)


def test_no_value_ends_a_line(url: str) -> None:
    """What a client sends comes back in headers only as one line."""
    asked = b"Origin: http://localhost\r\nAccess-Control-Request-Headers: a\tb\r\nConnection: close\r\n\r\n"
    answer = sent(url, ASK.replace(b"GET", b"OPTIONS") + asked, more=True)
    assert b"access-control-allow-headers: a b\r\n" in answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET /health/live HTTP/1.0\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
    ],
    ids=["none", "another", "twice"],
)
def test_a_request_has_one_host(url: str, head: bytes) -> None:
    answer = sent(url, head, more=True)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"http.malformed" in answer


def test_hosts_that_need_not_be_told(url: str) -> None:
    assert sent(url, b"GET /health/live HTTP/1.0\r\n\r\n", more=True).startswith(b"HTTP/1.1 200")
    assert sent(url, b"GET /health/live HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", more=True).startswith(
        b"HTTP/1.1 200"
    )


def test_options_of_the_server(url: str) -> None:
    answer = sent(url, b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", more=True)
    assert answer.startswith(b"HTTP/1.1 204")


def test_requests_one_after_the_other_on_one_connection(url: str) -> None:
    answer = sent(url, (ASK + b"\r\n") * 3 + ASK + b"Connection: close\r\n\r\n", more=True)
    assert answer.count(b"HTTP/1.1 200") == 4


@pytest.mark.parametrize("query", ["%", "%zz", "query=%00", "query=ASK%7B%7D;query=ASK%7B%7D", "&&&=&=="])
def test_odd_query_strings(url: str, query: str) -> None:
    assert ask(url, f"/sparql?{query}").status in (200, 400)


@pytest.mark.parametrize(("body", "status"), [(b"a&" * 10_001, 400), (b"query=ASK{}" + b"&a=%C3%A9" * 9_999, 200)])
def test_parameters_are_so_many_at_the_most(url: str, body: bytes, status: int) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = ask(url, "/sparql", method="POST", headers=form, body=body)
    assert reply.status == status
    assert (b"more than 10000 parameters" in reply.body) == (status == 400)
