"""The command ``update``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import Command

TAG = "INSERT DATA { <model/acme/churn> dcat:keyword 'banking' }"


def test_it_shows_what_came_and_went_and_the_commit(filled: Command) -> None:
    filled("update", "-e", TAG)
    ended = filled(
        "update",
        "-e",
        "DELETE { ?m dcat:keyword ?k } INSERT { ?m dcat:keyword 'finance' } WHERE { ?m dcat:keyword ?k }",
        "-m",
        "One word for it",
        "--agent",
        "ada",
    )
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert lines[:2] == ["- model/acme/churn  dcat:keyword  banking", "+ model/acme/churn  dcat:keyword  finance"]
    assert lines[2].startswith("commit 3 ") and lines[2].endswith("1 statement added, 1 taken back in 1 record")
    assert "One word for it" in filled("history").out


def test_a_dry_run_writes_nothing(filled: Command) -> None:
    ended = filled("update", "-e", TAG, "--dry-run")
    assert (ended.status, "nothing was written" in ended.out) == (0, True)
    assert filled("update", "-e", TAG, "--dry-run", "--json").json["counts"] == {"added": 1, "removed": 0}
    assert filled("query", "ASK { ?m dcat:keyword ?k }", "--json").json["boolean"] is False


def test_a_file_or_stdin_is_carried_out(filled: Command, write: Callable[[str, str], Path]) -> None:
    ended = filled("update", "-f", write("tag.ru", TAG), "--json")
    assert ended.json["added"] == [
        '<https://lake.example.org/model/acme/churn> <http://www.w3.org/ns/dcat#keyword> "banking" .'
    ]
    assert ended.json["updated"] is True
    again = filled("update", "-f", "-", stdin=TAG)
    assert (again.status, again.out) == (0, "Nothing to change.\n")


def test_an_error_names_file_and_line(filled: Command, write: Callable[[str, str], Path]) -> None:
    ended = filled("update", "-f", write("bad.ru", "INSERT DATA {\n  <model/acme/churn> dcat:keyword Hello }"))
    assert ended.status == 2
    assert "bad.ru:2:35" in ended.err


def test_a_refusal_says_why_and_ends_with_one(filled: Command) -> None:
    ended = filled("update", "-e", "DELETE WHERE { <model/acme/churn> dct:title ?t }")
    assert (ended.status, ended.out) == (1, "")
    assert "shape:Artifact-title" in ended.err
    assert "nothing was written" in ended.err
    refused = filled("update", "-e", "CLEAR ALL", "--json")
    assert (refused.status, refused.json["updated"]) == (1, False)
    assert refused.json["report"]["findings"][0]["code"] == "update.clear-lake"


def test_what_stays_is_told(filled: Command) -> None:
    ended = filled("update", "-e", "DELETE DATA { <model/acme/churn> a dcat:Resource }")
    assert ended.status == 0
    assert ended.out.startswith("Nothing to change.\n")
    assert "still follows from" in ended.out


@pytest.mark.parametrize("arguments", [(), ("-e", TAG, "-f", "x.ru")])
def test_one_update_is_given(filled: Command, arguments: tuple[str, ...]) -> None:
    ended = filled("update", *arguments)
    assert (ended.status, "update.which" in ended.err) == (2, True)


def test_long_lists_are_cut(filled: Command) -> None:
    many = ", ".join(f"'word {number}'" for number in range(30))
    ended = filled("update", "-e", f"INSERT DATA {{ <model/acme/churn> dcat:keyword {many} }}")
    assert "+ … and 10 more statements; --json gives all of them." in ended.out
