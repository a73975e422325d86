"""Results in Markdown tables: claims, and only where no model index says them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cards import describe, objects, values

import modellake
from modellake.core.description import Description
from modellake.core.plugins import load_harvester
from modellake.lake.harvesting import harvest_place

VERSION = "model/acme/churn/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"
METRIC = "https://w3id.org/model-lake/metric#"


def described(table: str, metadata: str = "license: mit") -> Description:
    return describe(f"---\n{metadata}\n---\n# Churn\n\n{table}\n")


def read(description: Description) -> list[tuple[str, str]]:
    """Metric and value of each result, in order."""
    metrics = [value.removeprefix(METRIC) for value in values(description, "lake:metric")]
    results = [
        item.object.value  # type: ignore[union-attr]
        for item in description.statements
        if item.predicate.value.endswith(("#value", "#verbatimValue"))
    ]
    return list(zip(metrics, results, strict=True))


BY_COLUMN = """| testset | BLEU | chr-F |
|---|:---:|---:|
| Tatoeba.tr.fr | **45.3** | 0.627 |
| news | - | 0.5 ± 0.1 |
"""


def test_each_number_is_a_claim_and_no_evaluation() -> None:
    description = described(BY_COLUMN)
    assert read(description) == [("bleu", "45.3"), ("chrf", "0.627"), ("chrf", "0.5 ± 0.1")]
    assert "https://w3id.org/model-lake#Evaluation" not in values(description, "rdf:type")
    assert values(description, "lake:hasEvaluation") == values(description, "lake:evaluates") == []
    results = values(description, "rdf:object")
    assert len(results) == len(set(results)) == 3
    assert objects(description, results[0], HF + "row") == ["Tatoeba.tr.fr"]
    assert objects(description, results[0], HF + "column") == ["BLEU"]
    assert set(values(description, "rdf:predicate")) == {"https://w3id.org/model-lake#hasEvaluation"}
    assert set(values(description, "rdf:subject")) == {f"https://lake.example.org/{VERSION}"}
    assert set(values(description, "lake:assertedBy")) == {description.source.iri.value}
    assert set(values(description, "lake:assertionMethod")) == {"read from a Markdown table of the card"}


def test_a_model_index_is_what_counts() -> None:
    assert read(described(BY_COLUMN, "model-index:\n- name: churn\n  results: []")) == []


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "| Metric | Value |\n|--|--|\n| Accuracy | 0.9 |\n| Speed | 3 |\n| F1-score | 80% |",
            [("accuracy", "0.9"), ("f1", "80%")],
        ),
        ("| Metric | dev | test | notes |\n|--|--|--|--|\n| WER | 1.5 | 2 | 3 |", [("wer", "1.5"), ("wer", "2")]),
        ("EM | F1\n--|--\n31.5 | 53.5", [("exact_match", "31.5"), ("f1", "53.5")]),
        ("| Release | Val. CER | Test WER |\n|--|--|--|\n| v1 | 7 | 24.7 |", [("cer", "7"), ("wer", "24.7")]),
        (
            "| Model | F1 |\n|--|--|\n| other/model | 0.1 |\n| **acme/churn** | 0.2 |\n| [churn](x) | 0.3 |",
            [("f1", "0.2"), ("f1", "0.3")],
        ),
        ("| Data | Model | F1 |\n|--|--|--|\n| a | bert | 0.1 |\n| a | churn | 0.2 |", [("f1", "0.2")]),
        ("| Training Loss | Epoch | Accuracy |\n|--|--|--|\n| 0.5 | 1 | 0.9 |", []),
        ("| Model | Params |\n|--|--|\n| churn | 3 |", []),
        ("| Task | SQuAD | GLUE |\n|--|--|--|\n| x | 3 | 4 |", []),
        ("| a | F1 |\n| x | 3 |", []),
        ("| a | F1 |\n|--|\n| x | 3 |", []),
        ("| a | F1 |\n|--|--|\n", []),
        ("| a | F1 |\n|--|--|\n| x |\n| y | 1 | 2 |", [("f1", "1")]),
        ("| a \\| b | F1 |\n|--|--|\n| x \\| y | .5 |", [("f1", ".5")]),
    ],
)
def test_tables_as_people_write_them(table: str, expected: list[tuple[str, str]]) -> None:
    assert read(described(table)) == expected


def test_equal_rows_are_told_apart() -> None:
    description = described("| a | F1 |\n|--|--|\n| x | 1 |\n| x | 2 |")
    assert read(description) == [("f1", "1"), ("f1", "2")]
    assert len(set(values(description, "rdf:object"))) == 2


def test_the_number_of_claims_is_bounded() -> None:
    rows = "".join(f"| r{number} | {number} |\n" for number in range(400))
    description = described(f"| a | F1 |\n|--|--|\n{rows}\n\n| a | WER |\n|--|--|\n{rows}")
    assert len(read(description)) == 500
    assert [finding.code for finding in description.findings] == ["card.tables-truncated"]


def test_a_dataset_has_no_results() -> None:
    content = f"---\nsize_categories: [n<1K]\n---\n{BY_COLUMN}"
    assert read(describe(content, "/nowhere/datasets--a--b/snapshots/main/README.md")) == []


def test_claims_are_found_in_a_lake(tmp_path: Path) -> None:
    card = tmp_path / "churn" / "README.md"
    card.parent.mkdir()
    card.write_text(f"---\nlicense: mit\n---\n{BY_COLUMN}", encoding="utf-8")
    with modellake.open(tmp_path / "lake", base_iri="https://lake.example.org/") as lake:
        lake.commit_each(harvest_place(load_harvester("huggingface"), str(card), lake.iris), message="cards")
        rows = list(lake.query("claims"))
        assert len(rows) == 3
        assert {row["method"] for row in rows} == {"read from a Markdown table of the card"}
        assert {row["harvester"] for row in rows} == {"huggingface"}
        assert {row["accepted"] for row in rows} == {False}
        assert list(lake.query("SELECT ?e { ?e a <https://w3id.org/model-lake#Evaluation> }")) == []
