"""Responses on their way: compressed where the client likes it, chunk by chunk, broken off visibly when they fail."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import zlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Protocol, cast

from modellake.web.messages import Pairs, Request, Response, Send, encoded
from modellake.web.negotiate import choose_encoding

_LOG = logging.getLogger("modellake.web")
_SMALL = 1024  # bytes that are not worth compressing
_IN_MEMORY = 1 << 20
_NEVER_WITH_BODY = (204, 304)


async def deliver(request: Request, response: Response, send: Send) -> None:
    """Send a response.

    It returns without the last chunk when the body fails: the server then closes the connection, which tells the
    client that this is not the whole.
    """
    if isinstance(response.body, bytes):
        await _deliver_whole(request, response, response.body, send)
    elif request.method == "HEAD":
        async with aclosing(_generator(response.body)):
            await _start(response, [], send)
            await send({"type": "http.response.body", "body": b""})
    elif request.scope.get("http_version") == "1.0":
        await _deliver_gathered(request, response, response.body, send)
    else:
        await _deliver_chunks(request, response, response.body, send)


async def _deliver_whole(request: Request, response: Response, body: bytes, send: Send) -> None:
    coding = coding_of(request, response)
    extra: Pairs = []
    if coding:
        compressor = _compressor(coding)
        body = compressor.compress(body) + compressor.flush()
        extra.append(("Content-Encoding", coding))
    if response.status not in _NEVER_WITH_BODY:
        extra.append(("Content-Length", str(len(body))))
    await _start(response, extra, send)
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})


async def _deliver_chunks(request: Request, response: Response, body: AsyncIterator[bytes], send: Send) -> None:
    """Send chunks until they end, they fail or the client goes away."""
    coding = coding_of(request, response)
    await _start(response, [("Content-Encoding", coding)] if coding else [], send)
    sending = asyncio.ensure_future(_send_chunks(body, coding, send))
    leaving = asyncio.ensure_future(request.gone())
    await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
    for task in (sending, leaving):
        if not task.done():
            task.cancel()
    outcome = await asyncio.gather(sending, return_exceptions=True)
    if isinstance(outcome[0], Exception):
        _LOG.warning("%s %s was broken off: %s", request.method, request.path, outcome[0])


async def _send_chunks(body: AsyncIterator[bytes], coding: str | None, send: Send) -> None:
    compressor = _compressor(coding) if coding else None
    async with aclosing(_generator(body)) as chunks:
        async for chunk in chunks:
            # A chunk is some milliseconds of work: too long for the thread that serves everybody.
            found = await asyncio.to_thread(compressor.compress, chunk) if compressor else chunk
            if found:
                await send({"type": "http.response.body", "body": found, "more_body": True})
    last = compressor.flush() if compressor else b""
    await send({"type": "http.response.body", "body": last})


async def _deliver_gathered(request: Request, response: Response, body: AsyncIterator[bytes], send: Send) -> None:
    """HTTP/1.0 has no chunks, and the end of its connection would make any part look like the whole."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as gathered:
        try:
            async with aclosing(_generator(body)) as chunks:
                async for chunk in chunks:
                    gathered.write(chunk)
        except Exception as error:
            _LOG.warning("%s %s was broken off: %s", request.method, request.path, error)
            return
        await _start(response, [("Content-Length", str(gathered.tell()))], send)
        gathered.seek(0)
        while chunk := gathered.read(1 << 16):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _start(response: Response, extra: Pairs, send: Send) -> None:
    headers = [encoded(name, value) for name, value in (*response.headers, *extra)]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})


def _generator(body: AsyncIterator[bytes]) -> _Closable:
    return cast(_Closable, body)


class _Closable(Protocol):
    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


def coding_of(request: Request, response: Response) -> str | None:
    """In which content coding a response is sent; None for none."""
    if isinstance(response.body, bytes) and len(response.body) < _SMALL:
        return None
    if any(name.lower() == "content-encoding" for name, _ in response.headers):
        return None
    return choose_encoding(request.headers.get("accept-encoding"), ("zstd", "gzip"))


def _compressor(coding: str) -> _Compressor:
    if coding == "gzip":
        return cast(_Compressor, zlib.compressobj(level=1, wbits=31))
    import zstandard

    return cast(_Compressor, zstandard.ZstdCompressor(level=3).compressobj())
