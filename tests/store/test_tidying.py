"""Tidying: when files are laid out anew, and that nothing else changes by it."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from engines import NAMED
from pyoxigraph import Literal, NamedNode, Quad

from modellake.store import tidying
from modellake.store.child import ChildEngine
from modellake.store.embedded import EmbeddedEngine, tidy_files
from modellake.store.engine import Applied, Replacement
from modellake.store.tidying import GROWTH, Tidying, is_due, size_of

MARKS = NamedNode("https://lake.example.org/graph/provenance")
MANY = 4000  # statements that go to files of their own


def write(engine: EmbeddedEngine, commit: int, count: int = MANY) -> None:
    lines = [f'<urn:s{number * 7919 % 100_003}> <urn:p> "{commit} {number}" .' for number in range(count)]
    graph = NamedNode("urn:graph")
    engine.replace(Replacement((), {graph: lines}), Applied(commit, f"c{commit}"))


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does; a test that waits in vain is ended by whoever runs it."""
    while not holds():
        time.sleep(0.01)


def test_files_are_laid_out_when_they_have_grown(tmp_path: Path) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "view")
    place = tmp_path / "view" / "1"
    for commit in range(1, 5):
        write(engine, commit)
    held, files = set(engine.quads()), len(list(place.glob("*.sst")))
    assert is_due(place, GROWTH)
    assert engine.tidy(GROWTH)
    assert set(engine.quads()) == held
    assert engine.applied() == Applied(4, "c4")
    assert len(list(place.glob("*.sst"))) < files
    assert not is_due(place, GROWTH)
    assert not engine.tidy(GROWTH)
    write(engine, 5)
    assert is_due(place, GROWTH)
    assert not is_due(place, 10.0)
    assert engine.tidy(GROWTH)
    engine.close()
    again = EmbeddedEngine(MARKS, tmp_path / "view")
    assert set(again.quads()) >= held
    assert again.applied() == Applied(5, "c5")
    assert not again.tidy(GROWTH)
    again.close()


def test_nothing_is_laid_out_where_the_disk_might_be_full_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "view")
    for commit in range(1, 4):
        write(engine, commit)
    held = size_of(tmp_path / "view" / "1")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2 * held))
        assert not engine.tidy()
    assert engine.tidy()
    engine.close()


def test_very_many_files_are_left_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "view")
    for commit in range(1, 4):
        write(engine, commit)
    held = size_of(tmp_path / "view" / "1")
    monkeypatch.setattr(tidying, "_MOST", held - 1)
    assert not engine.tidy()
    monkeypatch.setattr(tidying, "_MOST", held)
    assert engine.tidy()
    engine.close()


def test_there_is_nothing_to_lay_out_in_memory() -> None:
    engine = EmbeddedEngine(MARKS)
    write(engine, 1)
    assert not engine.tidy()


def test_a_note_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "view")
    write(engine, 1)
    write(engine, 2)
    assert engine.tidy()
    (tmp_path / "view" / "1" / "tidied").write_text("\0 no number")
    assert engine.tidy()
    assert not engine.tidy()
    engine.close()


def test_files_that_nobody_has_open(tmp_path: Path) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "view")
    place = tmp_path / "view" / "1"
    for commit in range(1, 4):
        write(engine, commit)
    held = set(engine.quads())
    tidy_files(place, GROWTH, most=10**9)  # somebody has them open, and is not disturbed
    assert is_due(place, GROWTH)
    engine.close()
    tidy_files(place, GROWTH, most=size_of(place) - 1)
    assert is_due(place, GROWTH)
    tidy_files(place, GROWTH, most=size_of(place))
    assert not is_due(place, GROWTH)
    again = EmbeddedEngine(MARKS, tmp_path / "view")
    assert set(again.quads()) == held
    again.close()


def test_a_child_begins_with_files_that_are_laid_out(tmp_path: Path) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "view")
    for commit in range(1, 4):
        write(engine, commit)
    held = set(engine.quads())
    engine.close()
    child = ChildEngine(MARKS, tmp_path / "view", NAMED)
    try:
        assert not is_due(tmp_path / "view" / "1", GROWTH)
        assert set(child.quads()) == held
    finally:
        child.close()


def test_an_engine_is_looked_after_while_it_answers(tmp_path: Path) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "view")
    place = tmp_path / "view" / "1"
    write(engine, 1)
    with Tidying(engine, every=0.01):
        until(lambda: not is_due(place, GROWTH))
        for commit in range(2, 12):
            write(engine, commit)
        until(lambda: not is_due(place, GROWTH))
        assert len(list(engine.query("SELECT ?s { GRAPH ?g { ?s ?p ?o } FILTER(?g = <urn:graph>) }"))) == 11 * MANY
    engine.close()
    assert Quad(NamedNode("urn:s0"), NamedNode("urn:p"), Literal("1 0"), NamedNode("urn:graph")) in set(
        EmbeddedEngine(MARKS, tmp_path / "view").quads()
    )


_WRITER = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from test_tidying import MARKS, write
from modellake.store.embedded import EmbeddedEngine
engine = EmbeddedEngine(MARKS, Path(sys.argv[1]))
mark = engine.applied()
commit = mark.sequence if mark else 0
while True:
    commit += 1
    write(engine, commit)
    print(commit, flush=True)
    engine.tidy()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no signal that cannot be caught")
def test_a_process_killed_while_it_lays_files_out_loses_nothing(tmp_path: Path) -> None:
    place, dice = tmp_path / "view", random.Random(11)
    for _ in range(6):
        program = [sys.executable, "-c", _WRITER, str(place), *sys.path]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            heard = [process.stdout.readline() for _ in range(2)]
            time.sleep(dice.random() / 5)
            process.kill()
            heard += process.stdout.readlines()
        engine = EmbeddedEngine(MARKS, place)
        mark = engine.applied()
        assert mark is not None
        assert mark.sequence >= int(heard[-1])
        assert engine.size() == mark.sequence * MANY
        engine.tidy()
        assert engine.size() == mark.sequence * MANY
        engine.close()
