"""The writer: turns a draft into a commit, within one write transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from modellake.core.errors import UsageError
from modellake.ledger.chain import CommitHash
from modellake.ledger.commits import RETRACTIONS, STATEMENTS, Change, Draft, Head, SourceNote, timestamp
from modellake.ledger.contents import digest, seal
from modellake.ledger.names import Names, batches, next_ids
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
)
from modellake.ledger.type_index import KnownSets, Types, TypeWriter

Row = dict[str, Any]
Sealed = tuple[int, bytes]  # id and HMAC of a content

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
    select(sources.c.iri, sources.c.id, notes.c.place, notes.c.media_type, notes.c.harvester)
    .select_from(
        sources.outerjoin(notes, (notes.c.source_id == sources.c.id) & (notes.c.sequence == sources.c.noted))
    )
    .where(sources.c.iri.in_(bindparam("sources", expanding=True)))
)
_NOTED = update(sources).where(sources.c.id == bindparam("source")).values(noted=bindparam("at"))


@dataclass(slots=True)
class Seen:
    """What this process knows to be committed, so that it need not be looked up each time."""

    rules: dict[bytes, Sealed] = field(default_factory=dict)
    type_sets: KnownSets = field(default_factory=KnownSets)


@dataclass(slots=True)
class _Held:
    """What the ledger holds about the records of one batch."""

    records: dict[str, int] = field(default_factory=dict)
    current: dict[tuple[str, str, str], tuple[str, bytes | None]] = field(default_factory=dict)
    # Contents that may be shared: those that the same record has now, and those of the batch.
    contents: dict[bytes, Sealed] = field(default_factory=dict)

    def differs(self, change: Change, content_digest: bytes | None) -> bool:
        """True when the change changes anything."""
        now = self.current.get((change.record, change.source, change.kind))
        return now is not None if change.content is None else now != (change.space, content_digest)


@dataclass(slots=True)
class _Rows:
    """The rows that one batch writes."""

    contents: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    current: list[Row] = field(default_factory=list)
    outdated: list[Row] = field(default_factory=list)
    types: list[tuple[int, int, Types]] = field(default_factory=list)
    outdated_types: list[tuple[int, int]] = field(default_factory=list)


class CommitWriter:
    """Writes one draft after ``head``, on a connection in a write transaction."""

    def __init__(self, connection: Connection, draft: Draft, head: Head, seen: Seen) -> None:
        self._connection = connection
        self._draft = draft
        self._head = head
        self._seen = seen
        self._sequence = head.sequence + 1
        self._size = 0
        self._keys: set[tuple[str, str, str]] = set()
        self._rules: dict[bytes, Sealed] = {}
        self._touched: dict[str, int] = {}  # sources with an entry in this commit
        self._records = Names(connection, records.c.iri)
        self._sources = Names(connection, sources.c.iri)
        self._types = TypeWriter(connection, seen.type_sets)
        self._content_ids = next_ids(connection, contents)

    def write(self) -> Row | None:
        """Write the commit and say what it is; None when nothing changes (then roll back)."""
        header = self._header()
        self._hash = CommitHash(**header)
        for batch in batches(self._draft.changes):
            self._write_batch([self._checked(change) for change in batch])
        if not self._size:
            return None
        self._write_notes()
        self._write_findings()
        commit = {**header, "hash": self._hash.hexdigest(), "size": self._size}
        self._connection.execute(
            commits.insert(), {key: value for key, value in commit.items() if key != "rules"}
        )
        return commit

    def publish(self) -> None:
        """Remember for the next commit, once the transaction has been committed."""
        self._seen.rules = self._rules
        self._types.publish()

    def _header(self) -> Row:
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
        rows, hmacs = [], {}
        for name, text in sorted(self._draft.rules.items()):
            content_id, hmac = self._rules[text] = self._rule(text)
            rows.append({"sequence": self._sequence, "name": name, "content_id": content_id})
            hmacs[name] = hmac.hex()
        if rows:
            self._connection.execute(rules.insert(), rows)
        return hmacs

    def _rule(self, text: bytes) -> Sealed:
        known = self._rules.get(text) or self._seen.rules.get(text)
        if known:
            return known
        content_digest = digest(text)
        for row in self._connection.execute(_LAST_RULES, {"head": self._head.sequence}):
            if row.digest == content_digest:
                return row.id, row.hmac
        content = seal(next(self._content_ids), text, content_digest)
        self._connection.execute(contents.insert(), content)
        return content["id"], content["hmac"]

    def _checked(self, change: Change) -> Change:
        if change.kind not in (STATEMENTS, RETRACTIONS):
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
        for row in self._connection.execute(_HELD, {"records": wanted}):
            iri, record, source, kind, space, content, content_digest, hmac = row
            held.records[iri] = record
            if content is not None:
                held.current[iri, source, kind] = (space, content_digest)
            if content_digest is not None:
                held.contents[content_digest] = (content, hmac)
        return held

    def _name(self, changes: list[Change], held: _Held) -> None:
        new = dict.fromkeys(change.record for change in changes if change.record not in held.records)
        held.records |= self._records.give(new)
        speaking = {change.source: None for change in changes if change.source not in self._touched}
        self._touched |= self._sources.ensure(speaking, noted=self._sequence)

    def _add(self, change: Change, content_digest: bytes | None, held: _Held, rows: _Rows) -> None:
        key = (change.record, change.source, change.kind)
        now = held.current.get(key)
        space = now[0] if now and change.content is None else change.space
        content_id, hmac = self._sealed(change.content, content_digest, held, rows)
        self._hash.entry(*key, space, hmac.hex() if hmac else None)
        row = {
            "record_id": held.records[change.record],
            "source_id": self._touched[change.source],
            "kind": change.kind,
            "space": space,
            "sequence": self._sequence,
            "content_id": content_id,
        }
        rows.entries.append({**row, "position": self._size})
        self._size += 1
        if content_id is not None:
            rows.current.append(row)
        self._outdate(change, row, rows, existed=now is not None)

    def _outdate(self, change: Change, row: Row, rows: _Rows, *, existed: bool) -> None:
        record, source = row["record_id"], row["source_id"]
        if existed:
            rows.outdated.append({"record": record, "source": source, "kind": change.kind})
        if change.kind == STATEMENTS:
            rows.types.append((record, source, change.types if change.content is not None else frozenset()))
            if existed:
                rows.outdated_types.append((record, source))

    def _sealed(
        self, content: bytes | None, content_digest: bytes | None, held: _Held, rows: _Rows
    ) -> tuple[int | None, bytes | None]:
        if content is None or content_digest is None:
            return None, None
        if content_digest not in held.contents:
            row = seal(next(self._content_ids), content, content_digest)
            rows.contents.append(row)
            held.contents[content_digest] = (row["id"], row["hmac"])
        return held.contents[content_digest]

    def _insert(self, rows: _Rows) -> None:
        execute = self._connection.execute
        if rows.contents:
            execute(contents.insert(), rows.contents)
        if rows.entries:
            execute(entries.insert(), rows.entries)
        if rows.outdated:
            execute(_FORGET, rows.outdated)
        if rows.current:
            execute(current.insert(), rows.current)
        self._types.replace(rows.types, rows.outdated_types)

    def _write_notes(self) -> None:
        for batch in batches(sorted(self._draft.sources.keys() | self._touched.keys())):
            self._sources.ensure(batch, noted=self._sequence)
            rows = list(self._new_notes(batch))
            if rows:
                self._connection.execute(notes.insert(), rows)
                noted = [{"source": row["source_id"], "at": self._sequence} for row in rows]
                self._connection.execute(_NOTED, noted)

    def _new_notes(self, batch: list[str]) -> Iterator[Row]:
        found = self._connection.execute(_LAST_NOTES, {"sources": batch})
        for iri, source, *last in sorted(found, key=lambda row: row.iri):
            known = None if last[0] is None else SourceNote(*last)
            note = self._draft.sources.get(iri, known or SourceNote(iri))
            if note != known:
                self._hash.note(iri, note.place, note.media_type, note.harvester)
                yield {
                    "sequence": self._sequence,
                    "source_id": source,
                    "place": note.place,
                    "media_type": note.media_type,
                    "harvester": note.harvester,
                }

    def _write_findings(self) -> None:
        for batch in batches(enumerate(self._draft.findings)):
            about = self._records.ensure(item.record for _, item in batch if item.record is not None)
            rows = []
            for position, item in batch:
                self._hash.finding(item.record, item.finding)
                rows.append(
                    {
                        "sequence": self._sequence,
                        "position": position,
                        "record_id": None if item.record is None else about[item.record],
                        "finding": item.finding,
                    }
                )
            self._connection.execute(findings.insert(), rows)
