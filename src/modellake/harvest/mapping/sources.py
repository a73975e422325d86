"""The files that a mapping may read: regular ones, in its folder or below it, of bounded size."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from modellake.core.report import Place
from modellake.harvest.mapping.faults import refused_source
from modellake.harvest.mapping.places import read_bounded
from modellake.harvest.mapping.readers import items, roots
from modellake.harvest.mapping.rules import LogicalSource
from modellake.harvest.mapping.values import Document, Item
from modellake.harvest.paths import absolute, text_of_name

MAX_BYTES = 128 * 1024 * 1024
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FORMULATION_OF = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "jsonpath",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".parquet": "parquet",
}


def formulation_of(access: str) -> str:
    """How a file is read by the ending of its name; empty where that does not tell."""
    return _FORMULATION_OF.get(PurePosixPath(access).suffix.lower(), "")


def check_access(access: str, document: str, line: int | None) -> str:
    """The relative path of a source, if it is one that may be read.

    Raises:
        ParseError: it is a URL, a database, an absolute path, or one that leads out of the folder
            (``mapping.source-refused``).
    """
    if _SCHEME.match(access) or access.startswith("//"):
        raise refused_source(access, "is an address, and a mapping reads files only", document, line)
    path = PurePosixPath(access.replace("\\", "/"))
    if not access.strip() or "\0" in access or path.is_absolute() or access.startswith("~"):
        raise refused_source(access, "is no relative path", document, line)
    if ".." in path.parts:
        raise refused_source(access, "leads out of the folder of the mapping", document, line)
    return str(path)


def document_of(place: str) -> Document:
    """What a document at a place is called."""
    path = absolute(place)
    names = [text_of_name(name) for name in (path.name, path.parent.name, path.parent.parent.name)]
    return Document(place, *names)


@dataclass(slots=True)
class Folder:
    """The files beside a mapping, read when they are asked for.

    Attributes:
        mapping: the mapping's file, as the user named it.
        keep: whether what was read stays, so that it is the same the next time.
    """

    mapping: str
    keep: bool = False
    _kept: dict[tuple[str, str, str], list[Item]] = field(default_factory=dict)

    def items(self, source: LogicalSource) -> Iterable[Item]:
        """The items of a source.

        Raises:
            ParseError: it leads out of the folder (``mapping.source-refused``), or cannot be read.
        """
        if not self.keep:
            return items(source, self.content(source), self.document(source))
        key = (source.access, source.formulation, source.delimiter)
        if key not in self._kept:
            self._kept[key] = list(roots(source, self.content(source), self.document(source)))
        return iterated(source, self._kept[key])

    def document(self, source: LogicalSource) -> Document:
        """What the file of a source is called."""
        return document_of(str(Path(self.mapping).parent / source.access))

    def content(self, source: LogicalSource) -> bytes:
        """The bytes of a source.

        Raises:
            ParseError: as `items`.
        """
        folder = absolute(self.mapping).parent
        path = folder / check_access(source.access, self.mapping, source.line)
        if not path.resolve().is_relative_to(folder.resolve()):
            raise refused_source(source.access, "leads out of the folder of the mapping", self.mapping, source.line)
        return read_bounded(path, Place(self.mapping, source.line), MAX_BYTES)


def iterated(source: LogicalSource, kept: Iterable[Item]) -> Iterable[Item]:
    """The items of a source whose document was read before."""
    path = source.iterator
    return kept if path is None else (item for root in kept for item in path.find(root))
