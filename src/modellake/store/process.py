"""Processes: one ``oxigraph serve`` in its enclosure, seen from the process that uses it."""

from __future__ import annotations

import array
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from modellake.core.errors import UnavailableError, UsageError
from modellake.store.service import timeout_from

_READY = 60.0
_MOMENT = 0.02
_NO_LOOPBACK = 3
_ENCLOSURE = Path(__file__).with_name("enclosure.py")
MOST_WATCHED = 250  # queries in the time that one of them may take
_STACK = (2 << 20) + 8192  # what Rust gives to a thread, and the page that guards it
LEAST_MEMORY = 256 << 20  # bytes; Oxigraph does not start with much less
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_DIGITS = 18  # of an amount of memory that some machine could have


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server may use.

    Attributes:
        seconds: for one query.
        memory: bytes for all queries together; 0 for no limit. Only Linux keeps it.
        secluded: give it a network of its own where that is allowed.
        watched: let it end by itself what takes too long. For each query it then keeps a thread until that query's time
            is over, long after its answer: some MiB of its address space, and one of the threads that a machine allows.
    """

    seconds: int = 60
    memory: int = 0
    secluded: bool = True
    watched: bool = True

    @property
    def address_space(self) -> int:
        """Bytes: its memory with the stacks of those threads."""
        return self.memory + MOST_WATCHED * _STACK if self.memory and self.watched else self.memory


def limits_from(environment: Mapping[str, str]) -> Limits:
    """The limits that ``MODELLAKE_ENGINE_TIMEOUT`` (seconds) and ``MODELLAKE_ENGINE_MEMORY`` (bytes) set.

    Raises:
        UsageError: ``setting.malformed``.
    """
    seconds = max(1, round(timeout_from(environment, Limits().seconds)))
    memory = environment.get("MODELLAKE_ENGINE_MEMORY", "")
    return Limits(seconds, read_memory(memory) if memory else default_memory())


def default_memory() -> int:
    """Bytes: half of this machine's memory."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (ValueError, OSError, AttributeError):
        return 0


def read_memory(text: str) -> int:
    """Bytes from a setting such as 512M, 2G, or 0 for no limit; at least `LEAST_MEMORY`.

    Raises:
        UsageError: ``setting.malformed``.
    """
    number, unit = text.strip().upper().removesuffix("B"), ""
    if number and number[-1] in _UNITS:
        number, unit = number[:-1], number[-1]
    memory = int(number) * _UNITS[unit] if number.isdecimal() and len(number) < _DIGITS else -1
    if memory != 0 and memory < LEAST_MEMORY:
        raise UsageError(
            f"MODELLAKE_ENGINE_MEMORY is {text!r}, no amount of memory" + (" to begin with" if memory > 0 else ""),
            code="setting.malformed",
            remedy=f"Say 512M, 2G, at least {LEAST_MEMORY >> 20}M, or 0 for no limit.",
        )
    return memory


class _NotSecludedError(Exception):
    """A network of its own can be had, but not used."""


def start_server(location: Path, limits: Limits) -> ServerProcess:
    """A server over a folder, secluded where that can be had.

    Raises:
        UnavailableError: ``engine.absent``; ``engine.not-started`` with what it said.
    """
    try:
        return ServerProcess(location, limits)
    except _NotSecludedError:
        return ServerProcess(location, replace(limits, secluded=False))


class ServerProcess:
    """A running server over one folder.

    Args:
        location: of the store.
        limits: of the server.

    Attributes:
        secluded: nobody else reaches it.
        outlet: where a secluded server reaches this process.
        watched: it ends by itself what takes too long.
        pid: of the server.

    Raises:
        UnavailableError: ``engine.absent``; ``engine.not-started`` with what it said.
    """

    def __init__(self, location: Path, limits: Limits) -> None:
        command = [find_oxigraph(), "serve", "--location", str(location)]
        if limits.watched:
            command += ["--timeout-s", str(limits.seconds)]
        self.watched = limits.watched
        self._talking = threading.Lock()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        ours, theirs = socket.socketpair()
        self._control = ours
        with theirs:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", str(_ENCLOSURE)),
                    "secluded" if limits.secluded else "open",
                    str(limits.address_space),
                    *command,
                ],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                start_new_session=True,
            )
        self.outlet: socket.socket | None = None
        kind, _, pid = self._greeting().partition(" ")
        self.secluded, self.pid = kind == "secluded", int(pid or 0)
        self._await()

    def dial(self) -> socket.socket:
        """A connection to the server.

        Raises:
            ConnectionError: it does not listen, or has ended.
        """
        with self._talking:
            self._control.sendall(b"?")
            answer, rights, _, _ = self._control.recvmsg(1, socket.CMSG_SPACE(array.array("i").itemsize))
        if not answer:
            raise ConnectionResetError("the engine has ended and is started again")
        if not rights:
            raise ConnectionRefusedError("the engine does not listen yet")
        connection = socket.socket(fileno=_number(rights[0][2]))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(None)
        return connection

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait()

    def is_running(self) -> bool:
        """False once it has ended."""
        return self._process.poll() is None

    def said(self) -> str:
        """What it said when it ended."""
        self._said.seek(0)
        return self._said.read().decode("utf-8", "replace").strip()

    def kill(self) -> None:
        """End it at once; whoever watches over it may start another one."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """End it and wait until it has let go of its files."""
        self._control.close()
        self._process.wait()
        self._said.close()
        if self.outlet:
            self.outlet.close()

    def _greeting(self) -> str:
        line, rights, _, _ = self._control.recvmsg(1, socket.CMSG_SPACE(array.array("i").itemsize))
        if rights:
            self.outlet = socket.socket(fileno=_number(rights[0][2]))
        while line and not line.endswith(b"\n"):
            chunk = self._control.recv(1)
            if not chunk:
                break
            line += chunk
        return line.decode().strip()

    def _await(self) -> None:
        end = time.monotonic() + _READY
        while time.monotonic() < end:
            try:
                return self.dial().close()
            except ConnectionRefusedError:
                time.sleep(_MOMENT)
            except OSError:
                break
        self._control.close()
        status = self._process.wait()
        said = self.said()
        self._said.close()
        if status == _NO_LOOPBACK:
            raise _NotSecludedError
        raise UnavailableError(
            f"The engine does not start: {said.partition(chr(10))[0] or 'it says nothing'}",
            code="engine.not-started",
            remedy="Look at the folder of the lake, or serve with --engine embedded.",
        )


def _number(rights: bytes) -> int:
    """The file descriptor that came with a message."""
    numbers = array.array("i")
    numbers.frombytes(rights[: numbers.itemsize])
    return numbers[0]


def find_oxigraph() -> str:
    """The program ``oxigraph``: of this installation, or the one on the path.

    Raises:
        UnavailableError: ``engine.absent``.
    """
    beside = Path(sysconfig.get_path("scripts")) / "oxigraph"
    found = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if not found or os.name != "posix":
        raise UnavailableError(
            "The server of Oxigraph is not installed" if os.name == "posix" else "No engine runs beside on this system",
            code="engine.absent",
            remedy="pip install 'modellake[serve]', or serve with --engine embedded.",
        )
    return found
