"""Contents: how texts are compressed, sealed with a salt, and checked when they are read.

A sealed content can be erased later: without its salt, the HMAC that the chain covers tells nothing
about it, not even whether a guess is right.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import zlib
from typing import Any, NamedTuple

import zstandard

from modellake.core.errors import LedgerError

CODEC = "zstd"
_LEVEL = 3
_SALT_SIZE = 32
_per_thread = threading.local()  # zstandard's objects must not be used by two threads at once


class Packed(NamedTuple):
    """Bytes as they are stored.

    Attributes:
        codec: how they were compressed; a reader refuses what it does not know.
        checksum: CRC-32 of ``body``, so that every changed byte is noticed before it is decompressed.
        size: length in bytes before compression.
    """

    codec: str
    checksum: int
    size: int
    body: bytes


def pack(content: bytes) -> Packed:
    """Compress bytes for storage."""
    body = _compressor().compress(content)
    return Packed(CODEC, zlib.crc32(body), len(content), body)


def unpack(name: str, codec: object, checksum: object, size: object, body: object) -> bytes:
    """The inverse of `pack`; ``name`` is how an error calls the content.

    Raises:
        LedgerError: ``ledger.content-changed`` when these are not the bytes that were stored.
    """
    if codec != CODEC:
        raise _changed(name, f"it is stored in a form called {codec!r}, which is not known")
    if not isinstance(body, bytes) or zlib.crc32(body) != checksum:
        raise _changed(name, "its stored bytes do not match their checksum")
    try:
        if zstandard.frame_content_size(body) != size:
            raise _changed(name, "its size is not the one that was recorded")
        return _decompressor().decompress(body)
    except (zstandard.ZstdError, MemoryError) as error:
        raise _changed(name, f"it cannot be decompressed: {error}") from error


def digest(content: bytes) -> bytes:
    """SHA-256, to find equal contents."""
    return hashlib.sha256(content).digest()


class Sealed(NamedTuple):
    """A row of ``contents``, in the order of its columns."""

    id: int
    hmac: bytes
    salt: bytes
    digest: bytes
    codec: str
    checksum: int
    size: int
    body: bytes


def seal(content_id: int, content: bytes, content_digest: bytes) -> Sealed:
    """A row for new bytes, under a salt of its own."""
    salt = secrets.token_bytes(_SALT_SIZE)
    return Sealed(content_id, signature(salt, content), salt, content_digest, *pack(content))


def signature(salt: bytes, content: bytes) -> bytes:
    """HMAC-SHA256 of a content under its salt (https://www.rfc-editor.org/rfc/rfc2104)."""
    return hmac.digest(salt, content, "sha256")


def is_erased(row: Any) -> bool:
    """True when everything but the id and the HMAC of a content has been erased."""
    parts = (row.salt, row.digest, row.codec, row.checksum, row.size, row.body)
    return all(part is None for part in parts)


def check(name: str, row: Any) -> None:
    """Check all columns of a content that has not been erased; ``name`` is how an error calls it.

    Raises:
        LedgerError: ``ledger.content-changed``.
    """
    content = unpack(name, row.codec, row.checksum, row.size, row.body)
    if row.digest != digest(content):
        raise _changed(name, "it is not the text that its digest was made from")
    # HMAC pads its key with zeros: a salt with a zero byte added would sign alike.
    salted = isinstance(row.salt, bytes) and len(row.salt) == _SALT_SIZE
    if not salted or row.hmac != signature(row.salt, content):
        raise _changed(name, "it is not the text that was sealed, or its salt has been changed")


def _compressor() -> zstandard.ZstdCompressor:
    if not hasattr(_per_thread, "compressor"):
        _per_thread.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    compressor: zstandard.ZstdCompressor = _per_thread.compressor
    return compressor


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_per_thread, "decompressor"):
        _per_thread.decompressor = zstandard.ZstdDecompressor()
    decompressor: zstandard.ZstdDecompressor = _per_thread.decompressor
    return decompressor


def _changed(name: str, how: str) -> LedgerError:
    return LedgerError(
        f"{name} was changed after it was written: {how}",
        code="ledger.content-changed",
        remedy="Restore the ledger from a backup",
    )
