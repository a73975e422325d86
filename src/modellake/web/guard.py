"""Connections that do not keep a server from its work: slow ones end, and heads of requests have a bound."""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from modellake.web.limits import Limits

# One read from a socket may bring so much of a head and of a body that follows it.
_HEAD_BYTES = 320 * 1024


def guarded(limits: Limits) -> type[HttpToolsProtocol]:
    """The protocol of uvicorn, within these limits."""
    return cast(type[HttpToolsProtocol], type("Guarded", (_Guarded,), {"limits": limits}))


class _Guarded(HttpToolsProtocol):
    """It has no time limit of its own for a head that arrives byte by byte, nor for a client that never reads."""

    limits: Limits

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._arrival: TimerHandle | None = None
        self._stall: TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """A client is there: its request must follow."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head that does not end."""
        if self._arrival:
            self._head += len(data)
            if self._head > _HEAD_BYTES:
                self.transport.abort()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        if not self._arrival:
            self._await_head()

    def on_headers_complete(self) -> None:
        """A head has arrived."""
        self._head = 0
        self._arrival = self._disarm(self._arrival)
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The client does not read what is sent."""
        super().pause_writing()
        self._stall = self._stall or self.loop.call_later(self.limits.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        self._stall = self._disarm(self._stall)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone away."""
        self._arrival, self._stall = self._disarm(self._arrival), self._disarm(self._stall)
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._head = 0
        self._arrival = self.loop.call_later(self.limits.arrival_seconds, self.transport.abort)

    @staticmethod
    def _disarm(timer: TimerHandle | None) -> TimerHandle | None:
        if timer:
            timer.cancel()
        return None
