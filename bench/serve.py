"""SPARQL over HTTP: a lake behind `modellake serve` with either engine, beside other servers with the same statements.

`oxigraph serve` has the quads of the lake's view on disk; rdflib-endpoint (in memory) and Virtuoso have those of its
default graph, which all questions are about. The servers run all the time and take turns. Clients and servers share
the processors, so that what counts is the ratio; processor time a request hardly depends on what else the machine does.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph

import modellake as package
from asking_clients import Timing, answer, timed
from documents import descriptions
from endpoints import Endpoint, modellake, oxigraph, rdflib_endpoint, virtuoso
from growth import bound
from measure import absent, report, sizes
from records import BASE

RAW = "oxigraph serve"
ANALYTIC = ("join", "aggregate", "path")
SLOW = 2000.0  # ms an answer
_LOOKUP = "SELECT ?property ?value { <%s> ?property ?value }"
# Virtuoso wants to be told in the path itself where it begins.
_PATH = """PREFIX lake: <https://w3id.org/model-lake#> PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?reached { <%s> (prov:wasDerivedFrom|lake:versionOf|^lake:versionOf|lake:hasDistribution)+ ?reached }"""
_EXPORT = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT %d"


def questions(given: Namespace) -> dict[str, list[str]]:
    """The texts of each kind; lookups are about many records."""
    versions = [f"{BASE}model/acme/m{number}/version/1" for number in range(given.records)]
    return {
        "point lookup": [_LOOKUP % version for version in versions[: given.lookups]],
        "join": [bound("join")],
        "aggregate": [bound("aggregate")],
        "path": [_PATH % versions[len(versions) // 2]],
        f"export of {given.rows} rows": [_EXPORT % given.rows],
    }


def filled(folder: Path, given: Namespace) -> tuple[Path, Path]:
    """A lake, and beside it its view as a store and the default graph as N-Triples; returns the last two."""
    store, document = folder / "raw", folder / "lake.nt"
    with package.open(folder / "lake", base_iri=BASE) as lake:
        lake.commit_each(descriptions(range(given.records), lake.iris), message="bench")
        raw = pyoxigraph.Store(str(store))
        raw.bulk_extend(lake.view.engine.quads())
        raw.flush()
        raw.dump(str(document), pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    return store, document


def started(folder: Path, given: Namespace, stack: ExitStack) -> Iterator[Endpoint]:
    """The servers that there are."""
    store, document = filled(folder, given)
    shutil.copytree(folder / "lake", folder / "child")
    yield stack.enter_context(oxigraph(store))
    yield stack.enter_context(modellake(folder / "lake", "embedded"))
    yield stack.enter_context(modellake(folder / "child", "child"))
    if not absent("rdflib_endpoint"):
        yield stack.enter_context(rdflib_endpoint(document))
    if shutil.which("virtuoso-t"):
        yield stack.enter_context(virtuoso(document, folder / "virtuoso"))
    else:
        print("Virtuoso is not installed and is left out: apt-get install virtuoso-opensource-7")


def measured(endpoint: Endpoint, queries: list[str], clients: int, seconds: float) -> dict[str, float]:
    """What clients saw of one server, and what it took."""
    before = endpoint.worked()
    timing: Timing = timed(endpoint.address, queries, clients, seconds)
    return {
        "requests/s": timing.rate,
        "p50 ms": timing.quantile(0.5),
        "p95 ms": timing.quantile(0.95),
        "processor ms a request": 1000 * (endpoint.worked() - before) / len(timing.times),
    }


def compared(endpoints: list[Endpoint], kind: str, queries: list[str], given: Namespace) -> dict[str, float]:
    """All servers in turns, with more and more clients; one that takes seconds is not asked by more."""
    figures: dict[str, float] = {}
    slow: set[str] = set()
    for clients in map(int, given.clients.split(",")):
        turns: dict[str, list[dict[str, float]]] = {}
        for _ in range(given.runs):
            for endpoint in endpoints:
                if endpoint.name not in slow:
                    turns.setdefault(endpoint.name, []).append(measured(endpoint, queries, clients, given.seconds))
        label = f"{kind}, {clients} client{'s' * (clients > 1)}"
        medians = {name: _medians(found) for name, found in turns.items()}
        for name, found in medians.items():
            figures |= {f"{label}, {name}, {what}": value for what, value in found.items()}
        figures |= _ratios(label, kind, clients, medians)
        slow |= {name for name, found in medians.items() if found["p50 ms"] > SLOW}
    return figures


def _medians(turns: list[dict[str, float]]) -> dict[str, float]:
    return {what: statistics.median(turn[what] for turn in turns) for what in turns[0]}


def _ratios(label: str, kind: str, clients: int, medians: dict[str, dict[str, float]]) -> dict[str, float]:
    """Rates as a part of the raw server's, with the budgets of the design."""
    found = {}
    for name in ("modellake, embedded", "modellake, child"):
        if not {name, RAW} <= medians.keys():
            continue
        budget = ""
        if name.endswith("embedded") and kind == "point lookup" and clients < 32:
            budget = " (budget: at least 0.30)"
        elif name.endswith("embedded") and kind in ANALYTIC and clients == 1:
            budget = " (budget: at least 0.95)"
        found[f"{label}, {name}, ratio to {RAW}{budget}"] = medians[name]["requests/s"] / medians[RAW]["requests/s"]
    return found


def agreed(endpoints: list[Endpoint], kind: str, query: str) -> list[Endpoint]:
    """The servers that answer a question with as many values as the raw one; tells which do not."""
    found = []
    wanted = _values(endpoints[0], query)
    assert wanted, kind
    for endpoint in endpoints:
        try:
            values = _values(endpoint, query)
        except RuntimeError as error:
            print(f"{kind}: {endpoint.name} is left out: {error}".replace("\n", " "))
            continue
        if values == wanted:
            found.append(endpoint)
        else:
            print(f"{kind}: {endpoint.name} is left out: it gives {values} values, and the others {wanted}")
    assert len(found) >= 3, kind
    return found


def _values(endpoint: Endpoint, query: str) -> int:
    return answer(endpoint.address, query).count(b'"value"')


def main() -> None:
    given = sizes(__doc__, records=5000, rows=100_000, lookups=500, runs=5, seconds=1.0, clients="1,8,32")
    figures: dict[str, float] = {"records": given.records}
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        endpoints = list(started(Path(scratch), given, stack))
        for kind, queries in questions(given).items():
            figures |= compared(agreed(endpoints, kind, queries[0]), kind, queries, given)
        figures |= {f"{endpoint.name}, peak memory, MiB": endpoint.peak() for endpoint in endpoints}
    report("serve", figures, given)


if __name__ == "__main__":
    main()
