"""Fingerprints of files: what changes is seen, what cannot be told is not told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from modellake.harvest import fingerprints
from modellake.harvest.fingerprints import files_below, fingerprint_files

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def folder(write: Write) -> Path:
    write("folder/.hidden", "h")
    write("folder/inside/b.txt", "b")
    return write("folder/a.txt", "a").parent


def told(folder: Path) -> bytes | None:
    return fingerprint_files(files_below(folder))


def test_files_below_are_listed_in_order(folder: Path) -> None:
    assert [path.name for path in files_below(folder)] == ["a.txt", "inside", "b.txt"]
    assert [path.name for path in files_below(folder, hidden=True)] == [".hidden", "a.txt", "inside", "b.txt"]


def test_every_change_is_another_fingerprint(folder: Path) -> None:
    seen = {told(folder)}
    changes: list[Callable[[], object]] = [
        lambda: (folder / "a.txt").write_text("A"),
        lambda: (folder / "a.txt").rename(folder / "c.txt"),
        (folder / "inside" / "b.txt").unlink,
        (folder / "empty").mkdir,
        lambda: (folder / "link").symlink_to(folder / "c.txt"),
        lambda: (folder / "c.txt").chmod(0o600),
    ]
    for change in changes:
        change()
        assert told(folder) not in seen
        seen.add(told(folder))
    assert None not in seen
    (folder / ".hidden").write_text("other")
    assert told(folder) in seen


def test_a_copy_of_the_times_is_no_copy_of_the_content(folder: Path) -> None:
    before, found = told(folder), (folder / "a.txt").stat()
    (folder / "a.txt").write_text("A")
    os.utime(folder / "a.txt", ns=(found.st_atime_ns, found.st_mtime_ns))
    assert told(folder) != before
    (folder / "a.txt").write_text("a")
    assert told(folder) == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "broken").symlink_to(folder / "nowhere"),
        lambda folder: os.mkfifo(folder / "pipe"),
        lambda folder: (folder / "fresh.bin").write_bytes(bytes(fingerprints.SMALL + 1)),
    ],
)
def test_what_cannot_be_told_is_not_told(folder: Path, spoil: Callable[[Path], object]) -> None:
    spoil(folder)
    assert told(folder) is None


def test_too_many_files_are_not_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "MOST_FILES", 2)
    assert told(folder) is None
    assert fingerprint_files([folder / "a.txt"]) is not None
    assert told(folder / "absent") is None
