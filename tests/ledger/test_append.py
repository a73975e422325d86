"""Appending: what becomes a commit, what does not, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from modellake.core.errors import ConflictError, UsageError
from modellake.ledger.commits import Change, Draft, SourceNote, StoredFinding
from modellake.ledger.ledger import Ledger

from .drafts import BASE, RULES, START, change, draft, record, says, source


def test_an_empty_ledger_has_a_genesis_hash_of_its_own(ledger: Ledger, tmp_path):
    head = ledger.head()
    assert head.sequence == 0
    assert len(head.hash) == 64
    with Ledger.create(tmp_path / "other.sqlite", BASE) as other:
        assert other.head() != head


def test_a_commit_says_who_when_why_and_what(ledger: Ledger):
    genesis = ledger.head()
    commit = ledger.append(draft(change(1, "one"), change(2, "two", by="b", space="private")))
    assert commit is not None
    assert (commit.sequence, commit.previous) == (1, genesis.hash)
    assert commit.time == "2026-01-31T12:00:00.000000Z"
    assert (commit.agent, commit.message, commit.size) == (f"{BASE}agent/ada", "why", 2)
    assert set(commit.rules) == set(RULES)
    first, second = commit.entries
    assert (first.record, first.source, first.kind, first.space) == (record(1), source("a"), "statements", "default")
    assert (second.record, second.source, second.space) == (record(2), source("b"), "private")
    assert ledger.content(first.content_id) == says("one")
    assert ledger.head() == type(genesis)(1, commit.hash)
    assert ledger.commit(1) == commit


def test_each_commit_names_the_one_before(filled: Ledger):
    commits = list(filled.commits())
    assert [commit.sequence for commit in commits] == [1, 2, 3]
    assert [commit.previous for commit in commits[1:]] == [commit.hash for commit in commits[:-1]]


def test_saying_the_same_again_makes_no_commit(ledger: Ledger):
    ledger.append(draft(change(1, "one"), change(2, "two")))
    head, stats = ledger.head(), ledger.stats()
    assert ledger.append(draft(change(1, "one"), change(2, "two"), minutes=5)) is None
    assert (ledger.head(), ledger.stats()) == (head, stats)


def test_only_what_changes_becomes_an_entry(ledger: Ledger):
    ledger.append(draft(change(1, "one"), change(2, "two")))
    commit = ledger.append(draft(change(1, "one"), change(2, "deux"), change(3, None)))
    assert [entry.record for entry in commit.entries] == [record(2)]


def test_withdrawing_what_is_not_there_makes_no_commit(ledger: Ledger):
    assert ledger.append(draft(change(1, None))) is None
    assert ledger.sources() == []
    ledger.append(draft(change(1, "one")))
    assert ledger.append(draft(change(1, None, by="b"))) is None
    assert ledger.append(draft(change(1, None, kind="retractions"))) is None


def test_a_withdrawal_belongs_to_the_space_of_what_it_withdraws(ledger: Ledger):
    ledger.append(draft(change(1, "one", space="private")))
    commit = ledger.append(draft(change(1, None)))
    (entry,) = commit.entries
    assert (entry.space, entry.content_id, entry.content_hmac) == ("private", None, None)
    assert ledger.contents(record(1)) == []
    assert ledger.append(draft(change(1, None))) is None


def test_moving_to_another_space_is_a_change(ledger: Ledger):
    ledger.append(draft(change(1, "one")))
    commit = ledger.append(draft(change(1, "one", space="private")))
    assert commit.size == 1
    (content,) = ledger.contents(record(1))
    assert (content.space, content.sequence, content.content) == ("private", 2, says("one"))


def test_equal_contents_are_stored_once(ledger: Ledger):
    ledger.append(draft(change(1, "same"), change(1, "same", by="b"), rules={}))
    assert ledger.stats().contents == 1
    ledger.append(draft(change(1, "same", by="c"), rules={}))
    assert ledger.stats().contents == 1


def test_an_empty_content_is_a_content(ledger: Ledger):
    ledger.append(draft(Change(record(1), source("a"), b"")))
    assert [content.content for content in ledger.contents(record(1))] == [b""]
    assert ledger.append(draft(Change(record(1), source("a"), b""))) is None


def test_rules_in_force_are_kept_once_and_read_back(ledger: Ledger, place):
    ledger.append(draft(change(1, "one")))
    ledger.append(draft(change(1, "uno")))
    with Ledger.open(place) as again:
        again.append(draft(change(1, "eins")))
        again.append(draft(change(1, "un"), rules={**RULES, "shapes": b"# revised"}))
    hmacs = [commit.rules for commit in ledger.commits()]
    assert hmacs[0] == hmacs[1] == hmacs[2]
    assert hmacs[3] != hmacs[2]
    assert ledger.rules(3) == RULES
    assert ledger.rules(4) == {**RULES, "shapes": b"# revised"}
    assert ledger.stats().contents == 4 + len(RULES) + 1


def test_no_rules_at_all_is_fine(ledger: Ledger):
    commit = ledger.append(draft(change(1, "one"), rules={}))
    assert (commit.rules, ledger.rules(1)) == ({}, {})
    assert ledger.verify(commit.hash).findings == ()


def test_several_batches_make_one_commit(ledger: Ledger):
    notes = {source(number): SourceNote(f"/{number}") for number in range(1203)}
    findings = [StoredFinding(record(number % 7), f'{{"n": {number}}}') for number in range(1203)]
    changes = [change(number % 601, f"text {number}", by=number) for number in range(1203)]
    commit = ledger.append(draft(*changes, sources=notes, findings=findings))
    assert commit.size == 1203
    assert [entry.source for entry in ledger.entries(1)] == [item.source for item in changes]
    assert [item.finding for item in ledger.findings()] == [item.finding for item in findings]
    assert len(ledger.findings(record=record(3))) == 172
    assert {row.place for row in ledger.sources()} == {note.place for note in notes.values()}
    assert ledger.verify(commit.hash).findings == ()


def test_the_expected_head_is_checked(ledger: Ledger):
    before = ledger.head()
    ledger.append(draft(change(1, "one")), expected=before)
    with pytest.raises(ConflictError) as caught:
        ledger.append(draft(change(1, "two")), expected=before)
    assert (caught.value.code, caught.value.exit_status) == ("ledger.conflict", 4)
    assert [content.content for content in ledger.contents(record(1))] == [says("one")]
    assert ledger.append(draft(change(1, "two")), expected=ledger.head()).sequence == 2


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (draft(change(1, "one"), change(1, "two")), "ledger.change-repeated"),
        (draft(change(1, "one"), change(1, "one")), "ledger.change-repeated"),
        (draft(change(2, "fine"), change(1, "one", kind="claims")), "ledger.kind"),
        (Draft("urn:a", "m", [change(1, "one")], datetime(2026, 1, 1)), "ledger.time"),
        (draft(change(1, "one"), message="half a pair: \ud800"), "ledger.text"),
        (draft(change(1, "one"), change("\ud800", "two")), "ledger.text"),
    ],
)
def test_an_impossible_draft_is_refused_and_nothing_is_written(ledger: Ledger, refused: Draft, code: str):
    ledger.append(draft(change(9, "before")))
    head, stats = ledger.head(), ledger.stats()
    with pytest.raises(UsageError) as caught:
        ledger.append(refused)
    assert caught.value.code == code
    assert (ledger.head(), ledger.stats()) == (head, stats)
    assert ledger.append(draft(change(9, "after"))).sequence == 2
    assert ledger.verify().findings == ()


def test_the_same_text_in_another_batch_is_also_a_repetition(ledger: Ledger):
    changes = [change(number, "x") for number in range(600)]
    with pytest.raises(UsageError) as caught:
        ledger.append(draft(*changes, change(0, "y")))
    assert caught.value.code == "ledger.change-repeated"
    assert ledger.head().sequence == 0


def test_times_are_kept_in_utc_as_the_clock_had_them(ledger: Ledger):
    time = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    commit = ledger.append(Draft("urn:a", "m", [change(1, "one")], time))
    assert commit.time == "2026-02-28T23:30:00.000000Z"
    backwards = ledger.append(Draft("urn:a", "m", [change(1, "two")], START - timedelta(days=400)))
    assert backwards.time == "2024-12-27T12:00:00.000000Z"
    assert ledger.verify(backwards.hash).findings == ()


def test_texts_survive_as_they_were_given(ledger: Ledger):
    message = 'line\nbreak, "quotes", \\ slash, nul \0, 模型 and 🧪'
    ledger.append(draft(change("é ☃", "one"), message=message))
    assert ledger.commit(1).message == message
    assert list(ledger.records()) == [record("é ☃")]
    assert ledger.verify().findings == ()


def test_a_rolled_back_commit_leaves_nothing_in_memory(ledger: Ledger):
    types = frozenset({("urn:r", "urn:C")})
    with pytest.raises(UsageError):
        ledger.append(draft(change(1, "one", types=types), change(1, "two")))
    ledger.append(draft(change(1, "one", types=types)))
    assert ledger.types_of(["urn:r"]) == {"urn:r": {"urn:C"}}
    assert ledger.verify().findings == ()
