"""What the model index of a card becomes."""

from __future__ import annotations

import pytest
from cards import BASE, LINE, describe_yaml, evaluations, objects, values

from modellake.core.description import Description

VERSION = f"{LINE}/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"
RESULT = """model-index:
- name: churn
  results:
  - task: {{type: text-classification, name: Text Classification}}
    dataset: {{type: glue, name: GLUE, config: sst2, split: validation, revision: abc}}
    metrics:
    - type: {type}
      value: {value}
"""


def one(description: Description) -> str:
    (evaluation,) = evaluations(description)
    return evaluation.value


def test_an_evaluation_says_what_was_measured_on_what() -> None:
    description = describe_yaml(RESULT.format(type="accuracy", value="0.90"))
    evaluation = one(description)
    assert evaluation.startswith(f"{VERSION}#evaluation-")
    assert objects(description, evaluation, "lake:evaluates") == [VERSION]
    assert objects(description, evaluation, "lake:onData") == [f"{BASE}dataset/glue"]
    assert objects(description, evaluation, "lake:metric") == ["https://w3id.org/model-lake/metric#accuracy"]
    assert objects(description, evaluation, "lake:task") == ["https://w3id.org/model-lake/task#text-classification"]
    assert objects(description, evaluation, "lake:value") == ["0.90"]
    assert values(description, HF + "split") == ["validation"]
    assert description.findings == ()


@pytest.mark.parametrize(
    ("value", "number", "kept"),
    [
        ("0.85678391959798990", "0.85678391959798990", []),
        ("-3", "-3", []),
        ("'20.90'", "20.90", []),
        ("5.", "5.", []),
        ("1.5e-05", "0.000015", ["1.5e-05"]),
        ("1e-05", "0.00001", ["1e-05"]),
        ("017", "017", ["15", "017"]),
    ],
)
def test_numbers_are_decimals_as_they_were_written(value: str, number: str, kept: list[str]) -> None:
    description = describe_yaml(RESULT.format(type="f1", value=value))
    (statement,) = [item for item in description.statements if item.predicate.value.endswith("#value")][:1]
    assert str(statement.object) == f'"{number}"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    assert objects(description, one(description), HF + "value") == kept
    assert values(description, "lake:verbatimValue") == []


@pytest.mark.parametrize(
    ("value", "verbatim", "kept"),
    [
        ("93.2%", "93.2%", []),
        ("20.0 ± 1.2", "20.0 ± 1.2", []),
        ("NaN", "NaN", []),
        (".nan", ".nan", ["NaN", ".nan"]),
        ("true", "true", ["true"]),
        ("1e9999", "1e9999", []),
        ("[0.1, 0.2]", '["0.1", "0.2"]', None),
        ("{mean: 0.5}", '{"mean": "0.5"}', None),
    ],
)
def test_what_is_no_number_is_kept_word_for_word(value: str, verbatim: str, kept: list[str] | None) -> None:
    description = describe_yaml(RESULT.format(type="f1", value=value))
    assert values(description, "lake:verbatimValue") == [verbatim]
    assert values(description, "lake:value") == []
    if kept is not None:
        assert objects(description, one(description), HF + "value") == kept


def test_a_metric_that_the_code_list_lacks_is_described_in_place() -> None:
    description = describe_yaml(RESULT.format(type="our score", value="1"))
    metric = f"{VERSION}#metric-our%20score"
    assert objects(description, one(description), "lake:metric") == [metric]
    assert objects(description, metric, "dct:title") == ["our score"]
    assert objects(description, metric, "rdf:type") == ["https://w3id.org/model-lake#Metric"]


@pytest.mark.parametrize(("said", "known"), [("Accuracy", "accuracy"), ("ROC AUC", "roc_auc"), ("rougeL", "rougeL")])
def test_the_spelling_of_a_known_metric_does_not_matter(said: str, known: str) -> None:
    description = describe_yaml(RESULT.format(type=said, value="1"))
    assert objects(description, one(description), "lake:metric") == [f"https://w3id.org/model-lake/metric#{known}"]
    assert said == known or objects(description, one(description), HF + "type") == [said]


def test_what_else_a_metric_and_its_result_say_is_kept() -> None:
    metadata = RESULT.format(type="wer", value="7.5")
    metadata += "      name: Test WER\n      args: {max_order: 4}\n      verified: true\n      verifyToken: e30\n"
    metadata += "    source: {name: Board, url: 'https://example.org/board'}\n"
    description = describe_yaml(metadata)
    evaluation = one(description)
    assert objects(description, evaluation, HF + "name") == ["Test WER"]
    assert objects(description, evaluation, HF + "verified") == ["true"]
    assert objects(description, evaluation, HF + "verifyToken") == ["e30"]
    assert values(description, HF + "max_order") == ["4"]
    assert values(description, "dct:source") == ["https://example.org/board"]


def test_equal_results_stay_two_evaluations() -> None:
    metadata = RESULT.format(type="f1", value="1") + "    - type: f1\n      value: 1\n"
    assert len(set(evaluations(describe_yaml(metadata)))) == 2


def test_an_evaluation_keeps_its_name_when_values_and_neighbors_change() -> None:
    before = one(describe_yaml(RESULT.format(type="f1", value="1")))
    metadata = RESULT.format(type="accuracy", value="3") + "    - type: f1\n      value: 2\n"
    assert before in {node.value for node in evaluations(describe_yaml(metadata))}


def test_the_context_of_a_result_is_stated_once_for_all_its_metrics() -> None:
    metrics = "".join(f"    - type: m{n}\n      value: {n}\n" for n in range(50))
    description = describe_yaml(RESULT.format(type="f1", value="1") + metrics)
    assert len(evaluations(description)) == 51
    assert len(set(values(description, HF + "result"))) == 1
    assert values(description, HF + "revision") == ["abc"]


@pytest.mark.parametrize(
    ("metadata", "paths", "count"),
    [
        ("license: mit\nmodel-index:\n- results: []", ["model-index[0].name"], 0),
        ("model-index:\n- name: x", ["model-index[0].results"], 0),
        ("model-index:\n  name: x\n  results: []", [], 0),
        (
            "model-index:\n- name: x\n  results:\n  - task: {type: a}\n    dataset: {type: b, name: c}",
            ["model-index[0].results[0].metrics"],
            0,
        ),
        (
            "model-index:\n- name: x\n  results:\n  - task: {type: a}\n    metrics:\n    - type: f1\n      value: 1",
            ["model-index[0].results[0].dataset"],
            1,
        ),
        (
            "model-index:\n- name: x\n  results:\n  - dataset: {name: c}\n    metrics:\n    - {}",
            [
                f"model-index[0].results[0].{part}"
                for part in ("task", "dataset.type", "metrics[0].type", "metrics[0].value")
            ],
            1,
        ),
        ("model-index: nonsense", [], 0),
        ("model-index: [a, [b]]", [], 0),
    ],
)
def test_what_a_model_index_lacks_is_named(metadata: str, paths: list[str], count: int) -> None:
    description = describe_yaml(metadata)
    assert len(evaluations(description)) == count
    assert {finding.code for finding in description.findings} == {"card.model-index"}
    found = [finding.place.path for finding in description.findings if finding.place]
    assert found == paths or not paths
    assert all(finding.remedy for finding in description.findings)


def test_a_source_without_address_is_reported_by_the_reader_of_the_hub() -> None:
    description = describe_yaml(RESULT.format(type="f1", value="1") + "    source: {name: Board}\n")
    (finding,) = description.findings
    assert "source_url" in finding.message


def test_thousands_of_flaws_give_a_bounded_report() -> None:
    metrics = "".join("    - {}\n" for _ in range(3000))
    description = describe_yaml(RESULT.format(type="f1", value="1") + metrics)
    assert len(description.findings) < 300
    assert description.findings[-1].code == "card.more-findings"
