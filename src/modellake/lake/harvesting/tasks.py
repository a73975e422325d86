"""What a worker process does: it reads documents one after the other, each within its time.

Worker processes import this module, which imports neither the ledger nor an engine.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from types import FrameType

from modellake.core.description import Refusal, Source
from modellake.core.errors import ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import Harvester
from modellake.core.report import Report, finding_of
from modellake.lake.harvesting.documents import Harvested, PackedDescription, pack, read_document, unpack
from modellake.lake.harvesting.reading import source_of

# Seconds of computing beyond its time after which the system ends a process that cannot be interrupted.
_GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Task:
    """Documents for one worker.

    Attributes:
        rules: a digest of what decides how they are read.
        known: the readings with which they were taken in, None where there is none.
        time_limit: seconds for each of them.
    """

    harvester: Harvester
    iris: LakeIRIs
    documents: tuple[str, ...]
    rules: bytes = b""
    known: tuple[bytes | None, ...] = ()
    time_limit: float | None = None

    def one_by_one(self) -> Iterator[Task]:
        """A task for each document."""
        for document, known in zip(self.documents, self.known, strict=True):
            yield Task(self.harvester, self.iris, (document,), self.rules, (known,), self.time_limit)

    def read_here(self) -> Iterator[Harvested]:
        """The documents, read in this process one after the other."""
        for document, known in zip(self.documents, self.known, strict=True):
            yield read_document(self.harvester, document, self.iris, self.rules, known)

    def received(self, packed: list[Packed]) -> Iterator[Harvested]:
        """What a worker has sent back."""
        for document, (source, item, reading) in zip(self.documents, packed, strict=True):
            yield Harvested(self.harvester, document, source, unpack(item), reading)


Packed = tuple[Source, PackedDescription | Refusal | None, bytes | None]


def read_task(task: Task) -> list[Packed]:
    """Read the documents of a task: what a worker process is asked to do."""
    return [_read(single) for single in task.one_by_one()]


def prepare_worker() -> None:
    """Let the first process decide about interruptions, and end this one when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Clock.is_ours = True
    threading.Thread(target=_end_with_parent, daemon=True).start()


def is_ready() -> bool:
    """Asked of a process to see that it can be started at all."""
    return True


class _Clock:
    """Whether this process may use the system's timers: only where nobody else does."""

    is_ours = False


class _OutOfTime(BaseException):
    """No exception that a harvester would catch by mistake."""


def _read(task: Task) -> Packed:
    try:
        with _timed(task.time_limit):
            (read,) = task.read_here()
            return read.source, pack(read.item), read.reading
    except _OutOfTime:
        refusal = _out_of_time(task)
        return refusal.source, refusal, None


def _out_of_time(task: Task) -> Refusal:
    return refusal_of(
        task,
        ParseError(
            f"The document was not read within {task.time_limit:g} s",
            code="harvester.timeout",
            remedy="Look at the document with care, or give it more time with --time-limit.",
        ),
    )


def refusal_of(task: Task, error: ParseError) -> Refusal:
    """What a task comes to whose document could not be read, of which not even the bytes are known."""
    source = source_of(task.harvester, task.documents[0])
    return Refusal(source, Report((finding_of(error, source.place),)))


@contextmanager
def _timed(seconds: float | None) -> Iterator[None]:
    """Interrupt what takes longer; what cannot be interrupted is ended by the system some seconds later."""
    if seconds is None or not _Clock.is_ours or not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds + _GRACE)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise _OutOfTime


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
