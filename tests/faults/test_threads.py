"""Threads of one process: readers see commits whole, never go back, and wait neither for the gate nor for a rebuild."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import modellake
from lakes import BASE, quads, turtle
from modellake.lake.gate import Gate
from modellake.lake.lake import Lake

READERS = 8
ROUNDS = 25
NUMBERS = """
SELECT ?a ?b ?c {
    <dataset/a> dct:title ?a ; dct:description ?b . <dataset/b> dct:title ?c .
}
"""


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with modellake.open(tmp_path / "lake", base_iri=BASE, create=True) as opened:
        write(opened, 0)
        yield opened


def write(lake: Lake, number: int) -> None:
    """Say one number in two records, and twice in one of them."""
    text = f"""
    <dataset/a> a lake:Dataset ; dct:title "{number:04}" ; dct:description "{number:04}" .
    <dataset/b> a lake:Dataset ; dct:title "{number:04}" ; dct:description "of {number:04}" .
    """
    lake.commit(turtle(text), format="turtle", source="urn:source:numbers")


class Reader:
    """A thread that asks without end.

    Attributes:
        answers: how many answers it got.
        wrong: what it must not see.
    """

    def __init__(self, lake: Lake, finished: threading.Event) -> None:
        self.answers, self.wrong = 0, list[object]()
        self._lake, self._finished, self._last = lake, finished, ""
        self.thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        while not self._finished.is_set():
            try:
                self._look([tuple(term.value for term in row) for row in self._lake.query(NUMBERS).rows])
            except BaseException as error:
                self.wrong.append(error)
                return

    def _look(self, rows: list[tuple[str, ...]]) -> None:
        whole = len(rows) == 1 and len(set(rows[0])) == 1
        if not whole or rows[0][0] < self._last:
            self.wrong.append((rows, self._last))
        self._last = rows[0][0] if rows else self._last
        self.answers += 1


@contextmanager
def reading(lake: Lake) -> Iterator[list[Reader]]:
    """Readers for a ``with``; none of them may see anything wrong."""
    finished = threading.Event()
    readers = [Reader(lake, finished) for _ in range(READERS)]
    for reader in readers:
        reader.thread.start()
    try:
        yield readers
    finally:
        finished.set()
        for reader in readers:
            reader.thread.join()
    assert [reader.wrong for reader in readers] == [[]] * READERS
    assert all(reader.answers for reader in readers)


def progress(readers: list[Reader]) -> None:
    """Wait until every reader has got two more answers, one of which it has asked for since."""
    before = [reader.answers for reader in readers]
    while any(reader.answers < seen + 2 and not reader.wrong for reader, seen in zip(readers, before, strict=True)):
        threading.Event().wait(0.001)


def test_readers_see_each_commit_whole_and_never_go_back(lake: Lake) -> None:
    with reading(lake):
        for number in range(1, ROUNDS):
            write(lake, number)
    assert lake.query(NUMBERS).column("a") == [f"{ROUNDS - 1:04}"]


def test_readers_see_a_whole_lake_while_its_view_is_made_again(lake: Lake) -> None:
    with reading(lake) as readers:
        for number in range(1, 5):
            write(lake, number)
            lake.rebuild()
            progress(readers)
    assert quads(lake) == Counter(lake.past(5).engine.quads())


def test_readers_go_on_while_the_gate_decides(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    check: Callable[..., object] = Gate.check_states
    with reading(lake) as readers:

        def check_slowly(self: Gate, *arguments: object) -> object:
            progress(readers)  # would never end if they had to wait for this commit
            found = check(self, *arguments)
            progress(readers)
            return found

        monkeypatch.setattr(Gate, "check_states", check_slowly)
        write(lake, 1)
        lake.curate(add=[], reason="Nothing to do")
    assert lake.query(NUMBERS).column("a") == ["0001"]


def together(*works: Callable[[], object]) -> None:
    """Do several things at once, and fail as the first that fails."""
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_two_writing_threads_lose_nothing(lake: Lake) -> None:
    def add(name: str) -> None:
        for number in range(12):
            text = f'<dataset/{name}{number}> a lake:Dataset ; dct:title "{name}" ; dct:description "{name}" .'
            shared = f'<dataset/shared> a lake:Dataset ; dct:title "S" ; dcat:keyword "{name} {number}" .'
            lake.commit(turtle(text + shared), format="turtle", source=f"urn:source:{name}:{number}")

    before = lake.ledger.head().sequence
    together(lambda: add("x"), lambda: add("y"))
    head = lake.ledger.head()
    assert head.sequence == before + 24
    assert len(lake.query("SELECT ?k { <dataset/shared> dcat:keyword ?k }")) == 24
    assert quads(lake) == Counter(lake.past(head.sequence).engine.quads())
    assert lake.verify(head.hash).conforms


def test_a_view_that_several_threads_bring_up_to_date_never_goes_back(lake: Lake) -> None:
    with reading(lake):
        finished = threading.Event()

        def follow() -> None:
            while not finished.is_set():
                lake.view.catch_up()

        def change() -> None:
            try:
                for number in range(1, ROUNDS):
                    write(lake, number)
            finally:
                finished.set()

        together(follow, follow, change)
    assert lake.view.lag() == 0


def test_threads_that_ask_for_different_moments_get_their_own(lake: Lake) -> None:
    for number in range(1, 4):
        write(lake, number)

    def ask(at: int) -> None:
        for _ in range(15):
            assert lake.query(NUMBERS, as_of=at).column("a") == [f"{at - 1:04}"]

    together(*(lambda at=at: ask(at) for at in (1, 2, 3, 4)))  # type: ignore[misc]
