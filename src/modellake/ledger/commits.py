"""Commits, what they are made from, and what can be read about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from modellake.core.description import DEFAULT_SPACE
from modellake.core.errors import UsageError

StatementsKind = Literal["statements", "retractions", "identity"]
STATEMENTS: StatementsKind = "statements"
RETRACTIONS: StatementsKind = "retractions"
IDENTITY: StatementsKind = "identity"
KINDS = (STATEMENTS, RETRACTIONS, IDENTITY)


@dataclass(frozen=True, slots=True)
class Change:
    """What a source says about a record from now on.

    Attributes:
        record: IRI of the record.
        source: IRI of the source.
        content: canonical N-Triples in UTF-8; None when the source withdraws what it said.
        kind: ``retractions`` when the content lists statements of other sources that do not hold, ``identity``
            when it says which resources are the same.
        space: who may read it. A withdrawal belongs to the space of what it withdraws.
        types: (resource IRI, class IRI) that these statements say or entail; ignored for retractions.
    """

    record: str
    source: str
    content: bytes | None
    kind: StatementsKind = STATEMENTS
    space: str = DEFAULT_SPACE
    types: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Where a source was found, what it was, and which harvester read it."""

    place: str
    media_type: str = ""
    harvester: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding that did not block a commit, as JSON text, and the IRI of the record it is about."""

    record: str | None
    finding: str


class Identifier(NamedTuple):
    """One identifier that a record bears.

    Attributes:
        key: the identifier in its normal form.
        kind: of what sort the resource is; only resources of one sort can be the same.
        own: whether the resource is called by it and by nothing else.
    """

    key: str
    kind: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit before it is made.

    Attributes:
        agent: IRI of who makes it.
        message: why.
        changes: at most one for each (record, source, kind); read once, in batches, so they may be made meanwhile.
        time: when, with its offset from UTC.
        rules: whole texts in force, by name: ``ontology``, ``alignments``, ``shapes``.
        sources: what is known about the sources, by IRI; a source without a note is its own place.
        findings: warnings, infos and contradictions to keep with the commit.
        readings: digests of what sources were read from, by IRI; no part of the chain.
        identifiers: the identifiers of records by which they may be known to be the same, which replace those
            that the index has; no part of the chain.
        heard: the sources that were taken in, by IRI: what waits of them in quarantine is settled.
    """

    agent: str
    message: str
    changes: Iterable[Change]
    time: datetime
    rules: Mapping[str, bytes] = field(default_factory=dict)
    sources: Mapping[str, SourceNote] = field(default_factory=dict)
    findings: Sequence[StoredFinding] = ()
    readings: Mapping[str, bytes] = field(default_factory=dict)
    identifiers: Mapping[str, frozenset[Identifier]] = field(default_factory=dict)
    heard: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a commit, as it stands in the ledger.

    Attributes:
        content_id: what `Ledger.content` takes; None for a withdrawal.
        content_hmac: HMAC-SHA256 of the content in hexadecimal; None for a withdrawal.
    """

    record: str
    source: str
    kind: str
    space: str
    content_id: int | None
    content_hmac: str | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the ledger.

    Attributes:
        sequence: 1 for the first commit, without gaps.
        hash: SHA-256 in hexadecimal over the commit and the hash of the one before.
        previous: the hash of the one before, or the genesis hash.
        time: ISO 8601 in UTC with microseconds and ``Z``, as the writer's clock had it.
        rules: name → HMAC of the text in force, in hexadecimal.
        size: number of entries.
        load: reads the entries of a commit from the ledger, given its sequence.
    """

    sequence: int
    hash: str
    previous: str
    time: str
    agent: str
    message: str
    rules: Mapping[str, str]
    size: int
    load: Callable[[int], Iterator[Entry]] = field(repr=False, compare=False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, read now; `Ledger.entries` streams those of a large commit."""
        return tuple(self.load(self.sequence))


@dataclass(frozen=True, slots=True)
class Head:
    """The last commit: sequence 0 and the genesis hash for an empty ledger."""

    sequence: int
    hash: str


def timestamp(time: datetime) -> str:
    """A moment in UTC, so written that text order is time order.

    Raises:
        UsageError: ``ledger.time`` when the moment has no offset.
    """
    if time.utcoffset() is None:
        raise UsageError("A moment needs its offset from UTC", code="ledger.time")
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
