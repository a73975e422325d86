"""The transport that sends a head and what follows it together: every byte arrives, in order and soon."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from typing import cast

from modellake.web.joined import Joined


class _Noted:
    """A transport that is asked to write, and in how many calls."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport, self.calls = transport, 0

    def write(self, data: bytes) -> None:
        self.calls += 1
        self.transport.write(data)

    def writelines(self, pieces: tuple[bytes, ...]) -> None:
        self.calls += 1
        self.transport.writelines(pieces)

    def __getattr__(self, name: str) -> object:
        return getattr(self.transport, name)


async def received(use: Callable[[Joined, _Noted], Awaitable[None]]) -> bytes:
    """What comes out at the other end of a connection."""
    loop = asyncio.get_running_loop()
    here, there = socket.socketpair()
    there.setblocking(False)
    transport, _ = await loop.create_connection(asyncio.Protocol, sock=here)
    noted = _Noted(transport)

    async def read() -> bytes:
        found = b""
        while piece := await loop.sock_recv(there, 1 << 16):
            found += piece
        return found

    reading = asyncio.ensure_future(read())
    await use(Joined(cast(asyncio.Transport, noted), loop), noted)
    found = await reading
    there.close()
    return found


def test_a_head_and_its_body_are_one_call() -> None:
    async def use(joined: Joined, noted: _Noted) -> None:
        joined.write(b"head ")
        joined.write(b"body")
        assert noted.calls == 1
        joined.close()

    assert asyncio.run(received(use)) == b"head body"


def test_a_head_that_stays_alone_is_sent_soon() -> None:
    async def use(joined: Joined, noted: _Noted) -> None:
        joined.write(b"head")
        assert noted.calls == 0
        await asyncio.sleep(0)
        assert noted.calls == 1
        joined.write(b"")
        await asyncio.sleep(0)
        assert noted.calls == 1
        joined.close()

    assert asyncio.run(received(use)) == b"head"


def test_what_was_written_is_sent_before_the_end() -> None:
    async def use(joined: Joined, noted: _Noted) -> None:
        joined.write(b"last words")
        joined.close()
        assert joined.is_closing()
        await asyncio.sleep(0)
        assert noted.calls == 1

    assert asyncio.run(received(use)) == b"last words"


def test_nothing_is_sent_after_an_abort() -> None:
    async def use(joined: Joined, noted: _Noted) -> None:
        joined.write(b"never mind")
        joined.abort()
        await asyncio.sleep(0)
        assert noted.calls == 0

    assert asyncio.run(received(use)) == b""


def test_another_protocol_finds_everything_sent() -> None:
    async def use(joined: Joined, noted: _Noted) -> None:
        joined.write(b"switching")
        joined.set_protocol(other := asyncio.Protocol())
        assert (noted.calls, joined.get_protocol()) == (1, other)
        joined.close()

    assert asyncio.run(received(use)) == b"switching"


def test_any_pieces_at_any_time_arrive_in_order() -> None:
    dice = random.Random(7)
    pieces = [bytes([number % 256]) * dice.choice([0, 1, 100, 70_000]) for number in range(200)]

    async def use(joined: Joined, noted: _Noted) -> None:
        for piece in pieces:
            joined.write(piece)
            if dice.random() < 0.3:
                await asyncio.sleep(0)
        joined.close()

    assert asyncio.run(received(use)) == b"".join(pieces)
