"""The page about identifiers is what they lead to now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from modellake.core.identifiers import identify
from modellake.core.iris import LakeIRIs

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "identifiers.md"
IRIS = LakeIRIs("https://lake.example.org/")
EXAMPLES = re.findall(r"^\| `([^`]+)` \|([^|]*)\|([^|]*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("identifier", "resource", "version"), EXAMPLES)
def test_examples_of_identifiers(identifier: str, resource: str, version: str) -> None:
    found = identify(identifier, IRIS)
    named = f"`{found.resource.value.replace(IRIS.base, '{base}')}`" if found else ""
    assert (named, f"`{found.revision}`" if found and found.revision else "") == (resource.strip(), version.strip())


def test_there_are_examples_of_identifiers() -> None:
    assert len(EXAMPLES) > 20
