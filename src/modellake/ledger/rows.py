"""Rows: selections by the driver alone, for what every commit asks.

SQLAlchemy takes longer to prepare a small selection than SQLite to answer it, and a commit makes some twenty. So the
text of a selection is made once, by SQLAlchemy, and handed to the driver with the values of the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select

from modellake.ledger.database import stream

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value of the day goes: one of the parameters, or one of a list."""

    name: str
    index: int | None


def select_rows(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> Iterator[Row]:
    """The rows of a selection, read as they are asked for.

    Args:
        values: of its parameters; lists for those that expand, which may hold up to 500 items and should not be empty.
    """
    dialect = connection.dialect
    if dialect.supports_server_side_cursors:  # the driver alone would bring all rows at once
        return stream(connection, statement, dict(values or {}))
    given = {name: _filled(value) if isinstance(value, list) else value for name, value in (values or {}).items()}
    sizes = tuple((name, len(value) if isinstance(value, list) else None) for name, value in given.items())
    text, slots = _selection(statement, dialect, sizes)
    told = [_told(slot, given) if isinstance(slot, _Slot) else slot for slot in slots]
    cursor: Any = connection.connection.cursor()
    cursor.execute(text, told)
    return iter(cursor)


def first_row(connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None) -> Row | None:
    """The first row of a selection that has at most one."""
    return next(iter(select_rows(connection, statement, values)), None)


def _filled(items: Sequence[Any]) -> list[Any]:
    """A list with its last item repeated up to a power of two: a set of texts for each length would be too many."""
    wanted = 1 << (len(items) - 1).bit_length()
    return list(items) + [items[-1]] * (wanted - len(items)) if items else []


def _told(slot: _Slot, values: Mapping[str, Any]) -> Any:
    value = values[slot.name]
    return value if slot.index is None else value[slot.index]


# Each open ledger has a dialect of its own.
@lru_cache(maxsize=1024)
def _selection(
    statement: Select[Any], dialect: Dialect, sizes: tuple[tuple[str, int | None], ...]
) -> tuple[str, tuple[Any, ...]]:
    """The text of a selection for lists of these sizes, and its parameters in order: slots, or values of its own."""
    slots = {
        name: _Slot(name, None) if size is None else [_Slot(name, index) for index in range(size)]
        for name, size in sizes
    }
    expanded = statement.compile(dialect=dialect).construct_expanded_state(slots)
    return expanded.statement, tuple(expanded.positional_parameters)
