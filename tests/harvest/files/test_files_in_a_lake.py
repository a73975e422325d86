"""Model files, all the way: found, gated, stored, asked, and harvested again."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from model_files import BASE, HARVESTER, IRIS, SAMPLES, Call, codes, describe_file, pickled, values

from modellake.core.plugins import Harvester, accepting_harvesters, load_harvester
from modellake.core.prefixes import PREFIXES
from modellake.core.vocab import LAKE
from modellake.harvest.files.places import model_name
from modellake.lake.harvesting import harvest_place
from modellake.lake.harvesting.choosing import choose, found
from modellake.lake.lake import Lake
from modellake.lake.receipts import Receipt

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def folder(write: Write, tmp_path: Path) -> Path:
    """A folder with one file of each kind, two that are refused, one that nobody knows, and texts beside them."""
    for name, content in SAMPLES.items():
        write(f"models/{name}", content)
    write("models/broken.safetensors", b"\xff" * 20)
    write("models/empty.onnx", b"")
    write("models/unknown.engine", b"who knows")
    write("models/evil.pkl", pickled(Call("os.system", "true")))
    write("models/notes.txt", "no model")
    write("models/LICENSE", "no model either")
    write("models/.hidden.onnx", SAMPLES["tiny.onnx"])
    return tmp_path / "models"


def harvest(lake: Lake, place: Path) -> Receipt:
    return lake.commit_each(harvest_place(load_harvester("files"), str(place), lake.iris), message="models")


def test_the_entry_point_leads_to_the_harvester() -> None:
    harvester = load_harvester("files")
    assert isinstance(harvester, Harvester)
    assert (harvester.name, type(harvester)) == ("files", type(HARVESTER))


def test_a_folder_becomes_records_and_the_second_harvest_changes_nothing(lake: Lake, folder: Path) -> None:
    first = harvest(lake, folder)
    assert len(first.accepted) == len(SAMPLES) + 2
    assert first.refusals_by_code() == {"parse.truncated": 1, "parse.empty": 1}
    assert first.commits
    head, size = lake.ledger.head(), lake.view.engine.size()
    again = harvest(lake, folder)
    assert (again.commits, again.accepted) == (0, [])
    assert sorted(again.unchanged) == sorted(first.accepted)
    assert (lake.ledger.head(), lake.view.engine.size()) == (head, size)
    assert lake.verify().conforms


def test_a_file_that_was_mended_is_taken_in(lake: Lake, folder: Path) -> None:
    harvest(lake, folder)
    (folder / "broken.safetensors").write_bytes(SAMPLES["tiny.safetensors"])
    again = harvest(lake, folder)
    assert [Path(place).name for place in again.accepted] == ["broken.safetensors"]


def test_questions_are_answered(lake: Lake, folder: Path) -> None:
    harvest(lake, folder)
    # Risky names are imported names too: the lake concludes that.
    for term in ("importsRiskyGlobal", "importsGlobal"):
        (row,) = lake.query(
            f'SELECT ?name {{ ?file <{PREFIXES["lake"]}{term}> "os.system" ; <{LAKE.fileName.value}> ?name }}'
        )
        assert row["name"] == "evil.pkl"
    (row,) = lake.query(f"SELECT (SUM(?n) AS ?all) {{ ?version <{LAKE.parameterCount.value}> ?n }}")
    assert row["all"] == 10 + 516 + 15 + 8 + 6 + 6 + 5


def test_a_copy_of_a_file_is_the_same_version_from_two_sources(lake: Lake, write: Write, tmp_path: Path) -> None:
    for place in ("a", "b"):
        write(f"{place}/churn/model.onnx", SAMPLES["tiny.onnx"])
    write("c/churn/model.onnx", SAMPLES["tiny.onnx"] + b"\x12\x01x")
    receipt = harvest(lake, tmp_path)
    assert len(receipt.accepted) == 3
    versions = {values(describe_file(tmp_path / place / "churn/model.onnx"), "dcat:version")[0] for place in "abc"}
    assert len(versions) == 2


# Where model files are found


@pytest.mark.parametrize(
    ("name", "content", "accepted"),
    [
        ("m.onnx", b"", True),
        ("m.SAFETENSORS", b"", True),
        ("weights", SAMPLES["tiny.gguf"], True),
        ("m.joblib", b"", True),
        ("m.engine", b"", True),
        ("README.md", b"---\nlicense: mit\n---\n", False),
        ("data.csv", b"a,b", False),
        ("notes.txt", SAMPLES["tiny.gguf"], False),
        ("thing", b"nobody knows", False),
    ],
)
def test_files_are_accepted_by_name_or_mark(write: Write, name: str, content: bytes, accepted: bool) -> None:
    assert HARVESTER.accepts(str(write(name, content))) is accepted


@pytest.mark.parametrize("place", ["https://example.org/m.onnx", "missing.onnx", "\0"])
def test_what_is_not_there_is_not_accepted(place: str) -> None:
    assert not HARVESTER.accepts(place)


def test_files_of_a_card_are_left_to_the_card_unless_they_are_asked_for(folder: Path, write: Write) -> None:
    write("other/model.gguf", SAMPLES["tiny.gguf"])
    write("models/README.md", "---\nlicense: mit\n---\n")
    place = str(folder.parent)
    assert [item.name for item in accepting_harvesters(place)] == ["files", "huggingface"]
    pairs = [(one.name, Path(str(document)).name) for one, document in found(choose([place]))]
    assert pairs == [("huggingface", "README.md"), ("files", "model.gguf")]
    assert len(list(found(choose([place], "files")))) == 1 + len(list(HARVESTER.find(str(folder))))


def test_folders_without_models_are_not_accepted(write: Write) -> None:
    assert not HARVESTER.accepts(str(write("texts/a.txt", "x").parent))


def test_files_are_found_in_order_and_texts_are_not(folder: Path) -> None:
    found = [Path(item).name for item in HARVESTER.find(str(folder))]
    assert found == sorted(found)
    assert set(found) == {*SAMPLES, "broken.safetensors", "empty.onnx", "unknown.engine", "evil.pkl"}


def test_a_source_is_the_file_iri_of_the_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = HARVESTER.source("a b/../ü/m.onnx")
    assert source.iri.value == (tmp_path / "ü" / "m.onnx").as_uri()
    assert source.harvester == "files"


# What models are called


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("zoo/resnet50.onnx", "resnet50"),
        ("magika/model.onnx", "magika"),
        ("bert/pytorch_model.bin", "bert"),
        ("llama/model-00001-of-00003.safetensors", "llama"),
        ("x/llama-00001-of-00003.gguf", "llama"),
        ("x/forest.pkl.gz", "forest"),
        ("churn/saved_model.pb", "churn"),
        ("Mixed/Case.ONNX", "Case"),
        ("x/...onnx", "unnamed"),
        ("x/a b.onnx", "a%20b"),
    ],
)
def test_models_are_called_like_their_file_or_folder(place: str, name: str) -> None:
    description = HARVESTER.describe(f"/nowhere/{place}", SAMPLES["tiny.gguf"], IRIS)
    assert values(description, "lake:versionOf") == [f"{BASE}model/{name}"]


def test_names_that_look_the_same_are_the_same() -> None:
    composed, decomposed = (unicodedata.normalize(form, "modèle") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert model_name(f"/x/{composed}.onnx") == model_name(f"/x/{decomposed}.onnx") == composed


@pytest.mark.parametrize("name", ["gpj.\u202exnno.pkl", "a\u200bb.onnx", "a\u00adb.onnx", "bell\x07.onnx"])
def test_names_with_hidden_characters_are_noted(write: Write, name: str) -> None:
    content = SAMPLES["tiny.pkl" if name.endswith("pkl") else "tiny.onnx"]
    description = describe_file(write(name, content))
    assert "file.name-misleading" in codes(description)
    assert values(description, "lake:fileName") == [name]
