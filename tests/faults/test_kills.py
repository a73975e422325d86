"""Whenever a writing process is killed: nothing acknowledged is lost, and the view is what the ledger says."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import killed_workloads
import pytest
from killed_process import Died, Order, Zygote, kill, zygote
from killed_workloads import BEFORE, BETWEEN, BULK, CATCH_UP, PHASES, REBUILD, dataset

import modellake
from lakes import quads, turtle
from modellake.bootstrap import open_ledger, restore_lake

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork, and no signal that cannot be caught")

EACH = 20
# What runs outside of Python for a while: there, some die a little later, in the middle of it.
_LONG = ("before update", "before load", "before bulk_load", "before flush")
_WORKLOADS = {
    BEFORE: ("write", "write_much"),
    BETWEEN: ("write", "write_much"),
    BULK: ("write_much", "fill"),
    CATCH_UP: ("catch_up",),
    REBUILD: ("rebuild",),
}


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lakes to begin with: ``usual``, ``behind`` (its view is) and ``viewless``."""
    folder = tmp_path_factory.mktemp("lakes")
    killed_workloads.prepare(folder / "usual")
    shutil.copytree(folder / "usual", folder / "behind")
    killed_workloads.fall_behind(folder / "behind")
    shutil.copytree(folder / "behind", folder / "viewless")
    shutil.rmtree(folder / "viewless" / "views")
    return folder


@pytest.fixture(scope="module")
def processes(lakes: Path) -> Iterator[Zygote]:
    with zygote() as started:
        yield started


class Attempt:
    """One lake that one process works on until it dies."""

    def __init__(self, lakes: Path, place: Path, workload: str) -> None:
        begin = {"catch_up": "behind", "fill": "viewless"}.get(workload, "usual")
        self.place, self._workload = place, workload
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(lakes / begin, place)
        with open_ledger(place) as ledger:
            head = ledger.head()
        self._begin = (head.sequence, head.hash)

    def order(self, phase: str, deadly: int | None = None, delay: float = 0.0) -> Order:
        return Order(self._workload, str(self.place), phase, deadly, delay)

    def check(self, died: Died) -> None:
        """Everything that must hold after a death."""
        assert died.errors == []
        told = [self._begin, *died.acknowledged]
        with open_ledger(self.place) as ledger:
            head = ledger.head()
            assert head.sequence - told[-1][0] in (0, 1)
            assert [(sequence, ledger.commit(sequence).hash) for sequence, _ in told] == told
            assert ledger.verify(told[-1][1]).findings == ()
        self._check_view(head.sequence)
        if (self.place / "copy.sqlite").exists():
            restore_lake(self.place / "copy.sqlite", self.place / "again")

    def _check_view(self, head: int) -> None:
        notices: list[str] = []
        with modellake.open(self.place, notice=notices.append) as lake:
            assert notices == []
            assert lake.view.lag() == 0
            assert quads(lake) == Counter(lake.past(head).engine.quads())
            receipt = lake.commit(turtle(dataset(1, "Afterwards")), format="turtle", source="urn:source:b")
            assert receipt.sequence == head + 1
            assert lake.query("ASK { <dataset/d1> dct:title 'Afterwards' }")
            assert lake.verify(receipt.commit_hash).findings == ()


def spread(points: list[str], most: int) -> list[int]:
    """Numbers of points: of each name one, as far as there is room, or else more of the same."""
    dice = random.Random(len(points))
    numbers: dict[str, list[int]] = {}
    for number, name in enumerate(points):
        numbers.setdefault(name, []).append(number)
    for known in numbers.values():
        dice.shuffle(known)
    rounds = [known[turn] for turn in range(len(points)) for known in numbers.values() if turn < len(known)]
    distinct = rounds[: len(numbers)]
    chosen = dice.sample(distinct, most) if len(distinct) > most else rounds[:most]
    return sorted(chosen)


def deaths(phase: str, workload: str, points: list[str], most: int) -> Iterator[tuple[int, float]]:
    """At which points to die, and how many seconds after it."""
    chosen = spread(points, most)
    yield from ((number, 0.0) for number in chosen)
    long = [number for number, name in enumerate(points) if name in _LONG]
    turns = max(most - len(chosen), 4)
    yield from ((long[turn % len(long)], 0.0004 * 1.6**turn) for turn in range(turns) if long)


@pytest.mark.parametrize("phase", PHASES)
def test_a_killed_process_loses_nothing(
    phase: str, lakes: Path, tmp_path: Path, processes: Zygote, record_property: Callable[[str, object], None]
) -> None:
    killed = 0
    for workload in _WORKLOADS[phase]:
        rehearsal = Attempt(lakes, tmp_path / "lake", workload)
        whole = processes.child(rehearsal.order(phase))
        assert (whole.status, whole.errors) == (0, [])
        rehearsal.check(whole)
        for deadly, delay in deaths(phase, workload, whole.points, EACH // len(_WORKLOADS[phase])):
            attempt = Attempt(lakes, tmp_path / "lake", workload)
            died = processes.child(attempt.order(phase, deadly, delay))
            assert died.status == signal.SIGKILL, died
            assert died.at in whole.points
            attempt.check(died)
            killed += 1
    record_property("summary", f"{killed:4} processes killed {phase}")
    assert killed >= EACH


def test_a_process_that_is_killed_at_any_moment_loses_nothing(
    lakes: Path, tmp_path: Path, processes: Zygote, record_property: Callable[[str, object], None]
) -> None:
    dice = random.Random(7)
    for commits in range(12):
        attempt, told = Attempt(lakes, tmp_path / "lake", "write_on"), 0

        def hear(child: int, word: str, commits: int = commits) -> None:
            nonlocal told
            told += word == "acknowledged"
            if told == commits + 1:
                time.sleep(dice.random() / 50)
                kill(child)

        died = processes.child(attempt.order("none"), hear)
        assert died.status == signal.SIGKILL
        assert len(died.acknowledged) > commits
        attempt.check(died)
    record_property("summary", "  12 processes killed at any moment")


def test_enough_processes_are_killed() -> None:
    assert EACH >= 20
    assert EACH * len(PHASES) >= 100
