"""The log: commits, their entries, findings and sources, as they can be read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from modellake.core.errors import AmbiguousError, ConflictError, NotFoundError
from modellake.ledger.commits import STATEMENTS, Commit, Entry, Head, SourceNote, timestamp
from modellake.ledger.contents import unpack
from modellake.ledger.names import FOREVER, batches
from modellake.ledger.rows import first_row, select_rows
from modellake.ledger.schema import (
    commits,
    contents,
    current,
    entries,
    findings,
    notes,
    quarantine,
    records,
    rules,
    sources,
)

Load = Callable[[int], Iterator[Entry]]
_CANDIDATES = 5

_HEAD = select(commits.c.sequence, commits.c.hash).order_by(commits.c.sequence.desc()).limit(1)
_COMMITS = (
    select(commits, rules.c.name, contents.c.hmac)
    .select_from(commits.outerjoin(rules).outerjoin(contents))
    .where(commits.c.sequence > bindparam("after"), commits.c.sequence <= bindparam("until"))
    .order_by(commits.c.sequence, rules.c.name)
)
_BY_HASH = (
    select(commits.c.sequence, commits.c.hash)
    .where(commits.c.hash >= bindparam("low"), commits.c.hash < bindparam("high"))
    .limit(_CANDIDATES)
)
_AT_TIME = (
    select(commits.c.sequence).where(commits.c.time <= bindparam("time")).order_by(commits.c.sequence.desc()).limit(1)
)
_ENTRIES = (
    select(
        records.c.iri,
        sources.c.iri,
        entries.c.kind,
        entries.c.space,
        entries.c.content_id,
        contents.c.hmac,
    )
    .select_from(entries.join(records).join(sources).outerjoin(contents))
    .where(entries.c.sequence == bindparam("sequence"))
    .order_by(entries.c.position)
)
_SOURCES = (
    select(
        sources.c.iri,
        notes.c.place,
        notes.c.media_type,
        notes.c.harvester,
        func.count(current.c.record_id.distinct()),
        func.max(func.coalesce(current.c.sequence, 0)),
        sources.c.noted,
    )
    .select_from(
        sources.join(notes, (notes.c.source_id == sources.c.id) & (notes.c.sequence == sources.c.noted)).outerjoin(
            current, current.c.source_id == sources.c.id
        )
    )
    .group_by(sources.c.iri, notes.c.place, notes.c.media_type, notes.c.harvester, sources.c.noted)
    .order_by(sources.c.iri)
)
_noted = (
    select(notes.c.source_id, func.max(notes.c.sequence).label("sequence"))
    .join(sources)
    .where(sources.c.iri.in_(bindparam("sources", expanding=True)), notes.c.sequence <= bindparam("at"))
    .group_by(notes.c.source_id)
    .subquery("noted")
)
_NOTES = (
    select(sources.c.iri, notes.c.place, notes.c.media_type, notes.c.harvester)
    .join_from(_noted, notes, (notes.c.source_id == _noted.c.source_id) & (notes.c.sequence == _noted.c.sequence))
    .join(sources, sources.c.id == notes.c.source_id)
)
_FINDINGS = (
    select(findings.c.sequence, records.c.iri, findings.c.finding)
    .select_from(findings.outerjoin(records))
    .order_by(findings.c.sequence, findings.c.position)
)
_CONTENT = select(contents.c.codec, contents.c.checksum, contents.c.size, contents.c.body).where(
    contents.c.id == bindparam("id")
)
_RULES = (
    select(rules.c.name, contents.c.codec, contents.c.checksum, contents.c.size, contents.c.body)
    .join_from(rules, contents)
    .where(rules.c.sequence == bindparam("sequence"))
    .order_by(rules.c.name)
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source, with the number of records that it says something about now.

    Attributes:
        sequence: the last commit that something it says now came with, or that noted its place.
    """

    iri: str
    place: str
    media_type: str
    harvester: str | None
    records: int
    sequence: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A stored finding and the commit it was stored with."""

    sequence: int
    record: str | None
    finding: str


@dataclass(frozen=True, slots=True)
class LedgerStats:
    """How much a ledger holds.

    Attributes:
        records: those that a source states something about now.
        stored: bytes of all contents as compressed; ``size``: before compression.
        quarantined: open items of the quarantine.
    """

    commits: int
    records: int
    sources: int
    contents: int
    stored: int
    size: int
    quarantined: int


def head(connection: Connection, genesis: str) -> Head:
    """The last commit."""
    row = first_row(connection, _HEAD)
    return Head(*row) if row else Head(0, genesis)


def read_commits(connection: Connection, load: Load, after: int, until: int | None) -> Iterator[Commit]:
    """The commits in (after, until], in order."""
    bounds = {"after": after, "until": FOREVER if until is None else until}
    for _, group in groupby(select_rows(connection, _COMMITS, bounds), key=itemgetter(0)):
        lines = list(group)
        *values, _, _ = lines[0]
        named = {name: hmac.hex() for *_, name, hmac in lines if name is not None}
        yield _commit(values, named, load)


def _commit(values: list[Any], named: dict[str, str], load: Load) -> Commit:
    sequence, own_hash, previous, time, agent, message, size = values
    return Commit(sequence, own_hash, previous, time, agent, message, named, size, load)


def commit(connection: Connection, load: Load, sequence: int) -> Commit:
    """One commit.

    Raises:
        NotFoundError: ``ledger.commit-unknown``.
    """
    for found in read_commits(connection, load, sequence - 1, sequence):
        return found
    raise _unknown(f"number {sequence}")


def sequence_of(connection: Connection, prefix: str) -> int:
    """The commit whose hash begins so.

    Raises:
        NotFoundError: ``ledger.commit-unknown``.
        AmbiguousError: several do.
    """
    low = prefix.strip().lower()
    # 'g' follows the last hexadecimal digit.
    found = connection.execute(_BY_HASH, {"low": low, "high": low + "g"}).all()
    if not low or not found:
        raise _unknown(f"hash {prefix!r}")
    if len(found) > 1:
        raise AmbiguousError(f"Several commits have a hash that begins with {low}", [row.hash for row in found])
    return int(found[0].sequence)


def conflict(expected: Head, head: Head) -> ConflictError:
    """The error for who wanted to append to another commit than the last one."""
    return ConflictError(
        f"Another writer has appended: the head is commit {head.sequence}, no longer {expected.sequence}",
        remedy="Read the present state and try again",
    )


def _unknown(what: str) -> NotFoundError:
    return NotFoundError(f"The ledger has no commit with {what}", code="ledger.commit-unknown")


def sequence_at(connection: Connection, time: datetime) -> int:
    """The last commit at or before a moment; 0 when there is none."""
    return connection.execute(_AT_TIME, {"time": timestamp(time)}).scalar() or 0


def read_entries(connection: Connection, sequence: int) -> Iterator[Entry]:
    """The entries of one commit, in order."""
    for record, source, kind, space, content_id, hmac in select_rows(connection, _ENTRIES, {"sequence": sequence}):
        yield Entry(record, source, kind, space, content_id, hmac.hex() if hmac else None)


def read_sources(connection: Connection) -> list[SourceRow]:
    """All sources, in the order of IRIs."""
    return [
        SourceRow(iri, place, media_type, harvester, number, max(last, noted))
        for iri, place, media_type, harvester, number, last, noted in connection.execute(_SOURCES)
    ]


def source_notes(connection: Connection, wanted: Iterable[str], at: int | None) -> dict[str, SourceNote]:
    """What was known about sources after commit ``at``; unknown ones are left out."""
    until = FOREVER if at is None else at
    found: dict[str, SourceNote] = {}
    for batch in batches(dict.fromkeys(wanted)):
        noted = select_rows(connection, _NOTES, {"sources": batch, "at": until})
        found.update((iri, SourceNote(*note)) for iri, *note in noted)
    return found


def read_findings(connection: Connection, record: str | None, sequence: int | None) -> list[FindingRow]:
    """Stored findings in the order they were stored, of one record or commit where given."""
    statement = _FINDINGS
    if record is not None:
        statement = statement.where(records.c.iri == record)
    if sequence is not None:
        statement = statement.where(findings.c.sequence == sequence)
    return [FindingRow(*row) for row in connection.execute(statement)]


def content(connection: Connection, content_id: int) -> bytes:
    """The bytes of a content.

    Raises:
        NotFoundError: ``ledger.content-unknown``, or ``ledger.content-erased``.
        LedgerError: ``ledger.content-changed``.
    """
    row = connection.execute(_CONTENT, {"id": content_id}).first()
    if row is None:
        raise NotFoundError(f"The ledger has no content {content_id}", code="ledger.content-unknown")
    if row.body is None:
        raise NotFoundError(f"Content {content_id} has been erased", code="ledger.content-erased")
    return unpack(f"Content {content_id}", *row)


def read_rules(connection: Connection, sequence: int) -> dict[str, bytes]:
    """The texts that were in force for a commit, by name."""
    named = connection.execute(_RULES, {"sequence": sequence})
    return {name: unpack(f"The {name} of commit {sequence}", *packed) for name, *packed in named}


def stats(connection: Connection) -> LedgerStats:
    """How much the ledger holds."""
    stated = select(func.count(current.c.record_id.distinct())).where(current.c.kind == STATEMENTS)
    stored = func.coalesce(func.sum(func.length(contents.c.body)), 0)
    size = func.coalesce(func.sum(contents.c.size), 0)
    held = connection.execute(select(func.count(contents.c.id), stored, size)).one()
    waiting = select(func.count(quarantine.c.id)).where(quarantine.c.status == "open")
    return LedgerStats(
        commits=_number(connection, select(func.count(commits.c.sequence))),
        records=_number(connection, stated),
        sources=_number(connection, select(func.count(sources.c.id))),
        contents=held[0],
        stored=int(held[1]),
        size=int(held[2]),
        quarantined=_number(connection, waiting),
    )


def _number(connection: Connection, statement: Select[Any]) -> int:
    return int(connection.execute(statement).scalar_one())
