"""Files that lie beside the document: is their content the one that was described?

Only files at relative paths inside of the document's folder are opened, links that lead out of it are not, and no
more is read than a bound.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modellake.core.errors import ParseError
from modellake.core.identifiers import checksum
from modellake.core.report import Severity
from modellake.harvest.croissant.documents import read_document
from modellake.harvest.croissant.draft import Draft
from modellake.harvest.croissant.elements import Element, Entry, Leaf
from modellake.harvest.croissant.files import CONTAINED_IN, CONTENT_URL, is_safe
from modellake.harvest.croissant.namespaces import cr, schema
from modellake.harvest.croissant.naming import FILE
from modellake.harvest.paths import absolute, open_regular

MAX_READ = 256 * 1024 * 1024
MAX_FILES = 1_000
_PIECE = 1024 * 1024
_NAMED = re.compile(r'contentUrl"\s*:\s*"([^"\\]{1,1000})"')
_CHECKSUMS = {cr("md5"): "md5", **{schema(name): name for name in ("sha1", "sha256", "sha384", "sha512")}}


@dataclass(slots=True)
class _Budget:
    """What may still be read for one document."""

    bytes: int = MAX_READ
    files: int = MAX_FILES


def verify_payloads(draft: Draft, root: Element) -> None:
    """Compare the files beside the document with the checksums that it states."""
    folder = absolute(draft.text.document).parent
    budget = _Budget()
    for element in _files(draft, root):
        path = _path(folder, element)
        stated = list(_stated(element)) if path else []
        if path and stated:
            _verify(draft, path, stated, budget)


def named_payloads(document: str) -> list[Path]:
    """The files beside a document that stand in it as contents, told from its text alone, without duplicates."""
    folder = absolute(document).parent
    try:
        text = read_document(document).decode("utf-8", "replace")
    except ParseError:
        return []
    paths = (_inside(folder, found[1]) for found in _NAMED.finditer(text))
    return list(dict.fromkeys(path for path in paths if path))


def _files(draft: Draft, root: Element) -> Iterator[Element]:
    entry = root.get(schema("distribution"))
    for value in entry.values if entry else ():
        if isinstance(value, Element) and draft.names.kind(value) == FILE and value.get(CONTAINED_IN) is None:
            yield value


def _path(folder: Path, element: Element) -> Path | None:
    """The file inside of the folder that an element says it is; None for another one, and where none is."""
    return _inside(folder, element.text(CONTENT_URL))


def _inside(folder: Path, text: str) -> Path | None:
    if not is_safe(text) or "\0" in text or len(text) > 1_000:
        return None
    try:
        path = (folder / text).resolve()
        inside = path.is_relative_to(folder.resolve())
        return path if inside and path.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None


def _stated(element: Element) -> Iterator[tuple[str, str, Leaf]]:
    """Algorithm, digits and where they stand."""
    for entry in element.entries:
        yield from _digests(entry)


def _digests(entry: Entry) -> Iterator[tuple[str, str, Leaf]]:
    algorithm = _CHECKSUMS.get(entry.term)
    for value in entry.values if algorithm else ():
        digest = checksum(value.node.text, algorithm) if isinstance(value, Leaf) else None
        if digest and isinstance(value, Leaf):
            yield digest.algorithm, digest.value, value


def _verify(draft: Draft, path: Path, stated: list[tuple[str, str, Leaf]], budget: _Budget) -> None:
    budget.files -= 1
    try:
        with open_regular(path) as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            if size > budget.bytes or budget.files < 0:
                _note_unread(draft, path, stated[0][2])
                return
            budget.bytes -= size
            digests = {algorithm: hashlib.new(algorithm, usedforsecurity=False) for algorithm, _, _ in stated}
            while piece := stream.read(_PIECE):
                for digest in digests.values():
                    digest.update(piece)
    except (OSError, ParseError):
        _note_unread(draft, path, stated[0][2])
        return
    for algorithm, value, leaf in stated:
        if digests[algorithm].hexdigest() != value:
            _note_difference(draft, path, algorithm, digests[algorithm].hexdigest(), leaf)


def _note_difference(draft: Draft, path: Path, algorithm: str, found: str, leaf: Leaf) -> None:
    draft.note(
        "croissant.checksum-differs",
        f"The {algorithm.upper()} of {path.name[:100]} is {found}, which is not the stated one",
        "Fetch the file again, or correct the checksum if the file was meant to change.",
        leaf.node,
    )


def _note_unread(draft: Draft, path: Path, leaf: Leaf) -> None:
    draft.note(
        "croissant.checksum-unverified",
        f"{path.name[:100]} is not read: it is too large or cannot be opened, so its checksum is not verified",
        "Verify it with sha256sum.",
        leaf.node,
        Severity.INFO,
    )
