"""The reference of the graph store says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from modellake.rdf.formats import SYNTAXES
from modellake.web.graphs import payloads, records, room

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "graph-store.md").read_text(encoding="utf-8")
# Raised in many places, or put together there.
FAMILIES = {"parse.*", "query.*"}


def test_every_method_has_a_row() -> None:
    rows = set(re.findall(r"^\| ([A-Z, ]+) \|", PAGE, re.MULTILINE))
    named = {method for row in rows for method in row.split(", ")}
    assert set(room.METHODS) <= named
    assert set(records._READ_ONLY) == set(room.METHODS) - {"GET"}


def test_every_syntax_is_named() -> None:
    for syntax in SYNTAXES:
        assert f"`{syntax.media_type}`" in PAGE
    assert f"up to {payloads._MOST_PARTS:,}" in PAGE


def test_every_code_is_in_the_code() -> None:
    table = PAGE[PAGE.index("| status | when |") : PAGE.index("## Conditions")]
    codes = set(re.findall(r"`([a-z]+\.[a-z*-]+)`", table)) - FAMILIES
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "modellake").rglob("*.py"))
    assert {code for code in codes if f'"{code}"' not in sources} == set()
    assert len(codes) > 15


def test_every_code_of_the_room_is_named() -> None:
    folder = ROOT / "src" / "modellake" / "web" / "graphs"
    found: set[str] = set()
    for path in folder.glob("*.py"):
        found |= set(re.findall(r'"((?:graph|record|http)\.[a-z-]+)"', path.read_text(encoding="utf-8")))
    missing = {code for code in found if f"`{code}`" not in PAGE}
    assert missing <= {"http.media-type", "record.emptied"}
