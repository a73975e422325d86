"""The quarantine: list, show, retry, drop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import Command
from cli_documents import BROKEN, BROKEN_CARD, CARD, NAMED, NAMELESS

Write = Callable[[str, str], Path]


@pytest.fixture
def refused(filled: Command, write: Write) -> Command:
    """A lake with one refused document, ``nameless.ttl``."""
    write("nameless.ttl", NAMELESS)
    assert filled("commit", "nameless.ttl", "--agent", "bob").status == 1
    return filled


def test_an_empty_quarantine(filled: Command) -> None:
    assert filled("quarantine", "list").out == "The quarantine is empty.\n"
    assert filled("quarantine", "list", "--json").json == []
    assert filled("quarantine", "retry", "--all").out == "The quarantine is empty.\n"


def test_list_names_the_document_and_the_first_reason(refused: Command) -> None:
    head, row = refused("quarantine", "list").out.splitlines()
    assert head.split() == ["id", "refused", "document", "reason"]
    assert row.startswith("1   ")
    assert "nameless.ttl" in row
    assert "[gate.shape] model/acme/nameless has too few values of dct:title" in row
    (item,) = refused("quarantine", "list", "--json").json
    assert item["id"] == 1
    assert item["status"] == "open"
    assert item["source"] == (Path.cwd() / "nameless.ttl").as_uri()


def test_show_gives_the_reasons_and_the_bytes(refused: Command) -> None:
    ended = refused("quarantine", "show", "1")
    assert "nameless.ttl:5" in ended.out
    assert "rule:  shape:Artifact-title" in ended.out
    assert "agent/bob" in ended.out
    assert refused("quarantine", "show", "1", "--bytes").out_bytes == NAMELESS.encode()
    assert refused("quarantine", "show", "1", "--json").json["report"]["conforms"] is False


def test_mended_in_place_it_gets_in(refused: Command, write: Write) -> None:
    ended = refused("quarantine", "retry", "1")
    assert ended.status == 1
    assert "Still refused: nameless.ttl (quarantine item 1)" in ended.out
    assert "Add dct:title" in ended.out
    write("nameless.ttl", NAMED)
    ended = refused("quarantine", "retry", "1", "-m", "Give it a name")
    assert ended.status == 0
    assert ended.out.startswith("commit 2 ")
    assert refused("quarantine", "list", "--json").json == []
    (item,) = refused("quarantine", "list", "--all", "--json").json
    assert (item["status"], item["taken_in_with"]) == ("taken in", 2)
    (entry,) = refused("history", "acme/nameless", "--json").json
    assert entry["source"] == (Path.cwd() / "nameless.ttl").as_uri()
    assert entry["message"] == "Give it a name"


def test_retry_finds_the_file_from_another_folder(
    refused: Command, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write("nameless.ttl", NAMED)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert refused("quarantine", "retry", "1").status == 0


def test_retry_from_a_mended_file_keeps_the_source(refused: Command, write: Write) -> None:
    ended = refused("quarantine", "retry", "1", "--file", write("mended.ttl", NAMED))
    assert ended.status == 0
    (entry,) = refused("history", "acme/nameless", "--json").json
    assert entry["source"] == (Path.cwd() / "nameless.ttl").as_uri()


def test_retry_of_a_file_that_is_gone_takes_what_was_kept(refused: Command) -> None:
    Path("nameless.ttl").unlink()
    ended = refused("quarantine", "retry", "1")
    assert ended.status == 1
    assert "Add dct:title" in ended.out


def test_retry_all_takes_in_what_passes(refused: Command, write: Write) -> None:
    refused("commit", write("broken.ttl", BROKEN))
    write("nameless.ttl", NAMED)
    ended = refused("quarantine", "retry", "--all", "--json")
    assert ended.status == 1
    assert ended.json["accepted"] == ["nameless.ttl"]
    assert [item["quarantine"] for item in ended.json["refused"]] == [2]


def test_a_card_is_retried_by_its_harvester(filled: Command, write: Write) -> None:
    write("cards/model/README.md", BROKEN_CARD)
    assert filled("harvest", "cards").status == 1
    write("cards/model/README.md", CARD)
    assert filled("quarantine", "retry", "1").status == 0
    assert filled("harvest", "cards").out.splitlines()[0].endswith("1 unchanged")


def test_drop_throws_away_for_good(refused: Command) -> None:
    assert refused("quarantine", "drop", "1", "7").status == 3
    assert refused("quarantine", "drop", "1").out == "Dropped 1: nameless.ttl\n"
    assert refused("quarantine", "show", "1").status == 3
    assert Path("nameless.ttl").exists()


@pytest.mark.parametrize("arguments", [[], ["1", "--all"], ["--all", "--file", "nameless.ttl"]])
def test_retry_wants_to_know_what(arguments: list[str], refused: Command) -> None:
    ended = refused("quarantine", "retry", *arguments)
    assert ended.status == 2
    assert ended.err.startswith("error [quarantine.which] ")
