"""ZIP archives (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), with bounds on all that they claim."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from modellake.harvest.files.window import Window, damaged, window_of_bytes

MAX_DIRECTORY = 16 * 1024 * 1024
MAX_ENTRIES = 100_000
MAX_MEMBER = 16 * 1024 * 1024
MAX_WINDOW = 64 * 1024 * 1024
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 1_100
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"


def looks_like_zip(window: Window) -> bool:
    """True when a file begins with a member of a ZIP archive."""
    return window.head(4) == b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name, its length unpacked and as it is stored, in bytes."""

    name: str
    size: int
    packed: int
    info: zipfile.ZipInfo


class Archive:
    """The members of a ZIP archive, by name.

    Raises:
        ParseError: it is no archive (``parse.header``), ends too early (``parse.truncated``), is unpacked too
            large (``parse.bomb``), or has two members of one name (``parse.header``).
    """

    def __init__(self, window: Window) -> None:
        _check_directory(window)
        self._window = window
        self._unpacked = 0
        try:
            self._archive = zipfile.ZipFile(_WindowFile(window))
            infos = self._archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OSError) as error:
            raise damaged(f"The archive cannot be read: {str(error)[:200]}") from error
        self.members = {info.filename: _member(info) for info in infos}
        if len(self.members) != len(infos):
            raise damaged("Two members of the archive have the same name")

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def named(self, name: str) -> str:
        """The full name of the member whose path ends so, or an empty text; the shortest if there are several."""
        found = [key for key in self.members if key == name or key.endswith("/" + name)]
        return min(found, key=len, default="")

    def read(self, name: str, limit: int = MAX_MEMBER) -> bytes:
        """The bytes of a member, unpacked.

        Raises:
            ParseError: it is larger than the limit (``parse.too-large``), a bomb (``parse.bomb``), or damaged.
        """
        member = self.members[name]
        if member.size > limit:
            raise damaged(f"It is larger than {limit // 1024**2} MiB", code="parse.too-large", path=name[:200])
        if member.size > 2**20 and member.size > MAX_RATIO * max(member.packed, 1):
            raise damaged("Unpacked, it is too large", code="parse.bomb", path=name[:200])
        content = self._unpack(member, limit)
        self._unpacked += len(content)
        if self._unpacked > MAX_UNPACKED:
            raise damaged("Unpacked, the archive is too large", code="parse.bomb")
        return content

    def head(self, name: str, length: int) -> bytes:
        """The first bytes of a member, unpacked."""
        with self._opened(self.members[name]) as stream:
            return _read(stream, length, name)

    def window(self, name: str) -> Window:
        """A member as a window: in the archive itself where it is stored as it is, else unpacked in memory."""
        member = self.members[name]
        if member.info.compress_type != zipfile.ZIP_STORED or member.info.flag_bits & 1:
            return window_of_bytes(self.read(name, MAX_WINDOW))
        header = self._window.read(member.info.header_offset, 30)
        if header[:4] != b"PK\x03\x04":
            raise damaged("The member does not begin where the directory says", path=name[:200])
        lengths = struct.unpack("<HH", header[26:30])
        return self._window.part(member.info.header_offset + 30 + sum(lengths), member.packed)

    def _unpack(self, member: Member, limit: int) -> bytes:
        with self._opened(member) as stream:
            content = _read(stream, limit + 1, member.name)
        if len(content) > limit:
            raise damaged("Unpacked, it is larger than it claims", code="parse.bomb", path=member.name[:200])
        return content

    def _opened(self, member: Member) -> zipfile.ZipExtFile:
        if member.info.compress_type not in _METHODS or member.info.flag_bits & 1:
            raise damaged("Only members that are stored or deflated can be read", path=member.name[:200])
        try:
            stream = self._archive.open(member.info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, struct.error) as error:
            raise damaged(f"The member cannot be read: {str(error)[:200]}", path=member.name[:200]) from error
        return stream  # type: ignore[return-value]


def _read(stream: zipfile.ZipExtFile, length: int, name: str) -> bytes:
    try:
        return stream.read(length)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise damaged(f"The member cannot be unpacked: {str(error)[:200]}", path=name[:200]) from error


def _member(info: zipfile.ZipInfo) -> Member:
    return Member(info.filename, info.file_size, info.compress_size, info)


def unsafe_names(archive: Archive) -> Iterator[str]:
    """Members that would be unpacked outside of the folder that the archive is unpacked in."""
    for name in archive.members:
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or (len(parts[0]) == 2 and parts[0].endswith(":")):
            yield name


def _check_directory(window: Window) -> None:
    """Look at the end record first: `zipfile` reads a directory of any size into memory."""
    length = min(window.size, 65_557)
    tail = window.read(window.size - length, length)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > length:
        raise damaged("The archive has no directory: its end is missing", code="parse.truncated")
    entries, size = struct.unpack("<HI", tail[at + 10 : at + 16])
    wide = tail.rfind(_END64, 0, at)
    if wide >= 0 and wide + 56 <= length:
        entries, size = struct.unpack("<QQ", tail[wide + 32 : wide + 48])
    if size > MAX_DIRECTORY or entries > MAX_ENTRIES:
        raise damaged("The directory of the archive is too large", code="parse.too-large")


class _WindowFile(io.RawIOBase):
    """A window as the file that `zipfile` asks for."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._window.size}[whence]
        if base + offset < 0:
            raise OSError("an offset before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(self._window.size - self._at, 0)
        length = left if size is None or size < 0 else min(size, left)
        found = self._window.read(self._at, length) if length else b""
        self._at += length
        return found
