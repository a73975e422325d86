"""Threads for what blocks: a bounded number of them, and a bounded number of callers that wait for one."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from modellake.core.errors import ModelLakeError, QueryError, UnavailableError
from modellake.web.messages import Disconnected
from modellake.web.problems import HTTPError, status_of

# Oxigraph's parser and optimizer recurse, and some systems give threads half a megabyte.
_STACK = 16 * 1024 * 1024
_LOG = logging.getLogger("modellake.web")
Work = Callable[[], None]
T = TypeVar("T")
_starting = threading.Lock()


class Pool:
    """Daemon threads, so that work which cannot be ended does not keep the process alive.

    Args:
        threads: how many.
        waiting: how much work may wait.

    Attributes:
        outcomes: how often work ended in which way, as those say who gave it; for the event loop alone.
    """

    def __init__(self, threads: int, waiting: int) -> None:
        self.threads = threads
        self.outcomes: Counter[str] = Counter()
        self._waiting = waiting
        self._work: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._started = 0
        self._taken = 0  # pieces of work that wait or run

    @property
    def busy(self) -> int:
        """How many pieces of work wait or run."""
        return self._taken

    def submit(self, work: Work) -> None:
        """Have it done by a thread; it must not raise.

        Raises:
            HTTPError: 503 ``http.busy``: too many wait already.
        """
        with self._lock:
            if self._taken >= self.threads + self._waiting:
                raise HTTPError(
                    503,
                    "The server has as much to do as it can take",
                    code="http.busy",
                    remedy="Ask again in a moment.",
                    headers=[("Retry-After", "2")],
                )
            self._taken += 1
            if self._started < min(self.threads, self._taken):
                self._start()
        # What is said to the log meanwhile belongs to the request.
        self._work.put(partial(copy_context().run, work))

    def finish(self) -> None:
        """Wait until nothing waits or runs."""
        with self._idle:
            self._idle.wait_for(lambda: self._taken == 0)

    def _start(self) -> None:
        with _starting:
            before = threading.stack_size(_STACK)
            try:
                threading.Thread(target=self._run, name=f"modellake-{self._started}", daemon=True).start()
            finally:
                threading.stack_size(before)
        self._started += 1

    def _run(self) -> None:
        while True:
            work = self._work.get()
            try:
                work()
            finally:
                del work
                with self._idle:
                    self._taken -= 1
                    if not self._taken:
                        self._idle.notify_all()


def begun(pool: Pool, work: Callable[[], T]) -> asyncio.Future[T]:
    """What a thread of the pool makes of work, for the event loop of the caller. Once begun, it is done.

    Raises:
        HTTPError: 503 ``http.busy``: too many wait already.
    """
    underway: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    pool.submit(partial(_do, work, underway))
    return underway


def _do(work: Callable[[], T], underway: asyncio.Future[T]) -> None:
    try:
        made = work()
    except BaseException as error:
        _settle(underway, partial(underway.set_exception, told(error)))
    else:
        _settle(underway, partial(underway.set_result, made))


def _settle(underway: asyncio.Future[T], settle: Callable[[], None]) -> None:
    loop = underway.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if underway.done() else settle())


def outcome_of(error: BaseException) -> str:
    """How work has ended that raised an error, in a word or two."""
    if isinstance(error, Disconnected | asyncio.CancelledError):
        return "cancelled"
    if not isinstance(error, ModelLakeError):
        return "failed"
    at_fault = "failed" if status_of(error) >= 500 else "refused"
    return {"query.timeout": "timed out", "http.busy": "busy"}.get(error.code, at_fault)


def told(error: BaseException) -> Exception:
    """An error that may leave its thread: without the frames that hold what belongs to the thread."""
    found = error if isinstance(error, ModelLakeError) else _engine_error(error)
    found.__cause__ = found.__context__ = None
    return found.with_traceback(None)


def _engine_error(error: BaseException) -> Exception:
    """What an engine raises while its answer is read: it blames the query, the disk or, in a panic, itself."""
    # As text: a record of the log that held the frames would let go of an answer in another thread than its own.
    _LOG.warning("%s", "".join(traceback.format_exception(error)))
    if isinstance(error, RuntimeError | ValueError) and "orrupt" not in str(error):
        return QueryError(f"The query cannot be evaluated: {error}", code="query.evaluation")
    if isinstance(error, SyntaxError):
        return UnavailableError("The engine broke its answer off", code="engine.interrupted")
    if isinstance(error, OSError | RuntimeError):
        return UnavailableError("The engine failed", code="engine.failed")
    return RuntimeError(f"{type(error).__name__} in a thread of the server")
