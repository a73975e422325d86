"""Bulk ingest of ready JSON-LD: validated, durable, queryable artifacts per second, against the peers.

Peers, in the same run: rdflib + pySHACL into a disk store, record by record and in batches, with the same shapes; and
Oxigraph loading all quads that the view writes, with no gate and no ledger, in the three ways that it offers.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyoxigraph

import modellake
from documents import JsonLd, read, write_documents
from engineless import IdleView, engineless
from measure import Work, absent, interleaved, report, sizes
from modellake.lake.lake import Lake
from modellake.lake.receipts import Receipt
from modellake.lake.views import View
from records import BASE, document


def check(receipt: Receipt, count: int) -> None:
    assert len(receipt.accepted) == count, list(receipt.refused)[:1]


def take_in(lake: Lake, documents: Sequence[bytes]) -> None:
    check(lake.commit_each(read(documents, lake.iris), message="bench"), len(documents))


def whole(place: Path, documents: Sequence[bytes]) -> None:
    """Parsed, validated, in the ledger, in the engine on disk: until the lake is closed."""
    with modellake.open(place, base_iri=BASE) as lake:
        take_in(lake, documents)


def unseen(place: Path, documents: Sequence[bytes], view: type[View]) -> None:
    with engineless(place, view) as lake:
        take_in(lake, documents)


def harvest(place: Path, folder: Path, count: int, workers: int) -> None:
    with engineless(place) as lake:
        check(lake.harvest(folder, JsonLd(), workers=workers, message="bench"), count)


def ours(place: Path, folder: Path, documents: Sequence[bytes]) -> dict[str, Work]:
    """What is measured of the lake, by name; the documents are there already, as they are for the peers."""
    return {
        "whole": lambda: whole(place, documents),
        "alone": lambda: unseen(place, documents, IdleView),
        "quads": lambda: unseen(place, documents, View),
        "one worker": lambda: harvest(place, folder, len(documents), 1),
        "two workers": lambda: harvest(place, folder, len(documents), 2),
    }


def raw(place: Path, quads: list[pyoxigraph.Quad], file: Path) -> dict[str, Work]:
    """Oxigraph's ways to load, by name."""
    program = Path(sys.executable).with_name("oxigraph")
    line = [program, "load", "--location", place, "--file", file]

    def bulk() -> None:
        pyoxigraph.Store(str(place)).bulk_load(path=file, format=pyoxigraph.RdfFormat.N_QUADS)

    def extend() -> None:
        store = pyoxigraph.Store(str(place))
        store.extend(quads)
        store.flush()

    ways: dict[str, Work] = {"Store.bulk_load": bulk, "Store.extend": extend}
    if program.exists():
        ways["oxigraph load"] = lambda: subprocess.run(line, check=True, capture_output=True)
    else:
        absent("oxigraph")
    return ways


def peers(place: Path, given: Namespace) -> dict[str, tuple[int, Work]]:
    """How many artifacts rdflib + pySHACL take in, and that, by name; nothing where they are not installed."""
    if absent("rdflib") or absent("pyshacl"):
        return {}
    from rdflib_peer import ingest, shapes_graph

    shapes = shapes_graph()
    few = [document(number) for number in range(given.singles)]
    many = [document(number) for number in range(given.batched)]
    alone = f"parsing and validating alone, in batches of {given.batch}"
    return {
        "record by record": (len(few), lambda: ingest(few, shapes, 1, place)),
        f"in batches of {given.batch}": (len(many), lambda: ingest(many, shapes, given.batch, place)),
        alone: (len(many), lambda: ingest(many, shapes, given.batch, None)),
    }


def measured(scratch: Path, given: Namespace) -> dict[str, float]:
    count, place, file = given.records, scratch / "place", scratch / "quads.nq"
    folder = write_documents(scratch / "documents", count)
    documents = [document(number) for number in range(count)]

    def empty() -> None:
        shutil.rmtree(place, ignore_errors=True)

    whole(place, documents)
    with modellake.open(place) as lake:
        quads = list(lake.view.engine.quads())
    file.write_text("".join(f"{quad} .\n" for quad in quads), encoding="utf-8")
    others = peers(place, given)
    works = {
        **ours(place, folder, documents),
        **raw(place, quads, file),
        **{name: work for name, (_, work) in others.items()},
    }
    taken = interleaved(works, runs=given.runs, prepare=empty)
    figures = {
        "records": count,
        "quads a record in the view": len(quads) / count,
        "artifacts/s, parsed, validated, in the ledger, queryable on disk": count / taken["whole"],
        "artifacts/s, parsed, validated, in the ledger; no view": count / taken["alone"],
        "artifacts/s, the same and the quads of the view made, kept nowhere": count / taken["quads"],
        "artifacts/s, harvested from files, no view, 1 process": count / taken["one worker"],
        "artifacts/s, harvested from files, no view, 2 workers": count / taken["two workers"],
    }
    for way in ("oxigraph load", "Store.bulk_load", "Store.extend"):
        if way in taken:
            figures[f"quads/s, raw {way}"] = len(quads) / taken[way]
            figures[f"time as a multiple of raw {way} (budget: at most 3)"] = taken["whole"] / taken[way]
    slow = {name: taken[name] / size for name, (size, _) in others.items()}
    figures |= {f"artifacts/s, rdflib + pySHACL, {name}": 1 / seconds for name, seconds in slow.items()}
    return figures | (ratios(taken, count, *slow.values()) if slow else {})


def ratios(taken: Mapping[str, float], count: int, single: float, batched: float, bare: float) -> dict[str, float]:
    """What the lake takes beside rdflib + pySHACL, given the seconds an artifact of these."""
    faster = min(single, batched) * count
    best = min(taken["alone"], taken["one worker"], taken["two workers"])
    return {
        "ratio to the faster rdflib + pySHACL (budget: at least 6)": faster / taken["whole"],
        "ratio without an engine, 1 process (budget: at least 12)": faster / taken["alone"],
        "ratio without an engine, the best of 1 and 2 (budget: at least 12)": faster / best,
        "the same, where the peer has no store either": bare * count / best,
    }


def main() -> None:
    given = sizes(__doc__, records=2000, singles=30, batched=200, batch=100, runs=5)
    with tempfile.TemporaryDirectory() as scratch:
        report("ingest", measured(Path(scratch), given), given)


if __name__ == "__main__":
    main()
