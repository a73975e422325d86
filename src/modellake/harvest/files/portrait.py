"""A portrait: what is known of a model file or folder, small enough to be kept in its place.

A model may be larger than memory, so what a harvest passes on of it is not its bytes but this: names, sizes,
checksums and the facts of its header, or the error that they met. Written as JSON after a first line that no model
file begins with.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.files.facts import Facts
from modellake.harvest.files.formats import read_facts
from modellake.harvest.files.restored import restored
from modellake.harvest.files.window import damaged, window_of_bytes

HEAD = b"modellake portrait of a model file, version 1\n"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file: its name inside the model, its size in bytes, its SHA-256 in hexadecimal digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that the header of a file met, to be raised where the file is described."""

    code: str
    message: str
    remedy: str
    path: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is known of a model file, or of a folder that is one model.

    Attributes:
        files: one, or all in the folder in the order of their names.
        facts: of its header; None where there is a fault.
        fault: why the header cannot be read.
    """

    files: list[FileEntry]
    facts: Facts | None
    fault: Fault | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the file; of a folder that of its files' names and checksums."""
        if len(self.files) == 1:
            return self.files[0].sha256
        lines = "".join(f"{item.sha256} {item.name}\n" for item in self.files)
        return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()

    def to_bytes(self) -> bytes:
        """The portrait as it is kept."""
        values = {
            "files": [asdict(item) for item in self.files],
            "facts": self.facts.to_dict() if self.facts else None,
            "fault": asdict(self.fault) if self.fault else None,
        }
        return HEAD + json.dumps(values).encode()


def portrait_of(content: bytes, name: str) -> Portrait:
    """The portrait in these bytes or, where they are none, of these bytes as a file of that name.

    Raises:
        ParseError: there are no bytes (``parse.empty``), or it is a portrait that cannot be read
            (``parse.header``).
    """
    if not content:
        raise damaged("There is nothing to read", code="parse.empty", remedy="Harvest the file from its place.")
    if not content.startswith(HEAD):
        entry = FileEntry(name, len(content), hashlib.sha256(content).hexdigest())
        return Portrait([entry], *examined(content, name))
    try:
        portrait = restored(Portrait, json.loads(content.removeprefix(HEAD)))
        if not portrait.files:
            raise ValueError("a portrait of no file")
    except (ValueError, TypeError, RecursionError) as error:
        raise damaged("The portrait of this file cannot be read", remedy="Harvest the file again.") from error
    return portrait


def examined(content: bytes, name: str) -> tuple[Facts | None, Fault | None]:
    """The facts about a file in memory, or the error that they meet."""
    try:
        return read_facts(window_of_bytes(content), name), None
    except ParseError as error:
        return None, fault_of(error)


def fault_of(error: ParseError) -> Fault:
    """An error as a portrait keeps it."""
    return Fault(error.code, error.message, error.remedy or "", (error.place and error.place.path) or "")


def raised(fault: Fault, document: str) -> ParseError:
    """The error that a portrait keeps, at its place."""
    return ParseError(
        fault.message, code=fault.code, remedy=fault.remedy or None, place=Place(document, path=fault.path or None)
    )
