"""The ledger of a lake: the one door to its history."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from modellake.core.errors import LedgerError, NotFoundError, UnavailableError
from modellake.core.report import Finding, Report, Severity
from modellake.ledger import chain, copies, log, readings, records, schema, type_index
from modellake.ledger.bases import BASE, Bases, read_bases
from modellake.ledger.commits import Commit, Draft, Entry, Head, SourceNote
from modellake.ledger.database import Database, Place, Progress, system_of
from modellake.ledger.identifier_index import IdentifierIndex
from modellake.ledger.listing import Listing
from modellake.ledger.log import FindingRow, LedgerStats, SourceRow
from modellake.ledger.quarantine import Quarantine, rename_waiting, settle_sources
from modellake.ledger.records import HistoryEntry, RecordContent, Span
from modellake.ledger.type_index import Types, TypeWriter
from modellake.ledger.upgrades import Upgrade, bring_up_to_date
from modellake.ledger.writer import CommitWriter, Seen, read_start

__all__ = ["Ledger", "LedgerStats"]

LOCK_TIMEOUT = 30.0


class Ledger:
    """An append-only, hash-chained history in a SQLite file or in a schema of a PostgreSQL database.

    It may be used from any number of threads and processes. Every method may raise `UnavailableError`
    (``ledger.locked``, ``ledger.read-only``, ``ledger.disk-full``, ``ledger.disk``, ``ledger.unreachable``) and
    `LedgerError` (``ledger.damaged``). Iterators see the ledger as it was when they were started, whatever is appended
    meanwhile.

    Attributes:
        lake_id: a UUID that no other lake has.
        schema_version: of the tables.
        upgrade: what was done to them when the ledger was opened.
        shared: True when other machines may append.
        read_only: True when nothing can be written where it is.
        quarantine: what the gate refused.
        identifiers: by what resources may be known to be the same, and what was decided about that.
        listing: records by their names, page by page.
    """

    def __init__(self, database: Database, identity: dict[str, str], upgrade: Upgrade) -> None:
        self._database = database
        self._seen = Seen()
        self._bases = Bases(((0, identity["base"]),))
        self._head: tuple[int, Head] | None = None  # with the pulse of the database before it was read
        self._based = 0  # the last commit that was asked for its base IRI
        self.lake_id = identity["lake"]
        self.schema_version = int(identity["version"])
        self.upgrade = upgrade
        self.shared = database.shared
        self.read_only = database.read_only
        self._genesis = identity["genesis"]
        self.quarantine = Quarantine(database)
        self.identifiers = IdentifierIndex(database)
        self.listing = Listing(database)

    @classmethod
    def create(cls, place: Place, base_iri: str, *, lock_timeout: float = LOCK_TIMEOUT) -> Ledger:
        """Start an empty ledger.

        Args:
            place: a path in a folder that exists, or a URL of PostgreSQL.

        Raises:
            UsageError: ``ledger.exists``; what is there is left alone. Or ``ledger.url``, ``ledger.encoding``.
            NotFoundError: ``ledger.folder-absent``.
        """
        lake = str(uuid.uuid4())
        identity = {"lake": lake, "base": base_iri, "genesis": chain.genesis(lake, base_iri)}
        system_of(place).create(place, lock_timeout, lambda connection: schema.create(connection, identity))
        return cls.open(place, lock_timeout=lock_timeout)

    @classmethod
    def open(cls, place: Place, *, lock_timeout: float = LOCK_TIMEOUT) -> Ledger:
        """Open a ledger, and bring it up to date when an earlier modellake wrote it.

        Args:
            place: its path, or its URL.
            lock_timeout: seconds to wait for another writer.

        Raises:
            NotFoundError: ``ledger.absent``.
            LedgerError: ``ledger.not-a-ledger``, ``ledger.newer``, ``ledger.too-old`` or ``ledger.damaged``.
        """
        database = system_of(place).open(place, lock_timeout)
        try:
            return cls(database, *bring_up_to_date(database))
        except BaseException:
            database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    @property
    def base_iri(self) -> str:
        """The base IRI of the lake."""
        return self.bases.current

    @property
    def bases(self) -> Bases:
        """The base IRIs that the lake has had."""
        if not self._based:
            with self._database.read() as connection:
                self._bases = read_bases(connection, self._bases)
                self._based = log.head(connection, self._genesis).sequence
        return self._bases

    def head(self) -> Head:
        """The last commit."""
        pulse, known = self._database.pulse(), self._head
        if known and known[0] == pulse:
            return known[1]
        with self._database.read() as connection:
            head = log.head(connection, self._genesis)
        # The pulse is older than the head: at worst the head is read once more.
        if pulse is not None:
            self._head = (pulse, head)
        return head

    def snapshot(self) -> AbstractContextManager[None]:
        """Let this thread read one state, faster; who appends to it says which head it had. See `Database.snapshot`."""
        return self._database.snapshot()

    def append(self, draft: Draft, *, expected: Head | None = None) -> Commit | None:
        """Make a commit, durable on return, all or nothing.

        Changes that change nothing are left out: a content that equals what the same source says now in
        the same space, and the withdrawal of what is not there.

        Returns:
            The commit, or None when nothing was left of it and none was made.

        Raises:
            ConflictError: ``expected`` is not the head any more.
            UsageError: ``ledger.change-repeated``, ``ledger.kind``, ``ledger.time`` or ``ledger.text``.
            UnavailableError: ``ledger.rebased``: since this ledger was opened the lake has got another base IRI.
        """
        with self._database.write() as connection:
            start = read_start(connection, self._genesis)
            if expected is not None and expected != start.head:
                raise log.conflict(expected, start.head)
            self._check_base(connection, start.head)
            writer = CommitWriter(connection, draft, start, self._seen)
            written = writer.write()
            if written is None:
                connection.rollback()
                return None
            if draft.heard:
                settle_sources(connection, draft.heard, written["sequence"])
            bases = self._rebased(connection, draft, start.head)
        self._bases, self._based = bases, written["sequence"]
        writer.publish()
        return Commit(**written, load=self.entries)

    def _check_base(self, connection: Connection, head: Head) -> None:
        """Refuse to write names that the lake does not give any more."""
        known = self.bases
        if head.sequence != self._based and read_bases(connection, known, self._based) != known:
            raise UnavailableError(
                "The lake has got another base IRI since it was opened",
                code="ledger.rebased",
                remedy="Open it again, then write",
            )
        self._based = max(self._based, head.sequence)

    def _rebased(self, connection: Connection, draft: Draft, head: Head) -> Bases:
        """The base IRIs with what a commit says of them; what waits in quarantine follows a new one."""
        if BASE not in draft.rules:
            return self._bases
        rename_waiting(connection, self.base_iri, draft.rules[BASE].decode())
        return read_bases(connection, self._bases, head.sequence)

    def commits(self, after: int = 0, until: int | None = None) -> Iterator[Commit]:
        """The commits in (after, until], in order."""
        with self._database.read() as connection:
            yield from log.read_commits(connection, self.entries, after, until)

    def commit(self, sequence: int) -> Commit:
        """One commit; NotFoundError (``ledger.commit-unknown``) when there is none."""
        with self._database.read() as connection:
            return log.commit(connection, self.entries, sequence)

    def commit_by_hash(self, hash_prefix: str) -> Commit:
        """The commit whose hash begins so; NotFoundError, or AmbiguousError with the hashes."""
        with self._database.read() as connection:
            return log.commit(connection, self.entries, log.sequence_of(connection, hash_prefix))

    def entries(self, sequence: int) -> Iterator[Entry]:
        """The entries of one commit, in order."""
        with self._database.read() as connection:
            yield from log.read_entries(connection, sequence)

    def sequence_at(self, time: datetime) -> int:
        """The last commit at or before a moment, by the writers' clocks; 0 when there is none."""
        with self._database.read() as connection:
            return log.sequence_at(connection, time)

    def content(self, content_id: int) -> bytes:
        """The bytes of a content; NotFoundError when there is none or it has been erased."""
        with self._database.read() as connection:
            return log.content(connection, content_id)

    def rules(self, sequence: int) -> dict[str, bytes]:
        """The whole texts that were in force for a commit, by name."""
        with self._database.read() as connection:
            return log.read_rules(connection, sequence)

    def contents(self, record: str, at: int | None = None) -> list[RecordContent]:
        """What each source says about a record now, or said after commit ``at``; by source and kind."""
        with self._database.read() as connection:
            return next(records.contents_many(connection, (record,), at))[1]

    def contents_many(self, wanted: Iterable[str], at: int | None = None) -> Iterator[tuple[str, list[RecordContent]]]:
        """`contents` of many records, in the order asked for; an empty list where there are none."""
        with self._database.read() as connection:
            yield from records.contents_many(connection, wanted, at)

    def contents_all(
        self, at: int | None = None, spaces: frozenset[str] | None = None
    ) -> Iterator[tuple[str, list[RecordContent]]]:
        """`contents` of every record that has any, in the order of IRIs, in bounded memory.

        Args:
            spaces: leave out contents of other spaces; None for all.
        """
        with self._database.read() as connection:
            yield from records.contents_all(connection, at, spaces)

    def records(self, at: int | None = None) -> Iterator[str]:
        """The records that a source states something about, in order; retractions alone do not count."""
        with self._database.read() as connection:
            yield from records.stated_records(connection, at)

    def has_record(self, record: str) -> bool:
        """True when a source states something about the record now."""
        with self._database.read() as connection:
            return records.has_record(connection, record)

    def records_of(self, source: str) -> list[str]:
        """The records that a source says something about now, in order."""
        return self.records_of_many([source]).get(source, [])

    def records_of_many(self, sources: Iterable[str]) -> dict[str, list[str]]:
        """The same for several sources; those that say nothing are left out."""
        with self._database.read() as connection:
            return records.records_of_many(connection, sources)

    def changed_records(self, after: int, until: int) -> Iterator[str]:
        """The records that the commits in (after, until] touch, in order, each once."""
        with self._database.read() as connection:
            yield from records.changed_records(connection, after, until)

    def types_of(self, resources: Iterable[str]) -> dict[str, set[str]]:
        """Class IRIs of resources as stated now; resources without any are left out."""
        with self._database.read() as connection:
            return type_index.types_of(connection, self._seen.type_sets, resources)

    def replace_types(self, stated: Iterable[tuple[str, str, Types]]) -> None:
        """Write the whole index of types anew from (record, source, types).

        What is not in the ledger now is left out.
        """
        with self._database.write() as connection:
            start = read_start(connection, self._genesis)
            writer = TypeWriter(connection, self._seen.type_sets, start.type_set)
            type_index.replace_all(connection, writer, stated)
        writer.publish()

    def readings_of(self, sources: Iterable[str]) -> dict[str, bytes]:
        """Digests of what sources were read from when they said what they say now.

        Sources without one, and those with something open in quarantine, are left out.
        """
        with self._database.read() as connection:
            return readings.readings_of(connection, sources)

    def note_readings(self, new: Mapping[str, bytes], *, expected: Head) -> bool:
        """Note readings of sources that said nothing new; False when ``expected`` is not the head any more."""
        with self._database.write() as connection:
            if log.head(connection, self._genesis) != expected:
                return False
            readings.replace_readings(connection, (), new)
        return True

    def forget_readings(self) -> None:
        """Let every document be read again."""
        with self._database.write() as connection:
            readings.forget_readings(connection)

    def history(self, record: str) -> list[HistoryEntry]:
        """What happened to a record, oldest first."""
        with self._database.read() as connection:
            return records.history(connection, record)

    def span(self, record: str, at: int | None = None) -> Span:
        """When a record was first and last touched, up to commit ``at``.

        Raises:
            NotFoundError: ``ledger.record-unknown``.
        """
        found = self.spans((record,), at)
        if record not in found:
            raise NotFoundError(f"The ledger has no record <{record}>", code="ledger.record-unknown")
        return found[record]

    def spans(self, wanted: Iterable[str], at: int | None = None) -> dict[str, Span]:
        """`span` of many records; unknown ones are left out."""
        with self._database.read() as connection:
            return records.spans(connection, wanted, at)

    def source_notes(self, wanted: Iterable[str], at: int | None = None) -> dict[str, SourceNote]:
        """What is known about sources now, or was after commit ``at``; unknown ones are left out."""
        with self._database.read() as connection:
            return log.source_notes(connection, wanted, at)

    def sources(self) -> list[SourceRow]:
        """All sources that were ever heard, in the order of IRIs."""
        with self._database.read() as connection:
            return log.read_sources(connection)

    def findings(self, record: str | None = None, sequence: int | None = None) -> list[FindingRow]:
        """Stored findings in the order they were stored, of one record or commit where given."""
        with self._database.read() as connection:
            return log.read_findings(connection, record, sequence)

    def stats(self) -> LedgerStats:
        """How much the ledger holds."""
        with self._database.read() as connection:
            return log.stats(connection)

    def verify(self, head: str | None = None, progress: Progress | None = None) -> Report:
        """Check that the ledger is what was written; an empty report when it is.

        Covered: every column of every commit, entry, content, rule, finding and source, the lake's
        identity, and the table of current contents. Not covered: the indexes of types, identifiers and
        readings, which can be made again, and the quarantine. Erased contents are listed as Info.

        Args:
            head: a commit's hash that was written down elsewhere. Without it, a ledger that was cut off
                at its end or whose chain was computed anew cannot be told from a genuine one.
            progress: called with (rows checked, rows in all).
        """
        from modellake.ledger.verification import Verification

        try:
            with self._database.read() as connection:
                return Verification(self._database.flaws, connection, head, progress).run()
        except LedgerError as error:
            return Report((Finding(error.code, Severity.VIOLATION, error.message, error.remedy),))

    def backup(self, target: Path, progress: Progress | None = None) -> Head:
        """Copy the ledger to a new SQLite file while others go on using it, and say which commit is the last in it.

        Args:
            target: a file that is not there yet.
            progress: called with (done, in all): pages or rows.

        Raises:
            UsageError: ``ledger.exists``.
        """
        copies.copy_database(self._database, target, progress)
        sequence, own_hash = copies.last_commit(target)
        return Head(sequence, own_hash) if sequence else Head(0, self._genesis)

    def copy_into(self, url: str, progress: Progress | None = None) -> None:
        """Copy the ledger, as it is now, into a database that holds none; what is copied is verified.

        Args:
            url: of PostgreSQL.
            progress: called with (rows done, in all), for the copy and then for its verification.

        Raises:
            UsageError: ``ledger.exists``, ``ledger.url`` or ``ledger.encoding``.
            LedgerError: ``ledger.damaged``; nothing was written.
        """
        with self._database.read() as source:
            copies.copy_into(source, url, LOCK_TIMEOUT, progress)
