"""Blobs in a folder: ``sha256/ab/abcd…``, written beside, synchronized, then renamed.

What is being written is in ``incoming/`` and locked by its writer. A file there that nobody has locked is what an
interrupted writer left behind.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from modellake.core.errors import NotFoundError, UnavailableError
from modellake.ledger.blobs import CHUNK, Blob, is_digest

try:
    import fcntl
except ImportError:  # Windows: age tells what was left behind.
    fcntl = None  # type: ignore[assignment]

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_OLD = 24 * 3600


class BlobFolder:
    """Keeps blobs in a folder, which is made when the first one comes.

    Args:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = str(root)
        self._incoming = root / "incoming"

    def path(self, sha256: str) -> Path:
        """Where the bytes with that digest are, or would be."""
        return self.root / "sha256" / sha256[:2] / sha256

    def size(self, sha256: str) -> int | None:
        """The number of bytes kept under that digest; None where there are none."""
        try:
            found = self.path(sha256).lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _told(error, self.name) from error
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def write(self, sha256: str, chunks: Iterable[bytes], size: int | None) -> None:  # noqa: ARG002
        """Keep bytes, all of them or none.

        Raises:
            UnavailableError: the disk is full (``blob.disk-full``), the folder may not be written
                (``blob.read-only``), or the disk fails (``blob.disk``).
        """
        target = self.path(sha256)
        try:
            with self._new_file() as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                target.parent.mkdir(parents=True, exist_ok=True)
                Path(file.name).chmod(0o444)
                if fcntl is None:
                    file.close()
                os.replace(file.name, target)  # noqa: PTH105
            for folder in (target.parent, target.parent.parent, self.root, self.root.parent):
                _synchronize(folder)
        except OSError as error:
            raise _told(error, self.name) from error

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """What is kept under that digest, unchecked."""
        try:
            with self.path(sha256).open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except FileNotFoundError as error:
            raise NotFoundError(f"{self.path(sha256)} is gone", code="payload.absent") from error
        except OSError as error:
            raise _told(error, self.name) from error

    def list(self) -> Iterator[Blob]:
        """All that is kept, in the order of the digests; what is called otherwise is none of ours."""
        for folder in sorted((self.root / "sha256").glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if is_digest(path.name) and not path.is_symlink() and path.is_file():
                    yield Blob(path.name, path.stat().st_size, self.name)

    def set_aside(self, sha256: str) -> str:
        """Move damaged bytes to ``damaged/`` and say where they are now."""
        target = self.root / "damaged" / f"{sha256}-{secrets.token_hex(4)}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.path(sha256).rename(target)
        except OSError as error:
            raise _told(error, self.name) from error
        return str(target)

    def remove(self, sha256: str) -> None:
        """Keep the bytes with that digest no more."""
        try:
            self.path(sha256).unlink(missing_ok=True)
            _synchronize(self.path(sha256).parent)
        except OSError as error:
            raise _told(error, self.name) from error

    def clean(self) -> int:
        """Remove what interrupted writers left behind; what is being written now stays."""
        if not self._incoming.is_dir():
            return 0
        try:
            return sum(_remove_left_behind(path) for path in sorted(self._incoming.iterdir()))
        except OSError as error:
            raise _told(error, self.name) from error

    @contextmanager
    def _new_file(self) -> Iterator[IO[bytes]]:
        """A locked file in ``incoming/`` that is gone afterwards unless it was moved."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        file = _locked_file(self._incoming)
        try:
            yield file
        finally:
            # Closing writes what is left, which a full disk does not take.
            with suppress(OSError):
                file.close()
            Path(file.name).unlink(missing_ok=True)


def _locked_file(folder: Path) -> IO[bytes]:
    """A new file, locked; who cleans up between its making and its locking removes it, and the next one is tried."""
    while True:
        file = (folder / secrets.token_hex(16)).open("xb", buffering=CHUNK)
        if fcntl is not None:
            with suppress(OSError):  # Some network file systems have no locks.
                fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()


def _remove_left_behind(path: Path) -> bool:
    if fcntl is None:
        return _is_old(path) and _removed(path)
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return _removed(path)
    except BlockingIOError:
        return False
    except OSError:
        return _is_old(path) and _removed(path)


def _removed(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True


def _is_old(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > _OLD
    return False


def _synchronize(folder: Path) -> None:
    """Make the names in a folder outlive a power cut; Windows does that by itself."""
    if fcntl is None:
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _told(error: OSError, place: str) -> UnavailableError:
    """What the system says, as an error of ours."""
    if error.errno in _FULL:
        message, code, remedy = "is full", "blob.disk-full", "Make room, or keep payloads elsewhere"
    elif error.errno in _CLOSED:
        message, code, remedy = "may not be written or read", "blob.read-only", "Change its rights"
    else:
        message, code, remedy = f"cannot be used: {error.strerror or error}", "blob.disk", "Check the disk"
    return UnavailableError(
        f"The place of payloads {place} {message}; nothing is kept there by halves", code=code, remedy=f"{remedy}."
    )
