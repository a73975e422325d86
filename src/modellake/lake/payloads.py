"""Payloads: the bytes of model and data files that a lake keeps beside what it says about them.

Where they are is a setting of the lake (``payloads.json``): the folder ``blobs`` of the lake, another folder, or object
storage. What the setting named before is still searched. That a file is kept is a fact about the lake and not one
that a source states, so it is in no record: whoever asks is told by the places themselves.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.errors import (
    AmbiguousError,
    LedgerError,
    ModelLakeError,
    NotFoundError,
    UnavailableError,
    UsageError,
)
from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import DCAT, LAKE, SPDX
from modellake.lake.history import History
from modellake.lake.names import Names
from modellake.ledger.blob_bucket import SCHEMES, open_bucket
from modellake.ledger.blob_folder import BlobFolder
from modellake.ledger.blobs import CHUNK, Blob, BlobPlace, Blobs, is_digest
from modellake.ledger.ledger import Ledger

SETTING = "payloads.json"
DEFAULT_PLACE = "blobs"
# No file has a size that is longer.
_MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class PayloadFile:
    """A file that statements describe.

    Attributes:
        node: the distribution.
        name: as it is stated, with slashes for folders; empty where it is not.
        sha256: in lower case; None where none is stated.
        size: in bytes.
        url: from where it can be loaded.
    """

    node: NamedNode
    name: str
    sha256: str | None
    size: int | None
    url: str | None


class Payloads:
    """The payloads of a lake; get them from `Lake.payloads`.

    Args:
        directory: of the lake.
        ledger: tells which resource has which files.
        iris: how the lake names things.
    """

    def __init__(self, directory: Path, ledger: Ledger, iris: LakeIRIs) -> None:
        self._directory = directory
        self._ledger = ledger
        self._iris = iris
        self._blobs: Blobs | None = None

    @property
    def places(self) -> list[str]:
        """Where payloads are: new ones go to the first.

        Raises:
            LedgerError: the setting cannot be read (``payloads.setting``).
        """
        return _read_setting(self._directory / SETTING)

    def use(self, place: str) -> None:
        """Keep new payloads at another place from now on; what is kept elsewhere stays there and is found.

        Args:
            place: a folder, in the lake's own or absolute, or a URL (``s3://bucket/prefix``).

        Raises:
            UsageError: there are no such places (``store.unknown``), or it holds credentials
                (``store.credentials``).
            UnavailableError: a library is missing (``extra.missing``).
        """
        _open_place(place, self._directory)
        others = [item for item in self.places if item != place]
        _write_setting(self._directory / SETTING, [place, *others])
        self._blobs = None

    @property
    def blobs(self) -> Blobs:
        """The bytes by their digests; what interrupted writers left behind is removed on the first use."""
        if self._blobs is None:
            blobs = Blobs([_open_place(place, self._directory) for place in self.places])
            blobs.clean()
            self._blobs = blobs
        return self._blobs

    def add(self, path: str | Path) -> str:
        """Keep a file, and return the SHA-256 by which it is called.

        Raises:
            NotFoundError: there is no such file.
            ParseError: it changes meanwhile (``payload.changed``); nothing is kept.
            UnavailableError: the place takes nothing.
        """
        place = Path(path)
        if not place.is_file():
            raise NotFoundError(f"There is no file {place}", code="file.absent")
        with place.open("rb") as file:
            sha256, size = hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
            file.seek(0)
            self.blobs.keep(sha256, iter(lambda: file.read(CHUNK), b""), size)
        return sha256

    def find(self, sha256: str) -> Blob | None:
        """Where the bytes with that digest are, if they are kept."""
        return self.blobs.find(sha256)

    def open(self, sha256: str) -> io.BufferedReader:
        """A stream of kept bytes, checked while it is read: who reads to the end has the right bytes, or an error.

        Raises:
            NotFoundError: they are not kept (``payload.absent``).
            LedgerError: while reading, when they are damaged (``blob.damaged``).
        """
        return self.blobs.open(sha256)

    def save(self, sha256: str, target: Path) -> None:
        """Write kept bytes to a file, which is there only once all of them are right.

        Raises:
            NotFoundError: they are not kept.
            LedgerError: they are damaged; the file is as it was.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}")
        try:
            with beside.open("xb") as file:
                for chunk in self.blobs.chunks(sha256):
                    file.write(chunk)
            os.replace(beside, target)  # noqa: PTH105
        finally:
            beside.unlink(missing_ok=True)

    def drop(self, sha256: str) -> Blob:
        """Keep bytes no more; what is said about the file stays.

        Raises:
            NotFoundError: they are not kept.
        """
        return self.blobs.drop(sha256)

    def verify(self, *, set_aside: bool = False) -> Iterator[tuple[Blob, Finding | None]]:
        """Read all that is kept and compare digests; ``set_aside`` moves what is damaged out of the way."""
        for blob in self.list():
            error = self.blobs.check(blob.sha256)
            if error is not None and set_aside and error.code == "blob.damaged":
                moved = self.blobs.set_aside(blob.sha256)
                error.remedy = f"It is now {moved}. Harvest the file again with --store, to keep the right bytes."
            yield blob, None if error is None else _finding(error, blob.place)

    def files(self, resource: str | NamedNode) -> list[PayloadFile]:
        """The files of a resource or, for a resource with a ``#``, that one file; kept or not.

        Raises:
            NotFoundError: there is no such resource.
        """
        node = resource if isinstance(resource, NamedNode) else Names(self._ledger, self._iris).existing(resource)
        files = payload_files(History(self._ledger, self._iris).state(node).statements)
        return [file for file in files if file.node == node] if "#" in node.value else files

    def digest(self, name: str) -> str:
        """The SHA-256 that a person means: itself, or that of the only file of a resource.

        Raises:
            NotFoundError: the resource has no file with a checksum (``payload.undescribed``).
            AmbiguousError: it has several files.
        """
        if is_digest(name.lower()):
            return name.lower()
        files = [file for file in self.files(name) if file.sha256]
        digests = {file.sha256 for file in files if file.sha256}
        if not digests:
            raise NotFoundError(
                f"{name} has no file whose SHA-256 is known",
                code="payload.undescribed",
                remedy=f"See what is known of it: modellake show {name}",
            )
        if len(digests) > 1:
            raise AmbiguousError(
                f"{name} has several files; name one, or give a folder with -o to get all",
                [f"{file.sha256} ({file.name})" for file in files],
            )
        return digests.pop()

    def list(self) -> Iterator[Blob]:
        """All that is kept, place by place."""
        return self.blobs.list()


def payload_files(statements: Iterable[Triple]) -> list[PayloadFile]:
    """The files that statements describe, in the order of their names.

    A file is what has a name, a size or a checksum that a distribution has; each SHA-256 that is stated of it makes
    one.
    """
    said: dict[object, list[Triple]] = {}
    for item in statements:
        said.setdefault(item.subject, []).append(item)
    found = []
    for node, about in said.items():
        checksums = [item.object for item in about if item.predicate == SPDX.checksum]
        name, url = _text(about, LAKE.fileName), _text(about, DCAT.downloadURL)
        if isinstance(node, NamedNode) and (checksums or name):
            digests: list[str | None] = []
            digests += sorted({value for checksum in checksums for value in _digests(said.get(checksum, []))})
            size = _text(about, DCAT.byteSize)
            number = int(size) if size and size.isdecimal() and len(size) < _MOST_DIGITS else None
            found += [PayloadFile(node, name or "", sha256, number, url) for sha256 in digests or [None]]
    return sorted(found, key=lambda file: (file.name, file.node.value, file.sha256 or ""))


def local_path(url: str | None) -> Path | None:
    """The path that a ``file:`` URL leads to; None where it is none, whatever it is."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return Path(url2pathname(parts.path)) if parts.scheme == "file" and parts.netloc in ("", "localhost") else None


def _digests(about: list[Triple]) -> list[str]:
    if not any(item.predicate == SPDX.algorithm and item.object == SPDX.checksumAlgorithm_sha256 for item in about):
        return []
    return [value.lower() for value in _texts(about, SPDX.checksumValue) if is_digest(value.lower())]


def _text(about: list[Triple], predicate: NamedNode) -> str | None:
    return next(iter(_texts(about, predicate)), None)


def _texts(about: list[Triple], predicate: NamedNode) -> list[str]:
    values = (item.object for item in about if item.predicate == predicate)
    return sorted(value.value for value in values if isinstance(value, Literal | NamedNode))


def _finding(error: ModelLakeError, place: str) -> Finding:
    return Finding(error.code, Severity.VIOLATION, error.message, remedy=error.remedy, place=Place(place))


def _open_place(place: str, directory: Path) -> BlobPlace:
    """A place by its setting; nothing is made or contacted yet."""
    scheme, mark, _ = place.partition("://")
    if mark and scheme in SCHEMES:
        return open_bucket(place)
    path = local_path(place) if place.startswith("file:") else Path(place).expanduser()
    if (mark and scheme != "file") or path is None or not place.strip():
        raise UsageError(
            f"{place!r} is no place that payloads can be kept at",
            code="store.unknown",
            remedy=f"Give a folder, or a URL that begins with one of {', '.join(f'{name}://' for name in SCHEMES)}.",
        )
    return BlobFolder(directory / path)


def _read_setting(path: Path) -> list[str]:
    try:
        places = json.loads(path.read_text(encoding="utf-8"))["places"]
        if places and all(isinstance(place, str) for place in places):
            return list(places)
    except FileNotFoundError:
        return [DEFAULT_PLACE]
    except OSError as error:
        raise UnavailableError(f"{path} cannot be read: {error.strerror}", code="payloads.setting") from error
    except (ValueError, KeyError, TypeError):
        pass
    raise LedgerError(
        f"{path} is no setting of payload places",
        code="payloads.setting",
        remedy='Write {"places": ["blobs"]} into it, with the places that payloads were kept at.',
    )


def _write_setting(path: Path, places: list[str]) -> None:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        beside.write_text(json.dumps({"places": places}, indent=2) + "\n", encoding="utf-8")
        os.replace(beside, path)  # noqa: PTH105
    finally:
        beside.unlink(missing_ok=True)
