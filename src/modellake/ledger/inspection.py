"""Inspection: what can be counted in a ledger to find out whether all is well with it."""

from __future__ import annotations

from typing import Self

from sqlalchemy import func, select, union

from modellake.ledger.database import Database
from modellake.ledger.ledger import Ledger
from modellake.ledger.schema import contents, current, entries, rules

# Entries have no index by content: their contents are collected once.
_REFERRED = union(select(entries.c.content_id).where(entries.c.content_id.is_not(None)), select(rules.c.content_id))
_ORPHANED = select(func.count(contents.c.id), func.coalesce(func.sum(func.length(contents.c.body)), 0)).where(
    contents.c.id.not_in(_REFERRED)
)
_BY_SPACE = select(current.c.space, func.count(current.c.record_id.distinct())).group_by(current.c.space)


class Inspection:
    """Counts of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def of(cls, ledger: Ledger) -> Self:
        """The inspection of a ledger that is open."""
        return cls(ledger._database)

    def orphaned_contents(self) -> tuple[int, int]:
        """How many contents no entry and no rule refers to, and how many bytes they take."""
        with self._database.read() as connection:
            number, size = connection.execute(_ORPHANED).one()
        return int(number), int(size)

    def records_by_space(self) -> dict[str, int]:
        """How many records something is said about in each space."""
        with self._database.read() as connection:
            return {space: int(number) for space, number in connection.execute(_BY_SPACE)}
