"""Inspection: what can be counted and read in a ledger to find out whether all is well with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Self

from sqlalchemy import Connection, exists, func, select, union

from modellake.ledger.commits import IDENTITY
from modellake.ledger.database import Database, stream
from modellake.ledger.ledger import Ledger
from modellake.ledger.schema import contents, current, entries, identifiers, records, rules, sources, type_sets, types
from modellake.ledger.type_index import Types

# Entries have no index by content: their contents are collected once.
_REFERRED = union(select(entries.c.content_id).where(entries.c.content_id.is_not(None)), select(rules.c.content_id))
_ORPHANED = select(func.count(contents.c.id), func.coalesce(func.sum(func.length(contents.c.body)), 0)).where(
    contents.c.id.not_in(_REFERRED)
)
_BY_SPACE = select(current.c.space, func.count(current.c.record_id.distinct())).group_by(current.c.space)
_TYPES = (
    select(records.c.iri, sources.c.iri, types.c.document, types.c.stated)
    .select_from(types.outerjoin(records).outerjoin(sources))
    .order_by(func.coalesce(records.c.iri, ""))
)
_HELD = exists().where(current.c.record_id == identifiers.c.record_id, current.c.kind != IDENTITY)
_STRAY = select(records.c.iri).distinct().join_from(identifiers, records).where(~_HELD).order_by(records.c.iri)


class Inspection:
    """What is in one ledger."""

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

    def types(self) -> Iterator[tuple[str, dict[str, Types | None]]]:
        """What the index of types says, by record in the order of IRIs, then by source; None where it cannot be read.

        What belongs to no record or source is said under an empty IRI.
        """
        with self._database.read() as connection:
            classes = _classes(connection)
            for record, rows in groupby(stream(connection, _TYPES), key=lambda row: str(row[0] or "")):
                said: dict[str, Types | None] = {}
                for _, source, document, stated in rows:
                    known, pairs = said.get(source or "", frozenset()), _pairs(document, stated, classes)
                    said[source or ""] = None if known is None or pairs is None else known | pairs
                yield record, said

    def stray_identifiers(self) -> list[str]:
        """The records in the index of identifiers that nothing is said about."""
        with self._database.read() as connection:
            return [str(iri) for iri in connection.execute(_STRAY).scalars()]


def _classes(connection: Connection) -> dict[int, list[str]]:
    """Class IRIs by the number of their set, of those sets that can be read."""
    found = {}
    for number, told in connection.execute(select(type_sets.c.id, type_sets.c.classes)):
        if (classes := _decoded(told)) and isinstance(classes, list) and all(isinstance(iri, str) for iri in classes):
            found[int(number)] = classes
    return found


def _pairs(document: Any, stated: Any, classes: Mapping[int, list[str]]) -> Types | None:
    told = _decoded(stated)
    if not isinstance(told, dict) or not isinstance(document, str):
        return None
    if not all(isinstance(number, int) and number in classes for number in told.values()):
        return None
    return frozenset((document + rest, iri) for rest, number in told.items() for iri in classes[number])


def _decoded(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
