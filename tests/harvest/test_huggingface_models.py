"""What model cards become."""

from __future__ import annotations

import pytest
from cards import BASE, IRIS, LINE, describe, describe_yaml, objects, values

MODEL = "model/acme/churn"
VERSION = f"{MODEL}/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"


def test_a_line_and_its_version() -> None:
    description = describe_yaml("license: mit")
    assert objects(description, MODEL, "rdf:type") == ["https://w3id.org/model-lake#Model"]
    assert objects(description, VERSION, "rdf:type") == ["https://w3id.org/model-lake#ModelVersion"]
    assert objects(description, VERSION, "lake:versionOf") == [LINE]
    assert objects(description, VERSION, "dcat:version") == ["main"]
    assert description.complete
    assert description.source.harvester == "huggingface"


@pytest.mark.parametrize(
    ("metadata", "title"),
    [
        ("pretty_name: Churn\nmodel-index:\n- name: other\n  results: []", "Churn"),
        ("model-index:\n- name: churn-v2\n  results: []", "churn-v2"),
        ("pretty_name: '  '", "acme/churn"),
        ("tags: [a]", "acme/churn"),
        ("pretty_name: 2022", "2022"),
    ],
)
def test_the_title_is_the_best_name_there_is(metadata: str, title: str) -> None:
    description = describe_yaml(metadata)
    assert objects(description, MODEL, "dct:title") == [title]
    assert objects(description, VERSION, "dct:title") == [title]


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("imdb", f"{BASE}dataset/imdb"),
        ("stanfordnlp/imdb", f"{BASE}dataset/stanfordnlp/imdb"),
        ("https://huggingface.co/datasets/stanfordnlp/imdb", f"{BASE}dataset/stanfordnlp/imdb"),
        ("https://hf.co/datasets/stanfordnlp/imdb/tree/main", f"{BASE}dataset/stanfordnlp/imdb"),
        ("https://huggingface.co/acme/teacher", f"{BASE}model/acme/teacher"),
        ("https://github.com/acme/tweets", f"{BASE}code/github.com/acme/tweets"),
        ("doi:10.5281/ZENODO.1", "https://doi.org/10.5281/zenodo.1"),
        ("https://zenodo.org/record/1", "https://zenodo.org/record/1"),
        ("my own tweets", f"{BASE}dataset/my%20own%20tweets"),
        ("данные", f"{BASE}dataset/%D0%B4%D0%B0%D0%BD%D0%BD%D1%8B%D0%B5"),
        ("..", f"{BASE}dataset/%252E%252E"),
        ("../secret", f"{BASE}dataset/%252E%252E%252Fsecret"),
        ("/home/me/data", f"{BASE}dataset/%252Fhome%252Fme%252Fdata"),
        ("a/b/version/main", f"{BASE}dataset/a%252Fb%252Fversion%252Fmain"),
        ("x#y?z", f"{BASE}dataset/x%23y%3Fz"),
    ],
)
def test_training_data_get_iris_whatever_they_are_called(said: str, target: str) -> None:
    description = describe_yaml(f"datasets:\n- '{said}'")
    assert objects(description, MODEL, "lake:trainedOn") == [target]
    assert objects(description, VERSION, "lake:trainedOn") == [target]
    assert said in {*target.rsplit("dataset/"), *objects(description, VERSION, HF + "datasets"), target}


def test_a_blank_name_names_nothing() -> None:
    description = describe_yaml("datasets: ['', '  ', null]\nbase_model:")
    assert values(description, "lake:trainedOn") == []
    assert objects(description, VERSION, HF + "datasets") == ["", "  "]


@pytest.mark.parametrize(
    ("relation", "predicate"),
    [
        (None, "lake:derivedFromModel"),
        ("finetune", "lake:fineTunedFrom"),
        ("adapter", "lake:adapterOf"),
        ("quantized", "lake:quantizedFrom"),
        ("merge", "lake:mergedFrom"),
    ],
)
def test_a_base_model_is_related_as_the_card_says(relation: str | None, predicate: str) -> None:
    said = f"\nbase_model_relation: {relation}" if relation else ""
    description = describe_yaml(f"base_model: [org/a, org/b]{said}")
    expected = [f"{BASE}model/org/a", f"{BASE}model/org/b"]
    assert objects(description, MODEL, predicate) == expected
    assert objects(description, VERSION, predicate) == expected


def test_an_unknown_relation_is_noted_and_not_guessed() -> None:
    description = describe_yaml("base_model: org/a\nbase_model_relation: distilled")
    assert objects(description, MODEL, "lake:derivedFromModel") == [f"{BASE}model/org/a"]
    assert [finding.code for finding in description.findings] == ["card.relation-unknown"]
    assert objects(description, VERSION, HF + "base_model_relation") == ["distilled"]


def test_tasks_are_concepts_when_the_hub_has_them() -> None:
    description = describe_yaml("pipeline_tag: text-classification")
    assert objects(description, MODEL, "lake:task") == ["https://w3id.org/model-lake/task#text-classification"]
    other = describe_yaml("pipeline_tag: mind-reading")
    assert values(other, "lake:task") == []
    assert objects(other, VERSION, HF + "pipeline_tag") == ["mind-reading"]


def test_tags_languages_library_and_successor() -> None:
    metadata = "tags: [b, a, 3]\nlanguage: [en, pt-BR, Klingon of old]\nlibrary_name: timm\nnew_version: acme/churn2"
    description = describe_yaml(metadata)
    assert objects(description, MODEL, "dcat:keyword") == ["b", "a", "3"]
    assert objects(description, MODEL, "dct:language") == ["en", "pt-BR"]
    assert objects(description, VERSION, HF + "language") == ["Klingon of old"]
    assert objects(description, MODEL, "lake:library") == ["timm"]
    assert objects(description, MODEL, "dct:isReplacedBy") == [f"{BASE}model/acme/churn2"]


def test_norwegian_is_a_language_and_no_truth_value() -> None:
    description = describe_yaml("language: no")
    assert objects(description, MODEL, "dct:language") == ["no"]
    assert objects(description, VERSION, HF + "language") == ["false", "no"]


def test_the_publisher_is_told_by_the_name_of_the_repository() -> None:
    description = describe_yaml("license: mit")
    assert objects(description, MODEL, "dct:publisher") == [f"{BASE}agent/acme"]
    assert objects(description, "agent/acme", "foaf:name") == ["acme"]


def test_keys_without_a_term_are_kept_with_their_structure() -> None:
    metadata = "widget:\n- text: Hello\n  example_title: One\n- text: Bye\nco2_eq_emissions: 12.5\ninference: false"
    description = describe_yaml(metadata)
    assert objects(description, VERSION, HF + "co2_eq_emissions") == ["12.5"]
    assert objects(description, VERSION, HF + "inference") == ["false"]
    assert len(objects(description, VERSION, HF + "widget")) == 2
    assert values(description, HF + "text") == ["Hello", "Bye"]
    assert values(description, "schema:position") == ["0", "1"]


def test_lists_of_numbers_and_of_equal_values_keep_their_order() -> None:
    description = describe_yaml("sizes: [2, 1, 2]\nnames: [a, b]\ntwice: [x, x]\ngrid: [[1, 2], [1, 2]]")
    assert len(objects(description, VERSION, HF + "sizes")) == 3
    assert objects(description, VERSION, HF + "names") == ["a", "b"]
    assert len(objects(description, VERSION, HF + "twice")) == 2
    assert len(objects(description, VERSION, HF + "grid")) == 2
    assert values(description, "rdf:value").count("1") == 3


@pytest.mark.parametrize(
    ("written", "literals"),
    [
        ("text", ['"text"']),
        ("true", ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>']),
        ("True", ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>']),
        ("yes", ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>', '"yes"']),
        ("12", ['"12"^^<http://www.w3.org/2001/XMLSchema#integer>']),
        ("-0", ['"-0"^^<http://www.w3.org/2001/XMLSchema#integer>']),
        ("1_000", ['"1000"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1_000"']),
        ("0o7", ['"0o7"']),
        ("017", ['"15"^^<http://www.w3.org/2001/XMLSchema#integer>', '"017"']),
        ("0x1F", ['"31"^^<http://www.w3.org/2001/XMLSchema#integer>', '"0x1F"']),
        ("-0b11", ['"-3"^^<http://www.w3.org/2001/XMLSchema#integer>', '"-0b11"']),
        ("1:30", ['"90"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1:30"']),
        ("0.90", ['"0.90"^^<http://www.w3.org/2001/XMLSchema#decimal>']),
        ("1.5e+3", ['"1.5e+3"^^<http://www.w3.org/2001/XMLSchema#double>']),
        ("1e-3", ['"1e-3"']),
        (".inf", ['"INF"^^<http://www.w3.org/2001/XMLSchema#double>', '".inf"']),
        (".NaN", ['"NaN"^^<http://www.w3.org/2001/XMLSchema#double>', '".NaN"']),
        ("1:30.5", ['"90.5"^^<http://www.w3.org/2001/XMLSchema#double>', '"1:30.5"']),
        ("2022-01-20", ['"2022-01-20"^^<http://www.w3.org/2001/XMLSchema#date>']),
        ("2022-02-30", ['"2022-02-30"']),
        ("2022-01-20T10:00:00Z", ['"2022-01-20T10:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>']),
        (
            "2022-1-2 3:04:05.25 -5",
            ['"2022-01-02T03:04:05.25-05:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>', '"2022-1-2 3:04:05.25 -5"'],
        ),
        ("2022-01-20T99:00:00Z", ['"2022-01-20T99:00:00Z"']),
        ("'12'", ['"12"']),
        ("!!str 12", ['"12"']),
        ("!!int '12'", ['"12"^^<http://www.w3.org/2001/XMLSchema#integer>']),
        ("!!int many", ['"many"']),
        ("!!timestamp soon", ['"soon"']),
        ("!!binary aGVsbG8=", ['"aGVsbG8="^^<http://www.w3.org/2001/XMLSchema#base64Binary>']),
        ("!!binary '?'", ['"?"']),
        ("!!set {a, b}", ['"a"', '"b"']),
        ("=", ['"="']),
        ("''", ['""']),
        ("null", []),
        ("~", []),
        ("", []),
        ("{}", []),
        ("[]", []),
        ("[null, {a: null}]", []),
    ],
)
def test_values_keep_their_types_and_their_spelling(written: str, literals: list[str]) -> None:
    description = describe_yaml(f"key: {written}")
    said = [item for item in description.statements if item.predicate.value == HF + "key"]
    assert [str(item.object) for item in said] == literals


def test_aliases_and_merge_keys_are_written_out() -> None:
    description = describe_yaml("base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  y: 3\nmany:\n  <<: [*b, {z: 4, x: 9}]\n")
    assert sorted(values(description, HF + "y")) == ["2", "2", "3"]
    assert sorted(values(description, HF + "x")) == ["1", "1", "1"]
    assert values(description, HF + "z") == ["4"]


def test_keys_of_any_kind_become_iris() -> None:
    description = describe_yaml("'I agree, \"fully\" <b>': yes please\n1: one\n'': blank\nno: way\nключ: v")
    predicates = {item.predicate.value for item in description.statements}
    assert f"{HF}I%20agree%2C%20%22fully%22%20%3Cb%3E" in predicates
    assert {f"{HF}1", HF, f"{HF}no", f"{HF}%D0%BA%D0%BB%D1%8E%D1%87"} <= predicates


def test_prose_becomes_a_document_and_a_description() -> None:
    text = """---
license: mit
---
# Churn

<!-- note -->
[![badge](x)](y)

- a list of a great many words one two three four five six

Predicts **churn** of [customers](http://x) with `trees`,
from what they did in the last twelve months.
"""
    description = describe(text)
    expected = "Predicts churn of customers with trees, from what they did in the last twelve months."
    assert objects(description, MODEL, "dct:description") == [expected]
    document = IRIS.fragment(IRIS.version(IRIS.resource("model", "acme/churn"), "main"), "card").value
    assert objects(description, MODEL, "lake:hasDocument") == [document]
    assert objects(description, document, "lake:text") == [text.partition("---\n")[2].partition("---\n")[2]]


def test_long_prose_is_cut_and_its_checksum_kept() -> None:
    description = describe("---\nlicense: mit\n---\n" + "é" * 600_000)
    assert [finding.code for finding in description.findings] == ["card.prose-truncated"]
    (text,) = values(description, "lake:text")
    assert len(text.encode()) <= 1024 * 1024
    assert len(values(description, "spdx:checksumValue")) == 1


def test_the_place_of_a_statement_is_the_line_and_path_in_the_card() -> None:
    description = describe("---\nlicense: mit\ntags:\n- a\n- b\n---\n")
    places = {statement.object.value: place for statement, place in description.places.items() if place.path}  # type: ignore[union-attr]
    assert (places["b"].line, places["b"].column, places["b"].path) == (5, 3, "tags[1]")
    assert (places["mit"].line, places["mit"].path) == (2, "license")
