"""Faults of a lake in PostgreSQL: killed writers, killed views, and a server whose plug is pulled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from postgresql_roles import BASE, digest_of

import modellake
from modellake.bootstrap import restore_lake
from modellake.core.errors import UnavailableError
from modellake.ledger.ledger import Ledger
from postgresql_server import Server, find_programs

ROLES = Path(__file__).with_name("postgresql_roles.py")
COMMITS = 60


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that may be stopped without harm to other tests."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed: the extra postgresql")
    server = Server(programs)
    yield server
    server.remove()


class Process:
    """A process with a role; its lines are JSON."""

    def __init__(self, role: str, *arguments: object) -> None:
        self.told: list[dict[str, Any]] = []
        self._process = subprocess.Popen(
            [sys.executable, ROLES, role, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self, lines: int) -> None:
        """Wait for so many more lines."""
        for _ in range(lines):
            self.told.append(json.loads(self._process.stdout.readline()))

    def finish(self) -> None:
        """Let it end by itself and read the rest."""
        rest, _ = self._process.communicate()
        self.told += map(json.loads, rest.splitlines())
        assert self._process.returncode == 0

    def kill(self) -> None:
        """SIGKILL; what it told before is read."""
        self._process.kill()
        rest, _ = self._process.communicate()
        self.told += map(json.loads, rest.splitlines(keepends=False)[: rest.count("\n")])


@contextmanager
def processes() -> Iterator[Callable[..., Process]]:
    """Starts processes, of which none outlives the test."""
    started: list[Process] = []

    def start(role: str, *arguments: object) -> Process:
        started.append(Process(role, *arguments))
        return started[-1]

    try:
        yield start
    finally:
        for process in started:
            if process._process.poll() is None:
                process.kill()


def check_acknowledged(ledger: Ledger, told: list[dict[str, Any]]) -> None:
    """What was acknowledged is in the commit that was named."""
    for line in told:
        record = line["iri"].replace(BASE, f"{BASE}record/")
        assert ledger.has_record(record), line
        if line["sequence"] is not None:
            assert record in {entry.record for entry in ledger.entries(line["sequence"])}


def test_writers_and_views_survive_what_happens_to_them_and_to_the_server(own_server: Server, tmp_path: Path):
    url = own_server.url("shared")
    Ledger.create(url, BASE).close()
    with processes() as start:
        steady, doomed = (start("write", tmp_path / name, url, name, COMMITS) for name in ("steady", "doomed"))
        views = [start("show", tmp_path / f"view{number}", url) for number in range(3)]
        steady.read(10)
        views[0].read(3)
        views[1].read(1)
        views[1].kill()
        doomed.read(10)
        own_server.stop("immediate")
        own_server.start()
        doomed.read(20)
        doomed.kill()
        views[1] = start("show", tmp_path / "view1", url)
        steady.finish()
        for view in views:
            view.finish()
    assert len(steady.told) == COMMITS
    last = [view.told[-1] for view in views]
    with Ledger.open(url) as ledger:
        head = ledger.head()
        assert head.sequence >= COMMITS + 30
        assert ledger.verify(head.hash).findings == ()
        check_acknowledged(ledger, steady.told + doomed.told)
        assert [commit.sequence for commit in ledger.commits()] == list(range(1, head.sequence + 1))
    for view in views:
        numbers = [line["models"] for line in view.told[:-1]]
        assert numbers == sorted(numbers)
    assert {line["sequence"] for line in last} == {head.sequence}
    with modellake.open(tmp_path / "fresh", ledger=url) as fresh:
        assert {line["digest"] for line in last} == {digest_of(fresh)}
        fresh.ledger.backup(tmp_path / "copy.sqlite")
    restore_lake(tmp_path / "copy.sqlite", tmp_path / "restored", head=head.hash)
    with modellake.open(tmp_path / "restored") as restored:
        assert {line["digest"] for line in last} == {digest_of(restored)}


def test_a_server_that_is_away_is_told_as_such_and_comes_back(own_server: Server, tmp_path: Path):
    url = own_server.url("shared")
    with modellake.open(tmp_path / "lake", base_iri=BASE, ledger=url) as lake:
        lake.commit("<urn:x> a <urn:y> .", format="turtle")
        own_server.stop("immediate")
        attempts = (
            lambda: lake.commit("<urn:x> a <urn:z> .", format="turtle"),
            lambda: lake.query("SELECT * { ?s ?p ?o }"),
            lambda: Ledger.open(url),
        )
        for attempt in attempts:
            with pytest.raises(UnavailableError) as caught:
                attempt()
            assert (caught.value.code, caught.value.exit_status) == ("ledger.unreachable", 4)
            assert caught.value.remedy
        own_server.start()
        assert lake.commit("<urn:x> a <urn:z> .", format="turtle").sequence == 2
        assert lake.verify().findings == ()


def test_a_server_that_falls_in_the_middle_of_a_commit_leaves_the_head_before(own_server: Server):
    from ledger.drafts import change, draft

    url = own_server.url("shared")
    with Ledger.create(url, BASE) as ledger:
        ledger.append(draft(change(1, "kept")))
        head, stats = ledger.head(), ledger.stats()

        def changes() -> Iterator[Any]:
            for number in range(3000):
                if number == 2000:
                    own_server.stop("immediate")
                yield change(number, "lost")

        with pytest.raises(UnavailableError) as caught:
            ledger.append(replace(draft(), changes=changes()))
        assert caught.value.code == "ledger.unreachable"
        own_server.start()
        assert (ledger.head(), ledger.stats()) == (head, stats)
        assert ledger.append(draft(change(2, "again"))).sequence == 2
        assert ledger.verify(head.hash).findings == ()
