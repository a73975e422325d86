"""A PostgreSQL server for tests: Debian's, in a folder of its own, stopped and removed afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUPERUSER = "modellake_tests"
PASSWORD = "s3cret-of-tests"


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl: of the newest installed version, or the one on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    found = debian[-1] if debian else on_path and Path(on_path).resolve()
    return found.parent if found else None


class Server:
    """A running server. Over its socket everybody is let in, over TCP with the password.

    Args:
        programs: the folder of initdb and pg_ctl.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # Not a folder of pytest's: the user of the server cannot enter those.
        self.folder = Path(tempfile.mkdtemp(prefix="modellake-pg-"))
        self._user = _unprivileged_user()
        if self._user:
            shutil.chown(self.folder, self._user)
        self.port = _free_port()
        self._initialize()
        self.start()

    def _initialize(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        options = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"]
        # A locale with an order of its own, so that an order by code point is seen to be asked for.
        self._run(
            "initdb", "-D", self.data, "-U", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", *options
        )
        settings = [
            "listen_addresses = '127.0.0.1'",
            f"port = {self.port}",
            f"unix_socket_directories = '{self.folder}'",
            "fsync = on",
            "max_connections = 200",
        ]
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write("\n".join(settings) + "\n")

    @property
    def data(self) -> Path:
        """The folder of its files."""
        return self.folder / "data"

    def url(self, schema: str, *, database: str = "postgres", user: str = SUPERUSER) -> str:
        """The URL of a ledger, over the socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}&schema={schema}"

    def tcp_url(self, schema: str, *, password: str | None, user: str = SUPERUSER) -> str:
        """The URL of a ledger, over TCP, where a password is asked for."""
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/postgres?schema={schema}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.folder / "log")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is like pulling the plug of its processes."""
        self._run("pg_ctl", "stop", "-w", "-D", self.data, "-m", mode)

    @contextmanager
    def standby(self) -> Iterator[int]:
        """A server that follows this one and can only be read; its port, in the same folder."""
        port, folder = _free_port(), self.folder / f"standby{os.urandom(4).hex()}"
        connection = ["-h", self.folder, "-p", self.port, "-U", SUPERUSER]
        self._run("pg_basebackup", "-D", folder, "-R", "-X", "stream", "-c", "fast", "--no-sync", *connection)
        with (folder / "postgresql.conf").open("a") as configuration:
            configuration.write(f"port = {port}\n")
        self._run("pg_ctl", "start", "-w", "-D", folder, "-l", self.folder / "standby.log")
        try:
            yield port
        finally:
            self._run("pg_ctl", "stop", "-w", "-D", folder, "-m", "immediate")

    def remove(self) -> None:
        """Stop it and delete its files."""
        self.stop("immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [self._programs / program, *map(str, arguments)],
            user=self._user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            # The server outlives pg_ctl and would keep a pipe open.
            stdout=(self.folder / "output").open("a"),
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{(self.folder / 'output').read_text()}")


def _unprivileged_user() -> str | None:
    """Whom to run the server as: it refuses the superuser."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody", "daemon") if name in names)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
