"""Names: the numbers by which IRIs and other recurring texts are kept once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import count, islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Insert, Select, bindparam, insert, select

from modellake.ledger.database import write_rows
from modellake.ledger.rows import select_rows

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


class Names:
    """The numbers of texts in one table, looked up and given within one write transaction.

    Args:
        column: the column with the texts, the second of its table; the first is ``id``.
        highest: the highest number that is taken.
    """

    def __init__(self, connection: Connection, column: Column[Any], highest: int) -> None:
        self._connection = connection
        self._find = _finding(column)
        self._insert = _inserting(column)
        self._ids = count(highest + 1)
        self._recent: dict[str, int] = {}  # those given last, which are asked for next

    def find(self, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of those texts that have one."""
        wanted = list(texts)
        found = {text: self._recent[text] for text in wanted if text in self._recent}
        for batch in batches(text for text in wanted if text not in found):
            found.update(select_rows(self._connection, self._find, {"texts": batch}))
        return found

    def give(self, texts: Iterable[str], *values: Any) -> dict[str, int]:
        """Give numbers to texts that have none; ``values`` are the further columns of their rows."""
        given = {text: next(self._ids) for text in texts}
        self._recent = given
        write_rows(self._connection, self._insert, [(number, text, *values) for text, number in given.items()])
        return given


@cache
def _finding(column: Column[Any]) -> Select[Any]:
    return select(column, column.table.c.id).where(column.in_(bindparam("texts", expanding=True)))


@cache
def _inserting(column: Column[Any]) -> Insert:
    return insert(column.table)
