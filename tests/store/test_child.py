"""The child engine: watched over, bounded, and losing nothing however it dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from engines import MARKS, NAMED
from pyoxigraph import DefaultGraph, NamedNode

from lakes import BASE, CHURN, said
from modellake.bootstrap import open_lake
from modellake.core.errors import UnavailableError, UsageError
from modellake.lake.lake import Lake
from modellake.store.child import ChildEngine
from modellake.store.engine import Applied, Replacement
from modellake.store.process import LEAST_MEMORY, MOST_WATCHED, Limits, read_memory, start_server

pytest.importorskip("urllib3", reason="urllib3 is not installed: the extra serve")
# Oxigraph itself overlooks its limit while it counts these.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
POINT = "SELECT ?o { <urn:s7> ?p ?o }"
SUBJECTS = 20_000


def filled(folder: Path, limits: Limits) -> ChildEngine:
    engine = ChildEngine(MARKS, folder, NAMED, limits)
    lines = [f'<urn:s{number}> <urn:p> "{number}" .' for number in range(SUBJECTS)]
    engine.load([{DefaultGraph(): lines}], Applied(1, "aa"))
    return engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[ChildEngine]:
    """One with a limit of a second for each query."""
    made = filled(tmp_path / "view", Limits(seconds=1))
    yield made
    made.close()


def persist(question: Callable[[], object]) -> object:
    """The answer, once the engine is there again."""
    while True:
        try:
            return question()
        except UnavailableError as error:
            assert error.code in ("engine.unreachable", "engine.interrupted"), error
            time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def await_end(pid: int) -> None:
    while is_alive(pid):
        time.sleep(0.02)


def processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_query_that_overstays_is_ended_wherever_it_hangs(engine: ChildEngine) -> None:
    for text in (RUNAWAY, "SELECT * { ?a ?b ?c . ?d ?e ?f }"):
        with pytest.raises(UnavailableError) as caught:
            engine.query(text)
        assert caught.value.code == "engine.timeout"
    assert persist(lambda: [row[0].value for row in engine.query(POINT)]) == ["7"]  # type: ignore[union-attr]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_after_fifty_runaway_queries_everything_falls_idle(engine: ChildEngine) -> None:
    codes: list[str] = []

    def run() -> None:
        try:
            engine.query(RUNAWAY)
        except UnavailableError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=run) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 50
    assert set(codes) <= {"engine.timeout", "engine.interrupted", "engine.unreachable"}
    assert persist(lambda: [row[0].value for row in engine.query(POINT)]) == ["7"]  # type: ignore[union-attr]
    assert engine.size() == SUBJECTS
    before = processor_time(engine.pid)
    time.sleep(1)
    assert processor_time(engine.pid) - before < 0.5


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_many_queries_leave_no_threads_behind(tmp_path: Path) -> None:
    """With --timeout-s Oxigraph keeps a thread for each query until its time is over."""
    engine = filled(tmp_path / "view", Limits(seconds=60))
    try:
        assert engine.is_watched
        for _ in range(4 * MOST_WATCHED):
            assert [row[0].value for row in engine.query(POINT)] == ["7"]  # type: ignore[union-attr]
        assert not engine.is_watched
        status = Path(f"/proc/{engine.pid}/status").read_text()
        (threads,) = (int(line.split()[1]) for line in status.splitlines() if line.startswith("Threads:"))
        assert threads < MOST_WATCHED / 2
    finally:
        engine.close()


def test_a_busy_server_ends_runaway_queries_too(tmp_path: Path) -> None:
    engine = filled(tmp_path / "view", Limits(seconds=3))
    try:
        while engine.is_watched:
            engine.query(POINT)
        with pytest.raises(UnavailableError) as caught:
            engine.query(RUNAWAY)
        assert caught.value.code == "engine.timeout"
        assert persist(lambda: [row[0].value for row in engine.query(POINT)]) == ["7"]  # type: ignore[union-attr]
    finally:
        engine.close()


def test_a_query_beside_a_runaway_one_is_answered(engine: ChildEngine) -> None:
    def run() -> None:
        with suppress(UnavailableError):
            engine.query(RUNAWAY)

    runaway = threading.Thread(target=run)
    runaway.start()
    while runaway.is_alive():
        assert persist(lambda: len([*engine.query(POINT)])) == 1  # type: ignore[arg-type]
    runaway.join()


def test_a_query_that_takes_too_much_memory_ends_the_server_and_not_the_lake(tmp_path: Path) -> None:
    engine = filled(tmp_path / "view", Limits(seconds=600, memory=LEAST_MEMORY))
    try:
        long = "x" * 10_000
        greedy = f'SELECT ?x {{ ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?d), "{long}") AS ?x) }} ORDER BY ?x'
        with pytest.raises(UnavailableError) as caught:
            engine.query(greedy)
        assert caught.value.code in ("engine.interrupted", "engine.unreachable")
        assert persist(lambda: [row[0].value for row in engine.query(POINT)]) == ["7"]  # type: ignore[union-attr]
    finally:
        engine.close()


def test_a_killed_server_is_started_again_and_has_lost_nothing(tmp_path: Path) -> None:
    with open_lake(tmp_path, create=True, base_iri=BASE, store="child") as lake:
        engine = lake.view.engine
        assert isinstance(engine, ChildEngine)
        stop, unavailable, wrong = threading.Event(), [0], list[object]()

        def ask() -> None:
            while not stop.is_set():
                try:
                    if not lake.query("ASK { }"):
                        wrong.append("no")
                except UnavailableError:
                    unavailable[0] += 1
                except BaseException as error:
                    wrong.append(error)

        readers = [threading.Thread(target=ask) for _ in range(2)]
        for reader in readers:
            reader.start()
        for number in range(15):
            if number % 3 == 1:
                os.kill(engine.pid, signal.SIGKILL)
            commit(lake, number)
        stop.set()
        for reader in readers:
            reader.join()
        assert wrong == []
        assert persist(lake.refresh) in range(16)
        assert lake.ledger.head().sequence == 15
        assert lake.view.lag() == 0
        assert lake.verify(deep=True).conforms


def commit(lake: Lake, number: int) -> None:
    """A commit that is in the ledger whatever becomes of the view."""
    text = f'{CHURN} <dataset/d> a <https://w3id.org/model-lake#Dataset> ; dct:title "{number}" .'
    try:
        said(lake, text)
    except UnavailableError as error:
        assert error.code.startswith("engine."), error


def test_a_server_killed_amid_a_replacement_shows_all_or_nothing(tmp_path: Path) -> None:
    engine = filled(tmp_path / "view", Limits())
    try:
        lines = [f'<urn:s{number}> <urn:p> "new" .' for number in range(SUBJECTS)]
        change = Replacement([NamedNode(f"urn:s{number}") for number in range(SUBJECTS)], {DefaultGraph(): lines})
        for wait in (0.01, 0.05, 0.2):
            killer = threading.Timer(wait, os.kill, (engine.pid, signal.SIGKILL))
            killer.start()
            with suppress(UnavailableError):
                engine.replace(change, Applied(2, "bb"))
            killer.join()
            found = persist(lambda: len([*engine.query("SELECT ?s { ?s <urn:p> 'new' }")]))  # type: ignore[misc]
            mark = persist(engine.applied)
            assert (found, mark) in [(0, Applied(1, "aa")), (SUBJECTS, Applied(2, "bb"))]
        persist(lambda: engine.replace(change, Applied(2, "bb")))
        assert engine.size() == SUBJECTS
    finally:
        engine.close()


PARENT = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from engines import MARKS, NAMED
from modellake.store.child import ChildEngine
engine = ChildEngine(MARKS, Path(sys.argv[1]), NAMED)
print(engine.pid, engine._process._process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a process that its parent is dead")
@pytest.mark.parametrize("killed", ["parent", "enclosure"])
def test_the_server_ends_with_those_who_run_it(tmp_path: Path, killed: str) -> None:
    arguments = [sys.executable, "-c", PARENT, str(tmp_path / "view"), *sys.path]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server, enclosure = map(int, parent.stdout.readline().split())
        assert is_alive(server)
        os.kill(parent.pid if killed == "parent" else enclosure, signal.SIGKILL)
        await_end(server)
        parent.kill()


def listening_ports() -> set[int]:
    """The TCP ports on which somebody listens in this network."""
    found = set()
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = row.split()
        if fields[3] == "0A":
            found.add(int(fields[1].rpartition(":")[2], 16))
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads /proc")
def test_nobody_else_reaches_the_server(tmp_path: Path) -> None:
    engine = ChildEngine(MARKS, tmp_path / "view", NAMED)
    try:
        if not engine.secluded:
            pytest.skip("this system gives no network of its own to a process")
        inside = Path(f"/proc/{engine.pid}/ns/net").readlink()
        assert inside != Path("/proc/self/ns/net").readlink()
        listened = Path(f"/proc/{engine.pid}/net/tcp").read_text().splitlines()[1:]
        port = next(int(row.split()[1].rpartition(":")[2], 16) for row in listened if row.split()[3] == "0A")
        assert port not in listening_ports()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        assert engine.applied() is None
    finally:
        engine.close()


def test_where_no_network_of_its_own_is_to_be_had_it_listens_on_a_random_port(tmp_path: Path) -> None:
    ports = []
    for name in ("a", "b"):
        engine = ChildEngine(MARKS, tmp_path / name, NAMED, Limits(secluded=False))
        try:
            assert not engine.secluded
            assert engine.size() == 0
            ports.append(engine.pid)
        finally:
            engine.close()
    assert len(set(ports)) == 2


def data_limit(pid: int) -> tuple[str, str]:
    """The soft and the hard limit of a process, in bytes, as Linux tells them."""
    try:
        lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    except OSError:
        pytest.skip("this system has no /proc to see the limits of a process in")
    (line,) = (line for line in lines if line.startswith("Max data size"))
    soft, hard, _ = line.removeprefix("Max data size").split()
    return soft, hard


@pytest.mark.parametrize("watched", [True, False])
def test_the_limit_reaches_the_server(tmp_path: Path, watched: bool) -> None:
    limits = Limits(memory=LEAST_MEMORY, watched=watched)
    server = start_server(tmp_path / "view", limits)
    try:
        assert data_limit(server.pid) == (str(limits.address_space),) * 2
        assert (limits.address_space == LEAST_MEMORY) is not watched
    finally:
        server.stop()


def test_no_limit_is_none(tmp_path: Path) -> None:
    engine = ChildEngine(MARKS, tmp_path / "view", NAMED, Limits(memory=0))
    try:
        assert data_limit(engine.pid) == data_limit(os.getpid())
    finally:
        engine.close()


@pytest.mark.parametrize("memory", [4 << 30, 1 << 70])
def test_a_limit_that_nobody_may_raise_is_kept(tmp_path: Path, memory: int) -> None:
    """As `ulimit -d` or systemd's LimitDATA set one."""
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from modellake.store.process import Limits, start_server\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))\n"
        f"server = start_server(Path(sys.argv[1]), Limits(memory={memory}))\n"
        "print(Path(f'/proc/{server.pid}/limits').read_text()); server.stop()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "view"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.partition("Max data size")[2].split()[:2] == [str(1 << 30)] * 2


@pytest.mark.parametrize(("text", "expected"), [("0", 0), ("512M", 512 << 20), ("2g", 2 << 30), ("1GB", 1 << 30)])
def test_amounts_of_memory(text: str, expected: int) -> None:
    assert read_memory(text) == expected


@pytest.mark.parametrize("text", ["", "much", "-1", "1T", "M", "1", "64M", "255M", "9" * 5000])
def test_what_is_no_amount_of_memory(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_memory(text)
    assert caught.value.code == "setting.malformed"
