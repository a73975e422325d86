"""Tokens: who may ask a lake over HTTP. They are kept where its ledger is, but are no part of it.

Beside a ledger in a file they are a file of their own that only its owner can read; beside one in PostgreSQL they are
tables of the same schema. No backup has them: what was revoked stays so when a backup is restored.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, Text, inspect, select, update

from modellake.core.errors import LedgerError, NotFoundError, UsageError
from modellake.core.tokens import ROLES, make_token, token_digest, token_id
from modellake.ledger.address import place_of
from modellake.ledger.database import Database, Place, system_of
from modellake.ledger.sqlite import SQLite, new_file

FILE = "tokens.sqlite"
VERSION = 1
_PATIENCE = 10.0  # seconds
_COARSE = timedelta(hours=1)  # how exactly the last use is known
_LONGEST = 100  # characters of a name

metadata = MetaData()
version = Table("tokens_version", metadata, Column("version", Integer, nullable=False))
tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created", Text, nullable=False),
    Column("expires", Text),
    Column("used", Text),
    Column("revoked", Text),
)


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself is known to its owner alone.

    Attributes:
        name: what it is for, as people say it.
        role: one of `modellake.core.tokens.ROLES`.
        agent: the name or IRI that commits made with it carry.
        digest: SHA-256.
        used: the hour of its last use.
    """

    id: str
    name: str
    role: str
    agent: str
    digest: bytes
    created: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None

    def status(self, now: datetime) -> str:
        """``active``, ``expired`` or ``revoked``."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"


@dataclass(frozen=True, slots=True)
class _Known:
    """Tokens by name as they were in a database when it had that pulse."""

    database: Database | None = None
    pulse: int | None = None
    tokens: Mapping[str, Token] = field(default_factory=dict)


class Tokens:
    """The tokens of the lake in a folder, for any number of threads and processes.

    Every method may raise what `modellake.ledger.ledger.Ledger` raises when the database fails.

    Attributes:
        near: they are in a file: to look one up takes microseconds, and no network.
    """

    def __init__(self, folder: Path) -> None:
        place = place_of(folder)
        self._place: Place = place.with_name(FILE) if isinstance(place, Path) else place
        self.near = isinstance(place, Path)
        self._lock = threading.RLock()
        self._database: Database | None = None
        self._file: tuple[int, int] | None = None
        self._known = _Known()
        self._made = False  # are there tables?

    def create(self, name: str, role: str, *, agent: str | None = None, expires: datetime | None = None) -> str:
        """Make a token and return it: it is kept nowhere.

        Args:
            name: what it is for; the agent of its commits, if there is no other.

        Raises:
            UsageError: ``token.name``, ``token.role`` or ``token.expires``; ``token.name-taken``: an active token has
                the name.
        """
        now = datetime.now(UTC)
        _check(name, role, agent, expires, now)
        text = make_token()
        row = {
            "id": token_id(text),
            "name": name,
            "role": role,
            "agent": agent or name,
            "digest": token_digest(text),
            "created": _written(now),
            "expires": _written(expires) if expires else None,
        }
        with self._writing(create=True) as connection:
            if any(item.name == name and item.status(now) == "active" for item in _read(connection)):
                raise UsageError(
                    f"An active token is called {name!r} already",
                    code="token.name-taken",
                    remedy="Take another name, or revoke that one: modellake token list",
                )
            connection.execute(tokens.insert().values(row))
        return text

    def kept(self) -> list[Token]:
        """All that were ever made, the oldest first."""
        database = self._opened()
        return [] if database is None else self._all(database)

    def find(self, identifier: str) -> Token | None:
        """The token of that name as it is now, whoever has changed it."""
        database = self._opened()
        if database is None:
            return None
        pulse = database.pulse()
        known = self._known
        if pulse is None or known.database is not database or known.pulse != pulse:
            known = self._known = _Known(database, pulse, {item.id: item for item in self._all(database)})
        return known.tokens.get(identifier)

    def revoke(self, identifier: str) -> Token:
        """Let a token be worth nothing from now on; one that is revoked already stays as it is.

        Raises:
            NotFoundError: ``token.unknown``.
        """
        now = _written(datetime.now(UTC))
        with self._writing() as connection:
            if connection is not None:
                chosen = tokens.c.id == identifier
                connection.execute(update(tokens).where(chosen, tokens.c.revoked.is_(None)).values(revoked=now))
                for item in _read(connection):
                    if item.id == identifier:
                        return item
        raise NotFoundError(
            f"There is no token {identifier[:40]}", code="token.unknown", remedy="See: modellake token list --all"
        )

    def note_use(self, token: Token, now: datetime) -> None:
        """Note that a token has been used, unless that is known to the hour."""
        if token.used is not None and now - token.used < _COARSE:
            return
        hour = now.replace(minute=0, second=0, microsecond=0)
        with self._writing() as connection:
            if connection is not None:
                connection.execute(update(tokens).where(tokens.c.id == token.id).values(used=_written(hour)))

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._database:
                self._database.close()
            self._database, self._known, self._made = None, _Known(), False

    @contextmanager
    def _writing(self, *, create: bool = False) -> Iterator[Any]:
        """A transaction; None where there are no tokens, and none shall be made."""
        if create:
            self._make()
        database = self._opened()
        if database is None:
            yield None
            return
        with database.beside() as connection:
            yield connection if self._is_made(connection) else None

    def _all(self, database: Database) -> list[Token]:
        with database.read() as connection:
            return _read(connection) if self._is_made(connection) else []

    def _is_made(self, connection: Connection) -> bool:
        self._made = self._made or _is_there(connection)
        return self._made

    def _opened(self) -> Database | None:
        """The database; None while there is none. Another file in its place is noticed."""
        with self._lock:
            if isinstance(self._place, Path):
                file = _file(self._place)
                if file != self._file:
                    self.close()
                self._file = file
                if file is None:
                    return None
            if self._database is None:
                self._database = system_of(self._place).open(self._place, _PATIENCE)
            return self._database

    def _make(self) -> None:
        """Make the place where tokens are kept, if there is none."""
        if isinstance(self._place, Path):
            if _file(self._place) is None:
                _make_file(self._place)
            return
        database = self._opened()
        assert database is not None, "a database on a server is there, or opening it fails"
        # Under the lock of appending, so that no two programs make them at once.
        with database.write() as connection:
            if not _is_there(connection):
                _fill(connection)


def _make_file(path: Path) -> None:
    try:
        with new_file(path) as building:
            # SQLite gives the files beside it the same mode.
            os.close(os.open(building, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            database = SQLite(building, _PATIENCE)
            try:
                database.prepare()
                with database.write() as connection:
                    _fill(connection)
            finally:
                database.close()
    except UsageError as error:
        if error.code != "ledger.exists":
            raise


def _fill(connection: Connection) -> None:
    metadata.create_all(connection)
    connection.execute(version.insert().values(version=VERSION))


def _is_there(connection: Connection) -> bool:
    """Are there tables of tokens, which this modellake understands?"""
    if not inspect(connection).has_table(version.name):
        return False
    found = connection.execute(select(version.c.version)).scalar()
    if found != VERSION:
        raise LedgerError(
            f"The tokens have version {found}; this modellake knows version {VERSION}",
            code="token.newer",
            remedy="Install a newer modellake",
        )
    return True


def _read(connection: Connection) -> list[Token]:
    rows = connection.execute(select(tokens).order_by(tokens.c.created, tokens.c.id))
    return [
        Token(
            **{name: getattr(row, name) for name in ("id", "name", "role", "agent")},
            digest=bytes(row.digest),
            created=datetime.fromisoformat(row.created),
            expires=_moment(row.expires),
            used=_moment(row.used),
            revoked=_moment(row.revoked),
        )
        for row in rows
    ]


def _check(name: str, role: str, agent: str | None, expires: datetime | None, now: datetime) -> None:
    for text in filter(None, (name, agent)):
        if not text.strip() or not text.isprintable() or len(text) > _LONGEST * (1 if text is name else 20):
            raise UsageError(
                f"{text[:_LONGEST]!r} cannot be the name of a token or agent",
                code="token.name",
                remedy=f"Take printable characters, at most {_LONGEST} of them.",
            )
    if not name:
        raise UsageError("A token needs a name", code="token.name", remedy="Say what it is for, such as ci.")
    if role not in ROLES:
        raise UsageError(f"There is no role {role!r}", code="token.role", remedy=f"Say one of: {', '.join(ROLES)}.")
    if expires is not None and expires <= now:
        raise UsageError("A token cannot have expired before it is made", code="token.expires")


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")
