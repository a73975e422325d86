"""SPARQL over HTTP: `modellake serve --plain` beside `oxigraph serve`, both with the same statements on disk.

Clients are processes that send a request, read its answer and send the next one, each on one connection. Both servers
take turns. All of it shares the processors, so that what counts is the ratio.
"""

from __future__ import annotations

import multiprocessing
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad, Store

from measure import report, sizes

PREDICATE = NamedNode("http://example.org/value")
POINT = "SELECT ?o { <http://example.org/77> ?p ?o }"
ANALYTIC = (
    "SELECT ?g (COUNT(?s) AS ?n) { ?s ?p ?o BIND(SUBSTR(STR(?o), 1, 8) AS ?g) } GROUP BY ?g ORDER BY DESC(?n) LIMIT 5"
)
CLIENTS = (1, 8)


def fill(folder: Path, statements: int) -> None:
    store = Store(str(folder))
    numbers = range(statements)
    store.bulk_extend(Quad(NamedNode(f"http://example.org/{n}"), PREDICATE, Literal(f"value {n}")) for n in numbers)
    store.flush()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def serving(command: Callable[[int], list[str]]) -> Iterator[int]:
    """The port of a server that answers."""
    port = free_port()
    process = subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert time.monotonic() < until, "the server does not start"
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(port: int, query: str, seconds: float, told: multiprocessing.Queue[int] | None = None) -> int:
    """Ask again and again for so long, at least once; returns how often."""
    head = f"GET /query?query={quote(query)} HTTP/1.1\r\nHost: localhost:{port}"
    request = f"{head}\r\nAccept: application/sparql-results+json\r\n\r\n".encode()
    done, end = 0, time.monotonic() + seconds
    with socket.create_connection(("127.0.0.1", port)) as client:
        stream = client.makefile("rb")
        while not done or time.monotonic() < end:
            client.sendall(request)
            read_answer(stream)
            done += 1
    if told:
        told.put(done)
    return done


def read_answer(stream: object) -> None:
    """One response, by its length or its chunks."""
    line = stream.readline()  # type: ignore[attr-defined]
    assert line.startswith(b"HTTP/1.1 200"), line
    length = None
    while (line := stream.readline()) != b"\r\n":  # type: ignore[attr-defined]
        name, _, value = line.lower().partition(b":")
        length = int(value) if name == b"content-length" else length
    if length is not None:
        assert len(stream.read(length)) == length  # type: ignore[attr-defined]
        return
    while size := int(stream.readline(), 16):  # type: ignore[attr-defined]
        stream.read(size + 2)  # type: ignore[attr-defined]
    stream.readline()  # type: ignore[attr-defined]


def rate(port: int, clients: int, seconds: float) -> float:
    """Point lookups a second."""
    told: multiprocessing.Queue[int] = multiprocessing.Queue()
    started = [multiprocessing.Process(target=ask, args=(port, POINT, seconds, told)) for _ in range(clients)]
    for process in started:
        process.start()
    total = sum(told.get() for _ in started)
    for process in started:
        process.join()
    return total / seconds


def analytic(port: int) -> float:
    """Seconds for one answer that reads everything."""
    started = time.perf_counter()
    ask(port, ANALYTIC, 0)
    return time.perf_counter() - started


def measured(ports: dict[str, int], runs: int, seconds: float) -> dict[str, float]:
    figures: dict[str, float] = {}
    for clients in CLIENTS:
        rates: dict[str, list[float]] = {name: [] for name in ports}
        for _ in range(runs):
            for name, port in ports.items():
                rates[name].append(rate(port, clients, seconds))
        label = f"point lookups, {clients} client{'s' * (clients > 1)}"
        medians = {name: statistics.median(found) for name, found in rates.items()}
        figures |= {f"{label}, {name}, requests/s": value for name, value in medians.items()}
        figures[f"{label}, ratio (budget: at least 0.30)"] = medians["modellake"] / medians["oxigraph"]
    times = {name: statistics.median(analytic(port) for _ in range(runs)) for name, port in ports.items()}
    figures |= {f"an analytic query, {name}, seconds": value for name, value in times.items()}
    figures["an analytic query, ratio of rates (budget: at least 0.95)"] = times["oxigraph"] / times["modellake"]
    return figures


def main() -> None:
    given = sizes(__doc__, statements=200_000, runs=3, seconds=2)
    programs = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        one, other = Path(name) / "oxigraph", Path(name) / "modellake"
        for folder in (one, other):
            fill(folder, given.statements)
        ports = {
            "oxigraph": stack.enter_context(
                serving(lambda p: [str(programs / "oxigraph"), "serve", "-l", str(one), "-b", f"127.0.0.1:{p}"])
            ),
            "modellake": stack.enter_context(
                serving(lambda p: [str(programs / "modellake"), "serve", "--plain", str(other), "--port", str(p)])
            ),
        }
        report("serving", {"statements": given.statements, **measured(ports, given.runs, given.seconds)}, given)


if __name__ == "__main__":
    main()
