"""Rebasing and examining a lake whose ledger is in PostgreSQL, as in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import modellake
from lakes import BASE, CHURN, quads, said
from ledger.places import run_sql
from modellake.bootstrap import create_lake, plan_upgrade_of

NEW = "https://models.example.net/"


def test_a_lake_in_postgresql_is_rebased_and_examined(tmp_path: Path, new_url: Callable[[], str]) -> None:
    url = new_url()
    create_lake(tmp_path / "lake", base_iri=BASE, ledger=url)
    assert not plan_upgrade_of(tmp_path / "lake")
    with modellake.open(tmp_path / "lake") as lake:
        said(lake, CHURN)
        said(lake, '<model/acme/churn> a lake:Model ; dct:title "Attrition" .', f"{BASE}source/b")
        head = lake.ledger.head()
        done = lake.rebase(NEW, reason="We publish.")
        assert (done.records, done.sources, done.sequence) == (2, 1, head.sequence + 1)
        assert lake.verify(head=head.hash, deep=True).conforms
        shown = quads(lake)
        assert all(BASE not in str(quad.subject) for quad in shown)
        run_sql(url, "UPDATE types SET document = document || 'x'")
        run_sql(url, "INSERT INTO identifiers VALUES (1, 'doi:x', 'Model in default', false)")
        assert {item.code for item in lake.verify(deep=True)} == {"index.types", "index.identifiers"}
        lake.rebuild()
        assert lake.verify(deep=True).findings == ()
        assert not [finding for finding in lake.doctor() if finding.severity.value != "Info"]
    with modellake.open(tmp_path / "lake", base_iri=NEW) as lake:
        assert quads(lake) == shown
        assert [item.cause for item in lake.audit() if item.cause] == []
