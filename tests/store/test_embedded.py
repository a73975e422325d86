"""The embedded engine: atomic changes, the mark, and what happens to a store that is in use."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from modellake.core.errors import QueryError, UnavailableError
from modellake.store import embedded
from modellake.store.embedded import EmbeddedEngine
from modellake.store.engine import Applied, Replacement

MARKS = NamedNode("https://lake.example.org/graph/provenance")
OTHER = NamedNode("https://lake.example.org/graph/entailed")
FIRST, SECOND = NamedNode("urn:a"), NamedNode("urn:b")


def graphs(*quads: Quad) -> dict[NamedNode | DefaultGraph, list[str]]:
    """Quads as what engines take."""
    found: dict[NamedNode | DefaultGraph, list[str]] = {}
    for item in quads:
        found.setdefault(item.graph_name, []).append(f"{item.triple} .")  # type: ignore[arg-type]
    return found


def quad(subject: NamedNode, value: str, graph: NamedNode | DefaultGraph | None = None) -> Quad:
    return Quad(subject, NamedNode("urn:p"), Literal(value), graph or DefaultGraph())


@pytest.fixture(params=["disk", "memory"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(MARKS, tmp_path / "store" if request.param == "disk" else None)


def test_an_empty_engine_has_no_mark(engine: EmbeddedEngine) -> None:
    assert engine.applied() is None
    assert engine.size() == 0


def test_a_replacement_empties_subjects_in_every_graph(engine: EmbeddedEngine) -> None:
    engine.replace(
        Replacement((), graphs(quad(FIRST, "1"), quad(FIRST, "1", OTHER), quad(SECOND, "1"))), Applied(1, "aa")
    )
    engine.replace(Replacement([FIRST], graphs(quad(FIRST, "2", MARKS))), Applied(2, "bb"))
    assert set(engine.quads()) == {quad(FIRST, "2", MARKS), quad(SECOND, "1")}
    assert engine.applied() == Applied(2, "bb")


def test_replacing_twice_is_replacing_once(engine: EmbeddedEngine) -> None:
    said = quad(FIRST, 'a "quoted"\n\\text\u0000\u0085\u2028é', OTHER)
    change = Replacement([FIRST], graphs(said))
    engine.replace(change, Applied(1, "aa"))
    once = set(engine.quads())
    engine.replace(change, Applied(1, "aa"))
    assert set(engine.quads()) == once == {said}


def test_a_load_counts_when_it_is_complete(engine: EmbeddedEngine) -> None:
    engine.replace(Replacement((), graphs(quad(SECOND, "1"))), Applied(6, "bb"))

    def parts_that_fail() -> object:
        yield graphs(quad(FIRST, "1"))
        assert list(engine.quads()) == [quad(SECOND, "1")]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.load(parts_that_fail(), Applied(7, "cc"))  # type: ignore[arg-type]
    assert engine.applied() == Applied(6, "bb")
    assert list(engine.quads()) == [quad(SECOND, "1")]
    engine.load([graphs(quad(FIRST, "1"))], Applied(7, "cc"))
    assert engine.applied() == Applied(7, "cc")
    assert list(engine.quads()) == [quad(FIRST, "1")]
    engine.clear()
    assert (engine.applied(), engine.size()) == (None, 0)


def test_a_view_that_was_loaded_again_is_the_only_one_that_is_kept(tmp_path: Path) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "store")
    for number in (1, 2, 3):
        engine.load([graphs(quad(FIRST, str(number)))], Applied(number, "aa"))
    assert sorted(entry.name for entry in (tmp_path / "store").iterdir()) == ["4", "current"]
    engine.close()
    (tmp_path / "store" / "5").mkdir()
    engine = EmbeddedEngine(MARKS, tmp_path / "store")
    assert list(engine.quads()) == [quad(FIRST, "3")]
    assert sorted(entry.name for entry in (tmp_path / "store").iterdir()) == ["4", "current"]


def test_an_answer_can_be_read_to_its_end_while_another_view_takes_over(tmp_path: Path) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "store")
    engine.load([graphs(*many())], Applied(1, "aa"))
    answer = engine.query("SELECT ?o { ?s <urn:p> ?o }")
    assert next(answer) is not None  # type: ignore[call-overload]
    engine.load([graphs(quad(FIRST, "new"))], Applied(2, "bb"))
    assert engine.size() == 1
    assert len([*answer]) == MANY - 1  # type: ignore[misc]
    del answer
    engine.load([graphs(quad(FIRST, "newer"))], Applied(3, "cc"))
    assert sorted(entry.name for entry in (tmp_path / "store").iterdir()) == ["4", "current"]


def test_the_mark_is_no_part_of_the_data(engine: EmbeddedEngine) -> None:
    engine.replace(Replacement((), graphs(quad(FIRST, "1"))), Applied(1, "aa"))
    assert engine.size() == 1
    assert list(engine.quads()) == [quad(FIRST, "1")]


def test_errors_in_queries_name_the_place(engine: EmbeddedEngine) -> None:
    with pytest.raises(QueryError) as caught:
        engine.query("SELECT *\nWHERE { ?s ?p }")
    assert caught.value.code == "query.syntax"
    assert caught.value.place is not None and caught.value.place.line == 2


def test_a_store_belongs_to_one_process(tmp_path: Path) -> None:
    engine = EmbeddedEngine(MARKS, tmp_path / "store")
    program = (
        "import sys; from pathlib import Path; from pyoxigraph import NamedNode\n"
        "from modellake.core.errors import UnavailableError\n"
        "from modellake.store.embedded import EmbeddedEngine\n"
        "try: EmbeddedEngine(NamedNode('urn:m'), Path(sys.argv[1]))\n"
        "except UnavailableError as error: print(error.code, error.exit_status)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "store")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "view.locked 4\n"
    engine.close()
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""


def test_a_damaged_store_says_how_to_make_it_again(tmp_path: Path) -> None:
    EmbeddedEngine(MARKS, tmp_path / "store").close()
    next((tmp_path / "store").glob("*/CURRENT")).write_bytes(b"nothing")
    with pytest.raises(UnavailableError) as caught:
        EmbeddedEngine(MARKS, tmp_path / "store")
    assert "modellake rebuild" in str(caught.value.remedy)


MANY = 20_000


def many() -> list[Quad]:
    return [quad(NamedNode(f"urn:s{number:05}"), str(number)) for number in range(MANY)]


def ends(engine: EmbeddedEngine) -> int:
    """How many of the first and the last of `many` are there, at one moment."""
    text = f"SELECT ?s {{ VALUES ?s {{ <urn:s00000> <urn:s{MANY - 1:05}> }} ?s ?p ?o }}"
    return sum(1 for _ in engine.query(text))  # type: ignore[misc]


def test_a_reader_sees_many_quads_at_once_or_not_at_all(engine: EmbeddedEngine) -> None:
    seen, finished = set[int](), threading.Event()

    def read() -> None:
        while not finished.is_set():
            seen.add(ends(engine))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        engine.replace(Replacement((), graphs(*many())), Applied(1, "aa"))
    finally:
        finished.set()
        reader.join()
    assert ends(engine) == 2
    assert seen <= {0, 2}


ADDING = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from test_embedded import MARKS, graphs, many
from modellake.store.embedded import EmbeddedEngine
from modellake.store.engine import Applied, Replacement
engine = EmbeddedEngine(MARKS, Path(sys.argv[1]))
change = Replacement((), graphs(*many()))
print("adding", flush=True)
engine.replace(change, Applied(1, "aa"))
print("added", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("wait", [0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, None])
def test_a_process_killed_while_it_adds_leaves_all_or_nothing(tmp_path: Path, wait: float | None) -> None:
    arguments = [sys.executable, "-c", ADDING, str(tmp_path / "store"), str(Path(__file__).parent), *sys.path]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "adding\n"
        if wait is None:
            assert process.stdout.readline() == "added\n"
        else:
            threading.Event().wait(wait)
        process.kill()
    engine = EmbeddedEngine(MARKS, tmp_path / "store")
    whole = engine.applied() == Applied(1, "aa")
    assert whole or (engine.applied() is None and wait is not None)
    assert engine.size() == (MANY if whole else 0)
    assert ends(engine) == (2 if whole else 0)


def test_what_the_log_alone_holds_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in memory too."""

    def written(folder: Path) -> int:
        engine = EmbeddedEngine(MARKS, folder)
        for number in range(30):
            lines = [f'<urn:s{number}> <urn:p> "{item} {"x" * 100}" .' for item in range(100)]
            engine.replace(Replacement([NamedNode(f"urn:s{number - 1}")], {OTHER: lines}), Applied(number + 1, "aa"))
        return sum(path.stat().st_size for path in folder.glob("1/*.log"))

    unbounded = written(tmp_path / "unbounded")
    monkeypatch.setattr(embedded, "_MOST_IN_LOG", 500)
    assert written(tmp_path / "bounded") < unbounded / 2
