"""Files on disk: opened only where they are regular ones, and read up to a bound."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from modellake.core.errors import ParseError
from modellake.core.report import Place

HEAD = 64 * 1024
# How many names below a folder are looked at to tell what it holds.
MAX_NAMES = 20_000


def absolute(document: str) -> Path:
    """The absolute path of a document, links kept as they are."""
    return Path(os.path.abspath(document))  # noqa: PTH100 -- the name of a link is its own


def text_of_name(name: str) -> str:
    """A file name as text; bytes that are no UTF-8 become escapes, so that different names stay different."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def read_head(path: Path, size: int = HEAD) -> bytes:
    """The first bytes of a regular file; none where it cannot be read."""
    try:
        with _open_regular(path) as stream:
            return stream.read(size)
    except (OSError, ValueError, ParseError):
        return b""


def read_bounded(path: Path, place: Place, limit: int) -> bytes:
    """The bytes of a file.

    Raises:
        ParseError: it is too large (``parse.too-large``), no regular file (``parse.not-a-file``) or cannot be read
            (``parse.unreadable``).
    """
    try:
        with _open_regular(path) as stream:
            content = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise ParseError(
            f"The file {text_of_name(path.name)} cannot be read: {getattr(error, 'strerror', None) or error}",
            code="parse.unreadable",
            place=place,
            remedy="Check the path and the rights of the file.",
        ) from error
    if len(content) > limit:
        raise ParseError(
            f"The file {text_of_name(path.name)} is larger than {limit // 1024**2} MiB",
            code="parse.too-large",
            place=place,
            remedy="Split it into several.",
        )
    return content


def files_below(folder: str) -> Iterator[str]:
    """The files below a folder in the order of their paths; hidden ones are left out."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name + "/" * entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(entry.path)
        elif entry.is_file():
            yield entry.path


def _open_regular(path: Path) -> BufferedReader:
    # Without O_NONBLOCK opening a pipe would wait for a writer.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise ParseError(
        f"{text_of_name(path.name)} is no regular file",
        code="parse.not-a-file",
        place=Place(str(path)),
        remedy="Name a file.",
    )
