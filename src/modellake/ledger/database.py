"""The database under a ledger: what any database system has to offer, and the errors that it tells in.

One file for each system: `modellake.ledger.sqlite` and `modellake.ledger.postgresql`. Nothing else in this room knows
which one it is.
"""

from __future__ import annotations

import os
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from sqlalchemy import Connection, Dialect, Engine, Select, UpdateBase
from sqlalchemy.exc import DBAPIError

from modellake.core.errors import LedgerError, ModelLakeError, UnavailableError, UsageError

Place = str | Path
Progress = Callable[[int, int], None]
Fill = Callable[[Connection], None]

_READ_AHEAD = 1000
_open_engines: weakref.WeakSet[Engine] = weakref.WeakSet()


def is_url(place: Place) -> bool:
    """True for the URL of a database, False for a path."""
    return isinstance(place, str) and "://" in place


def system_of(place: Place) -> type[Database]:
    """The database system that keeps a ledger there."""
    if is_url(place):
        from modellake.ledger.postgresql import PostgreSQL

        return PostgreSQL
    from modellake.ledger.sqlite import SQLite

    return SQLite


class Database(ABC):
    """One database with one ledger, used from any number of threads and processes.

    Args:
        name: how errors call it; it holds no password.
        engine: that connects to it; its connections leave transactions to this class.
        lock_timeout: seconds to wait for another writer.

    Attributes:
        shared: True when other machines may append, so that who shows the ledger has to look for what is new.
        read_only: True when it is known that nothing can be written here.
    """

    shared: ClassVar[bool]
    read_only: bool = False

    def __init__(self, name: str, engine: Engine, lock_timeout: float) -> None:
        self.name = name
        self._engine = engine
        self._lock_timeout = lock_timeout
        self._writing = threading.Lock()
        self._snapshot = threading.local()
        self._closed = False
        _open_engines.add(engine)

    @classmethod
    @abstractmethod
    def create(cls, place: Place, lock_timeout: float, fill: Fill) -> None:
        """Make a database where none is: everything that ``fill`` writes, or nothing.

        Raises:
            UsageError: ``ledger.exists``; what is there is left alone.
        """

    @classmethod
    @abstractmethod
    def open(cls, place: Place, lock_timeout: float) -> Self:
        """The database at a place, ready for readers beside writers.

        Raises:
            NotFoundError: ``ledger.absent``.
        """

    @abstractmethod
    def begin_reading(self) -> str:
        """SQL that begins a transaction that sees one unchanging state of the ledger."""

    @abstractmethod
    def begin_writing(self) -> str:
        """SQL that begins a transaction that is alone and sees all that was committed before."""

    def begin_beside(self) -> str:
        """SQL that begins a transaction which writes no part of the ledger."""
        return self.begin_writing()

    @abstractmethod
    def translation(self, error: BaseException | None) -> ModelLakeError:
        """The error of modellake for one of the driver."""

    @abstractmethod
    def prepare(self) -> None:
        """Make sure that readers and a writer do not wait for each other, once it is known to be a ledger."""

    @staticmethod
    @abstractmethod
    def flaws(connection: Connection, limit: int) -> list[str]:
        """What the database system itself finds wrong with its files, at most ``limit`` lines."""

    @abstractmethod
    def copy_to(self, target: Path, progress: Progress | None) -> None:
        """Write one unchanging state of the ledger as a SQLite file that is not there yet."""

    def pulse(self) -> int | None:
        """A number that is another one once anybody has committed; None where asking for it is no cheaper."""
        return None

    def read(self) -> AbstractContextManager[Connection]:
        """A read transaction: one unchanging view of the ledger, however long it lasts."""
        shared = self._shared
        return self._transaction(self.begin_reading()) if shared is None else _Shared(self, shared)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that this thread reads meanwhile be read in one transaction: to begin one costs more than most reads.

        What is begun to be read has to be read to its end meanwhile.
        """
        if self._shared is not None:
            yield
            return
        with self._transaction(self.begin_reading()) as connection:
            self._snapshot.connection = connection
            try:
                yield
            finally:
                self._snapshot.connection = None

    @property
    def has_snapshot(self) -> bool:
        """True while what this thread reads is of one state, which may not be the last one any more."""
        return self._shared is not None

    @property
    def _shared(self) -> Connection | None:
        found: Connection | None = getattr(self._snapshot, "connection", None)
        return found

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction: alone among all threads and processes, durable when it ends."""
        if not self._writing.acquire(timeout=self._lock_timeout):
            raise locked(self.name)
        try:
            with self._transaction(self.begin_writing()) as connection:
                yield connection
        finally:
            self._writing.release()

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """A write transaction for what is no part of the ledger: where it can, it waits for nobody who appends."""
        with self._transaction(self.begin_beside()) as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        if self._closed:
            raise UsageError("The ledger has been closed", code="ledger.closed")
        with self.translated(), self._engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(begin, execution_options={"no_parameters": True})
            yield connection

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the database's errors into those of modellake."""
        with translated(self._engine.dialect.loaded_dbapi.Error, self.translation):
            yield

    def close(self) -> None:
        """Give all connections back; the object cannot be used afterwards."""
        self._closed = True
        self._engine.dispose()


class _Shared:
    """A part of a snapshot. A commit has some twenty, so that it is no generator."""

    __slots__ = ("_connection", "_database")

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    def __enter__(self) -> Connection:
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            with self._database.translated():
                raise error


def write_rows(connection: Connection, statement: UpdateBase, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run an insert, update or delete once per row; a row has the statement's parameters in their order.

    The driver is called directly: SQLAlchemy takes longer to prepare the parameters of a row than SQLite to
    write it.
    """
    if rows:
        cursor = connection.connection.cursor()
        cursor.executemany(_text(statement, connection.dialect), rows)
        cursor.close()


def stream(connection: Connection, statement: Select[Any], values: dict[str, Any] | None = None) -> Iterator[Any]:
    """The rows of a selection, read as they are asked for."""
    return iter(connection.execute(statement, values, execution_options={"yield_per": _READ_AHEAD}))


# Each open ledger has a dialect of its own.
@lru_cache(maxsize=512)
def _text(statement: UpdateBase, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))


@contextmanager
def translated(
    driver_error: type[Exception], translation: Callable[[BaseException | None], ModelLakeError]
) -> Iterator[None]:
    """Turn the errors of a driver, alone or as SQLAlchemy wraps them, into those of modellake."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError(
            f"A text is not Unicode and cannot be kept: {error}",
            code="ledger.text",
            remedy="Remove lone surrogates from it; undecodable file names have them",
        ) from error
    except DBAPIError as error:
        raise translation(error.orig) from error
    except (driver_error, UnicodeDecodeError) as error:
        # A damaged file can even make the text of an error unreadable.
        raise translation(error) from error


def damaged(name: str, error: BaseException | None) -> LedgerError:
    """The error for what no rule of the ledger allows."""
    return LedgerError(f"The ledger {name} is damaged: {error}", remedy="Restore the ledger from a backup")


def exists(name: str) -> UsageError:
    """The error for a place that is taken."""
    return UsageError(
        f"{name} exists already", code="ledger.exists", remedy="Open it, or choose another place for a new one"
    )


def not_a_ledger(name: Place) -> LedgerError:
    """The error for a place that holds something else."""
    return LedgerError(
        f"{name} is not a ledger of modellake",
        code="ledger.not-a-ledger",
        remedy="Check the path, or restore the ledger from a backup",
    )


def locked(name: str, writer: str | None = None) -> UnavailableError:
    """The error for a writer that another one, if it is known which, has kept waiting for too long."""
    return UnavailableError(
        f"Another process is writing to the ledger {name}" + (f": {writer}" if writer else ""),
        code="ledger.locked",
        remedy="Try again when it has finished, or end it: what it has committed is kept",
    )


def too_big() -> UsageError:
    """The error for what the database system cannot keep."""
    return UsageError("A text is too long for one row of the ledger", code="ledger.too-big")


def disk_failure(name: str, error: BaseException | None, *, full: bool) -> UnavailableError:
    """The error for a disk that takes no more."""
    return UnavailableError(
        f"The disk of the ledger {name} " + ("is full" if full else f"fails: {error}"),
        code="ledger.disk-full" if full else "ledger.disk",
        remedy="Make room on the disk, then try again: nothing was written"
        if full
        else "Check the disk and its quota, then try again: nothing was written",
    )


def _forget_connections() -> None:
    # A SQLite connection must not be carried across a fork (https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_across_a_fork_),
    # and two processes that speak through one connection of PostgreSQL confuse each other.
    for engine in list(_open_engines):
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)
