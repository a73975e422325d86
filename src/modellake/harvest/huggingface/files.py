"""The files beside a card: sizes, media types, checksums."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from modellake.core.errors import ParseError
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import DCAT, LAKE, RDF
from modellake.harvest.huggingface.blobs import differing_blob, measured
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.checksums import describe_checksum
from modellake.harvest.huggingface.documents import CARD_NAME, beside, opens_front_matter
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.terms import typed
from modellake.harvest.paths import text_of_name

MAX_FILES = 10_000
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_OPAQUE = "application/octet-stream"
# Registered types only (https://www.iana.org/assignments/media-types/), told from the name alone.
_TYPE_OF_SUFFIX = {
    ".avro": "application/vnd.apache.avro",
    ".bmp": "image/bmp",
    ".csv": "text/csv",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".tsv": "text/tab-separated-values",
    ".ttl": "text/turtle",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
    ".zst": "application/zstd",
}


@dataclass(frozen=True, slots=True)
class CardFolder:
    """A folder with a card in it.

    Attributes:
        folder: where the files of the version are.
        root: no file outside of it is read, whatever links say; the repository's folder in the Hub's cache.
        has_metadata: whether the card has front matter: a plain README may stand above other repositories,
            whose files are not its own.
    """

    folder: Path
    root: Path
    has_metadata: bool


def describe_files(draft: Draft, place: CardFolder, *, dataset: bool) -> list[CardFile]:
    """State the files beside the card as distributions of the version."""
    kind = LAKE.DatasetDistribution if dataset else LAKE.ModelDistribution
    relation = LAKE.hasDatasetDistribution if dataset else LAKE.hasDistribution
    found = _files(draft, place, place.folder)
    nodes: dict[str, NamedNode] = {}
    files: list[CardFile] = []
    for path in islice(found, MAX_FILES):
        name = text_of_name(path.relative_to(place.folder).as_posix())
        node = nodes[name] = draft.iris.fragment(draft.version, f"file-{name}")
        file = CardFile(path, name, beside(draft.card.document, path), node, nodes)
        if _describe_file(draft, file, relation, kind):
            files.append(file)
    if next(found, None):
        draft.note(
            "card.files-truncated",
            f"More than {MAX_FILES:,} files lie beside the card; the others are not described",
            "Harvest a manifest of the dataset instead.",
        )
    return files


def _describe_file(draft: Draft, file: CardFile, relation: NamedNode, kind: NamedNode) -> bool:
    media_type = _TYPE_OF_SUFFIX.get(file.path.suffix.lower(), _OPAQUE)
    draft.say(draft.version, relation, file.node)
    draft.say(file.node, RDF.type, kind)
    draft.say(file.node, LAKE.fileName, Literal(file.name))
    draft.say(file.node, DCAT.mediaType, NamedNode(_MEDIA_TYPES + media_type))
    try:
        size, digest = measured(file.path)
    except (OSError, ParseError) as error:
        return _skip(
            f"cannot be read: {error}", "Make it readable, or remove it.", draft, file.path, code="card.unreadable"
        )
    draft.say(file.node, DCAT.byteSize, typed(str(size), "integer"))
    describe_checksum(draft, file.node, digest)
    _check_blob(draft, file, digest)
    return True


def _check_blob(draft: Draft, file: CardFile, sha256: str) -> None:
    differing = differing_blob(file.path, sha256)
    if differing is not None:
        draft.add(
            Finding(
                "card.blob-differs",
                Severity.WARNING,
                f"{file.name} is not what was downloaded; its blob is called {differing[0]}, and it is {differing[1]}",
                remedy="Remove the file from the cache, and download it again.",
                place=Place(file.document),
            )
        )


def _files(draft: Draft, place: CardFolder, folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or (folder == place.folder and entry.name == CARD_NAME):
            continue
        if entry.is_dir(follow_symlinks=False):
            if place.has_metadata or not opens_front_matter(path / CARD_NAME):
                yield from _files(draft, place, path)
        elif _is_own_file(draft, place, path):
            yield path


def _is_own_file(draft: Draft, place: CardFolder, path: Path) -> bool:
    try:
        target = path.resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError):
        return _skip("is a link that leads nowhere", "Mend or remove the link.", draft, path, code="card.link-broken")
    if not target.is_relative_to(place.root.resolve()):
        return _skip("leads out of the repository", "Copy the file here.", draft, path, code="card.file-outside")
    if stat.S_ISDIR(mode):
        return _skip("is a link to a folder", "Copy the folder in its place.", draft, path, code="card.link-to-folder")
    if not stat.S_ISREG(mode):
        return _skip("is a pipe, a socket or a device", "Remove it.", draft, path, code="card.file-special")
    return True


def _skip(what: str, remedy: str, draft: Draft, path: Path, *, code: str) -> bool:
    place = Place(beside(draft.card.document, path))
    message = f"{text_of_name(path.name)} {what}: it is not described"
    draft.add(Finding(code, Severity.WARNING, message, remedy=remedy, place=place))
    return False
