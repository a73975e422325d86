"""One behavior of all engines: embedded, child, any SPARQL service, with Virtuoso as a stranger's.

The same actions on a lake give equal answers, up to how an engine writes literals (docs/reference/engines.md).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import IRIS, KINDS, MARKS, NAMED, STATE, oxigraph_server
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from virtuoso_server import PROGRAM, VirtuosoServer

from lakes import BASE, CHURN, said, statements
from modellake.bootstrap import open_lake
from modellake.core.errors import QueryError, UnavailableError
from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.rdf.canon import normal_value
from modellake.store.child import ChildEngine
from modellake.store.embedded import EmbeddedEngine
from modellake.store.engine import Applied, Dataset, Engine, Graphs, Replacement
from modellake.store.process import find_oxigraph
from modellake.store.remote import Layout, RemoteEngine
from modellake.store.service import Service

pytest.importorskip("urllib3", reason="urllib3 is not installed: the extra serve")
A, B = NamedNode(f"{BASE}a"), NamedNode(f"{BASE}b")
OTHER = IRIS.graph("entailed")


@pytest.fixture(scope="module")
def virtuoso() -> Iterator[VirtuosoServer]:
    """A Virtuoso server of this module's own."""
    if not PROGRAM.exists():
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7")
    server = VirtuosoServer()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    """The address of a server that is a stranger's to the lake."""
    with oxigraph_server() as address:
        yield address


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which engine."""
    return str(request.param)


@pytest.fixture
def service(kind: str, request: pytest.FixtureRequest) -> Service | None:
    """The service of a remote engine, with nothing of ours in it."""
    if kind == "oxigraph":
        address = request.getfixturevalue("oxigraph")
        found = Service(f"{address}/query", f"{address}/update")
    elif kind == "virtuoso":
        server = request.getfixturevalue("virtuoso")
        found = Service(server.url, server.url, server.store)
    else:
        return None
    RemoteEngine(MARKS, found, Layout(STATE, NAMED)).clear()
    return found


@pytest.fixture
def engine(kind: str, service: Service | None, tmp_path: Path) -> Iterator[Engine]:
    """An empty engine."""
    made = opened(kind, service, tmp_path / "view")
    yield made
    made.close()


def opened(kind: str, service: Service | None, folder: Path) -> Engine:
    if service:
        return RemoteEngine(MARKS, service, Layout(STATE, NAMED))
    if kind == "child":
        return ChildEngine(MARKS, folder, NAMED)
    return EmbeddedEngine(MARKS, folder if kind == "disk" else None)


def line(subject: NamedNode, value: str) -> str:
    return f"{subject} <urn:p> {Literal(value)} ."


def held(engine: Engine) -> set[tuple[str, str, str]]:
    """Subject, value and graph of everything."""
    found: set[tuple[str, str, str]] = set()
    for quad in engine.quads():
        assert isinstance(quad.object, Literal)
        found.add((str(quad.subject), quad.object.value, str(quad.graph_name)))
    return found


DEFAULT = "DEFAULT"
GRAPHS: Graphs = {DefaultGraph(): [line(A, "1"), line(B, "1")], OTHER: [line(A, "1")]}


def test_an_empty_engine_has_no_mark(engine: Engine) -> None:
    assert (engine.applied(), engine.size(), held(engine)) == (None, 0, set())


def test_a_replacement_empties_subjects_in_every_graph(engine: Engine) -> None:
    engine.replace(Replacement((), GRAPHS), Applied(1, "aa", rules="r1"))
    assert engine.applied() == Applied(1, "aa", rules="r1")
    assert engine.size() == 3
    change = Replacement([A, NamedNode("urn:absent")], {MARKS: [line(A, "2")]})
    for _ in range(2):  # once more is the same
        engine.replace(change, Applied(2, "bb", rules="r1"))
        assert held(engine) == {(str(B), "1", DEFAULT), (str(A), "2", str(MARKS))}
        assert engine.applied() == Applied(2, "bb", rules="r1")


def test_texts_come_back_as_they_went_in(engine: Engine) -> None:
    texts = ['a "quoted"\n\\text\t', "é\u2028\u0085", "𝔸", "", "{ ?x } ; DROP ALL", "x" * 20_000, "a\u0000b"]
    engine.replace(Replacement([A], {OTHER: [line(A, text) for text in texts]}), Applied(1, "aa"))
    assert {value for _, value, _ in held(engine)} == set(texts)


def test_a_load_replaces_everything(engine: Engine) -> None:
    engine.replace(Replacement((), GRAPHS), Applied(1, "aa"))
    many = [line(NamedNode(f"urn:s{number}"), str(number)) for number in range(2500)]
    engine.load(iter([{OTHER: many}, {MARKS: [line(B, "x")]}]), Applied(7, "cc"))
    assert engine.applied() == Applied(7, "cc")
    assert engine.size() == 2501
    assert (str(A), "1", DEFAULT) not in held(engine)
    engine.clear()
    assert (engine.applied(), engine.size()) == (None, 0)


def test_a_load_that_is_cut_short_shows_what_was_or_says_so(engine: Engine) -> None:
    engine.replace(Replacement((), GRAPHS), Applied(1, "aa"))

    def parts() -> Iterator[Graphs]:
        yield {OTHER: [line(A, "new")]}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.load(parts(), Applied(2, "bb"))
    if engine.capabilities.answers_while_loading:
        assert engine.applied() == Applied(1, "aa")
        assert engine.size() == 3
    else:
        assert engine.applied() == Applied(2, "bb", loading=True)


def test_questions_of_every_form(engine: Engine) -> None:
    engine.replace(Replacement((), GRAPHS), Applied(1, "aa"))
    rows = engine.query("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s")
    assert [[str(row["s"]), row["o"].value] for row in rows] == [[str(A), "1"], [str(B), "1"]]  # type: ignore
    assert bool(engine.query("ASK { <a> ?p ?o }", base=BASE)) is True
    assert bool(engine.query("ASK { <urn:c> ?p ?o }")) is False
    triples = engine.query("CONSTRUCT { ?o_ ?p ?s } WHERE { ?s ?p ?o BIND(?s AS ?o_) }")
    assert {str(triple.subject) for triple in triples} == {str(A), str(B)}  # type: ignore[union-attr]
    found = engine.query(f"SELECT ?g {{ GRAPH ?g {{ {A} ?p ?o }} }}")
    assert [str(row["g"]) for row in found] == [str(OTHER)]  # type: ignore[union-attr]


def test_graphs_are_asked_by_from_and_by_the_protocol(engine: Engine) -> None:
    engine.replace(Replacement((), GRAPHS), Applied(1, "aa"))
    count = "SELECT ?s {} WHERE {{ ?s <urn:p> ?o }}"
    assert len([*engine.query(count.format(f"FROM {OTHER}"))]) == 1  # type: ignore[misc]
    assert len([*engine.query(count.format(""), dataset=Dataset((OTHER,)))]) == 1  # type: ignore[misc]
    assert len([*engine.query(count.format(""), dataset=Dataset())]) == 0  # type: ignore[misc]


def test_a_malformed_query_is_an_error_with_its_place(engine: Engine) -> None:
    with pytest.raises(QueryError) as caught:
        engine.query("SELECT *\nWHERE { ?s ?p }", base=BASE)
    assert caught.value.code == "query.syntax"


def test_a_query_that_cannot_be_evaluated_is_the_fault_of_the_query(engine: Engine) -> None:
    with pytest.raises((QueryError, UnavailableError)) as caught:
        [*engine.query("SELECT (<urn:f>(1) AS ?x) {}")]  # type: ignore[misc]
    oxigraph = not isinstance(engine, RemoteEngine) or isinstance(engine, ChildEngine)
    assert caught.value.code == "query.evaluation" or not oxigraph


FIRST = CHURN + '<dataset/d> a lake:Dataset ; dct:title "D"@en-US ; dcat:keyword "a", "b" .'
SECOND = """
<model/acme/churn> a lake:Model ; dct:title "Churn, again" .
<dataset/d> a lake:Dataset ; dct:title "D" ; dct:issued "2026-01-31T10:00:00.50Z"^^xsd:dateTime .
<dataset/e> a lake:Dataset ; dct:title "E" ; dcat:byteSize 12345678901 .
"""


def perform(lake: Lake) -> None:
    """What people do to a lake."""
    said(lake, FIRST)
    said(lake, SECOND, source="urn:source:b")
    said(lake, CHURN)  # withdraws what is said of the dataset
    wrong, right = statements('<dataset/e> dct:title "E" .'), statements('<dataset/e> dct:title "Epsilon" .')
    lake.curate(add=right, remove=wrong, reason="A better name")


def answers(lake: Lake, at: int | None = None) -> list[object]:
    """What a lake answers, compared by value."""
    everything = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    marks = LAKE.appliedSequence
    rows = lake.query(everything, as_of=at).rows
    found = {tuple(term and normal_value(term) for term in row) for row in rows if row[2] != marks}
    titles = "SELECT ?t { ?r a lake:Dataset ; dct:title ?t } ORDER BY STR(?t)"
    return [found, lake.query(titles, as_of=at).column("t"), lake.query("contents", as_of=at).rows]


def test_the_same_actions_on_a_lake_give_the_same_answers(
    kind: str, service: Service | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if service and service.store:
        monkeypatch.setenv("MODELLAKE_ENGINE_STORE", service.store)
    store = service.query if service else "child" if kind == "child" else "embedded"
    place, reference = tmp_path / "lake", tmp_path / "reference"
    with open_lake(place, create=True, base_iri=BASE, store=store) as lake:
        perform(lake)
        shown, past = answers(lake), answers(lake, 2)
        lake.rebuild()
        assert answers(lake) == shown
    reference.mkdir()
    shutil.copy(place / "ledger.sqlite", reference / "ledger.sqlite")
    with open_lake(reference, store="embedded") as lake:
        assert answers(lake) == shown
        assert answers(lake, 2) == past
        said(lake, '<dataset/f> a lake:Dataset ; dct:title "F" .', source="urn:source:f")
        said(lake, '<dataset/f> a lake:Dataset ; dct:title "G" .', source="urn:source:f")
        expected = answers(lake)
    # Behind by two commits, it catches up commit by commit.
    shutil.copy(reference / "ledger.sqlite", place / "ledger.sqlite")
    with open_lake(place, store=store) as lake:
        assert lake.view.lag() == 0
        assert answers(lake) == expected
        assert lake.verify(deep=True).conforms


def test_a_lake_that_gets_another_base_iri_leaves_nothing_behind(
    kind: str, service: Service | None, tmp_path: Path
) -> None:
    store = service.query if service else "child" if kind == "child" else "embedded"
    with open_lake(tmp_path, create=True, base_iri=BASE, store=store) as lake:
        said(lake, FIRST)
        lake.rebase("https://other.example.org/", reason="moved")
        assert lake.query("SELECT ?t { <https://other.example.org/dataset/d> dct:title ?t }").column("t") == ["D"]
        assert lake.verify(deep=True).conforms
        lake.view.engine.clear()
    if service:
        assert RemoteEngine(MARKS, service, Layout(STATE, NAMED)).size() == 0


def test_other_data_in_a_service_stay(oxigraph: str) -> None:
    engine = RemoteEngine(MARKS, Service(f"{oxigraph}/query", f"{oxigraph}/update"), Layout(STATE, NAMED))
    engine.clear()
    theirs = NamedNode("urn:theirs")
    neighbor = RemoteEngine(
        NamedNode("urn:m"), Service(f"{oxigraph}/query", f"{oxigraph}/update"), Layout(theirs, (NamedNode("urn:m"),))
    )
    neighbor.replace(Replacement((), {theirs: [line(A, "theirs")]}), Applied(1, "x"))
    engine.replace(Replacement([A], GRAPHS), Applied(1, "aa"))
    engine.clear()
    assert held(neighbor) == {(str(A), "theirs", DEFAULT)}
    neighbor.clear()


def test_literals_that_virtuoso_refuses_in_updates_are_loaded(virtuoso: VirtuosoServer) -> None:
    engine = RemoteEngine(MARKS, Service(virtuoso.url, virtuoso.url, virtuoso.store), Layout(STATE, NAMED))
    engine.clear()
    xsd = "http://www.w3.org/2001/XMLSchema#"
    hard = [
        f'{A} <urn:p> "P1Y"^^<{xsd}duration> .',
        f'{A} <urn:p> "12345678901234567890123"^^<{xsd}integer> .',
        line(A, "easy"),
    ]
    engine.replace(Replacement([A], {OTHER: hard}), Applied(1, "aa"))
    assert (engine.size(), engine.applied()) == (3, Applied(1, "aa"))


def test_the_program_of_the_child_is_that_of_the_extra() -> None:
    assert Path(find_oxigraph()).name == "oxigraph"


def test_a_store_belongs_to_one_process_whatever_the_engine(tmp_path: Path) -> None:
    first = ChildEngine(MARKS, tmp_path / "view", NAMED)
    try:
        for other in (
            lambda: EmbeddedEngine(MARKS, tmp_path / "view"),
            lambda: ChildEngine(MARKS, tmp_path / "view", NAMED),
        ):
            with pytest.raises(UnavailableError) as caught:
                other()
            assert caught.value.code == "view.locked"
    finally:
        first.close()
    embedded = EmbeddedEngine(MARKS, tmp_path / "view")
    assert [*embedded.quads()] == list[Quad]()
    embedded.close()
