"""PostgreSQL: a ledger to which several machines write, in one schema of a database.

Appending is alone by an advisory lock, which a writer takes before anything else: the order of sequence numbers is
the order of commits. Writers read at READ COMMITTED, whose every statement sees what was committed before it: at a
higher level a writer would go on seeing the ledger as it was before it had waited for the lock.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event

from modellake.core.errors import ModelLakeError, NotFoundError, UnavailableError, UsageError
from modellake.ledger import copies, schema
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
)
from modellake.ledger.postgresql_url import Address, parse_address
from modellake.ledger.sqlite import SQLite, finish_copy

# So that a machine that vanished is noticed (https://www.postgresql.org/docs/current/libpq-connect.html).
_DEFAULTS = {
    "connect_timeout": "10",  # seconds
    "keepalives_idle": "30",  # seconds
    "keepalives_interval": "10",  # seconds
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",  # milliseconds
    "application_name": "modellake",
}
_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# A server may be set to lose the last commits when it falls; whoever replicates more than that may go on doing so.
_WRITING = """
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL lock_timeout = {milliseconds};
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
SELECT pg_advisory_xact_lock({lock})
"""
_NEXT_ITEM = "SELECT setval(pg_get_serial_sequence('quarantine', 'id'), max(id)) FROM quarantine HAVING count(*) > 0"
# Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html that say nothing about what is stored.
_PASSING = ("08", "40", "53", "57", "58")

# What does something else than it is told when rows are written or read.
_STRANGE = """
SELECT 'trigger', tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal
UNION ALL SELECT 'rule', rulename FROM pg_rules WHERE schemaname = current_schema()
UNION ALL SELECT 'view', viewname FROM pg_views WHERE schemaname = current_schema()
ORDER BY 1, 2
"""


class PostgreSQL(Database):
    """One schema of a PostgreSQL database."""

    shared = True

    def __init__(self, address: Address, lock_timeout: float) -> None:
        self._address = address
        schema.use_postgresql()
        super().__init__(address.name, _engine(address), lock_timeout)

    @classmethod
    def create(cls, place: Place, lock_timeout: float, fill: Fill) -> None:
        """See `Database.create`; the schema is made when it is not there."""
        database = cls(parse_address(place), lock_timeout)
        try:
            with database.write() as connection:
                database._make_schema(connection)
                fill(connection)
                connection.exec_driver_sql(_NEXT_ITEM)
        finally:
            database.close()

    @classmethod
    def open(cls, place: Place, lock_timeout: float) -> Self:
        """See `Database.open`."""
        database = cls(parse_address(place), lock_timeout)
        try:
            with database.read() as connection:
                database._check_is_there(connection)
        except BaseException:
            database.close()
            raise
        return database

    def begin_reading(self) -> str:
        """See `Database.begin_reading`."""
        return _READING

    def begin_writing(self) -> str:
        """See `Database.begin_writing`."""
        milliseconds = max(1, round(self._lock_timeout * 1000))
        return _WRITING.format(milliseconds=milliseconds, lock=_lock_of(self._address.schema))

    def begin_beside(self) -> str:
        """See `Database.begin_beside`: it needs no lock."""
        return "BEGIN ISOLATION LEVEL READ COMMITTED"

    def translation(self, error: BaseException | None) -> ModelLakeError:
        """See `Database.translation`."""
        return translation(error, self._address)

    def prepare(self) -> None:
        """See `Database.prepare`: in PostgreSQL they never wait."""

    @staticmethod
    def flaws(connection: Connection, limit: int) -> list[str]:
        """See `Database.flaws`: the server compares checksums of its pages, if it has any, as they are read."""
        made = connection.exec_driver_sql(_STRANGE).all()
        return [f"it has a {kind} called {name}, which modellake never makes" for kind, name in made][:limit]

    def copy_to(self, target: Path, progress: Progress | None) -> None:
        """See `Database.copy_to`: row by row."""
        with self.read() as source:
            SQLite.create(target, self._lock_timeout, lambda copy: _copy(source, copy, progress))
        finish_copy(target)

    def _make_schema(self, connection: Connection) -> None:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise UsageError(
                f"The database of {self.name} keeps texts in {encoding}",
                code="ledger.encoding",
                remedy="Make a database with the encoding UTF8: createdb --encoding UTF8 --template template0 NAME",
            )
        tables = _tables(connection, self._address.schema)
        if tables:
            raise exists(f"The table {tables[0]} in {self.name}")
        if tables is None:
            connection.exec_driver_sql(f'CREATE SCHEMA "{self._address.schema}"')

    def _check_is_there(self, connection: Connection) -> None:
        tables = _tables(connection, self._address.schema)
        if not tables:
            raise NotFoundError(
                f"There is no ledger at {self.name}",
                code="ledger.absent",
                remedy="Make one with `modellake init --ledger URL`, or check the name of the schema",
            )
        if schema.meta.name not in tables:
            raise not_a_ledger(self.name)


def translation(error: BaseException | None, address: Address) -> ModelLakeError:
    """The error of modellake for one of PostgreSQL."""
    state = getattr(error, "sqlstate", None)
    if state in _TOLD:
        return _TOLD[state](error, address)
    if _is_lost(error):
        return _refusal(error)(error, address)
    return _unreachable(error, address) if str(state)[:2] in _PASSING else damaged(address.name, error)


def _refusal(error: BaseException | None) -> _Tell:
    return next((tell for words, tell in _AT_THE_DOOR if re.search(words, str(error))), _unreachable)


def _is_lost(error: BaseException | None) -> bool:
    """True for what the driver says by itself about its connection, without a code of the server."""
    from psycopg import InterfaceError, OperationalError

    return isinstance(error, InterfaceError | OperationalError) and error.sqlstate is None


def _unreachable(error: BaseException | None, address: Address) -> UnavailableError:
    return UnavailableError(
        f"The ledger {address.name} cannot be reached: {_told(error)}",
        code="ledger.unreachable",
        remedy="Try again when the server answers. A commit that was under way is there whole or not at all: "
        "making it again does no harm",
    )


def _login(error: BaseException | None, address: Address) -> UnavailableError:
    return UnavailableError(
        f"The server does not let modellake in to {address.name}: {_told(error)}",
        code="ledger.login",
        remedy="Put the password into ~/.pgpass or PGPASSWORD, or the whole URL into MODELLAKE_LEDGER",
    )


def _read_only(error: BaseException | None, address: Address) -> UnavailableError:
    return UnavailableError(
        f"The ledger {address.name} cannot be written: {_told(error)}",
        code="ledger.read-only",
        remedy="Connect to the primary server, as a role that may write in the schema",
    )


def _no_database(error: BaseException | None, address: Address) -> NotFoundError:
    return NotFoundError(
        f"There is no database for the ledger {address.name}: {_told(error)}",
        code="ledger.absent",
        remedy="Make the database first: createdb --encoding UTF8 --template template0 NAME",
    )


def _told(error: BaseException | None) -> str:
    return "; ".join(line.strip() for line in str(error).splitlines() if line.strip()) or "the connection was lost"


_Tell = Callable[[BaseException | None, Address], ModelLakeError]
_TOLD: dict[str, _Tell] = {
    "55P03": lambda _, address: locked(address.name),
    "53100": lambda error, address: disk_failure(address.name, error, full=True),
    "58030": lambda error, address: disk_failure(address.name, error, full=False),
    "54000": lambda *_: too_big(),
    "25006": _read_only,
    "42501": _read_only,
    "28000": _login,
    "28P01": _login,
}
# Who is not let in is told in words alone: the driver has no code of the server then.
_AT_THE_DOOR: tuple[tuple[str, _Tell], ...] = (
    ("authentication failed|no password supplied|no pg_hba.conf entry|FATAL: +role ", _login),
    ("FATAL: +database .* does not exist", _no_database),
)


def _lock_of(schema_name: str) -> int:
    """The key of the advisory lock, which is one of the database: a schema each has its own."""
    own = hashlib.sha256(f"modellake ledger {schema_name}".encode()).digest()
    return int.from_bytes(own[:8], "big", signed=True)


def _tables(connection: Connection, name: str) -> list[str] | None:
    """The tables of a schema; None when there is no such schema."""
    known = connection.exec_driver_sql("SELECT oid FROM pg_namespace WHERE nspname = %s", (name,)).scalar()
    if known is None:
        return None
    rows = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = %s AND relkind IN ('r', 'p', 'v') ORDER BY relname", (known,)
    )
    return list(rows.scalars())


def _copy(source: Connection, copy: Connection, progress: Progress | None) -> None:
    schema.metadata.create_all(copy)
    copies.copy_rows(source, copy, progress)


def _engine(address: Address) -> Engine:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise UsageError(
            "A ledger in PostgreSQL needs the package psycopg, which is not installed",
            code="ledger.extra-missing",
            remedy="Install the extra: pip install 'modellake[postgresql]'",
        ) from None
    engine = create_engine(
        _with_defaults(address.url),
        # Streams hold a connection each, so their number must not be limited.
        max_overflow=-1,
        pool_pre_ping=True,
        # Transactions are begun by `Database` alone.
        isolation_level="AUTOCOMMIT",
        paramstyle="format",
        use_native_hstore=False,
        client_encoding="utf8",
    )
    event.listen(engine, "connect", lambda connection, _: _on_connect(connection, address.schema))
    return engine


def _with_defaults(url: URL) -> URL:
    absent = {name: value for name, value in _DEFAULTS.items() if name not in url.query}
    return url.update_query_dict(absent)


def _on_connect(connection: Any, schema_name: str) -> None:
    from modellake.ledger.postgresql_text import register_texts

    register_texts(connection.adapters)
    connection.execute(f'SET search_path TO "{schema_name}"')
