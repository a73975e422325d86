"""What tests of engines share: the graphs of a lake, and a server that is a stranger's to it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from virtuoso_server import await_port, free_port

from lakes import BASE
from modellake.core.iris import LakeIRIs
from modellake.store.process import find_oxigraph

IRIS = LakeIRIs(BASE)
MARKS, STATE = IRIS.graph("provenance"), IRIS.graph("state")
NAMED = (MARKS, IRIS.graph("entailed"))
KINDS = ("disk", "memory", "child", "oxigraph", "virtuoso")


@contextmanager
def oxigraph_server() -> Iterator[str]:
    """The address of an ``oxigraph serve`` in memory, as anybody might run it."""
    port = free_port()
    command = [find_oxigraph(), "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            await_port(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
