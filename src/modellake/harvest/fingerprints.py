"""Fingerprints of files: whether anything about them has changed, without reading what is large.

A small file is told by its bytes. A large one is told by what the file system says of it: its number, its size, and
when its content and its state changed last, which no program can set back. As in git's index, a file that changed a
moment ago is not told so, since it may change again within one tick of the clock.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

SMALL = 256 * 1024
MOST_FILES = 20_000
# Nanoseconds after which the clock of any file system has moved on.
_SETTLED = 3_000_000_000


def fingerprint_files(paths: Iterable[Path]) -> bytes | None:
    """A digest of files and folders: their names, where links lead, their content; None where it cannot be told.

    Args:
        paths: absolute, in the same order every time.
    """
    listed = list(islice(paths, MOST_FILES + 1))
    if len(listed) > MOST_FILES:
        return None
    digest = hashlib.sha256()
    for path in listed:
        told = _told(path)
        if told is None:
            return None
        name = os.fsencode(path)
        digest.update(b"%d %d " % (len(name), len(told)) + name + told)
    return digest.digest()


def files_below(folder: Path, *, hidden: bool = False) -> Iterable[Path]:
    """Everything below a folder, in the order of names; links to folders are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder / "unreadable"  # which cannot be told
        return
    for entry in entries:
        if entry.name.startswith(".") and not hidden:
            continue
        yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(Path(entry.path), hidden=hidden)


def _told(path: Path) -> bytes | None:
    try:
        link = os.fsencode(os.path.realpath(path)) if path.is_symlink() else b""
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return b"folder " + link
        if not stat.S_ISREG(found.st_mode):
            return None
        return b"file %d %o %s " % (found.st_size, stat.S_IMODE(found.st_mode), link) + _content(path, found)
    except (OSError, ValueError, _UnsettledError):
        return None


class _UnsettledError(Exception):
    """A file that changed so lately that its times do not tell of the next change."""


def _content(path: Path, found: os.stat_result) -> bytes:
    if found.st_size <= SMALL:
        with path.open("rb") as stream:
            return hashlib.sha256(stream.read(SMALL + 1)).digest()
    # Elsewhere the time of the last change of state is another one, which can be set.
    changed = max(found.st_mtime_ns, found.st_ctime_ns)
    if os.name != "posix" or changed > time.time_ns() - _SETTLED:
        raise _UnsettledError
    return b"%d %d %d %d" % (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
