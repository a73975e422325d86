"""Documents that are nested too deeply: refused before a parser follows them down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modellake.core.errors import ParseError, QueryError, RefusedError
from modellake.harvest.mapping.rml import parse_rml
from modellake.lake.lake import Lake
from modellake.rdf.formats import syntax_named
from modellake.rdf.loads import read_document
from modellake.rdf.nesting import MAX_ELEMENTS, MAX_TERMS, check_nesting

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
    check_nesting(terms(MAX_TERMS, before), syntax_named(name).format, "a")
    with pytest.raises(ParseError, match="deeper than 100") as refused:
        check_nesting(terms(MAX_TERMS + 1, before), syntax_named(name).format, "a")
    assert refused.value.code == "parse.too-deep"


@pytest.mark.parametrize("before", ["", "<!-- </e:p></e:p> -->", "<![CDATA[</e:p></e:p>]]>", "<e:q/>", "<?a </e:p> ?>"])
def test_elements(before: str) -> None:
    check_nesting(elements(MAX_ELEMENTS // 2 - 1, before), syntax_named("rdfxml").format, "a")
    with pytest.raises(ParseError, match="deeper than 1000"):
        check_nesting(elements(MAX_ELEMENTS // 2, before), syntax_named("rdfxml").format, "a")


@given(st.lists(st.sampled_from(["a", '"<<"', "'<<'", '"""<<"""', "'''\n<<'''", "# <<\n", "<urn:a> <<( ) >>"])))
def test_what_is_not_deep_is_let_pass(pieces: list[str]) -> None:
    check_nesting(" ".join(pieces * MAX_TERMS).encode(), syntax_named("turtle").format, "a")


def test_many_elements_beside_each_other_are_not_deep() -> None:
    check_nesting(b"<e>" + b"<f/><g a='>'></g>" * MAX_ELEMENTS * 2 + b"</e>", syntax_named("rdfxml").format, "a")


def test_a_file_that_is_committed_does_not_end_the_process(lake: Lake, write: Callable[[str, str], Path]) -> None:
    with pytest.raises(RefusedError) as refused:
        lake.commit(write("deep.ttl", terms(DEEP).decode()))
    assert [finding.code for finding in refused.value.report] == ["parse.too-deep"]


def test_a_document_that_is_loaded_does_not_end_the_process() -> None:
    with pytest.raises(QueryError, match="deeper than 100"):
        read_document(terms(DEEP), "text/turtle", "https://example.org/deep.ttl")


def test_a_mapping_does_not_end_the_process() -> None:
    with pytest.raises(ParseError, match="deeper than 100"):
        parse_rml(terms(DEEP).decode(), "deep.rml.ttl")
