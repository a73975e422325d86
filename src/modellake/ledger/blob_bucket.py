"""Blobs in object storage: Amazon S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.

An object appears whole or not at all: an upload that does not come to its end is aborted. Credentials come from where
the clouds' own tools have them (environment, instance), never from the lake.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from modellake.core.errors import ModelLakeError, NotFoundError, UnavailableError, UsageError
from modellake.ledger.blobs import CHUNK, Blob, is_digest

if TYPE_CHECKING:
    from obstore.store import MemoryStore, ObjectStore

SCHEMES = ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "memory")
_PART = 8 * 1024 * 1024
# S3 takes no more parts than this (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
_MOST_PARTS = 10_000
_PARALLEL = 4


class BlobBucket:
    """Keeps blobs as objects ``sha256/ab/abcd…``.

    Args:
        store: of obstore.
        name: its URL.
    """

    def __init__(self, store: ObjectStore, name: str) -> None:
        self._store = store
        self.name = name

    def size(self, sha256: str) -> int | None:
        """The number of bytes kept under that digest; None where there are none."""
        try:
            with self._told():
                return self._store.head(_key(sha256))["size"]
        except NotFoundError:
            return None

    def write(self, sha256: str, chunks: Iterable[bytes], size: int | None) -> None:
        """Keep bytes, all of them or none; about 32 MiB of them are in memory at a time.

        Raises:
            UnavailableError: the store cannot be reached or refuses (``blob.unreachable``), or there is no such
                bucket (``blob.no-bucket``).
        """
        part = max(_PART, -(-(size or 0) // (_MOST_PARTS - 1)))
        try:
            with self._told():
                self._store.put(_key(sha256), iter(chunks), chunk_size=part, max_concurrency=_PARALLEL)
        except NotFoundError as error:
            raise UnavailableError(
                f"The bucket of {self.name} does not exist",
                code="blob.no-bucket",
                remedy="Make the bucket first, or correct the URL: modellake payload place URL",
            ) from error

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """What is kept under that digest, unchecked."""
        with self._told():
            for chunk in self._store.get(_key(sha256)).stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    def list(self) -> Iterator[Blob]:
        """All that is kept; what is called otherwise is none of ours."""
        with self._told():
            for group in self._store.list("sha256"):
                for item in sorted(group, key=lambda item: item["path"]):
                    name = item["path"].rpartition("/")[2]
                    if is_digest(name) and item["path"] == _key(name):
                        yield Blob(name, item["size"], self.name)

    def set_aside(self, sha256: str) -> str:
        """Move damaged bytes to ``damaged/`` and say where they are now."""
        target = f"damaged/{sha256}-{secrets.token_hex(4)}"
        with self._told():
            self._store.copy(_key(sha256), target)
            self._store.delete(_key(sha256))
        return f"{self.name.rstrip('/')}/{target}"

    def remove(self, sha256: str) -> None:
        """Keep the bytes with that digest no more."""
        with self._told():
            self._store.delete(_key(sha256))

    def clean(self) -> int:
        """Nothing: parts of interrupted uploads are no objects; a rule of the bucket removes them."""
        return 0

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the store says, as errors of ours."""
        from obstore.exceptions import BaseError

        try:
            yield
        except ModelLakeError:
            raise
        except FileNotFoundError as error:
            raise NotFoundError(f"There is no such object or bucket in {self.name}", code="payload.absent") from error
        except (BaseError, OSError) as error:
            raise UnavailableError(
                f"{self.name} cannot be used: {_first_sentence(error)}",
                code="blob.unreachable",
                remedy="Check the URL, the network and the credentials in the environment (AWS_…, GOOGLE_…, AZURE_…).",
            ) from error


def open_bucket(url: str) -> BlobBucket:
    """Object storage by its URL (``s3://bucket/prefix``); it is not contacted yet.

    Raises:
        UsageError: the URL holds a password (``store.credentials``) or is malformed (``store.unknown``).
        UnavailableError: obstore is not installed (``extra.missing``).
    """
    if urlsplit(url).password or "@" in urlsplit(url).netloc:
        raise UsageError(
            "The URL of a store holds credentials, which the lake would keep in clear text",
            code="store.credentials",
            remedy="Leave them out and set them in the environment (AWS_…, GOOGLE_…, AZURE_…).",
        )
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ImportError as error:
        raise UnavailableError(
            "Object storage needs a library that is not installed: obstore",
            code="extra.missing",
            remedy="pip install 'modellake[store]'",
        ) from error
    try:
        return BlobBucket(_memory(url) if url.startswith("memory:") else from_url(url), url)
    except (BaseError, ValueError) as error:
        raise UsageError(
            f"{url!r} is the URL of no store: {_first_sentence(error)}",
            code="store.unknown",
            remedy=f"Give a folder, or a URL that begins with one of {', '.join(f'{name}://' for name in SCHEMES)}.",
        ) from error


@lru_cache(maxsize=64)
def _memory(url: str) -> MemoryStore:  # noqa: ARG001  one store for each URL
    """Storage in the memory of this process, the same for the same URL: to try things out."""
    from obstore.store import MemoryStore

    return MemoryStore()


def _key(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256}"


def _first_sentence(error: BaseException) -> str:
    """What an error says, without the dump of its causes behind it."""
    return " ".join(str(error).partition("\n\nDebug source:")[0].split())[:300]
