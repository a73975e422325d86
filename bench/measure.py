"""What the benches share: sizes as options, medians of several runs, one line per figure, JSON beside the script."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

RUNS = 5
RESULTS = Path(__file__).parent / "results"
# What decides how fast both sides are.
LIBRARIES = ("pyoxigraph", "shacl", "pyshacl", "rdflib", "SQLAlchemy", "zstandard", "mlflow-skinny", "ml-metadata")
Work = Callable[[], object]


def sizes(purpose: str | None, **defaults: float | str) -> argparse.Namespace:
    """The sizes that the command line gives: an option for each default, of its type."""
    parser = argparse.ArgumentParser(description=(purpose or "").partition("\n")[0])
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"by default {value or 'none'}")
    return parser.parse_args()


def absent(module: str) -> bool:
    """Is a peer's library not installed? Says so, and how to get it."""
    missing = find_spec(module) is None
    if missing:
        print(f"{module} is not installed and is left out: `make bench` installs it")
    return missing


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


def interleaved(
    works: Mapping[str, Work],
    *,
    runs: int = RUNS,
    prepare: Work | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """The median times of several works that take turns, so that what slows the machine down slows all of them.

    Each is done once before, which is not counted; ``prepare`` comes before each of them and is not timed.
    """
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(runs + 1):
        for name, work in works.items():
            if prepare:
                prepare()
            started = clock()
            work()
            if number:
                times[name].append(clock() - started)
    return {name: statistics.median(taken) for name, taken in times.items()}


def report(name: str, figures: Mapping[str, float], given: argparse.Namespace | None = None) -> None:
    """Print the figures and keep them with the machine's description and the sizes that were given."""
    for label, value in figures.items():
        print(f"{label:<84} {value:>12.4g}", flush=True)
    folder = Path(os.environ.get("BENCH_RESULTS", RESULTS))
    folder.mkdir(parents=True, exist_ok=True)
    told = vars(given) if given else {"runs": RUNS}
    content = {"machine": machine(), "sizes": told, "figures": dict(figures)}
    (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory GiB": round(memory / 2**30),
        "python": platform.python_version(),
        "system": platform.system(),
        "model": _processor(),
        "load": round(os.getloadavg()[0], 2),
        "libraries": _libraries(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _libraries() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
