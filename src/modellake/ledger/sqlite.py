"""SQLite: a ledger in one file. Appending is alone by ``BEGIN IMMEDIATE``.

A file that cannot be written can still be read: with the companions that its writer has left, or without any as a file
that nobody writes meanwhile, which is looked after (https://www.sqlite.org/wal.html#read_only_databases).
"""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event

from modellake.core.errors import LedgerError, ModelLakeError, NotFoundError, UnavailableError
from modellake.ledger.database import (
    Database,
    Fill,
    Place,
    Progress,
    damaged,
    disk_failure,
    exists,
    locked,
    not_a_ledger,
    too_big,
    translated,
)
from modellake.ledger.lock_holder import writer_of

# Pages of one connection's cache, negative: KiB (https://www.sqlite.org/pragma.html#pragma_cache_size).
_CACHE = -32768
_WAL_LIMIT = 67108864
_PAGES = 4096  # that are copied at once
# Also a reader needs room, for the index of the log that is shared (https://www.sqlite.org/walformat.html#shm).
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
_STRANGE = "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type, name"
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    f"PRAGMA cache_size = {_CACHE}",
    f"PRAGMA journal_size_limit = {_WAL_LIMIT}",
)


class SQLite(Database):
    """One SQLite file."""

    shared = False

    def __init__(self, path: Path, lock_timeout: float, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._watching = threading.Lock()
        self._watch: tuple[int, sqlite3.Connection] | None = None
        # Without a log there is nobody to share locks and an index with, and no place to make them.
        self._still = _stamp(path) if read_only and not _has_log(path) else None
        address = _read_only_address(path, alone=self._still is not None) if read_only else _address(path)
        super().__init__(str(path), _engine(address, lock_timeout), lock_timeout)

    @classmethod
    def create(cls, place: Place, lock_timeout: float, fill: Fill) -> None:
        """See `Database.create`; the folder must exist."""
        with new_file(Path(place)) as building:
            database = cls(building, lock_timeout)
            try:
                database.prepare()
                with database.write() as connection:
                    fill(connection)
            finally:
                database.close()

    @classmethod
    def open(cls, place: Place, lock_timeout: float) -> Self:
        """See `Database.open`; a folder is no ledger."""
        path = Path(place)
        if not _is_there(path):
            raise NotFoundError(
                f"There is no ledger at {path}",
                code="ledger.absent",
                remedy="Create a lake with `modellake init`",
            )
        if path.is_dir():
            raise not_a_ledger(path)
        if not _allows(path, os.R_OK):
            raise _unreadable(path)
        writable = _allows(path, os.W_OK) and _allows(path.absolute().parent, os.W_OK)
        return cls(path, lock_timeout, read_only=not writable)

    def begin_reading(self) -> str:
        """See `Database.begin_reading`: in WAL mode every reader sees one state."""
        return "BEGIN"

    def begin_writing(self) -> str:
        """See `Database.begin_writing`."""
        if self.read_only:
            raise read_only(self.path)
        return "BEGIN IMMEDIATE"

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        try:
            with super()._transaction(begin) as connection:
                yield connection
        finally:
            # What was read of a file that another user writes meanwhile, and even an error, means nothing.
            if self._still is not None and _stamp(self.path) != self._still:
                raise _changing(self.path)

    def translation(self, error: BaseException | None) -> ModelLakeError:
        """See `Database.translation`."""
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary == sqlite3.SQLITE_CANTOPEN and self.read_only and _has_log(self.path):
            return _log_unreadable(self.path)
        return translation(error, self.path)

    def prepare(self) -> None:
        """See `Database.prepare` and https://www.sqlite.org/wal.html."""
        if self.read_only:
            return
        with self._driver() as driver:
            if driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                driver.execute("PRAGMA journal_mode = WAL")

    @staticmethod
    def flaws(connection: Connection, limit: int) -> list[str]:
        """See `Database.flaws`."""
        lines = connection.exec_driver_sql(f"PRAGMA integrity_check({limit})").scalars().all()
        made = connection.exec_driver_sql(_STRANGE).all()
        strange = [f"it has a {kind} called {name}, which modellake never makes" for kind, name in made]
        return [*(str(line) for line in lines if line != "ok"), *strange][:limit]

    def copy_to(self, target: Path, progress: Progress | None) -> None:
        """See `Database.copy_to`: page by page."""
        with self._driver() as driver:
            copy_pages(driver, target, progress)

    def pulse(self) -> int | None:
        """See `Database.pulse` and https://www.sqlite.org/pragma.html#pragma_data_version."""
        with self._watching:
            if self._closed or self.has_snapshot or self.read_only:
                return None
            process = os.getpid()
            try:
                if self._watch is None or self._watch[0] != process:
                    # One that writes nothing, so that it sees what all others write; it does not survive a fork.
                    self._watch = (process, sqlite3.connect(self.path, self._lock_timeout, check_same_thread=False))
                version = int(self._watch[1].execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error as error:
                raise translation(error, self.path) from error
            # Each connection counts for itself: what a process has been told is nothing to one that was forked from it.
            return (process << 32) + version

    def close(self) -> None:
        """See `Database.close`."""
        with self._watching:
            super().close()
            if self._watch and self._watch[0] == os.getpid():
                self._watch[1].close()

    @contextmanager
    def _driver(self) -> Iterator[Any]:
        with self.translated(), self._engine.connect() as connection:
            yield connection.connection.driver_connection


@contextmanager
def translated_at(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about a file into those of modellake."""
    with translated(sqlite3.Error, lambda error: translation(error, path)):
        yield


def translation(error: BaseException | None, path: Path) -> ModelLakeError:
    """The error of modellake for one of SQLite (https://www.sqlite.org/rescode.html)."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return locked(str(path), writer_of(path))
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return read_only(path)
    if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return disk_failure(str(path), error, full=getattr(error, "sqlite_errorcode", 0) in _FULL)
    if primary == sqlite3.SQLITE_TOOBIG:
        return too_big()
    if primary == sqlite3.SQLITE_NOTADB:
        return not_a_ledger(path)
    return damaged(str(path), error)


def read_only(path: Path) -> UnavailableError:
    """The error for a file or directory without the permissions that are needed."""
    return UnavailableError(
        f"The ledger {path} or its directory cannot be written",
        code="ledger.read-only",
        remedy="Give yourself permission to write the file and its directory; what only reads works without",
    )


def _unreadable(path: Path) -> UnavailableError:
    return UnavailableError(
        f"The ledger {path} cannot be read",
        code="ledger.unreadable",
        remedy="Give yourself permission to read the file, and to search its directory",
    )


def _log_unreadable(path: Path) -> UnavailableError:
    """The error for a log whose index, a file that SQLite makes anew, is not there and cannot be made."""
    return UnavailableError(
        f"What was written last to the ledger {path} is in {path.name}-wal, which cannot be read where nothing can be "
        "written",
        code="ledger.log-unreadable",
        remedy=f"Copy {path.name} and {path.name}-wal together into a folder that you can write, and look there",
    )


def _changing(path: Path) -> UnavailableError:
    return UnavailableError(
        f"The ledger {path} was written while it was read from a place that cannot be written",
        code="ledger.changing",
        remedy="Try again; as long as somebody has it open, it can be read safely",
    )


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """The name under which to build a file; it gets its own at the end, so that nobody meets half of one.

    Raises:
        UsageError: ``ledger.exists``; the file is left alone.
        NotFoundError: ``ledger.folder-absent``.
    """
    if _is_there(path):
        raise exists(str(path))
    if not path.parent.is_dir():
        raise NotFoundError(f"There is no folder {path.parent}", code="ledger.folder-absent")
    if not os.access(path.parent, os.W_OK):
        raise read_only(path)
    building = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        yield building
        put_in_place(building, path)
    except FileExistsError as error:
        raise exists(str(path)) from error
    finally:
        building.unlink(missing_ok=True)


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


def copy_pages(source: Any, target: Path, progress: Progress | None) -> None:
    """Copy a database through one of its connections while others go on using it.

    The connection reads from one snapshot all the time: without it every write of another process would begin the
    copy again (https://www.sqlite.org/backup.html).
    """

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
    finish_copy(target)


def finish_copy(path: Path) -> None:
    """Make a copy one file without companions (no ``-wal``), check it, and bring it to the disk.

    Raises:
        LedgerError: ``ledger.damaged``.
    """
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        flaw = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if flaw != "ok":
        raise LedgerError(f"The copy is damaged: {flaw}", remedy="Verify the ledger: modellake verify")
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError as error:
        raise _unreadable(path) from error


def _allows(path: Path, mode: int) -> bool:
    """May this user read or write there?"""
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _has_log(path: Path) -> bool:
    """True when something may be in the log that is not in the file."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _stamp(path: Path) -> tuple[int, int, bool]:
    """What changes when somebody writes the file."""
    told = path.stat()
    return told.st_mtime_ns, told.st_size, _has_log(path)


def _address(path: Path) -> URL:
    return URL.create("sqlite+pysqlite", database=str(path))


def _read_only_address(path: Path, *, alone: bool) -> URL:
    """As https://www.sqlite.org/uri.html says; ``alone`` when nobody has the file open."""
    query = {"uri": "true", "mode": "ro", **({"immutable": "1"} if alone else {})}
    return URL.create("sqlite+pysqlite", database=path.absolute().as_uri(), query=query)


def _engine(url: URL, lock_timeout: float) -> Engine:
    # Streams hold a connection each, so their number must not be limited.
    engine = create_engine(url, max_overflow=-1, connect_args={"timeout": lock_timeout})
    event.listen(engine, "connect", _on_connect)
    return engine


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    # The driver itself would begin transactions late, and never IMMEDIATE; `Database` does it.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)
