"""Tidying: the files of a store laid out anew, as if all had been written at once.

What is written at different times stands in files beside each other, and every step of a question looks into all of
them: joins and paths take half as long again as after `Store.optimize`. To lay out a store costs as much as a tenth of
what it took to write it, so it is done when the files have grown by some part since the last time, while nobody writes.
How large they were then is kept beside them; a store of which that is not known counts as untidy.
"""

from __future__ import annotations

import logging
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from modellake.core.errors import UnavailableError
from modellake.store.engine import Applied

GROWTH = 0.1  # of the files, from which on it is worth the work
# Bytes of files. Where there are more, what is written next makes Oxigraph merge all of them once again.
_MOST = 512_000_000
_NOTE = "tidied"
_PATIENCE = 5.0  # seconds for what is under way to end; left alone it harms nothing
_LOG = logging.getLogger("modellake.store")


class Tidy(Protocol):
    """An engine whose files can be laid out anew."""

    def tidy(self, growth: float = 0.0) -> bool:
        """Lay the files out anew if they have grown by this part since; True when that was done."""

    def applied(self) -> Applied | None:
        """See `modellake.store.engine.Engine.applied`."""


def is_due(folder: Path, growth: float) -> bool:
    """Have the files of a store grown by this part since they were laid out, if that is known?

    Never where there are very many, nor where there is no room for twice as much: a store that has met a full disk
    takes nothing any more.
    """
    then, now = _noted(folder), size_of(folder)
    return (then is None or now > then * (1 + growth)) and now <= _MOST and _room(folder) > 2 * now


def note(folder: Path) -> None:
    """The files have just been laid out."""
    with suppress(OSError):
        (folder / _NOTE).write_text(str(size_of(folder)), encoding="ascii")


def size_of(folder: Path) -> int:
    """The bytes of the files with statements; 0 where there is none."""
    found = 0
    with suppress(OSError):
        for path in folder.glob("*.sst"):
            with suppress(FileNotFoundError):  # Oxigraph replaces them meanwhile
                found += path.stat().st_size
    return found


def _room(folder: Path) -> int:
    """The bytes that are free; none where the folder has just been given up for another one."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _noted(folder: Path) -> int | None:
    try:
        return int((folder / _NOTE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


class Tidying:
    """Looks after an engine that answers for long; use it as a context manager around its use.

    Readers and writers go on while the files are laid out anew.

    Args:
        engine: it.
        every: seconds between two looks; nobody writes when the mark has not moved between them.
    """

    def __init__(self, engine: Tidy, every: float = 2.0) -> None:
        self._engine = engine
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="tidying", daemon=True)

    def _look(self) -> None:
        try:
            before = None if self._engine.tidy(GROWTH) else self._engine.applied()
            while not self._ended.wait(self._every):
                now = self._engine.applied()
                if now == before:
                    self._engine.tidy(GROWTH)
                before = now
        except UnavailableError as error:
            # Whoever asks or writes is told what is wrong; this only makes questions faster.
            _LOG.warning("The files of the view are not laid out anew: %s", error.message)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(_PATIENCE)
