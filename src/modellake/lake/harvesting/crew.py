"""The crew: processes that read documents beside the one that writes.

Results come in the order of the documents, whoever reads them. When a process dies, nothing is lost: the documents
that were under way are read again, each in a process of its own, and one with which the process dies again is refused.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Any, NamedTuple, Self

from modellake.core.errors import ModelLakeError, ParseError, UnavailableError
from modellake.core.plugins import Harvester
from modellake.lake.harvesting.documents import Harvested
from modellake.lake.harvesting.tasks import Packed, Task, is_ready, prepare_worker, read_task, refusal_of

# Tasks under way for each process: enough to be busy while the first process commits a batch.
_AHEAD = 16
# For how many processes an executor counts whose size is not known.
_LENT_SIZE = 8


class _Order(NamedTuple):
    """A task under way, and who was asked for it; no future where the process had died before."""

    task: Task
    future: Future[list[Packed]] | None
    executor: Executor | None


class Crew:
    """Worker processes; use it as a context manager, which ends them.

    Args:
        workers: how many processes, or an executor of somebody else (threads, a cluster), which is left open.
    """

    def __init__(self, workers: int | Executor) -> None:
        self._size = workers if isinstance(workers, int) else _LENT_SIZE
        self._lent = None if isinstance(workers, int) else workers
        self._own: ProcessPoolExecutor | None = None
        self._apart: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for executor in (self._own, self._apart):
            if executor is not None:
                end(executor)

    def read(self, tasks: Iterable[Task | Harvested]) -> Iterator[Harvested]:
        """The documents of all tasks, in order; what has been read already is passed on.

        Raises:
            UnavailableError: what a harvester needs cannot be reached, or no process can be started
                (``harvester.workers``).
        """
        waiting: deque[_Order | Harvested] = deque()
        for task in tasks:
            waiting.append(task if isinstance(task, Harvested) else self._order(task))
            if len(waiting) >= self._size * _AHEAD:
                yield from self._result(waiting.popleft())
        while waiting:
            yield from self._result(waiting.popleft())

    def _order(self, task: Task) -> _Order:
        executor = self._executor()
        try:
            return _Order(task, executor.submit(read_task, task), executor)
        except BrokenExecutor:
            return _Order(task, None, executor)

    def _executor(self) -> Executor:
        if self._lent is not None:
            return self._lent
        if self._own is None:
            self._own = started(self._size)
        return self._own

    def _result(self, order: _Order | Harvested) -> Iterator[Harvested]:
        if isinstance(order, Harvested):
            yield order
            return
        try:
            packed = order.future.result() if order.future else None
        except BrokenExecutor:
            packed = None
        except ModelLakeError:
            raise
        except Exception:  # It cannot be sent from process to process.
            yield from order.task.read_here()
            return
        if packed is None:
            self._dismiss(order.executor)
            yield from self._read_apart(order.task)
        else:
            yield from order.task.received(packed)

    def _dismiss(self, executor: Executor | None) -> None:
        """Broken processes are replaced when new work comes; a broken executor that was lent is not asked again."""
        if executor is self._lent:
            self._lent = None
        if executor is self._own and self._own is not None:
            end(self._own)
            self._own = None

    def _read_apart(self, task: Task) -> Iterator[Harvested]:
        """One document after the other in a process of their own, so that it is known which one ends it."""
        for single in task.one_by_one():
            self._apart = self._apart or started(1)
            try:
                packed = self._apart.submit(read_task, single).result()
            except BrokenExecutor:
                end(self._apart)
                self._apart = None
                yield _crashed(single)
            else:
                yield from single.received(packed)


def can_travel(harvester: Harvester) -> bool:
    """Can a harvester be sent to another process?"""
    try:
        pickle.dumps(harvester)
    except Exception:
        return False
    return True


def started(size: int) -> ProcessPoolExecutor:
    """Processes that have been seen to start.

    Raises:
        UnavailableError: ``harvester.workers``.
    """
    # A fork of a process with an open engine would share its threads' locks.
    executor = ProcessPoolExecutor(size, mp_context=get_context("spawn"), initializer=prepare_worker)
    try:
        executor.submit(is_ready).result()
    except (BrokenExecutor, OSError) as error:
        end(executor)
        raise UnavailableError(
            f"No worker process can be started: {error}",
            code="harvester.workers",
            remedy="Use --workers 1. In a script, call it under: if __name__ == '__main__':",
        ) from error
    except BaseException:
        end(executor)
        raise
    return executor


def end(executor: ProcessPoolExecutor) -> None:
    """End processes at once, whatever they are doing."""
    processes: dict[int, Any] = dict(getattr(executor, "_processes", None) or {})
    for process in processes.values():
        process.kill()
    executor.shutdown(wait=True, cancel_futures=True)


def _crashed(task: Task) -> Harvested:
    refusal = refusal_of(
        task,
        ParseError(
            "The process that reads the document dies, for want of memory or by a fault in a library",
            code="harvester.crashed",
            remedy="Look at the document with care; with --workers 1 it is read where the error can be seen.",
        ),
    )
    return Harvested(task.harvester, task.documents[0], refusal.source, refusal)
