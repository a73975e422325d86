"""Engines ask other services through a relay, which asks by our rules."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from modellake.core.errors import QueryError, UnavailableError
from modellake.store.child import ChildEngine
from modellake.store.federation import Federation
from modellake.store.fetching import Outside
from modellake.store.plain import PlainEngine
from modellake.store.process import Limits
from remote_servers import Elsewhere, elsewhere

BASE = "http://example.org/"


@pytest.fixture
def other() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


def rows(federation: Federation, text: str, engine: PlainEngine | ChildEngine | None = None) -> list[object]:
    outlet = engine.outlet if isinstance(engine, ChildEngine) else None
    with federation.journey(text, base=BASE, outlet=outlet) as journey:
        answer = (engine or PlainEngine()).query(journey.text, base=BASE)
        return [row[0] for row in answer]  # type: ignore[union-attr]


def allowing(*iris: str, seconds: float = 30) -> Federation:
    return Federation(Outside(frozenset(iris), seconds=seconds))


def test_a_service_is_asked(other: Elsewhere) -> None:
    text = f"PREFIX e: <{other.url('')}> SELECT ?o {{ SERVICE e:sparql {{ ?s ?p ?o }} }}"
    assert rows(allowing(other.url("sparql")), text) == [Literal("from elsewhere")]


def persistent(federation: Federation, text: str, engine: ChildEngine) -> list[object] | None:
    """The rows; None while the engine or its way to the relay is not there."""
    try:
        return rows(federation, text, engine)
    except (UnavailableError, QueryError) as error:
        error.__cause__ = error.__context__ = None
        code = error.with_traceback(None).code
    gc.collect()  # in this thread, whose answers may not be let go of in another one
    assert code in ("engine.unreachable", "engine.interrupted", "query.service-failed")
    return None


def test_a_child_without_a_network_asks_too(other: Elsewhere, tmp_path: Path) -> None:
    engine = ChildEngine(NamedNode("urn:marks"), tmp_path / "view", (), Limits(seconds=30))
    text = f"SELECT ?o {{ SERVICE <{other.url('sparql')}> {{ ?s ?p ?o }} }}"
    federation = allowing(other.url("sparql"))
    try:
        assert rows(federation, text, engine) == [Literal("from elsewhere")]
        engine._process.kill()
        while (found := persistent(federation, text, engine)) is None:
            time.sleep(0.05)
        assert found == [Literal("from elsewhere")]
    finally:
        engine.close()


def test_two_services_in_one_query(other: Elsewhere) -> None:
    iri = other.url("sparql")
    text = f"SELECT ?o {{ {{ SERVICE <{iri}> {{ ?s ?p ?o }} }} UNION {{ SERVICE SILENT <{iri}> {{ ?a ?b ?o }} }} }}"
    assert rows(allowing(iri), text) == [Literal("from elsewhere")] * 2
    assert len(other.seen) == 2


def test_what_a_service_is_to_ask_is_left_to_it(other: Elsewhere) -> None:
    iri = other.url("sparql")
    federation = allowing(iri, "http://inner.example.org/")
    text = f"SELECT ?o {{ SERVICE <{iri}> {{ ?s ?p ?o SERVICE <http://inner.example.org/> {{ ?a ?b ?c }} }} }}"
    with federation.journey(text, base=BASE) as journey:
        assert "<http://inner.example.org/>" in journey.text
        assert iri not in journey.text


def refused(federation: Federation, text: str) -> QueryError:
    """The error, without frames: what they hold of an engine must not be let go of in another thread."""
    try:
        found = rows(federation, text)
    except QueryError as error:
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)
    raise AssertionError(found)


def test_what_is_refused_while_a_query_is_evaluated(other: Elsewhere) -> None:
    iri = other.url("first")
    other.moved = {"first": (307, "http://169.254.169.254/latest/meta-data/")}
    text = f"SELECT ?o {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}"
    assert refused(allowing(iri), text).code == "remote.redirect"
    assert rows(allowing(iri), text.replace("SERVICE", "SERVICE SILENT")) in ([], [None])


def test_services_that_fail_are_named_without_the_relay(other: Elsewhere) -> None:
    iri = other.url("absent")
    error = refused(allowing(iri), f"SELECT ?o {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}")
    assert error.code == "query.service-failed"
    assert iri in error.message


def test_no_variable_names_a_service() -> None:
    text = "SELECT ?o { VALUES ?where { <http://127.0.0.1:9/> } SERVICE ?where { ?s ?p ?o } }"
    assert refused(allowing("*"), text).code == "query.service-not-allowed"


def test_time_is_bounded(other: Elsewhere) -> None:
    iri = other.url("silent")
    text = f"SELECT ?o {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}"
    assert refused(allowing(iri, seconds=0.3), text).code == "query.service-failed"


def test_a_relay_serves_nobody_else(other: Elsewhere) -> None:
    import urllib.error
    import urllib.request

    iri = other.url("sparql")
    federation = allowing(iri)
    with federation.journey(f"SELECT * {{ SERVICE <{iri}> {{ }} }}", base=BASE) as journey:
        relayed = journey.text.partition("<")[2].partition(">")[0]
        for url in (relayed + "x", relayed.rpartition("/")[0] + "/"):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(url, b"ASK {}")
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(relayed, b"ASK {}")
    assert other.seen == []


def loading(iri: str, text: str) -> PlainEngine:
    engine = PlainEngine()
    federation = Federation(Outside(), Outside(frozenset({iri})))
    engine.update(federation.loaded(text, base=BASE), base=BASE)
    return engine


def test_loads(other: Elsewhere) -> None:
    iri = other.url("document")
    engine = loading(
        iri, f"PREFIX e: <{BASE}> LOAD <{iri}> INTO GRAPH e:g ; INSERT DATA {{ e:a e:b 'after' }} ; LOAD <{iri}>"
    )
    found = {(str(quad.subject), str(quad.object), str(quad.graph_name)) for quad in engine.store}
    assert (f"<{other.url('a')}>", '"loaded"', f"<{BASE}g>") in found
    assert len(engine.store) == 5
    assert any(item[1] == f"<{iri}#here>" for item in found)
    blanks = {subject for subject, _, _ in found if subject.startswith("_:")}
    assert len(blanks) == 2


@pytest.mark.parametrize("path", ["absent", "sparql", "silent"])
def test_loads_that_fail(other: Elsewhere, path: str) -> None:
    iri = other.url(path)
    federation = Federation(Outside(), Outside(frozenset({iri}), seconds=0.5))
    with pytest.raises(QueryError) as caught:
        federation.loaded(f"LOAD <{iri}>", base=BASE)
    assert caught.value.code == "update.load-failed"
    assert "INSERT DATA {  }" in federation.loaded(f"LOAD SILENT <{iri}>", base=BASE)
