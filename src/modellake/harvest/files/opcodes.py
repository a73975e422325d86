"""The opcodes of a pickle, one by one, decoded without executing any.

The table of opcodes is that of `pickletools` (https://docs.python.org/3/library/pickletools.html); arguments are
read here, because `pickletools.genops` would read one of 2^60 bytes into memory if a pickle announces it.
"""

from __future__ import annotations

import io
import pickletools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from modellake.harvest.files.window import Window, damaged

MAX_OPCODES = 3_000_000
MAX_ARGUMENT = 256 * 1024
_MAX_LINE = 64 * 1024
_CHUNK = 16 * 1024
_TABLE = {opcode.code: opcode for opcode in pickletools.opcodes}
_TWO_LINES = ("GLOBAL", "INST")
# Lengths before an argument, by the constants of `pickletools`: TAKEN_FROM_ARGUMENT1, 4, 4U, 8U.
_LENGTHS = {-2: "<B", -3: "<i", -4: "<I", -5: "<Q"}


class Bytes(Protocol):
    """What opcodes are read from: bytes in order, which may be skipped."""

    def take(self, length: int) -> bytes:
        """The next bytes; raises ParseError if there are not so many."""

    def skip(self, length: int) -> None:
        """Go on behind the next bytes; raises ParseError if there are not so many."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An argument that is too large to be of interest: its length in bytes."""

    length: int


@dataclass(slots=True)
class WindowBytes:
    """The bytes of a window, in order."""

    window: Window
    at: int = 0
    _chunk: bytes = b""
    _start: int = 0

    def take(self, length: int) -> bytes:
        """The next bytes."""
        begin = self.at - self._start
        if begin + length > len(self._chunk):
            self._chunk = self.window.read(self.at, max(length, min(_CHUNK, self.window.size - self.at)))
            self._start, begin = self.at, 0
        self.at += length
        return self._chunk[begin : begin + length]

    def skip(self, length: int) -> None:
        """Go on behind the next bytes."""
        self.window.part(self.at, length)
        self.at += length
        self._chunk, self._start = b"", self.at


def opcodes(stream: Bytes) -> Iterator[tuple[str, Any]]:
    """Names and arguments of the opcodes of one pickle, up to ``STOP``.

    Raises:
        ParseError: it is no pickle (``parse.header``), ends too early (``parse.truncated``), or has more than
            three million opcodes (``parse.too-large``).
    """
    for _ in range(MAX_OPCODES):
        code = stream.take(1).decode("latin-1")
        opcode = _TABLE.get(code)
        if opcode is None:
            raise damaged(f"This is no pickle: there is no opcode {code!r}")
        yield opcode.name, _argument(stream, opcode)
        if opcode.name == "STOP":
            return
    raise damaged(f"The pickle has more than {MAX_OPCODES:,} opcodes", code="parse.too-large")


def _argument(stream: Bytes, opcode: pickletools.OpcodeInfo) -> Any:
    if opcode.arg is None:
        return None
    size = opcode.arg.n
    if size >= 0:
        return _decoded(opcode, stream.take(size))
    if size in _LENGTHS:
        return _measured(stream, opcode, _LENGTHS[size])
    content = _line(stream) + (_line(stream) if opcode.name in _TWO_LINES else b"")
    return _decoded(opcode, content)


def _measured(stream: Bytes, opcode: pickletools.OpcodeInfo, form: str) -> Any:
    prefix = stream.take({"<B": 1, "<i": 4, "<I": 4, "<Q": 8}[form])
    length = int.from_bytes(prefix, "little", signed=form == "<i")
    if length < 0:
        raise damaged(f"{opcode.name} announces {length} bytes")
    if length > MAX_ARGUMENT:
        stream.skip(length)
        return Skipped(length)
    return _decoded(opcode, prefix + stream.take(length))


def _line(stream: Bytes) -> bytes:
    found = bytearray()
    while not found.endswith(b"\n"):
        found += stream.take(1)
        if len(found) > _MAX_LINE:
            raise damaged("A line of the pickle does not end", code="parse.too-large")
    return bytes(found)


def _decoded(opcode: pickletools.OpcodeInfo, content: bytes) -> Any:
    reader = opcode.arg.reader  # type: ignore[union-attr]
    try:
        return reader(io.BytesIO(content))
    except ValueError as error:
        raise damaged(f"The argument of {opcode.name} cannot be read: {str(error)[:200]}") from error
