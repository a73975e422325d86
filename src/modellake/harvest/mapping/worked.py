"""Harvesters that carry out the worked mappings of this package.

A worked mapping is a YARRRML file in the folder ``worked`` that tells in ``access`` what its documents are called
(``*/model_meta.json``); keys that their first bytes hold make sure of it. One document is one source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, ClassVar

from pyoxigraph import NamedNode

from modellake.core.description import Description, Source
from modellake.core.encoding import decoded
from modellake.core.errors import ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import MappedField
from modellake.core.report import Place
from modellake.harvest.mapping.draft import Draft
from modellake.harvest.mapping.engine import Engine
from modellake.harvest.mapping.fields import mapped_fields
from modellake.harvest.mapping.places import MAX_NAMES, files_below, read_bounded, read_head
from modellake.harvest.mapping.readers import roots
from modellake.harvest.mapping.rules import LogicalSource, Mapping
from modellake.harvest.mapping.sources import document_of, iterated
from modellake.harvest.mapping.values import Document, Item
from modellake.harvest.mapping.yarrrml import parse_yarrrml
from modellake.harvest.paths import absolute

MAX_BYTES = 64 * 1024 * 1024
# How many files of a folder are opened to tell whether it holds such documents.
MAX_HEADS = 1000
_MEDIA_TYPES = {"jsonpath": "application/json", "yaml": "application/yaml", "csv": "text/csv"}

# Adds to the values of a document what is computed from them.
Prepare = Callable[[Any], None]


@dataclass(frozen=True)
class Kind:
    """One kind of document and the mapping that describes it.

    Attributes:
        mapping: the name of the file in ``worked``.
        pattern: of the name of the document, with ``*``.
        keys: patterns that all occur in the first 64 KiB of every such document, and of no other.
        block: the part of the document that is read; None for all of it.
        prepare: what is to be done with its values first.
    """

    mapping: str
    pattern: str
    keys: tuple[re.Pattern[bytes], ...]
    block: re.Pattern[str] | None = None
    prepare: Prepare | None = None

    def fits(self, path: Path) -> bool:
        """True for a document of this kind, by its name and its first bytes."""
        return self.named(path.name) and self.holds(read_head(path))

    def looks_like(self, path: Path) -> bool:
        """True for a file whose name is that of such documents alone, and else for one that fits.

        So a broken document is found, and refused by name, instead of being passed over.
        """
        return self.named(path.name) if not self.pattern.startswith("*") else self.fits(path)

    def holds(self, content: bytes) -> bool:
        """True for the bytes of a document of this kind."""
        return all(pattern.search(content) for pattern in self.keys)

    def named(self, name: str) -> bool:
        """True for a file that is called like a document of this kind."""
        return fnmatchcase(name, self.pattern)


@lru_cache(maxsize=32)
def worked_mapping(name: str) -> Mapping:
    """The worked mapping of that name.

    Raises:
        UnavailableError: PyYAML is not installed.
    """
    text = files("modellake.harvest.mapping").joinpath("worked", name).read_text(encoding="utf-8")
    return parse_yarrrml(text, name)


class Worked:
    """Reads documents of the kinds of one publisher. Subclasses say which."""

    name: ClassVar[str]
    summary: ClassVar[str]
    kinds: ClassVar[Sequence[Kind]]

    @cached_property
    def mapping(self) -> Sequence[MappedField]:
        """The mapping table, read from the worked mappings."""
        return tuple(
            field for kind in self.kinds for field in mapped_fields(worked_mapping(kind.mapping), kind.mapping)
        )

    def accepts(self, place: str) -> bool:
        """True for such a document, and for a folder with one below it.

        Files that are called like one are opened folder by folder in turns, so that many of another kind in one folder
        do not hide the documents in the next.
        """
        path = Path(place)
        if not path.is_dir():
            return path.is_file() and self._kind(path) is not None
        below = map(Path, islice(files_below(place), MAX_NAMES))
        named = (one for one in below if any(kind.named(one.name) for kind in self.kinds))
        return any(self._kind(one) for one in islice(_in_turns(named), MAX_HEADS))

    def find(self, place: str) -> Iterator[str]:
        """The document itself, or those below a folder, in sorted order; links to folders are not followed."""
        path = Path(place)
        if path.is_dir():
            yield from (one for one in files_below(place) if any(kind.looks_like(Path(one)) for kind in self.kinds))
        elif path.exists():
            yield place

    def source(self, document: str) -> Source:
        """A document is called by the ``file:`` IRI of its absolute path."""
        suffix = Path(document).suffix.lower()
        media_type = {".json": "application/json", ".csv": "text/csv", ".mdx": "text/markdown"}.get(suffix)
        iri = NamedNode(absolute(document).as_uri())
        return Source(iri, document, media_type or "application/yaml", self.name)

    def read(self, document: str) -> bytes:
        """The bytes of a document, at most 64 MiB.

        Raises:
            ParseError: it is too large (``parse.too-large``), no regular file (``parse.not-a-file``) or cannot be
                read (``parse.unreadable``).
        """
        return read_bounded(absolute(document), Place(document), MAX_BYTES)

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        """What a document says.

        Raises:
            ParseError: it is not what it should be (``parse.json``, ``parse.yaml``, ``parse.csv``,
                ``parse.encoding``, ``parse.duplicate-key``, ``parse.too-deep``, ``parse.too-large``), or of no kind
                that this harvester reads (``mapping.document-unknown``).
            UnavailableError: the extra ``mapping`` is not installed.
        """
        kind = self._kind_of_content(document, content)
        mapping = worked_mapping(kind.mapping)
        reading = _Reading(kind, content, document_of(document))
        if not kind.holds(content):
            self._refuse(mapping, reading)
        draft = Draft(document)
        Engine(mapping, reading.items, iris, draft).run()
        findings = tuple(draft.findings)
        return Description(
            self.source(document), tuple(draft.statements), findings=findings, original=content, places=draft.places
        )

    def _kind(self, path: Path) -> Kind | None:
        return next((kind for kind in self.kinds if kind.fits(path)), None)

    def _refuse(self, mapping: Mapping, reading: _Reading) -> None:
        """Say what is wrong with a document that lacks what its kind has: best of all, where it breaks off."""
        reading.items(next(iter(mapping.maps.values())).sources[0])
        raise ParseError(
            f"This is no document that {self.name} knows",
            code="mapping.document-unknown",
            place=Place(reading.document.place),
            remedy="Leave it out, or write a mapping for it and harvest that with --from rml.",
        )

    def _kind_of_content(self, document: str, content: bytes) -> Kind:
        name = absolute(document).name
        named = [kind for kind in self.kinds if kind.named(name)] or list(self.kinds)
        return next((kind for kind in named if kind.holds(content)), named[0])


def _in_turns(paths: Iterable[Path]) -> Iterator[Path]:
    """The first of each folder, then the second of each, and so on."""
    folders: dict[Path, list[Path]] = {}
    for path in paths:
        folders.setdefault(path.parent, []).append(path)
    for turn in zip_longest(*folders.values()):
        yield from (path for path in turn if path)


@dataclass(slots=True)
class _Reading:
    """One document, read once for all maps of its mapping."""

    kind: Kind
    content: bytes
    document: Document
    _roots: list[Item] | None = None

    def items(self, source: LogicalSource) -> Iterator[Item] | list[Item]:
        if self._roots is None:
            self._roots = list(self._read(source))
            for root in self._roots:
                if self.kind.prepare is not None:
                    self.kind.prepare(root.value)
        return list(iterated(source, self._roots))

    def _read(self, source: LogicalSource) -> Iterator[Item]:
        content = self.content
        if self.kind.block is not None:
            # The lines before the block stay, as blank ones, so that errors name the line of the document.
            text = decoded(content, self.document.place)
            found = self.kind.block.search(text)
            before = text.count("\n", 0, found.start(1)) if found else 0
            content = ("\n" * before + (found[1] if found else "")).encode()
        return roots(replace(source, iterator=None), content, self.document)
