"""Order: real documents lead to the same contents and the same view, in whatever order and batches they come."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad

import modellake
from lakes import BASE, statements
from modellake.core.description import Description, Source
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import load_harvester
from modellake.core.vocab import LAKE
from modellake.lake.harvesting.reading import harvest_document
from modellake.lake.lake import Lake

IRIS = LakeIRIs(BASE)
CARD = "---\nlicense: mit\nlibrary_name: transformers\n---\n# A model\n"
DOI = '<model/{0}> a lake:Model ; dct:title "{0}" ; dct:identifier "10.5281/zenodo.1" .'


@pytest.fixture(scope="module")
def documents(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Description]:
    """Cards with their weights, the weights by themselves and under another name, and two names of one DOI."""
    corpus, folder = shared / "corpus/model-files", tmp_path_factory.mktemp("documents")
    weights, other = sorted(corpus.rglob("*.safetensors"))[0], sorted(corpus.rglob("*.onnx"))[0]
    for name, content in {"churn/model.safetensors": weights, "mirror/model.onnx": other}.items():
        (folder / name).parent.mkdir()
        shutil.copy(content, folder / name)
        (folder / name).with_name("README.md").write_text(CARD)
    for name in ("loose.safetensors", "copy.safetensors", "loose.onnx"):
        shutil.copy(weights if name.endswith("safetensors") else other, folder / name)
    cards = [_described("huggingface", folder / name / "README.md") for name in ("churn", "mirror")]
    files = [_described("files", path) for path in sorted(folder.glob("*.*"))]
    return [*cards, *files, *(_stated(name) for name in ("a", "b"))]


def _described(harvester: str, path: Path) -> Description:
    item = harvest_document(load_harvester(harvester), str(path), IRIS)
    assert isinstance(item, Description)
    return item


def _stated(name: str) -> Description:
    return Description(Source(NamedNode(f"urn:{name}"), name), statements(DOI.format(name)))


def contents(lake: Lake) -> list[tuple[str, str, str, bytes]]:
    """What every source says of every record, and what the lake says of their names."""
    held = [
        (record, item.source, item.kind, item.content) for record, items in lake.ledger.contents_all() for item in items
    ]
    names = {(item.record, item.source): item.content for item in lake.ledger.identifiers.decided()}
    told = [(record, source, "identity", content) for (record, source), content in names.items() if content]
    return sorted([*held, *told])


def shown(lake: Lake) -> set[Quad]:
    """What the view says of the world, and which names it has merged."""
    history = lake.iris.graph("provenance")
    return {
        quad for quad in lake.view.engine.quads() if quad.graph_name != history or quad.predicate == LAKE.mergedInto
    }


def lead_to(items: list[Description], batch: int) -> tuple[list[tuple[str, str, str, bytes]], set[Quad]]:
    """Where a lake ends that takes in documents in this order, and that its view can be made again."""
    with TemporaryDirectory() as folder, modellake.open(folder, base_iri=BASE) as lake:
        assert lake.commit_each(items, batch=batch).refused == []
        before = Counter(lake.view.engine.quads())
        lake.rebuild()
        assert Counter(lake.view.engine.quads()) == before
        assert lake.commit_each(items).commits == 0
        return contents(lake), shown(lake)


def test_any_order_leads_to_the_same(documents: list[Description]) -> None:
    expected = lead_to(documents, len(documents))
    named = {quad.subject.value for quad in expected[1] if quad.predicate == LAKE.mergedInto}
    assert sum("/version/" in name and "/record/" not in name for name in named) == 3
    assert f"{BASE}model/b" in named

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.permutations(documents), st.integers(1, len(documents)))
    def any_order(items: list[Description], batch: int) -> None:
        assert lead_to(items, batch) == expected

    any_order()


def test_what_came_and_went_leaves_no_trace(documents: list[Description]) -> None:
    """A document that merges others, withdrawn again, leaves what there would be without it."""
    without = documents[1:]
    with TemporaryDirectory() as folder, modellake.open(folder, base_iri=BASE) as lake:
        lake.commit_each(documents)
        lake.withdraw(documents[0].source.iri.value, message="gone")
        assert (contents(lake), shown(lake)) == lead_to(without, 2)
