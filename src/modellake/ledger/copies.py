"""Copies: a ledger as one file that can be put away, and back.

A copy is a SQLite file without companions (no ``-wal``), so that moving the one file moves all of it, whichever
database system it comes from. It is made under another name and given its own when it is whole and on disk.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from modellake.core.errors import LedgerError, NotFoundError
from modellake.ledger.database import Database, Progress, not_a_ledger, stream, system_of, write_rows
from modellake.ledger.names import batches
from modellake.ledger.schema import metadata
from modellake.ledger.sqlite import copy_pages, new_file, translated_at

_MAGIC = b"SQLite format 3\0"


def copy_database(source: Database, target: Path, progress: Progress | None = None) -> None:
    """Copy a database into a new file while others go on using it.

    Args:
        target: a file that is not there yet.
        progress: called with (done, in all).

    Raises:
        UsageError: ``ledger.exists``.
    """
    with new_file(target) as building, translated_at(target):
        source.copy_to(building, progress)


def copy_file(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy a file that holds a ledger and is left as it is, whichever release wrote it.

    Raises:
        NotFoundError: ``backup.absent``.
        LedgerError: ``ledger.not-a-ledger``.
        UsageError: ``ledger.exists``.
    """
    if not source.is_file():
        raise NotFoundError(f"There is no file {source}", code="backup.absent")
    with source.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            raise not_a_ledger(source)
    # Without companions nobody has the file open, and it can be read where nothing can be written.
    alone = not source.with_name(f"{source.name}-wal").exists()
    address = f"{source.absolute().as_uri()}?mode=ro" + ("&immutable=1" if alone else "")
    with translated_at(source), closing(sqlite3.connect(address, uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            raise not_a_ledger(source)
        with new_file(target) as building, translated_at(target):
            copy_pages(connection, building, progress)


def copy_rows(source: Connection, target: Connection, progress: Progress | None = None) -> None:
    """Copy every row of every table into tables that are empty, each connection within one transaction."""
    tables = metadata.sorted_tables
    total = sum(source.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    done = 0
    for table in tables:
        for batch in batches(stream(source, select(table))):
            write_rows(target, insert(table), [tuple(row) for row in batch])
            done += len(batch)
            if progress:
                progress(done, total)


def copy_into(source: Connection, url: str, lock_timeout: float, progress: Progress | None = None) -> None:
    """Copy every row into a database that holds none, and verify them there before they are committed.

    Raises:
        UsageError: ``ledger.exists``.
        LedgerError: ``ledger.damaged``; nothing was written.
    """
    from modellake.ledger.verification import Verification

    system = system_of(url)

    def fill(target: Connection) -> None:
        metadata.create_all(target)
        copy_rows(source, target, progress)
        report = Verification(system.flaws, target, None, progress).run()
        if not report.conforms:
            raise LedgerError(
                f"What was copied is not what was written: {report.findings[0].message}",
                remedy="Verify the ledger that it came from: modellake verify",
            )

    system.create(url, lock_timeout, fill)


def last_commit(path: Path) -> tuple[int, str]:
    """Sequence and hash of the last commit in a copy, which is left as it is; (0, "") for an empty one."""
    with (
        translated_at(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy,
    ):
        found = copy.execute("SELECT sequence, hash FROM commits ORDER BY sequence DESC LIMIT 1").fetchone()
    return found or (0, "")
