"""How long it takes to start: the command line, the import, and opening lakes of 10,000 and of 100,000 artifacts.

Everything is measured in new processes. The lakes are those of `growth.py`; they are made where ``--lakes`` has none.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from growth import lakes
from measure import Work, interleaved, report, sizes

OPENING = """
import sys, time
import modellake
started = time.perf_counter()
import modellake.bootstrap
imported = time.perf_counter()
lake = modellake.open(sys.argv[1], create=False)
print(time.perf_counter() - imported, time.perf_counter() - started)
lake.close()
"""
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)")


def process(*words: str) -> str:
    """What a new Python says on its standard output and standard error."""
    done = subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True)
    return done.stdout + done.stderr


def import_seconds(module: str) -> float:
    """What ``python -X importtime`` says of a module and all that it imports."""
    found = _LINE.findall(process("-X", "importtime", "-c", f"import {module}"))
    return next(int(total) for _, total, _, name in found if name == module) / 1e6


def command_line(runs: int) -> dict[str, float]:
    command = str(Path(sys.executable).with_name("modellake"))
    works: dict[str, Work] = {
        "help": lambda: subprocess.run([command, "--help"], check=True, capture_output=True),
        "bare": lambda: process("-c", ""),
    }
    taken = interleaved(works, runs=runs)
    return {
        "modellake --help, seconds (budget: at most 0.3)": taken["help"],
        "python -c '', seconds": taken["bare"],
        "ratio": taken["help"] / taken["bare"],
        "import modellake, by -X importtime, seconds": statistics.median(
            import_seconds("modellake") for _ in range(runs)
        ),
        "import modellake.bootstrap, what opening needs, seconds": statistics.median(
            import_seconds("modellake.bootstrap") for _ in range(runs)
        ),
    }


def opening(place: Path, count: int, runs: int) -> dict[str, float]:
    """The call that opens a lake in a new process, without and with the imports that it causes."""
    bare, whole = zip(*(map(float, process("-c", OPENING, str(place)).split()) for _ in range(runs)), strict=True)
    budget = " (budget: at most 0.5)" if count == 100_000 else ""
    return {
        f"open a lake of {count:,} in a new process, seconds{budget}": statistics.median(whole),
        f"open a lake of {count:,}, everything being imported, seconds": statistics.median(bare),
    }


def main() -> None:
    given = sizes(__doc__, sizes="1000,10000,100000", lakes="", runs=5)
    counts = sorted(int(size) for size in given.sizes.split(","))
    figures = command_line(given.runs)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(given.lakes or scratch)
        lakes(folder, counts, given.runs)
        for count in counts:
            figures |= opening(folder / str(count), count, given.runs)
    report("start", figures, given)


if __name__ == "__main__":
    main()
