"""The tables of a ledger, their version, and the way from older versions to this one.

Chained tables (commits, entries, contents, rules, notes, findings, and the names in records and sources)
are only ever added to. ``current`` repeats the last entry of each (record, source, kind) for speed.
``types``, ``type_sets`` and ``identifiers`` are indexes that can be written anew at any time, ``readings`` one
that can be emptied at any time; ``quarantine`` holds what was refused and is no part of the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
    update,
)

from modellake.core.errors import LedgerError

FORMAT = "modellake ledger"
VERSION = 3
IDENTITY = frozenset({"format", "version", "lake", "base", "genesis"})

metadata = MetaData()

# SQLite makes a column the row's own key only when its type is exactly INTEGER.
_Id = BigInteger().with_variant(Integer(), "sqlite")
# Order by code point on every database, so that streams and hashes agree.
_Text = Text().with_variant(Text(collation="C"), "postgresql")


def _of_commit() -> Column[int]:
    # Deferred, because a commit's own row is written last, when its hash is known. SQLite then looks for the
    # rows that wait for it: the column must be the first of a key.
    link = ForeignKey("commits.sequence", deferrable=True, initially="DEFERRED")
    return Column("sequence", _Id, link, primary_key=True, autoincrement=False)


def _link(name: str, target: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(name, _Id, ForeignKey(target), primary_key=primary_key, autoincrement=False, nullable=nullable)


meta = Table(
    "meta",
    metadata,
    Column("key", _Text, primary_key=True),
    Column("value", _Text, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("iri", _Text, nullable=False, unique=True),
)

sources = Table(
    "sources",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("iri", _Text, nullable=False, unique=True),
    Column("noted", _Id, nullable=False),  # the last commit with a note on this source
)

# An erased content keeps its id and its hmac; everything else of it is NULL.
contents = Table(
    "contents",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("hmac", LargeBinary, nullable=False),  # HMAC-SHA256(key=salt, content): what the chain covers
    Column("salt", LargeBinary),
    Column("digest", LargeBinary),  # SHA-256 of the content, to find equal ones
    Column("codec", _Text),
    Column("checksum", _Id),  # CRC-32 of the stored body
    Column("size", _Id),  # bytes of the content before compression
    Column("body", LargeBinary),
)

commits = Table(
    "commits",
    metadata,
    Column("sequence", _Id, primary_key=True, autoincrement=False),
    Column("hash", _Text, nullable=False, unique=True),
    Column("previous", _Text, nullable=False),
    Column("time", _Text, nullable=False),
    Column("agent", _Text, nullable=False),
    Column("message", _Text, nullable=False),
    Column("size", _Id, nullable=False),  # number of entries
)

entries = Table(
    "entries",
    metadata,
    _of_commit(),
    Column("position", _Id, primary_key=True, autoincrement=False),
    _link("record_id", "records.id"),
    _link("source_id", "sources.id"),
    Column("kind", _Text, nullable=False),
    Column("space", _Text, nullable=False),
    _link("content_id", "contents.id", nullable=True),  # NULL: withdrawn
    UniqueConstraint("record_id", "source_id", "kind", "sequence"),
    sqlite_with_rowid=False,
)
_of_identity = entries.c.kind == "identity"
identity_entries = Index("entries_of_identity", entries.c.sequence, sqlite_where=_of_identity)

rules = Table(
    "rules",
    metadata,
    _of_commit(),
    Column("name", _Text, primary_key=True),
    _link("content_id", "contents.id"),
    sqlite_with_rowid=False,
)

notes = Table(
    "notes",
    metadata,
    _of_commit(),
    _link("source_id", "sources.id", primary_key=True),
    Column("place", _Text, nullable=False),
    Column("media_type", _Text, nullable=False),
    Column("harvester", _Text),
    sqlite_with_rowid=False,
)

findings = Table(
    "findings",
    metadata,
    _of_commit(),
    Column("position", _Id, primary_key=True, autoincrement=False),
    _link("record_id", "records.id", nullable=True),
    Column("finding", _Text, nullable=False),
    Index("findings_of_record", "record_id"),
    sqlite_with_rowid=False,
)

current = Table(
    "current",
    metadata,
    _link("record_id", "records.id", primary_key=True),
    _link("source_id", "sources.id", primary_key=True),
    Column("kind", _Text, primary_key=True),
    Column("space", _Text, nullable=False),
    Column("sequence", _Id, nullable=False),
    _link("content_id", "contents.id"),
    Index("current_of_source", "source_id", "record_id"),
    sqlite_with_rowid=False,
)

type_sets = Table(
    "type_sets",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("classes", _Text, nullable=False, unique=True),  # JSON: sorted class IRIs
)

# One row for all resources that share a document part (the IRI up to '#') in one source's statements.
types = Table(
    "types",
    metadata,
    _link("record_id", "records.id", primary_key=True),
    _link("source_id", "sources.id", primary_key=True),
    Column("document", _Text, primary_key=True),
    Column("stated", _Text, nullable=False),  # JSON: rest of the IRI → id of a type set
    Index("types_of_document", "document"),
    sqlite_with_rowid=False,
)

# What each source was read from when it said what it says now.
readings = Table(
    "readings",
    metadata,
    _link("source_id", "sources.id", primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Only what more than one resource may bear: checksums of weights and data, DOIs, package URLs, addresses.
identifiers = Table(
    "identifiers",
    metadata,
    _link("record_id", "records.id", primary_key=True),
    Column("key", _Text, primary_key=True),
    Column("kind", _Text, nullable=False),
    Column("own", Boolean, nullable=False),  # the resource is called by it and by nothing else
    Index("identifiers_by_key", "key"),
    sqlite_with_rowid=False,
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("time", _Text, nullable=False),
    Column("status", _Text, nullable=False),
    Column("settled", _Id),  # the commit that took the source in
    Column("source", _Text, nullable=False),
    Column("place", _Text, nullable=False),
    Column("media_type", _Text, nullable=False),
    Column("harvester", _Text),
    Column("agent", _Text, nullable=False),
    Column("space", _Text, nullable=False),
    Column("report", _Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("codec", _Text, nullable=False),
    Column("checksum", _Id, nullable=False),
    Column("size", _Id, nullable=False),
    Column("original", LargeBinary, nullable=False),
    Index("quarantine_of_source", "source", "status"),
    sqlite_autoincrement=True,
)

Migration = Callable[[Connection], None]


def _add_readings(connection: Connection) -> None:
    metadata.create_all(connection, tables=[readings])


def _add_identifiers(connection: Connection) -> None:
    identifiers.create(connection)
    identity_entries.create(connection)


# From a version to the next one. A released step is never edited; a new ledger starts at VERSION.
MIGRATIONS: Mapping[int, Migration] = {1: _add_readings, 2: _add_identifiers}
# What each step does, for people.
SUMMARIES: Mapping[int, str] = {
    1: "Add the index of readings, by which documents that are as they were are not read again.",
    2: "Add the index of identifiers, by which resources are known to be the same.",
}


def use_postgresql() -> None:
    """Say what PostgreSQL needs besides: SQLAlchemy imports a dialect as soon as a table has an option of it."""
    identity_entries.dialect_options["postgresql"]["where"] = _of_identity


def create(connection: Connection, identity: Mapping[str, str]) -> None:
    """Write all tables of this version and the ledger's identity into an empty database."""
    metadata.create_all(connection)
    rows = {"format": FORMAT, "version": str(VERSION), **identity}
    connection.execute(meta.insert(), [{"key": key, "value": value} for key, value in rows.items()])


def is_ledger(connection: Connection) -> bool:
    """True when the database has a table that may tell a ledger's identity."""
    return inspect(connection).has_table(meta.name)


def identity(connection: Connection) -> dict[str, str]:
    """What ``meta`` says.

    Raises:
        LedgerError: ``ledger.damaged`` when a part of the identity is missing.
    """
    found = {row.key: row.value for row in connection.execute(select(meta))}
    missing = IDENTITY - found.keys()
    if missing or found["format"] != FORMAT or not str(found["version"]).isdecimal():
        raise LedgerError(
            "The ledger does not say which lake it belongs to, or in a form that is not known",
            remedy="Restore the ledger from a backup",
        )
    return found


def check_version(found: int, target: int) -> None:
    """Refuse a ledger that a later modellake wrote.

    Raises:
        LedgerError: ``ledger.newer``.
    """
    if found > target:
        raise LedgerError(
            f"The ledger has version {found}; this modellake knows versions up to {target}",
            code="ledger.newer",
            remedy="Install a newer modellake",
        )


def migrate(connection: Connection, steps: Mapping[int, Migration], target: int) -> None:
    """Take the tables forward to version ``target``, inside the caller's transaction.

    Raises:
        LedgerError: ``ledger.newer``, or ``ledger.too-old`` when no step leads on from the version found.
    """
    found = int(identity(connection)["version"])
    check_version(found, target)
    for number in range(found, target):
        if number not in steps:
            raise LedgerError(
                f"No way is known to bring a ledger of version {number} up to date",
                code="ledger.too-old",
                remedy="Open it once with an earlier release of modellake, or restore a backup",
            )
        steps[number](connection)
    connection.execute(update(meta).where(meta.c.key == "version").values(value=str(target)))
