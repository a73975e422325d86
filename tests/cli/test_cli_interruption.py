"""Ctrl-C while a real process harvests: what is committed is committed, and the next harvest finishes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import Command
from cli_documents import CARD

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="this system has no SIGINT for processes")
Write = Callable[[str, str], Path]
DOCUMENTS = 900
SLOW = """
import time
from modellake.harvest.huggingface import HuggingFace

class Slow(HuggingFace):
    name = "slow"
    summary = "cards, slowly"
    def describe(self, document, content, iris):
        time.sleep(0.002)
        return super().describe(document, content, iris)
"""


@pytest.fixture
def cards(write: Write, tmp_path: Path) -> Path:
    """More cards than a batch holds, and a harvester that takes its time over each."""
    for number in range(DOCUMENTS):
        write(f"cards/model-{number:04}/README.md", CARD)
    site = tmp_path / "site"
    (site / "slow-1.0.dist-info").mkdir(parents=True)
    (site / "slow_1.py").write_text(SLOW)
    (site / "slow-1.0.dist-info" / "METADATA").write_text("Name: slow\nVersion: 1.0\n")
    (site / "slow-1.0.dist-info" / "entry_points.txt").write_text("[modellake.harvesters]\nslow = slow_1:Slow\n")
    return tmp_path / "cards"


def children_of(process: int) -> list[int]:
    """The processes that a process has started, as far as this system tells."""
    tasks = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in tasks.read_text().split()] if tasks.exists() else []


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def started(cards: Path, place: Path, workers: int) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(cards.parent / "site"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "MODELLAKE": str(place), "PYTHONPATH": path}
    words = [sys.executable, "-m", "modellake", "harvest", "cards", "--from", "slow", "--workers", str(workers)]
    return subprocess.Popen(
        words, cwd=cards.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_harvest_keeps_what_is_committed(
    filled: Command, cards: Path, place: Path, workers: int
) -> None:
    from modellake.bootstrap import open_ledger

    harvest = started(cards, place, workers)
    with open_ledger(place) as ledger:
        while ledger.head().sequence < 2:
            assert harvest.poll() is None, harvest.communicate()
            time.sleep(0.01)
        children = children_of(harvest.pid)
        harvest.send_signal(signal.SIGINT)
        out, err = harvest.communicate()
        assert harvest.returncode == 130
        assert out == ""
        (line,) = err.splitlines()
        assert line.startswith("interrupted: ")
        assert f"committed up to commit {ledger.head().sequence}; run it again to finish" in line
        assert ledger.verify().findings == ()
    assert len(children) >= workers if workers > 1 and sys.platform == "linux" else True
    assert not any(map(is_alive, children))
    counts = filled("harvest", "cards", "--from", "huggingface", "--json").json["counts"]
    assert sum(counts.values()) == DOCUMENTS
    assert counts["refused"] == 0
    assert filled("verify").status == 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not list the children of a process")
@pytest.mark.usefixtures("filled")
def test_workers_end_when_their_first_process_is_killed(cards: Path, place: Path) -> None:
    harvest = started(cards, place, 2)
    while len(children := children_of(harvest.pid)) < 2:
        assert harvest.poll() is None, harvest.communicate()
        time.sleep(0.01)
    harvest.kill()
    harvest.communicate()
    while any(map(is_alive, children)):
        time.sleep(0.01)
