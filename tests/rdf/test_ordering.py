"""ORDER BY without circles: what is asked stays what is asked, and Oxigraph stays alive."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from modellake.core.errors import QueryError
from modellake.rdf.ordering import totally_ordered

XSD = "http://www.w3.org/2001/XMLSchema#"
PREDICATE = NamedNode("http://example.org/p")
SORTED = "SELECT ?o { ?s ?p ?o } ORDER BY %s"
# Values that Oxigraph sorts in circles, and a query; in a process of its own, which it may end.
PROGRAM = """
import sys
from pyoxigraph import Literal, NamedNode, Quad, Store
from modellake.rdf.ordering import totally_ordered
integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
store, text = Store(), "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
for number in range(400):
    value = str(number * 7919 % 1000)
    term = Literal(value) if number % 2 else Literal(value, datatype=integer)
    store.add(Quad(NamedNode(f"http://example.org/{number}"), integer, term))
print(len(list(store.query(totally_ordered(text) if sys.argv[1] == "ordered" else text))))
"""


def run(how: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", PROGRAM, how]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_oxigraph_ends_the_process_and_we_do_not_let_it() -> None:
    """Should this fail in its second half, Oxigraph has learned to sort, and all of this can go."""
    assert run("ordered").stdout == "400\n"
    assert run("as it is").returncode != 0


def literal(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


def rows(store: Store, text: str) -> list[object]:
    return [row[0] for row in store.query(text)]  # type: ignore[union-attr]


def filled(*terms: Literal | NamedNode | BlankNode) -> Store:
    store = Store()
    store.extend(Quad(NamedNode(f"http://example.org/{n}"), PREDICATE, term) for n, term in enumerate(terms))
    return store


@pytest.mark.parametrize("condition", ["?o", "ASC(?o)", "(?o)"])
def test_values_of_one_kind_keep_their_order(condition: str) -> None:
    kinds: list[list[Literal | NamedNode]] = [
        [literal(value, "integer") for value in ("-10", "-9", "0", "9", "10", "100000000000000001")],
        [literal(value, "decimal") for value in ("-1.5", "0.25", "9.5", "10.5")],
        [literal(value, "double") for value in ("-INF", "-1000", "0", "150", "INF")],
        [Literal(value) for value in ("", "10", "9", "Z", "a", "ä")],
        [NamedNode(f"http://example.org/{value}") for value in ("10", "9", "a")],
        [literal(f"2020-01-01T{time}", "dateTime") for time in ("01:00:00-12:00", "14:00:00Z", "15:00:00Z")],
        [literal(f"2020-01-01T{time}", "dateTime") for time in ("00:30:00", "01:00:00", "23:59:59")],
        [literal(value, "date") for value in ("2019-12-31", "2020-01-01", "2020-02-01")],
        [literal(value, "boolean") for value in ("false", "true")],
    ]
    for values in kinds:
        shuffled = random.Random(1).sample(values, len(values))
        store = filled(*shuffled)
        assert rows(store, totally_ordered(SORTED % condition)) == values
        descending = condition.replace("ASC", "") if "ASC" in condition else f"({condition})"
        assert rows(store, totally_ordered(SORTED % f"DESC{descending}")) == values[::-1]


def test_kinds_stand_one_behind_the_other() -> None:
    store = filled(Literal("a"), literal("5", "integer"), NamedNode("http://example.org/x"), BlankNode("b"))
    store.update("INSERT DATA { <http://example.org/none> <http://example.org/q> 1 }")
    text = "SELECT ?o { ?s ?q ?any OPTIONAL { ?s <http://example.org/p> ?o } } ORDER BY ?o"
    found = rows(store, totally_ordered(text))
    assert [type(term).__name__ for term in found] == ["NoneType", "BlankNode", "NamedNode", "Literal", "Literal"]
    assert found[-1] == Literal("a")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s ?p ?o }",
        "SELECT ?s { ?s ?p 'ORDER BY ?x' }",
        "SELECT ?order { ?order ?by ?o }",
        "SELECT ?s { ?s ?p ?o } ORDER BY",
        "SELECT ?s { ?s ?p ?o } ORDER BY }",
        "SELECT ?s { ?s ?p 'x } ORDER BY ?s",
        "",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert totally_ordered(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(COUNT(?o)) ?s LIMIT 3",
        "SELECT ?s (SUM(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING (SUM(?o) > 3) ORDER BY DESC(SUM(?o)) ?s OFFSET 1",
        "SELECT DISTINCT ?o { ?s ?p ?o } ORDER BY ?o",
        "SELECT ?o { { SELECT ?o { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 3 } } ORDER BY ?o",
        "SELECT ?o { ?s ?p ?o } ORDER BY (?o * -1) ?s",
        "SELECT ?o { ?s ?p ?o } ORDER BY <http://www.w3.org/2001/XMLSchema#string>(?o)",
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?o { ?s ?p ?o } ORDER BY DESC(xsd:string(?o)) ?s",
        "SELECT ?o { ?s ?p ?o } ORDER BY EXISTS { ?s ?p 3 } ?o",
        "SELECT ?o { ?s ?p ?o } ORDER BY NOT EXISTS { ?s ?p 3 } DESC(?o)",
        "SELECT ?o { ?s ?p ?o } ORDER BY STR(?o) # ?o",
        "SELECT ?o { ?s ?p ?o } order by if(?o > 3, ?o, -?o) VALUES ?p { <http://example.org/p> }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?o LIMIT 2",
        "DESCRIBE ?s { ?s ?p ?o } ORDER BY ?o LIMIT 1",
    ],
)
def test_answers_stay_the_same(text: str) -> None:
    store = filled(*(literal(str(number * 37 % 23), "integer") for number in range(12)))
    assert totally_ordered(text) != text or "STR(" in text or "xsd:string" in text or "COUNT" in text
    plain, ordered = (
        [tuple(row) if isinstance(row, tuple) or hasattr(row, "__getitem__") else row for row in store.query(one)]  # type: ignore[union-attr]
        for one in (text, totally_ordered(text))
    )
    assert list(map(str, plain)) == list(map(str, ordered))


def test_an_order_within_an_order_is_refused() -> None:
    inner = "EXISTS { SELECT ?x { ?x ?q ?y } ORDER BY ?y LIMIT 1 }"
    with pytest.raises(QueryError) as caught:
        totally_ordered(f"SELECT ?s {{ ?s ?p ?o }} ORDER BY {inner}")
    assert caught.value.code == "query.too-complex"


_TERMS = st.one_of(
    st.integers(-(10**18), 10**18).map(lambda value: literal(str(value), "integer")),
    st.floats().map(lambda value: literal(repr(value).replace("inf", "INF").replace("nan", "NaN"), "double")),
    st.sampled_from(["9007199254740993", "9007199254740992", "9007199254740991"]).map(lambda v: literal(v, "integer")),
    st.just(literal("9007199254740992", "double")),
    st.decimals(-1000, 1000, places=3).map(lambda value: literal(str(value), "decimal")),
    st.from_regex(r"-?[0-9]{1,5}[a-z]?", fullmatch=True).map(Literal),
    st.from_regex(r"2020-0[1-9]-0[1-9]T[01][0-9]:00:00(Z|[+-]1[0-3]:00)?", fullmatch=True).map(
        lambda value: literal(value, "dateTime")
    ),
    st.from_regex(r"P[0-9]{1,3}[YMD]", fullmatch=True).map(lambda value: literal(value, "duration")),
    st.sampled_from(["date", "gYear", "boolean", "dateTime", "integer"]).map(lambda kind: literal("broken", kind)),
    st.text(max_size=3).map(lambda value: Literal(value, language="de")),
    st.integers(0, 50).map(lambda value: NamedNode(f"http://example.org/{value}")),
    st.integers(0, 50).map(lambda value: BlankNode(f"b{value}")),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_TERMS, min_size=25, max_size=120), st.sampled_from(["?o", "DESC(?o)", "STR(?o)", "DESC(STR(?o))"]))
def test_every_order_is_total(terms: list[Literal | NamedNode | BlankNode], condition: str) -> None:
    """The same terms in any order come out in the same order, but for those of which no key tells one from another."""
    text = totally_ordered(SORTED % condition)
    once, again = filled(*terms), filled(*reversed(terms))
    assert [_shown(term) for term in rows(once, text)] == [_shown(term) for term in rows(again, text)]


def _shown(term: object) -> object:
    """A term as far as its order tells it."""
    return "blank" if isinstance(term, BlankNode) else getattr(term, "value", term)
