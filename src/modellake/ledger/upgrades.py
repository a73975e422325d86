"""Upgrades: a ledger that an earlier modellake wrote is brought up to date when it is opened.

Steps only add tables and indexes, so that nothing that is chained is touched, and all of them are one transaction: a
ledger has the version it had, or the one of now.
"""

from __future__ import annotations

from dataclasses import dataclass

from modellake.core.errors import UnavailableError
from modellake.ledger import schema
from modellake.ledger.database import Database, Place, not_a_ledger, system_of

LOCK_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What opening a ledger does, or did.

    Attributes:
        found: the version that the ledger had.
        target: the version that this modellake writes.
        steps: what each step adds, in a sentence.
    """

    found: int
    target: int
    steps: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.found != self.target


def plan_upgrade(place: Place, *, lock_timeout: float = LOCK_TIMEOUT) -> Upgrade:
    """What opening this ledger would do. The steps are carried out and taken back, so that they are known to succeed.

    Raises:
        NotFoundError: ``ledger.absent``.
        LedgerError: ``ledger.not-a-ledger``, ``ledger.newer``, ``ledger.too-old`` or ``ledger.damaged``.
        UnavailableError: ``ledger.read-only``.
    """
    database = system_of(place).open(place, lock_timeout)
    try:
        found = int(read_identity(database)["version"])
        if found != schema.VERSION:
            _check_writable(database, found)
            with database.write() as connection:
                schema.migrate(connection, schema.MIGRATIONS, schema.VERSION)
                connection.rollback()
        return _upgrade(found)
    finally:
        database.close()


def bring_up_to_date(database: Database) -> tuple[dict[str, str], Upgrade]:
    """Carry out the steps that an older ledger needs; its identity, and what was done.

    Raises:
        LedgerError: ``ledger.not-a-ledger``, ``ledger.newer``, ``ledger.too-old`` or ``ledger.damaged``.
        UnavailableError: ``ledger.read-only``.
    """
    identity = read_identity(database)
    found = int(identity["version"])
    if found != schema.VERSION:
        _check_writable(database, found)
        with database.write() as connection:
            schema.migrate(connection, schema.MIGRATIONS, schema.VERSION)
        identity = read_identity(database)
    database.prepare()
    return identity, _upgrade(found)


def read_identity(database: Database) -> dict[str, str]:
    """What a ledger says about itself.

    Raises:
        LedgerError: ``ledger.not-a-ledger`` or ``ledger.damaged``.
    """
    with database.read() as connection:
        if not schema.is_ledger(connection):
            raise not_a_ledger(database.name)
        return schema.identity(connection)


def _check_writable(database: Database, found: int) -> None:
    """Refuse an older ledger where nothing can be written, as it cannot be read before it is brought up to date."""
    if database.read_only and found < schema.VERSION:
        raise UnavailableError(
            f"The ledger {database.name} has version {found} and cannot be brought to {schema.VERSION}, "
            "since it cannot be written",
            code="ledger.read-only",
            remedy=f"Read a copy of it: modellake restore {database.name} --lake COPY",
        )


def _upgrade(found: int) -> Upgrade:
    steps = tuple(schema.SUMMARIES.get(number, "") for number in range(found, schema.VERSION))
    return Upgrade(found, schema.VERSION, steps)
