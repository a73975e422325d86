"""Quarantine: what the gate refused, kept with its report until it is taken in or dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, literal, select, update

from modellake.core.description import DEFAULT_SPACE
from modellake.core.errors import NotFoundError
from modellake.core.report import Report
from modellake.ledger.commits import timestamp
from modellake.ledger.contents import digest, pack, unpack
from modellake.ledger.database import Database
from modellake.ledger.rows import select_rows
from modellake.ledger.schema import quarantine

OPEN = "open"
TAKEN_IN = "taken in"

_WAITING = select(quarantine.c.source).distinct().where(quarantine.c.status == OPEN)
_ITEM = select(
    quarantine.c.id,
    quarantine.c.time,
    quarantine.c.source,
    quarantine.c.place,
    quarantine.c.media_type,
    quarantine.c.harvester,
    quarantine.c.agent,
    quarantine.c.report,
    quarantine.c.status,
    quarantine.c.space,
    quarantine.c.settled,
    quarantine.c.size,
)


@dataclass(frozen=True, slots=True)
class QuarantineItem:
    """Something that was refused.

    Attributes:
        time: ISO 8601 in UTC, of the last refusal.
        report: why.
        status: ``open``, or ``taken in`` once its source was accepted.
        sequence: the commit with which that happened.
        size: bytes of the original.
    """

    id: int
    time: str
    source: str
    place: str
    media_type: str
    harvester: str | None
    agent: str
    report: Report
    status: str
    space: str
    sequence: int | None
    size: int


@dataclass(frozen=True, slots=True)
class QuarantineDocument(QuarantineItem):
    """A refused document with its original bytes."""

    original: bytes


class Quarantine:
    """The quarantine of a ledger; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        *,
        source: str,
        place: str,
        media_type: str,
        harvester: str | None,
        agent: str,
        original: bytes,
        report: Report,
        space: str = DEFAULT_SPACE,
    ) -> int:
        """Keep what was refused and return its number.

        The same bytes from the same source, refused again, replace the open item instead of adding one.
        """
        packed = pack(original)
        row = {
            "time": timestamp(datetime.now(UTC)),
            "status": OPEN,
            "source": source,
            "place": place,
            "media_type": media_type,
            "harvester": harvester,
            "agent": agent,
            "space": space,
            "report": report.to_json(),
            "digest": digest(original),
            "codec": packed.codec,
            "checksum": packed.checksum,
            "size": packed.size,
            "original": packed.body,
        }
        with self._database.write() as connection:
            return _keep(connection, row)

    def list(
        self, status: str | None = OPEN, *, after: int | None = None, limit: int | None = None
    ) -> list[QuarantineItem]:
        """The items of a status (all with None), oldest first, without their originals.

        Args:
            after: only those with a greater number.
            limit: how many at most.
        """
        statement = _ITEM.order_by(quarantine.c.id).limit(limit)
        if after is not None:
            statement = statement.where(quarantine.c.id > after)
        if status is not None:
            statement = statement.where(quarantine.c.status == status)
        with self._database.read() as connection:
            return [QuarantineItem(**_values(row)) for row in connection.execute(statement)]

    def get(self, item: int) -> QuarantineDocument:
        """An item with its original.

        Raises:
            NotFoundError: ``quarantine.unknown``.
            LedgerError: ``ledger.content-changed`` when its bytes are damaged.
        """
        statement = _ITEM.add_columns(quarantine.c.codec, quarantine.c.checksum, quarantine.c.original)
        with self._database.read() as connection:
            row = connection.execute(statement.where(quarantine.c.id == item)).first()
        if row is None:
            raise _unknown(item)
        original = unpack(f"Quarantine item {item}", row.codec, row.checksum, row.size, row.original)
        return QuarantineDocument(**_values(row), original=original)

    def settle(self, source: str, sequence: int) -> int:
        """Mark the open items of a source as taken in with a commit; how many there were."""
        return self.settle_all((source,), sequence)

    def settle_all(self, sources: Iterable[str], sequence: int) -> int:
        """`settle` for any number of sources, in one transaction."""
        with self._database.read() as connection:
            settled = _waiting(connection).intersection(sources)
        # Nothing to settle is the common case, and must not wait for other writers.
        if not settled:
            return 0
        with self._database.write() as connection:
            return settle_sources(connection, settled, sequence)

    def drop(self, item: int) -> None:
        """Remove an item for good.

        Raises:
            NotFoundError: ``quarantine.unknown``.
        """
        with self._database.write() as connection:
            if not connection.execute(delete(quarantine).where(quarantine.c.id == item)).rowcount:
                raise _unknown(item)

    def count(self, status: str | None = OPEN) -> int:
        """How many items of a status (of any with None) there are."""
        statement = select(func.count(quarantine.c.id))
        if status is not None:
            statement = statement.where(quarantine.c.status == status)
        with self._database.read() as connection:
            return connection.execute(statement).scalar_one()


def rename_waiting(connection: Connection, old: str, new: str) -> None:
    """Let the sources and agents of open items whose IRIs begin with one text begin with another."""
    for column in (quarantine.c.source, quarantine.c.agent):
        begins = func.substr(column, 1, len(old)) == old
        renamed = {column.name: literal(new) + func.substr(column, len(old) + 1)}
        connection.execute(update(quarantine).where(quarantine.c.status == OPEN, begins).values(renamed))


def _keep(connection: Connection, row: dict[str, Any]) -> int:
    same = select(quarantine.c.id).where(
        quarantine.c.source == row["source"],
        quarantine.c.status == OPEN,
        quarantine.c.digest == row["digest"],
    )
    item = connection.execute(same).scalar()
    if item is not None:
        connection.execute(update(quarantine).where(quarantine.c.id == item).values(row))
        return int(item)
    return int(connection.execute(quarantine.insert().values(row).returning(quarantine.c.id)).scalar_one())


def settle_sources(connection: Connection, sources: Iterable[str], sequence: int) -> int:
    """Mark the open items of sources as taken in with a commit; how many there were."""
    return sum(_settle(connection, source, sequence) for source in sorted(_waiting(connection).intersection(sources)))


def _waiting(connection: Connection) -> set[str]:
    return {source for (source,) in select_rows(connection, _WAITING)}


def _settle(connection: Connection, source: str, sequence: int) -> int:
    return connection.execute(
        update(quarantine)
        .where(quarantine.c.source == source, quarantine.c.status == OPEN)
        .values(status=TAKEN_IN, settled=sequence)
    ).rowcount


def _values(row: Any) -> dict[str, Any]:
    columns = ("id", "time", "source", "place", "media_type", "harvester", "agent", "status", "space", "size")
    values = {name: getattr(row, name) for name in columns}
    return {**values, "report": Report.from_json(row.report), "sequence": row.settled}


def _unknown(item: int) -> NotFoundError:
    return NotFoundError(
        f"The quarantine has no item {item}",
        code="quarantine.unknown",
        remedy="List the items with `modellake quarantine list`",
    )
