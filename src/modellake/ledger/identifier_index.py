"""The index of identifiers: which records bear which checksum, DOI, package URL or address, as their states say.

Only what more than one resource may bear is in it, so that most records have no row here. It holds nothing that
the contents do not say, so it can be written anew at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from modellake.ledger.commits import IDENTITY, Identifier
from modellake.ledger.contents import unpack
from modellake.ledger.database import Database, write_rows
from modellake.ledger.names import FOREVER, Names, batches
from modellake.ledger.rows import first_row, select_rows
from modellake.ledger.schema import contents, entries, identifiers, records, sources

Identifiers = Mapping[str, frozenset[Identifier]]

_OF_RECORDS = (
    select(records.c.iri, identifiers.c.key, identifiers.c.kind, identifiers.c.own)
    .join_from(records, identifiers)
    .where(records.c.iri.in_(bindparam("records", expanding=True)))
)
_HOLDERS = (
    select(identifiers.c.key, records.c.iri)
    .join_from(identifiers, records)
    .where(identifiers.c.key.in_(bindparam("keys", expanding=True)))
)
_ANY = select(identifiers.c.record_id).limit(1)
_SHARED = (
    select(identifiers.c.key)
    .group_by(identifiers.c.key, identifiers.c.kind)
    .having(func.count() > 1)
    .order_by(identifiers.c.key)
)
_FORGET = delete(identifiers).where(identifiers.c.record_id == bindparam("record"))
_INSERT = insert(identifiers)
_DECIDED = (
    select(
        entries.c.sequence,
        records.c.iri,
        sources.c.iri.label("source"),
        entries.c.space,
        contents.c.codec,
        contents.c.checksum,
        contents.c.size,
        contents.c.body,
    )
    .select_from(
        entries.join(records, entries.c.record_id == records.c.id)
        .join(sources, entries.c.source_id == sources.c.id)
        .outerjoin(contents, entries.c.content_id == contents.c.id)
    )
    .where(
        entries.c.kind == IDENTITY,
        entries.c.sequence > bindparam("after"),
        entries.c.sequence <= bindparam("until"),
    )
    .order_by(entries.c.sequence, entries.c.position)
)


class IdentityEntry(NamedTuple):
    """What a commit said about the identity of one resource.

    Attributes:
        content: canonical N-Triples in UTF-8; None when it is said no longer.
    """

    sequence: int
    record: str
    source: str
    space: str
    content: bytes | None


class IdentifierIndex:
    """The index, and what the ledger says of the identity of resources.

    Args:
        database: of the ledger.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._used = False

    def is_empty(self) -> bool:
        """True when no record bears any; one that was not empty is not looked at again."""
        if not self._used:
            with self._database.read() as connection:
                self._used = first_row(connection, _ANY) is not None
        return not self._used

    def of_records(self, wanted: Iterable[str]) -> dict[str, frozenset[Identifier]]:
        """The identifiers of records; those without any are left out."""
        found: defaultdict[str, set[Identifier]] = defaultdict(set)
        with self._database.read() as connection:
            for batch in batches(wanted):
                for record, key, kind, own in select_rows(connection, _OF_RECORDS, {"records": batch}):
                    found[record].add(Identifier(key, kind, bool(own)))
        return {record: frozenset(items) for record, items in found.items()}

    def holders(self, keys: Iterable[str]) -> dict[str, set[str]]:
        """Which records bear each of these identifiers; identifiers that none bears are left out."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        with self._database.read() as connection:
            for batch in batches(keys):
                for key, record in select_rows(connection, _HOLDERS, {"keys": batch}):
                    found[key].add(record)
        return dict(found)

    def shared(self) -> Iterator[str]:
        """The identifiers that several records of one kind bear, in order."""
        with self._database.read() as connection:
            yield from (key for (key,) in select_rows(connection, _SHARED))

    def decided(self, after: int = 0, until: int | None = None) -> Iterator[IdentityEntry]:
        """What the commits in (after, until] said about the identity of resources, in order."""
        span = {"after": after, "until": FOREVER if until is None else until}
        with self._database.read() as connection:
            for sequence, record, source, space, *packed in select_rows(connection, _DECIDED, span):
                content = unpack(f"The identity of <{record}>", *packed) if packed[-1] is not None else None
                yield IdentityEntry(sequence, record, source, space, content)

    def replace(self, stated: Identifiers) -> None:
        """Write the identifiers of records anew, without a commit; unknown records are left out."""
        with self._database.write() as connection:
            replace_identifiers(connection, Names(connection, records.c.iri, 0), stated)


def replace_identifiers(connection: Connection, names: Names, stated: Identifiers) -> None:
    """Write the identifiers of records anew; a record that the ledger does not know is left out."""
    ids = names.find(stated)
    write_rows(connection, _FORGET, [(number,) for number in ids.values()])
    borne = [(number, *item) for record, number in ids.items() for item in sorted(stated[record])]
    write_rows(connection, _INSERT, borne)
