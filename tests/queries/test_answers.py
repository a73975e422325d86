"""Every named query gives the whole expected answer, in two engines, and nothing where there is nothing to say.

The expected answers are in ``expected/``, one file a query.
"""

from __future__ import annotations

import pytest
from lakes_to_ask import HERE, Case, Engines, bound, cases_in, engines_with, quads_of
from pyoxigraph import RdfFormat, parse

from modellake.rdf.assets import ontology_dir
from modellake.rdf.queries import list_named, load_named
from modellake.rdf.syntax import check_read, inspect

QUERIES = [query.name for query in list_named()]
CASES = [case for path in sorted((HERE / "expected").glob("*.txt")) for case in cases_in(path)]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")


@pytest.fixture(scope="module")
def example() -> Engines:
    return engines_with(quads_of("example", "provenance"))


@pytest.fixture(scope="module")
def small() -> Engines:
    return engines_with(quads_of("small"))


@pytest.fixture(scope="module")
def empty() -> Engines:
    return engines_with(quads_of(None))


def test_every_query_has_an_expected_answer():
    assert sorted({case.query for case in CASES}) == QUERIES
    assert all(any(case.rows for case in CASES if case.query == name) for name in QUERIES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_answer_is_the_expected_one(case: Case, example: Engines):
    text = bound(load_named(case.query), case.params)
    check_read(text)
    assert example.ask("oxigraph", text) == (case.columns, case.rows)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rdflib_gives_the_same_answer(case: Case, example: Engines):
    columns, rows = example.ask("rdflib", bound(load_named(case.query), case.params))
    assert columns == case.columns
    assert sorted(rows) == sorted(case.rows)  # the order of unlike terms is left to engines


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize("case", [case for case in CASES if case.params], ids=str)
def test_a_lake_that_does_not_know_gives_no_answer(case: Case, engine: str, small: Engines):
    assert small.ask(engine, bound(load_named(case.query), case.params)) == (case.columns, [])


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize("name", QUERIES)
def test_an_empty_lake_gives_no_answer(name: str, engine: str, empty: Engines):
    assert empty.ask(engine, load_named(name).text)[1] == []


# What is asked for all at once is not the sum of what is asked for each.
NOT_FOR_ALL = {
    "energy-use": "it adds up",
    "version-differences": "two versions are compared, and all with all do not differ",
    "risk-class": "without a time it gives the latest",
    "affected-deployments": "a status is bound where none is given",
    "recent-changes": "a limit is bound where none is given",
}


@pytest.mark.parametrize("name", [name for name in QUERIES if name not in NOT_FOR_ALL])
def test_an_unbound_query_asks_for_all(name: str, example: Engines):
    """As it stands in its file, without binding, a query answers at least what it answers for one resource."""
    rows = {row for case in CASES if case.query == name for row in case.rows}
    assert rows <= set(example.ask("oxigraph", load_named(name).text)[1])


@pytest.mark.parametrize("name", QUERIES)
def test_a_header_says_what_a_reader_needs(name: str):
    query = load_named(name)
    assert all((query.title, query.question.endswith("?"), query.source, query.example))
    words = query.example.split()
    assert words[:3] == ["modellake", "query", name]
    given = {item.split("=")[0] for item in words[3:] if "=" in item}
    assert {parameter.name for parameter in query.params if parameter.required} <= given
    assert given <= {parameter.name for parameter in query.params}
    places = {block.name for block in inspect(query.text).parameters}
    assert places == {parameter.name for parameter in query.params}
    assert all(parameter.text for parameter in query.params)


def test_names_are_unique():
    from modellake.rdf.assets import query_dir

    stems = [path.stem for path in query_dir().rglob("*.rq") if path.parent.name not in ("ontology", "engine")]
    assert sorted(stems) == QUERIES


def test_all_competency_questions_are_answered():
    asked = " ".join(query.question for query in list_named())
    assert [number for number in range(1, 22) if f"CQ{number:02}" not in asked] == []


def test_the_facets_are_those_of_the_ontology(example: Engines):
    """Each property is in the facet that the ontology puts it in, asked of a resource that has them all."""
    scheme = parse(path=str(ontology_dir() / "schemes" / "facets.ttl"), format=RdfFormat.TURTLE)
    facet_of = {
        quad.object.value: quad.subject.value.partition("#")[2]
        for quad in scheme
        if quad.predicate.value.endswith("#groupsProperty")
    }
    assert len(facet_of) > 100
    special = ("hasParameterSetting", "hasObservation", "hasDisclosure")
    lines = [f"<urn:r> <{name}> <urn:v> ." for name in facet_of if not name.endswith(special)]
    store = engines_with(list(parse("\n".join(lines), format=RdfFormat.N_TRIPLES))).oxigraph
    text = load_named("five-w-one-h").text.replace("VALUES ?resource { UNDEF }", "VALUES ?resource { <urn:r> }")
    found = {row["property"].value: row["facet"].value for row in store.query(text)}
    assert found == {name: facet for name, facet in facet_of.items() if not name.endswith(special)}


def test_lower_is_better_for_the_metrics_of_the_ontology_that_say_so():
    scheme = parse(path=str(ontology_dir() / "schemes" / "metrics.ttl"), format=RdfFormat.TURTLE)
    lower = {
        f"metric:{quad.subject.value.partition('#')[2]}"
        for quad in scheme
        if quad.predicate.value.endswith("#higherIsBetter") and quad.object.value == "false"
    }
    text = load_named("leaderboard").text
    listed = text[text.index("NOT IN (\n") :].partition(")) AS")[0].removeprefix("NOT IN (")
    assert {name.strip() for name in listed.split(",")} == lower


def test_values_of_any_type_are_sorted_as_text():
    """Oxigraph 0.5 aborts the process when it is to sort numbers, dates and texts among each other."""
    from modellake.rdf.assets import query_dir

    mixed = {"?value", "?time", "?issued", "?started", "?occurred"}
    orders = {
        path.stem: path.read_text(encoding="utf-8").rpartition("ORDER BY")[2] for path in query_dir().rglob("*.rq")
    }
    assert {name: mixed & set(order.split()) for name, order in orders.items() if mixed & set(order.split())} == {}
