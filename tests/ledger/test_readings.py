"""The index of readings: what a source was read from when it said what it says now."""

from __future__ import annotations

from dataclasses import replace

from modellake.core.report import Finding, Report, Severity
from modellake.ledger.ledger import Ledger
from modellake.ledger.schema import metadata

from .drafts import BASE, change, draft, fill, source
from .places import Place, run_sql

A, B = source("a"), source("b")
VERSION_1 = {"meta", "records", "sources", "contents", "commits", "entries", "rules", "notes", "findings"}
VERSION_1 |= {"current", "type_sets", "types", "quarantine"}


def told(ledger: Ledger, *changes, **readings: bytes) -> None:
    named = {source(name): digest for name, digest in readings.items()}
    ledger.append(replace(draft(*changes), readings=named))


def refuse(ledger: Ledger, iri: str) -> int:
    report = Report((Finding("parse.syntax", Severity.VIOLATION, "broken"),))
    return ledger.quarantine.keep(
        source=iri, place="a", media_type="", harvester=None, agent="urn:ada", original=b"x", report=report
    )


def test_a_commit_brings_the_reading_of_its_source(ledger: Ledger):
    told(ledger, change(1, "one"), change(2, "two", by="b"), a=b"first")
    assert ledger.readings_of([A, B, "urn:unknown", A]) == {A: b"first"}
    told(ledger, change(1, "uno"), a=b"second")
    assert ledger.readings_of([A]) == {A: b"second"}


def test_a_change_without_a_reading_forgets_the_one_before(ledger: Ledger):
    told(ledger, change(1, "one"), change(2, "two"), change(1, "eins", by="b"), a=b"first", b=b"other")
    told(ledger, change(2, None))
    assert ledger.readings_of([A, B]) == {B: b"other"}


def test_a_change_that_changes_nothing_keeps_the_reading(ledger: Ledger):
    told(ledger, change(1, "one"), a=b"first")
    told(ledger, change(1, "one"), change(1, "eins", by="b"))
    assert ledger.readings_of([A]) == {A: b"first"}


def test_a_reading_that_said_nothing_new_is_noted_unless_somebody_wrote_meanwhile(ledger: Ledger):
    told(ledger, change(1, "one"), a=b"first")
    head = ledger.head()
    assert ledger.note_readings({A: b"second", "urn:unknown": b"x"}, expected=head)
    assert ledger.readings_of([A]) == {A: b"second"}
    told(ledger, change(1, "uno"))
    assert not ledger.note_readings({A: b"third"}, expected=head)
    assert ledger.readings_of([A]) == {}


def test_what_waits_in_quarantine_has_no_reading(ledger: Ledger):
    told(ledger, change(1, "one"), change(1, "eins", by="b"), a=b"first", b=b"other")
    item = refuse(ledger, A)
    assert ledger.readings_of([A, B]) == {B: b"other"}
    ledger.quarantine.drop(item)
    assert ledger.readings_of([A, B]) == {A: b"first", B: b"other"}


def test_many_at_once(ledger: Ledger):
    digests = {f"s{number}": b"%d" % number for number in range(1200)}
    told(ledger, *(change(name, "x", by=name) for name in digests), **digests)
    assert ledger.readings_of(source(name) for name in digests) == {source(name): d for name, d in digests.items()}
    ledger.forget_readings()
    assert ledger.readings_of([source("s1")]) == {}


def test_readings_are_no_part_of_the_chain(ledger: Ledger):
    told(ledger, change(1, "one"), a=b"first")
    head = ledger.head()
    ledger.note_readings({A: b"second"}, expected=head)
    assert ledger.head() == head
    assert ledger.verify(head.hash).findings == ()


def test_a_ledger_of_version_1_gets_the_index(place: Place):
    with Ledger.create(place, BASE) as ledger:
        fill(ledger)
    for table in metadata.tables.keys() - VERSION_1:
        run_sql(place, f"DROP TABLE {table}")
    run_sql(place, "DROP INDEX entries_of_identity")
    run_sql(place, "UPDATE meta SET value = '1' WHERE key = 'version'")
    with Ledger.open(place) as ledger:
        assert ledger.readings_of([A]) == {}
        told(ledger, change(7, "seven"), a=b"first")
        assert ledger.readings_of([A]) == {A: b"first"}
        assert ledger.verify().findings == ()
