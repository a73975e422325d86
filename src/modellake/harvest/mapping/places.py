"""Files on disk: opened only where they are regular ones, and read up to a bound."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.paths import open_regular, text_of_name

HEAD = 64 * 1024
# How many names below a folder are looked at to tell what it holds.
MAX_NAMES = 20_000


def read_head(path: Path, size: int = HEAD) -> bytes:
    """The first bytes of a regular file; none where it cannot be read."""
    try:
        with open_regular(path) as stream:
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
        with open_regular(path) as stream:
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
