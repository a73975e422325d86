"""Croissant files, all the way: found, gated, stored, asked, and harvested again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from croissant_files import BASE, HARVESTER, dataset
from croissant_leaves import document, leaves, missing
from pyoxigraph import NamedNode, Triple

import modellake
from modellake.core.iris import home_of
from modellake.core.plugins import Harvester, accepting_harvesters, load_harvester
from modellake.core.vocab import LAKE
from modellake.lake.harvesting import harvest_document, harvest_place
from modellake.lake.harvesting.choosing import choose
from modellake.lake.lake import Lake
from modellake.lake.receipts import Receipt

Write = Callable[[str, str | bytes], Path]


def harvest(lake: Lake, place: Path, name: str = "croissant") -> Receipt:
    return lake.commit_each(harvest_place(load_harvester(name), str(place), lake.iris), message="datasets")


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpus" / "croissant"


@pytest.fixture(scope="module")
def harvested(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, Receipt]]:
    with modellake.open(tmp_path_factory.mktemp("lake"), base_iri=BASE) as lake:
        yield lake, harvest(lake, corpus)


def graph(lake: Lake) -> set[Triple]:
    """What the default graph of the engine says."""
    return {quad.triple for quad in lake.view.engine.quads() if str(quad.graph_name) == "DEFAULT"}


def test_the_entry_point_leads_to_the_harvester() -> None:
    harvester = load_harvester("croissant")
    assert isinstance(harvester, Harvester)
    assert (harvester.name, type(harvester)) == ("croissant", type(HARVESTER))


def test_all_documents_become_records(harvested: tuple[Lake, Receipt]) -> None:
    _, receipt = harvested
    assert len(receipt.accepted) >= 90
    assert receipt.refused == []


def test_every_value_of_every_document_is_in_the_engine(harvested: tuple[Lake, Receipt]) -> None:
    lake, receipt = harvested
    by_home: dict[NamedNode, list[Triple]] = defaultdict(list)
    for statement in graph(lake):
        if isinstance(statement.subject, NamedNode):
            by_home[home_of(statement.subject)].append(statement)
    total, lost = 0, []
    for place in receipt.accepted:
        content = Path(place).read_bytes()
        source = Path(os.path.abspath(place)).as_uri()  # noqa: PTH100 -- links in a place are kept
        said = [item for name in lake.ledger.records_of(source) for item in by_home[lake.iris.topic(NamedNode(name))]]
        total += len(list(leaves(document(content))))
        lost += [(place, *item) for item in missing(content, said)]
    assert total > 9_000
    assert len(lost) <= 0.001 * total, lost[:20]


def test_harvesting_again_changes_nothing(harvested: tuple[Lake, Receipt], corpus: Path) -> None:
    lake, receipt = harvested
    head, size = lake.ledger.head(), lake.view.engine.size()
    again = harvest(lake, corpus)
    assert (again.commits, again.accepted, again.refused) == (0, [], [])
    assert sorted(again.unchanged) == sorted(receipt.accepted)
    assert (lake.ledger.head(), lake.view.engine.size()) == (head, size)


def test_the_order_of_documents_does_not_matter(harvested: tuple[Lake, Receipt], corpus: Path, tmp_path: Path) -> None:
    places = sorted(HARVESTER.find(str(corpus)), reverse=True)
    with modellake.open(tmp_path / "other", base_iri=BASE) as lake:
        receipt = lake.commit_each(
            (harvest_document(load_harvester("croissant"), place, lake.iris) for place in places), message="datasets"
        )
        assert receipt.refused == []
        assert graph(lake) == graph(harvested[0])


def test_the_ledger_replayed_gives_the_same_view(harvested: tuple[Lake, Receipt]) -> None:
    lake, _ = harvested
    shown = graph(lake)
    lake.rebuild()
    assert graph(lake) == shown
    assert lake.verify().conforms


def test_questions_are_answered(harvested: tuple[Lake, Receipt]) -> None:
    lake, _ = harvested
    (row,) = lake.query(
        f"""SELECT (COUNT(DISTINCT ?field) AS ?fields) {{
            <{BASE}dataset/rajpurkar/squad_v2> ^<{LAKE.versionOf.value}> ?version .
            ?version <http://mlcommons.org/croissant/recordSet>/<http://mlcommons.org/croissant/field> ?field .
            ?field a <{LAKE.Field.value}> ; <{LAKE.fieldName.value}> ?name }}"""
    )
    assert row["fields"] == 7
    splits = lake.query(
        f"""SELECT ?title {{ <{BASE}dataset/rajpurkar/squad_v2/version/main> <{LAKE.hasSplit.value}> ?split .
            ?split <http://purl.org/dc/terms/title> ?title }} ORDER BY ?title"""
    )
    assert [row["title"] for row in splits] == ["train", "validation"]
    (row,) = lake.query(f"SELECT ?old {{ <{BASE}dataset/rajpurkar/squad_v2> <{LAKE.derivedFromDataset.value}> ?old }}")
    assert str(row["old"]) == f"{BASE}dataset/rajpurkar/squad"


def test_card_and_croissant_of_one_dataset_meet_in_one_record(lake: Lake, write: Write) -> None:
    files = "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: a.csv"
    card = f"---\npretty_name: Irises\n{files}\n---\n"
    rows = {"@type": "cr:RecordSet", "@id": "default_splits", "dataType": "cr:Split", "data": {"split_name": "train"}}
    tree = dataset(url="https://huggingface.co/datasets/acme/iris", version=None, recordSet=[rows])
    folder = write("hub/datasets--acme--iris/snapshots/main/README.md", card).parent
    harvest(lake, folder, "huggingface")
    harvest(lake, write("croissant/metadata.json", json.dumps(tree)))
    found = lake.query(f"SELECT ?line {{ ?line a <{LAKE.Dataset.value}> }}")
    assert [str(row["line"]) for row in found] == [f"{BASE}dataset/acme/iris"]
    splits = lake.query(f"SELECT ?split ?version {{ ?version <{LAKE.hasSplit.value}> ?split }}")
    assert [str(row["split"]) for row in splits] == [f"{BASE}dataset/acme/iris/version/main#split-train"]


def test_an_edited_document_replaces_what_it_said(lake: Lake, write: Write) -> None:
    place = write("iris/metadata.json", json.dumps(dataset(keywords=["old"], temporalCoverage="1936")))
    harvest(lake, place)
    write("iris/metadata.json", json.dumps(dataset(keywords=["new"])))
    assert harvest(lake, place).commits == 1
    told = "\n".join(map(str, graph(lake)))
    assert "new" in told and "old" not in told and "1936" not in told


def test_bad_documents_go_into_quarantine_and_good_ones_in(lake: Lake, write: Write, tmp_path: Path) -> None:
    good = json.dumps(dataset())
    write("sets/good.json", good)
    write("sets/cut.json", good[:-20])
    write("sets/twice.json", good.replace('"name"', '"name": "x", "name"', 1))
    write("sets/remote.json", good.replace('"@language": "en"', '"@import": "https://example.org/c"'))
    write("sets/person.json", good.replace("sc:Dataset", "sc:Person"))
    receipt = harvest(lake, tmp_path / "sets")
    assert [Path(place).name for place in receipt.accepted] == ["good.json"]
    assert receipt.refusals_by_code() == {
        "parse.syntax": 1,
        "parse.duplicate-key": 1,
        "parse.remote-context": 1,
        "parse.not-croissant": 1,
    }
    for refused in receipt.refused:
        kept = lake.ledger.quarantine.get(refused.quarantine)
        assert kept.original == Path(refused.place).read_bytes()
        for finding in refused.report:
            assert finding.remedy and finding.place and finding.place.line and finding.place.path


def test_a_folder_of_croissant_is_read_by_this_harvester_alone(corpus: Path) -> None:
    assert [harvester.name for harvester in accepting_harvesters(str(corpus / "tasks"))] == ["croissant"]
    assert "croissant" in [harvester.name for harvester, _ in choose([str(corpus)])]


def test_other_corpora_are_left_alone(shared: Path) -> None:
    for folder in ("ro-crate", "cyclonedx", "spdx", "openlineage", "prov", "mldcat-ap", "hf-dataset-cards", "timm"):
        assert list(HARVESTER.find(str(shared / "corpus" / folder))) == [], folder


def test_the_command_tells_of_refusals_without_a_traceback(write: Write, tmp_path: Path) -> None:
    write("sets/good.json", json.dumps(dataset()))
    write("sets/cut.json", json.dumps(dataset(), indent=1)[:-2])
    environment = {**os.environ, "MODELLAKE": str(tmp_path / "lake"), "COLUMNS": "200"}
    call = [sys.executable, "-m", "modellake"]
    subprocess.run([*call, "init"], env=environment, check=True, capture_output=True)
    done = subprocess.run(
        [*call, "harvest", str(tmp_path / "sets")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "parse.syntax" in done.stdout + done.stderr and "cut.json:" in done.stdout + done.stderr
