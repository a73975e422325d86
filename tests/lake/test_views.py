"""Views: made from the ledger, never ahead of it, and made again when they cannot be trusted."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import modellake
from lakes import BASE, CHURN, quads, said, turtle
from modellake.core.errors import UsageError

Release = Callable[[Callable[[Path], object]], AbstractContextManager[None]]
KILLED = """
import os, signal, sys
import modellake
from modellake.lake.views import View
lake = modellake.open(sys.argv[1])
def die(self, *arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(View, sys.argv[2], die)
lake.commit(sys.stdin.read(), format="turtle", source="urn:source:b")
"""


def test_opening_again_shows_the_same(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, CHURN)
        shown = quads(lake)
    with modellake.open(tmp_path) as lake:
        assert quads(lake) == shown


@pytest.mark.parametrize("moment", ["catch_up", "_apply"])
def test_a_view_catches_up_after_a_death_between_ledger_and_view(tmp_path: Path, moment: str) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, CHURN)
    text = turtle('<dataset/d> a lake:Dataset ; dct:title "D" .')
    command = [sys.executable, "-c", KILLED, str(tmp_path), moment]
    ended = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with modellake.open(tmp_path) as lake:
        assert lake.ledger.head().sequence == 2
        assert lake.query("ASK { <dataset/d> ?p ?o }")
        shown = quads(lake)
        lake.rebuild()
        assert quads(lake) == shown
        assert lake.verify().conforms


def test_a_lost_view_is_made_again(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, CHURN)
        shown = quads(lake)
    shutil.rmtree(tmp_path / "views")
    with modellake.open(tmp_path) as lake:
        assert quads(lake) == shown


def test_a_damaged_view_is_made_again_and_said(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, CHURN)
        shown = quads(lake)
    next((tmp_path / "views" / "default").glob("*/CURRENT")).write_bytes(b"nothing")
    notices: list[str] = []
    with modellake.open(tmp_path, notice=notices.append) as lake:
        assert quads(lake) == shown
    assert len(notices) == 1


def test_a_view_of_another_history_is_made_again_and_said(tmp_path: Path) -> None:
    """The ledger is put back from an older copy while the view has moved on."""
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, CHURN)
        shown = quads(lake)
        lake.ledger.backup(tmp_path / "copy.sqlite")
        said(lake, '<dataset/d> a lake:Dataset ; dct:title "D" .', source="urn:source:b")
    for leftover in tmp_path.glob("ledger.sqlite*"):
        leftover.unlink()
    (tmp_path / "copy.sqlite").rename(tmp_path / "ledger.sqlite")
    notices: list[str] = []
    with modellake.open(tmp_path, notice=notices.append) as lake:
        assert quads(lake) == shown
    assert notices == ["The view shows commits that the ledger does not have: making it again from the ledger."]


def test_the_past_can_be_asked(tmp_path: Path) -> None:
    title = "SELECT ?t { <model/acme/churn> <http://purl.org/dc/terms/title> ?t }"
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, CHURN)
        before = lake.ledger.commit(1).time
        said(lake, CHURN.replace('"Churn"', '"Churn, renamed"'))
        assert lake.query(title).column("t") == ["Churn, renamed"]
        assert lake.query(title, as_of=1).column("t") == ["Churn"]
        assert lake.query(title, as_of=before).column("t") == ["Churn"]
        assert lake.query(title, as_of=lake.ledger.head().hash[:12]).column("t") == ["Churn, renamed"]
        assert len(lake.query(title, as_of="2020-01-01")) == 0
        difference = lake.history.difference(lake.resolve("acme/churn"), 1, 2)
        assert [item.object.value for item in difference.removed] == ["Churn"]
        assert [item.object.value for item in difference.added] == ["Churn, renamed"]


def test_the_past_of_now_is_now(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, CHURN)
        said(lake, '<dataset/d> a lake:Dataset ; dct:title "D" .', source="urn:source:b")
        from collections import Counter

        assert Counter(lake.past(2).engine.quads()) == quads(lake)


def test_another_base_iri_is_refused(tmp_path: Path) -> None:
    modellake.open(tmp_path, base_iri=BASE).close()
    with pytest.raises(UsageError) as caught:
        modellake.open(tmp_path, base_iri="https://other.example.org/")
    assert caught.value.code == "base-iri.differs"


def test_an_audience_sees_its_spaces_only(tmp_path: Path) -> None:
    from pyoxigraph import NamedNode

    from lakes import statements
    from modellake.core.description import Description, Source
    from modellake.lake.views import Audience

    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, CHURN)
        secret = statements('<dataset/secret> a lake:Dataset ; dct:title "S" .')
        lake.commit(Description(Source(NamedNode("urn:s"), "s"), secret, space="secret"))
        assert not lake.query("ASK { { <dataset/secret> ?p ?o } UNION { GRAPH ?g { <dataset/secret> ?p ?o } } }")
        assert not lake.query(
            "ASK { GRAPH ?g { ?s ?p ?o FILTER(CONTAINS(STR(?s), 'secret') || CONTAINS(STR(?o), 'secret')) } }"
        )
    everyone = Audience("all", frozenset({"default", "secret"}))
    with modellake.open(tmp_path, audience=everyone) as lake:
        assert lake.query("ASK { <dataset/secret> ?p ?o }")


def test_a_view_made_by_another_ontology_is_made_again_and_said(tmp_path: Path, other_release: Release) -> None:
    place = tmp_path / "lake"
    axiom = "lake:Model <http://www.w3.org/2000/01/rdf-schema#subClassOf> <https://example.org/Thing> ."
    told = "The view was made by another release's ontology or shapes: making it again from the ledger."
    notices: list[str] = []
    with modellake.open(place, base_iri=BASE) as lake:
        said(lake, CHURN)
        shown = quads(lake)
    with other_release(lambda folder: (folder / "ontology" / "more.ttl").write_text(turtle(axiom))):
        with modellake.open(place, notice=notices.append) as lake:
            assert lake.query("ASK { <model/acme/churn> a <https://example.org/Thing> }")
        assert notices == [told]
        modellake.open(place, notice=notices.append).close()
        assert notices == [told]
    with modellake.open(place, notice=notices.append) as lake:
        assert quads(lake) == shown
    assert notices == [told, told]


def test_a_view_stays_when_only_texts_change(tmp_path: Path, other_release: Release) -> None:
    notices: list[str] = []
    with modellake.open(tmp_path / "lake", base_iri=BASE) as lake:
        said(lake, CHURN)
    label = 'lake:Model <http://www.w3.org/2000/01/rdf-schema#comment> "Another text."@en .'
    with other_release(lambda folder: (folder / "ontology" / "more.ttl").write_text(turtle(label))):
        modellake.open(tmp_path / "lake", notice=notices.append).close()
    assert not notices
