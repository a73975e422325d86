"""How often the collector looks, while some ask for less."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from modellake.core.collecting import collecting_seldom


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_the_last_who_asked_sets_it_back() -> None:
    gc.set_threshold(700, 11, 12)
    first, second = ExitStack(), ExitStack()
    first.enter_context(collecting_seldom())
    seldom = gc.get_threshold()
    assert seldom[0] > 10_000
    assert seldom[1:] == (11, 12)
    second.enter_context(collecting_seldom())
    first.close()
    assert gc.get_threshold() == seldom
    second.close()
    assert gc.get_threshold() == (700, 11, 12)


@pytest.mark.parametrize("own", [(0, 10, 10), (1_000_000, 10, 10)])
def test_who_wants_even_less_is_left_alone(own: tuple[int, int, int]) -> None:
    gc.set_threshold(*own)
    with collecting_seldom():
        assert gc.get_threshold() == own
    assert gc.get_threshold() == own


def test_an_error_sets_it_back() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="x"), collecting_seldom():
        raise ValueError("x")
    assert gc.get_threshold() == before
