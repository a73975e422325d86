"""Where ledgers are in these tests: in a file, or in PostgreSQL; and how to reach around them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

SYSTEMS = ("sqlite", "postgresql")
Place = str | Path


def only_in_files(reason: str) -> pytest.MarkDecorator:
    """A test about what only a file can suffer or show, for the reason given."""
    assert reason
    return pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def run_sql(place: Place, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement behind the ledger's back; its rows, if it has any."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as raw:
            rows = raw.execute(statement, values).fetchall()
            raw.commit()
            return rows
    return _run_postgresql(place, statement, values)


@contextmanager
def ordinary_user(folder: Path) -> Iterator[None]:
    """Go on without the rights of a superuser, to whom permissions mean nothing."""
    if os.geteuid():
        yield
        return
    os.chmod(folder, 0o755)  # noqa: PTH101
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def _run_postgresql(place: str, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    import psycopg

    plain, _, schema = place.rpartition("&schema=")
    with psycopg.connect(plain, autocommit=True) as raw:
        raw.execute(f"SET search_path TO {schema}")
        cursor = raw.execute(statement.replace("?", "%s"), values)
        return cursor.fetchall() if cursor.description else []
