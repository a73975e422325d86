"""Copies: a ledger as one file that can be put away, and back.

A copy is a SQLite file without companions (no ``-wal``), so that moving the one file moves all of it. It is made
under another name and given its own when it is whole and on disk.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from modellake.core.errors import LedgerError, NotFoundError, UsageError
from modellake.ledger.database import not_a_ledger, put_in_place, read_only, translated

Progress = Callable[[int, int], None]
_PAGES = 4096
_MAGIC = b"SQLite format 3\0"


def copy_database(source: Any, target: Path, progress: Progress | None = None) -> None:
    """Copy a database through one of its connections while others go on using it.

    The connection reads from one snapshot all the time: without it every write of another process would begin the
    copy again (https://www.sqlite.org/backup.html).

    Args:
        source: a connection of the driver.
        target: a file that is not there yet.
        progress: called with (pages copied, pages in all).

    Raises:
        UsageError: ``ledger.exists``.
    """
    if target.exists():
        raise UsageError(
            f"{target} exists already", code="ledger.exists", remedy="Name another file, or move that one away."
        )
    if not target.parent.is_dir():
        raise NotFoundError(f"There is no folder {target.parent}", code="ledger.folder-absent")
    if not os.access(target.parent, os.W_OK):
        raise read_only(target)
    building = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with translated(target):
            _copy(source, building, progress)
        _to_disk(building)
        put_in_place(building, target)
    finally:
        building.unlink(missing_ok=True)


def copy_file(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy a file that holds a ledger and is left as it is, whichever release wrote it.

    Raises:
        NotFoundError: ``backup.absent``.
        LedgerError: ``ledger.not-a-ledger``.
        UsageError: ``ledger.exists``.
    """
    if not source.is_file():
        raise NotFoundError(f"There is no file {source}", code="backup.absent")
    with source.open("rb") as stream:
        if stream.read(len(_MAGIC)) != _MAGIC:
            raise not_a_ledger(source)
    # Without companions nobody has the file open, and it can be read where nothing can be written.
    alone = not source.with_name(f"{source.name}-wal").exists()
    address = f"{source.absolute().as_uri()}?mode=ro" + ("&immutable=1" if alone else "")
    with translated(source), closing(sqlite3.connect(address, uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            raise not_a_ledger(source)
        copy_database(connection, target, progress)


def last_commit(path: Path) -> tuple[int, str]:
    """Sequence and hash of the last commit in a copy, which is left as it is; (0, "") for an empty one."""
    with (
        translated(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy,
    ):
        found = copy.execute("SELECT sequence, hash FROM commits ORDER BY sequence DESC LIMIT 1").fetchone()
    return found or (0, "")


def _copy(source: Any, target: Path, progress: Progress | None) -> None:
    def step(_: int, remaining: int, total: int) -> None:
        if progress:
            progress(total - remaining, total)

    with closing(sqlite3.connect(target)) as copy:
        source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=_PAGES, progress=step)
        finally:
            source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")
        flaw = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if flaw != "ok":
        raise LedgerError(f"The copy is damaged: {flaw}", remedy="Verify the ledger: modellake verify")


def _to_disk(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
