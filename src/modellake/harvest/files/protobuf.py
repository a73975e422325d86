"""The wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), without any schema.

Parts that nobody asks for, such as weights, are skipped and never read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from modellake.harvest.files.window import Window, damaged

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SMALL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """The fields of a message as far as they stand there, in order.

    Attributes:
        content: the bytes of the message.
    """

    content: Window

    def fields(self) -> Iterator[tuple[int, int | Window]]:
        """Numbers and values of the fields: whole numbers, or windows on texts, bytes and messages.

        Raises:
            ParseError: it is no message (``parse.header``), or ends too early (``parse.truncated``).
        """
        window = self.content
        if window.size <= _SMALL:
            window = window.loaded()
        at = 0
        while at < window.size:
            tag, at = _varint(window, at)
            if tag >> 3 == 0:
                raise damaged("This is no message of Protocol Buffers")
            value, at = _value(window, at, tag & 7)
            yield tag >> 3, value

    def messages(self, number: int) -> Iterator[Message]:
        """The messages in a field that may be repeated."""
        for found, value in self.fields():
            if found == number and isinstance(value, Window):
                yield Message(value)

    def message(self, number: int) -> Message | None:
        """The message in a field, if it is there."""
        return next(self.messages(number), None)

    def texts(self, number: int) -> Iterator[str]:
        """The texts in a field that may be repeated."""
        for found, value in self.fields():
            if found == number and isinstance(value, Window):
                yield text_in(value)

    def text(self, number: int) -> str:
        """The text in a field, or an empty one."""
        return next(self.texts(number), "")

    def numbers(self, number: int) -> list[int]:
        """The whole numbers in a field that may be repeated, packed or not, as signed 64-bit values."""
        found: list[int] = []
        for each, value in self.fields():
            if each != number:
                continue
            if isinstance(value, int):
                found.append(signed(value))
            else:
                found += _packed(value)
        return found

    def number(self, number: int) -> int | None:
        """The whole number in a field, as a signed 64-bit value, if it is there."""
        found = (value for each, value in self.fields() if each == number)
        return next((signed(value) for value in found if isinstance(value, int)), None)


def text_in(window: Window) -> str:
    """The text in a field; bytes that are no UTF-8 become replacement characters."""
    return window.all().decode("utf-8", "replace")


def signed(value: int) -> int:
    """A 64-bit value with its sign."""
    return value - 2**64 if value >= 2**63 else value


def _packed(window: Window) -> list[int]:
    if window.size > _SMALL:
        raise damaged("A list of sizes is too long", code="parse.too-large")
    inner = window.loaded()
    found, at = [], 0
    while at < inner.size:
        value, at = _varint(inner, at)
        found.append(signed(value))
    return found


def _value(window: Window, at: int, wire: int) -> tuple[int | Window, int]:
    if wire == _VARINT:
        return _varint(window, at)
    if wire == _BYTES:
        length, at = _varint(window, at)
        return window.part(at, length), at + length
    if wire == _FIXED32:
        return struct.unpack("<I", window.read(at, 4))[0], at + 4
    if wire == _FIXED64:
        return struct.unpack("<Q", window.read(at, 8))[0], at + 8
    raise damaged(f"This is no message of Protocol Buffers: wire type {wire}")


def _varint(window: Window, at: int) -> tuple[int, int]:
    piece = window.read(at, min(10, window.size - at))
    value = 0
    for position, byte in enumerate(piece):
        value |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at + position + 1
    code = "parse.truncated" if len(piece) < 10 else "parse.header"
    raise damaged("A number of the message does not end", code=code)
