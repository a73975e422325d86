"""Real cards, all the way: through the gate and the ledger into the engine, and found again there."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from card_leaves import front_matter, leaves, missing
from pyoxigraph import NamedNode, Triple

import modellake
from modellake.core.iris import home_of
from modellake.core.plugins import load_harvester
from modellake.core.vocab import LAKE, RDF
from modellake.lake.harvesting import harvest_place
from modellake.lake.lake import Lake
from modellake.lake.receipts import Receipt

FOLDERS = ["hf-model-cards/cards", "hf-dataset-cards", "hf-model-cards/hub-fixtures"]


def harvest(lake: Lake, place: Path) -> Receipt:
    return lake.commit_each(harvest_place(load_harvester("huggingface"), str(place), lake.iris), message="cards")


@pytest.fixture(scope="module", params=FOLDERS)
def folder(request: pytest.FixtureRequest, shared: Path) -> Path:
    return shared / "corpus" / str(request.param)


@pytest.fixture(scope="module")
def harvested(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, Receipt]]:
    with modellake.open(tmp_path_factory.mktemp("lake"), base_iri="https://lake.example.org/") as lake:
        yield lake, harvest(lake, folder)


@pytest.fixture(scope="module")
def by_home(harvested: tuple[Lake, Receipt]) -> dict[NamedNode, list[Triple]]:
    """What the engine's default graph says, by resource."""
    found: dict[NamedNode, list[Triple]] = defaultdict(list)
    for quad in harvested[0].view.engine.quads():
        if str(quad.graph_name) == "DEFAULT" and isinstance(quad.subject, NamedNode):
            found[home_of(quad.subject)].append(quad.triple)
    return found


def said_by(lake: Lake, place: str, by_home: dict[NamedNode, list[Triple]]) -> list[Triple]:
    source = Path(os.path.abspath(place)).as_uri()  # noqa: PTH100 -- links in a place are kept
    records = lake.ledger.records_of(source)
    return [item for record in records for item in by_home[lake.iris.topic(NamedNode(record))]]


def test_nearly_all_cards_become_records(harvested: tuple[Lake, Receipt], folder: Path) -> None:
    _, receipt = harvested
    if folder.name == "hub-fixtures":
        assert receipt.refusals_by_code() == {"parse.template": 2, "parse.yaml-not-mapping": 1}
    else:
        assert len(receipt.accepted) >= 0.95 * (len(receipt.accepted) + len(receipt.refused))


def test_nearly_every_value_of_every_accepted_card_is_in_the_engine(
    harvested: tuple[Lake, Receipt], by_home: dict[NamedNode, list[Triple]]
) -> None:
    lake, receipt = harvested
    total, lost = 0, []
    for place in receipt.accepted:
        content = Path(place).read_bytes()
        total += len(list(leaves(front_matter(content))))
        lost += missing(content, said_by(lake, place, by_home))
    assert total > 0
    assert len(lost) <= 0.02 * total, lost[:20]


def test_the_engine_has_as_many_evaluations_as_the_cards_state(
    harvested: tuple[Lake, Receipt], by_home: dict[NamedNode, list[Triple]]
) -> None:
    lake, receipt = harvested
    for place in receipt.accepted:
        stated = metrics(front_matter(Path(place).read_bytes()))
        found = [
            item
            for item in said_by(lake, place, by_home)
            if item.predicate == RDF.type and item.object == LAKE.Evaluation
        ]
        assert len(found) == stated, place


def metrics(metadata: dict[str, Any]) -> int:
    """How many results a model index states."""
    results = [result for entry in metadata.get("model-index") or () for result in entry.get("results") or ()]
    return sum(len(result.get("metrics") or ()) for result in results)


def test_every_refused_card_can_be_acted_on(harvested: tuple[Lake, Receipt]) -> None:
    lake, receipt = harvested
    kept = {item.id: item for item in lake.ledger.quarantine.list()}
    assert len(kept) == len(receipt.refused)
    for refused in receipt.refused:
        assert refused.quarantine in kept
        assert lake.ledger.quarantine.get(refused.quarantine).original == Path(refused.place).read_bytes()
        for finding in refused.report:
            assert finding.place is not None and finding.place.document == refused.place
            assert finding.place.line is not None
            assert finding.remedy


def test_harvesting_again_changes_nothing(harvested: tuple[Lake, Receipt], folder: Path) -> None:
    lake, receipt = harvested
    head, size = lake.ledger.head(), lake.view.engine.size()
    again = harvest(lake, folder)
    assert (again.commits, again.accepted) == (0, [])
    assert len(again.unchanged) == len(receipt.accepted)
    assert len(lake.ledger.quarantine.list()) == len(receipt.refused)
    assert (lake.ledger.head(), lake.view.engine.size()) == (head, size)


def test_the_ledger_replayed_gives_the_same_view(harvested: tuple[Lake, Receipt]) -> None:
    lake, _ = harvested
    shown = {str(quad) for quad in lake.view.engine.quads()}
    lake.rebuild()
    assert {str(quad) for quad in lake.view.engine.quads()} == shown
    assert lake.verify().conforms
