"""``harvest --source``: documents that are called otherwise than by their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import Command
from cli_documents import BROKEN_CARD, CARD

Write = Callable[[str, str], Path]
AT = "https://example.org/models/"


@pytest.fixture
def cards(command: Command, write: Write) -> Command:
    """An empty lake, and beside it a folder with a card and with what is none."""
    assert command("init").status == 0
    write("cards/kind/README.md", CARD)
    write("cards/broken/README.md", BROKEN_CARD)
    return command


def sources(command: Command) -> set[str]:
    """All that commits say they are from."""
    asked = command("query", "SELECT ?s { GRAPH ?g { ?s a lake:Source } }", "--format", "json")
    return {row["s"]["value"] for row in asked.json["results"]["bindings"]}


def test_a_folder(cards: Command) -> None:
    ended = cards("harvest", "cards", "--source", AT)
    assert ended.status == 1
    assert "1 accepted, 1 quarantined" in ended.out
    assert "cards/broken/README.md" in ended.out
    assert sources(cards) == {f"{AT}kind/README.md"}
    assert f"{AT}kind/README.md" in cards("show", "kind").out
    assert "1 unchanged" in cards("harvest", "cards", "--source", AT).out


def test_nothing_tells_where_the_files_were(cards: Command, tmp_path: Path) -> None:
    cards("harvest", tmp_path / "cards", "--source", AT)
    told = cards("query", "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", "--format", "csv").out
    assert f"{AT}kind/README.md" in told
    assert str(tmp_path) not in told + cards("history", "--limit", "0", "--json").out


def test_a_document(cards: Command) -> None:
    assert cards("harvest", "cards/kind/README.md", "--source", "urn:x:card").status == 0
    assert sources(cards) == {"urn:x:card"}


def test_what_is_quarantined_is_harvested_again_from_where_it_is(cards: Command, write: Write) -> None:
    cards("harvest", "cards", "--source", AT)
    (item,) = cards("quarantine", "list", "--json").json
    assert (item["source"], item["place"]) == (f"{AT}broken/README.md", "cards/broken/README.md")
    retried = cards("quarantine", "retry", item["id"])
    assert retried.status == 1
    assert "[quarantine.named]" in retried.out + retried.err
    assert "modellake harvest" in retried.out + retried.err
    write("cards/broken/README.md", CARD)
    assert cards("harvest", "cards", "--source", AT).status == 0
    assert cards("quarantine", "list", "--json").json == []


def test_explanations_have_the_name(cards: Command) -> None:
    told = cards("harvest", "cards", "--source", AT, "--explain", "--json").json
    assert {item["source"] for item in told["documents"]} == {f"{AT}kind/README.md", f"{AT}broken/README.md"}


def test_a_dry_run_writes_nothing(cards: Command) -> None:
    assert "1 accepted" in cards("harvest", "cards", "--source", AT, "--dry-run").out
    assert sources(cards) == set()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["cards", "--source", "https://example.org/models"], "source.no-folder"),
        (["cards/kind", "cards/broken", "--source", AT], "source.several"),
        (["cards", "--source", "models/"], "iri.malformed"),
    ],
)
def test_what_cannot_be_a_name(cards: Command, arguments: list[str], code: str) -> None:
    for more in ([], ["--explain"]):
        ended = cards("harvest", *arguments, *more)
        assert (ended.status, ended.out) == (2, "")
        assert f"error [{code}]" in ended.err
