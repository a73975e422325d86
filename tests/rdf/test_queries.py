"""Named queries: their headers, and parameters that can only ever be terms."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from modellake.core.errors import NotFoundError, QueryError, UsageError
from modellake.core.vocab import XSD
from modellake.rdf.queries import NamedQuery, Parameter, bind, is_query_name, list_named, load_named, read_query

HEADER = """# title: What is echoed
# question: Which values
# question: did I give?
# source: nobody
# param: node iri required  A node
# param: word string optional  A word
# param: count integer optional default=7 A count
# param: share decimal optional  A share
# param: flag boolean optional  A flag
# param: when dateTime optional  A time
# param: limit integer optional default=100 How many rows
# example: modellake query echo --param node=acme/churn
"""
TEXT = """PREFIX lake: <https://w3id.org/model-lake#>
# title: not part of the header
SELECT * WHERE {
  VALUES ?node { UNDEF } # VALUES ?node { UNDEF } in a comment stays
  VALUES ?word { UNDEF }
  VALUES ?count { UNDEF }
  VALUES ?share { UNDEF }
  VALUES ?flag { UNDEF }
  VALUES ?when { UNDEF }
  BIND("VALUES ?node { UNDEF }" AS ?text)
}
LIMIT 100
"""
NODE = NamedNode("https://e/n")
INT_THREE = Literal("3", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#int"))


def written(folder: Path, text: str, name: str = "echo") -> NamedQuery:
    path = folder / f"{name}.rq"
    path.write_text(text, encoding="utf-8")
    return read_query(path)


@pytest.fixture
def echo(tmp_path) -> NamedQuery:
    return written(tmp_path, HEADER + TEXT)


def answer(text: str) -> list[dict[str, object]]:
    solutions = Store().query(text)
    names = [variable.value for variable in solutions.variables]
    return [{name: row[name] for name in names} for row in solutions]


def test_a_header_is_read(echo):
    assert (echo.name, echo.title, echo.source) == ("echo", "What is echoed", "nobody")
    assert echo.question == "Which values did I give?"
    assert echo.example == "modellake query echo --param node=acme/churn"
    assert echo.params[0] == Parameter("node", "iri", required=True, text="A node")
    assert echo.params[2] == Parameter("count", "integer", required=False, text="A count", default="7")
    assert echo.theme == echo.path.parent.name


def test_a_file_is_sparql_as_it_stands(echo):
    (row,) = answer(echo.text)
    assert {name for name, value in row.items() if value is not None} == {"text"}


def test_all_types_are_bound(echo):
    text = bind(
        echo, node=NODE, word='a "b" } \\ \n', count=3, share=0.000_001, flag=True, when="2026-08-27T10:00:00Z", limit=5
    )
    (row,) = answer(text)
    assert row["node"] == NODE
    assert row["word"] == Literal('a "b" } \\ \n')
    assert row["count"] == Literal("3", datatype=XSD.integer)
    assert row["share"] == Literal("0.000001", datatype=XSD.decimal)
    assert row["flag"] == Literal("true", datatype=XSD.boolean)
    assert row["when"] == Literal("2026-08-27T10:00:00Z", datatype=XSD.dateTime)
    assert text.rstrip().endswith("LIMIT 5")
    assert row["text"] == Literal("VALUES ?node { UNDEF }")
    assert "{ UNDEF } in a comment stays" in text


def test_defaults_are_bound_and_the_rest_stays_open(echo):
    (row,) = answer(bind(echo, node=NODE, word=None))
    assert row["count"] == Literal("7", datatype=XSD.integer)
    assert row["word"] is None


def test_several_values_are_alternatives(echo):
    rows = answer(bind(echo, node=[NODE, "https://e/m"], count=(1, 2)))
    assert sorted((str(row["node"]), row["count"].value) for row in rows) == [
        ("<https://e/m>", "1"),
        ("<https://e/m>", "2"),
        ("<https://e/n>", "1"),
        ("<https://e/n>", "2"),
    ]
    assert answer(bind(echo, node=[])) == []


def test_terms_are_taken_as_they_are(echo):
    text = bind(echo, node=NODE, count=INT_THREE, share=Decimal("0.50"))
    assert f"VALUES ?count {{ {INT_THREE} }}" in text
    assert 'VALUES ?share { "0.50"^^' in text


def test_names_are_resolved(echo):
    asked: list[str] = []

    def resolve(name: str) -> NamedNode:
        asked.append(name)
        return NamedNode(f"https://lake/{name}")

    for given_name, expected in (
        ("acme/churn@1.2", "https://lake/acme/churn@1.2"),
        ("lake:Model", "https://w3id.org/model-lake#Model"),
        ("http://e/x", "http://e/x"),
        ("urn:x:y", "urn:x:y"),
    ):
        (row,) = answer(bind(echo, resolve=resolve, node=given_name))
        assert row["node"] == NamedNode(expected)
    assert asked == ["acme/churn@1.2"]
    with pytest.raises(UsageError) as caught:
        bind(echo, node="acme/churn")
    assert caught.value.code == "iri.malformed"
    assert "The parameter 'node' takes an IRI" in caught.value.message


def test_what_is_missing_or_unknown_is_named(echo):
    with pytest.raises(UsageError) as caught:
        bind(echo)
    assert caught.value.code == "query.parameter-missing"
    assert "'node'" in str(caught.value)
    with pytest.raises(UsageError) as caught:
        bind(echo, node=NODE, cuont=1)
    assert caught.value.code == "query.parameter-unknown"
    assert "count" in caught.value.remedy


@pytest.mark.parametrize(
    "values",
    [
        {"count": "x"},
        {"count": 1.5},
        {"count": True},
        {"count": NODE},
        {"share": "1e5"},
        {"share": float("nan")},
        {"share": float("inf")},
        {"flag": "yes"},
        {"when": "yesterday"},
        {"when": "2026-13-01T00:00:00Z"},
        {"when": "2026-01-01T25:00:00Z"},
        {"limit": "9" * 5000},
        {"node": Literal("x")},
        {"word": b"x"},
        {"word": NODE},
        {"limit": -1},
        {"limit": [1, 2]},
        {"count": [1, "x"]},
    ],
)
def test_values_of_another_type_are_refused(echo, values):
    with pytest.raises(UsageError) as caught:
        bind(echo, **{"node": NODE, **values})
    assert caught.value.code == "query.parameter-type"


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_becomes_syntax(text):
    query = NamedQuery("q", "", "", "", (Parameter("word", "string", True, ""),), "", WORD, Path("q.rq"))
    bound = bind(query, word=text)
    (row,) = answer(bound)
    assert row == {"word": Literal(text)}


WORD = "SELECT * { VALUES ?word { UNDEF } }"


@given(st.text())
def test_no_name_becomes_syntax(text):
    query = NamedQuery("q", "", "", "", (Parameter("node", "iri", True, ""),), "", NODES, Path("q.rq"))
    try:
        bound = bind(query, node=text)
    except UsageError as error:
        assert error.code == "iri.malformed"
    else:
        (row,) = answer(bound)
        assert isinstance(row["node"], NamedNode)


NODES = "SELECT * { VALUES ?node { UNDEF } }"


@pytest.mark.parametrize(
    "header",
    [
        "# param: word string",
        "# param: word text required  A word",
        "# param: word",
        "# param: other iri required  Not there",
    ],
)
def test_malformed_headers_are_refused_with_their_place(tmp_path, header):
    with pytest.raises(QueryError) as caught:
        written(tmp_path, f"# title: x\n{header}\n{WORD}")
    assert caught.value.code == "query.header"
    assert caught.value.place.document.endswith("echo.rq")


@pytest.mark.parametrize("name", ["contents", "produced-by", "five-w-one-h", "ASK", "cq01"])
def test_names(name):
    assert is_query_name(name)


@pytest.mark.parametrize("text", ["", "ASK {}", "SELECT ?s { ?s ?p ?o }", "a b", "a--b", "-a", "a.rq", "é"])
def test_no_names(text):
    assert not is_query_name(text)


def test_the_queries_of_the_project_are_found_by_name():
    queries = list_named()
    assert [query.name for query in queries] == sorted(query.name for query in queries)
    for query in queries:
        assert load_named(query.name) == query
    with pytest.raises(NotFoundError) as caught:
        load_named("contens")
    assert caught.value.code == "query.unknown"
    assert "contents" in caught.value.remedy
    with pytest.raises(NotFoundError) as caught:
        load_named("../secret")
    assert "--list" in caught.value.remedy
