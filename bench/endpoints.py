"""Servers of SPARQL over HTTP, each in processes of its own with the same statements."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from asking_clients import Address

PROGRAMS = Path(sys.executable).parent
GRAPH = "urn:lake"
_READY = 120.0
_VIRTUOSO = """
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
ServerThreads = 40
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 10000000
"""


@dataclass(frozen=True)
class Endpoint:
    """A server that answers.

    Attributes:
        name: as figures call it.
        process: the first of its processes.
    """

    name: str
    address: Address
    process: int

    def peak(self) -> float:
        """The most memory that its processes have held, in MiB, added up."""
        return sum(_status(number, "VmHWM") for number in tree(self.process)) / 1024

    def worked(self) -> float:
        """Seconds of processor time that its processes have used."""
        return sum(_worked(number) for number in tree(self.process))


def tree(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for number in found:
        for task in Path(f"/proc/{number}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


@contextmanager
def modellake(folder: Path, engine: str) -> Iterator[Endpoint]:
    """A lake behind `modellake serve`."""

    def command(port: int) -> list[str]:
        program = str(PROGRAMS / "modellake")
        return [program, "serve", "--lake", str(folder), "--engine", engine, "--port", str(port), "--queries", "32"]

    with _serving(command) as (port, process):
        yield Endpoint(f"modellake, {engine}", Address(port), process)


@contextmanager
def bare(folder: Path) -> Iterator[Endpoint]:
    """A store on disk behind `modellake serve --plain`."""

    def command(port: int) -> list[str]:
        return [str(PROGRAMS / "modellake"), "serve", "--plain", str(folder), "--port", str(port)]

    with _serving(command) as (port, process):
        yield Endpoint("modellake --plain", Address(port), process)


@contextmanager
def oxigraph(folder: Path) -> Iterator[Endpoint]:
    """A store on disk behind `oxigraph serve`."""

    def command(port: int) -> list[str]:
        return [str(PROGRAMS / "oxigraph"), "serve", "-l", str(folder), "-b", f"127.0.0.1:{port}"]

    with _serving(command) as (port, process):
        yield Endpoint("oxigraph serve", Address(port), process)


@contextmanager
def rdflib_endpoint(document: Path) -> Iterator[Endpoint]:
    """A graph in memory behind rdflib-endpoint."""

    def command(port: int) -> list[str]:
        return [str(PROGRAMS / "rdflib-endpoint"), "serve", "--port", str(port), str(document)]

    with _serving(command) as (port, process):
        yield Endpoint("rdflib-endpoint", Address(port, "/"), process)


@contextmanager
def virtuoso(document: Path, folder: Path) -> Iterator[Endpoint]:
    """Virtuoso, with the document in one graph."""
    folder.mkdir()
    shutil.copy(document, folder)
    sql = free_port()

    def command(port: int) -> list[str]:
        settings = folder / "virtuoso.ini"
        settings.write_text(_VIRTUOSO.format(folder=folder, sql=sql, http=port))
        return ["virtuoso-t", "+foreground", "+configfile", str(settings)]

    with _serving(command) as (port, process):
        loading = f"DB.DBA.TTLP(file_to_string_output('{folder / document.name}'), '', '{GRAPH}');"
        subprocess.run(
            ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={loading}checkpoint;"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        yield Endpoint("Virtuoso", Address(port, "/sparql", (("default-graph-uri", GRAPH),)), process)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def _serving(command: Callable[[int], list[str]]) -> Iterator[tuple[int, int]]:
    """The port and the process of a server that listens."""
    port = free_port()
    said = tempfile.TemporaryFile()  # noqa: SIM115
    process = subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=said)
    try:
        until = time.monotonic() + _READY
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    said.seek(0)
                    raise RuntimeError(said.read().decode(errors="replace")) from None
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _status(process: int, name: str) -> int:
    """KiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def _worked(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
