"""Listing: the records of ranges of names, page by page, as each audience may see them."""

from __future__ import annotations

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from modellake.ledger.ledger import Ledger
from modellake.ledger.listing import Range

from .drafts import BASE, change, draft, record

ALL = Range(f"{BASE}record/", f"{BASE}record0")
DEFAULT = frozenset({"default"})


def pages(ledger: Ledger, ranges: list[Range], limit: int, spaces: frozenset[str] = DEFAULT) -> list[str]:
    found: list[str] = []
    while page := ledger.listing.page(ranges, spaces, limit, found[-1] if found else ""):
        assert len(page) <= limit
        found += page
    return found


def test_pages_together_are_all_records(ledger: Ledger):
    ledger.append(draft(*(change(number, "x") for number in range(25))))
    for limit in (1, 7, 25, 100):
        assert pages(ledger, [ALL], limit) == sorted(record(number) for number in range(25))
    assert ledger.listing.count([ALL], DEFAULT) == 25


def test_only_what_is_stated_now_in_these_spaces(filled: Ledger):
    ledger = filled
    ledger.append(draft(change(9, "secret", by="z", space="private"), change(3, None, by="c"), minutes=3))
    ledger.append(draft(change(8, "not so", kind="retractions"), minutes=4))
    assert pages(ledger, [ALL], 2) == [record(1), record(2)]
    assert pages(ledger, [ALL], 2, frozenset({"private"})) == [record(2), record(9)]
    assert pages(ledger, [ALL], 2, frozenset({"default", "private"})) == [record(1), record(2), record(9)]
    assert ledger.listing.count([ALL], frozenset({"private"})) == 2
    assert ledger.listing.among([record(1), record(3), record(9), "urn:x"], DEFAULT) == {record(1)}


def test_ranges_follow_each_other(ledger: Ledger):
    names = ["a", "a-b", "a/1", "a/2", "ab", "b/1", "ä/1", "😀/1"]
    ledger.append(draft(*(change(name, "x") for name in names)))
    root = f"{BASE}record/model/org/"
    within = Range(f"{root}a/", f"{root}a0")
    around = [Range(root, within.start), Range(within.end, f"{root[:-1]}0")]
    assert pages(ledger, [within], 1) == [f"{root}a/1", f"{root}a/2"]
    others = sorted(f"{root}{name}" for name in names if not name.startswith("a/"))
    for limit in (1, 2, 3, 10):
        assert pages(ledger, around, limit) == others
    assert ledger.listing.count(around, DEFAULT) == len(others)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(string.ascii_letters + "-/0", min_size=1, max_size=6), max_size=12), st.integers(1, 5))
def test_any_names_in_any_pages(new_place, names: list[str], limit: int):
    with Ledger.create(new_place(), BASE) as ledger:
        if names:
            ledger.append(draft(*(change(name, "x") for name in dict.fromkeys(names))))
        assert pages(ledger, [ALL], limit) == sorted({record(name) for name in names})
