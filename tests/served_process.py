"""`modellake serve` in processes of its own, with what they use of the machine (Linux)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_LOOKS = 600  # until something that should come to rest is said not to
_LOOK = 0.5  # seconds


@dataclass(frozen=True)
class ServedProcess:
    """A server that answers.

    Attributes:
        log: what it has said.
    """

    url: str
    pid: int
    log: Path

    def tree(self) -> list[int]:
        """Its processes."""
        found = [self.pid]
        for number in found:
            for task in Path(f"/proc/{number}/task").glob("*/children"):
                with suppress(OSError):
                    found += [int(child) for child in task.read_text().split()]
        return found

    def worked(self) -> float:
        """Seconds of processor time that the processes of now have used."""
        return sum(_worked(number) for number in self.tree())

    def memory(self) -> float:
        """MiB that they hold."""
        return sum(_memory(number) for number in self.tree()) / 1024

    def falls_idle(self) -> bool:
        """Does it come to rest: less than a twentieth of a processor for a while?"""
        calm = 0
        for _ in range(_LOOKS):
            before, processes = self.worked(), self.tree()
            time.sleep(_LOOK)
            calm = calm + 1 if self.tree() == processes and self.worked() - before < _LOOK / 20 else 0
            if calm == 3:
                return True
        return False


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[ServedProcess]:
    """Serve a lake until the block ends; the server must then end by itself."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system has no /proc to see from what processes do")
    log = folder.with_name("log")
    words = [sys.executable, "-m", "modellake", "serve", "--lake", str(folder), "--port", "0", *options]
    with log.open("w") as said:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        assert line.endswith("/sparql"), log.read_text()
        yield ServedProcess(line.removesuffix("/sparql"), process.pid, log)
    finally:
        process.terminate()
        process.wait(timeout=120)


def _worked(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0
