"""The index of readings: with which bytes, by which reader, what a source says now came in.

A document whose reading is the same as last time need not be read again. The index holds nothing that a reading
of the documents would not tell, so it may be emptied at any time. A commit that changes what a source says
forgets its reading, unless the commit brings a new one: so a reading always stands for what the source says now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from modellake.ledger.database import write_rows
from modellake.ledger.names import batches
from modellake.ledger.rows import select_rows
from modellake.ledger.schema import quarantine, readings, sources

_OPEN = "open"
# What waits in quarantine is always read again.
_FIND = (
    select(sources.c.iri, readings.c.digest)
    .join_from(readings, sources)
    .where(
        sources.c.iri.in_(bindparam("sources", expanding=True)),
        ~exists().where(quarantine.c.source == sources.c.iri, quarantine.c.status == _OPEN),
    )
)
_IDS = select(sources.c.iri, sources.c.id).where(sources.c.iri.in_(bindparam("sources", expanding=True)))
_FORGET = delete(readings).where(readings.c.source_id == bindparam("source"))
_INSERT = insert(readings)


def readings_of(connection: Connection, wanted: Iterable[str]) -> dict[str, bytes]:
    """The readings of sources, by IRI; those without one or with something in quarantine are left out."""
    found: dict[str, bytes] = {}
    for batch in batches(dict.fromkeys(wanted)):
        found.update((iri, digest) for iri, digest in select_rows(connection, _FIND, {"sources": batch}))
    return found


def replace_readings(connection: Connection, changed: Iterable[int], new: Mapping[str, bytes]) -> None:
    """Forget the readings of sources that changed (by number), then note new ones (by IRI, unknown ones left out)."""
    write_rows(connection, _FORGET, [(source,) for source in changed])
    for batch in batches(new):
        noted: list[Any] = [(number, new[iri]) for iri, number in connection.execute(_IDS, {"sources": batch})]
        write_rows(connection, _FORGET, [row[:1] for row in noted])
        write_rows(connection, _INSERT, noted)


def forget_readings(connection: Connection) -> None:
    """Empty the index."""
    connection.execute(delete(readings))
