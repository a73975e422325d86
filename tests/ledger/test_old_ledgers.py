"""Ledgers that earlier versions wrote: one file for each version of the tables, kept for good."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

import modellake
from modellake.bootstrap import restore_lake
from modellake.ledger.schema import VERSION

OLD = Path(__file__).parent / "old"
HEADS = {
    1: "ec95e9c2d51510377278410320000f3e7d3d11f61c04a01ef013aacabdd2abef",
    2: "d04d2a9275b06865cd98f1ed2b7c0ce9bb9d4eade2d867c281ead858a7950cd4",
}
CLEO = "https://lake.example.org/agent/cleo"
FACTS = """
SELECT ?title ?keyword ?parameters ?data {
  <https://lake.example.org/model/acme/churn> a lake:Model .
  OPTIONAL { <https://lake.example.org/model/acme/churn> dct:title ?title }
  OPTIONAL { <https://lake.example.org/model/acme/churn> dcat:keyword ?keyword }
  <https://lake.example.org/model/acme/churn/version/1.0> lake:parameterCount ?parameters ; lake:trainedOn ?data .
} ORDER BY ?title
"""


def test_there_is_one_for_each_version_before_this_one() -> None:
    assert {int(path.stem.partition("-")[2]) for path in OLD.glob("*.sqlite")} >= set(range(1, VERSION)) == set(HEADS)


@pytest.mark.parametrize("version", HEADS)
def test_an_old_lake_opens_verifies_and_answers(version: int, tmp_path: Path) -> None:
    backup = OLD / f"version-{version}.sqlite"
    before = backup.read_bytes()
    restore_lake(backup, tmp_path / "lake", head=HEADS[version])
    assert backup.read_bytes() == before
    with modellake.open(tmp_path / "lake") as lake:
        assert lake.ledger.schema_version == VERSION
        assert lake.ledger.head().hash == HEADS[version]
        data, titles = "https://lake.example.org/dataset/acme/customers", ["Churn", "Churn model"]
        (now,) = lake.query(FACTS)
        assert now == {"title": None, "keyword": "curated", "parameters": 42, "data": data}
        assert [row["title"] for row in lake.query(FACTS, as_of=2)] == titles
        (retracted,) = lake.query("retractions")
        assert (retracted["agent"], retracted["reason"]) == (CLEO, "One title is enough")
        assert [item.place for item in lake.ledger.quarantine.list()] == ["urn:c"]
        shown = Counter(lake.view.engine.quads())
        lake.rebuild()
        assert Counter(lake.view.engine.quads()) == shown
        assert lake.commit("<urn:x> a <urn:y> .", format="turtle").sequence == 5
        assert lake.verify(HEADS[version]).conforms


@pytest.mark.parametrize("version", HEADS)
def test_an_old_ledger_is_brought_up_to_date_in_its_place(version: int, tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    shutil.copy(OLD / f"version-{version}.sqlite", tmp_path / "lake" / "ledger.sqlite")
    for _ in range(2):
        with modellake.open(tmp_path / "lake") as lake:
            assert lake.ledger.schema_version == VERSION
            assert lake.verify(HEADS[version]).conforms


@pytest.mark.parametrize("version", HEADS)
def test_an_old_lake_moves_into_postgresql(version: int, tmp_path: Path, postgresql_url: str) -> None:
    backup = OLD / f"version-{version}.sqlite"
    restore_lake(backup, tmp_path / "file")
    restore_lake(backup, tmp_path / "served", ledger=postgresql_url, head=HEADS[version])
    with modellake.open(tmp_path / "file") as file, modellake.open(tmp_path / "served") as served:
        assert served.ledger.schema_version == VERSION
        assert served.verify(HEADS[version]).conforms
        assert Counter(served.view.engine.quads()) == Counter(file.view.engine.quads())
        assert [dict(row) for row in served.query(FACTS, as_of=2)] == [dict(row) for row in file.query(FACTS, as_of=2)]
        assert served.commit("<urn:x> a <urn:y> .", format="turtle").sequence == 5
