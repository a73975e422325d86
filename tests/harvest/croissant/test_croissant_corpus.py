"""Every real document: nothing of it is lost, and each statement says where it comes from."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from croissant_files import CR, HARVESTER, IRIS, codes, described, described_file
from croissant_leaves import document, leaves, missing
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from modellake.core.description import Description
from modellake.core.report import Severity
from modellake.harvest.croissant.mapping import TABLES
from modellake.rdf.homes import split_by_home

SCHEMA = "https://schema.org/"
# Terms of Croissant that contexts of real files leave to schema.org, and those by which version 0.8 referred by name.
MISPLACED = [
    "key",
    "containedIn",
    "isEnumeration",
    "samplingRate",
    "isArray",
    "equivalentProperty",
    "dataBiases",
    "dataCollection",
]
REFERRING = {CR + name for name in ("field", "containedIn", "key", "parentField", "fileObject", "equivalentProperty")}
FOLDERS = {"datasets/0.8": 22, "datasets/1.0": 42, "datasets/1.1": 15, "tasks": 13}


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpus" / "croissant"


@pytest.fixture(scope="module")
def paths(corpus: Path) -> list[Path]:
    return [Path(place) for place in HARVESTER.find(str(corpus))]


@pytest.fixture(scope="module")
def descriptions(paths: list[Path]) -> dict[Path, Description]:
    return {path: described_file(path) for path in paths}


def test_metadata_is_found_and_data_are_not(corpus: Path, paths: list[Path]) -> None:
    assert not [path for path in paths if path.parent.name in ("output", "data")]
    for folder, count in FOLDERS.items():
        assert len([path for path in paths if path.is_relative_to(corpus / folder)]) >= count, folder
    told = [path for path in corpus.rglob("*.json*") if b"mlcommons.org/" in path.read_bytes()[:10_000]]
    assert sorted(paths) == sorted(path for path in told if path.suffix in (".json", ".jsonld"))


def test_no_value_is_lost(descriptions: dict[Path, Description]) -> None:
    total, lost = 0, []
    for path, description in descriptions.items():
        content = path.read_bytes()
        total += len(list(leaves(document(content))))
        lost += [(str(path), *item) for item in missing(content, description.statements)]
    assert total > 9_000
    assert len(lost) <= 0.001 * total, lost[:20]


def test_nearly_every_value_is_stated_where_it_stands(descriptions: dict[Path, Description]) -> None:
    total, unplaced = 0, []
    for path, description in descriptions.items():
        placed = {place.path for place in description.places.values()}
        lines = path.read_text().splitlines()
        for where, _ in leaves(document(path.read_bytes())):
            total += 1
            parents = {where, where.rpartition(".")[0], where.rpartition("[")[0]}
            if not parents & placed and ".data" not in where and ".examples" not in where:
                unplaced.append((str(path), where))
        for place in description.places.values():
            assert place.line is not None and 1 <= place.line <= len(lines)
            assert place.document == str(path)
    assert len(unplaced) <= 0.005 * total, unplaced[:20]


def test_the_line_of_a_place_holds_its_key(descriptions: dict[Path, Description]) -> None:
    seen = 0
    for path, description in descriptions.items():
        lines = path.read_text().splitlines()
        for place in description.places.values():
            key = (place.path or "").rpartition(".")[2]
            if key.isalpha() and place.line:
                seen += 1
                assert f'"{key}"' in lines[place.line - 1], (path, place)
    assert seen > 5_000


def test_every_statement_can_be_stored(descriptions: dict[Path, Description]) -> None:
    for path, description in descriptions.items():
        assert split_by_home(description.statements).by_home, path
        for finding in description.findings:
            assert finding.severity is not Severity.VIOLATION
            assert finding.remedy and finding.place and finding.place.document == str(path)


def test_every_statement_but_the_label_of_a_nameless_one_has_a_place(descriptions: dict[Path, Description]) -> None:
    unplaced = Counter(
        item.predicate.value
        for description in descriptions.values()
        for item in description.statements
        if item not in description.places
    )
    assert set(unplaced) <= {"http://purl.org/dc/terms/title"}
    assert sum(unplaced.values()) <= 4


def canonical(iri: str) -> str:
    """One spelling of the namespaces, as the specifications of the present versions have them."""
    iri = iri.replace("http://schema.org/", SCHEMA).replace("http://mlcommons.org/schema/", CR)
    name = iri.removeprefix(SCHEMA)
    return CR + name if name in MISPLACED else iri


def test_what_no_rule_speaks_of_is_said_as_json_ld_says_it(descriptions: dict[Path, Description]) -> None:
    ruled = {term.value for _, rules in TABLES for term in rules} | {SCHEMA + "distribution", CR + "references"}
    checked = 0
    for path, description in descriptions.items():
        said = {(item.predicate.value, _lexical(item.object)) for item in description.statements}
        quads = parse(path.read_bytes(), format=RdfFormat.JSON_LD, base_iri="https://base.example.org/")
        for quad in quads:
            predicate = canonical(quad.predicate.value)
            if predicate in ruled or not isinstance(quad.object, Literal) or predicate in REFERRING:
                continue
            checked += 1
            assert (predicate, _lexical(quad.object)) in said, (path, quad)
    assert checked > 1_000


def _lexical(value: object) -> str:
    assert isinstance(value, NamedNode | BlankNode | Literal)
    return value.value


def test_one_spelling_of_each_vocabulary_is_written(descriptions: dict[Path, Description]) -> None:
    for description in descriptions.values():
        for item in description.statements:
            assert not item.predicate.value.startswith(
                ("http://schema.org/", "http://mlcommons.org/schema/", "https://mlcommons.org/croissant/")
            )


def shuffled(value: Any, order: random.Random) -> Any:
    """The same tree with the keys of its objects in another order."""
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(item, order) for item in value] if isinstance(value, list) else value


def test_the_order_of_keys_does_not_matter(descriptions: dict[Path, Description]) -> None:
    order = random.Random(7)
    for path, description in descriptions.items():
        tree = json.loads(path.read_text())
        again = described(json.dumps(shuffled(tree, order)), str(path))
        assert split_by_home(again.statements).by_home == split_by_home(description.statements).by_home, path


def test_the_same_bytes_give_the_same_description(paths: list[Path]) -> None:
    for path in paths[::7]:
        content = path.read_bytes()
        first, second = (HARVESTER.describe(str(path), content, IRIS) for _ in range(2))
        assert first == second


def test_invalid_tasks_are_told_from_valid_ones(descriptions: dict[Path, Description]) -> None:
    told = {path.name: "croissant.task-incomplete" in codes(item) for path, item in descriptions.items()}
    tasks = {name: invalid for name, invalid in told.items() if name.endswith(".jsonld")}
    assert len(tasks) >= 13
    assert tasks == {name: name.startswith("invalid_") for name in tasks}
