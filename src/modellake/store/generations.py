"""Generations: the folders of one view, of which the one that is named counts.

A view that is made again is made in a folder of its own, beside the one that answers meanwhile, and counts from the
moment it is named. Naming is durable, so a death or a power cut leaves the one or the other, never a mixture.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

_NAME = "current"
_FIRST = "1"


class Generations:
    """The generations in one folder, each in a numbered folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self) -> Path:
        """The generation that counts, or the place for the first one."""
        return self._folder / (self._named() or _FIRST)

    def next(self) -> Path:
        """The place for another one: a folder that is not there yet."""
        place = self._folder / str(int(self.current().name) + 1)
        shutil.rmtree(place, ignore_errors=True)  # what a killed process has left
        return place

    def name(self, generation: Path) -> None:
        """From now on this one counts."""
        if self._named() == generation.name:
            return
        written = self._folder / f".{_NAME}"
        with written.open("w", encoding="ascii") as stream:
            stream.write(generation.name)
            stream.flush()
            os.fsync(stream.fileno())
        written.replace(self._folder / _NAME)
        _bring_to_disk(self._folder)

    def others(self) -> Iterator[Path]:
        """What is in the folder and does not count."""
        kept = {self.current().name, _NAME}
        yield from (entry for entry in self._folder.iterdir() if entry.name not in kept)

    def _named(self) -> str | None:
        try:
            name = (self._folder / _NAME).read_bytes().strip()
        except FileNotFoundError:
            return None
        return name.decode("ascii") if name.isdigit() else None


def discard(entry: Path) -> None:
    """Remove a generation, or whatever else it is, as far as that can be done."""
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)


def _bring_to_disk(folder: Path) -> None:
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
