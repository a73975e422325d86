"""The pages about HTTP say what the server says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modellake.rdf.queries import _DATATYPES as DATATYPES
from modellake.web.api.document import description
from modellake.web.served import Served
from sample_lakes import sample_lake

PAGES = Path(__file__).parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with sample_lake(tmp_path_factory.mktemp("described") / "lake") as lake:
        yield description(Served(lake=lake))


def rows(page: str) -> list[list[str]]:
    text = (PAGES / page).read_text(encoding="utf-8")
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def test_the_page_of_the_api_lists_its_addresses(described: dict[str, Any]) -> None:
    told = {(row[0], row[1].strip("`")) for row in rows("api.md") if row[0] in ("GET", "POST")}
    known = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    assert told == {(method, path) for method, path in known if path.startswith("/api/")}


def test_the_page_of_named_queries_lists_the_types_of_parameters() -> None:
    told = {name for row in rows("queries-over-http.md") for name in re.findall(r"`(\w+)`", row[0])}
    assert {"iri", *DATATYPES} <= told


def test_the_page_of_http_has_every_address(described: dict[str, Any]) -> None:
    text = (PAGES / "http.md").read_text(encoding="utf-8")
    roots = {re.match(r"/[^/{]*", path)[0] for path in described["paths"]}  # type: ignore[index]
    assert {root for root in roots if f"`{root}" not in text} == set()
