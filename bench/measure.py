"""What the benches share: medians of several runs, one line per figure, JSON beside the script."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 5
RESULTS = Path(__file__).parent / "results"


def median_seconds(
    work: Callable[[], object], *, runs: int = RUNS, prepare: Callable[[], object] | None = None
) -> float:
    """The median time of ``work``, after one run that is not counted; ``prepare`` is not timed."""
    times = []
    for number in range(runs + 1):
        if prepare:
            prepare()
        started = time.perf_counter()
        work()
        if number:
            times.append(time.perf_counter() - started)
    return statistics.median(times)


def report(name: str, figures: dict[str, float]) -> None:
    """Print the figures and keep them with the machine's description."""
    for label, value in figures.items():
        print(f"{label:<58} {value:>12.4g}")
    RESULTS.mkdir(exist_ok=True)
    content = {"machine": machine(), "runs": RUNS, "figures": figures}
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory GiB": round(memory / 2**30),
        "python": platform.python_version(),
        "system": platform.system(),
    }
