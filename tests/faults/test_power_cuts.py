"""Power cuts, simulated: what was not brought to the disk is dropped, or an older folder of the view is put back."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import killed_workloads
import pytest
from killed_process import Order, zygote
from killed_workloads import dataset

import modellake
from lakes import BASE, quads, turtle
from modellake.core.errors import UnavailableError
from modellake.ledger.ledger import Ledger
from modellake.store.embedded import EmbeddedEngine

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork, and no signal that cannot be caught")

Loss = Callable[[Path, random.Random], None]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake as the power cut finds it: commits of all kinds, some loaded in bulk, and the log not yet flushed."""
    place = tmp_path_factory.mktemp("written") / "lake"
    killed_workloads.prepare(place)
    with zygote() as processes:
        died = processes.child(Order("write_and_die", str(place)))
    assert (died.status, died.errors) == (signal.SIGKILL, [])
    return place


def check(place: Path) -> list[str]:
    """Open a lake, compare its view with its ledger, and go on; returns what was said.

    A damaged file that nothing needs for opening is found when it is read: then the remedy is followed.
    """
    notices: list[str] = []
    with modellake.open(place, notice=notices.append) as lake:
        head = lake.ledger.head()
        assert lake.view.lag() == 0
        try:
            shown = quads(lake)
        except UnavailableError as error:
            assert (error.code, "modellake rebuild" in (error.remedy or "")) == ("view.damaged", True)
            lake.rebuild()
            shown = quads(lake)
        assert shown == Counter(lake.past(head.sequence).engine.quads())
        assert lake.verify(head.hash).conforms
        again = lake.commit(turtle(dataset(7, f"After {head.sequence}")), format="turtle", source="urn:source:z")
        assert again.sequence == head.sequence + 1
        assert lake.query(f"ASK {{ <dataset/d7> dct:title 'After {head.sequence}' }}")
    return notices


def files(place: Path, pattern: str) -> list[Path]:
    """Files of the view that counts, the oldest first."""
    return sorted((place / "views" / "default").glob(f"*/{pattern}"))


def empty_logs(place: Path, dice: random.Random) -> None:
    for path in files(place, "*.log"):
        path.write_bytes(b"")


def remove_logs(place: Path, dice: random.Random) -> None:
    for path in files(place, "*.log"):
        path.unlink()


def cut_last_log(place: Path, dice: random.Random) -> None:
    last = files(place, "*.log")[-1]
    last.write_bytes(last.read_bytes()[: dice.randrange(last.stat().st_size)])


def zero_last_log(place: Path, dice: random.Random) -> None:
    last = files(place, "*.log")[-1]
    held = last.read_bytes()
    kept = dice.randrange(len(held))
    last.write_bytes(held[:kept] + bytes(len(held) - kept))


def cut_every_log(place: Path, dice: random.Random) -> None:
    for path in files(place, "*.log"):
        path.write_bytes(path.read_bytes()[: dice.randrange(path.stat().st_size)])


def cut_newest_table(place: Path, dice: random.Random) -> None:
    last = files(place, "*.sst")[-1]
    last.write_bytes(last.read_bytes()[: dice.randrange(last.stat().st_size)])


def zero_end_of_a_table(place: Path, dice: random.Random) -> None:
    chosen = dice.choice(files(place, "*.sst"))
    held = chosen.read_bytes()
    kept = dice.randrange(len(held) // 2)
    chosen.write_bytes(held[:kept] + bytes(len(held) - kept))


def cut_manifest(place: Path, dice: random.Random) -> None:
    last = files(place, "MANIFEST-*")[-1]
    last.write_bytes(last.read_bytes()[: dice.randrange(last.stat().st_size)])


def forget_name(place: Path, dice: random.Random) -> None:
    (place / "views" / "default" / "current").unlink()


LOSSES = [
    (empty_logs, 1),
    (remove_logs, 1),
    (cut_last_log, 6),
    (zero_last_log, 6),
    (cut_every_log, 4),
    (cut_newest_table, 3),
    (zero_end_of_a_table, 8),
    (cut_manifest, 6),
    (forget_name, 1),
]


@pytest.mark.parametrize(("loss", "times"), LOSSES)
def test_a_view_that_lost_what_was_not_on_disk_never_answers_wrongly(
    written: Path, tmp_path: Path, loss: Loss, times: int
) -> None:
    for turn in range(times):
        place = tmp_path / f"lake{turn}"
        shutil.copytree(written, place)
        loss(place, random.Random(turn))
        check(place)


@pytest.mark.parametrize("loss", [empty_logs, remove_logs])
def test_what_was_loaded_in_bulk_does_not_count_without_what_came_before(tmp_path: Path, loss: Loss) -> None:
    """The files of the bulk verb are on disk at once, the log is not: the mark must not count for both."""
    place = tmp_path / "views" / "default"
    with zygote() as processes:
        assert processes.child(Order("fill_engine", str(place))).status == signal.SIGKILL
    loss(tmp_path, random.Random())
    engine = EmbeddedEngine(killed_workloads.MARKS, place)
    mark = engine.applied()
    assert mark is not None
    assert mark.sequence == 3
    for name, count in killed_workloads.FILLING.items():
        found = engine.query(f"SELECT ?s {{ ?s <urn:p> ?o FILTER(STRSTARTS(?o, '{name}')) }}")
        assert len([*found]) == count  # type: ignore[misc]


def test_older_views_under_a_newer_ledger_catch_up(tmp_path: Path) -> None:
    place = tmp_path / "lake"
    killed_workloads.prepare(place)
    kept = []
    for number in range(4):
        kept.append(tmp_path / f"view{number}")
        shutil.copytree(place / "views", kept[-1])
        with modellake.open(place) as lake:
            lake.commit(turtle(dataset(1, f"Number {number}")), format="turtle", source="urn:source:b")
            if number == 1:
                lake.rebuild()
    for older in kept:
        shutil.rmtree(place / "views")
        shutil.copytree(older, place / "views")
        assert check(place) == []


def test_a_newer_view_over_an_older_ledger_is_made_again_and_said(tmp_path: Path) -> None:
    place = tmp_path / "lake"
    killed_workloads.prepare(place)
    with modellake.open(place) as lake:
        lake.ledger.backup(tmp_path / "older.sqlite")
        lake.commit(turtle(dataset(1, "Lost")), format="turtle", source="urn:source:b")
        lake.commit(turtle(dataset(2, "Lost")), format="turtle", source="urn:source:b")
    for leftover in place.glob("ledger.sqlite*"):
        leftover.unlink()
    (tmp_path / "older.sqlite").rename(place / "ledger.sqlite")
    shutil.copytree(place, tmp_path / "other")
    assert check(place) == ["The view shows commits that the ledger does not have: making it again from the ledger."]
    # The same, but the ledger has gone on by as many commits, which are others.
    other = tmp_path / "other"
    shutil.move(other / "views", tmp_path / "views")
    with modellake.open(other) as lake:
        for number in (3, 4):
            lake.commit(turtle(dataset(number, "Other")), format="turtle", source="urn:source:b")
    shutil.rmtree(other / "views")
    shutil.move(tmp_path / "views", other / "views")
    assert check(other) == [
        "The view shows a commit that is not in the ledger's chain: making it again from the ledger."
    ]


def test_a_ledger_whose_log_is_cut_off_anywhere_is_as_it_was_after_some_commit(tmp_path: Path) -> None:
    place = tmp_path / "lake"
    killed_workloads.prepare(place)
    heads = []
    with modellake.open(place) as lake:
        for number in range(5):
            receipt = lake.commit(turtle(dataset(1, f"Number {number}")), format="turtle", source="urn:source:b")
            heads.append((receipt.sequence, receipt.commit_hash))
        shutil.copytree(place, tmp_path / "cut", ignore=shutil.ignore_patterns("views"))
    log = (tmp_path / "cut" / "ledger.sqlite-wal").read_bytes()
    dice, seen = random.Random(3), set[int]()
    for turn in range(12):
        copy = tmp_path / f"lake{turn}"
        shutil.copytree(tmp_path / "cut", copy)
        (copy / "ledger.sqlite-shm").unlink()
        kept = dice.randrange(len(log))
        (copy / "ledger.sqlite-wal").write_bytes(log[:kept] + (bytes(len(log) - kept) if turn % 2 else b""))
        with Ledger.open(copy / "ledger.sqlite") as ledger:
            head = ledger.head()
            assert head.sequence == 3 or (head.sequence, head.hash) in heads
            assert ledger.verify(head.hash).conforms
            seen.add(head.sequence)
        check(copy)
    assert len(seen) > 1


def test_a_commit_is_on_disk_when_it_is_acknowledged(tmp_path: Path) -> None:
    """https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL, which syncs the log at each commit."""
    with Ledger.create(tmp_path / "ledger.sqlite", BASE) as ledger, ledger._database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
