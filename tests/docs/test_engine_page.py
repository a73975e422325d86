"""The page of engines says what the code says."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from modellake.store import child, embedded, remote, served
from modellake.store.engine import Capabilities

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "engines.md").read_text(encoding="utf-8")
ENGINES = {
    "embedded": embedded.CAPABILITIES,
    "child": child.CAPABILITIES,
    "remote": remote.CAPABILITIES,
    "served": served.CAPABILITIES,
}


def matrix() -> dict[str, dict[str, bool]]:
    """What the page says of each engine, by capability."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]
    head = next(row for row in rows if row[0] == "capability")
    found = [row for row in rows if re.fullmatch(r"`\w+`", row[0]) and row[1] in ("yes", "no")]
    return {
        name: {row[0].strip("`"): row[column] == "yes" for row in found}
        for column, name in enumerate(head)
        if 0 < column < len(head) - 1
    }


@pytest.mark.parametrize("name", ENGINES)
def test_the_matrix_is_that_of_the_code(name: str) -> None:
    assert matrix()[name] == asdict(ENGINES[name])


def test_the_matrix_has_all_engines_and_explains_all_capabilities() -> None:
    assert set(matrix()) == set(ENGINES)
    for capability in Capabilities.__dataclass_fields__:
        assert capability in str(Capabilities.__doc__)


def test_the_page_lists_every_error_and_setting_of_the_engines() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "modellake" / "store").glob("*.py")]
    codes = {code for text in texts for code in re.findall(r'"(engine\.[a-z-]+)"', text)}
    assert {code for code in codes if f"`{code}`" not in PAGE} <= {"engine.read-only"}
    settings = {name for text in texts for name in re.findall(r"MODELLAKE_ENGINE_[A-Z]+", text)}
    assert {name for name in settings if f"`{name}`" not in PAGE} == set()
