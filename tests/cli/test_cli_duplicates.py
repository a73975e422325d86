"""Duplicates: list, accept, reject."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import BASE, Command
from cli_documents import PREFIXES

Write = Callable[[str, str], Path]
SECOND = PREFIXES + '\n<model/churn> a lake:Model ; dct:title "Churn" .\n'


@pytest.fixture
def twice(filled: Command, write: Write) -> Command:
    """A lake with a model under two names."""
    assert filled("commit", write("second.ttl", SECOND), "--agent", "bob").status == 0
    return filled


def test_a_lake_without_duplicates(filled: Command) -> None:
    assert filled("duplicates", "list").out == "There are no duplicates to decide about.\n"
    assert filled("duplicates", "list", "--json").json == []


def test_list_tells_how_sure_it_is_and_why(twice: Command) -> None:
    head, row = twice("duplicates", "list").out.splitlines()
    assert head.split() == ["sure", "one", "other", "because", "against"]
    assert row.split()[:3] == ["0.50", "model/acme/churn", "model/churn"]
    assert "both are called churn" in row
    (pair,) = twice("duplicates", "list", "--json").json
    assert pair == {
        "one": BASE + "model/acme/churn",
        "other": BASE + "model/churn",
        "score": 0.5,
        "evidence": ["both are called churn"],
        "against": [],
    }


def test_accept_merges_and_both_names_resolve(twice: Command) -> None:
    ended = twice("duplicates", "accept", "acme/churn", "model/churn", "-m", "one model", "--agent", "ada")
    assert ended.status == 0
    assert ended.out.splitlines()[0].startswith("commit 3 ")
    assert "model/churn is from now on described as model/acme/churn: decided by hand" in ended.out
    shown = [twice("show", name, "--json").json for name in ("model/churn", BASE + "model/churn", "acme/churn")]
    assert shown[0] == shown[1] == shown[2]
    assert shown[0]["resource"] == BASE + "model/acme/churn"
    assert shown[0]["merged"] == [{"resource": BASE + "model/churn", "evidence": []}]
    assert len(shown[0]["sources"]) == 2
    assert "model/churn  decided by hand" in twice("show", "acme/churn").out
    assert twice("show", "model/churn", "--as-of", "2", "--json").json["resource"] == BASE + "model/churn"
    assert twice("duplicates", "list", "--json").json == []
    assert "one model" in twice("history").out
    entries = twice("history", "model/churn", "--json").json
    assert [(item["sequence"], item["kind"]) for item in entries][-2:] == [(2, "statements"), (1, "statements")]
    assert {item["kind"] for item in entries if item["sequence"] == 3} == {"identity"}
    assert twice("verify").status == 0


def test_deciding_again_and_otherwise(twice: Command) -> None:
    assert twice("duplicates", "accept", "acme/churn", "model/churn", "-m", "one").status == 0
    again = twice("duplicates", "accept", "acme/churn", "model/churn", "-m", "one")
    assert (again.status, again.out) == (0, "That was decided already.\n")
    parted = twice("duplicates", "reject", "acme/churn", "model/churn", "-m", "two")
    assert "model/churn is from now on described by itself" in parted.out
    assert twice("show", "model/churn", "--json").json["resource"] == BASE + "model/churn"
    assert twice("duplicates", "list", "--json").json == []


def test_a_name_can_be_kept(twice: Command) -> None:
    ended = twice("duplicates", "accept", "acme/churn", "model/churn", "--into", "model/churn", "-m", "short", "--json")
    assert ended.json["sequence"] == 3
    assert twice("show", "acme/churn", "--json").json["resource"] == BASE + "model/churn"


def test_reject_keeps_two(twice: Command) -> None:
    ended = twice("duplicates", "reject", "acme/churn", "model/churn", "-m", "another one")
    assert "They are two, and will not be proposed again." in ended.out
    assert twice("duplicates", "list", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("accept", "acme/churn", "acme/churn", "-m", "r"), 2, "identity.same"),
        (("accept", "acme/churn", "acme/customers", "-m", "r"), 2, "identity.sorts-differ"),
        (("accept", "acme/churn", "model/churn", "-m", " "), 2, "identity.reason"),
        (("accept", "acme/churn", "model/churn", "--into", "acme/customers", "-m", "r"), 2, "identity.into"),
        (("accept", "acme/churn", "nobody", "-m", "r"), 3, "resource.unknown"),
        (("accept", "acme/churn", "model/churn"), 2, "--message"),
        (("reject", "acme/churn", "not an iri:", "-m", "r"), 3, "resource.unknown"),
        (("list", "--limit", "0"), 2, "--limit"),
    ],
)
def test_what_cannot_be_decided(twice: Command, arguments: tuple[str, ...], status: int, words: str) -> None:
    ended = twice("duplicates", *arguments)
    assert ended.status == status
    assert words in ended.err
    assert len(twice("history", "--json").json) == 2
