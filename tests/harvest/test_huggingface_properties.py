"""What holds for every card: no crash, valid RDF, nothing lost."""

from __future__ import annotations

import os
from typing import Any

import yaml
from card_leaves import missing
from cards import CARD, describe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize

from modellake.core.description import Description
from modellake.core.errors import ParseError
from modellake.core.iris import LakeIRIs
from modellake.harvest.huggingface.documents import locate
from modellake.harvest.huggingface.references import resource
from modellake.rdf.homes import split_by_home

KEYS = (
    "license license_name license_link language languages tags pretty_name pipeline_tag library_name datasets "
    "metrics base_model base_model_relation new_version model-index name results task dataset type value config "
    "split revision args source url verified dataset_info config_name features splits num_bytes configs data_files "
    "path source_datasets task_categories widget text"
)
WORDS = (
    "mit other unknown en no text-classification accuracy f1 imdb extended|squad original train test 0.9 93% "
    "https://huggingface.co/a/b .. / {x} README.md finetune"
)
# What libyaml can write and read back: no surrogates, no control characters.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=20)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    TEXT,
    st.sampled_from(WORDS.split()),
)
NAMES = st.one_of(st.sampled_from(KEYS.split()), TEXT)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=25,
)
CARDS = st.dictionaries(NAMES, TREES, max_size=8)
DOCUMENTS = st.sampled_from([CARD, "/nowhere/datasets--a--b/snapshots/x/README.md", "/nowhere/x/README.md"])
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)


def written(metadata: Any, flow: bool | None = False) -> bytes:
    text: str = yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False, default_flow_style=flow)
    return f"---\n{text}---\n".encode()


def assert_sound(description: Description) -> None:
    """The statements are valid RDF without duplicates, and each can be placed in a record."""
    statements = description.statements
    assert len(set(statements)) == len(statements)
    text = serialize(statements, format=RdfFormat.N_TRIPLES)
    assert len(list(parse(text, format=RdfFormat.N_TRIPLES))) == len(statements)
    split = split_by_home(statements)
    assert sum(len(group) for group in split.by_home.values()) <= len(statements)


@relaxed
@given(CARDS, DOCUMENTS, st.sampled_from([True, False, None]))
def test_any_metadata_is_described_whole(metadata: dict[str, Any], document: str, flow: bool | None) -> None:
    content = written(metadata, flow)
    try:
        description = describe(content, document)
    except ParseError as error:
        assert error.code in {"parse.template", "parse.space-card", "parse.yaml-duplicate-key"}
        return
    assert_sound(description)
    assert missing(content, description.statements) == []
    assert describe(content, document) == description


@relaxed
@given(TREES, TREES, DOCUMENTS)
def test_any_model_index_and_any_dataset_info_are_described(index: Any, info: Any, document: str) -> None:
    metadata = {
        "model-index": [
            {"name": "x", "results": [{"task": index, "dataset": info, "metrics": [index, {"value": info}]}]}
        ],
        "dataset_info": [info, {"splits": index}],
        "configs": [{"config_name": index, "data_files": info}],
    }
    content = written(metadata)
    try:
        description = describe(content, document)
    except ParseError as error:
        assert error.code == "parse.template"
        return
    assert_sound(description)
    assert missing(content, description.statements) == []


@relaxed
@given(st.binary(max_size=200), DOCUMENTS)
def test_any_bytes_are_described_or_refused(content: bytes, document: str) -> None:
    for card in (content, b"---\n" + content + b"\n---\n"):
        try:
            assert_sound(describe(card, document))
        except ParseError as error:
            assert error.remedy
            assert error.place is not None


@relaxed
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=120), DOCUMENTS)
def test_any_text_is_described_or_refused(text: str, document: str) -> None:
    for card in (text, f"---\n{text}\n---\n", f"---\nkey: {text}\n---\n", f'---\nkey: "{text}"\n---\n'):
        try:
            assert_sound(describe(card, document))
        except ParseError as error:
            assert error.remedy
            assert error.place is not None


@relaxed
@given(st.text(max_size=60).filter(str.isprintable), st.text(max_size=60).filter(str.isprintable))
def test_names_that_differ_get_different_valid_iris(one: str, other: str) -> None:
    iris = LakeIRIs("https://lake.example.org/")
    first, second = resource(iris, "model", one), resource(iris, "model", other)
    for node in (first, second):
        if node is not None and node.value.startswith(iris.base):
            assert node.value.startswith(f"{iris.base}model/")
            assert not {"", ".", ".."} & set(node.value.removeprefix(iris.base).split("/"))
            assert iris.topic(iris.record(node)) == node
    if first is not None and first == second and "//" not in one + other:
        assert one.strip() == other.strip()


def _file_name(content: bytes) -> str:
    """What Python calls a file whose name is made of any bytes."""
    return os.fsdecode(content.replace(b"/", b"-").replace(b"\0", b"-"))


@relaxed
@given(st.lists(st.binary(min_size=1, max_size=20).map(_file_name), min_size=1, max_size=5))
def test_any_path_has_a_name(parts: list[str]) -> None:
    location = locate("/" + "/".join(parts))
    assert location.name.encode()
    assert location.revision
