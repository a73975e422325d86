"""The worked mappings on what their publishers have published: nothing is lost, nearly all of it is taken in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from published_leaves import missing
from pyoxigraph import Literal, NamedNode, Triple

import modellake
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import Harvester, accepting_harvesters, load_harvester, mapping_of
from modellake.core.vocab import DCT, LAKE, METRIC, RDF, SPDX
from modellake.harvest.mapping.openness import CLASS_1, CLASS_2, CLASS_3, KINDS, is_open
from modellake.lake.harvesting import harvest_document, harvest_place
from modellake.lake.lake import Lake
from modellake.lake.receipts import Receipt

BASE = "https://lake.example.org/"
IRIS = LakeIRIs(BASE)
FOLDERS = {"mteb": "mteb-results", "onnx-hub": "onnx-models", "timm": "timm", "mof": "mof-mot"}
DOCUMENTS = {"mteb": 824, "onnx-hub": 61, "timm": 24, "mof": 301}
# What is said in other words: vectors as JSON texts, languages as BCP 47 tags, a file that tells its own kind.
RESTATED = re.compile(r"\.shape\[\]$|\.onnx_input_dimensions\.|^\.languages\[\]$|opset|^\.Type$")
MOF_NAME = re.compile(r"C1_(\d+)%-C2_(\d+)%-C3_(\d+)%")


@pytest.fixture(scope="module", params=sorted(FOLDERS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(name: str, shared: Path) -> Path:
    return shared / "corpus" / FOLDERS[name]


@pytest.fixture(scope="module")
def described(name: str, folder: Path) -> dict[str, list[Triple]]:
    """The statements about each document."""
    harvester = load_harvester(name)
    found = list(harvester.find(str(folder)))
    return {one: list(harvester.describe(one, harvester.read(one), IRIS).statements) for one in found}


def statements(harvester: Harvester, document: Path) -> list[Triple]:
    return list(harvester.describe(str(document), harvester.read(str(document)), IRIS).statements)


def values(found: list[Triple], subject: str, predicate: NamedNode) -> list[Any]:
    return [item.object for item in found if item.subject == NamedNode(BASE + subject) and item.predicate == predicate]


def test_every_document_is_found_by_this_harvester_and_no_other(name: str, folder: Path) -> None:
    assert [one.name for one in accepting_harvesters(str(folder))] == [name]
    found = list(load_harvester(name).find(str(folder)))
    assert len(found) >= DOCUMENTS[name]
    assert found == sorted(found)
    for document in found[:: max(1, len(found) // 20)]:
        assert [one.name for one in accepting_harvesters(document)] == [name], document


def test_nearly_every_value_is_said(described: dict[str, list[Triple]]) -> None:
    lost: list[tuple[str, str, str]] = []
    total = 0
    for document, found in described.items():
        unsaid, number = missing(Path(document), found)
        lost += [(Path(document).name, way, text) for way, text in unsaid if not RESTATED.search(way)]
        total += number
    assert total > 9_000
    assert len(lost) <= total // 1000, lost[:20]


def test_the_mapping_table_names_terms(name: str) -> None:
    table = mapping_of(load_harvester(name))
    assert len(table) > 10
    assert all(field.field and field.terms for field in table)
    assert all(field.note.startswith("by ") for field in table)
    assert len({(field.field, field.note) for field in table}) == len(table)


def sample(name: str, folder: Path) -> list[str]:
    """Documents for a lake: every tenth of the many of MTEB, all others."""
    return list(load_harvester(name).find(str(folder)))[:: 10 if name == "mteb" else 1]


def take_in(lake: Lake, name: str, documents: list[str]) -> Receipt:
    harvester = load_harvester(name)
    return lake.commit_each((harvest_document(harvester, one, lake.iris) for one in documents), message="published")


@pytest.fixture(scope="module")
def harvested(name: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, Receipt]]:
    with modellake.open(tmp_path_factory.mktemp("lake"), base_iri=BASE) as lake:
        yield lake, take_in(lake, name, sample(name, folder))


def test_nearly_every_document_is_taken_in(harvested: tuple[Lake, Receipt], name: str) -> None:
    _, receipt = harvested
    total = len(receipt.accepted) + len(receipt.refused)
    assert total >= DOCUMENTS[name] // (10 if name == "mteb" else 1)
    assert len(receipt.accepted) >= 0.95 * total, receipt.refusals_by_code()


def test_a_second_harvest_makes_no_commit(harvested: tuple[Lake, Receipt], name: str, folder: Path) -> None:
    lake, first = harvested
    head = lake.ledger.head()
    again = take_in(lake, name, sample(name, folder))
    assert (again.commits, again.accepted) == (0, [])
    assert sorted(again.unchanged) == sorted(first.accepted)
    assert lake.ledger.head() == head


@pytest.mark.slow
def test_nearly_every_result_of_mteb_is_taken_in(shared: Path, lake: Lake) -> None:
    place = str(shared / "corpus" / "mteb-results")
    receipt = lake.commit_each(harvest_place(load_harvester("mteb"), place, lake.iris), message="published")
    assert len(receipt.accepted) >= 0.95 * DOCUMENTS["mteb"], receipt.refusals_by_code()


def test_any_order_gives_the_same_contents(name: str, folder: Path, tmp_path: Path) -> None:
    found = load_harvester(name).find(str(folder))
    documents = sorted(found, key=lambda one: (Path(one).stat().st_size, one))[:20]
    contents = []
    for number, order in enumerate((documents, documents[::-1])):
        with modellake.open(tmp_path / str(number), base_iri=BASE) as lake:
            take_in(lake, name, order)
            engine = lake.view.engine
            contents.append({str(quad.triple) for quad in engine.quads() if str(quad.graph_name) == "DEFAULT"})
    # The times of the two commits differ, and nothing else does.
    differing = contents[0] ^ contents[1]
    assert all("/record/" in one or "/commit/" in one for one in differing), sorted(differing)[:5]
    assert len(contents[0]) > 500


def test_broken_documents_are_found_and_refused(lake: Lake, write: Callable[[str, str], Path], tmp_path: Path) -> None:
    write("results/a__b/1/model_meta.json", '{"name": "a/b", "revision": "1", "n_parameters": null}')
    write("results/a__c/1/model_meta.json", '{"name": "a/c",\n "revision": "1"')
    write("results/a__d/1/model_meta.json", '{"other": 1}')
    write("results/a__b/1/package.json", '{"name": "no result"}')
    receipt = lake.commit_each(harvest_place(load_harvester("mteb"), str(tmp_path / "results"), lake.iris), message="x")
    assert len(receipt.accepted) == 1
    assert receipt.refusals_by_code() == {"parse.json": 1, "mapping.document-unknown": 1}
    place = next(item.report.findings[0].place for item in receipt.refused if "a__c" in item.place)
    assert place and place.line == 2


def test_mteb_says_where_a_model_comes_from_and_what_it_was_trained_on(shared: Path) -> None:
    revision = "f9b9dc8d367d443f2479d27aa5d8d2850c0774ee"
    folder = shared / "corpus" / "mteb-results" / "microsoft__harrier-oss-v1-0.6b" / revision
    found = statements(load_harvester("mteb"), folder / "model_meta.json")
    version = f"model/microsoft/harrier-oss-v1-0.6b/version/{revision}"
    assert values(found, version, LAKE.derivedFromModel) == [NamedNode(BASE + "model/Qwen/Qwen3-0.6B")]
    assert values(found, "model/microsoft/harrier-oss-v1-0.6b", LAKE.derivedFromModel) == [
        NamedNode(BASE + "model/Qwen/Qwen3-0.6B")
    ]
    assert len(values(found, version, LAKE.trainedOn)) == 52
    assert NamedNode(BASE + "dataset/mteb/MSMARCO") in values(found, version, LAKE.trainedOn)
    assert values(found, version, LAKE.parameterCount)[0].value == "596042752"
    assert values(found, version, LAKE.contextLength)[0].value == "32768"
    assert values(found, version, LAKE.declaredLicense) == [NamedNode("http://spdx.org/licenses/MIT")]
    assert values(found, version, DCT.issued)[0].value == "2026-03-27"
    dimensions = [item.object for item in found if item.predicate.value.endswith("/mteb#embed_dim")]
    assert [one.value for one in dimensions] == ["1024"]  # type: ignore[union-attr]


def test_mteb_scores_are_whole_evaluations(shared: Path) -> None:
    root = shared / "corpus" / "mteb-results" / "BAAI__bge-base-en" / "b737bf5dcc6ee8bdc530531266b4804a5d77b5d8"
    found = statements(load_harvester("mteb"), root / "WikipediaChemFieldsClassification.json")
    task = f"evaluation/mteb/BAAI__bge-base-en/{root.name}/WikipediaChemFieldsClassification"
    accuracy = f"{task}#test-default-accuracy"
    assert values(found, accuracy, RDF.type) == [LAKE.Evaluation]
    assert values(found, accuracy, LAKE.evaluates) == [NamedNode(f"{BASE}model/BAAI/bge-base-en/version/{root.name}")]
    assert values(found, accuracy, LAKE.value)[0].value == "0.528837"
    data = "dataset/mteb/WikipediaChemFieldsClassification/version/a75fae77759acc115f015f2b856baa47776d733d#split-test"
    assert values(found, accuracy, LAKE.onData) == [NamedNode(BASE + data)]
    assert values(found, accuracy, LAKE.underProtocol) == [NamedNode(BASE + "protocol/mteb/1.26.4")]
    assert values(found, accuracy, LAKE.evaluationParty) == [LAKE.unknown]


def test_the_manifest_of_the_onnx_hub(shared: Path) -> None:
    found = statements(load_harvester("onnx-hub"), shared / "corpus" / "onnx-models" / "ONNX_HUB_MANIFEST.json")
    version = "model/onnx-model-zoo/BERT-Squad/version/bertsquad-10"
    digest = "5945dee6478abdab2d5e4ce3868b4d969741e3dad2134cc669da65a4f092755b"
    assert values(found, f"{version}#checksum-model", SPDX.checksumValue) == [Literal(digest)]
    assert values(found, f"{version}#file-bertsquad-10.onnx", LAKE.operatorSet) == [Literal("ai.onnx 10")]
    assert values(found, f"{version}#input-1", LAKE.fieldShape) == [Literal('["unk__493", 256]')]
    assert len(values(found, f"{version}#signature", LAKE.hasInputField)) == 4
    assert len(values(found, f"{version}#signature", LAKE.hasOutputField)) == 3
    assert len({item.subject for item in found if item.object == LAKE.ModelVersion}) == 184


def test_percents_of_timm_are_shares(shared: Path) -> None:
    folder = shared / "corpus" / "timm"
    found = statements(load_harvester("timm"), folder / "results" / "results-imagenet.csv")
    version = "model/timm/eva02_large_patch14_448.mim_m38m_ft_in22k_in1k/version/main"
    top1 = f"{version}#results-imagenet-448-top1"
    assert values(found, top1, LAKE.value)[0].value == "0.90056"
    assert values(found, top1, LAKE.metric) == [METRIC.accuracy]
    assert values(found, top1, LAKE.onData) == [NamedNode(BASE + "dataset/imagenet-1k")]
    page = statements(load_harvester("timm"), folder / "hfdocs" / "dpn.mdx")
    assert values(page, "model/timm/dpn68/version/main#ImageNet-Top%201%20Accuracy", LAKE.value)[0].value == "0.7631"
    assert values(page, "model/timm/dpn68/version/main", LAKE.parameterCount)[0].value == "12610000"
    assert len(values(page, "model/timm/dpn68/version/main", NamedNode("http://purl.org/dc/terms/references"))) == 1


def test_openness_is_what_the_test_files_expect(shared: Path) -> None:
    """The names of the files and of the releases in them state percents; in 22 of 27 both state the same ones."""
    harvester = load_harvester("mof")
    agreeing = 0
    folder = shared / "corpus" / "mof-mot" / "Test_Data"
    documents = sorted(folder.glob("*.yml"))
    for document in documents:
        found = statements(harvester, document)
        computed = [
            next(item.object.value for item in found if item.predicate.value.endswith(f"/mof#class{name}Progress"))  # type: ignore[union-attr]
            for name in ("I", "II", "III")
        ]
        title = next(str(item.object.value) for item in found if item.predicate == DCT.title)  # type: ignore[union-attr]
        expected = [list(MOF_NAME.findall(text)[0]) for text in (document.name, title)]
        assert computed in expected, document.name
        agreeing += expected[0] == expected[1] == computed
    assert (agreeing, len(documents)) == (22, 27)


def test_the_classes_ask_for_what_the_framework_asks() -> None:
    assert (len(CLASS_1), len(CLASS_2), len(CLASS_3)) == (15, 11, 6)
    assert all(name in KINDS for asked in (*CLASS_1, *CLASS_2, *CLASS_3) for name in asked)
    assert all(map(is_open, ["MIT", "Apache-2.0", "CC-BY-4.0", "CC0-1.0", "CDLA-Permissive-2.0", "GPL-3.0-or-later"]))
    assert not any(map(is_open, ["CC-BY-NC-4.0", "CC-BY-ND-4.0", "unlicensed", "Proprietary", "gemma", ""]))


def test_documents_are_found_behind_many_others(tmp_path: Path) -> None:
    """Their names are those of any JSON, of which a thousand and more may come first."""
    before, behind = tmp_path / "a", tmp_path / "b" / "model" / "revision"
    before.mkdir()
    behind.mkdir(parents=True)
    for number in range(1200):
        (before / f"{number}.json").write_text("{}", encoding="utf-8")
    assert not load_harvester("mteb").accepts(str(tmp_path))
    (behind / "Task.json").write_text(
        '{"task_name": "Task", "mteb_version": "1.0", "scores": {"test": []}}', encoding="utf-8"
    )
    assert load_harvester("mteb").accepts(str(tmp_path))


def test_the_whole_is_read_by_those_who_read_its_parts(shared: Path) -> None:
    parts = {one.name for folder in FOLDERS.values() for one in accepting_harvesters(str(shared / "corpus" / folder))}
    assert parts <= {one.name for one in accepting_harvesters(str(shared / "corpus"))}
