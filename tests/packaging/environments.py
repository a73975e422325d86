"""New virtual environments, and commands run in them as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, requirement: str, *, pip: bool = False) -> Path:
    """A new virtual environment with one requirement in it, and pip if wanted; returns its folder of commands."""
    options = [] if pip else ["--without-pip"]
    subprocess.run([sys.executable, "-m", "venv", *options, str(folder)], check=True)
    commands = folder / "bin"
    # What is imported is compiled then; of large libraries that is little.
    words = ["-m", "pip", "--python", str(commands / "python"), "install", "--quiet", "--no-compile", requirement]
    subprocess.run([sys.executable, *words], check=True)
    return commands


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "MODELLAKE"}}
    return subprocess.run(
        [str(part) for part in command], cwd=folder, env=clean, capture_output=True, text=True, check=False
    )
