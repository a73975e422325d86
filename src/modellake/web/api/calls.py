"""Calls: what an endpoint has to work with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from modellake.lake.lake import Lake
from modellake.web.callers import Caller, caller_of
from modellake.web.messages import Request as Message
from modellake.web.pool import Pool, begun, outcome_of
from modellake.web.protocol import read_body
from modellake.web.served import Served
from modellake.web.streams import timed_out
from modellake.web.updates import written

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one lake.

    Attributes:
        caller: who sends it.
        request: what was sent.
    """

    served: Served
    lake: Lake
    caller: Caller
    request: Request

    async def read(self, work: Callable[[], T]) -> T:
        """What a thread for reading makes, of the lake as it is now.

        Raises:
            HTTPError: 503 ``query.timeout``, ``http.busy``.
        """
        return await self._found(self.served.queries, work)

    async def judge(self, work: Callable[[], T]) -> T:
        """What the one thread for verdicts makes; as `read`."""
        return await self._found(self.served.verdicts, work)

    async def _found(self, pool: Pool, work: Callable[[], T]) -> T:
        seconds, outcomes = self.served.limits.seconds, self.served.queries.outcomes
        try:
            found = await _within(seconds, begun(pool, partial(self._done, work)))
        except BaseException as error:
            outcomes[outcome_of(error)] += 1
            raise
        outcomes["answered"] += 1
        return found

    async def write(self, work: Callable[[], T]) -> T:
        """What the one thread for writing makes."""
        return await written(self.served.updates, work)

    async def body(self) -> bytes:
        """The body of the request, within the bounds of the server.

        Raises:
            HTTPError: 408 or 413.
        """
        return await read_body(Message(self.request.scope, self.request.receive), self.served.limits)

    def _done(self, work: Callable[[], T]) -> T:
        if self.lake.is_followed:
            self.lake.refresh()
        return work()


async def _within(seconds: float, underway: asyncio.Future[T]) -> T:
    underway.add_done_callback(_heard)
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.shield(underway)
    except TimeoutError:
        raise timed_out(seconds) from None


def _heard(underway: asyncio.Future[T]) -> None:
    """Take note of how it ended, though nobody may be there any more."""
    if not underway.cancelled():
        underway.exception()


def _call(request: Request) -> Call:
    served: Served = request.app.state.served
    assert served.lake is not None, "a bare engine has no such endpoints"
    return Call(served, served.lake, caller_of(request.scope), request)


Calling = Annotated[Call, Depends(_call)]
