"""Indexes of the ledger: no hash covers them, so a deep verification compares them, and a rebuild writes them anew."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

import modellake
from lakes import BASE, turtle
from modellake.core.errors import LedgerError
from modellake.core.iris import LakeIRIs
from modellake.core.vocab import RDF
from modellake.lake.identity.identification import Identification
from modellake.lake.indexes import compare_indexes, write_indexes
from modellake.ledger.ledger import Ledger

SAID = """
<model/acme/churn> a lake:Model ; dct:title "Churn" ; dct:identifier "10.1234/abc" ; dct:relation <dataset/acme/d> .
<model/acme/rate> a lake:Model ; dct:title "Rate" .
<dataset/acme/d> a lake:Dataset ; dct:title "Data" .
"""
# What somebody writes into the ledger's file, and the index that then says something else than the contents.
CHANGES = [
    ("UPDATE type_sets SET classes = replace(classes, 'Model', 'Mode1')", "types"),
    ("UPDATE type_sets SET id = id + 100", "types"),
    ("UPDATE types SET stated = '{'", "types"),
    ("UPDATE types SET stated = '[1]'", "types"),
    ("UPDATE types SET stated = '{\"\":77}'", "types"),
    ("UPDATE types SET stated = x'00ff'", "types"),
    ("UPDATE types SET document = document || 'x' WHERE record_id = 1", "types"),
    ("UPDATE types SET record_id = 99 WHERE record_id = 1", "types"),
    ("UPDATE types SET source_id = 99 WHERE record_id = 1", "types"),
    ("DELETE FROM types WHERE record_id = 1", "types"),
    ("INSERT INTO types SELECT record_id, 2, document, stated FROM types WHERE record_id = 1", "types"),
    ("UPDATE identifiers SET key = key || 'd'", "identifiers"),
    ("UPDATE identifiers SET kind = 'Dataset in default'", "identifiers"),
    ("UPDATE identifiers SET own = 1", "identifiers"),
    ("UPDATE identifiers SET record_id = record_id % 3 + 1", "identifiers"),
    ("DELETE FROM identifiers", "identifiers"),
    (
        "INSERT INTO identifiers SELECT id, 'doi:x', 'Model in default', 0 FROM records WHERE iri LIKE '%gone'",
        "identifiers",
    ),
]


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with three records, and one that was withdrawn."""
    place = tmp_path_factory.mktemp("genuine") / "lake"
    with modellake.open(place, base_iri=BASE, create=True) as lake:
        lake.commit(turtle(SAID), format="turtle", source="urn:source:a")
        lake.commit(turtle('<model/acme/gone> a lake:Model ; dct:title "G" .'), format="turtle", source="urn:source:b")
        lake.withdraw("urn:source:b", message="gone")
        assert lake.verify(deep=True).findings == ()
    return place


@pytest.fixture
def place(genuine: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(genuine, tmp_path / "lake"))


def tamper(place: Path, statement: str) -> None:
    with sqlite3.connect(place / "ledger.sqlite") as raw:
        assert raw.execute(statement).rowcount > 0
    raw.close()


@pytest.mark.parametrize(("change", "index"), CHANGES)
def test_a_change_of_an_index_is_noticed_and_mended(place: Path, change: str, index: str) -> None:
    tamper(place, change)
    iris = LakeIRIs(BASE)
    for known in ({f"index.{index}"}, set()):
        with Ledger.open(place / "ledger.sqlite") as ledger:
            identities = Identification(ledger, iris)
            assert ledger.verify().findings == (), "no index is part of the chain"
            assert {item.code for item in compare_indexes(ledger, identities, iris)} == known
            write_indexes(ledger, identities)
            assert compare_indexes(ledger, identities, iris) == []
            assert ledger.types_of([f"{BASE}model/acme/churn"])


def test_a_damaged_index_is_told_with_its_remedy_which_helps(place: Path) -> None:
    tamper(place, "UPDATE types SET stated = '{\"\":77}'")
    with modellake.open(place) as lake:
        with pytest.raises(LedgerError) as caught:
            lake.ledger.types_of([f"{BASE}dataset/acme/d"])
        assert caught.value.code == "ledger.index-damaged"
        assert "modellake rebuild" in (caught.value.remedy or "")
        assert [item.code for item in lake.verify(deep=True)] == ["index.types"]
        lake.rebuild()
        assert lake.verify(deep=True).findings == ()
        assert lake.commit(turtle(SAID + '<model/acme/rate> dct:description "R" .'), format="turtle")


def test_an_upgrade_fills_the_index_that_it_adds(place: Path) -> None:
    tamper(place, "UPDATE meta SET value = '2' WHERE key = 'version'")
    with sqlite3.connect(place / "ledger.sqlite") as raw:
        raw.execute("DROP TABLE identifiers")
        raw.execute("DROP INDEX entries_of_identity")
    raw.close()
    with modellake.open(place) as lake:
        assert lake.ledger.upgrade.found == 2
        assert lake.verify(deep=True).findings == ()
        said = '<model/acme/other> a lake:Model ; dct:title "O" ; dct:identifier "10.1234/abc" .'
        lake.commit(turtle(said), format="turtle", source="urn:source:other")
        assert list(lake.ledger.identifiers.shared()) == ["https://doi.org/10.1234/abc"]


def test_what_is_said_in_many_ways_is_indexed_as_it_is_said(place: Path) -> None:
    kind = Triple(NamedNode(f"{BASE}model/acme/rate"), RDF.type, NamedNode("https://schema.org/Thing"))
    with modellake.open(place) as lake:
        said = '<model/acme/churn> a lake:Model ; dct:title "C2" .'
        lake.commit(turtle(said), format="turtle", source="urn:source:c")
        lake.curate(reason="test", add=[kind])
        lake.accept_duplicate("acme/churn", "acme/rate", reason="test")
        assert lake.verify(deep=True).findings == ()
        lake.curate(reason="test", remove=[kind])
        lake.rebase("https://other.example.org/", reason="test")
        assert lake.verify(deep=True).findings == ()
        lake.withdraw("urn:source:c", message="test")
        assert lake.verify(deep=True).findings == ()


def test_an_identifier_that_was_taken_back_and_holds_again_is_known_again(tmp_path: Path) -> None:
    said = '{ <model/acme/churn> dct:identifier "10.1234/abc" }'
    with modellake.open(tmp_path / "lake", base_iri=BASE) as lake:
        lake.commit(turtle(SAID), format="turtle", source="urn:source:a")
        held = lake.ledger.identifiers.of_records(lake.ledger.records())
        for operation in ("DELETE", "INSERT"):
            lake.update(f"PREFIX dct: <http://purl.org/dc/terms/> {operation} DATA {said}")
            assert lake.verify(deep=True).findings == ()
        assert lake.ledger.identifiers.of_records(lake.ledger.records()) == held
        assert any(held.values())
