"""Both SHACL engines against the W3C suite, with the number of cases and every exception stated."""

from __future__ import annotations

from pathlib import Path

import pytest
from shacl_suite import Case, cases

from modellake.rdf.shapes import EngineName

COUNTS = {"core": 98, "sparql": 23}
EXCEPTIONS: dict[str, dict[str, str]] = {
    "shacl": {
        "sparql/pre-binding/unsupported-sparql-004": "evaluates a sub-SELECT that projects no pre-bound variable",
    },
    "pyshacl": {
        "core/property/uniqueLang-002": 'takes sh:uniqueLang "1"^^xsd:boolean for the term true',
        "sparql/node/prefixes-001": "does not follow owl:imports from the value of sh:prefixes",
        "sparql/pre-binding/shapesGraph-001": "does not offer $shapesGraph, which is optional",
    },
}


def suite(shared: Path, part: str) -> list[Case]:
    return list(cases(shared / "w3c" / "shacl" / part))


@pytest.mark.parametrize("part", COUNTS)
def test_the_suite_is_whole(shared: Path, part: str) -> None:
    assert len(suite(shared, part)) == COUNTS[part]


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
@pytest.mark.parametrize("part", COUNTS)
def test_engine_conforms(shared: Path, part: str, engine: EngineName) -> None:
    failed = {case.name for case in suite(shared, part) if not passes(case, engine)}
    expected = {name for name in EXCEPTIONS[engine] if name.startswith(part)}
    assert failed == {name.removeprefix(f"{part}/") for name in expected}


def passes(case: Case, engine: EngineName) -> bool:
    try:
        actual = case.actual(engine)
    except Exception:
        return case.expected is None
    return case.expected is not None and case.is_met_by(actual)
