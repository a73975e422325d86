"""Deep verification: a view that shows anything else than the ledger says is found out, quad by quad."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

import modellake
from lakes import BASE, CHURN, said
from modellake.core.vocab import DCT
from modellake.lake import comparison
from modellake.lake.lake import Lake

CHURN_IRI = NamedNode(f"{BASE}model/acme/churn")


def fill(lake: Lake) -> None:
    """Sources that disagree, a number with two spellings, a merge: what makes every graph of a view."""
    said(lake, CHURN + '<dataset/a> a lake:Dataset ; dct:title "A" . <dataset/b> a lake:Dataset ; dct:title "B" .')
    said(lake, "<model/acme/churn/version/1> a lake:ModelVersion ; lake:parameterCount 007 .", "urn:b")
    said(lake, "<model/acme/churn/version/1> a lake:ModelVersion ; lake:parameterCount 8 .", "urn:c")
    lake.accept_duplicate("dataset/a", "dataset/b", reason="One file.")


@pytest.mark.parametrize(
    "graph", [DefaultGraph(), NamedNode(f"{BASE}graph/entailed"), NamedNode(f"{BASE}graph/provenance")]
)
def test_what_is_added_or_lost_is_named(lake: Lake, graph: NamedNode | DefaultGraph) -> None:
    fill(lake)
    assert not lake.verify(deep=True)
    store = lake.view.engine._store  # type: ignore[attr-defined]
    lost = next(iter(store.quads_for_pattern(None, None, None, graph)))
    store.remove(lost)
    store.add(Quad(CHURN_IRI, DCT.title, Literal("Forged"), graph))
    found = {finding.code: finding for finding in lake.verify(deep=True)}
    assert found.keys() == {"view.missing", "view.surplus"}
    assert (found["view.surplus"].focus, found["view.surplus"].value) == (str(CHURN_IRI), '"Forged"')
    assert (found["view.missing"].focus, found["view.missing"].path) == (str(lost.subject), str(lost.predicate))
    name = "default graph" if isinstance(graph, DefaultGraph) else graph.value.removeprefix(BASE)
    assert all(name in finding.message for finding in found.values())
    lake.rebuild()
    assert not lake.verify(deep=True)


def test_an_exchange_that_keeps_the_number_is_found(lake: Lake) -> None:
    fill(lake)
    store = lake.view.engine._store  # type: ignore[attr-defined]
    title = next(iter(store.quads_for_pattern(CHURN_IRI, DCT.title, None, DefaultGraph())))
    store.remove(title)
    store.add(Quad(CHURN_IRI, DCT.title, Literal("Forged"), DefaultGraph()))
    assert [finding.code for finding in lake.verify(deep=True)] == ["view.missing", "view.surplus"]


def test_many_differences_are_counted(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(lake)
    monkeypatch.setattr(comparison, "_SHOWN", 3)
    lake.view.engine.add(  # type: ignore[attr-defined]
        Quad(CHURN_IRI, DCT.title, Literal(str(number)), DefaultGraph()) for number in range(10)
    )
    report = lake.verify(deep=True)
    assert [finding.code for finding in report] == ["view.surplus"] * 4
    assert report.findings[-1].message == "7 more such statements in the default graph"


def test_an_empty_lake_is_fine_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        assert not lake.verify(deep=True)
        fill(lake)
        assert not lake.verify(deep=True)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(comparison.TEMPORARY)]


def test_payloads_are_read(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"weights")
    digest = lake.payloads.add(tmp_path / "file")
    assert not lake.verify(deep=True)
    kept = lake.directory / "blobs" / "sha256" / digest[:2] / digest
    kept.chmod(0o644)
    kept.write_bytes(b"Weights")
    assert lake.verify().conforms
    assert [finding.code for finding in lake.verify(deep=True)] == ["blob.damaged"]
