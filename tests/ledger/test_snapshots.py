"""Snapshots: what one thread reads within one is of one state, whatever is appended meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import bindparam, select

from modellake.core.errors import ConflictError, NotFoundError
from modellake.core.report import Report
from modellake.ledger.ledger import Ledger
from modellake.ledger.quarantine import TAKEN_IN
from modellake.ledger.rows import first_row, select_rows
from modellake.ledger.schema import records

from .drafts import change, draft, record, source

_ASKED = (
    select(records.c.iri, records.c.id)
    .where(records.c.iri.in_(bindparam("wanted", expanding=True)), records.c.id > bindparam("after"))
    .order_by(records.c.iri)
    .limit(1000)
)


def test_a_snapshot_does_not_see_what_is_appended(filled: Ledger):
    with filled.snapshot():
        head = filled.head()
        with ThreadPoolExecutor(1) as other:
            other.submit(filled.append, draft(change(9, "new"))).result()
            assert other.submit(filled.head).result().sequence == head.sequence + 1
        assert filled.head() == head
        assert filled.contents(record(9)) == []
        assert list(filled.contents_many([record(9)])) == [(record(9), [])]
    assert filled.head().sequence == head.sequence + 1
    assert len(filled.contents(record(9))) == 1


def test_who_appends_to_an_old_state_is_told(filled: Ledger):
    with filled.snapshot():
        head = filled.head()
        filled.append(draft(change(9, "new")))
        assert filled.head() == head
    with pytest.raises(ConflictError):
        filled.append(draft(change(9, "other")), expected=head)


def test_snapshots_nest_and_end_after_an_error(filled: Ledger):
    with pytest.raises(NotFoundError), filled.snapshot(), filled.snapshot():
        filled.commit(99)
    filled.append(draft(change(9, "new")))
    assert filled.head().sequence == 4


def test_streams_and_questions_share_a_snapshot(ledger: Ledger):
    ledger.append(draft(*(change(number, f"text {number}") for number in range(1100))))
    with ledger.snapshot():
        names = [name for name, _ in ledger.contents_all() if ledger.has_record(name)]
        assert names == sorted(names) == list(ledger.records())
    assert len(names) == 1100


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 500])
def test_the_driver_answers_as_sqlalchemy_does(ledger: Ledger, size: int):
    ledger.append(draft(*(change(number, f"text {number}") for number in range(600))))
    values = {"wanted": [record(number) for number in range(size)], "after": 2}
    with ledger._database.read() as connection:
        found = [tuple(row) for row in select_rows(connection, _ASKED, values)]
        assert found == [tuple(row) for row in connection.execute(_ASKED, values)]
        assert first_row(connection, _ASKED, values) == (found[0] if found else None)
        assert len(found) == max(0, size - 2)


def test_a_commit_settles_what_waits_of_the_sources_that_are_heard(ledger: Ledger):
    for name in ("a", "b"):
        ledger.quarantine.keep(
            source=source(name), place=name, media_type="", harvester=None, agent="urn:x", original=b"", report=Report()
        )
    commit = ledger.append(replace(draft(change(1, "one")), heard=[source("a"), source("c")]))
    assert commit is not None
    assert [item.source for item in ledger.quarantine.list()] == [source("b")]
    (settled,) = ledger.quarantine.list(TAKEN_IN)
    assert (settled.source, settled.sequence) == (source("a"), commit.sequence)
