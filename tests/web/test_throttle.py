"""The throttle counts failures, forgets them with time, and takes a bounded amount of memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modellake.web.access.proxies import Proxies, client_of
from modellake.web.access.throttle import Throttle
from modellake.web.access.turns import Turns
from modellake.web.messages import Message, Request
from modellake.web.problems import HTTPError


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_one_at_a_time() -> None:
    clock = Clock()
    throttle = Throttle(burst=3, seconds=10, clock=clock)
    assert [throttle.fail("192.0.2.1") for _ in range(3)] == [None] * 3
    assert throttle.fail("192.0.2.1") == 10
    clock.now += 4
    # What is refused meanwhile does not lengthen the wait.
    assert throttle.fail("192.0.2.1") == pytest.approx(6)
    clock.now += 6.5
    assert throttle.fail("192.0.2.1") is None
    assert throttle.fail("192.0.2.1") == pytest.approx(9.5)
    assert throttle.fail("192.0.2.2") is None


def test_time_makes_up_for_failures() -> None:
    clock = Clock()
    throttle = Throttle(burst=3, seconds=10, clock=clock)
    for _ in range(5):
        throttle.fail("192.0.2.1")
    clock.now += 1000
    assert [throttle.fail("192.0.2.1") for _ in range(4)] == [None, None, None, 10]


def test_addresses_of_one_network_are_one_client() -> None:
    throttle = Throttle(burst=2, clock=Clock())
    assert throttle.fail("2001:db8::1") is None
    assert throttle.fail("2001:db8::ffff:2") is None
    assert throttle.fail("2001:db8:0:0:3::") is not None
    assert throttle.fail("2001:db8:0:1::1") is None


@given(st.lists(st.one_of(st.ip_addresses().map(str), st.text(max_size=80)), max_size=60))
def test_memory_is_bounded(addresses: list[str]) -> None:
    throttle = Throttle(most=7, clock=Clock())
    for address in addresses:
        throttle.fail(address)
        assert len(throttle) <= 7


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60))
def test_turns_are_counted_and_forgotten(events: list[tuple[str, bool]]) -> None:
    turns, held = Turns(2), {"a": 0, "b": 0, "c": 0}
    for client, begins in events:
        if begins:
            try:
                turns.take(client)
                held[client] += 1
            except HTTPError as error:
                assert (error.status, error.code, held[client]) == (429, "access.too-many", 2)
        elif held[client]:
            turns.give_back(client)
            held[client] -= 1
        assert len(turns) == sum(1 for count in held.values() if count)


@pytest.mark.parametrize(
    ("address", "client"),
    [("::ffff:192.0.2.1", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1"), ("::1", "::1")],
)
def test_clients_of_ipv4_are_told_apart_where_the_server_listens_for_both(address: str, client: str) -> None:
    """Else all of them would be one network, and no proxy among them would be known."""
    assert client_of(_from(address)) == client
    forwarded = _from(address, (b"x-forwarded-for", b"198.51.100.7"))
    Proxies.at(("192.0.2.0/24",)).apply(forwarded)
    assert client_of(forwarded) == ("198.51.100.7" if client == "192.0.2.1" else client)


def _from(address: str, *headers: tuple[bytes, bytes]) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [*headers], "client": (address, 1)}
    return Request(scope, _nothing)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
