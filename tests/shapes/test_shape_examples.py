"""Every example is judged as it says, by both engines, result by result."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from shape_engines import EXAMPLES, GATE, Example, read_example, reference_results, rust_results

ALL = sorted(EXAMPLES.rglob("*.ttl"))
CONFORMING = [path for path in ALL if path.name.startswith("conforming-")]
FAILING = [path for path in ALL if path.name.startswith("failing-")]


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def wanted(example: Example) -> Counter[tuple[str, str, str]]:
    return Counter(example.expected)


def test_every_example_is_conforming_or_failing() -> None:
    assert len(CONFORMING) + len(FAILING) == len(ALL) > 50


def test_every_shape_file_has_examples_of_both_kinds() -> None:
    files = {path.stem for path in GATE.glob("*.ttl")}
    assert {path.parent.name for path in CONFORMING} == files
    assert {path.parent.name for path in FAILING} == files


@pytest.mark.parametrize("path", CONFORMING, ids=named)
def test_a_conforming_example_has_no_violation(path: Path) -> None:
    results = rust_results(read_example(path))
    assert [result for result in results if result.severity == "Violation"] == []


@pytest.mark.parametrize("path", [path for path in CONFORMING if "minimal" not in path.name], ids=named)
def test_a_complete_example_has_no_result_at_all(path: Path) -> None:
    assert rust_results(read_example(path)) == []


@pytest.mark.parametrize("path", FAILING, ids=named)
def test_a_failing_example_gives_the_results_it_announces(path: Path) -> None:
    example = read_example(path)
    found = Counter((result.shape, result.severity, result.focus) for result in rust_results(example))
    assert found == wanted(example)
    assert found, "an example that is named failing must expect something"


@pytest.mark.parametrize("path", ALL, ids=named)
def test_both_engines_agree(path: Path) -> None:
    example = read_example(path)
    assert rust_results(example) == reference_results(example)
