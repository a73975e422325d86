"""Spools: they behave like lists, however long they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modellake.lake.spools import Spool

ITEMS = st.lists(st.one_of(st.text(max_size=4), st.integers(), st.tuples(st.integers())), max_size=60)


@given(items=ITEMS, more=ITEMS, at_hand=st.integers(1, 7), start=st.integers(-70, 70), stop=st.integers(-70, 70))
def test_a_spool_is_a_list(items: list, more: list, at_hand: int, start: int, stop: int) -> None:
    spool, expected = Spool(items, at_hand=at_hand), list(items)
    spool += more
    expected += more
    assert len(spool) == len(expected)
    assert list(spool) == expected
    assert spool == expected
    assert bool(spool) == bool(expected)
    assert spool[start:stop] == expected[start:stop]
    assert [spool[number] for number in range(-len(expected), len(expected))] == expected * 2
    assert all(item in spool for item in expected)


@given(items=ITEMS.filter(bool), at_hand=st.integers(1, 7))
def test_it_differs_from_other_lists(items: list, at_hand: int) -> None:
    spool = Spool(items, at_hand=at_hand)
    assert spool != items[:-1]
    assert spool != [*items[:-1], object()]
    assert spool != "text"


def test_it_may_be_added_to_while_it_is_read() -> None:
    spool = Spool(range(7), at_hand=2)
    seen = []
    for item in spool:
        seen.append(item)
        if item < 3:
            spool.append(item + 100)
    assert seen[:7] == list(range(7))
    assert list(spool) == [*range(7), 100, 101, 102]


def test_an_item_beyond_its_end_is_an_error() -> None:
    spool = Spool("abc", at_hand=1)
    for index in (3, -4):
        try:
            spool[index]
        except IndexError:
            continue
        raise AssertionError(index)
