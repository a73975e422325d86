"""Connections that do not keep a server from its work: slow ones end, and heads of requests have a bound."""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from modellake.web.joined import Joined
from modellake.web.limits import Limits

# One read from a socket may bring so much of a head and of a body that follows it.
_HEAD_BYTES = 320 * 1024


def guarded(limits: Limits) -> type[HttpToolsProtocol]:
    """The protocol of uvicorn, within these limits."""
    return cast(type[HttpToolsProtocol], type("Guarded", (_Guarded,), {"limits": limits}))


class _Guarded(HttpToolsProtocol):
    """It has no limits of its own: not for a head or a body that arrives byte by byte, nor for what follows the last
    chunk of a body, nor for a client that never reads."""

    limits: Limits

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._arrival: TimerHandle | None = None
        self._body: TimerHandle | None = None
        self._stall: TimerHandle | None = None
        self._unused = 0  # bytes since a head or a piece of a body was complete

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """A client is there: its request must follow."""
        super().connection_made(cast(Transport, Joined(transport, self.loop)))
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head that does not end, or of trailers (RFC 9112, section 7.1.2), which are kept too."""
        self._unused += len(data)
        if self._unused > _HEAD_BYTES:
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
        self._unused = 0
        self._arrival = self._disarm(self._arrival)
        # Whoever reads the body gives up earlier, and says so; this is for those whom nobody reads.
        self._body = self._body or self.loop.call_later(2 * self.limits.arrival_seconds, self.transport.abort)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of a body has arrived."""
        self._unused = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request has arrived."""
        self._unused = 0
        self._body = self._disarm(self._body)
        super().on_message_complete()

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
        for timer in (self._arrival, self._body, self._stall):
            self._disarm(timer)
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._arrival = self.loop.call_later(self.limits.arrival_seconds, self.transport.abort)

    @staticmethod
    def _disarm(timer: TimerHandle | None) -> TimerHandle | None:
        if timer:
            timer.cancel()
        return None
