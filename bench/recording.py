"""What recording costs a program: the start of a run, a metric, a commit, and a run of 20,000 metrics or more."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import modellake
from measure import report
from modellake.lake.lake import Lake
from records import BASE

CALLS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
STARTS = 10


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def long_run(lake: Lake) -> dict[str, float]:
    """Each call is timed: most only remember, some commit."""
    with lake.run("long") as run:
        times = [seconds(lambda step=step: run.log_metric("loss", 1 / (step + 1), step)) for step in range(CALLS)]
        flush = seconds(run.flush)
    tenth = CALLS // 10
    return {
        "log_metric, median of all calls, microseconds": median(times) * 1e6,
        f"{CALLS} x log_metric with its commits, seconds": sum(times),
        "mean of the first tenth of the calls, microseconds": sum(times[:tenth]) / tenth * 1e6,
        "mean of the last tenth of the calls, microseconds": sum(times[-tenth:]) / tenth * 1e6,
        "the longest call, seconds": max(times),
        "flush at the end, seconds": flush,
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, modellake.open(Path(folder) / "lake", base_iri=BASE) as lake:
        first = seconds(lambda: lake.run("first"))
        later = median(seconds(lambda: lake.run("later")) for _ in range(STARTS))
        figures = {"first run of a process and a lake, start, seconds": first, "later runs, start, seconds": later}
        figures |= long_run(lake)
        size = (Path(folder) / "lake" / "ledger.sqlite").stat().st_size
    report("recording", {**figures, "ledger, bytes per metric": size / CALLS})


if __name__ == "__main__":
    main()
