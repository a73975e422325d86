"""Reading: the present, the past, and what is known about sources and findings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from modellake.core.errors import AmbiguousError, LedgerError, NotFoundError, UsageError
from modellake.ledger.commits import SourceNote, StoredFinding
from modellake.ledger.ledger import Ledger

from .drafts import START, change, draft, record, says, source
from .places import run_sql


def texts(ledger: Ledger, name: object, at: int | None = None) -> list[tuple[str, str, bytes]]:
    return [(item.source, item.kind, item.content) for item in ledger.contents(record(name), at=at)]


def test_contents_are_those_of_each_source_in_order(ledger: Ledger):
    ledger.append(draft(change(1, "b", by="b"), change(1, "r", by="a", kind="retractions"), change(1, "a")))
    assert texts(ledger, 1) == [
        (source("a"), "retractions", says("r")),
        (source("a"), "statements", says("a")),
        (source("b"), "statements", says("b")),
    ]
    assert ledger.contents(record("unknown")) == []


def test_the_past_is_still_there(filled: Ledger):
    assert texts(filled, 2, at=0) == []
    both = [(source("a"), "statements", says("two")), (source("b"), "statements", says("zwei"))]
    assert texts(filled, 2, at=1) == both
    assert texts(filled, 2, at=2) == both[1:]
    assert texts(filled, 2, at=3) == [(source("a"), "statements", says("deux")), both[1]]
    assert texts(filled, 2, at=99) == texts(filled, 2) == texts(filled, 2, at=3)


def test_many_records_come_in_the_order_asked_for(ledger: Ledger):
    ledger.append(draft(*(change(number, f"text {number}") for number in range(1100))))
    asked = [record(number) for number in range(1100, -1, -1)]
    for at in (None, 1):
        found = list(ledger.contents_many(asked, at=at))
        assert [name for name, _ in found] == asked
        assert found[0][1] == []
        assert [held[0].content for _, held in found[1:]] == [says(f"text {number}") for number in range(1099, -1, -1)]


def test_everything_is_streamed_in_the_order_of_iris(ledger: Ledger):
    ledger.append(draft(*(change(number, f"text {number}") for number in range(1100))))
    ledger.append(draft(change(7, None), change(8, "new")))
    for at, expected in ((None, 1099), (1, 1100), (2, 1099), (0, 0)):
        found = list(ledger.contents_all(at=at))
        names = [name for name, _ in found]
        assert len(names) == expected
        assert names == sorted(names) == list(ledger.records(at=at))
    assert dict(ledger.contents_all(at=1))[record(8)][0].content == says("text 8")
    assert dict(ledger.contents_all())[record(8)][0].content == says("new")


def test_other_spaces_are_left_out(filled: Ledger):
    spaces = frozenset({"private"})
    for at in (None, 1, 2, 3):
        found = list(filled.contents_all(at=at, spaces=spaces))
        assert [(name, [item.space for item in held]) for name, held in found] == [(record(2), ["private"])]
    assert list(filled.contents_all(spaces=frozenset())) == []


def test_retractions_alone_make_no_record(ledger: Ledger):
    ledger.append(draft(change(1, "one"), change(1, "not so", by="curated", kind="retractions")))
    ledger.append(draft(change(1, None)))
    assert not ledger.has_record(record(1))
    assert list(ledger.records()) == []
    assert list(ledger.records(at=1)) == [record(1)]
    assert ledger.stats().records == 0
    assert [item.kind for item in ledger.contents(record(1))] == ["retractions"]


def test_a_record_is_there_as_long_as_a_source_states_something(filled: Ledger):
    assert filled.has_record(record(2))
    filled.append(draft(change(2, None), change(2, None, by="b")))
    assert not filled.has_record(record(2))
    assert not filled.has_record(record("unknown"))


def test_records_of_a_source(filled: Ledger):
    assert filled.records_of(source("a")) == [record(1), record(2)]
    filled.append(draft(change(2, None)))
    assert filled.records_of(source("a")) == [record(1)]
    assert filled.records_of("urn:unknown") == []


def test_changed_records_are_named_once(filled: Ledger):
    assert list(filled.changed_records(0, 3)) == [record(1), record(2), record(3)]
    assert list(filled.changed_records(1, 2)) == [record(1), record(2)]
    assert list(filled.changed_records(2, 3)) == [record(2), record(3)]
    assert list(filled.changed_records(3, 3)) == []


def test_a_range_of_commits(filled: Ledger):
    assert [commit.sequence for commit in filled.commits(after=1)] == [2, 3]
    assert [commit.sequence for commit in filled.commits(after=1, until=2)] == [2]
    assert [commit.message for commit in filled.commits(until=1)] == ["why"]
    with pytest.raises(NotFoundError) as caught:
        filled.commit(4)
    assert caught.value.code == "ledger.commit-unknown"


def test_a_commit_is_found_by_the_beginning_of_its_hash(ledger: Ledger):
    for number in range(40):
        ledger.append(draft(change(1, str(number)), rules={}))
    hashes = {commit.hash: commit.sequence for commit in ledger.commits()}
    for own_hash, sequence in hashes.items():
        assert ledger.commit_by_hash(own_hash).sequence == sequence
        assert ledger.commit_by_hash(own_hash[:20].upper()).sequence == sequence
    with pytest.raises(AmbiguousError) as caught:
        # Forty hashes begin with at most sixteen digits.
        for digit in "0123456789abcdef":
            if any(own_hash.startswith(digit) for own_hash in hashes):
                ledger.commit_by_hash(digit)
    assert set(caught.value.candidates) <= set(hashes)
    for unknown in ("f" * 64, "", "%", "xyz"):
        with pytest.raises(NotFoundError):
            ledger.commit_by_hash(unknown)


def test_the_last_commit_at_a_moment(filled: Ledger):
    assert filled.sequence_at(START - timedelta(seconds=1)) == 0
    assert filled.sequence_at(START) == 1
    assert filled.sequence_at(START + timedelta(seconds=90)) == 2
    assert filled.sequence_at(datetime(2030, 1, 1, tzinfo=UTC)) == 3
    with pytest.raises(UsageError):
        filled.sequence_at(datetime(2030, 1, 1))


def test_the_history_of_a_record(filled: Ledger):
    told = [(item.sequence, item.source, item.kind, item.action) for item in filled.history(record(2))]
    assert told == [
        (1, source("a"), "statements", "added"),
        (1, source("b"), "statements", "added"),
        (2, source("a"), "statements", "withdrawn"),
        (3, source("a"), "statements", "added"),
    ]
    first, second, third = filled.history(record(1))
    assert (first.action, second.action, third.action) == ("added", "replaced", "added")
    assert (second.message, second.hash) == ("second", filled.commit(2).hash)
    assert filled.content(second.content_id) == says("uno")
    assert filled.history("urn:unknown") == []


def test_when_a_record_began_and_changed(filled: Ledger):
    times = [commit.time for commit in filled.commits()]
    span = filled.span(record(2))
    assert (span.created, span.modified) == (times[0], times[2])
    assert filled.span(record(2), at=2).modified == times[1]
    assert filled.span(record(3)).created == times[2]
    assert set(filled.spans([record(1), record(3), "urn:unknown"], at=2)) == {record(1)}
    with pytest.raises(NotFoundError):
        filled.span(record(3), at=2)


def test_sources_and_what_is_known_about_them(filled: Ledger):
    rows = {row.iri: row for row in filled.sources()}
    assert list(rows) == sorted(source(name) for name in ("a", "b", "c", "curated"))
    told = rows[source("a")]
    assert (told.place, told.media_type, told.harvester) == ("/data/b.ttl", "text/turtle", "turtle")
    assert (told.records, told.sequence) == (2, 3)
    assert rows[source("c")].place == source("c")
    notes = filled.source_notes([source("a"), source("c"), source("a"), "urn:unknown"])
    assert notes == {
        source("a"): SourceNote("/data/b.ttl", "text/turtle", "turtle"),
        source("c"): SourceNote(source("c")),
    }
    assert filled.source_notes([source("a"), source("c")], at=1) == {
        source("a"): SourceNote("/data/a.ttl", "text/turtle")
    }


def test_a_source_is_noted_anew_only_when_its_note_differs(ledger: Ledger):
    notes = {source("a"): SourceNote("/a", "text/turtle"), source("silent"): SourceNote("/silent")}
    ledger.append(draft(change(1, "one"), sources=notes))
    ledger.append(draft(change(1, "two"), sources=notes))
    ledger.append(draft(change(1, "three")))
    rows = {row.iri: row for row in ledger.sources()}
    assert (rows[source("a")].place, rows[source("a")].sequence) == ("/a", 3)
    assert (rows[source("silent")].records, rows[source("silent")].sequence) == (0, 1)
    assert ledger.verify().findings == ()


def test_findings_are_kept_with_their_commit(filled: Ledger):
    assert [(item.sequence, item.record) for item in filled.findings()] == [(1, record(1)), (1, None)]
    assert [item.finding for item in filled.findings(record=record(1))] == ['{"code": "gate.warning"}']
    assert filled.findings(sequence=2) == []
    filled.append(draft(change(1, "x"), findings=[StoredFinding(record("elsewhere"), "{}")]))
    assert [item.record for item in filled.findings(sequence=4)] == [record("elsewhere")]
    assert not filled.has_record(record("elsewhere"))


def test_contents_and_their_errors(filled: Ledger):
    with pytest.raises(NotFoundError) as caught:
        filled.content(999)
    assert caught.value.code == "ledger.content-unknown"
    (entry,) = [item for item in filled.entries(1) if item.record == record(1)]
    assert filled.content(entry.content_id) == says("one")


def test_numbers(filled: Ledger):
    stats = filled.stats()
    assert (stats.commits, stats.records, stats.sources, stats.quarantined) == (3, 3, 4, 0)
    # Seven texts of sources, three rules, one revised and then put back.
    assert stats.contents == 7 + 3 + 2
    assert stats.stored > 0
    assert stats.size > 7 * len(says("one"))


def test_a_damaged_content_never_becomes_state(filled: Ledger, place):
    content_id = filled.contents(record(3))[0].content_id
    ((body,),) = run_sql(place, "SELECT body FROM contents WHERE id = ?", content_id)
    run_sql(place, "UPDATE contents SET body = ? WHERE id = ?", body[:-1] + b"?", content_id)
    with pytest.raises(LedgerError) as caught:
        filled.contents(record(3))
    assert caught.value.code == "ledger.content-changed"
    assert record(3) in caught.value.message


def test_an_erased_content_says_nothing_any_more(filled: Ledger, place):
    content_id = filled.contents(record(3))[0].content_id
    erase = "UPDATE contents SET salt = NULL, digest = NULL, codec = NULL, checksum = NULL, size = NULL, body = NULL"
    run_sql(place, f"{erase} WHERE id = ?", content_id)
    assert filled.contents(record(3)) == []
    with pytest.raises(NotFoundError) as caught:
        filled.content(content_id)
    assert caught.value.code == "ledger.content-erased"
    report = filled.verify(filled.head().hash)
    assert [(item.code, item.severity.value) for item in report] == [("ledger.content-erased", "Warning")]
    assert filled.append(draft(change(3, "three", by="c"))).sequence == 4


def test_a_stream_sees_the_ledger_as_it_was_when_it_began(ledger: Ledger):
    ledger.append(draft(*(change(number, "first") for number in range(1200))))
    stream = ledger.contents_all()
    next(stream)
    ledger.append(draft(*(change(number, "second") for number in range(1200))))
    assert {held[0].content for _, held in stream} == {says("first")}
    assert {held[0].content for _, held in ledger.contents_all()} == {says("second")}


def test_threads_read_whole_commits_while_another_writes(ledger: Ledger):
    def write(version: int) -> None:
        ledger.append(draft(*(change(number, f"version {version}") for number in range(30)), rules={}))

    def read(_: int) -> int:
        versions = {held[0].content for _, held in ledger.contents_all()}
        assert len(versions) == 1
        assert len(ledger.contents(record(3))) == 1
        return ledger.head().sequence

    write(0)
    with ThreadPoolExecutor(8) as pool:
        reads = [pool.submit(read, number) for number in range(120)]
        writes = [pool.submit(write, number) for number in range(1, 25)]
        assert max(job.result() for job in reads) <= 25
        for job in writes:
            job.result()
    assert ledger.head().sequence == 25
    assert ledger.verify().findings == ()
