"""Lists of records: the names that begin so, page by page, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, select

from modellake.ledger.commits import STATEMENTS
from modellake.ledger.database import Database
from modellake.ledger.names import batches
from modellake.ledger.schema import current, records

_STATED = exists().where(
    current.c.record_id == records.c.id,
    current.c.kind == STATEMENTS,
    current.c.space.in_(bindparam("spaces", expanding=True)),
)
_FROM, _TO = records.c.iri >= bindparam("start"), records.c.iri < bindparam("end")
_PAGE = (
    select(records.c.iri)
    .where(_FROM, _TO, records.c.iri > bindparam("after"), _STATED)
    .order_by(records.c.iri)
    .limit(bindparam("limit"))
)
_COUNT = select(func.count()).select_from(records).where(_FROM, _TO, _STATED)
_AMONG = select(records.c.iri).where(records.c.iri.in_(bindparam("records", expanding=True)), _STATED)


class Range(NamedTuple):
    """IRIs from ``start`` on and before ``end``, in the order of code points."""

    start: str
    end: str


class Listing:
    """Records that a source states something about now, in given spaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, ranges: Iterable[Range], spaces: frozenset[str], limit: int, after: str = "") -> list[str]:
        """The next records of several ranges, which follow each other, at most ``limit``, in order."""
        found: list[str] = []
        with self._database.read() as connection:
            for part in ranges:
                if part.end > after and len(found) < limit:
                    wanted = {**part._asdict(), "after": after, "spaces": list(spaces), "limit": limit - len(found)}
                    found += connection.execute(_PAGE, wanted).scalars()
        return found

    def count(self, ranges: Iterable[Range], spaces: frozenset[str]) -> int:
        """How many records are in several ranges."""
        with self._database.read() as connection:
            counts = (connection.execute(_COUNT, {**part._asdict(), "spaces": list(spaces)}) for part in ranges)
            return sum(count.scalar_one() for count in counts)

    def among(self, wanted: Iterable[str], spaces: frozenset[str]) -> set[str]:
        """Those of the records wanted that are there."""
        found: set[str] = set()
        with self._database.read() as connection:
            for batch in batches(wanted):
                found.update(connection.execute(_AMONG, {"records": batch, "spaces": list(spaces)}).scalars())
        return found
