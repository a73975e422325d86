"""Requests to other servers: where they may go, and how far."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from modellake.core.errors import QueryError
from modellake.store.fetching import Outside, is_public
from remote_servers import Elsewhere, elsewhere

ALL = frozenset({"*"})


@pytest.fixture
def other() -> Iterator[Elsewhere]:
    with elsewhere() as server:
        yield server


def code_of(outside: Outside, iri: str, method: str = "GET") -> str:
    with pytest.raises(QueryError) as caught:
        outside.fetch(outside.target(iri), method, {}, b"" if method == "GET" else b"ASK {}")
    return caught.value.code


def found(*addresses: str) -> Callable[[str, int], list[str]]:
    """A server of names that says this of every name."""
    return lambda *_: list(addresses)


def test_what_is_allowed_is_fetched(other: Elsewhere) -> None:
    outside = Outside(frozenset({other.url("document"), other.url("document", "localhost")}))
    for iri in sorted(outside.allowed):
        fetched = outside.fetch(outside.target(iri), "GET", {})
        assert (fetched.status, fetched.media_type, fetched.iri) == (200, "text/turtle", iri)
    assert code_of(outside, other.url("sparql")) == "remote.not-allowed"
    assert len(other.seen) == 2


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0"),
        *("localhost", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"),
        *("[2002:7f00:1::]", "[fe80::1]", "[fd00:ec2::254]", "[ff02::1]"),
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200"),
        *("168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "198.18.0.1", "2852039166"),
    ],
)
def test_private_addresses_are_refused_however_they_are_written(other: Elsewhere, host: str) -> None:
    assert code_of(Outside(ALL), f"http://{host}:{other.port}/document") == "remote.address"
    assert other.seen == []


def test_names_are_judged_by_all_of_their_addresses() -> None:
    outside = Outside(ALL, resolve=found("93.184.216.34", "10.0.0.1"))
    assert code_of(outside, "http://example.org/") == "remote.address"
    assert code_of(Outside(ALL, resolve=found()), "http://example.org/") == "remote.unknown-host"


def test_an_allowed_name_does_not_allow_the_private_address_that_it_has() -> None:
    outside = Outside(frozenset({"http://intern.example.org/"}), resolve=found("192.168.0.7"))
    assert code_of(outside, "http://intern.example.org/") == "remote.address"


def test_a_name_is_looked_up_once() -> None:
    """A server of names that says something else the second time (DNS rebinding) is not asked a second time."""
    told = iter(["93.184.216.34", "127.0.0.1"])
    outside = Outside(ALL, resolve=lambda *_: [next(told)])
    assert outside.target("http://rebinding.example.org/").address == "93.184.216.34"
    assert next(told) == "127.0.0.1"


@pytest.mark.parametrize(
    "iri",
    [
        *("file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "urn:x", "http:///x", "http://"),
        *("http://user@example.org/", "http://example.org@127.0.0.1/", "http://user:secret@127.0.0.1/"),
        *("http://example.org:x/", "http://example.org:99999/", "http://[::1/", "http://exa mple.org/"),
        *("http://example.org\\@127.0.0.1/", "http://exämple.org/", "http://example.org/\r\nX: y"),
    ],
)
def test_what_is_no_plain_address_of_http_is_refused(iri: str) -> None:
    assert code_of(Outside(ALL | {iri}), iri) == "remote.scheme"


def test_redirects_to_what_is_allowed_are_followed(other: Elsewhere) -> None:
    first, last = other.url("first"), other.url("document")
    other.moved = {"first": (302, "/document")}
    outside = Outside(frozenset({first, last}))
    assert outside.fetch(outside.target(first), "GET", {}).iri == last


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_other_redirects_are_refused(other: Elsewhere, status: int) -> None:
    first = other.url("first")
    for where in (other.url("sparql"), "http://169.254.169.254/", "//localhost/", "file:///etc/passwd", "/sparql"):
        other.moved = {"first": (status, where)}
        assert code_of(Outside(frozenset({first})), first) == "remote.redirect"
        assert code_of(Outside(frozenset({first, "*"})), first) == "remote.redirect"
    assert {path for _, path in other.seen} == {"first"}


def test_what_was_sent_is_not_sent_on_as_something_else(other: Elsewhere) -> None:
    allowed = frozenset({other.url("first"), other.url("sparql")})
    other.moved = {"first": (302, "/sparql")}
    assert code_of(Outside(allowed), other.url("first"), "POST") == "remote.redirect"
    other.moved = {"first": (307, "/sparql")}
    outside = Outside(allowed)
    assert outside.fetch(outside.target(other.url("first")), "POST", {}, b"ASK {}").status == 200


def test_redirects_in_circles_end(other: Elsewhere) -> None:
    other.moved = {"first": (302, "/first")}
    assert code_of(Outside(frozenset({other.url("first")})), other.url("first")) == "remote.redirect"


def test_answers_have_a_size_and_a_time(other: Elsewhere) -> None:
    endless, silent = other.url("endless"), other.url("silent")
    outside = Outside(frozenset({endless, silent}), seconds=30, most=1_000_000)
    assert code_of(outside, endless) == "remote.too-large"
    short = Outside(outside.allowed, seconds=0.3, most=1 << 40)
    for iri in (endless, silent):
        with pytest.raises(OSError):
            short.fetch(short.target(iri), "GET", {})


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_refusals_are_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert code_of(Outside(ALL), "http://10.0.0.1/") == "remote.address"
    assert "http://10.0.0.1/" in caplog.text
