"""Croissant files on disk: where they are, what their paths tell, and their bytes."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from modellake.core.errors import ParseError
from modellake.core.report import Place

SUFFIXES = (".json", ".jsonld")
MAX_BYTES = 16 * 1024 * 1024
_HEAD = 256 * 1024
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")
# The namespaces of Croissant, where a string begins with one of them.
_MARK = re.compile(rb'"https?:(?:\\?/){2}(?:www\.)?mlcommons\.org(?:\\?/)(?:croissant|schema)\b')


def absolute(document: str) -> Path:
    """The absolute path of a document, links kept as they are."""
    return Path(os.path.abspath(document))  # noqa: PTH100 -- Path.resolve() would follow links


def find_documents(place: str) -> Iterator[str]:
    """A file as it is, or the Croissant files below a folder in sorted order, told by their beginnings."""
    path = Path(place)
    if path.is_dir():
        yield from _documents_below(path)
    elif path.is_file():
        yield place


def is_croissant(path: Path) -> bool:
    """True for a JSON file whose first 256 KiB name the vocabulary of Croissant."""
    if path.suffix.lower() not in SUFFIXES:
        return False
    try:
        with open_regular(path) as stream:
            head = stream.read(_HEAD)
    except (OSError, ParseError):
        return False
    if head.startswith(_WIDE_BOMS):
        head = head.decode("utf-16", errors="replace").encode()
    return _OPENING.match(head) is not None and _MARK.search(head) is not None


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading, if it is one.

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
        "This is no regular file", code="parse.not-a-file", place=Place(str(path)), remedy="Name a JSON file."
    )


def read_document(document: str) -> bytes:
    """The bytes of a document.

    Raises:
        ParseError: it is larger than 16 MiB (``parse.too-large``), no regular file (``parse.not-a-file``), or
            unreadable (``parse.unreadable``).
    """
    try:
        with open_regular(absolute(document)) as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ParseError(
            f"The file cannot be read: {error.strerror}",
            code="parse.unreadable",
            place=Place(document),
            remedy="Check the path and the rights of the file.",
        ) from error
    check_size(content, document)
    return content


def check_size(content: bytes, document: str) -> None:
    """Refuse a document that is larger than a description is.

    Raises:
        ParseError: it is (``parse.too-large``).
    """
    if len(content) > MAX_BYTES:
        raise ParseError(
            f"The document is larger than {MAX_BYTES // 1024**2} MiB",
            code="parse.too-large",
            place=Place(document),
            remedy="Move inline records into files beside it and describe those as FileObjects.",
        )


def name_of(document: str) -> str:
    """What a document that names nothing is called by: its file, or its folder where files are called alike."""
    path = absolute(document)
    common = path.stem.lower() in ("metadata", "croissant", "index", "dataset") and path.parent.name
    name = path.parent.name if common else path.stem
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _documents_below(folder: Path) -> Iterator[str]:
    for entry in _visible_entries(folder):
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _documents_below(entry)
        elif is_croissant(entry):
            yield str(entry)


def _visible_entries(folder: Path) -> list[Path]:
    """The entries of a folder, so that what is found below them comes in the order of its paths as texts."""
    try:
        visible = [path for path in folder.iterdir() if not path.name.startswith(".")]
        return sorted(visible, key=lambda path: path.name + "/" * path.is_dir())
    except OSError:
        return []
