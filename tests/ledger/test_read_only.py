"""Ledgers that cannot be written, such as evidence on a medium that takes nothing: they are read all the same."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from modellake.core.errors import UnavailableError
from modellake.ledger import schema
from modellake.ledger.commits import Head
from modellake.ledger.ledger import Ledger
from modellake.ledger.upgrades import plan_upgrade

from .drafts import BASE, change, draft, record
from .places import ordinary_user

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


@contextmanager
def kept_from_writing(folder: Path) -> Iterator[None]:
    """As somebody who may read a folder and its files, and write nothing."""
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        with ordinary_user(folder):
            yield
    finally:
        folder.chmod(0o755)
        for path in folder.iterdir():
            path.chmod(0o644)


def test_a_ledger_that_cannot_be_written_can_be_read():
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name), Path(name) / "ledger 100%?#.sqlite"
        with Ledger.create(place, BASE) as ledger:
            head = Head(1, ledger.append(draft(change(1, "one"))).hash)
        with kept_from_writing(folder), Ledger.open(place) as ledger:
            assert ledger.read_only
            assert ledger.head() == head
            assert ledger.verify(head.hash).findings == ()
            with ledger.snapshot():
                assert ledger.contents(record(1))[0].sequence == 1
            for attempt in (lambda: ledger.append(draft(change(2, "two"))), ledger.forget_readings):
                with pytest.raises(UnavailableError) as caught:
                    attempt()
                assert caught.value.code == "ledger.read-only"
        assert [path.name for path in folder.iterdir()] == [place.name]
        with Ledger.open(place) as ledger:
            assert not ledger.read_only
            assert ledger.append(draft(change(2, "two")))


def test_what_a_dead_writer_left_in_the_log_is_read_or_told():
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name) / "evidence", Path(name) / "ledger.sqlite"
        folder.mkdir()
        with Ledger.create(place, BASE) as ledger:
            head = Head(1, ledger.append(draft(change(1, "one"))).hash)
            for companion in ("", "-wal", "-shm"):
                shutil.copy(f"{place}{companion}", folder)
        Path(name).chmod(0o755)
        kept = folder / place.name
        with kept_from_writing(folder), Ledger.open(kept) as ledger:
            assert ledger.head() == head
            assert ledger.verify(head.hash).findings == ()
        (folder / f"{place.name}-shm").unlink()
        with kept_from_writing(folder), pytest.raises(UnavailableError) as caught:
            Ledger.open(kept)
        assert caught.value.code == "ledger.log-unreadable"
        assert f"{place.name}-wal" in caught.value.remedy


def test_a_ledger_that_another_user_begins_to_write_is_not_believed():
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name), Path(name) / "ledger.sqlite"
        with Ledger.create(place, BASE) as ledger:
            ledger.append(draft(change(1, "one")))
        with kept_from_writing(folder):
            reading = Ledger.open(place)
            assert reading.head().sequence == 1
        with Ledger.open(place) as writing:
            writing.append(draft(change(2, "two")))
        for attempt in (reading.head, reading.verify):
            with pytest.raises(UnavailableError) as caught:
                attempt()
            assert caught.value.code == "ledger.changing"
        reading.close()


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_an_older_ledger_that_cannot_be_written_says_what_to_do(version: int):
    old = Path(__file__).with_name("old") / f"version-{version}.sqlite"
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name), Path(name) / "ledger.sqlite"
        shutil.copy(old, place)
        for attempt in (Ledger.open, plan_upgrade):
            with kept_from_writing(folder), pytest.raises(UnavailableError) as caught:
                attempt(place)
            assert caught.value.code == "ledger.read-only"
            assert "modellake restore" in caught.value.remedy
