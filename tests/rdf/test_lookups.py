"""What is a lookup, and that nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modellake.rdf.lookups import lookup_form
from modellake.rdf.syntax import check_read


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT ?p ?o { <http://example.org/a> ?p ?o }", "select"),
        ("select * where{?s a <b>.}LIMIT 5", "select"),
        ("PREFIX a: <http://a#>\nPREFIX : <http://b/>\r\nSELECT $s WHERE { $s a:b :c . }", "select"),
        ("ASK { ?s ?p 'x'@en-GB }", "ask"),
        ('ask where { <a> <b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> }', "ask"),
        ("SELECT ?s { ?s ?p 1.5 }", "select"),
    ],
)
def test_lookups(text: str, form: str) -> None:
    assert lookup_form(text) == form


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT DISTINCT ?p { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?s }",
        "SELECT ?s { ?s ?p $s }",
        "SELECT ?s { ?s ?p ?o ; ?q ?r }",
        "SELECT ?s { ?s ?p ?o . ?o ?q ?r }",
        "SELECT ?s { ?s <a>/<b> ?o }",
        "SELECT ?s { ?s <a>* ?o }",
        "SELECT ?s { ?s ^<a> ?o }",
        "SELECT ?s { ?s ?p ?o FILTER(?o > 1) }",
        "SELECT ?s { ?s ?p ?o } ORDER BY ?s",
        "SELECT ?s { ?s ?p ?o } OFFSET 5",
        "SELECT ?s { ?s ?p ?o } LIMIT 5 OFFSET 5",
        "SELECT ?s FROM <a> { ?s ?p ?o }",
        "SELECT ?s { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?s { SERVICE <http://a> { ?s ?p ?o } }",
        "SELECT ?s { ?s ?p [] }",
        "SELECT ?s { _:a ?p ?o }",
        "SELECT ?s { ?s ?p ?o } # SERVICE",
        r"SELECT ?s { ?s ?p '\u0041' }",
        r"SELECT ?s { <\u0041> ?p ?o }",
        "BASE <http://a/> SELECT ?s { <b> ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "INSERT DATA { <a> <b> <c> }",
        "SELECT ?s { ?s ?p ?o } VALUES ?s { <a> }",
        "SELECT ?s { ?s ?p " + "'" + "x" * 3000 + "' }",
    ],
)
def test_others(text: str) -> None:
    assert lookup_form(text) is None


_PIECES = st.sampled_from(
    [
        *("SELECT ", "ASK ", "WHERE ", "PREFIX ", "LIMIT ", "SERVICE ", "SERVICE:", "GRAPH ", "a ", "FROM "),
        *("{", "}", " ", ".", ";", "#", "\n", "<", ">", "'", '"', "@en", "^^", "*", "/", "\\", "(", ")"),
        *(
            "?s ",
            "?p ",
            "?o ",
            "$s",
            "<a>",
            "<http://example.org/a#b>",
            "x:y ",
            ":",
            "'x' ",
            '"y"',
            "1 ",
            "1.",
            "true ",
        ),
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.lists(_PIECES, max_size=12).map("".join),
        st.lists(_PIECES, max_size=3).map("".join).map(lambda inserted: f"SELECT ?s {{ ?s {inserted} ?o }}"),
    )
)
def test_a_lookup_is_harmless_however_it_is_read(text: str) -> None:
    form = lookup_form(text)
    if form is None:
        return
    found = check_read(text)
    assert (found.form, found.services, found.from_graphs, found.from_named) == (form, (), (), ())
