"""Quarantine: nothing that a user sent is lost."""

from __future__ import annotations

from typing import Any

import pytest

from modellake.core.errors import NotFoundError, UsageError
from modellake.core.report import Finding, Place, Report, Severity
from modellake.ledger.ledger import Ledger

from .drafts import BASE, change, draft, source
from .places import only_in_files

REPORT = Report((Finding("parse.syntax", Severity.VIOLATION, "Line 3 ends too early", place=Place("a.ttl", 3)),))


def keep(ledger: Ledger, original: bytes = b"broken \xff", by: str = "a", **more: Any) -> int:
    values: dict[str, Any] = {
        "source": source(by),
        "place": "a.ttl",
        "media_type": "text/turtle",
        "harvester": None,
        "agent": f"{BASE}agent/ada",
        "original": original,
        "report": REPORT,
    }
    return ledger.quarantine.keep(**{**values, **more})


def test_what_is_kept_comes_back_as_it_was(ledger: Ledger):
    number = keep(ledger, harvester="turtle", space="private")
    item = ledger.quarantine.get(number)
    assert (item.id, item.source, item.place, item.media_type) == (number, source("a"), "a.ttl", "text/turtle")
    assert (item.harvester, item.agent, item.space, item.status) == (
        "turtle",
        f"{BASE}agent/ada",
        "private",
        "open",
    )
    assert (item.original, item.size, item.report) == (b"broken \xff", 8, REPORT)
    assert item.time.endswith("Z")
    (listed,) = ledger.quarantine.list()
    assert (listed.id, listed.report, listed.size) == (number, REPORT, 8)
    assert ledger.quarantine.count() == ledger.stats().quarantined == 1


def test_the_same_refusal_again_does_not_pile_up(ledger: Ledger):
    first = keep(ledger)
    again = keep(ledger, report=Report(REPORT.findings * 2))
    assert again == first
    assert len(ledger.quarantine.get(first).report) == 2
    assert keep(ledger, original=b"other") != first
    assert keep(ledger, by="b") != first
    assert ledger.quarantine.count() == 3


def test_an_accepted_source_settles_its_open_items(ledger: Ledger):
    first, other = keep(ledger), keep(ledger, by="b")
    second = keep(ledger, original=b"other")
    commit = ledger.append(draft(change(1, "one")))
    assert ledger.quarantine.settle(source("a"), commit.sequence) == 2
    assert ledger.quarantine.settle(source("a"), commit.sequence) == 0
    assert [item.id for item in ledger.quarantine.list()] == [other]
    assert [(item.id, item.sequence) for item in ledger.quarantine.list("taken in")] == [
        (first, commit.sequence),
        (second, commit.sequence),
    ]
    assert [item.id for item in ledger.quarantine.list(None)] == [first, other, second]
    assert (ledger.quarantine.count(), ledger.quarantine.count(None)) == (1, 3)
    assert keep(ledger) not in (first, other, second)


def test_many_sources_are_settled_at_once(ledger: Ledger):
    for name in "abc":
        keep(ledger, by=name)
    assert ledger.quarantine.settle_all([source("a"), source("c"), source("unknown")], 1) == 2
    assert [item.source for item in ledger.quarantine.list()] == [source("b")]


def test_a_dropped_item_is_gone_and_its_number_is_not_used_again(ledger: Ledger):
    number = keep(ledger)
    ledger.quarantine.drop(number)
    for ask in (ledger.quarantine.get, ledger.quarantine.drop):
        with pytest.raises(NotFoundError) as caught:
            ask(number)
        assert caught.value.code == "quarantine.unknown"
    assert keep(ledger) == number + 1


def test_a_place_that_is_no_text_is_refused_as_such(ledger: Ledger):
    with pytest.raises(UsageError) as caught:
        keep(ledger, place="undecodable-\udcff.ttl")
    assert caught.value.code == "ledger.text"
    assert ledger.quarantine.count() == 0


@only_in_files("the size of a database on a server is not told by a file")
def test_a_large_original_is_compressed(ledger: Ledger, place):
    keep(ledger, original=b"<urn:s> <urn:p> <urn:o> .\n" * 40_000)
    ledger.close()
    assert place.stat().st_size < 400_000


def test_the_quarantine_is_no_part_of_the_chain(filled: Ledger):
    head = filled.head()
    keep(filled)
    assert filled.head() == head
    assert filled.verify(head.hash).findings == ()


def test_items_come_in_pages(ledger: Ledger):
    numbers = [keep(ledger, by=name) for name in "abcde"]
    first = ledger.quarantine.list(limit=2)
    assert [item.id for item in first] == numbers[:2]
    assert [item.id for item in ledger.quarantine.list(after=first[-1].id, limit=9)] == numbers[2:]
