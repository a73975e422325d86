"""Records: what the sources say about them, now or as of an earlier commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, select

from modellake.ledger.commits import IDENTITY, STATEMENTS
from modellake.ledger.contents import unpack
from modellake.ledger.database import stream
from modellake.ledger.names import BATCH, FOREVER, batches
from modellake.ledger.rows import first_row, select_rows
from modellake.ledger.schema import commits, contents, current, entries, records, sources

_ASKED = records.c.iri.in_(bindparam("records", expanding=True))


@dataclass(frozen=True, slots=True)
class RecordContent:
    """What one source says about one record.

    Attributes:
        content: canonical N-Triples in UTF-8.
        sequence: the commit that it came with.
    """

    record: str
    source: str
    kind: str
    space: str
    content: bytes
    sequence: int
    content_id: int


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a record.

    Attributes:
        content_id: what `Ledger.content` takes; None for a withdrawal.
    """

    sequence: int
    hash: str
    time: str
    agent: str
    message: str
    source: str
    kind: str
    action: Literal["added", "replaced", "withdrawn"]
    content_id: int | None
    space: str


@dataclass(frozen=True, slots=True)
class Span:
    """When the commits were made that touched a record first and last (ISO 8601 in UTC)."""

    created: str
    modified: str


def _reading(holding: Any) -> Select[Any]:
    """The contents that ``holding`` (rows of ``current``, or of entries that were so) points to."""
    return select(
        records.c.iri,
        sources.c.iri.label("source"),
        holding.c.kind,
        holding.c.space,
        holding.c.sequence,
        contents.c.id,
        contents.c.codec,
        contents.c.checksum,
        contents.c.size,
        contents.c.body,
    ).select_from(
        holding.join(records, holding.c.record_id == records.c.id)
        .join(sources, holding.c.source_id == sources.c.id)
        .join(contents, holding.c.content_id == contents.c.id)
    )


def _last(*where: ColumnElement[bool]) -> Any:
    """The entries that were in force after commit ``:at``."""
    key = (entries.c.record_id, entries.c.source_id, entries.c.kind)
    last = (
        select(*key, func.max(entries.c.sequence).label("sequence"))
        .where(entries.c.sequence <= bindparam("at"), *where)
        .group_by(*key)
        .subquery("last")
    )
    same = [entries.c[column.name] == column for column in last.c]
    return select(entries).join_from(last, entries, and_(*same)).subquery("held")


_NOW = _reading(current).where(_ASKED)
_THEN = _reading(_last(entries.c.record_id.in_(select(records.c.id).where(_ASKED))))
_PAGE = select(records.c.iri).where(records.c.iri > bindparam("after")).order_by(records.c.iri).limit(BATCH)
_STATED_NOW = exists().where(current.c.record_id == records.c.id, current.c.kind == STATEMENTS)
_later = entries.alias("later")
_STATED_THEN = exists().where(
    entries.c.record_id == records.c.id,
    entries.c.kind == STATEMENTS,
    entries.c.sequence <= bindparam("at"),
    entries.c.content_id.is_not(None),
    ~exists().where(
        _later.c.record_id == entries.c.record_id,
        _later.c.source_id == entries.c.source_id,
        _later.c.kind == entries.c.kind,
        _later.c.sequence > entries.c.sequence,
        _later.c.sequence <= bindparam("at"),
    ),
)
_RECORDS_NOW = select(records.c.iri).where(_STATED_NOW).order_by(records.c.iri)
_RECORDS_THEN = select(records.c.iri).where(_STATED_THEN).order_by(records.c.iri)
_HAS = select(records.c.id).where(records.c.iri == bindparam("record"), _STATED_NOW)
_OF_SOURCES = (
    select(sources.c.iri, records.c.iri)
    .distinct()
    .join_from(current, records)
    .join(sources)
    .where(sources.c.iri.in_(bindparam("sources", expanding=True)))
    .order_by(records.c.iri)
)
_CHANGED = (
    select(records.c.iri)
    .distinct()
    .join_from(entries, records)
    .where(entries.c.sequence > bindparam("after"), entries.c.sequence <= bindparam("until"))
    .order_by(records.c.iri)
)

_HISTORY = (
    select(
        commits.c.sequence,
        commits.c.hash,
        commits.c.time,
        commits.c.agent,
        commits.c.message,
        sources.c.iri,
        entries.c.kind,
        entries.c.content_id,
        entries.c.space,
    )
    .select_from(records.join(entries).join(commits).join(sources))
    .where(records.c.iri == bindparam("record"))
    .order_by(entries.c.sequence, entries.c.position)
)
_FIRST = func.min(entries.c.sequence).label("first")
_LAST = func.max(entries.c.sequence).label("last")
_TOUCHED = (
    select(records.c.iri, _FIRST, _LAST)
    .join_from(records, entries)
    .where(_ASKED, entries.c.sequence <= bindparam("at"))
    .group_by(records.c.iri)
    .subquery("touched")
)
_began, _changed_last = commits.alias("began"), commits.alias("changed_last")
_SPANS = (
    select(_TOUCHED.c.iri, _began.c.time, _changed_last.c.time)
    .join(_began, _began.c.sequence == _TOUCHED.c.first)
    .join(_changed_last, _changed_last.c.sequence == _TOUCHED.c.last)
)


def contents_many(
    connection: Connection, wanted: Iterable[str], at: int | None, spaces: frozenset[str] | None = None
) -> Iterator[tuple[str, list[RecordContent]]]:
    """Each record with its contents, in the order asked for; an empty list where there are none."""
    for batch in batches(wanted):
        found = _contents_of(connection, batch, at, spaces)
        for record in batch:
            yield record, sorted(found[record], key=lambda item: (item.source, item.kind))


def contents_all(
    connection: Connection, at: int | None, spaces: frozenset[str] | None
) -> Iterator[tuple[str, list[RecordContent]]]:
    """Each record that has contents, in the order of IRIs."""
    for page in _pages(connection):
        for record, held in contents_many(connection, page, at, spaces):
            if held:
                yield record, held


def stated_records(connection: Connection, at: int | None) -> Iterator[str]:
    """The records that a source states something about, in order."""
    if at is None:
        return (row.iri for row in stream(connection, _RECORDS_NOW))
    return (row.iri for row in stream(connection, _RECORDS_THEN, {"at": at}))


def has_record(connection: Connection, record: str) -> bool:
    """True when a source states something about the record now."""
    return first_row(connection, _HAS, {"record": record}) is not None


def records_of_many(connection: Connection, wanted: Iterable[str]) -> dict[str, list[str]]:
    """The records that each source says something about now, in order; sources that say nothing are left out."""
    found: dict[str, list[str]] = {}
    for batch in batches(wanted):
        for source, record in select_rows(connection, _OF_SOURCES, {"sources": batch}):
            found.setdefault(source, []).append(record)
    return found


def changed_records(connection: Connection, after: int, until: int) -> Iterator[str]:
    """The records that the commits in (after, until] touch, in order, each once."""
    return (row.iri for row in stream(connection, _CHANGED, {"after": after, "until": until}))


def spans(connection: Connection, wanted: Iterable[str], at: int | None) -> dict[str, Span]:
    """When each record was first and last touched, up to commit ``at``; unknown records are left out."""
    until = FOREVER if at is None else at
    found: dict[str, Span] = {}
    for batch in batches(wanted):
        touched = select_rows(connection, _SPANS, {"records": batch, "at": until})
        found.update((iri, Span(created, modified)) for iri, created, modified in touched)
    return found


def history(connection: Connection, record: str) -> list[HistoryEntry]:
    """What happened to a record, oldest first."""
    held: set[tuple[str, str]] = set()
    told = []
    for row in connection.execute(_HISTORY, {"record": record}):
        sequence, commit_hash, time, agent, message, source, kind, content_id, space = row
        action = _action(content_id, (source, kind) in held)
        (held.discard if content_id is None else held.add)((source, kind))
        told.append(HistoryEntry(sequence, commit_hash, time, agent, message, source, kind, action, content_id, space))
    return told


def _action(content_id: int | None, existed: bool) -> Literal["added", "replaced", "withdrawn"]:
    if content_id is None:
        return "withdrawn"
    return "replaced" if existed else "added"


def _contents_of(
    connection: Connection, batch: list[str], at: int | None, spaces: frozenset[str] | None
) -> defaultdict[str, list[RecordContent]]:
    found: defaultdict[str, list[RecordContent]] = defaultdict(list)
    held = select_rows(connection, _NOW if at is None else _THEN, {"records": batch, "at": at})
    for iri, source, kind, space, sequence, content_id, *packed in held:
        # An erased content has no body, and says nothing any more; what is said of identity is no part of a record.
        if packed[-1] is not None and kind != IDENTITY and (spaces is None or space in spaces):
            content = unpack(f"What <{source}> says about <{iri}>", *packed)
            found[iri].append(RecordContent(iri, source, kind, space, content, sequence, content_id))
    return found


def _pages(connection: Connection) -> Iterator[list[str]]:
    last = ""
    while page := [iri for (iri,) in select_rows(connection, _PAGE, {"after": last})]:
        yield page
        last = page[-1]
