"""The past: history and diff."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import BASE, Command
from cli_documents import CHURN, NAMED

Write = Callable[[str, str], Path]


@pytest.fixture
def changed(filled: Command, write: Write) -> Command:
    """A lake in which the title of a model has changed with commit 2."""
    write("churn.ttl", CHURN.replace('"Churn"', '"Attrition"'))
    assert filled("commit", "churn.ttl", "-m", "A better name", "--agent", "bob").status == 0
    return filled


def test_the_history_of_a_lake_begins_with_the_newest(changed: Command) -> None:
    head, second, first = changed("history").out.splitlines()
    assert head.split() == ["commit", "hash", "when", "who", "changes", "message"]
    assert second.startswith("2 ")
    assert "agent/bob" in second
    assert second.endswith("A better name")
    assert first.endswith("Describe churn")
    assert [commit["sequence"] for commit in changed("history", "--json").json] == [2, 1]


def test_the_history_of_a_record_names_action_and_source(changed: Command) -> None:
    entries = changed("history", "acme/churn", "--json").json
    assert [entry["action"] for entry in entries] == ["replaced", "added"]
    assert entries[0]["source"] == (Path.cwd() / "churn.ttl").as_uri()
    assert "replaced" in changed("history", "acme/churn").out
    # What did not change has no second entry.
    assert len(changed("history", "acme/customers", "--json").json) == 1


def test_a_limit_tells_what_it_left_out(changed: Command) -> None:
    ended = changed("history", "--limit", "1")
    assert len(ended.out.splitlines()) == 2
    assert ended.err == "… and 1 earlier commit; --limit 0 shows all.\n"
    assert changed("history", "--limit", "0").err == ""


def test_a_lake_without_history(command: Command) -> None:
    command("init")
    assert command("history").out.startswith("Nothing has happened yet.")
    assert command("history", "--json").json == []


def test_the_history_of_what_was_never_mentioned(changed: Command) -> None:
    assert changed("history", BASE + "model/acme/never").status == 3


def test_windows_miss_no_commit(filled: Command, place: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from modellake.cli import history
    from modellake.ledger.ledger import Ledger

    for number in range(6):
        assert filled("commit", write("named.ttl", NAMED.replace("Not", f"Not {number}"))).status == 0
    monkeypatch.setattr(history, "_WINDOW", 3)
    with Ledger.open(place / "ledger.sqlite") as ledger:
        assert [commit.sequence for commit in history.newest_first(ledger, 7)] == [7, 6, 5, 4, 3, 2, 1]


def test_diff_shows_what_went_and_what_came(changed: Command) -> None:
    ended = changed("diff", "acme/churn", "1", "2")
    assert ended.status == 0
    assert ended.out.splitlines() == [
        "--- model/acme/churn at commit 1",
        "+++ model/acme/churn at commit 2",
        "- model/acme/churn  dct:title  Churn",
        "+ model/acme/churn  dct:title  Attrition",
    ]


def test_diff_answers_programs(changed: Command) -> None:
    answer = changed("diff", "acme/churn", "0", "1", "--json").json
    assert (answer["before"], answer["after"]) == (0, 1)
    assert answer["removed"] == []
    assert {
        "subject": f"<{BASE}model/acme/churn>",
        "predicate": "<http://purl.org/dc/terms/title>",
        "object": '"Churn"',
    } in answer["added"]


def test_no_difference(changed: Command) -> None:
    ended = changed("diff", "acme/churn", "2", "2")
    assert ended.status == 0
    assert ended.err == "No difference.\n"


def test_diff_of_moments_that_never_were(changed: Command) -> None:
    assert changed("diff", "acme/churn", "1", "99").status == 3
    assert changed("diff", "acme/churn", "then", "now").status == 2
