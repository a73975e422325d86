"""Keeping: from what a harvest describes to the bytes that it describes.

A file is kept once its description is in the lake, and only with the very bytes that are described: what has
another SHA-256 by now, leads out of its folder or is no regular file is a finding, and nothing of it is kept.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from modellake.core.description import Description, Refusal
from modellake.core.errors import ModelLakeError, ParseError, UnavailableError
from modellake.core.plugins import Harvester, folder_of
from modellake.core.report import Finding, Place, Severity
from modellake.lake.harvesting.documents import Harvested
from modellake.lake.payloads import PayloadFile, Payloads, local_path, payload_files
from modellake.lake.receipts import Receipt
from modellake.ledger.blobs import CHUNK
from modellake.ledger.ledger import Ledger
from modellake.rdf.canon import parse_ntriples

Tell = Callable[[str], None]
Item = TypeVar("Item", bound=Description | Refusal | Harvested)


@dataclass(slots=True)
class Kept:
    """What became of the files of a harvest.

    Attributes:
        files: how many were written.
        size: how many bytes that were.
        present: how many were kept already.
        missed: how many that should be kept are not; there is a finding about each.
        findings: about files that are not kept.
    """

    files: int = 0
    size: int = 0
    present: int = 0
    missed: int = 0
    findings: list[Finding] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The outcome as JSON-ready values."""
        return {
            "kept": self.files,
            "bytes": self.size,
            "present": self.present,
            "missed": self.missed,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A document that is not in the lake yet: the IRI of its source, and the folder that its files are in."""

    source: str
    folder: Path | None


class PayloadKeeper:
    """Keeps the files of what a harvest brings into a lake.

    Args:
        payloads: where they are kept.
        ledger: which knows what has been described.
        watch: called with the receipt whenever files have been kept.
    """

    def __init__(self, payloads: Payloads, ledger: Ledger, watch: Callable[[Receipt], None] | None = None) -> None:
        self.kept = Kept()
        self._payloads = payloads
        self._ledger = ledger
        self._watch = watch
        self._waiting: dict[str, _Waiting] = {}
        self._accepted = 0
        self._unchanged = 0

    def noticed(self, items: Iterable[Item], harvester: Harvester | None = None) -> Iterator[Item]:
        """The same items, remembered until it is known whether the lake takes them.

        Args:
            items: what was harvested.
            harvester: who read those of them that do not tell it themselves.
        """
        for item in items:
            reader = item.harvester if isinstance(item, Harvested) else harvester
            document = item.document if isinstance(item, Harvested) else item.source.place
            if reader is not None and not isinstance(item, Refusal):
                self._waiting[item.source.place] = _Waiting(item.source.iri.value, _folder(reader, document))
            yield item

    def settle(self, receipt: Receipt, tell: Tell | None = None) -> None:
        """Keep the files of the sources that have been accepted since the last time, or that said nothing new.

        Args:
            receipt: of the harvest so far.
            tell: called with the name of each file before it is written.

        Raises:
            UnavailableError: the place of payloads takes nothing more; what is described stays described.
        """
        settled = [*receipt.accepted[self._accepted :], *receipt.unchanged[self._unchanged :]]
        self._accepted, self._unchanged = len(receipt.accepted), len(receipt.unchanged)
        for place in settled:
            waiting = self._waiting.pop(place, None)
            if waiting is not None:
                self._keep_all(place, waiting, tell)
        if self._watch:
            self._watch(receipt)

    def _keep_all(self, document: str, waiting: _Waiting, tell: Tell | None) -> None:
        files = self._described(waiting.source)
        if files and waiting.folder is None:
            self._miss(_elsewhere(document), missed=False)
            return
        for file in files:
            try:
                self._keep(file, waiting.folder or Path(), tell)
            except UnavailableError:
                raise
            except ModelLakeError as error:
                self._miss(_told(error, file, document))

    def _described(self, source: str) -> list[PayloadFile]:
        """The files that a source describes, by what the lake has from it now."""
        records = self._ledger.records_of(source)
        contents = (content for _, group in self._ledger.contents_many(records) for content in group)
        texts = (content.content for content in contents if content.source == source)
        return payload_files(statement for text in texts for statement in parse_ntriples(text))

    def _keep(self, file: PayloadFile, folder: Path, tell: Tell | None) -> None:
        if file.sha256 is None:
            self._miss(_without_checksum(file), missed=False)
            return
        found = self._payloads.find(file.sha256)
        if found is not None and file.size in (None, found.size):
            self.kept.present += 1
            return
        path = _path(file, folder)
        if path is None:
            self._miss(_not_here(file, folder), missed=False)
            return
        if tell:
            tell(path.name)
        size = _regular_size(path, folder)
        self._payloads.blobs.keep(file.sha256, _chunks(path), file.size or size)
        self.kept.files += 1
        self.kept.size += file.size or size

    def _miss(self, finding: Finding, *, missed: bool = True) -> None:
        self.kept.findings.append(finding)
        self.kept.missed += missed


def _folder(harvester: Harvester, document: str) -> Path | None:
    try:
        return folder_of(harvester, document)
    except Exception:  # A stranger's harvester may fail here as anywhere.
        return Path(document).parent


def _path(file: PayloadFile, folder: Path) -> Path | None:
    """Where the bytes of a file are, at its name in the folder or where its URL leads; None where there is nothing."""
    candidates = [folder / file.name] if file.name else []
    told = local_path(file.url)
    if told is not None:
        candidates.append(told)
    elif file.url and "://" not in file.url:
        candidates.append(folder / file.url)
    return next((path for path in candidates if os.path.lexists(path)), None)


def _regular_size(path: Path, folder: Path) -> int:
    """The size of a regular file inside its folder, in bytes.

    Raises:
        ParseError: it is none (``payload.not-a-file``), or leads elsewhere (``payload.link-outside``).
    """
    try:
        target = path.resolve(strict=True)
        found = target.stat()
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, error) from error
    if not target.is_relative_to(_root(folder).resolve()):
        raise ParseError(
            f"{path} leads out of its folder: it is not kept",
            code="payload.link-outside",
            remedy="A link leads out of its folder: harvest the file that it leads to, or copy it in its place.",
        )
    if not stat.S_ISREG(found.st_mode):
        raise ParseError(
            f"{path} is no regular file: it is not kept",
            code="payload.not-a-file",
            remedy="Pipes, devices and folders have no bytes of their own; name the files.",
        )
    return found.st_size


def _root(folder: Path) -> Path:
    """What links may not lead out of: the folder, or in the cache of the Hub, whose files are links, the repository."""
    path = folder.absolute()
    snapshots = next((item for item in (path, *path.parents) if item.parent.name == "snapshots"), None)
    return path if snapshots is None else snapshots.parent.parent


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a regular file, which may have become something else since it was looked at."""
    try:
        # Without O_NONBLOCK opening a pipe would wait for a writer.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError("it is no regular file any more")
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: BaseException) -> ParseError:
    reason = getattr(error, "strerror", None) or error
    return ParseError(
        f"{path} cannot be read: {reason}: it is not kept",
        code="payload.unreadable",
        remedy="A file cannot be read: check its path and its rights.",
    )


def _told(error: ModelLakeError, file: PayloadFile, document: str) -> Finding:
    return Finding(
        error.code,
        Severity.WARNING,
        error.message,
        remedy=error.remedy,
        place=Place(document),
        focus=str(file.node),
    )


def _without_checksum(file: PayloadFile) -> Finding:
    return Finding(
        "payload.no-checksum",
        Severity.INFO,
        f"No SHA-256 of {file.name or file.node.value} is described: it is not kept",
        remedy="State the SHA-256 of the file: only one whose bytes can be checked is kept.",
        focus=str(file.node),
    )


def _elsewhere(document: str) -> Finding:
    return Finding(
        "payload.elsewhere",
        Severity.INFO,
        f"The files of {document} are not on this machine: they are not kept",
        remedy="The files are not on this machine: download them, and harvest their folder with --store.",
        place=Place(document),
    )


def _not_here(file: PayloadFile, folder: Path) -> Finding:
    """What a manifest describes is often somewhere else; that is nothing to mend."""
    name = file.name or file.url or file.node.value
    return Finding(
        "payload.not-there",
        Severity.INFO,
        f"The file {name} is not in {folder}: it is not kept",
        remedy="The file is not where its description is: put it there and harvest again with --store, to keep it.",
        place=Place(str(folder)),
        focus=str(file.node),
    )
