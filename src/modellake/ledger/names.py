"""Names: the numbers by which IRIs and other recurring texts are kept once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Table, bindparam, func, select

Item = TypeVar("Item")

# How many rows one statement asks for or writes.
BATCH = 500
# Later than any commit.
FOREVER = 2**62


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items in lists of at most ``size``."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def next_ids(connection: Connection, table: Table) -> Iterator[int]:
    """Numbers that no row of a table has yet; valid within a write transaction."""
    highest = connection.execute(select(func.max(table.c.id))).scalar()
    return count((highest or 0) + 1)


class Names:
    """The numbers of texts in one table, looked up and given within one write transaction.

    Args:
        column: the column with the texts; its table's key is ``id``.
    """

    def __init__(self, connection: Connection, column: Column[Any]) -> None:
        self._connection = connection
        self._table = column.table
        self._column = column.name
        self._find = select(column, column.table.c.id).where(column.in_(bindparam("texts", expanding=True)))
        self._ids: Iterator[int] | None = None

    def find(self, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of those texts that have one."""
        found: dict[str, int] = {}
        for batch in batches(texts):
            rows = self._connection.execute(self._find, {"texts": batch})
            found.update((text, number) for text, number in rows)
        return found

    def give(self, texts: Iterable[str], **values: Any) -> dict[str, int]:
        """Give numbers to texts that have none; ``values`` are the other columns of their rows."""
        if self._ids is None:
            self._ids = next_ids(self._connection, self._table)
        given = dict(zip(texts, self._ids, strict=False))
        rows = [{"id": number, self._column: text, **values} for text, number in given.items()]
        if rows:
            self._connection.execute(self._table.insert(), rows)
        return given

    def ensure(self, texts: Iterable[str], **values: Any) -> dict[str, int]:
        """The numbers of all texts, given where there was none."""
        wanted = dict.fromkeys(texts)
        found = self.find(wanted)
        return found | self.give((text for text in wanted if text not in found), **values)
