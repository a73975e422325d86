"""The mapping table says what the harvester does: no term too many, no term too few."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

import pytest
from cards import HARVESTER, IRIS, describe, describe_file
from pyoxigraph import NamedNode
from repositories import ADAPTER, INFOS, MERGE, MODEL_FILES, cache, repository

from modellake.core.description import Description
from modellake.core.errors import ParseError
from modellake.core.plugins import MappedField, mapping_of
from modellake.core.vocab import DCT, RDF
from modellake.harvest.huggingface.datasets import DATASET_KEYS
from modellake.harvest.huggingface.mapping import OWN_KEYS
from modellake.harvest.huggingface.models import MODEL_KEYS
from modellake.harvest.huggingface.repository import COMMON_KEYS
from modellake.harvest.huggingface.side_files import DATASET_FILES
from modellake.harvest.huggingface.side_files import MODEL_FILES as SIDE_FILES
from modellake.harvest.huggingface.terms import POSITION

TABLE = list(mapping_of(HARVESTER))
REVISION = "a" * 40
# What keeps the structure of a value, and what every card has.
KEPT = {DCT.title, RDF.value, POSITION}
MODEL_CARD = """---
license: other
license_name: acme
license_link: https://acme.org/license
tags: [a]
language: [en]
base_model: a/b
base_model_relation: RELATION
co2_eq_emissions: {emissions: 1000, training_type: fine-tuning, geographical_location: FR, source: codecarbon}
datasets: [imdb]
library_name: timm
new_version: a/c
pipeline_tag: text-classification
sizes: [1, 2]
model-index:
- name: x
  results:
  - task: {type: text-classification}
    dataset: {type: imdb, name: IMDB}
    source: {url: 'https://example.org'}
    metrics:
    - {type: accuracy, value: 0.9}
    - {type: own metric, value: good}
---
# Churn

Predicts which customers are going to leave within the next month, from what they did in the last year.

## Limitations

few
"""
PROSE = """---
license: mit
---
# Environmental impact

- **Hardware Type:** A100
- **Hours used:** 5 GPU hours
- **Cloud Provider:** AWS
- **Compute Region:** FR
- **Carbon Emitted:** 12 kg

# Bias, Risks, and Limitations

some

| data | F1 |
|---|---|
| a | 0.9 |
| b | 0.9 ± 0.1 |
"""
DATASET_CARD = """---
license: gemma
task_categories: [text-classification]
source_datasets: [squad]
configs: [{config_name: a, data_files: [{split: test, path: x}]}]
dataset_info: {config_name: a, splits: [{name: train, num_examples: 3}]}
---
"""


def section_cards() -> list[str]:
    headings = [field.note.partition(": ")[2].split(", ")[0] for field in TABLE if field.field.startswith("section: ")]
    return [f"---\nlicense: mit\n---\n## {heading}\n\ntext\n" for heading in headings]


def model_files() -> dict[str, object]:
    """A graph, and pickles that import."""
    import onnx
    from onnx import TensorProto, helper

    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", ports[:1], ports[1:])
    model: onnx.ModelProto = helper.make_model(graph)
    risky = pickle.dumps(eval)
    return {"model.onnx": model.SerializeToString(), "a.pkl": pickle.dumps(OrderedDict(a=1)), "b.pkl": risky}


def made(tmp_path: Path) -> list[Description]:
    """What is said of cards and folders that between them have everything."""
    relations = [
        MODEL_CARD.replace("RELATION", name) for name in ("finetune", "adapter", "quantized", "merge", "distilled")
    ]
    files = {**MODEL_FILES, "adapter_config.json": ADAPTER, "mergekit_config.yml": MERGE, **model_files()}
    snapshot = cache(tmp_path, "models--acme--churn", REVISION, {"README.md": PROSE})
    (tmp_path / "models--acme--churn" / "refs").mkdir()
    (tmp_path / "models--acme--churn" / "refs" / "main").write_text(REVISION)
    return [
        *map(describe, [*relations, PROSE, *section_cards()]),
        describe_file(repository(tmp_path / "churn", files)),
        describe_file(repository(tmp_path / "logs", {"dataset_infos.json": INFOS}, DATASET_CARD)),
        describe_file(snapshot / "README.md"),
    ]


def terms(descriptions: Iterable[Description]) -> set[NamedNode]:
    """The properties and classes in use; all that are made of keys as one."""
    found: set[NamedNode] = set()
    for description in descriptions:
        found.update(item.predicate for item in description.statements)
        found.update(item.object for item in description.statements if item.predicate == RDF.type)  # type: ignore[misc]
    own = {term for term in found if term.value.startswith(OWN_KEYS.value)}
    return (found - own) | ({OWN_KEYS} if own else set())


def mapped(rows: Iterable[MappedField]) -> set[NamedNode]:
    named = {term for row in rows for term in row.terms}
    return {OWN_KEYS if term.value.startswith(OWN_KEYS.value) else term for term in named} | {RDF.type}


def test_every_term_of_the_table_is_in_use_and_every_term_in_use_is_in_the_table(tmp_path: Path) -> None:
    assert terms(made(tmp_path)) == mapped(TABLE)


def test_every_term_of_real_cards_is_in_the_table(shared: Path) -> None:
    descriptions = []
    for folder in ("hf-model-cards/cards", "hf-dataset-cards", "hf-model-cards/hub-fixtures"):
        for document in HARVESTER.find(str(shared / "corpus" / folder)):
            try:
                descriptions.append(HARVESTER.describe(document, HARVESTER.read(document), IRIS))
            except ParseError:
                continue
    assert terms(descriptions) <= mapped(TABLE)


KEYS = {**COMMON_KEYS, **MODEL_KEYS, **DATASET_KEYS}
EXAMPLES = {
    "base_model": "a/b",
    "co2_eq_emissions": "5",
    "configs": "[{config_name: a, data_files: [{split: test, path: x}]}]",
    "dataset_info": "{splits: [{name: train, num_examples: 3}]}",
    "datasets": "imdb",
    "language": "en",
    "language_bcp47": "en",
    "languages": "en",
    "library_name": "timm",
    "license": "mit",
    "model-index": "[{name: x, results: [{metrics: [{type: f1, value: 1}]}]}]",
    "new_version": "a/b",
    "pipeline_tag": "text-classification",
    "source_datasets": "squad",
    "tags": "x",
    "task_categories": "text-classification",
}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_the_row_of_a_key_names_what_the_key_alone_says(key: str) -> None:
    (row,) = [row for row in TABLE if row.field == key and row.terms == KEYS[key].terms]
    kind = "datasets" if key in DATASET_KEYS else "models"
    document = f"/nowhere/{kind}--acme--churn/snapshots/main/README.md"
    without = terms([describe("---\nnothing: 1\n---\n", document)])
    said = terms([describe(f"---\n{key}: {EXAMPLES[key]}\n---\n", document)]) - {OWN_KEYS}
    more = set() if key != "model-index" else {row.terms[0] for row in TABLE if row.field.startswith("model-index.")}
    more |= {term for row in TABLE if row.field == "model-index.results.metrics.value" for term in row.terms}
    assert set(row.terms) <= said
    assert said - without - more - KEPT <= set(row.terms)


def test_every_file_that_is_read_has_rows() -> None:
    fields = {row.field for row in TABLE}
    for name, file in {**SIDE_FILES, **DATASET_FILES}.items():
        assert f"{name}: any key" in fields
        assert {f"{name}: {row.field}" for row in file.fields} <= fields


def test_rows_can_be_read() -> None:
    assert len({(row.field, row.terms) for row in TABLE}) == len(TABLE)
    assert all(row.field and row.note == row.note.strip() for row in TABLE)
