"""Registering: one artifact and one run through the Python API, each durable and queryable when the call returns.

An artifact is a typed record; what it is measured by is one fsynced SQLite insert and one update of Oxigraph with the
quads of that record. Runs are registered the same with MLflow and ML Metadata, each in a SQLite file on the same
disk; all of one model, as in a search for its parameters.
"""

from __future__ import annotations

import itertools
import sqlite3
import statistics
import tempfile
import time
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pyoxigraph

import modellake
from documents import descriptions
from experiments import Trial, trial
from measure import Work, absent, report, sizes
from modellake.lake.lake import Lake
from records import BASE

UPDATE = Path(__file__).parent / "queries" / "one-record.ru"
# What a content of this size takes in the ledger, compressed.
CONTENT = 700


def version(number: int) -> modellake.ModelVersion:
    """A typed record with its file and the checksum of it."""
    checksum = modellake.Checksum(checksum_value=f"{number:064x}")
    file = modellake.ModelDistribution(file_name="model.skops", byte_size=100_000 + number, checksum=checksum)
    return modellake.ModelVersion(
        version_of=f"acme/typed-{number}",
        version="1",
        title=f"Model {number}, first version",
        description=f"Predicts outcome {number} from the measurements of machine {number % 97}.",
        keyword=[f"machine-{number % 97}", "tabular", "forest"],
        language="en",
        task="tabular-classification",
        library="scikit-learn",
        trained_on=f"acme/d{number % 500}",
        declared_license="Apache-2.0",
        creator="ada",
        fine_tuned_from=f"acme/m{number % 1000}",
        parameter_count=1000 + number,
        has_distribution=[file],
    )


def taking_turns(works: Mapping[str, Iterator[Work]], count: int) -> dict[str, list[float]]:
    """Times of the next of each, in turns, the first not counted."""
    times: dict[str, list[float]] = defaultdict(list)
    for number in range(count + 1):
        for name, work in works.items():
            do = next(work)
            started = time.perf_counter()
            do()
            if number:
                times[name].append(time.perf_counter() - started)
    return dict(times)


def commits(lake: Lake) -> Iterator[Work]:
    for number in itertools.count():
        record = version(number)
        yield lambda record=record: lake.commit(record, message="bench")


def inserts(folder: Path) -> Iterator[Work]:
    """One row in a transaction of its own, on the disk when it returns."""
    with closing(sqlite3.connect(folder / "floor.sqlite", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE content (number INTEGER PRIMARY KEY, record TEXT, content BLOB)")
        for number in itertools.count():
            row = (number, f"{BASE}record/{number}", number.to_bytes(8, "big") * (CONTENT // 8))
            yield lambda row=row: database.execute("INSERT INTO content VALUES (?, ?, ?)", row)


def updates(folder: Path, quads: list[pyoxigraph.Quad]) -> Iterator[Work]:
    """One record's quads in a transaction of their own."""
    store = pyoxigraph.Store(str(folder / "floor"))
    _, begin, rest = UPDATE.read_text(encoding="utf-8").partition("INSERT")
    text = begin + rest.replace("UNDEF", _data(quads))
    for number in itertools.count():
        changed = text.replace("typed-0", f"typed-{number}")
        yield lambda changed=changed: store.update(changed)


def _data(quads: list[pyoxigraph.Quad]) -> str:
    graphs: dict[object, list[str]] = defaultdict(list)
    for quad in quads:
        graphs[quad.graph_name].append(f"{quad.triple} .")
    blocks = {graph: "\n".join(lines) for graph, lines in graphs.items()}
    default = pyoxigraph.DefaultGraph()
    return "\n".join(lines if graph == default else f"GRAPH {graph} {{ {lines} }}" for graph, lines in blocks.items())


def one_artifact(lake: Lake, folder: Path, count: int) -> dict[str, float]:
    before = set(lake.view.engine.quads())
    lake.commit(version(0), message="bench")
    quads = [quad for quad in lake.view.engine.quads() if quad not in before]
    taken = taking_turns({"commit": commits(lake), "insert": inserts(folder), "update": updates(folder, quads)}, count)
    middle = {name: statistics.median(times) for name, times in taken.items()}
    floor = middle["insert"] + middle["update"]
    return {
        "quads that one artifact adds": len(quads),
        "one artifact, lake.commit, p50 ms": 1000 * middle["commit"],
        "one artifact, lake.commit, p95 ms": 1000 * percentile(taken["commit"], 95),
        "one fsynced SQLite insert, p50 ms": 1000 * middle["insert"],
        "one engine update with the quads of one record, p50 ms": 1000 * middle["update"],
        "p50 as a multiple of insert and update (budget: at most 4)": middle["commit"] / floor,
    }


def percentile(times: list[float], rank: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * rank // 100)]


def trials(file: Path, register: object) -> Iterator[Work]:
    for number in itertools.count():
        one = trial(number, file)
        yield lambda one=one: register(one)  # type: ignore[operator]


def record_run(lake: Lake, one: Trial) -> None:
    """What MLflow's users would write."""
    with lake.run(one.name) as run:
        run.log_params(one.params)
        run.log_metrics(one.metrics)
        run.log_input(f"{BASE}dataset/{one.data}", "training")
        run.log_model(one.file, one.model, version=one.name)


@contextmanager
def peers(folder: Path, file: Path) -> Iterator[dict[str, Iterator[Work]]]:
    """The peers that are installed, each in a new store."""
    example = trial(0, file)
    found: dict[str, Iterator[Work]] = {}
    if not absent("mlflow"):
        import mlflow_peer

        client, experiment = mlflow_peer.client(folder)
        client.create_registered_model(mlflow_peer.registered_name(example.model))
        found["MLflow"] = trials(file, lambda one: mlflow_peer.register(client, experiment, one))
    if not absent("ml_metadata"):
        import mlmd_peer

        store = mlmd_peer.open_store(folder)
        types = mlmd_peer.Types(store, example.params, example.metrics)
        found["ML Metadata"] = trials(file, lambda one: mlmd_peer.register(store, types, one))
    yield found


def one_run(lake: Lake, folder: Path, count: int) -> dict[str, float]:
    file = folder / "model.bin"
    file.write_bytes(b"bench" * 1000)
    with peers(folder, file) as others:
        taken = taking_turns({"lake.run": trials(file, lambda one: record_run(lake, one)), **others}, count)
    middle = {name: statistics.median(times) for name, times in taken.items()}
    figures = {f"one run with 10 parameters and 10 metrics, {name}, p50 ms": 1000 * t for name, t in middle.items()}
    figures |= {f"lake.run as a multiple of {name}": middle["lake.run"] / middle[name] for name in others}
    return figures | {f"{name}, the last quarter of the runs to the first": grown(t) for name, t in taken.items()}


def grown(times: list[float]) -> float:
    """What the last quarter takes to what the first took: 1 if it does not matter how many runs there are."""
    quarter = max(1, len(times) // 4)
    return statistics.median(times[-quarter:]) / statistics.median(times[:quarter])


def measured(folder: Path, given: Namespace) -> dict[str, float]:
    with modellake.open(folder / "lake", base_iri=BASE) as lake:
        lake.commit_each(descriptions(range(given.lake), lake.iris), message="bench")
        figures = one_artifact(lake, folder, given.artifacts)
        return {"artifacts in the lake": given.lake} | figures | one_run(lake, folder, given.trials)


def main() -> None:
    given = sizes(__doc__, lake=1000, artifacts=200, trials=60)
    with tempfile.TemporaryDirectory() as scratch:
        report("register", measured(Path(scratch), given), given)


if __name__ == "__main__":
    main()
