"""HDF5 (https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html): groups, datasets and attributes.

The C library is not made for files that lie about themselves, so what is needed is read here: symbol tables and
compact links, object headers of versions 1 and 2, attributes in them. Data are never read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from modellake.harvest.files.window import Window, damaged

MAGIC = b"\x89HDF\r\n\x1a\n"
MAX_OBJECTS = 100_000
MAX_MESSAGES = 4_096
MAX_VALUES = 64
_UNDEFINED = 0xFFFF_FFFF_FFFF_FFFF
_DATASPACE, _LINK_INFO, _DATATYPE, _LINK, _ATTRIBUTE, _CONTINUATION, _TABLE, _ATTRIBUTE_INFO = (
    1,
    2,
    3,
    6,
    12,
    16,
    17,
    21,
)


def looks_like_hdf5(window: Window) -> bool:
    """True when a file begins with the signature of HDF5."""
    return window.head(8) == MAGIC


@dataclass(slots=True)
class Object:
    """A group or a dataset: its path, its attributes and, for a dataset, the type and shape of its data."""

    path: str
    attributes: dict[str, Any] = field(default_factory=dict)
    type: str = ""
    shape: list[int] | None = None
    unread: bool = False
    _links: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Type:
    name: str
    size: int
    code: int
    is_text: bool
    is_variable: bool


@dataclass(frozen=True, slots=True)
class File:
    """An HDF5 file in a window."""

    window: Window

    def objects(self) -> Iterator[Object]:
        """All objects, each once, from the root.

        Raises:
            ParseError: it is no HDF5 file (``parse.header``), has addresses that are not eight bytes long, or
                ends too early (``parse.truncated``).
        """
        waiting = [("", self._root())]
        seen: set[int] = set()
        for path, address in waiting:
            if address in seen or len(seen) >= MAX_OBJECTS:
                continue
            seen.add(address)
            found = self._object(path, address)
            yield found
            waiting.extend((f"{path}/{name}" if path else name, at) for name, at in found._links)

    def _root(self) -> int:
        head = self.window.head(96)
        if not head.startswith(MAGIC):
            raise damaged("The file does not begin with the signature of HDF5")
        version = head[8]
        sizes, at = (head[13:15], {0: 64, 1: 68}.get(version, 0)) if version < 2 else (head[9:11], 36)
        if version > 3 or sizes != b"\x08\x08":
            raise damaged(f"A superblock of version {version} with such addresses cannot be read")
        return self.window.number(at, "<Q")

    def _object(self, path: str, address: int) -> Object:
        found = Object(path)
        for kind, shared, content in self._messages(address):
            if shared:
                found.unread = True
            elif kind == _DATASPACE:
                found.shape = _shape(content)
            elif kind == _DATATYPE:
                found.type = _type(content).name
            elif kind == _ATTRIBUTE:
                self._attribute(found, content)
            elif kind == _TABLE:
                found._links += self._table(content)
            elif kind == _LINK:
                found._links += _link(content)
            elif kind in (_LINK_INFO, _ATTRIBUTE_INFO):
                found.unread |= _is_dense(kind, content)
        return found

    def _messages(self, address: int) -> Iterator[tuple[int, bool, bytes]]:
        """Kind, whether it stands elsewhere, and content of the messages in an object header."""
        version = self.window.read(address, 4)
        messages = self._modern(address) if version == b"OHDR" else self._classic(address)
        for number, message in enumerate(messages):
            if number >= MAX_MESSAGES:
                raise damaged("An object header has too many messages", code="parse.too-large")
            yield message

    def _classic(self, address: int) -> Iterator[tuple[int, bool, bytes]]:
        if self.window.number(address, "<B") != 1:
            raise damaged(f"There is no object header at {address:,}")
        blocks = [(address + 16, self.window.number(address + 8, "<I"))]
        for begin, length in blocks:
            at, end = begin, begin + length
            while at + 8 <= end:
                kind, size, flags = struct.unpack("<HHB", self.window.read(at, 5))
                content = self.window.read(at + 8, size)
                at += 8 + size
                if kind == _CONTINUATION:
                    _add_block(blocks, content)
                else:
                    yield kind, bool(flags & 2), content

    def _modern(self, address: int) -> Iterator[tuple[int, bool, bytes]]:
        flags = self.window.number(address + 5, "<B")
        at = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        length = int.from_bytes(self.window.read(at, width), "little")
        blocks = [(at + width, length)]
        head = 6 if flags & 4 else 4
        for number, (begin, size) in enumerate(blocks):
            # Every block but the first has a signature of four bytes before and a checksum after its messages.
            start, end = (begin, begin + size) if number == 0 else (begin + 4, begin + size - 4)
            while start + head <= end:
                kind, long, state = struct.unpack("<BHB", self.window.read(start, 4))
                content = self.window.read(start + head, long)
                start += head + long
                if kind == _CONTINUATION:
                    _add_block(blocks, content)
                else:
                    yield kind, bool(state & 2), content

    def _table(self, content: bytes) -> list[tuple[str, int]]:
        tree, heap = struct.unpack_from("<QQ", content)
        if self.window.read(heap, 4) != b"HEAP":
            raise damaged(f"There is no local heap at {heap:,}")
        names = self.window.number(heap + 24, "<Q")
        return [
            (self._name(names + offset), address)
            for leaf in self._leaves(tree)
            for offset, address in self._entries(leaf)
        ]

    def _leaves(self, tree: int) -> Iterator[int]:
        waiting = [tree]
        seen: set[int] = set()
        for address in waiting:
            if address in seen or len(seen) > MAX_OBJECTS or self.window.read(address, 4) != b"TREE":
                raise damaged(f"There is no tree of links at {address:,}")
            seen.add(address)
            level, number = struct.unpack("<BH", self.window.read(address + 5, 3))
            children = [self.window.number(address + 32 + 16 * index, "<Q") for index in range(number)]
            if level:
                waiting.extend(children)
            else:
                yield from children

    def _entries(self, leaf: int) -> Iterator[tuple[int, int]]:
        if self.window.read(leaf, 4) != b"SNOD":
            raise damaged(f"There is no table of links at {leaf:,}")
        for index in range(self.window.number(leaf + 6, "<H")):
            offset, address, cache = struct.unpack("<QQI", self.window.read(leaf + 8 + 40 * index, 20))
            if cache != 2:  # a symbolic link leads to a name, not to an address
                yield offset, address

    def _name(self, at: int) -> str:
        found = self.window.read(at, min(1024, max(self.window.size - at, 0)))
        return found.partition(b"\0")[0].decode("utf-8", "replace")

    def _attribute(self, found: Object, content: bytes) -> None:
        version, flags, *lengths = struct.unpack_from("<BBHHH", content)
        if version not in (1, 2, 3) or flags & 3:
            found.unread = True
            return
        at = 9 if version == 3 else 8
        parts = []
        for length in lengths:
            parts.append(content[at : at + length])
            at += -(-length // 8) * 8 if version == 1 else length
        name = parts[0].partition(b"\0")[0].decode("utf-8", "replace")
        value = self._value(_type(parts[1]), _shape(parts[2]), content[at:])
        if value is not None:
            found.attributes[name] = value

    def _value(self, kind: _Type, shape: list[int], content: bytes) -> Any:
        number = 1
        for size in shape:
            number *= size
        width = 16 if kind.is_variable else kind.size
        pieces = [content[width * index : width * (index + 1)] for index in range(min(number, MAX_VALUES))]
        values = [self._plain(kind, piece) for piece in pieces if len(piece) == width]
        if not shape:
            return values[0] if values else None
        return values if len(values) == number else f"{number} items"

    def _plain(self, kind: _Type, content: bytes) -> Any:
        if kind.is_variable:
            length, address, index = struct.unpack("<IQI", content)
            return self._text(address, index, length) if kind.is_text else None
        if kind.is_text:
            return content.partition(b"\0")[0].decode("utf-8", "replace")
        form = {"float64": "<d", "float32": "<f", "float16": "<e"}.get(kind.name)
        if form:
            return struct.unpack(form, content)[0]
        if kind.name.startswith(("int", "uint")):
            return int.from_bytes(content, "little", signed=kind.name.startswith("int"))
        return bool(content[0]) if kind.name == "bool" else None

    def _text(self, address: int, index: int, length: int) -> str | None:
        """A text of varying length, which stands in a global heap."""
        if address in (0, _UNDEFINED) or self.window.read(address, 4) != b"GCOL":
            return None
        end = address + self.window.number(address + 8, "<Q")
        at = address + 16
        for _ in range(MAX_OBJECTS):
            if at + 16 > end:
                break
            found, _count, size = struct.unpack("<HH4xQ", self.window.read(at, 16))
            if found == index:
                return self.window.read(at + 16, min(length, size)).rstrip(b"\0").decode("utf-8", "replace")
            at += 16 + -(-size // 8) * 8
        return None


def _add_block(blocks: list[tuple[int, int]], content: bytes) -> None:
    block = struct.unpack_from("<QQ", content)
    if block in blocks:
        raise damaged("An object header goes on in itself")
    blocks.append(block)


def _is_dense(kind: int, content: bytes) -> bool:
    """True when links or attributes stand in a fractal heap, which is not read here."""
    flags = content[1]
    widths = (8, 2)[kind == _ATTRIBUTE_INFO]
    at = 2 + (widths if flags & 1 else 0)
    heap: int = struct.unpack_from("<Q", content, at)[0]
    return heap != _UNDEFINED


def _link(content: bytes) -> list[tuple[str, int]]:
    flags = content[1]
    at = 2
    kind = 0
    if flags & 8:
        kind, at = content[at], at + 1
    at += (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
    width = 1 << (flags & 3)
    length = int.from_bytes(content[at : at + width], "little")
    name = content[at + width : at + width + length].decode("utf-8", "replace")
    if kind:
        return []
    return [(name, struct.unpack_from("<Q", content, at + width + length)[0])]


def _shape(content: bytes) -> list[int]:
    version, rank = content[0], content[1]
    return list(struct.unpack_from(f"<{rank}Q", content, 8 if version == 1 else 4))


def _type(content: bytes) -> _Type:
    code, bits = content[0] & 15, content[1]
    size: int = struct.unpack_from("<I", content, 4)[0]
    names = {2: "time", 3: "string", 4: "bitfield", 5: "opaque", 6: "structured", 7: "reference", 10: "array"}
    name = names.get(code, "unknown")
    if code == 0:
        name = f"{'int' if bits & 8 else 'uint'}{size * 8}"
    elif code == 1:
        name = "bfloat16" if size == 2 and content[13] == 8 else f"float{size * 8}"
    elif code == 8:
        name = "bool" if size == 1 else "enumeration"
    elif code == 9:
        name = "string" if bits & 15 == 1 else "list"
    return _Type(name, size, code, name == "string", code == 9)
