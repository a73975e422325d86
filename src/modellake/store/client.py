"""Clients: one request of a SPARQL service at a time, with its answer in a file that vanishes.

An answer is taken in as a whole before anything of it is handed on, in memory while it is small: only then is it known
to be whole, and a slow reader keeps no engine waiting. Every request of ours may be sent twice: it asks, or it makes
so what may be so already.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, cast

from modellake.core.errors import UnavailableError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, HTTPConnectionPool, PoolManager

Dial = Callable[[], socket.socket]
# Errors that pass by themselves.
PASSING = ("engine.unreachable", "engine.interrupted", "engine.busy")
_WAITS = (0.1, 0.4)  # seconds before another attempt
_CONNECT = 10.0
_CHUNK = 1 << 18
_IN_MEMORY = 4 << 20
_LARGEST = 4 << 30
_TOLD = 1 << 16
_CANCELLED = b"The SPARQL operation has been cancelled"
_BUSY = (429, 502, 503)
_TIMED_OUT = (408, 504)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent.

    Attributes:
        timeout: seconds for all of it.
    """

    url: str
    body: bytes
    content_type: str
    accept: str
    timeout: float
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: its media type without parameters, and its bytes, to be read from the beginning."""

    media_type: str
    content: IO[bytes]


class ServiceRefusalError(UnavailableError):
    """A service has answered with an error.

    Attributes:
        status: of the HTTP response.
        said: the beginning of its text.
    """

    def __init__(self, message: str, status: int, said: str, *, code: str, remedy: str | None = None) -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.status = status
        self.said = said


class OverdueError(UnavailableError):
    """A service has not answered in time, and may still be at work."""


class Client:
    """Sends requests, several threads at once.

    Args:
        name: what messages call the service.
        dial: makes connections, for a service that has no address; URLs are then paths.
    """

    def __init__(self, name: str, dial: Dial | None = None) -> None:
        self._name = name
        self._busy, self._counting = 0, threading.Lock()
        self._pool: PoolManager | HTTPConnectionPool
        if dial:
            pool = self._pool = _dialing_pool(dial)
            self._close: Callable[[], None] = pool.close
        else:
            manager = self._pool = _pool_manager()
            self._close = manager.clear

    def send(self, request: Request) -> Answer:
        """The answer to a request, which is sent again when the connection is lost or the service is busy.

        Raises:
            UnavailableError: ``engine.unreachable``, ``engine.interrupted``, ``engine.busy``, ``engine.timeout``,
                ``engine.refused``, ``engine.redirects``, ``engine.failed``, ``engine.answer-too-large``.
        """
        self._count(1)
        end = time.monotonic() + request.timeout
        try:
            for wait in _WAITS:
                try:
                    return self._sent(request, end)
                except UnavailableError as error:
                    # What has been at it for long may be why the service broke off.
                    if error.code not in PASSING or time.monotonic() + wait > end - request.timeout / 2:
                        raise
                time.sleep(wait)
            return self._sent(request, end)
        finally:
            self._count(-1)

    @property
    def busy(self) -> int:
        """How many requests are under way."""
        return self._busy

    def close(self) -> None:
        """Close the connections."""
        self._close()

    def _count(self, more: int) -> None:
        with self._counting:
            self._busy += more

    def _sent(self, request: Request, end: float) -> Answer:
        from urllib3 import Timeout
        from urllib3.exceptions import (
            ConnectTimeoutError,
            HTTPError,
            NewConnectionError,
            ReadTimeoutError,
            SSLError,
        )

        left = max(end - time.monotonic(), 0.001)
        headers = {"Content-Type": request.content_type, "Accept": request.accept, **request.headers}
        try:
            response = self._pool.urlopen(
                request.method,
                request.url,
                body=request.body,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=Timeout(connect=min(_CONNECT, left), read=left),
            )
            return self._read(response, end)
        except (NewConnectionError, ConnectTimeoutError, SSLError) as error:
            raise self._unreachable(error) from error
        except ReadTimeoutError as error:
            raise self._timed_out(OverdueError) from error
        except (HTTPError, OSError) as error:
            raise UnavailableError(
                f"{self._name} broke off: {error}",
                code="engine.interrupted",
                remedy="Ask again. What was committed is in the ledger.",
            ) from error

    def _read(self, response: BaseHTTPResponse, end: float) -> Answer:
        whole = False
        try:
            if not 200 <= response.status < 300:
                raise self._refusal(response)
            content = self._spooled(response, end)
            whole = True
        finally:
            response.release_conn() if whole else response.close()
        if "X-SPARQL-MaxRows" in response.headers:
            raise UnavailableError(
                f"{self._name} gives no more than {response.headers['X-SPARQL-MaxRows']} rows, and there are more",
                code="engine.truncates",
                remedy="Raise the limit of the service (Virtuoso: ResultSetMaxRows), or ask with LIMIT and OFFSET.",
            )
        return Answer(response.headers.get("Content-Type", "").partition(";")[0].strip().lower(), content)

    def _spooled(self, response: BaseHTTPResponse, end: float) -> IO[bytes]:
        # Not in a ``with``: the answer reads on, and the file is gone when nobody does.
        spool = cast("IO[bytes]", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
        size, tail = 0, b""
        for chunk in response.stream(_CHUNK):
            spool.write(chunk)
            size, tail = size + len(chunk), (tail + chunk)[-len(_CANCELLED) :]
            if size > _LARGEST:
                raise UnavailableError(
                    f"The answer of {self._name} has more than {_LARGEST >> 30} GiB",
                    code="engine.answer-too-large",
                    remedy="Ask for less, with LIMIT.",
                )
            if time.monotonic() > end:
                raise self._timed_out(OverdueError)
        if tail == _CANCELLED:
            raise self._timed_out()
        spool.seek(0)
        return spool

    def _refusal(self, response: BaseHTTPResponse) -> UnavailableError:
        status = response.status
        said = response.read(_TOLD, decode_content=True).decode("utf-8", "replace").strip()
        if _CANCELLED.decode() in said or status in _TIMED_OUT:
            return self._timed_out()
        if 300 <= status < 400:
            where = response.headers.get("Location", "elsewhere")
            return ServiceRefusalError(
                f"{self._name} redirects to {where}",
                status,
                said,
                code="engine.redirects",
                remedy="Give that URL, if you trust it: redirects are not followed, since secrets would go with them.",
            )
        if status in (401, 403):
            return ServiceRefusalError(
                f"{self._name} does not let this program in ({status}): {_first(said)}",
                status,
                said,
                code="engine.refused",
                remedy="Set MODELLAKE_ENGINE_TOKEN, or MODELLAKE_ENGINE_USER and MODELLAKE_ENGINE_PASSWORD.",
            )
        if problem := _problem(response, said):
            return ServiceRefusalError(
                problem["title"],
                status,
                problem.get("detail") or problem["title"],
                code=problem.get("code", "engine.failed"),
                remedy=problem.get("remedy"),
            )
        code = "engine.busy" if status in _BUSY else "engine.failed"
        return ServiceRefusalError(f"{self._name} answers {status}: {_first(said)}", status, said, code=code)

    def _timed_out(self, kind: type[UnavailableError] = UnavailableError) -> UnavailableError:
        return kind(
            f"{self._name} did not finish in time",
            code="engine.timeout",
            remedy="Ask for less, or allow more time: MODELLAKE_ENGINE_TIMEOUT, in seconds.",
        )

    def _unreachable(self, error: Exception) -> UnavailableError:
        return UnavailableError(
            f"{self._name} cannot be reached: {error}",
            code="engine.unreachable",
            remedy="See whether it runs and whether the URL is right. What was committed is in the ledger.",
        )


def _problem(response: BaseHTTPResponse, said: str) -> dict[str, str]:
    """Problem details (RFC 9457), as modellake itself gives them; empty where there are none."""
    if not response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return {}
    try:
        members = json.loads(said)
    except ValueError:
        return {}
    found = {name: text for name, text in members.items() if isinstance(text, str)} if isinstance(members, dict) else {}
    return found if "title" in found else {}


def _first(text: str) -> str:
    return text.partition("\n")[0][:300] or "nothing more"


def _pool_manager() -> PoolManager:
    from urllib3 import PoolManager

    return PoolManager(num_pools=4, maxsize=32)


def _dialing_pool(dial: Dial) -> HTTPConnectionPool:
    """A pool of connections that somebody else makes."""
    from urllib3 import HTTPConnectionPool
    from urllib3.connection import HTTPConnection
    from urllib3.exceptions import NewConnectionError

    class Dialed(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            try:
                return dial()
            except OSError as error:
                raise NewConnectionError(self, str(error)) from error

    class Pool(HTTPConnectionPool):
        ConnectionCls = Dialed

    return Pool("localhost", maxsize=32)
