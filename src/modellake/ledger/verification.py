"""Verification: is the ledger still what was written?

Every column of every chained row is checked against the hashes, ``current`` against the entries, and the
file against the database system's own rules. What waits in quarantine is no part of the chain: its originals are
checked against their digests, and that the rest can be read. Not covered: the indexes of types, identifiers and
readings, which can be written anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import Connection, Select, and_, func, select
from sqlalchemy.exc import SQLAlchemyError

from modellake.core.errors import LedgerError
from modellake.core.report import Finding, Report, Severity
from modellake.ledger import contents as sealing
from modellake.ledger import schema
from modellake.ledger.chain import CommitHash, genesis
from modellake.ledger.database import Progress, stream
from modellake.ledger.quarantine import OPEN, TAKEN_IN
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

Flaws = Callable[[Connection, int], list[str]]
_SHOWN = 20  # findings of one code that are listed one by one
_STEP = 1000  # rows between two calls of progress
_RESTORE = "Restore the ledger from a backup that verifies"
_ERASED = "No command erases: unless somebody has decided so, restore the ledger from a backup that verifies"
# What reading a row can raise when somebody has written something else into it.
_UNREADABLE = (
    SQLAlchemyError,
    zstandard.ZstdError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    MemoryError,
)

_NOTES = (
    select(notes.c.sequence, sources.c.iri, notes.c.place, notes.c.media_type, notes.c.harvester)
    .select_from(notes.outerjoin(sources))
    .order_by(notes.c.sequence, sources.c.iri)
)
_RULES = (
    select(rules.c.sequence, rules.c.name, contents.c.hmac)
    .select_from(rules.outerjoin(contents))
    .order_by(rules.c.sequence, rules.c.name)
)
_FINDINGS = (
    select(findings.c.sequence, findings.c.position, findings.c.record_id, records.c.iri, findings.c.finding)
    .select_from(findings.outerjoin(records))
    .order_by(findings.c.sequence, findings.c.position)
)
_ENTRIES = (
    select(
        entries.c.sequence,
        entries.c.position,
        records.c.iri.label("record"),
        sources.c.iri.label("source"),
        entries.c.kind,
        entries.c.space,
        entries.c.content_id,
        contents.c.hmac,
    )
    .select_from(entries.outerjoin(records).outerjoin(sources).outerjoin(contents))
    .order_by(entries.c.sequence, entries.c.position)
)


def _in_force() -> Select[Any]:
    """The rows that ``current`` must have, from the entries alone."""
    key = (entries.c.record_id, entries.c.source_id, entries.c.kind)
    last = select(*key, func.max(entries.c.sequence).label("sequence")).group_by(*key).subquery("last")
    same = and_(*(entries.c[column.name] == column for column in last.c))
    held = select(*key, entries.c.space, entries.c.sequence, entries.c.content_id)
    return held.join_from(last, entries, same).where(entries.c.content_id.is_not(None))


_CURRENT = select(
    current.c.record_id,
    current.c.source_id,
    current.c.kind,
    current.c.space,
    current.c.sequence,
    current.c.content_id,
)
_NOTED = select(notes.c.source_id, func.max(notes.c.sequence)).group_by(notes.c.source_id)
_SOURCES = select(sources.c.id, sources.c.noted)
# What the first selection has and the second has not, with the code and what it means.
_DISAGREEMENTS = (
    (
        "current-changed",
        _CURRENT.except_(_in_force()),
        "The table of current contents has a row that follows from no entry",
    ),
    (
        "current-changed",
        _in_force().except_(_CURRENT),
        "The table of current contents lacks a row that follows from an entry",
    ),
    ("stray", _SOURCES.except_(_NOTED), "A source is not noted where it says it is"),
    ("stray", _NOTED.except_(_SOURCES), "A source that was noted is missing, or says otherwise"),
    (
        "stray",
        select(records.c.id).except_(select(entries.c.record_id), select(findings.c.record_id)),
        "A record's name was added that no commit mentions",
    ),
    (
        "stray",
        select(contents.c.id).except_(select(entries.c.content_id), select(rules.c.content_id)),
        "A content was added that no commit mentions",
    ),
)


class _Findings:
    """Findings, of which each code is listed a limited number of times."""

    def __init__(self) -> None:
        self._listed: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, code: str, message: str, remedy: str = _RESTORE, severity: Severity = Severity.VIOLATION) -> None:
        self._counts[code] += 1
        if self._counts[code] <= _SHOWN:
            self._listed.append(Finding(f"ledger.{code}", severity, message, remedy))

    def report(self) -> Report:
        more = [
            Finding(f"ledger.{code}", Severity.VIOLATION, f"{number - _SHOWN} more findings like these", _RESTORE)
            for code, number in self._counts.items()
            if number > _SHOWN
        ]
        return Report((*self._listed, *more))


class _BySequence:
    """Rows in the order of commits, taken commit by commit."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self._next = next(rows, None)
        self.strays = 0

    def take(self, sequence: int) -> Iterator[Any]:
        """The rows of a commit; rows of commits that do not exist are counted as strays."""
        while self._next is not None and self._next.sequence <= sequence:
            row, self._next = self._next, next(self._rows, None)
            if row.sequence == sequence:
                yield row
            else:
                self.strays += 1

    def finish(self) -> int:
        """The number of rows that belong to no commit."""
        return self.strays + (self._next is not None) + sum(1 for _ in self._rows)


class Verification:
    """One check of a ledger.

    Args:
        flaws: what the database system finds wrong with its files, at most so many.
        head: a hash that was written down elsewhere; without it, a chain that was cut off or computed
            anew from the start cannot be told from a genuine one.
        progress: called with (rows checked, rows in all).
    """

    def __init__(self, flaws: Flaws, connection: Connection, head: str | None, progress: Progress | None) -> None:
        self._flaws = flaws
        self._connection = connection
        self._head = head.strip().lower() if head else None
        self._progress = progress
        self._findings = _Findings()
        self._done = 0
        self._total = 0
        self._genesis = ""

    def run(self) -> Report:
        """Check everything; what cannot be read is a finding, never an error."""
        checks = (
            self._identity,
            self._file,
            self._count,
            self._contents,
            self._chain,
            self._derived,
            self._quarantine,
        )
        for check in checks:
            try:
                check()
            except (*_UNREADABLE, LedgerError) as error:
                self._findings.add("damaged", f"A part of the ledger cannot be read: {error}")
        return self._findings.report()

    def _identity(self) -> None:
        told = schema.identity(self._connection)
        self._genesis = genesis(told["lake"], told["base"])
        if told["genesis"] != self._genesis:
            self._findings.add("identity-changed", "The lake's identifier or its base IRI was changed")
        if set(told) != schema.IDENTITY or told["version"] != str(schema.VERSION):
            self._findings.add("identity-changed", "What the ledger says about itself was changed")

    def _file(self) -> None:
        for flaw in self._flaws(self._connection, _SHOWN):
            self._findings.add("damaged", f"The database file is damaged: {flaw}")

    def _count(self) -> None:
        for table in (contents, entries):
            self._total += self._connection.execute(select(func.count()).select_from(table)).scalar_one()

    def _tick(self) -> None:
        self._done += 1
        if self._progress and (self._done % _STEP == 0 or self._done == self._total):
            self._progress(self._done, self._total)

    def _rows(self, statement: Select[Any]) -> Iterator[Any]:
        return stream(self._connection, statement)

    def _contents(self) -> None:
        for row in self._rows(select(contents).order_by(contents.c.id)):
            self._tick()
            if sealing.is_erased(row):
                self._findings.add("content-erased", f"Content {row.id} has been erased", _ERASED, Severity.WARNING)
                continue
            try:
                sealing.check(f"Content {row.id}", row)
            except LedgerError as error:
                self._findings.add("content-changed", error.message)

    def _chain(self) -> None:
        parts = [_BySequence(self._rows(part)) for part in (_RULES, _ENTRIES, _NOTES, _FINDINGS)]
        previous, last = self._genesis, 0
        found = self._head in (None, self._genesis)
        for commit in self._rows(select(commits).order_by(commits.c.sequence)):
            self._check_link(commit, previous, last)
            self._check_hash(commit, *(part.take(commit.sequence) for part in parts))
            previous, last = commit.hash, commit.sequence
            found = found or commit.hash == self._head
        self._check_rest(sum(part.finish() for part in parts), found=found)

    def _check_link(self, commit: Any, previous: str, last: int) -> None:
        if commit.sequence != last + 1:
            self._findings.add("commit-missing", f"Commits {last + 1} to {commit.sequence - 1} are missing")
        if commit.previous != previous:
            self._findings.add("chain-broken", f"Commit {commit.sequence} does not follow the one before it")

    def _check_hash(
        self,
        commit: Any,
        rule_rows: Iterator[Any],
        entry_rows: Iterator[Any],
        note_rows: Iterator[Any],
        finding_rows: Iterator[Any],
    ) -> None:
        computed = CommitHash(
            sequence=commit.sequence,
            previous=commit.previous,
            time=commit.time,
            agent=commit.agent,
            message=commit.message,
            rules={row.name: _hex(row.hmac) for row in rule_rows},
        )
        size = self._add_entries(computed, entry_rows)
        for row in note_rows:
            computed.note(*row[1:])
        in_order = self._add_findings(computed, finding_rows)
        if (size, computed.hexdigest()) != (commit.size, commit.hash) or not in_order:
            self._findings.add(
                "chain-broken",
                f"Commit {commit.sequence} of {commit.time} does not match its hash: the commit, its "
                "entries, sources, rules or findings were changed after it was written",
            )

    def _add_entries(self, computed: CommitHash, rows: Iterator[Any]) -> int:
        """The number of entries; -1 when they are not numbered from 0."""
        size, in_order = 0, True
        for row in rows:
            self._tick()
            hmac = None if row.content_id is None else _hex(row.hmac)
            computed.entry(row.record, row.source, row.kind, row.space, hmac)
            in_order = in_order and row.position == size
            size += 1
        return size if in_order else -1

    def _add_findings(self, computed: CommitHash, rows: Iterator[Any]) -> bool:
        in_order = True
        for number, row in enumerate(rows):
            record = None if row.record_id is None else row.iri or "missing"
            computed.finding(record, row.finding)
            in_order = in_order and row.position == number
        return in_order

    def _check_rest(self, strays: int, *, found: bool) -> None:
        if strays:
            self._findings.add("stray", f"{strays} rows belong to commits that do not exist")
        if not found:
            self._findings.add(
                "head-unknown",
                f"No commit has the hash {self._head}: the ledger was cut off, rewritten, or is another one",
                "Compare with the place where the hash was written down, and restore a backup that has it",
            )

    def _derived(self) -> None:
        for code, statement, message in _DISAGREEMENTS:
            for row in self._connection.execute(statement.limit(_SHOWN + 1)):
                self._findings.add(code, f"{message}: {tuple(row)}")

    def _quarantine(self) -> None:
        head = self._connection.execute(select(func.coalesce(func.max(commits.c.sequence), 0))).scalar_one()
        for row in self._rows(select(quarantine).order_by(quarantine.c.id)):
            try:
                _check_refused(row, head)
            except (*_UNREADABLE, LedgerError) as error:
                message = f"Item {row.id} of the quarantine is not what was kept: {error}"
                remedy = f"Harvest its document again, or drop it: modellake quarantine drop {row.id}"
                self._findings.add("quarantine-changed", message, remedy, Severity.WARNING)


def _check_refused(row: Any, head: int) -> None:
    """Raise what shows that an item of the quarantine was changed."""
    name = f"the original of {row.place}"
    if sealing.digest(sealing.unpack(name, row.codec, row.checksum, row.size, row.original)) != row.digest:
        raise ValueError(f"{name} is not what its digest was made from")
    texts = (row.source, row.place, row.media_type, row.agent, row.space, row.report, row.harvester or "")
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text in it is none")
    Report.from_json(row.report)
    datetime.fromisoformat(row.time)
    if (row.status, row.settled) != (OPEN, None) and not (row.status == TAKEN_IN and 0 < row.settled <= head):
        raise ValueError(f"it is said to be {row.status!r} since commit {row.settled}")


def _hex(value: bytes | None) -> str:
    return value.hex() if value is not None else "missing"
