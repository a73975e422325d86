"""Updates with the dataset that a request gives them."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Store

from modellake.core.errors import QueryError
from modellake.rdf.syntax import check_update
from modellake.rdf.using import with_using

ONE, TWO = NamedNode("urn:1"), NamedNode("urn:2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CLEAR ALL", "CLEAR ALL"),
        ("INSERT DATA { <urn:WHERE> <urn:p> 'WHERE' } # WHERE", "INSERT DATA { <urn:WHERE> <urn:p> 'WHERE' } # WHERE"),
        ("INSERT {} WHERE {}", "INSERT {}  USING <urn:1> USING NAMED <urn:2> WHERE {}"),
        ("delete where { ?s ?p ?o }", "delete { ?s ?p ?o } USING <urn:1> USING NAMED <urn:2> where { ?s ?p ?o }"),
        (
            "DELETE { ?s ?p ?o } WHERE { { SELECT * WHERE { ?s ?p ?o } } }",
            "DELETE { ?s ?p ?o }  USING <urn:1> USING NAMED <urn:2> WHERE { { SELECT * WHERE { ?s ?p ?o } } }",
        ),
    ],
)
def test_clauses(text: str, expected: str) -> None:
    found = with_using(text, [ONE], [TWO])
    assert found == expected
    Store().update(found)


@pytest.mark.parametrize("text", ["INSERT {} USING <urn:3> WHERE {}", "WITH <urn:3> DELETE {} WHERE {}"])
def test_one_dataset_is_enough(text: str) -> None:
    with pytest.raises(QueryError) as raised:
        with_using(text, [ONE], [])
    assert raised.value.code == "update.dataset-conflict"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ASK {}", "update.expected"),
        ("LOAD <urn:x>", "update.load-not-allowed"),
        ("CLEAR ALL ; PREFIX a: <urn:x> LOAD SILENT a: INTO GRAPH <urn:g>", "update.load-not-allowed"),
        (r"L\u004FAD <urn:x>", "update.load-not-allowed"),
        ("INSERT {} WHERE { SERVICE ?x {} }", "query.service-not-allowed"),
    ],
)
def test_what_an_update_may_not_do(text: str, code: str) -> None:
    with pytest.raises(QueryError) as raised:
        check_update(text, {"urn:y"}, {"urn:y"})
    assert raised.value.code == code


@pytest.mark.parametrize(
    "text", ["", "# nothing", "PREFIX a: <urn:x>", "LOAD <urn:y>", "INSERT {} WHERE { SERVICE <urn:y> {} }"]
)
def test_what_it_may_do(text: str) -> None:
    assert check_update(text, {"urn:y"}, {"urn:y"}).form == "update"
    assert check_update("LOAD <urn:z> ; INSERT {} WHERE { SERVICE ?x {} }", {"*"}, {"*"}).form == "update"
