"""Reading and writing RDF documents, and everything that is refused on the way in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.errors import ParseError
from modellake.rdf.assets import CONTEXT_IRI, context_text
from modellake.rdf.codec import graph_findings, read_statements, write_statements
from modellake.rdf.formats import SYNTAXES, syntax_named
from modellake.rdf.homes import split_by_home

BASE = "https://lake.example.org/"


def read(text: str | bytes, syntax: str) -> list[Triple]:
    content = text.encode() if isinstance(text, str) else text
    return read_statements(content, syntax_named(syntax), base=BASE, document="doc")


def refusal(text: str | bytes, syntax: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        read(text, syntax)
    return caught.value


def test_lexical_forms_survive() -> None:
    (statement,) = read('<m> <p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .', "turtle")
    assert statement.object.value == "1.50"
    assert statement.subject == NamedNode(BASE + "m")


def test_syntax_error_names_line_and_column() -> None:
    error = refusal("<a:b> <a:p> 1 .\n<a:b> <a:q>\n   <bad iri> .", "turtle")
    assert (error.code, error.place.document, error.place.line) == ("parse.syntax", "doc", 3)
    assert error.remedy


@pytest.mark.parametrize(
    "context",
    [
        '"https://example.org/c.jsonld"',
        '[{"a": "b:c"}, "https://example.org/c.jsonld"]',
        '{"@import": "https://e.org/c"}',
    ],
)
def test_remote_contexts_are_not_fetched(context: str) -> None:
    assert refusal(f'{{"@context": {context}, "@id": "a:b"}}', "jsonld").code == "parse.remote-context"


def test_nested_remote_context_is_named_by_its_path() -> None:
    document = {"@graph": [{"@id": "a:b"}, {"@id": "a:c", "a:p": {"@context": "https://e.org/c", "@id": "a:d"}}]}
    error = refusal(json.dumps(document), "jsonld")
    assert error.place.path == "$.@graph[1].a:p.@context"


def test_our_own_context_is_built_in() -> None:
    document = {"@context": CONTEXT_IRI, "id": "model/acme/churn", "type": "Model", "title": "Churn"}
    found = {(item.predicate.value, item.object.value) for item in read(json.dumps(document), "jsonld")}
    assert found == {
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "https://w3id.org/model-lake#Model"),
        ("http://purl.org/dc/terms/title", "Churn"),
    }


@pytest.mark.parametrize("number", ["0.943", "-0.5", "12.25", "0.000001", "1234567.5"])
def test_a_json_number_becomes_a_decimal_as_it_was_written(number: str) -> None:
    document = f'{{"@context": "{CONTEXT_IRI}", "id": "e", "lake:value": {number}, "value": {number}}}'
    values = {item.object.value for item in read(document, "jsonld") if item.object.datatype.value.endswith("decimal")}
    assert values == {number}


def test_our_context_in_part_reads_as_in_whole() -> None:
    """Only what a document mentions is put into it; that must make no difference to what it says."""
    whole = json.loads(context_text())["@context"]
    document = {
        "id": "model/acme/churn/version/1",
        "type": ["ModelVersion", "dcat:Resource"],
        "task": "text-classification",
        "trainedOn": ["dataset/a", {"id": "dataset/b", "type": "Dataset"}],
        "hasDistribution": {"id": "#f", "checksum": {"algorithm": "sha256", "checksumValue": "00"}},
        "unheardOf": 1,
        "schema:name": "x",
        "urn:other": {"@value": "2020-01-01", "@type": "xsd:date"},
    }
    ours = read(json.dumps({"@context": [CONTEXT_IRI, {"note": "lake:message"}], "note": "n", **document}), "jsonld")
    theirs = read(json.dumps({"@context": [whole, {"note": "lake:message"}], "note": "n", **document}), "jsonld")

    def plain(statements: list[Triple]) -> set[Triple]:
        return {item for group in split_by_home(statements).by_home.values() for item in group}

    assert plain(ours) == plain(theirs)
    assert len(ours) == 14


def test_json_error_names_the_line() -> None:
    error = refusal('{\n "@id": "a:b",\n "a:p": }', "jsonld")
    assert (error.code, error.place.line) == ("parse.syntax", 3)


def test_deep_json_is_refused() -> None:
    assert refusal('{"a:p":' * 5000 + "1" + "}" * 5000, "jsonld").code == "parse.too-deep"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_entities_are_refused_in_every_encoding(encoding: str) -> None:
    text = '\ufeff<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY a "b">]><r/>'
    error = refusal(text.encode(encoding), "rdfxml")
    assert (error.code, error.place.line) == ("parse.xml-entity", 2)


@pytest.mark.parametrize(
    "text",
    [
        "<a:b> <a:p> <<( <a:x> <a:y> 1 )>> .",
        "<< <a:x> <a:y> 1 >> <a:p> 2 .",
        "<a:b> <a:p> 1 {| <a:q> 2 |} .",
        "<a:b> <a:p> 1 ~ <a:r> .",
    ],
)
def test_triple_terms_are_refused(text: str) -> None:
    assert refusal(text, "turtle").code == "parse.triple-term"


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ('<a:b> <a:p> "x"@ar--rtl .', "turtle"),
        ('<a:b> <a:p> "x"@ar--rtl .', "ntriples"),
        ('{"@id": "a:b", "a:p": {"@value": "x", "@language": "ar", "@direction": "rtl"}}', "jsonld"),
        ('{"@id": "a:b", "a:p": {"@value": "x", "@language": "ar", "\\u0040direction": "rtl"}}', "jsonld"),
    ],
)
def test_base_directions_are_refused(text: str, syntax: str) -> None:
    assert refusal(text, syntax).code == "parse.base-direction"


def test_undecodable_bytes_name_the_line() -> None:
    error = refusal(b'<a:b> <a:p> "x" .\n<a:b> <a:q> "\xff" .', "turtle")
    assert (error.code, error.place.line) == ("parse.encoding", 2)


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(mark: str) -> None:
    assert read('<a:b> <a:p> "é" .'.encode(mark), "turtle")[0].object == Literal("é")


def test_named_graphs_are_read_and_said() -> None:
    content = b"<a:g> { <a:b> <a:p> 1 . }"
    assert len(read(content, "trig")) == 1
    (finding,) = graph_findings(content, syntax_named("trig"), BASE, "doc")
    assert finding.code == "parse.graph-names"


# Characters that XML 1.0 can hold, so that RDF/XML takes part in the round trip.
TEXT = st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cn"), exclude_characters="\ufffe\uffff"))
IRI = st.from_regex(r"[a-z][a-z0-9]{0,8}(/[A-Za-z0-9._~-]{1,8}){0,3}", fullmatch=True).map(
    lambda path: NamedNode(BASE + path)
)
TERM = IRI | TEXT.map(Literal) | st.builds(Literal, TEXT, language=st.sampled_from(["en", "fr-ca"]))
STATEMENTS = st.lists(st.builds(Triple, IRI, IRI, TERM), max_size=12)


@pytest.mark.parametrize("name", [syntax.name for syntax in SYNTAXES])
@given(statements=STATEMENTS)
def test_reading_what_was_written_gives_the_same(name: str, statements: list[Triple]) -> None:
    syntax = syntax_named(name)
    written = write_statements(set(statements), syntax)
    assert set(read_statements(written, syntax, base=BASE)) == set(statements)


@given(content=st.binary(max_size=300))
@pytest.mark.parametrize("name", [syntax.name for syntax in SYNTAXES])
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    try:
        read(content, name)
    except ParseError as error:
        assert error.code.startswith("parse.")
