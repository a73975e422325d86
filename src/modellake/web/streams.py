"""Bytes from a thread that makes them to a client that reads them, without more than a few chunks in between."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from modellake.core.errors import ModelLakeError
from modellake.web.messages import Disconnected, Request
from modellake.web.problems import HTTPError

CHUNK = 64 * 1024
_AHEAD = 3  # chunks that may wait for the client
_PATIENCE = 0.05  # seconds before it is worth asking whether the client is still there
_SHORT = 16 * 1024


@dataclass(frozen=True, slots=True)
class _Last:
    """The end of a body, with what was left of it."""

    rest: bytes


_Item = bytes | _Last | Exception


class Stopped(OSError):  # noqa: N818  what Rust passes on unchanged is an OSError
    """Nobody wants what is being written: the writer ends at its next byte."""


class Short:
    """A file for an answer that is short, whose writer is stopped at its next byte when it is not.

    Args:
        limit: how many bytes any answer may have; None for no bound.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._most = _SHORT if limit is None else min(limit, _SHORT)
        self._found = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes. Raises Stopped."""
        self._found += data
        if len(self._found) > self._most:
            raise Stopped
        return len(data)

    def flush(self) -> None:
        """Nothing: it is in memory."""

    @property
    def content(self) -> bytes:
        """What was written."""
        return bytes(self._found)


class Stream:
    """A file that a thread writes to and the event loop reads from.

    The writer waits while the client is slow, and is stopped at its next byte when the client has gone away, the time
    is over or the answer is too long.

    Args:
        seconds: of work until the last byte must be written; to wait for the client is no work.
        limit: how many bytes may be written; None for no bound.
        patience: seconds to wait for the client to take a chunk, and with a hundred times as many for all of them.
    """

    def __init__(self, seconds: float, limit: int | None = None, patience: float = 60.0) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._limit = limit
        self._patience = patience
        self._end = time.monotonic() + 100 * patience
        self._buffer = bytearray()
        self._written = 0
        self._opening: asyncio.Future[_Item] = self._loop.create_future()
        # Only an answer of several chunks needs these two.
        self._room: threading.Semaphore | None = None
        self._items: asyncio.Queue[_Item] | None = None
        self._refusal: ModelLakeError | None = None
        self.stopped = False  # the writer has been told to end
        self._closed = False
        self._watching: asyncio.Future[None] | None = None

    # The side of the thread

    def write(self, data: bytes) -> int:
        """Take bytes. Raises Stopped."""
        self.check()
        self._buffer += data
        self._written += len(data)
        if self._limit is not None and self._written > self._limit:
            self._stop(_too_long(self._limit))
        if len(self._buffer) >= CHUNK:
            self._hand_over()
        return len(data)

    def flush(self) -> None:
        """Nothing: a chunk goes when it is full."""

    def check(self) -> None:
        """Raise Stopped when there is no use in going on."""
        if self._closed:
            self._stop(None)
        if time.monotonic() > self._deadline:
            self._stop(timed_out(self._seconds))

    def finish(self) -> None:
        """The body is complete."""
        self._put(_Last(bytes(self._buffer)))

    def fail(self, error: Exception) -> None:
        """The body cannot be completed. The error must hold nothing of the thread: no traceback."""
        self._put(error)

    def end(self) -> None:
        """The writer has stopped as it was told to."""
        if self._refusal:
            self._put(self._refusal)

    def _hand_over(self) -> None:
        began = time.monotonic()
        self._room = self._room or threading.Semaphore(_AHEAD)
        if not self._room.acquire(timeout=min(self._patience, max(0.0, self._end - began))):
            self._stop(_too_slow())
        self._deadline += time.monotonic() - began
        self.check()
        self._put(bytes(self._buffer))
        self._buffer.clear()

    def _stop(self, refusal: ModelLakeError | None) -> None:
        self.stopped, self._refusal = True, refusal
        raise Stopped

    def _put(self, item: _Item) -> None:
        if not self._closed and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrive, item)

    # The side of the event loop

    async def body(self, request: Request) -> bytes | AsyncIterator[bytes]:
        """The whole when it is short, or chunks as they are made; waits for the first one.

        Raises:
            ModelLakeError: what the thread failed with, or 503 ``query.timeout``.
            Disconnected: the client has gone away meanwhile.
        """
        impatience = self._loop.call_later(min(_PATIENCE, self._seconds), self._watch, request)
        try:
            first = await self._opening
        except BaseException:
            self.close()
            raise
        finally:
            impatience.cancel()
            if self._watching:
                self._watching.cancel()
        if isinstance(first, Exception):
            self.close()
            raise first
        return first.rest if isinstance(first, _Last) else self._chunks(first)

    def _arrive(self, item: _Item) -> None:
        """Take an item over in the event loop; the first one has a place of its own, which costs less to wait for."""
        if not self._opening.done():
            self._opening.set_result(item)
            return
        self._items = self._items or asyncio.Queue()
        self._items.put_nowait(item)

    def _watch(self, request: Request) -> None:
        """Begin to look whether the client is still there, and whether the time is over."""
        self._watching = asyncio.ensure_future(self._give_up(request))

    async def _give_up(self, request: Request) -> None:
        reason: Exception = Disconnected()
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                await request.gone()
        except TimeoutError:
            reason = timed_out(self._seconds)
        if not self._opening.done():
            self._opening.set_result(reason)

    async def _chunks(self, first: bytes) -> AsyncIterator[bytes]:
        items = self._items = self._items or asyncio.Queue()
        try:
            yield first
            self._make_room()
            while not isinstance(item := await items.get(), _Last):
                if isinstance(item, Exception):
                    raise item
                yield item
                self._make_room()
            if item.rest:
                yield item.rest
        finally:
            self.close()

    def close(self) -> None:
        """Nobody reads any more: stop the thread."""
        self._closed = True
        self._make_room()

    def _make_room(self) -> None:
        if self._room:
            self._room.release()


def timed_out(seconds: float) -> HTTPError:
    """The answer to what takes too long."""
    return HTTPError(
        503,
        f"The query was not answered within {seconds:g} s",
        code="query.timeout",
        remedy="Ask for less, or allow more time with timeout= up to the bound of the server.",
        headers=[("Retry-After", "5")],
    )


def _too_slow() -> HTTPError:
    return HTTPError(408, "The client does not read its answer", code="http.stalled")


def _too_long(limit: int) -> HTTPError:
    return HTTPError(
        400,
        f"The answer is longer than {limit} bytes",
        code="query.answer-too-long",
        remedy="Ask for a part of it with LIMIT and OFFSET, or for fewer variables.",
    )
