"""What is denied: room on the disk, permissions, a quarantine that can be written, a clock that only rises."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import killed_workloads
import pytest
from killed_workloads import REFUSED, dataset

import modellake
from lakes import BASE, quads, turtle
from modellake.core.errors import ModelLakeError, RefusedError, UnavailableError
from modellake.lake.lake import Lake

ROOM = 4  # MiB
NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no small file system can be mounted: that takes a superuser on Linux")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Take all room on a disk but so many bytes."""
    ballast = disk / "ballast"
    opened = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(opened, bytes(4096))
    except OSError:
        os.ftruncate(opened, max(0, os.fstat(opened).st_size - leave))
    finally:
        os.close(opened)
    return ballast


def say(lake: Lake, text: str, source: str = "urn:source:b") -> object:
    return lake.commit(turtle(text), format="turtle", source=source)


def is_whole(lake: Lake) -> bool:
    """Is the ledger sound, and does the view show it?"""
    head = lake.ledger.head()
    return lake.verify(head.hash).conforms and quads(lake) == Counter(lake.past(head.sequence).engine.quads())


def denied(attempt: Callable[[], object]) -> str:
    """The code that something fails with, as what cannot be had now."""
    with pytest.raises(UnavailableError) as caught:
        attempt()
    assert caught.value.exit_status == 4
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize("leave", [0, 16_384, 131_072, 262_144])
def test_a_full_disk_is_told_and_everything_goes_on_once_there_is_room(small_disk: Path, leave: int) -> None:
    full = {"ledger.disk-full", "engine.failed", "ledger.disk"}
    with modellake.open(small_disk / "lake", base_iri=BASE, create=True) as lake:
        say(lake, dataset(1, "Before"))
        shown, head = quads(lake), lake.ledger.head()
        ballast = fill(small_disk, leave)
        assert denied(lambda: say(lake, dataset(1, "Too much", more=3000))) in full
        if lake.ledger.head() == head:
            assert quads(lake) == shown
        assert lake.verify(head.hash).conforms
        fill(small_disk, 0)
        assert denied(lake.rebuild) in full
        assert denied(lambda: lake.ledger.backup(small_disk / "copy.sqlite")) in full
        assert denied(lambda: modellake.open(small_disk / "other", base_iri=BASE, create=True)) in full
        assert not (small_disk / "other" / "ledger.sqlite").exists()
        assert not [*small_disk.glob("*.sqlite"), *small_disk.glob(".*.sqlite.*"), *small_disk.glob("other/.*")]
        assert lake.query("ASK { <dataset/d1> ?p ?o }")
        ballast.unlink()
        lake.view.catch_up()
        say(lake, dataset(2, "After"))
        assert is_whole(lake)
        lake.rebuild()
        lake.ledger.backup(small_disk / "copy.sqlite")
        assert is_whole(lake)


def test_a_view_that_a_full_disk_has_stopped_catches_up_without_being_opened_again(small_disk: Path) -> None:
    with modellake.open(small_disk / "lake", base_iri=BASE, create=True) as lake:
        say(lake, dataset(1, "Before"))
        for leave in (131_072, 196_608, 262_144, 393_216):
            ballast, head = fill(small_disk, leave), lake.ledger.head()
            assert denied(lambda: say(lake, dataset(1, f"Much {leave}", more=2000))) in {  # noqa: B023
                "engine.failed",
                "ledger.disk-full",
            }
            stopped = lake.ledger.head() != head
            ballast.unlink()
            if stopped:
                break
        assert lake.view.lag() == int(stopped)
        lake.view.catch_up()
        say(lake, dataset(2, "After"))
        assert lake.view.lag() == 0
        assert is_whole(lake)
    assert stopped, "the ledger had no room in any of the cases, so that the view was never behind"


def test_a_lake_on_a_disk_without_any_room_says_so_when_it_is_opened(small_disk: Path) -> None:
    with modellake.open(small_disk / "lake", base_iri=BASE, create=True) as lake:
        say(lake, dataset(1, "Before"))
    ballast = fill(small_disk, 0)
    assert denied(lambda: modellake.open(small_disk / "lake")) == "ledger.disk-full"
    ballast.unlink()
    with modellake.open(small_disk / "lake") as lake:
        assert is_whole(lake)


def test_a_refusal_is_told_though_it_cannot_be_kept(tmp_path: Path) -> None:
    with modellake.open(tmp_path / "lake", base_iri=BASE, create=True) as lake:
        say(lake, dataset(1, "Before"))
        head = lake.ledger.head()
        with sqlite3.connect(tmp_path / "lake" / "ledger.sqlite") as raw:
            raw.execute("CREATE TRIGGER closed BEFORE INSERT ON quarantine BEGIN SELECT RAISE(FAIL, 'closed'); END")
        raw.close()
        with pytest.raises(RefusedError) as caught:
            say(lake, REFUSED, "urn:source:bad")
        codes = [finding.code for finding in caught.value.report.findings]
        assert codes[-1] == "quarantine.unwritable"
        assert len(codes) > 1
        assert caught.value.quarantined == ()
        assert lake.ledger.head() == head
        items = [
            item
            for number, text in enumerate((dataset(2, "Good"), REFUSED, dataset(3, "Good")))
            for item in lake.describe(turtle(text), format="turtle", source=f"urn:source:{number}")
        ]
        receipt = lake.commit_each(items)
        assert (len(receipt.accepted), len(receipt.refused)) == (2, 1)
        assert [item.quarantine for item in receipt.refused] == [None]
        assert not lake.verify().conforms, "a trigger is no part of a ledger"
        with sqlite3.connect(tmp_path / "lake" / "ledger.sqlite") as raw:
            raw.execute("DROP TRIGGER closed")
        raw.close()
        assert is_whole(lake)


@contextmanager
def without_rights(lake: Path) -> Iterator[None]:
    """As somebody who may read the files of a lake, and write nothing."""
    for entry in (lake, *lake.rglob("*")):
        entry.chmod(0o555 if entry.is_dir() else 0o444)
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if before == 0:
            os.seteuid(0)
        for entry in (lake, *lake.rglob("*")):
            entry.chmod(0o755 if entry.is_dir() else 0o644)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_lake_that_cannot_be_written_is_read_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name), Path(name) / "lake"
        folder.chmod(0o755)
        killed_workloads.prepare(place)
        with modellake.open(place) as lake:
            shown, head = quads(lake), lake.ledger.head()
        before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
        temporary = folder / "temporary"
        temporary.mkdir()
        temporary.chmod(0o777)
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        with without_rights(place), modellake.open(place) as lake:
            assert quads(lake) == shown
            assert lake.verify(head.hash).findings == ()
            assert denied(lambda: lake.verify(deep=True)) == "view.unreadable"
            assert denied(lambda: say(lake, dataset(1, "Good"))) == "ledger.read-only"
            assert denied(lake.rebuild) == "ledger.read-only"
            with pytest.raises(RefusedError) as caught:
                say(lake, REFUSED)
            assert caught.value.report.findings[-1].code == "quarantine.unwritable"
            assert len(list(temporary.iterdir())) == 1
        assert not list(temporary.iterdir()), "the view that was made elsewhere is gone"
        assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
        with modellake.open(place) as lake:
            assert is_whole(lake)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_view_that_cannot_be_written_says_so() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name), Path(name) / "lake"
        folder.chmod(0o755)
        killed_workloads.prepare(place)
        with without_rights(place / "views"):
            for entry in (place, *place.glob("ledger*")):
                os.seteuid(0) if os.getuid() == 0 else None
                entry.chmod(0o777)
            if os.getuid() == 0:
                os.seteuid(NOBODY)
            with pytest.raises((ModelLakeError, OSError)) as caught:
                modellake.open(place)
            assert getattr(caught.value, "code", "") == "view.unreadable"
        with modellake.open(place) as lake:
            assert is_whole(lake)


def test_a_clock_that_jumps_back_changes_no_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of commits is that of their numbers; their times are what the writers' clocks said."""
    start = datetime(2026, 11, 24, 12, tzinfo=UTC)
    hours = [0, 5, 2, -24, 6]

    class Clock(datetime):
        turn = 0

        @classmethod
        def now(cls, _: object = None) -> datetime:
            return start + timedelta(hours=hours[cls.turn])

    for module in ("modellake.lake.drafting", "modellake.lake.writer"):
        monkeypatch.setattr(f"{module}.datetime", Clock)
    title = "SELECT ?t { <dataset/d1> dct:title ?t }"
    with modellake.open(tmp_path / "lake", base_iri=BASE, create=True) as lake:
        for turn in range(len(hours)):
            Clock.turn = turn
            say(lake, dataset(1, f"Title {turn}"))
        assert [commit.sequence for commit in lake.ledger.commits()] == [1, 2, 3, 4, 5]
        assert is_whole(lake)
        assert lake.query(title).column("t") == ["Title 4"]
        for at in range(1, 6):
            assert lake.query(title, as_of=at).column("t") == [f"Title {at - 1}"]
        # By time: the last commit, in their order, whose time is not later.
        known = {-25: None, -23: 3, 1: 3, 3: 3, 5: 3, 7: 4}
        for hour, turn in known.items():
            found = lake.query(title, as_of=start + timedelta(hours=hour)).column("t")
            assert found == ([] if turn is None else [f"Title {turn}"]), hour
    with modellake.open(tmp_path / "lake") as lake:
        assert is_whole(lake)
