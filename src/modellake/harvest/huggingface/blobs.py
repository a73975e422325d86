"""Digests of files, and what the names of blobs in the Hub's cache say of them.

Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache. A blob is called by the SHA-256 of its content
where it is kept with Git LFS or Xet, else by the name that Git gives it
(https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from modellake.harvest.paths import open_regular

_BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def measured(path: Path) -> tuple[int, str]:
    """The size of a file in bytes, and its SHA-256."""
    with open_regular(path) as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return stream.tell(), digest.hexdigest()


def differing_blob(path: Path, sha256: str) -> tuple[str, str] | None:
    """The name of the blob that a file of the cache is a link to, and its digest, where the two differ."""
    name = _blob_name(path)
    if name is None:
        return None
    found = sha256 if len(name) == 64 else _git_name(path)
    return None if found == name else (name, found)


def _blob_name(path: Path) -> str | None:
    """The name of the blob that a file of a snapshot is a link to."""
    if not path.is_symlink():
        return None
    target = path.resolve()
    return target.name if target.parent.name == "blobs" and _BLOB.fullmatch(target.name) else None


def _git_name(path: Path) -> str:
    with open_regular(path) as stream:
        digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
        while piece := stream.read(1024 * 1024):
            digest.update(piece)
        return digest.hexdigest()
