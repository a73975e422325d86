"""One document of a harvest: read unless it is as it was, packed on its way between processes."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Triple, parse, serialize

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import UnavailableError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import Harvester, fingerprints
from modellake.core.report import Finding, Place
from modellake.lake.harvesting.reading import FAULTS, harvest_document, source_of

if TYPE_CHECKING:
    from modellake.lake.harvesting.naming import Naming


@dataclass(frozen=True, slots=True, eq=False)
class Harvested:
    """What came of one document.

    Attributes:
        source: what the ledger calls it.
        item: what it says; None when it is as it was when it was taken in, and has not been read.
        reading: a digest of what it was read from and by which rules; None where that cannot be told.
        naming: how it came to be called otherwise than by its place; None where it did not.
    """

    harvester: Harvester
    document: str
    source: Source
    item: Description | Refusal | None
    reading: bytes | None = None
    naming: Naming | None = None

    def read_again(self, iris: LakeIRIs) -> Harvested:
        """The same document, read in any case."""
        read = read_document(self.harvester, self.document, iris, b"")
        return self.naming.named(read) if self.naming else read


def read_document(
    harvester: Harvester, document: str, iris: LakeIRIs, rules: bytes, known: bytes | None = None
) -> Harvested:
    """Read a document, unless its reading is ``known``.

    Args:
        rules: a digest of what decides how it is read; empty to make no reading.
        known: the reading with which it was taken in.

    Raises:
        UnavailableError: what the harvester needs cannot be reached.
    """
    if fingerprints(harvester):
        return _read_by_fingerprint(harvester, document, iris, rules, known)
    source = source_of(harvester, document)
    try:
        content = harvester.read(document)
    except UnavailableError:
        raise
    except FAULTS:
        # Reading fails again where it is told as a refusal.
        return Harvested(harvester, document, source, harvest_document(harvester, document, iris))
    reading = _reading(rules, content)
    if known is not None and reading == known:
        return Harvested(harvester, document, source, None, reading)
    item = harvest_document(harvester, document, iris, content)
    return Harvested(harvester, document, item.source, item, reading)


def unread_document(harvester: Harvester, document: str, rules: bytes, known: bytes) -> Harvested | None:
    """A document that need not be read, as far as its harvester can tell that without reading."""
    if not fingerprints(harvester) or _reading(rules, _fingerprint(harvester, document)) != known:
        return None
    return Harvested(harvester, document, source_of(harvester, document), None, known)


def _read_by_fingerprint(
    harvester: Harvester, document: str, iris: LakeIRIs, rules: bytes, known: bytes | None
) -> Harvested:
    before = _reading(rules, _fingerprint(harvester, document))
    if known is not None and before == known:
        return Harvested(harvester, document, source_of(harvester, document), None, before)
    item = harvest_document(harvester, document, iris)
    # What changes while it is read has no reading that could be trusted.
    after = _reading(rules, _fingerprint(harvester, document)) if before else None
    return Harvested(harvester, document, item.source, item, before if before == after else None)


def _fingerprint(harvester: Harvester, document: str) -> bytes | None:
    try:
        told = harvester.fingerprint(document)  # type: ignore[attr-defined]
    except FAULTS:
        return None
    return told if isinstance(told, bytes) else None


def _reading(rules: bytes, told: object) -> bytes | None:
    if not rules or not isinstance(told, bytes):
        return None
    return hashlib.sha256(rules + told).digest()


@dataclass(frozen=True, slots=True)
class PackedDescription:
    """A description as few plain objects, which go between processes faster than its terms would.

    Attributes:
        statements: as N-Triples, in their order.
        places: rows of (number of the statement, line, column, path, document), pickled.
    """

    source: Source
    statements: bytes
    complete: bool
    findings: tuple[Finding, ...]
    original: bytes
    places: bytes
    space: str

    def unpack(self) -> Description:
        """The description."""
        statements = [quad.triple for quad in parse(self.statements, format=RdfFormat.N_TRIPLES, lenient=True)]
        places = PackedPlaces(statements, self.places) if self.places else {}
        return Description(
            self.source, statements, self.complete, self.findings, self.original, places, space=self.space
        )


def pack(item: Description | Refusal | None) -> PackedDescription | Refusal | None:
    """An item of a harvest on its way to another process."""
    if not isinstance(item, Description):
        return item
    return PackedDescription(
        item.source,
        serialize(item.statements, format=RdfFormat.N_TRIPLES) or b"",
        item.complete,
        tuple(item.findings),
        item.original,
        _packed_places(item),
        item.space,
    )


def unpack(item: PackedDescription | Refusal | None) -> Description | Refusal | None:
    """The inverse of `pack`."""
    return item.unpack() if isinstance(item, PackedDescription) else item


class PackedPlaces(Mapping[Triple, Place]):
    """Where statements stand; made when somebody asks, since most descriptions pass."""

    def __init__(self, statements: list[Triple], packed: bytes) -> None:
        self._statements = statements
        self._packed = packed

    @cached_property
    def _places(self) -> dict[Triple, Place]:
        rows = pickle.loads(self._packed)
        return {
            self._statements[number]: Place(document, line, column, path)
            for number, line, column, path, document in rows
        }

    def __getitem__(self, statement: Triple) -> Place:
        return self._places[statement]

    def __iter__(self) -> Iterator[Triple]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __bool__(self) -> bool:
        return True


def _packed_places(item: Description) -> bytes:
    if not item.places:
        return b""
    numbers = {statement: number for number, statement in enumerate(item.statements)}
    rows = [
        (numbers[statement], place.line, place.column, place.path, place.document)
        for statement, place in item.places.items()
        if statement in numbers
    ]
    return pickle.dumps(rows, protocol=pickle.HIGHEST_PROTOCOL)
