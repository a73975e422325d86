"""Asking: lineage against MLflow and ML Metadata; lookups, joins, aggregates and paths against raw Oxigraph.

Lineage is asked in chains of 10 to 50 models that were made of one another: what the deepest of all comes from, and
what comes from its first ancestor. The other questions go to a lake of the records that everything is measured with,
and to a store on disk with the very same quads.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph

import modellake
from documents import descriptions
from experiments import chains, deepest_chain
from growth import bound
from measure import Work, absent, interleaved, report, sizes
from modellake.core.artifact import Artifact
from modellake.lake.lake import Lake
from records import BASE

# Asked so many times in a row where one answer takes less than the clock can tell.
REPEATED = {"point": 200, "path": 1, "join": 5, "aggregate": 5, "scan": 1}


def records(parents: dict[str, str | None]) -> Iterator[Artifact]:
    for name, parent in parents.items():
        origin = {"fine_tuned_from": f"acme/{parent}@1"} if parent else {}
        yield modellake.ModelVersion(version_of=f"acme/{name}", version="1", title=name, **origin)


def lineage_lake(folder: Path, parents: dict[str, str | None]) -> Lake:
    lake = modellake.open(folder, base_iri=BASE)
    described = [one for record in records(parents) for one in lake.describe(record)]
    assert not lake.commit_each(described, message="bench").refused
    return lake


def lineage(folder: Path, given: Namespace) -> dict[str, float]:
    """The closure of the deepest chain, both ways."""
    parents = chains(given.chains, given.depth)
    chain = deepest_chain(parents)
    with lineage_lake(folder / "lineage", parents) as lake:
        works = ours(lake, chain) | mlmd(folder, parents, chain) | mlflow(folder, given, chain)
        taken = interleaved(works, runs=given.runs)
    figures = {"models in chains": len(parents), "depth of the deepest chain": len(chain)}
    figures |= {f"{name}, ms": 1000 * seconds for name, seconds in taken.items()}
    for way in ("up", "down"):
        best = taken[f"{way}, lake.query"]
        others = [name for name in taken if name.startswith(way) and "lake" not in name]
        figures |= {f"{name}, as a multiple of lake.query": taken[name] / best for name in others}
    return figures


def ours(lake: Lake, chain: list[str]) -> dict[str, Work]:
    first, last, steps = f"acme/{chain[0]}@1", f"acme/{chain[-1]}@1", len(chain) - 1
    iri = f"{BASE}model/acme/{chain[-1]}/version/1"

    def up() -> None:
        assert len(set(lake.query("ancestors", model=last).column("ancestor"))) == steps

    def down() -> None:
        assert len(set(lake.query("descendants", model=first).column("descendant"))) == steps

    def closure() -> None:
        assert len(lake.query(bound("closure", resource=iri))) == steps

    def edges() -> None:
        assert len(lake.lineage(last).upstream().edges) >= steps

    return {
        "up, lake.query": up,
        "down, lake.query": down,
        "up, lake.query, a property path alone": closure,
        "up, lake.lineage, with every relation on the way": edges,
    }


def mlmd(folder: Path, parents: dict[str, str | None], chain: list[str]) -> dict[str, Work]:
    if absent("ml_metadata"):
        return {}
    import mlmd_peer

    store = mlmd_peer.open_store(folder)
    models = mlmd_peer.build_chains(store, mlmd_peer.Types(store), parents)
    first, last, steps = models[chain[0]], models[chain[-1]], len(chain) - 1

    def check(found: set[int]) -> None:
        assert len(found - {first}) + (first in found) >= steps, len(found)

    return {
        "up, ML Metadata, walked by events": lambda: check(mlmd_peer.ancestors(store, last)),
        "down, ML Metadata, walked by events": lambda: check(mlmd_peer.descendants(store, first)),
        "up, ML Metadata, get_lineage_subgraph": lambda: check(mlmd_peer.subgraph(store, last, upstream=True)),
        "down, ML Metadata, get_lineage_subgraph": lambda: check(mlmd_peer.subgraph(store, first, upstream=False)),
    }


def mlflow(folder: Path, given: Namespace, chain: list[str]) -> dict[str, Work]:
    """MLflow has the deepest chain and few others: it takes some 20 ms to make a run."""
    if absent("mlflow"):
        return {}
    import mlflow_peer

    client, experiment = mlflow_peer.client(folder)
    few = chains(max(given.mlflow - len(chain), 0), given.depth)
    renamed = {f"other-{name}": parent and f"other-{parent}" for name, parent in few.items()}
    same = dict(zip(chain, [None, *chain], strict=False))
    runs = mlflow_peer.build_chains(client, experiment, renamed | same)
    steps = len(chain) - 1

    def up() -> None:
        assert len(mlflow_peer.ancestors(client, runs[chain[-1]])) == steps

    def down() -> None:
        assert len(mlflow_peer.descendants(client, experiment, runs[chain[0]])) == steps

    return {
        f"up, MLflow with {len(runs)} runs, tag by tag": up,
        f"down, MLflow with {len(runs)} runs, a search for each": down,
    }


def questions(count: int) -> dict[str, str]:
    """The texts that both sides are asked, by kind."""
    resource = f"{BASE}model/acme/m{count // 2}/version/1"
    return {
        "point": bound("point", resource=resource),
        "path": bound("path", resource=resource),
        "join": bound("join"),
        "aggregate": bound("aggregate"),
        "scan": bound("scan"),
    }


def embedded(folder: Path, given: Namespace) -> dict[str, float]:
    """The lake, its view, and a raw store with the same quads."""
    figures: dict[str, float] = {"records": given.records}
    with modellake.open(folder / "lake", base_iri=BASE) as lake:
        lake.commit_each(descriptions(range(given.records), lake.iris), message="bench")
        store = pyoxigraph.Store(str(folder / "raw"))
        store.bulk_extend(lake.view.engine.quads())
        store.flush()
        figures["quads in both"] = len(store)
        for kind, text in questions(given.records).items():
            figures |= compared(kind, text, lake, store, given.runs)
    return figures


def compared(kind: str, text: str, lake: Lake, store: pyoxigraph.Store, runs: int) -> dict[str, float]:
    times = REPEATED[kind]
    rows = len(list(store.query(text, base_iri=BASE)))  # type: ignore[arg-type]
    assert rows == len(lake.query(text)) > 0, kind

    def repeated(ask: Work) -> Work:
        def work() -> None:
            for _ in range(times):
                ask()

        return work

    taken = interleaved(
        {
            "raw": repeated(lambda: list(store.query(text, base_iri=BASE))),  # type: ignore[arg-type]
            "view": repeated(lambda: list(lake.view.query(text))),  # type: ignore[arg-type]
            "lake": repeated(lambda: lake.query(text)),
        },
        runs=runs,
    )
    budget = " (budget: at least 0.95)" if kind != "point" else ""
    return {
        f"{kind}, {rows} rows, raw Store.query, ms": 1000 * taken["raw"] / times,
        f"{kind}, speed of view.query to raw{budget}": taken["raw"] / taken["view"],
        f"{kind}, speed of lake.query to raw": taken["raw"] / taken["lake"],
    }


def main() -> None:
    given = sizes(__doc__, chains=10_000, depth=50, mlflow=500, records=4000, runs=5)
    with tempfile.TemporaryDirectory() as scratch:
        report("query", lineage(Path(scratch), given) | embedded(Path(scratch), given), given)


if __name__ == "__main__":
    main()
