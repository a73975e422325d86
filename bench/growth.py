"""Growth: what an artifact costs in time, memory and disk in lakes of 1,000, 10,000, 100,000 and 1,000,000.

Each size is a process of its own, which grows the lake of the size before; the unit cost is that of its last tenth,
closing included. Its processor time is told beside it, since that depends less on what else the machine does. The
lakes stay in the folder of ``--lakes``, for `start.py`; those that are there are not made again.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import modellake
from documents import descriptions
from measure import median_seconds, report, sizes
from modellake.lake.lake import Lake
from modellake.rdf.queries import bind, read_query
from records import BASE

QUERIES = Path(__file__).parent / "queries"
# What the whole Hugging Face Hub is about.
TRIPLES = 100_000_000
REFERENCE = 10_000
DONE = "growth.json"


def grow(place: Path, begin: int, end: int, runs: int) -> None:
    """What a child process does: make a lake larger, and say what that took, as JSON."""
    last = end - max(1, (end - begin) // 10)
    cost = {"first": seconds_to_add(place, range(begin, last))}
    worked = time.process_time()
    cost["last"] = seconds_to_add(place, range(last, end))
    worked = time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with modellake.open(place, create=False) as lake:
        told = {
            "artifacts": end,
            "seconds": sum(cost.values()),
            "seconds an artifact": cost["last"] / (end - last),
            "processor seconds an artifact": worked / (end - last),
            "peak": peak,
            "ledger": size_of(place, "ledger.sqlite*") / end,
            "view": size_of(place, "views/**/*") / end,
            "statements": statements(lake) / end,
            "quads": lake.view.engine.size() / end,
            "point": asked(lake, "point", runs, resource=f"{BASE}model/acme/m{end // 2}/version/1"),
            "aggregate": asked(lake, "aggregate", runs),
        }
    (place / DONE).write_text(json.dumps(told), encoding="utf-8")


def seconds_to_add(place: Path, numbers: range) -> float:
    """From the open lake to the closed one."""
    with modellake.open(place, base_iri=BASE) as lake:
        started = time.perf_counter()
        receipt = lake.commit_each(descriptions(numbers, lake.iris), message="growth")
        assert len(receipt.accepted) == len(numbers), list(receipt.refused)[:1]
    return time.perf_counter() - started


def statements(lake: Lake) -> int:
    """How many statements the default graph holds: asserted and entailed."""
    return lake.query("SELECT (COUNT(*) AS ?count) { ?s ?p ?o }").column("count")[0]


def asked(lake: Lake, name: str, runs: int, **params: str) -> float:
    text = bound(name, **params)
    assert len(lake.query(text))
    return median_seconds(lambda: lake.query(text), runs=runs)


def bound(name: str, **params: str) -> str:
    """A query of the bench with its parameters."""
    return bind(read_query(QUERIES / f"{name}.rq"), **params)


def size_of(folder: Path, pattern: str) -> int:
    return sum(file.stat().st_size for file in folder.glob(pattern) if file.is_file())


def lakes(folder: Path, counts: list[int], runs: int) -> list[dict[str, float]]:
    """What each lake has cost, the smallest first."""
    folder.mkdir(parents=True, exist_ok=True)
    for before, count in pairwise([0, *counts]):
        place, building = folder / str(count), folder / f"{count}.growing"
        if (place / DONE).exists():
            continue
        shutil.rmtree(building, ignore_errors=True)
        if before:
            shutil.copytree(folder / str(before), building)
        words = [sys.executable, __file__, "grow", str(building), str(before), str(count), str(runs)]
        subprocess.run(words, check=True)
        building.replace(place)
    return [json.loads((folder / str(count) / DONE).read_text(encoding="utf-8")) for count in counts]


def figures_of(found: list[dict[str, float]]) -> dict[str, float]:
    reference = next((one for one in found if one["artifacts"] == REFERENCE), found[0])
    figures: dict[str, float] = {}
    for one in found:
        size = f"{one['artifacts']:,}"
        figures |= {
            f"{size}: ms an artifact, in the last tenth": 1000 * one["seconds an artifact"],
            f"{size}: that, to the one at {reference['artifacts']:,}"
            + (" (budget: at most 1.5)" if one["artifacts"] == 1_000_000 else ""): one["seconds an artifact"]
            / reference["seconds an artifact"],
            f"{size}: processor ms an artifact": 1000 * one["processor seconds an artifact"],
            f"{size}: that, to the one at {reference['artifacts']:,} in processor time": one[
                "processor seconds an artifact"
            ]
            / reference["processor seconds an artifact"],
            f"{size}: peak MiB while growing": one["peak"],
            f"{size}: ledger, bytes an artifact": one["ledger"],
            f"{size}: view, bytes an artifact": one["view"],
            f"{size}: point lookup, ms": 1000 * one["point"],
            f"{size}: aggregate over all, ms": 1000 * one["aggregate"],
        }
    return figures | extrapolated(found)


def extrapolated(found: list[dict[str, float]]) -> dict[str, float]:
    """What the largest lakes lead to: unit costs as they are there, memory in a straight line through the last two."""
    last = found[-1]
    artifacts = TRIPLES / last["statements"]
    slope = 0.0
    if len(found) > 1:
        slope = (last["peak"] - found[-2]["peak"]) / (last["artifacts"] - found[-2]["artifacts"])
    return {
        "statements an artifact in the default graph": last["statements"],
        "quads an artifact in the view": last["quads"],
        f"{TRIPLES:,} triples: artifacts": artifacts,
        f"{TRIPLES:,} triples: hours": artifacts * last["seconds an artifact"] / 3600,
        f"{TRIPLES:,} triples: ledger, GiB": artifacts * last["ledger"] / 2**30,
        f"{TRIPLES:,} triples: view, GiB": artifacts * last["view"] / 2**30,
        f"{TRIPLES:,} triples: peak GiB": (last["peak"] + slope * (artifacts - last["artifacts"])) / 1024,
    }


def main() -> None:
    given = sizes(__doc__, sizes="1000,10000,100000", lakes="", runs=5)
    counts = sorted(int(size) for size in given.sizes.split(","))
    with tempfile.TemporaryDirectory() as scratch:
        found = lakes(Path(given.lakes or scratch), counts, given.runs)
    name = "growth-million" if counts[-1] >= 1_000_000 else "growth"
    report(name, figures_of(found), given)


if __name__ == "__main__":
    if sys.argv[1:2] == ["grow"]:
        grow(Path(sys.argv[2]), *map(int, sys.argv[3:]))
    else:
        main()
