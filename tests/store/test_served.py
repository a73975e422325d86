"""A lake that is served: commands on the same machine ask the server, and what they commit is seen at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lakes import BASE, CHURN, said
from modellake.bootstrap import open_lake
from modellake.core.errors import QueryError, UnavailableError
from modellake.store.holder import Holder, announce, holder_of, retire
from modellake.store.served import ServedEngine, is_asked

pytest.importorskip("urllib3", reason="urllib3 is not installed: the extra serve")
pytest.importorskip("uvicorn", reason="uvicorn is not installed: the extra serve")


@contextmanager
def serving(place: Path, store: str) -> Iterator[str]:
    """The URL of a process that serves a lake."""
    command = [sys.executable, "-m", "modellake", "serve", "--port", "0", "--engine", store, "--lake", str(place)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip().removesuffix("/sparql")
        finally:
            process.terminate()


@pytest.mark.parametrize("store", ["embedded", "child"])
def test_a_served_lake_is_asked_and_filled_through_its_server(tmp_path: Path, store: str) -> None:
    with open_lake(tmp_path, create=True, base_iri=BASE) as lake:
        said(lake, CHURN)
    with serving(tmp_path, store) as url:
        assert url.startswith("http://127.0.0.1:")
        with open_lake(tmp_path, patience=0) as lake:
            assert isinstance(lake.view.engine, ServedEngine)
            assert lake.query("SELECT ?t { <model/acme/churn> dct:title ?t }").column("t") == ["Churn"]
            said(lake, '<dataset/d> a lake:Dataset ; dct:title "D" .', source="urn:source:b")
            assert lake.query("SELECT ?t { <dataset/d> dct:title ?t }").column("t") == ["D"]
            assert len(lake.query("CONSTRUCT WHERE { <dataset/d> ?p ?o }")) > 1
            assert lake.query("ASK { <dataset/d> ?p ?o }", as_of=1).rows[0][0].value == "false"  # type: ignore
            assert lake.stats().lag == 0
            assert lake.verify(deep=True).conforms
            with pytest.raises(QueryError) as malformed:
                lake.query("SELECT * { ?s ?p }")
            assert malformed.value.code == "query.syntax"
            with pytest.raises(UnavailableError) as refused:
                lake.rebuild()
            assert refused.value.code == "view.served"
            head = lake.ledger.head()
            with pytest.raises(UnavailableError) as refused:
                lake.rebase("https://other.example.org/", reason="moved")
            assert refused.value.code == "view.served"
            assert lake.ledger.head() == head
        # And by the command, which is another process.
        command = [sys.executable, "-m", "modellake", "query", "--json", "contents", "--lake", str(tmp_path)]
        told = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
        assert json.loads(told.stdout)["results"]["bindings"]


def descendants(pid: int) -> dict[int, str]:
    """The processes below a process, with their names."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := read_stat(entry)):
            name, _, rest = stat.partition("(")[2].rpartition(")")
            if int(rest.split()[1]) in {pid, *found}:
                found[int(entry.name)] = name
    return found


def read_stat(entry: Path) -> str:
    try:
        return (entry / "stat").read_text()
    except OSError:
        return ""


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(f"{url}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D") as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_while_the_child_is_away_the_server_says_503_and_then_answers(tmp_path: Path) -> None:
    with open_lake(tmp_path, create=True, base_iri=BASE) as lake:
        said(lake, CHURN)
    with serving(tmp_path, "child") as url:
        assert status(url) == 200
        holder = holder_of(tmp_path / "views" / "default")
        assert holder is not None
        killed = 0
        for _ in range(3):
            for pid, name in descendants(holder.pid).items():
                if name == "oxigraph":
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            seen = [status(url)]
            while seen[-1] != 200:
                seen.append(status(url))
            assert set(seen) <= {200, 503}
        assert killed


def test_who_serves_says_so_and_takes_it_back(tmp_path: Path) -> None:
    folder = tmp_path / "default"
    announce(folder, url="http://127.0.0.1:8000")
    holder = holder_of(folder)
    assert holder is not None and holder.url == "http://127.0.0.1:8000"
    assert is_asked(holder)
    retire(folder)
    assert not is_asked(holder_of(folder))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_a_server_at_another_address_of_this_machine_is_asked() -> None:
    assert is_asked(Holder(1, "modellake serve", "2026-01-01T00:00:00Z", "http://127.0.0.2:80"))
    assert not is_asked(Holder(1, "modellake serve", "2026-01-01T00:00:00Z", "http://192.0.2.1:80"))


def test_a_note_with_a_key_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "default"
    for key, mode in (("", 0o644), ("secret", 0o600), ("", 0o644)):
        announce(folder, url="http://127.0.0.1:8000", key=key)
        holder = holder_of(folder)
        assert holder is not None and holder.key == key
        assert key == "" or key not in f"{holder} {holder!r}"
        assert os.name != "posix" or (tmp_path / "default.holder").stat().st_mode & 0o777 & ~0o022 == mode & ~0o022
    assert [path.name for path in tmp_path.iterdir()] == ["default.holder"]


@pytest.mark.parametrize("url", ["", "http://example.org:80", "file:///etc/passwd", "https://127.0.0.1.example.org"])
def test_only_a_server_on_this_machine_is_asked(url: str) -> None:
    assert not is_asked(Holder(1, "modellake serve", "2026-01-01T00:00:00Z", url))
