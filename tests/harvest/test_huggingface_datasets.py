"""What dataset cards become."""

from __future__ import annotations

import pytest
from cards import BASE, IRIS, describe_yaml, objects, values

CARD = "/nowhere/datasets--acme--logs/snapshots/main/README.md"
LOOSE = "/nowhere/logs/README.md"
DATASET = "dataset/acme/logs"
VERSION = f"{DATASET}/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ("license: mit", "model"),
        ("size_categories: [n<1K]", "dataset"),
        ("dataset_info: {features: []}\nviewer: false", "dataset"),
        ("configs: []", "dataset"),
        ("pretty_name: Logs", "dataset"),
        ("multilinguality: [monolingual]\ndatasets: [x]\nwidget: []", "model"),
        ("pretty_name: Churn\npipeline_tag: text-classification", "model"),
        ("metrics: [f1]\ntask_categories: [x]\ntask_ids: [y]", "dataset"),
    ],
)
def test_keys_tell_a_dataset_card_from_a_model_card(metadata: str, kind: str) -> None:
    description = describe_yaml(metadata, LOOSE)
    assert IRIS.resource(kind, "logs") in {statement.subject for statement in description.statements}


def test_the_cache_of_the_hub_knows_the_kind() -> None:
    description = describe_yaml("pipeline_tag: text-classification", CARD)
    assert objects(description, DATASET, "rdf:type") == ["https://w3id.org/model-lake#Dataset"]
    assert objects(description, VERSION, "rdf:type") == ["https://w3id.org/model-lake#DatasetVersion"]


def test_splits_with_their_sizes() -> None:
    metadata = """dataset_info:
  features:
  - name: id
    dtype: string
  config_name: plain
  splits:
  - name: train
    num_bytes: 79317110
    num_examples: 87599
  - name: dev
    num_bytes: 10472653
  download_size: 35142551"""
    description = describe_yaml(metadata, CARD)
    train, dev = objects(description, VERSION, "lake:hasSplit")
    assert train == f"{BASE}{VERSION}#split-plain%2Ftrain"
    assert objects(description, train, "dct:title") == ["train"]
    assert objects(description, train, "lake:splitRole") == ["https://w3id.org/model-lake/split#train"]
    assert objects(description, dev, "lake:splitRole") == ["https://w3id.org/model-lake/split#validation"]
    assert objects(description, train, "lake:splitOf") == [BASE + VERSION]
    assert objects(description, train, "lake:rowCount") == ["87599"]
    assert objects(description, train, HF + "num_bytes") == ["79317110"]
    assert values(description, HF + "download_size") == ["35142551"]
    assert values(description, HF + "dtype") == ["string"]


def test_a_split_is_the_same_wherever_the_card_speaks_of_it() -> None:
    metadata = """configs:
- config_name: default
  data_files:
  - split: test
    path: data/test.csv
dataset_info:
  splits:
  - name: test
    num_examples: 3"""
    description = describe_yaml(metadata, CARD)
    assert objects(description, VERSION, "lake:hasSplit") == [f"{BASE}{VERSION}#split-test"]
    assert values(description, HF + "path") == ["data/test.csv"]


def test_several_configurations() -> None:
    metadata = "dataset_info:\n- config_name: a\n  splits: [{name: train}]\n- config_name: b\n  splits: [{name: train}]"
    assert len(objects(describe_yaml(metadata, CARD), VERSION, "lake:hasSplit")) == 2


def test_splits_as_a_mapping() -> None:
    metadata = "dataset_info:\n  splits:\n    train: {num_examples: 1}\n    odd one: {name: other}"
    description = describe_yaml(metadata, CARD)
    assert len(objects(description, VERSION, "lake:hasSplit")) == 2
    assert values(description, HF + "name") == ["other"]


def test_splits_that_cannot_be_read_are_kept() -> None:
    description = describe_yaml("dataset_info:\n  splits: [train, {num_bytes: 3}]\n", CARD)
    assert values(description, "lake:hasSplit") == []
    assert values(description, HF + "num_bytes") == ["3"]
    assert "train" in values(description, HF + "splits") or "train" in values(description, "rdf:value")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("original", None),
        ("extended", None),
        ("extended|other-tweets", None),
        ("extended|", None),
        ("extended|squad", f"{BASE}dataset/squad"),
        ("wikipedia", f"{BASE}dataset/wikipedia"),
        ("laion/laion-2b", f"{BASE}dataset/laion/laion-2b"),
    ],
)
def test_source_datasets(source: str, target: str | None) -> None:
    description = describe_yaml(f"source_datasets: ['{source}']", CARD)
    assert objects(description, DATASET, "lake:derivedFromDataset") == ([target] if target else [])
    kept = objects(description, VERSION, HF + "source_datasets")
    assert kept == ([] if target and target.endswith(source) else [source])


def test_tasks_and_the_rest() -> None:
    metadata = "task_categories: [question-answering, divination]\ntask_ids: [extractive-qa]\nsize_categories: n<1K"
    description = describe_yaml(metadata, CARD)
    assert objects(description, DATASET, "lake:task") == ["https://w3id.org/model-lake/task#question-answering"]
    assert objects(description, VERSION, HF + "task_categories") == ["divination"]
    assert objects(description, VERSION, HF + "task_ids") == ["extractive-qa"]
    assert objects(description, VERSION, HF + "size_categories") == ["n<1K"]
