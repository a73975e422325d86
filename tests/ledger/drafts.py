"""Small ledgers and drafts for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from modellake.ledger.commits import Change, Draft, SourceNote, StoredFinding
from modellake.ledger.ledger import Ledger

BASE = "https://lake.example.org/"
START = datetime(2026, 1, 31, 12, tzinfo=UTC)
RULES = {"ontology": b"@prefix lake: <urn:lake#> .", "alignments": b"# none", "shapes": b"# no shapes"}


def record(name: object) -> str:
    return f"{BASE}record/model/org/{name}"


def source(name: object) -> str:
    return f"{BASE}source/{name}"


def says(text: str) -> bytes:
    return f'<{BASE}model/org/x> <http://purl.org/dc/terms/title> "{text}" .\n'.encode()


def change(name: object, text: str | None, by: object = "a", **more: Any) -> Change:
    """``by`` says ``text`` about a record, or withdraws it when None."""
    return Change(record(name), source(by), None if text is None else says(text), **more)


def draft(
    *changes: Change,
    minutes: float = 0,
    message: str = "why",
    rules: Mapping[str, bytes] = RULES,
    sources: Mapping[str, SourceNote] | None = None,
    findings: Sequence[StoredFinding] = (),
) -> Draft:
    time = START + timedelta(minutes=minutes)
    return Draft(f"{BASE}agent/ada", message, changes, time, rules, sources or {}, findings)


def fill(ledger: Ledger) -> None:
    """Commits that together use every table and every column, with and without values."""
    note = SourceNote("/data/a.ttl", "text/turtle", None)
    model = f"{BASE}model/org/1"
    types = frozenset({(model, "urn:Model"), (model, "urn:Entity"), (f"{model}#part", "urn:Part")})
    ledger.append(
        draft(
            change(1, "one", types=types),
            change(2, "two"),
            change(2, "zwei", by="b", space="private"),
            sources={source("a"): note},
            findings=(
                StoredFinding(record(1), '{"code": "gate.warning"}'),
                StoredFinding(None, '{"code": "harvest.note"}'),
            ),
        )
    )
    ledger.append(
        draft(
            change(1, "uno"),
            change(1, "not so", by="curated", kind="retractions"),
            change(2, None),
            minutes=1,
            message="second",
            rules={**RULES, "shapes": b"# shapes, revised"},
            sources={source("a"): SourceNote("/data/b.ttl", "text/turtle", "turtle")},
        )
    )
    ledger.append(
        draft(change(3, "three", by="c"), change(2, "deux"), minutes=2, message="third"),
    )
