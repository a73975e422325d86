"""The database under a ledger: connections, transactions, locks and error codes.

Everything that differs between database systems stands here. SQLite appends under ``BEGIN IMMEDIATE``;
a system with several writing machines takes an advisory lock in `Database.write`, so that the order of
sequence numbers is the order of commits.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Select, UpdateBase, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from modellake.core.errors import LedgerError, ModelLakeError, UnavailableError, UsageError

# Pages of one connection's cache, negative: KiB (https://www.sqlite.org/pragma.html#pragma_cache_size).
_CACHE = -32768
_WAL_LIMIT = 67108864
_READ_AHEAD = 1000
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    f"PRAGMA cache_size = {_CACHE}",
    f"PRAGMA journal_size_limit = {_WAL_LIMIT}",
)
_open_engines: weakref.WeakSet[Engine] = weakref.WeakSet()


class Database:
    """One SQLite file, used from any number of threads and processes.

    Args:
        path: the file; `write_ahead` must have been called on it once.
        lock_timeout: seconds to wait for another writer.
    """

    def __init__(self, path: Path, lock_timeout: float) -> None:
        self.path = path
        self._lock_timeout = lock_timeout
        self._writing = threading.Lock()
        self._closed = False
        self._engine = _engine(path, lock_timeout)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction: one unchanging view of the ledger, however long it lasts."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction: alone among all threads and processes, durable when it ends."""
        if not self._writing.acquire(timeout=self._lock_timeout):
            raise _locked(self.path)
        try:
            with self._transaction("BEGIN IMMEDIATE") as connection:
                yield connection
        finally:
            self._writing.release()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        if self._closed:
            raise UsageError("The ledger has been closed", code="ledger.closed")
        with translated(self.path), self._engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(begin)
            yield connection

    def write_ahead(self) -> None:
        """Make sure that readers and a writer do not wait for each other (https://www.sqlite.org/wal.html)."""
        with self.driver() as driver:
            if driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                driver.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def driver(self) -> Iterator[Any]:
        """A connection of the driver, for what only SQLite can do."""
        with translated(self.path), self._engine.connect() as connection:
            yield connection.connection.driver_connection

    def close(self) -> None:
        """Give all connections back; the object cannot be used afterwards."""
        self._closed = True
        self._engine.dispose()


def write_rows(connection: Connection, statement: UpdateBase, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run an insert, update or delete once per row; a row has the statement's parameters in their order.

    The driver is called directly: SQLAlchemy takes longer to prepare the parameters of a row than SQLite to
    write it.
    """
    if rows:
        cursor = connection.connection.cursor()
        cursor.executemany(_text(statement), rows)
        cursor.close()


def stream(connection: Connection, statement: Select[Any], values: dict[str, Any] | None = None) -> Iterator[Any]:
    """The rows of a selection, read as they are asked for."""
    return iter(connection.execute(statement, values, execution_options={"yield_per": _READ_AHEAD}))


@cache
def _text(statement: UpdateBase) -> str:
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="qmark")))


def physical_flaws(connection: Connection, limit: int) -> list[str]:
    """What the database system itself finds wrong with its file, at most ``limit`` lines."""
    lines = connection.exec_driver_sql(f"PRAGMA integrity_check({limit})").scalars().all()
    return [str(line) for line in lines if line != "ok"]


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the database's errors into those of modellake."""
    try:
        yield
    except DBAPIError as error:
        raise translation(error.orig, path) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # A damaged file can even make the text of SQLite's error unreadable.
        raise translation(error, path) from error
    except UnicodeEncodeError as error:
        raise UsageError(
            f"A text is not Unicode and cannot be kept: {error}",
            code="ledger.text",
            remedy="Remove lone surrogates from it; undecodable file names have them",
        ) from error


def translation(error: BaseException | None, path: Path) -> ModelLakeError:
    """The error of modellake for one of SQLite (https://www.sqlite.org/rescode.html)."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _locked(path)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return read_only(path)
    if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return _disk(error, path, full=primary == sqlite3.SQLITE_FULL)
    if primary == sqlite3.SQLITE_TOOBIG:
        return UsageError("A text is too long for one row of the ledger", code="ledger.too-big")
    if primary == sqlite3.SQLITE_NOTADB:
        return not_a_ledger(path)
    return LedgerError(f"The ledger {path} is damaged: {error}", remedy="Restore the ledger from a backup")


def not_a_ledger(path: Path) -> LedgerError:
    """The error for a file that is something else."""
    return LedgerError(
        f"{path} is not a ledger of modellake",
        code="ledger.not-a-ledger",
        remedy="Check the path, or restore the ledger from a backup",
    )


def read_only(path: Path) -> UnavailableError:
    """The error for a file or directory without the permissions that are needed."""
    return UnavailableError(
        f"The ledger {path} or its directory cannot be written, which is needed even to read it",
        code="ledger.read-only",
        remedy="Give yourself permission to write the file and its directory",
    )


def put_in_place(built: Path, path: Path) -> None:
    """Give a finished file its name, durably; FileExistsError when the name is taken."""
    try:
        os.link(built, path)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no links.
        built.rename(path)
    if os.name == "posix":
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _locked(path: Path) -> UnavailableError:
    return UnavailableError(
        f"Another process is writing to the ledger {path}",
        code="ledger.locked",
        remedy="Try again when it has finished",
    )


def _disk(error: BaseException | None, path: Path, *, full: bool) -> UnavailableError:
    return UnavailableError(
        f"The disk of the ledger {path} " + ("is full" if full else f"fails: {error}"),
        code="ledger.disk-full" if full else "ledger.disk",
        remedy="Make room on the disk, then try again: nothing was written"
        if full
        else "Check the disk and its quota, then try again: nothing was written",
    )


def _engine(path: Path, lock_timeout: float) -> Engine:
    url = URL.create("sqlite+pysqlite", database=str(path))
    # Streams hold a connection each, so their number must not be limited.
    engine = create_engine(url, max_overflow=-1, connect_args={"timeout": lock_timeout})
    event.listen(engine, "connect", _on_connect)
    _open_engines.add(engine)
    return engine


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    # The driver itself would begin transactions late, and never IMMEDIATE; `_transaction` does it.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _forget_connections() -> None:
    # A SQLite connection must not be carried across a fork (https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_across_a_fork_).
    for engine in list(_open_engines):
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)
