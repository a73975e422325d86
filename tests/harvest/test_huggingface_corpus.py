"""Real cards: accepted, complete, conforming, described the same way every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from card_leaves import front_matter, leaves, missing
from cards import HARVESTER, IRIS, describe_file, evaluations

from modellake.core.description import Description
from modellake.core.errors import ParseError
from modellake.core.namespace import terms_of
from modellake.core.report import Severity
from modellake.core.vocab import LAKE
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.homes import split_by_home
from modellake.rdf.shapes import load_gate

FIXTURES = "hf-model-cards/hub-fixtures/tests/fixtures/cards"


@pytest.fixture(scope="module", params=["hf-model-cards/cards", "hf-dataset-cards"])
def folder(request: pytest.FixtureRequest, shared: Path) -> Path:
    return shared / "corpus" / request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def described(folder: Path) -> list[tuple[bytes, Description]]:
    return list(_described(folder))


def _described(folder: Path) -> Iterator[tuple[bytes, Description]]:
    for document in HARVESTER.find(str(folder)):
        content = HARVESTER.read(document)
        yield content, HARVESTER.describe(document, content, IRIS)


def test_every_readme_of_the_corpus_is_found_once_and_in_order(folder: Path) -> None:
    found = list(HARVESTER.find(str(folder)))
    assert found == sorted(str(path) for path in folder.glob("*/README.md"))


def test_every_value_of_every_card_is_in_its_description(described: list[tuple[bytes, Description]]) -> None:
    lost = {
        description.source.place: gone
        for content, description in described
        if (gone := missing(content, description.statements))
    }
    assert lost == {}
    assert sum(len(list(leaves(front_matter(content)))) for content, _ in described) > 4000


def test_every_metric_of_a_model_index_is_one_evaluation(described: list[tuple[bytes, Description]]) -> None:
    for content, description in described:
        assert len(evaluations(description)) == _metrics(front_matter(content)), description.source.place


def _metrics(metadata: dict[str, Any]) -> int:
    results = [result for entry in metadata.get("model-index") or () for result in entry.get("results") or ()]
    return sum(len(result.get("metrics") or ()) for result in results)


def test_describing_twice_says_the_same(described: list[tuple[bytes, Description]]) -> None:
    for content, description in described[::7]:
        again = HARVESTER.describe(description.source.place, content, IRIS)
        assert again == description


def test_at_least_95_percent_of_the_cards_pass_the_gate_shapes(described: list[tuple[bytes, Description]]) -> None:
    refused = [description.source.place for _, description in described if not _conforms(description)]
    assert len(refused) <= 0.05 * len(described), refused


def _conforms(description: Description) -> bool:
    split = split_by_home(description.statements)
    data = {statement for group in split.by_home.values() for statement in group}
    data |= load_hierarchy().entailed(data)
    return not any(finding.severity is Severity.VIOLATION for finding in load_gate().validate(data))


def test_descriptions_use_only_terms_that_the_ontology_has(described: list[tuple[bytes, Description]]) -> None:
    used = {
        term
        for _, description in described
        for statement in description.statements
        for term in (statement.predicate, statement.object)
        if str(term).startswith("<https://w3id.org/model-lake#")
    }
    assert used <= terms_of(LAKE)


def test_places_name_the_line_of_what_was_said(described: list[tuple[bytes, Description]]) -> None:
    for content, description in described[::5]:
        lines = content.decode("utf-8-sig").split("\n")
        assert description.places.keys() <= set(description.statements)
        for statement, place in description.places.items():
            assert place.line is not None
            assert place.line <= len(lines)
            if statement.predicate.value.endswith("keyword"):
                assert statement.object.value in lines[place.line - 1]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sample_template.md", "parse.template"),
        ("sample_datasetcard_template.md", "parse.template"),
        ("sample_invalid_card_data.md", "parse.yaml-not-mapping"),
    ],
)
def test_cards_of_the_hub_that_are_refused(shared: Path, name: str, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        describe_file(shared / "corpus" / FIXTURES / name)
    assert caught.value.code == code
    assert caught.value.place is not None
    assert caught.value.place.line == 2
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "kind", "finding"),
    [
        ("sample_simple.md", "model", None),
        ("sample_simple_model_index.md", "model", None),
        ("sample_windows_line_breaks.md", "model", None),
        ("sample_datasetcard_simple.md", "dataset", None),
        ("sample_invalid_model_index.md", "model", "card.model-index"),
        ("sample_no_metadata.md", "model", "card.no-metadata"),
    ],
)
def test_cards_of_the_hub_that_are_accepted(shared: Path, name: str, kind: str, finding: str | None) -> None:
    description = describe_file(shared / "corpus" / FIXTURES / name)
    line = IRIS.resource(kind, name.removesuffix(".md"))
    assert line in {statement.subject for statement in description.statements}
    assert [item.code for item in description.findings] == ([finding] if finding else [])
    assert all(item.severity is not Severity.VIOLATION and item.remedy for item in description.findings)


def test_loose_cards_with_front_matter_are_found(shared: Path) -> None:
    found = [Path(document).name for document in HARVESTER.find(str(shared / "corpus" / FIXTURES))]
    assert "sample_simple.md" in found
    assert "sample_no_metadata.md" not in found
    assert found == sorted(found)


def test_the_missing_dataset_is_named_with_its_line(shared: Path) -> None:
    (finding,) = describe_file(shared / "corpus" / FIXTURES / "sample_invalid_model_index.md").findings
    assert finding.place is not None
    assert finding.place.path == "model-index[0].results[0].dataset"
    assert finding.place.line == 15
