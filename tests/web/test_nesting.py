"""Documents that are nested too deeply: refused before a parser follows them down."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modellake.core.errors import ParseError
from modellake.rdf.formats import syntax_named
from modellake.web.nesting import MAX_ELEMENTS, MAX_TERMS, check_nesting
from modellake.web.served import Served
from sample_lakes import sample_lake
from servers import ask, running

DEEP = 50_000  # where the stack of a thread has ended


def terms(depth: int, before: str = "") -> bytes:
    opened = f"{before}<urn:s> <urn:p> <<( "
    return f"{opened * depth}<urn:s> <urn:p> 1{' )>>' * depth} .".encode()


def elements(depth: int, before: str = "") -> bytes:
    opened, closed = f'<rdf:Description><e:p a="/>">{before}', "</e:p></rdf:Description>"
    return f'<rdf:RDF xmlns:rdf="urn:r" xmlns:e="urn:e">{opened * depth}{closed * depth}</rdf:RDF>'.encode()


@pytest.mark.parametrize("name", ["turtle", "trig", "ntriples", "nquads"])
@pytest.mark.parametrize("before", ["", "# )>>\n", '">>" ', "'>>' ", '""">>""" ', "<urn:x#> ", "e:a\\# ", "e:a\\' "])
def test_triple_terms(name: str, before: str) -> None:
    check_nesting(terms(MAX_TERMS, before), syntax_named(name), "a")
    with pytest.raises(ParseError, match="deeper than 100") as refused:
        check_nesting(terms(MAX_TERMS + 1, before), syntax_named(name), "a")
    assert refused.value.code == "parse.too-deep"


@pytest.mark.parametrize("before", ["", "<!-- </e:p></e:p> -->", "<![CDATA[</e:p></e:p>]]>", "<e:q/>", "<?a </e:p> ?>"])
def test_elements(before: str) -> None:
    check_nesting(elements(MAX_ELEMENTS // 2 - 1, before), syntax_named("rdfxml"), "a")
    with pytest.raises(ParseError, match="deeper than 1000"):
        check_nesting(elements(MAX_ELEMENTS // 2, before), syntax_named("rdfxml"), "a")


@given(st.lists(st.sampled_from(["a", '"<<"', "'<<'", '"""<<"""', "'''\n<<'''", "# <<\n", "<urn:a> <<( ) >>"])))
def test_what_is_not_deep_is_let_pass(pieces: list[str]) -> None:
    check_nesting(" ".join(pieces * MAX_TERMS).encode(), syntax_named("turtle"), "a")


def test_many_elements_beside_each_other_are_not_deep() -> None:
    check_nesting(b"<e>" + b"<f/><g a='>'></g>" * MAX_ELEMENTS * 2 + b"</e>", syntax_named("rdfxml"), "a")


def test_a_server_outlives_them(url: str) -> None:
    turtle = {"Content-Type": "text/turtle"}
    reply = ask(url, "/store?graph=urn:g", method="PUT", headers=turtle, body=terms(DEEP))
    assert reply.status == 400
    assert b"parse.too-deep" in reply.body
    assert ask(url, "/sparql?query=ASK{}").status == 200


@pytest.mark.parametrize("path", ["/api/validate", "/api/commit"])
def test_a_lake_outlives_them(tmp_path: Path, path: str) -> None:
    with sample_lake(tmp_path / "lake") as lake, running(Served(lake=lake)) as url:
        reply = ask(url, path, method="POST", headers={"Content-Type": "application/n-triples"}, body=terms(DEEP))
        assert reply.status == 400
        assert b"parse.too-deep" in reply.body
        assert ask(url, "/sparql?query=ASK{}").status == 200
