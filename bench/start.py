"""How long the command line takes to start: `modellake --help`, against an interpreter that does nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from measure import median_seconds, report


def main() -> None:
    command = str(Path(sys.executable).with_name("modellake"))
    shown = median_seconds(lambda: subprocess.run([command, "--help"], check=True, capture_output=True))
    bare = median_seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True))
    report(
        "start",
        {
            "modellake --help, seconds (budget: at most 0.3)": shown,
            "python -c '', seconds": bare,
            "ratio": shown / bare,
        },
    )


if __name__ == "__main__":
    main()
