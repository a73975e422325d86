"""Editors of one record at once: of those who read the same, one writes, and the others are told."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import modellake
from lakes import BASE, turtle
from modellake.lake.lake import Lake
from modellake.store.plain import PlainEngine
from modellake.web.served import Served
from servers import Reply, ask, running

AT = "/store/model/acme/churn"
MODEL = '<model/acme/churn> a lake:Model ; dct:title "Churn" ; <urn:x:count> {} .'
EDITORS, EDITS = 6, 8
COUNT = re.compile(r"<?urn:x:count>? \"?(\d+)")
# Another process that counts further through the lake itself.
COUNTING = """
import sys
import modellake
from modellake.core.errors import ConflictError
from pyoxigraph import Literal, NamedNode, Triple

COUNT = NamedNode("urn:x:count")
with modellake.open(sys.argv[1], create=False) as lake:
    for _ in range(int(sys.argv[2])):
        while True:
            record = lake.record(sys.argv[3])
            before = next(item for item in record.statements if item.predicate == COUNT)
            after = Triple(before.subject, COUNT, Literal(int(before.object.value) + 1))
            try:
                lake.replace_record(record.iri, record.statements - {before} | {after}, expected=record.hash)
                break
            except ConflictError:
                continue
"""


def put(url: str, path: str, body: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(url, path, method="PUT", headers={"Content-Type": "text/turtle", **named}, body=body.encode())


def together(work: Callable[[], None], count: int = EDITORS) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
        assert not thread.is_alive()


def count_further(url: str, path: str, edits: int, told: Counter[int]) -> None:
    """Read, add one, and write it if nobody has written meanwhile; again until so many edits were made."""
    while edits:
        read = ask(url, path)
        number = int(COUNT.findall(read.body.decode())[0])
        body = read.body.decode().replace(f"<urn:x:count> {number}", f"<urn:x:count> {number + 1}")
        status = put(url, path, body, If_Match=read.headers["etag"]).status
        told[status] += 1
        assert status in (204, 412)
        edits -= status == 204


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with modellake.open(tmp_path / "lake", base_iri=BASE) as opened:
        opened.commit(turtle(MODEL.format(0)), format="turtle")
        yield opened


def test_threads_on_a_lake(lake: Lake) -> None:
    told: Counter[int] = Counter()
    with running(Served(lake=lake)) as url:
        together(lambda: count_further(url, AT, EDITS, told))
        assert COUNT.findall(ask(url, AT).body.decode()) == [str(EDITORS * EDITS)]
    assert told[204] == EDITORS * EDITS
    assert lake.ledger.head().sequence == 1 + EDITORS * EDITS


def test_threads_on_a_bare_engine() -> None:
    told: Counter[int] = Counter()
    with running(Served(plain=PlainEngine())) as url:
        put(url, "/store/counter", "<> <urn:x:count> 0 .")
        together(lambda: count_further(url, "/store/counter", EDITS, told))
        assert COUNT.findall(ask(url, "/store/counter").body.decode()) == [str(EDITORS * EDITS)]
    assert told[204] == EDITORS * EDITS


def test_one_of_many_makes_a_record(lake: Lake) -> None:
    statuses: list[int] = []
    text = turtle('<model/acme/new> a lake:Model ; dct:title "New" .')
    with running(Served(lake=lake)) as url:

        def make() -> None:
            statuses.append(put(url, "/store/model/acme/new", text, If_None_Match="*").status)

        together(make)
        assert sorted(statuses) == [201] + [412] * (EDITORS - 1)
        statuses.clear()
        other = text.replace("acme/new", "acme/newer").encode()

        def post() -> None:
            headers = {"Content-Type": "text/turtle"}
            statuses.append(ask(url, "/store", method="POST", headers=headers, body=other).status)

        together(post)
        assert sorted(statuses) == [201] + [409] * (EDITORS - 1)


def test_edits_without_conditions_are_all_made(lake: Lake) -> None:
    with running(Served(lake=lake)) as url:
        names = iter(range(1000))

        def add() -> None:
            for _ in range(EDITS):
                text = turtle(f'<model/acme/churn> dcat:keyword "{next(names)}" .')
                headers = {"Content-Type": "text/turtle"}
                assert ask(url, AT, method="POST", headers=headers, body=text.encode()).status == 204

        together(add)
    assert len(lake.query("SELECT ?k { ?m dcat:keyword ?k }").rows) == EDITORS * EDITS


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no SIGTERM for processes")
def test_processes_and_clients_of_a_server(tmp_path: Path) -> None:
    """Some edit through the server, others beside it, through the ledger that they share with it."""
    folder = tmp_path / "lake"
    with modellake.open(folder, base_iri=BASE) as lake:
        lake.commit(turtle(MODEL.format(0)), format="turtle")
    command = [sys.executable, "-m", "modellake", "serve", "--port", "0", "--lake", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().strip().removesuffix("/sparql")
        others = [
            subprocess.Popen(
                [sys.executable, "-c", COUNTING, str(folder), str(EDITS), f"{BASE}model/acme/churn"],
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        together(lambda: count_further(url, AT, EDITS, Counter()), 2)
        for other in others:
            _, err = other.communicate(timeout=300)
            assert other.returncode == 0, err
        assert COUNT.findall(ask(url, AT).body.decode()) == [str(4 * EDITS)]
    finally:
        server.terminate()
        server.communicate(timeout=60)
    with modellake.open(folder) as lake:
        assert lake.ledger.head().sequence == 1 + 4 * EDITS
        assert lake.verify(deep=True).conforms
