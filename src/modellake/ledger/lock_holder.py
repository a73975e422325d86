"""Who writes to a ledger in a file, for those that have waited for it in vain. Only Linux tells that.

Writers hold a lock on one byte of the index of the log (https://www.sqlite.org/walformat.html#locks), and
``/proc/locks`` says of each lock which process has it (proc_locks(5)). The arguments of a process may be secret and are
not told.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

_BYTE = 120  # WAL_WRITE_LOCK
_LOCKS = Path("/proc/locks")


def writer_of(ledger: Path) -> str | None:
    """The process that writes, in words; None where nobody does or it is not told."""
    with suppress(OSError, ValueError):
        inode = ledger.with_name(f"{ledger.name}-shm").stat().st_ino
        for line in _LOCKS.read_text(encoding="ascii").splitlines():
            pid = _holder(line.split(), inode)
            if pid:
                return _in_words(pid)
    return None


def _holder(fields: list[str], inode: int) -> int | None:
    """The process of a line such as ``1: POSIX  ADVISORY  WRITE 3707 fd:01:1310984 120 120``."""
    if len(fields) != 8 or fields[1] != "POSIX" or fields[3] != "WRITE" or fields[5].rpartition(":")[2] != str(inode):
        return None  # one with "->" waits, and has a field more
    last = fields[7]
    held = int(fields[6]) <= _BYTE and (last == "EOF" or int(last) >= _BYTE)
    return max(int(fields[4]), 0) if held else None


def _in_words(pid: int) -> str:
    process = Path("/proc") / str(pid)
    command = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    since = datetime.fromtimestamp(process.stat().st_ctime, UTC)
    return f"process {pid} ({command}, since {since:%Y-%m-%dT%H:%M:%SZ})"
