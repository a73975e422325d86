"""For every sequence of changes, the ledger says what a plain dictionary would say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from modellake.ledger.commits import Change
from modellake.ledger.ledger import Ledger

from .drafts import BASE, draft, record, says, source
from .places import Place

Key = tuple[str, str, str]
State = dict[Key, tuple[bytes, str, int]]

changes = st.builds(
    Change,
    record=st.sampled_from([record(number) for number in range(3)]),
    source=st.sampled_from([source(name) for name in "ab"]),
    content=st.sampled_from([None, says("x"), says("y"), b""]),
    kind=st.sampled_from(["statements", "statements", "retractions"]),
    space=st.sampled_from(["default", "private"]),
)
drafts = st.lists(changes, max_size=6, unique_by=lambda item: (item.record, item.source, item.kind))


def apply(state: State, changed: list[Change], sequence: int) -> State:
    new = dict(state)
    for item in changed:
        key = (item.record, item.source, item.kind)
        if item.content is None:
            new.pop(key, None)
        elif new.get(key, ())[:2] != (item.content, item.space):
            new[key] = (item.content, item.space, sequence)
    return new


def held(ledger: Ledger, name: str, at: int | None) -> State:
    found = ledger.contents(name, at=at)
    return {(item.record, item.source, item.kind): (item.content, item.space, item.sequence) for item in found}


def check(ledger: Ledger, state: State, at: int | None) -> None:
    told: dict[str, Any] = {}
    for number in range(3):
        name = record(number)
        told[name] = {key: value for key, value in state.items() if key[0] == name}
        assert held(ledger, name, at) == told[name]
    everything = dict(ledger.contents_all(at=at))
    assert {name for name, found in told.items() if found} == set(everything)
    assert sum(map(len, everything.values())) == len(state)
    private = dict(ledger.contents_all(at=at, spaces=frozenset({"private"})))
    assert sum(map(len, private.values())) == sum(space == "private" for _, space, _ in state.values())
    stated = sorted({name for name, _, kind in state if kind == "statements"})
    assert list(ledger.records(at=at)) == stated


@settings(max_examples=40, deadline=None)
@given(history=st.lists(drafts, max_size=7))
def test_contents_at_any_commit_are_those_of_a_dictionary(new_place: Callable[[], Place], history: list[list[Change]]):
    states: list[State] = [{}]
    with Ledger.create(new_place(), BASE) as ledger:
        for changed in history:
            new = apply(states[-1], changed, len(states))
            commit = ledger.append(draft(*changed))
            assert (commit is None) == (new == states[-1])
            if commit is not None:
                states.append(new)
                assert commit.sequence == len(states) - 1
        for at, state in enumerate(states):
            check(ledger, state, at)
        check(ledger, states[-1], None)
        for name in "ab":
            said = sorted({item for item, by, _ in states[-1] if by == source(name)})
            assert ledger.records_of(source(name)) == said
        assert ledger.verify(ledger.head().hash).findings == ()
