"""The writer: turns a draft into a commit, within one write transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, UpdateBase, bindparam, delete, func, insert, select, update

from modellake.core.errors import UsageError
from modellake.ledger.bases import BASE
from modellake.ledger.chain import CommitHash
from modellake.ledger.commits import KINDS, STATEMENTS, Change, Draft, Head, SourceNote, timestamp
from modellake.ledger.contents import Sealed, digest, seal
from modellake.ledger.database import write_rows
from modellake.ledger.identifier_index import replace_identifiers
from modellake.ledger.names import Names, batches
from modellake.ledger.readings import replace_readings
from modellake.ledger.rows import select_rows
from modellake.ledger.schema import (
    commits,
    contents,
    current,
    entries,
    findings,
    notes,
    records,
    rules,
    sources,
    type_sets,
)
from modellake.ledger.type_index import KnownSets, Types, TypeWriter

Row = tuple[Any, ...]  # in the order of its table's columns
Kept = tuple[int, bytes]  # id and HMAC of a content

_START = select(
    select(commits.c.sequence).order_by(commits.c.sequence.desc()).limit(1).scalar_subquery(),
    select(commits.c.hash).order_by(commits.c.sequence.desc()).limit(1).scalar_subquery(),
    *(
        func.coalesce(select(func.max(table.c.id)).scalar_subquery(), 0)
        for table in (contents, records, sources, type_sets)
    ),
)
_HELD = (
    select(
        records.c.iri,
        records.c.id,
        sources.c.iri,
        current.c.kind,
        current.c.space,
        current.c.content_id,
        contents.c.digest,
        contents.c.hmac,
    )
    .select_from(records.outerjoin(current).outerjoin(sources).outerjoin(contents))
    .where(records.c.iri.in_(bindparam("records", expanding=True)))
)
_FORGET = delete(current).where(
    current.c.record_id == bindparam("record"),
    current.c.source_id == bindparam("source"),
    current.c.kind == bindparam("kind"),
)
_LAST_RULES = (
    select(contents.c.digest, contents.c.id, contents.c.hmac)
    .join_from(rules, contents)
    .where(rules.c.sequence == bindparam("head"))
)
_LAST_NOTES = (
    select(sources.c.iri, notes.c.place, notes.c.media_type, notes.c.harvester)
    .join_from(sources, notes, (notes.c.source_id == sources.c.id) & (notes.c.sequence == sources.c.noted))
    .where(sources.c.iri.in_(bindparam("sources", expanding=True)))
)
_NOTED = update(sources).values(noted=bindparam("at")).where(sources.c.id == bindparam("source"))
_INSERT_CONTENTS = insert(contents)
_INSERT_ENTRIES = insert(entries)
_INSERT_CURRENT = insert(current)
_INSERT_RULES = insert(rules)
_INSERT_NOTES = insert(notes)
_INSERT_FINDINGS = insert(findings)
_INSERT_COMMIT = insert(commits)


class Start(NamedTuple):
    """Where a commit starts: the head, and the highest numbers that are taken."""

    head: Head
    content: int
    record: int
    source: int
    type_set: int


def read_start(connection: Connection, genesis: str) -> Start:
    """Where the next commit starts; it holds until the write transaction ends."""
    ((sequence, own_hash, *highest),) = select_rows(connection, _START)
    return Start(Head(sequence, own_hash) if sequence else Head(0, genesis), *highest)


@dataclass(slots=True)
class Seen:
    """What this process knows to be committed, so that it need not be looked up each time."""

    rules: dict[bytes, Kept] = field(default_factory=dict)
    type_sets: KnownSets = field(default_factory=KnownSets)


@dataclass(slots=True)
class _Held:
    """What the ledger holds about the records of one batch."""

    records: dict[str, int] = field(default_factory=dict)
    current: dict[tuple[str, str, str], tuple[str, bytes | None]] = field(default_factory=dict)
    # Contents that may be shared: those that these records have now, and those of the batch.
    contents: dict[bytes, Kept] = field(default_factory=dict)

    def differs(self, change: Change, content_digest: bytes | None) -> bool:
        """True when the change changes anything."""
        now = self.current.get((change.record, change.source, change.kind))
        return now is not None if change.content is None else now != (change.space, content_digest)


@dataclass(slots=True)
class _Rows:
    """The rows that one batch writes."""

    contents: list[Sealed] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    current: list[Row] = field(default_factory=list)
    outdated: list[Row] = field(default_factory=list)
    types: list[tuple[int, int, Types]] = field(default_factory=list)
    outdated_types: list[tuple[int, int]] = field(default_factory=list)


class CommitWriter:
    """Writes one draft, on a connection in a write transaction."""

    def __init__(self, connection: Connection, draft: Draft, start: Start, seen: Seen) -> None:
        self._connection = connection
        self._draft = draft
        self._head = start.head
        self._seen = seen
        self._sequence = start.head.sequence + 1
        self._size = 0
        self._keys: set[tuple[str, str, str]] = set()
        self._rules: dict[bytes, Kept] = {}
        self._source_ids: dict[str, int] = {}
        self._new_sources: set[str] = set()
        self._changed_sources: set[int] = set()
        self._last_content = start.content
        self._records = Names(connection, records.c.iri, start.record)
        self._sources = Names(connection, sources.c.iri, start.source)
        self._types = TypeWriter(connection, seen.type_sets, start.type_set)

    def write(self) -> dict[str, Any] | None:
        """Write the commit and say what it is; None when nothing changes (then roll back)."""
        header = self._header()
        self._hash = CommitHash(**header)
        for batch in batches(self._draft.changes):
            self._write_batch([self._checked(change) for change in batch])
        if not self._size and BASE not in self._draft.rules:
            return None
        self._write_notes()
        self._write_findings()
        if self._draft.identifiers:
            replace_identifiers(self._connection, self._records, self._draft.identifiers)
        replace_readings(self._connection, sorted(self._changed_sources), self._draft.readings)
        commit = {**header, "hash": self._hash.hexdigest(), "size": self._size}
        self._execute(_INSERT_COMMIT, [tuple(commit[column.name] for column in commits.c)])
        return commit

    def publish(self) -> None:
        """Remember for the next commit, once the transaction has been committed."""
        self._seen.rules = self._rules
        self._types.publish()

    def _execute(self, statement: UpdateBase, rows: Sequence[Row]) -> None:
        write_rows(self._connection, statement, rows)

    def _header(self) -> dict[str, Any]:
        draft = self._draft
        return {
            "sequence": self._sequence,
            "previous": self._head.hash,
            "time": timestamp(draft.time),
            "agent": draft.agent,
            "message": draft.message,
            "rules": self._write_rules(),
        }

    def _write_rules(self) -> dict[str, str]:
        rows: list[Row] = []
        hmacs: dict[str, str] = {}
        for name, text in sorted(self._draft.rules.items()):
            content_id, hmac = self._rules[text] = self._rule(text)
            rows.append((self._sequence, name, content_id))
            hmacs[name] = hmac.hex()
        self._execute(_INSERT_RULES, rows)
        return hmacs

    def _rule(self, text: bytes) -> Kept:
        known = self._rules.get(text) or self._seen.rules.get(text)
        if known:
            return known
        content_digest = digest(text)
        for row in self._connection.execute(_LAST_RULES, {"head": self._head.sequence}):
            if row.digest == content_digest:
                return row.id, row.hmac
        content = self._seal(text, content_digest)
        self._execute(_INSERT_CONTENTS, [content])
        return content.id, content.hmac

    def _seal(self, content: bytes, content_digest: bytes) -> Sealed:
        self._last_content += 1
        return seal(self._last_content, content, content_digest)

    def _checked(self, change: Change) -> Change:
        if change.kind not in KINDS:
            raise UsageError(f"No kind of content is called {change.kind!r}", code="ledger.kind")
        key = (change.record, change.source, change.kind)
        if key in self._keys:
            raise UsageError(
                f"The draft changes what <{change.source}> says about <{change.record}> twice",
                code="ledger.change-repeated",
                remedy="Merge the two changes into one",
            )
        self._keys.add(key)
        return change

    def _write_batch(self, batch: list[Change]) -> None:
        held = self._look_up(batch)
        digested = [(change, None if change.content is None else digest(change.content)) for change in batch]
        effective = [(change, key) for change, key in digested if held.differs(change, key)]
        self._name([change for change, _ in effective], held)
        rows = _Rows()
        for change, content_digest in effective:
            self._add(change, content_digest, held, rows)
        self._insert(rows)

    def _look_up(self, batch: list[Change]) -> _Held:
        held = _Held()
        wanted = list({change.record for change in batch})
        found = select_rows(self._connection, _HELD, {"records": wanted})
        for iri, record, source, kind, space, content, content_digest, hmac in found:
            held.records[iri] = record
            if content is not None:
                held.current[iri, source, kind] = (space, content_digest)
            if content_digest is not None:
                held.contents[content_digest] = (content, hmac)
        return held

    def _name(self, changes: list[Change], held: _Held) -> None:
        new = dict.fromkeys(change.record for change in changes if change.record not in held.records)
        held.records |= self._records.give(new)
        self._name_sources(change.source for change in changes)

    def _name_sources(self, wanted: Iterable[str]) -> None:
        unsure = [iri for iri in dict.fromkeys(wanted) if iri not in self._source_ids]
        known = self._sources.find(unsure)
        given = self._sources.give((iri for iri in unsure if iri not in known), self._sequence)
        self._new_sources.update(given)
        self._source_ids |= known | given

    def _add(self, change: Change, content_digest: bytes | None, held: _Held, rows: _Rows) -> None:
        key = (change.record, change.source, change.kind)
        now = held.current.get(key)
        space = now[0] if now and change.content is None else change.space
        content_id, hmac = self._kept(change.content, content_digest, held, rows)
        self._hash.entry(*key, space, hmac.hex() if hmac else None)
        record, source = held.records[change.record], self._source_ids[change.source]
        self._changed_sources.add(source)
        rows.entries.append((self._sequence, self._size, record, source, change.kind, space, content_id))
        self._size += 1
        if now is not None:
            rows.outdated.append((record, source, change.kind))
        if content_id is not None:
            rows.current.append((record, source, change.kind, space, self._sequence, content_id))
        if change.kind == STATEMENTS:
            rows.types.append((record, source, frozenset() if content_id is None else change.types))
            rows.outdated_types += [] if now is None else [(record, source)]

    def _kept(
        self, content: bytes | None, content_digest: bytes | None, held: _Held, rows: _Rows
    ) -> tuple[int | None, bytes | None]:
        if content is None or content_digest is None:
            return None, None
        if content_digest not in held.contents:
            sealed = self._seal(content, content_digest)
            rows.contents.append(sealed)
            held.contents[content_digest] = (sealed.id, sealed.hmac)
        return held.contents[content_digest]

    def _insert(self, rows: _Rows) -> None:
        self._execute(_INSERT_CONTENTS, rows.contents)
        self._execute(_INSERT_ENTRIES, rows.entries)
        self._execute(_FORGET, rows.outdated)
        self._execute(_INSERT_CURRENT, rows.current)
        self._types.replace(rows.types, rows.outdated_types)

    def _write_notes(self) -> None:
        for batch in batches(sorted(self._draft.sources.keys() | self._new_sources)):
            self._name_sources(batch)
            known = self._known_notes(batch)
            rows = [row for iri in batch for row in self._note_rows(iri, known.get(iri))]
            self._execute(_INSERT_NOTES, rows)
            renewed = {self._source_ids[iri] for iri in known}
            self._execute(_NOTED, [row[:2] for row in rows if row[1] in renewed])

    def _known_notes(self, batch: list[str]) -> dict[str, SourceNote]:
        known = [iri for iri in batch if iri not in self._new_sources]
        noted = select_rows(self._connection, _LAST_NOTES, {"sources": known}) if known else ()
        return {iri: SourceNote(*note) for iri, *note in noted}

    def _note_rows(self, iri: str, known: SourceNote | None) -> Iterator[Row]:
        note = self._draft.sources.get(iri) or SourceNote(iri)
        if note != known:
            self._hash.note(iri, note.place, note.media_type, note.harvester)
            yield self._sequence, self._source_ids[iri], note.place, note.media_type, note.harvester

    def _write_findings(self) -> None:
        for batch in batches(enumerate(self._draft.findings)):
            about = list(dict.fromkeys(item.record for _, item in batch if item.record is not None))
            ids = self._records.find(about)
            ids |= self._records.give(iri for iri in about if iri not in ids)
            for _, item in batch:
                self._hash.finding(item.record, item.finding)
            self._execute(
                _INSERT_FINDINGS,
                [
                    (
                        self._sequence,
                        position,
                        None if item.record is None else ids[item.record],
                        item.finding,
                    )
                    for position, item in batch
                ],
            )
