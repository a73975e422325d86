"""Croissant files on disk: where they are, what their paths tell, and their bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.paths import absolute, open_regular

SUFFIXES = (".json", ".jsonld")
MAX_BYTES = 16 * 1024 * 1024
_HEAD = 256 * 1024
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")
# The namespaces of Croissant, where a string begins with one of them.
_MARK = re.compile(rb'"https?:(?:\\?/){2}(?:www\.)?mlcommons\.org(?:\\?/)(?:croissant|schema)\b')


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


def read_document(document: str) -> bytes:
    """The bytes of a document.

    Raises:
        ParseError: it is larger than 16 MiB (``parse.too-large``), no regular file (``parse.not-a-file``), or
            unreadable (``parse.unreadable``).
    """
    try:
        with open_regular(absolute(document), document=document, remedy="Name a JSON file.") as stream:
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
