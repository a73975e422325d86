"""Bounded reading: a file, or a part of one, as bytes at offsets, never more than a budget allows."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from modellake.core.errors import ParseError
from modellake.core.report import Place

MAX_PIECE = 64 * 1024 * 1024
MAX_READS = 20_000_000
MAX_BYTES = 1024 * 1024 * 1024
_PAGE = 64 * 1024


def damaged(message: str, *, code: str = "parse.header", path: str = "", remedy: str = "") -> ParseError:
    """The error for a file whose bytes are not what its format says; the document is added by who opened it."""
    return ParseError(
        message,
        code=code,
        place=Place(path=path or None),
        remedy=remedy or "Compare its checksum with the publisher's, and fetch or write it again.",
    )


@dataclass(slots=True)
class _Budget:
    """What may be read of one file, wherever its parts have been copied to meanwhile."""

    reads: int = 0
    bytes: int = 0

    def spend(self, reads: int, size: int) -> None:
        self.reads += reads
        self.bytes += size
        if self.reads > MAX_READS:
            raise damaged(f"The header has more than {MAX_READS:,} parts", code="parse.too-large")
        if self.bytes > MAX_BYTES:
            raise damaged(f"The header is larger than {MAX_BYTES // 1024**2} MiB", code="parse.too-large")


class _Pages:
    """Reads a stream page by page."""

    def __init__(self, stream: BinaryIO, budget: _Budget) -> None:
        self._stream = stream
        self._start = 0
        self._page = b""
        self.budget = budget

    def read(self, offset: int, length: int) -> bytes:
        self.budget.spend(1, 0)
        begin = offset - self._start
        if begin < 0 or begin + length > len(self._page):
            self._turn(offset, length)
            begin = 0
        return self._page[begin : begin + length]

    def _turn(self, offset: int, length: int) -> None:
        self._stream.seek(offset)
        self._page = self._stream.read(max(length, _PAGE))
        self._start = offset
        self.budget.spend(0, len(self._page))


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a file.

    Attributes:
        start: its offset in the file, in bytes.
        size: its length in bytes.
    """

    pages: _Pages
    start: int
    size: int

    def read(self, offset: int, length: int) -> bytes:
        """Bytes at an offset in the window.

        Raises:
            ParseError: they are not all there (``parse.truncated``) or are too many (``parse.too-large``).
        """
        if offset < 0 or length < 0 or offset + length > self.size:
            raise damaged(
                f"The file ends after {self.size:,} bytes; {length:,} more were announced at {offset:,}",
                code="parse.truncated",
            )
        if length > MAX_PIECE:
            raise damaged(f"A part of the header is larger than {MAX_PIECE // 1024**2} MiB", code="parse.too-large")
        found = self.pages.read(self.start + offset, length)
        if len(found) != length:
            raise damaged("The file became shorter while it was read", code="parse.changed")
        return found

    def head(self, length: int) -> bytes:
        """The first bytes, at most that many."""
        return self.read(0, min(length, self.size))

    def part(self, offset: int, length: int) -> Window:
        """A window in this window.

        Raises:
            ParseError: it would reach beyond the end (``parse.truncated``).
        """
        if offset < 0 or length < 0 or offset + length > self.size:
            raise damaged(
                f"The file ends after {self.size:,} bytes; {length:,} more were announced at {offset:,}",
                code="parse.truncated",
            )
        return Window(self.pages, self.start + offset, length)

    def number(self, offset: int, form: str) -> int:
        """A whole number in a form of `struct` (``<I``)."""
        found: int = struct.unpack(form, self.read(offset, struct.calcsize(form)))[0]
        return found

    def loaded(self) -> Window:
        """The same window in memory, on the budget of its file."""
        pages = _Pages(io.BytesIO(self.all()), self.pages.budget)
        return Window(pages, 0, self.size)

    def all(self) -> bytes:
        """Everything in the window, at most 64 MiB."""
        return self.read(0, self.size)


def window_of(stream: BinaryIO, size: int) -> Window:
    """A whole file that can be read at offsets."""
    return Window(_Pages(stream, _Budget()), 0, size)


def window_of_bytes(content: bytes) -> Window:
    """Bytes that are in memory already."""
    return window_of(io.BytesIO(content), len(content))
