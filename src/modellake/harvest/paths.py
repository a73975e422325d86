"""Paths of documents: their names as texts, and the opening of what may be no file."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from modellake.core.errors import ParseError
from modellake.core.report import Place


def absolute(document: str) -> Path:
    """The absolute path of a document, links kept as they are."""
    return Path(os.path.abspath(document))  # noqa: PTH100 -- Path.resolve() would follow links


def text_of_name(name: str) -> str:
    """A file name as text; bytes that are no UTF-8 become escapes, so that different names stay different."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def open_regular(path: Path, *, document: str | None = None, remedy: str = "Name a file.") -> BufferedReader:
    """Open a file for reading, if it is one.

    Args:
        path: of the file.
        document: what the user calls it, for the error; by default its path.
        remedy: what to name instead.

    Raises:
        ParseError: it is a pipe, a folder, a device (``parse.not-a-file``).
        OSError: it cannot be opened.
    """
    # Without O_NONBLOCK opening a pipe would wait for a writer.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise ParseError(
        "This is no regular file", code="parse.not-a-file", place=Place(document or str(path)), remedy=remedy
    )
