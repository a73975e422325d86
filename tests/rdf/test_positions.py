"""Finding again where a statement stands."""

from __future__ import annotations

import pytest

from lakes import BASE, turtle
from modellake.rdf.formats import syntax_named
from modellake.rdf.positions import places_of


def lines(text: str, syntax: str = "turtle") -> dict[str, int | str | None]:
    found = places_of(text.encode(), syntax_named(syntax), base=BASE, document="doc")
    return {str(statement.object): place.line or place.path for statement, place in found.items()}


def test_every_statement_has_its_line() -> None:
    text = '<m> <p> "one" ;\n  <q> [\n    <r> "two"\n  ] .\n\n<n>\n  <p> "three" .\n'
    found = lines(text)
    assert (found['"one"'], found['"two"'], found['"three"']) == (1, 3, 7)


def test_prefixes_and_comments_do_not_shift_lines() -> None:
    text = turtle("# a comment\n<m> dct:title 'here' .")
    assert lines(text)['"here"'] == text.splitlines().index("<m> dct:title 'here' .") + 1


def test_each_line_of_ntriples_is_its_place() -> None:
    text = "".join(f'<urn:{number}> <urn:p> "{number}" .\n' for number in range(200))
    assert lines(text, "ntriples") == {f'"{number}"': number + 1 for number in range(200)}


def test_json_places_are_paths() -> None:
    text = '{"@graph": [{"@id": "m", "urn:p": "one"}, {"@id": "n", "urn:p": {"@id": "o", "urn:q": "two"}}]}'
    found = lines(text, "jsonld")
    assert (found['"one"'], found['"two"']) == ("$.@graph[0]", "$.@graph[1].urn:p")


@pytest.mark.parametrize("text", ["<a", "\x00"])
def test_what_cannot_be_read_has_no_places(text: str) -> None:
    assert lines(text) == {}


def test_the_words_of_a_prefix_are_not_the_place_of_a_statement() -> None:
    found = lines("@prefix a: <https://example.org/Model#> .\n\n<urn:s>\n  a a:Model ;\n  a:p a:x .\n")
    assert found == {"<https://example.org/Model#Model>": 4, "<https://example.org/Model#x>": 5}


def test_a_line_may_be_longer_than_what_the_parser_reads_at_once() -> None:
    text = f'<m> <p> "{"long " * 5000}" .\n<n> <p> "after" .\n<o> <p> "{"x" * 20_000}", "short" .'
    found = lines(text)
    assert (found['"after"'], found['"short"'], sorted(found.values())) == (2, 3, [1, 2, 3, 3])


def test_a_node_called_by_a_curie_has_its_path() -> None:
    nodes = ", ".join(f'{{"@id": "ex:m{number}", "urn:p": "{number}"}}' for number in range(12))
    found = lines(f'{{"@context": {{"ex": "http://example.org/"}}, "@graph": [{nodes}]}}', "jsonld")
    assert found == {f'"{number}"': f"$.@graph[{number}]" for number in range(12)}
