"""A series of commits: what becomes of the files of the engine at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import modellake
from lakes import quads
from modellake.core.artifact import Artifact
from modellake.core.errors import UnavailableError
from modellake.lake import following
from modellake.lake.lake import Lake
from modellake.store.embedded import EmbeddedEngine


def commit(lake: Lake, numbers: range) -> None:
    def described() -> Iterator[Artifact]:
        for number in numbers:
            yield modellake.ModelVersion(version_of=f"acme/m{number}", version="1", title=f"Model {number}")

    each = [item for artifact in described() for item in lake.describe(artifact)]
    assert not lake.commit_each(each, message="test", batch=50).refused


def is_tidied(place: Path) -> bool:
    return any(place.glob("views/default/*/tidied"))


def test_a_series_that_doubles_the_files_lays_them_out_and_a_small_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_WORTH", 50_000)
    with modellake.open(tmp_path / "lake") as lake:
        commit(lake, range(200))
        assert is_tidied(tmp_path / "lake")
        for note in (tmp_path / "lake").glob("views/default/*/tidied"):
            note.unlink()
        commit(lake, range(200, 210))
        assert not is_tidied(tmp_path / "lake")
        assert quads(lake) == Counter(lake.past(lake.ledger.head().sequence).engine.quads())


def test_a_disk_that_refuses_takes_no_receipt_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: EmbeddedEngine, growth: float = 0.0) -> bool:
        raise UnavailableError(f"No room {growth}", code="engine.failed")

    monkeypatch.setattr(following, "_WORTH", 50_000)
    monkeypatch.setattr(EmbeddedEngine, "tidy", refuse)
    with modellake.open(tmp_path / "lake") as lake:
        commit(lake, range(200))
        assert lake.view.lag() == 0
