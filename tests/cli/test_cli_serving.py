"""``serve`` as a process of its own: it says where it is, ends at a signal, and loses nothing."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from cli_commands import BASE

from modellake.bootstrap import create_lake
from modellake.store.process import Limits
from served_process import ServedProcess
from served_process import serving as serving_lake
from servers import Reply, ask

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="this system has no SIGTERM for processes")


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "modellake", "serve", *map(str, arguments)]


@contextmanager
def serving(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and its URL."""
    process = subprocess.Popen(
        command("--port", "0", *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        assert line.endswith("/sparql"), process.communicate()
        yield process, line.removesuffix("/sparql")
    finally:
        process.kill()
        process.communicate()


def update(url: str, text: str) -> Reply:
    headers = {"Content-Type": "application/sparql-update"}
    return ask(url, "/sparql", method="POST", headers=headers, body=text.encode())


def truth(url: str, text: str) -> bool:
    return bool(json.loads(ask(url, f"/sparql?query={quote(text)}").body)["boolean"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(tmp_path: Path, number: signal.Signals) -> None:
    with serving("--plain", tmp_path / "store") as (process, url):
        assert update(url, "INSERT DATA { <urn:a> <urn:b> 1 }").status == 204
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert "Ended" in err
    with serving("--plain", tmp_path / "store") as (_, url):
        assert truth(url, "ASK { <urn:a> <urn:b> 1 }")


def test_what_has_begun_is_brought_to_its_end(tmp_path: Path) -> None:
    lines = " ".join(f"<urn:{number}> <urn:p> {number} ." for number in range(100_000))
    replies: list[Reply] = []
    with serving("--plain", tmp_path / "store") as (process, url):
        sending = threading.Thread(target=lambda: replies.append(update(url, f"INSERT DATA {{ {lines} }}")))
        sending.start()
        while json.loads(ask(url, "/health").body)["updates"] == 0 and sending.is_alive():
            pass
        process.send_signal(signal.SIGTERM)
        sending.join(timeout=60)
        process.communicate(timeout=60)
        assert (process.returncode, replies[0].status) == (0, 204)
    with serving("--plain", tmp_path / "store") as (_, url):
        assert truth(url, "ASK { <urn:99999> <urn:p> 99999 }")


def test_a_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    subprocess.run([sys.executable, "-m", "modellake", "init", str(lake), "--base-iri", BASE], check=True)
    with serving("--lake", lake) as (process, url):
        assert truth(url, "ASK {}")
        added = update(url, f"INSERT DATA {{ <{BASE}model/a/b> a <https://w3id.org/modellake/Model> }}")
        assert added.status in (200, 422)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 0


def engine_limit(server: ServedProcess) -> int:
    """Bytes that the engine of a server may take, threads included."""
    (engine,) = (pid for pid in server.tree() if Path(f"/proc/{pid}/comm").read_text() == "oxigraph\n")
    told = Path(f"/proc/{engine}/limits").read_text().partition("Max data size")[2]
    return int(told.split()[0])


def test_the_memory_of_the_engine_is_what_the_settings_say(tmp_path: Path) -> None:
    lake = create_lake(tmp_path / "lake", base_iri=BASE)
    (lake / "lake.toml").write_text("engine-memory = '300M'\n")
    with serving_lake(lake) as server:
        assert engine_limit(server) == Limits(memory=300 << 20).address_space
    with serving_lake(lake, "--engine-memory", "1G") as server:
        assert engine_limit(server) == Limits(memory=1 << 30).address_space


@pytest.mark.parametrize("size", ["lots", "3M"])
def test_no_amount_of_memory(tmp_path: Path, size: str) -> None:
    status, err = failed("--lake", create_lake(tmp_path / "lake"), "--engine-memory", size)
    assert status == 2
    assert f"error [setting.malformed] --engine-memory is '{size}'" in err
    assert "at least 256M" in err


def failed(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(command(*arguments), capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_other_machines_are_kept_out() -> None:
    status, err = failed("--plain", ":memory:", "--host", "0.0.0.0")
    assert status == 2
    assert "[serve.not-loopback]" in err


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        status, err = failed("--plain", ":memory:", "--port", str(other.getsockname()[1]))
    assert status == 4
    assert "[serve.port-taken]" in err


def test_no_lake(tmp_path: Path) -> None:
    status, err = failed("--lake", tmp_path)
    assert status == 3
    assert "[lake.absent]" in err


def test_a_store_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("no folder")
    status, err = failed("--plain", tmp_path / "store")
    assert status == 4
    assert "[store.unreadable]" in err


def test_a_store_in_use(tmp_path: Path) -> None:
    with serving("--plain", tmp_path / "store"):
        status, err = failed("--plain", tmp_path / "store")
    assert status == 4
    assert "[store.locked]" in err
