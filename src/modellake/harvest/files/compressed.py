"""Compressed streams, read in order and never further than a bound."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from modellake.harvest.files.window import Window, damaged

MAX_UNPACKED = 1024 * 1024 * 1024
MAX_RATIO = 2_000
_PIECE = 64 * 1024
_MEMORY = 128 * 1024 * 1024
_KINDS: dict[bytes, tuple[str, Callable[[], Any]]] = {
    b"\x1f\x8b": ("gzip", lambda: zlib.decompressobj(31)),
    b"x\x01": ("zlib", zlib.decompressobj),
    b"x^": ("zlib", zlib.decompressobj),
    b"x\x9c": ("zlib", zlib.decompressobj),
    b"x\xda": ("zlib", zlib.decompressobj),
    b"BZ": ("bz2", bz2.BZ2Decompressor),
    b"\xfd7zXZ": ("xz", lambda: lzma.LZMADecompressor(memlimit=_MEMORY)),
    b"]\x00": ("lzma", lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MEMORY)),
}
LZ4_MAGIC = b"\x04\x22\x4d\x18"


def compression_of(head: bytes) -> str:
    """The name of the compression that a file begins with, or an empty text."""
    if head.startswith(LZ4_MAGIC):
        return "lz4"
    return next((name for magic, (name, _) in _KINDS.items() if head.startswith(magic)), "")


def decompressor_for(head: bytes) -> Any:
    """What unpacks a file that begins so.

    Raises:
        ImportError: it is lz4, and the library for that is not installed.
    """
    if head.startswith(LZ4_MAGIC):
        from lz4.frame import LZ4FrameDecompressor

        return LZ4FrameDecompressor()
    return next(make for magic, (_, make) in _KINDS.items() if head.startswith(magic))()


@dataclass(slots=True)
class UnpackedBytes:
    """The unpacked bytes of a window, in order."""

    window: Window
    decompressor: Any
    at: int = 0
    unpacked: int = 0
    _ready: bytearray = field(default_factory=bytearray)

    def take(self, length: int) -> bytes:
        """The next bytes."""
        while len(self._ready) < length:
            self._unpack()
        found = bytes(self._ready[:length])
        del self._ready[:length]
        return found

    def skip(self, length: int) -> None:
        """Go on behind the next bytes."""
        while length > len(self._ready):
            length -= len(self._ready)
            self._ready.clear()
            self._unpack()
        del self._ready[:length]

    def _unpack(self) -> None:
        if getattr(self.decompressor, "eof", False):
            raise damaged("The file ends before its content does", code="parse.truncated")
        packed = self._packed()
        try:
            piece = self.decompressor.decompress(packed, _PIECE)
        except (zlib.error, OSError, EOFError, lzma.LZMAError, RuntimeError, ValueError) as error:
            raise damaged(f"The file cannot be unpacked: {error}") from error
        if not piece and not packed and self.at == self.window.size:
            raise damaged("The file ends before its content does", code="parse.truncated")
        self.unpacked += len(piece)
        if self.unpacked > MAX_UNPACKED or self.unpacked > _PIECE + MAX_RATIO * self.window.size:
            raise damaged("Unpacked, the file is too large", code="parse.bomb")
        self._ready += piece

    def _packed(self) -> bytes:
        """The packed bytes that come next: what is left over, or more of the file where more is needed."""
        left: bytes = getattr(self.decompressor, "unconsumed_tail", b"")
        if left or not getattr(self.decompressor, "needs_input", True):
            return left
        length = min(_PIECE, self.window.size - self.at)
        self.at += length
        return self.window.read(self.at - length, length)
