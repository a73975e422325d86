"""Which web pages may ask."""

from __future__ import annotations

import pytest

from modellake.store.plain import PlainEngine
from modellake.web.origins import Origins, is_loopback
from modellake.web.served import Served
from servers import ask, running

FORM = "application/x-www-form-urlencoded"
UPDATE = b"update=INSERT DATA { <urn:a> <urn:b> 1 }"


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"])
def test_pages_of_this_machine(url: str, origin: str) -> None:
    reply = ask(url, "/sparql?query=ASK{}", headers={"Origin": origin})
    assert reply.headers["access-control-allow-origin"] == origin
    assert "Origin" in reply.headers["vary"]
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-own"}
    preflight = ask(url, "/sparql", method="OPTIONS", headers=asked)
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-headers"] == "x-own"
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://[", "x"])
def test_pages_of_others(origin: str) -> None:
    engine = PlainEngine()
    with running(Served(plain=engine)) as url:
        read = ask(url, "/sparql?query=ASK{}", headers={"Origin": origin})
        assert "access-control-allow-origin" not in read.headers
        headers = {"Origin": origin, "Content-Type": FORM}
        assert ask(url, "/sparql", method="POST", headers=headers, body=UPDATE).status == 403
        assert len(engine.store) == 0


@pytest.mark.parametrize("allowed", ["https://friend.example", "*"])
def test_pages_that_are_allowed(allowed: str) -> None:
    engine = PlainEngine()
    with running(Served(plain=engine), origins=Origins(frozenset({allowed}))) as url:
        headers = {"Origin": "https://friend.example", "Content-Type": FORM}
        reply = ask(url, "/sparql", method="POST", headers=headers, body=UPDATE)
        assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, "https://friend.example")


def test_another_name_for_this_machine() -> None:
    with running(Served(plain=PlainEngine()), origins=Origins(names=frozenset({"lake.example"}))) as url:
        assert ask(url, "/sparql?query=ASK{}", headers={"Host": "evil.example:80"}).status == 421
        assert ask(url, "/sparql?query=ASK{}", headers={"Host": "lake.example:80"}).status == 200
        assert ask(url, "/sparql?query=ASK{}", headers={"Host": "localhost"}).status == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False), ("example.org", False), ("", False)],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
