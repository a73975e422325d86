"""What the tests of the command line share: commands run inside this process and outside of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import BASE, Command, Ended
from cli_documents import CHURN
from typer.testing import CliRunner

from modellake.cli.main import app


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the lake of a test is."""
    return tmp_path / "lake"


@pytest.fixture
def command(place: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs ``modellake`` with these arguments, in the folder of the test and on its lake."""
    monkeypatch.setenv("MODELLAKE", str(place))
    monkeypatch.chdir(place.parent)

    def run(*arguments: object, stdin: str | bytes | None = None) -> Ended:
        result = CliRunner().invoke(app, [str(item) for item in arguments], input=stdin)
        return Ended(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)

    return run


@pytest.fixture
def filled(command: Command, place: Path, write: Callable[[str, str], Path]) -> Command:
    """The same on a lake that holds one model with its version, trained on a dataset."""
    assert command("init", "--base-iri", BASE).status == 0
    assert command("commit", write("churn.ttl", CHURN), "-m", "Describe churn", "--agent", "ada").status == 0
    return command


@pytest.fixture
def process(place: Path) -> Command:
    """Runs ``modellake`` as a process of its own."""
    environment = {**os.environ, "MODELLAKE": str(place), "PYTHONIOENCODING": "utf-8"}

    def run(*arguments: object) -> Ended:
        words = [sys.executable, "-m", "modellake", *map(str, arguments)]
        done = subprocess.run(words, capture_output=True, cwd=place.parent, env=environment, check=False)
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode(), done.stdout)

    return run
