"""A Virtuoso server for tests: Debian's, in a folder of its own, stopped and removed afterwards."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAM = Path("/usr/bin/virtuoso-t")
_READY = 60.0
_SETTINGS = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 1000000
"""


class VirtuosoServer:
    """A running server whose SPARQL endpoint lets everybody on this machine write."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="modellake-virtuoso-"))
        sql, self._http = free_port(), free_port()
        settings = self.folder / "virtuoso.ini"
        settings.write_text(_SETTINGS.format(folder=self.folder, sql=sql, http=self._http))
        self._process = subprocess.Popen(
            [PROGRAM, "+foreground", "+configfile", settings],
            stdin=subprocess.DEVNULL,
            stdout=(self.folder / "output").open("w"),
            stderr=subprocess.STDOUT,
        )
        await_port(self._http, self._process)
        self._grant(sql)

    @property
    def url(self) -> str:
        """The SPARQL endpoint, for queries and updates."""
        return f"http://127.0.0.1:{self._http}/sparql"

    @property
    def store(self) -> str:
        """The Graph Store."""
        return f"http://127.0.0.1:{self._http}/sparql-graph-crud"

    def remove(self) -> None:
        """Stop it and delete its files."""
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder)

    def _grant(self, port: int) -> None:
        sql = 'exec=GRANT SPARQL_UPDATE TO "SPARQL";'
        subprocess.run(
            ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", sql],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server listens."""
    end = time.monotonic() + _READY
    while time.monotonic() < end and process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server does not listen")
