"""The index of types: what the gate asks about resources that a record refers to."""

from __future__ import annotations

from modellake.ledger.ledger import Ledger

from .drafts import change, draft, record, source

MODEL, ENTITY, PART = "urn:Model", "urn:Entity", "urn:Part"


def test_types_are_those_stated_now(ledger: Ledger):
    stated = frozenset({("urn:m", MODEL), ("urn:m", ENTITY), ("urn:m#part", PART)})
    ledger.append(draft(change(1, "one", types=stated)))
    asked = ["urn:m", "urn:m#part", "urn:m#other", "urn:unknown", "urn:m"]
    assert ledger.types_of(asked) == {"urn:m": {MODEL, ENTITY}, "urn:m#part": {PART}}
    assert ledger.types_of([]) == {}
    ledger.append(draft(change(1, "two", types=frozenset({("urn:m", ENTITY)}))))
    assert ledger.types_of(asked) == {"urn:m": {ENTITY}}
    ledger.append(draft(change(1, None)))
    assert ledger.types_of(asked) == {}


def test_types_of_several_sources_add_up(ledger: Ledger):
    ledger.append(
        draft(
            change(1, "one", types=frozenset({("urn:m", MODEL)})),
            change(1, "one", by="b", types=frozenset({("urn:m", PART)})),
        )
    )
    assert ledger.types_of(["urn:m"]) == {"urn:m": {MODEL, PART}}
    ledger.append(draft(change(1, None, by="b")))
    assert ledger.types_of(["urn:m"]) == {"urn:m": {MODEL}}


def test_retractions_state_no_types_and_take_none_away(ledger: Ledger):
    stated = frozenset({("urn:m", MODEL)})
    ledger.append(draft(change(1, "one", types=stated)))
    ledger.append(draft(change(1, "not so", kind="retractions", types=frozenset({("urn:m", PART)}))))
    ledger.append(draft(change(1, None, kind="retractions")))
    assert ledger.types_of(["urn:m"]) == {"urn:m": {MODEL}}


def test_many_resources_at_once_and_in_another_process(ledger: Ledger, place):
    changes = [
        change(number, "x", types=frozenset({(f"urn:{number}#a", f"urn:Class{number % 700}")}))
        for number in range(1300)
    ]
    ledger.append(draft(*changes))
    expected = {f"urn:{number}#a": {f"urn:Class{number % 700}"} for number in range(1300)}
    assert ledger.types_of(expected) == expected
    with Ledger.open(place) as again:
        assert again.types_of(expected) == expected
        again.append(draft(change("new", "x", types=frozenset({("urn:new", "urn:Class3"), ("urn:new", "urn:New")}))))
    assert ledger.types_of(["urn:new"]) == {"urn:new": {"urn:Class3", "urn:New"}}


def test_they_are_written_anew_as_a_whole(ledger: Ledger):
    ledger.append(draft(change(1, "one", types=frozenset({("urn:m", MODEL)}))))
    ledger.append(draft(change(2, "two", types=frozenset({("urn:n", MODEL)}))))
    head = ledger.head()
    ledger.replace_types(
        [
            (record(1), source("a"), frozenset({("urn:m", ENTITY), ("urn:m", MODEL)})),
            (record(1), source("unknown"), frozenset({("urn:x", MODEL)})),
            (record("unknown"), source("a"), frozenset({("urn:y", MODEL)})),
        ]
    )
    assert ledger.types_of(["urn:m", "urn:n", "urn:x", "urn:y"]) == {"urn:m": {MODEL, ENTITY}}
    assert ledger.head() == head
