"""Blobs: payload bytes, called by their SHA-256, kept once, never half, and checked whenever they are read.

Where they are is a place: a folder (`modellake.ledger.blob_folder`) or object storage
(`modellake.ledger.blob_bucket`). A lake may have several; the first takes what is new, all are searched.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from modellake.core.errors import LedgerError, ModelLakeError, NotFoundError, ParseError, UsageError

CHUNK = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are kept: their SHA-256 in 64 hexadecimal digits, how many they are, and the place."""

    sha256: str
    size: int
    place: str


class BlobPlace(Protocol):
    """Keeps bytes under their SHA-256. It believes its caller: `Blobs` does all checking.

    Attributes:
        name: the path or URL.
    """

    name: str

    def size(self, sha256: str) -> int | None:
        """The number of bytes kept under that digest; None where there are none."""

    def write(self, sha256: str, chunks: Iterable[bytes], size: int | None) -> None:
        """Keep bytes, all of them or, when ``chunks`` raises, none; ``size`` is how many are expected.

        Raises:
            UnavailableError: the place takes nothing (``blob.disk-full``, ``blob.read-only``, …).
        """

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """What is kept under that digest, unchecked, in pieces of about `CHUNK` bytes."""

    def list(self) -> Iterator[Blob]:
        """All that is kept, in the order of the digests."""

    def set_aside(self, sha256: str) -> str:
        """Move damaged bytes out of the way and say where they are now."""

    def remove(self, sha256: str) -> None:
        """Keep the bytes with that digest no more."""

    def clean(self) -> int:
        """Remove what writers left behind that were interrupted; returns how many files that were."""


class Blobs:
    """The payload bytes of a lake, in one place or several.

    Args:
        places: what is new is written to the first; reading looks in all, in this order.
    """

    def __init__(self, places: Sequence[BlobPlace]) -> None:
        self.places = tuple(places)

    def find(self, sha256: str) -> Blob | None:
        """Where the bytes with that digest are, if they are kept; nothing is read."""
        for place in self.places:
            size = place.size(sha256)
            if size is not None:
                return Blob(sha256, size, place.name)
        return None

    def keep(self, sha256: str, chunks: Iterable[bytes], size: int | None = None) -> bool:
        """Keep bytes whose digest is known; returns False where they are kept already.

        Args:
            sha256: what the digest of the bytes must be.
            chunks: the bytes; not touched where they are kept already.
            size: how many there must be.

        Raises:
            ParseError: the bytes have another digest or size (``payload.changed``); nothing is kept.
            UnavailableError: the place takes nothing; nothing is kept.
        """
        found = self.find(checked_digest(sha256))
        # Bytes of a wrong size are damaged: better ones take their place.
        if found is not None and size in (None, found.size):
            return False
        self.places[0].write(sha256, _compared(chunks, sha256, size), size)
        return True

    def open(self, sha256: str) -> io.BufferedReader:
        """A stream of bytes that is checked while it is read.

        The last piece is given out only when the digest of all is right, so whoever reads to the end has the
        right bytes or an error. Who stops before that has bytes that nobody has checked.

        Raises:
            NotFoundError: nothing is kept under that digest.
            LedgerError: while reading, when the bytes are not what was written (``blob.damaged``).
        """
        return io.BufferedReader(_Reader(self.chunks(sha256)), CHUNK)

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """Like `open`, piece by piece."""
        return _verified(self._place(sha256), sha256)

    def check(self, sha256: str) -> ModelLakeError | None:
        """Read bytes and say what is wrong with them, if anything is."""
        try:
            for _ in self.chunks(sha256):
                pass
        except ModelLakeError as error:
            return error
        return None

    def list(self) -> Iterator[Blob]:
        """All that is kept, place by place."""
        for place in self.places:
            yield from place.list()

    def set_aside(self, sha256: str) -> str:
        """Move damaged bytes out of the way, so that right ones can be kept; returns where they are now."""
        return self._place(sha256).set_aside(sha256)

    def drop(self, sha256: str) -> Blob:
        """Keep bytes no more, in whichever places they are.

        Raises:
            NotFoundError: they are not kept.
        """
        self._place(sha256)
        found = [(place, size) for place in self.places if (size := place.size(sha256)) is not None]
        for place, _ in found:
            place.remove(sha256)
        return Blob(sha256, found[0][1], ", ".join(place.name for place, _ in found))

    def clean(self) -> int:
        """Remove what interrupted writers left behind; returns how many files that were."""
        return sum(place.clean() for place in self.places)

    def _place(self, sha256: str) -> BlobPlace:
        checked_digest(sha256)
        for place in self.places:
            if place.size(sha256) is not None:
                return place
        raise NotFoundError(
            f"The lake does not keep the bytes with the SHA-256 {sha256}",
            code="payload.absent",
            remedy="See what it keeps: modellake payload list. Keep more: modellake harvest --store SOURCE",
        )


def checked_digest(sha256: str) -> str:
    """A SHA-256 digest, as it is written here.

    Raises:
        UsageError: it is none, or not in lower case (``sha256.malformed``).
    """
    if not _DIGEST.fullmatch(sha256):
        raise UsageError(
            f"{sha256!r} is no SHA-256",
            code="sha256.malformed",
            remedy="Write 64 hexadecimal digits, in lower case.",
        )
    return sha256


def is_digest(text: str) -> bool:
    """True for 64 hexadecimal digits in lower case."""
    return _DIGEST.fullmatch(text) is not None


def _compared(chunks: Iterable[bytes], sha256: str, size: int | None) -> Iterator[bytes]:
    """The same bytes, with an error in the place of the end where they are not the expected ones."""
    digest, count = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        count += len(chunk)
        if size is not None and count > size:
            raise _changed(f"It has more than the {size:,} bytes that are described")
        yield chunk
    if digest.hexdigest() != sha256:
        raise _changed(f"Its SHA-256 is {digest.hexdigest()}, described is {sha256}")


def _changed(message: str) -> ParseError:
    return ParseError(
        f"{message}: it is not kept",
        code="payload.changed",
        remedy="Somebody changed the file since it was described: harvest it again.",
    )


def _verified(place: BlobPlace, sha256: str) -> Iterator[bytes]:
    """The bytes of a blob; each piece is held back until the next is there, and the last until all are right."""
    digest, held = hashlib.sha256(), b""
    for chunk in place.chunks(sha256):
        digest.update(chunk)
        if held:
            yield held
        held = chunk
    if digest.hexdigest() != sha256:
        raise LedgerError(
            f"The bytes kept as {sha256} are damaged: their SHA-256 is {digest.hexdigest()}",
            code="blob.damaged",
            remedy=f"They are in {place.name}. Run modellake payload verify --set-aside, then harvest the file again"
            " with --store.",
        )
    if held:
        yield held


class _Reader(io.RawIOBase):
    """Pieces of bytes as a stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
