"""An enclosure: a program that runs one server where nobody else reaches it, and ends with the one who asked for it.

Run as a program, and it imports nothing of this package. Standard input is a socket to the one who asked: each byte on
it is a wish for a connection to the server, answered by ``+`` with the connection, or by ``-``. Its end is the end of
the server, however it came about.

Servers such as ``oxigraph serve`` know no password, and a port on the loopback interface is open to every user of the
machine, and to web pages in their browsers. On Linux the server therefore gets a network of its own, with nothing in it
but itself (https://man7.org/linux/man-pages/man7/network_namespaces.7.html); connections that are made inside are
handed out. Where that is not allowed it listens on a random port.
"""

from __future__ import annotations

import array
import ctypes
import os
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import IO

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # linux/sched.h
_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41  # SIOCSIFFLAGS; IFF_UP, IFF_RUNNING
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_LOOK = 0.25  # seconds between two looks at the server
_KEPT = 4000  # bytes of what the server says
_HOST = "127.0.0.1"


def main() -> int:
    """Run ``enclosure.py secluded|open MEMORY COMMAND…``; MEMORY in bytes, 0 for no limit."""
    wish, memory, *command = sys.argv[1:]
    control = socket.socket(fileno=os.dup(0))
    secluded = wish == "secluded" and _seclude()
    address = (_HOST, _free_port())
    server = subprocess.Popen(
        [*command, "--bind", f"{_HOST}:{address[1]}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: _bind_to_us(int(memory)),  # noqa: PLW1509 - there is one thread here
    )
    try:
        _greet(control, f"{'secluded' if secluded else 'open'} {server.pid}\n".encode(), outlet=secluded)
        said = _attend(control, server, address)
    finally:
        server.kill()
        status = server.wait()
    sys.stderr.write(said.decode("utf-8", "replace"))
    return 1 if status > 0 else 0


def _greet(control: socket.socket, greeting: bytes, *, outlet: bool) -> None:
    """Tell who asked what there is now, with a socket at which the server reaches them, if it reaches nobody else."""
    if not outlet:
        control.sendall(greeting)
        return
    with socket.create_server((_HOST, 0)) as listening:
        rights = array.array("i", [listening.fileno()])
        control.sendmsg([greeting], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])


def _attend(control: socket.socket, server: subprocess.Popen[bytes], address: tuple[str, int]) -> bytes:
    """Hand out connections until one side has ended; returns the end of what the server has said."""
    assert server.stderr is not None
    said = b""
    watched: list[socket.socket | IO[bytes]] = [control, server.stderr]
    while True:
        ready, _, _ = select.select(watched, [], [], _LOOK)
        if server.stderr in ready:
            chunk = os.read(server.stderr.fileno(), _KEPT)
            said = (said + chunk)[-_KEPT:]
            if not chunk:
                return said
        elif server.poll() is not None:
            return said
        if control in ready:
            try:
                wishes = control.recv(1)
                if wishes:
                    _hand_out(control, address)
            except OSError:
                return said
            if not wishes:
                return said


def _hand_out(control: socket.socket, address: tuple[str, int]) -> None:
    try:
        connection = socket.create_connection(address, timeout=5)
    except OSError:
        control.sendall(b"-")
        return
    with connection:
        rights = array.array("i", [connection.fileno()])
        control.sendmsg([b"+"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])


def _seclude() -> bool:
    """Move into a network of our own with a loopback interface; False where that is not allowed."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_NEW_NETWORK) != 0:
        if libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
            return False
        try:
            _remain(user, group)
        except OSError:
            return False
    try:
        _raise_loopback()
    except OSError:
        # In a network without a loopback interface nothing is reached at all.
        sys.exit(_NO_LOOPBACK)
    return True


_NO_LOOPBACK = 3


def _remain(user: int, group: int) -> None:
    """Be the same user in the new namespace of users."""
    process = Path("/proc/self")
    (process / "setgroups").write_text("deny")
    (process / "uid_map").write_text(f"{user} {user} 1")
    (process / "gid_map").write_text(f"{group} {group} 1")


def _raise_loopback() -> None:
    import fcntl

    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP_AND_RUNNING))


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind((_HOST, 0))
        return int(listening.getsockname()[1])


def _bind_to_us(memory: int) -> None:
    """In the server before it begins: its limit, and its end when we are killed."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if memory:
        _, allowed = resource.getrlimit(resource.RLIMIT_DATA)  # which nobody but root may raise
        memory = min(memory, sys.maxsize if allowed == resource.RLIM_INFINITY else allowed)
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
