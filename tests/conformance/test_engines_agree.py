"""Both SHACL engines find the same in the same data, result by result: examples of the shapes, and real cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from cards import describe_file
from pyoxigraph import Literal, RdfFormat, Triple, parse

from modellake.core.errors import ModelLakeError
from modellake.rdf.canon import normal_value
from modellake.rdf.closure import entailed
from modellake.rdf.shapes import EngineName, Result, load_gate

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "shapes" / "examples").rglob("*.ttl"))
FOLDERS = ["hf-model-cards/cards", "hf-dataset-cards"]
SAMPLE = 20
Key = tuple[str, str, str, str, str, str]


def results(statements: set[Triple], engine: EngineName) -> Counter[Key]:
    return Counter(map(key, load_gate().results(statements, engine=engine)))


def key(result: Result) -> Key:
    """Focus, path, value, severity, component and shape; labels of blank nodes and complex paths left out."""
    return (
        result.focus_node,
        simple(result.path),
        value(result.value),
        result.severity_iri,
        result.component_iri,
        simple(result.source_shape),
    )


def simple(text: str | None) -> str:
    return text if text and text.startswith("<") and text.count("<") == 1 else "_:"


def value(text: str | None) -> str:
    if text is None or text.startswith("_:"):
        return "" if text is None else "_:"
    quad = next(iter(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)))
    return str(normal_value(quad.object)) if isinstance(quad.object, Literal) else str(quad.object)


def with_supertypes(statements: Iterable[Triple]) -> set[Triple]:
    listed = set(statements)
    return listed | entailed(listed)


def cards(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.md")))


def described(paths: Iterable[Path]) -> Iterator[Triple]:
    for path in paths:
        try:
            yield from describe_file(path).statements
        except ModelLakeError:
            continue  # what cannot be read has no statements to be checked


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_both_engines_find_the_same_in_an_example(path: Path) -> None:
    quads = parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri="https://example.org/lake/")
    statements = with_supertypes(quad.triple for quad in quads)
    found = results(statements, "shacl")
    assert found == results(statements, "pyshacl")
    assert found or path.name.startswith("conforming")


@pytest.mark.parametrize("folder", FOLDERS)
def test_both_engines_find_the_same_in_real_cards(folder: str, shared: Path) -> None:
    sample = list(islice(cards(shared / "corpus" / folder), SAMPLE))
    assert len(sample) == SAMPLE
    statements = with_supertypes(described(sample))
    found = results(statements, "shacl")
    assert found
    assert found == results(statements, "pyshacl")


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_both_engines_find_the_same_in_every_real_card(folder: str, shared: Path) -> None:
    every = list(cards(shared / "corpus" / folder))
    for batch in (every[start : start + 50] for start in range(0, len(every), 50)):
        statements = with_supertypes(described(batch))
        assert results(statements, "shacl") == results(statements, "pyshacl"), batch[0]
