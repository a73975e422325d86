"""The files beside a card: what they say is stated or kept; what is wrong with them is a finding."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from card_leaves import Account, leaves
from cards import BASE, HARVESTER, IRIS, describe_file, objects, values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize
from repositories import (
    ADAPTER,
    CONFIG,
    GENERATION,
    INDEX,
    MODEL_FILES,
    PREPROCESSOR,
    SPECIAL_TOKENS,
    TOKENIZER,
    TOKENIZER_CONFIG,
    repository,
    safetensors,
)

import modellake
from modellake.core.errors import ParseError
from modellake.core.plugins import load_harvester
from modellake.core.report import Severity
from modellake.harvest.huggingface.json_text import parse_object
from modellake.harvest.huggingface.tokenizers import MAX_HEAD, parse_head
from modellake.harvest.huggingface.tree import Mapping, plain
from modellake.lake.harvesting import harvest_place
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.homes import split_by_home
from modellake.rdf.shapes import load_gate

VERSION = "model/churn/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"


def node(name: str) -> str:
    return f"{BASE}{VERSION}#file-{name}"


def lost(description: Any, content: Any) -> list[tuple[str, Any]]:
    """The values of a JSON tree that a description does not hold; keys that are numbers count as values."""
    account = Account(description.statements)
    found = [*leaves(content), *((f"{path} (key)", int(key)) for path, key in numbers(content))]
    return [(path, leaf) for path, leaf in found if not account.holds(leaf)]


def numbers(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [pair for inner in value for pair in numbers(inner, path)]
    if not isinstance(value, dict):
        return []
    own = [(path, key) for key in value if key.isdigit()]
    return own + [pair for key, inner in value.items() for pair in numbers(inner, f"{path}.{key}")]


@pytest.mark.parametrize("name", [name for name in MODEL_FILES if name.endswith(".json")])
def test_every_value_of_a_side_file_is_in_the_description(tmp_path: Path, name: str) -> None:
    description = describe_file(repository(tmp_path / "churn", MODEL_FILES))
    content = MODEL_FILES[name]
    if name == "tokenizer.json":
        content = {**TOKENIZER, "model": {key: value for key, value in TOKENIZER["model"].items() if key != "vocab"}}  # type: ignore[attr-defined]
    assert lost(description, content) == []
    assert description.findings == ()


def test_a_configuration_says_what_the_model_is_built_like(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", {"config.json": CONFIG}))
    assert objects(description, VERSION, "lake:architecture") == ["BertForSequenceClassification"]
    assert objects(description, VERSION, "lake:numericPrecision") == ["float32"]
    assert objects(description, VERSION, "lake:contextLength") == ["512"]
    assert objects(description, node("config.json"), HF + "hidden_size") == ["768"]
    assert objects(description, node("config.json"), HF + "_name_or_path") == ["google-bert/bert-base-uncased"]


def test_where_a_configuration_was_loaded_from_proves_no_derivation(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", {"config.json": CONFIG}))
    assert not [item for item in description.statements if "model/google-bert" in str(item.object)]


@pytest.mark.parametrize(
    ("config", "architecture", "precision", "length"),
    [
        ({"model_type": "bert"}, ["bert"], [], []),
        ({"architectures": ["A", "B"]}, ["A", "B"], [], []),
        ({"architectures": "A"}, ["A"], [], []),
        ({"architectures": [3, None]}, [], [], []),
        ({"dtype": "bfloat16"}, [], ["bfloat16"], []),
        ({"torch_dtype": "torch.float16"}, [], ["float16"], []),
        ({"torch_dtype": "auto"}, [], [], []),
        ({"torch_dtype": None}, [], [], []),
        ({"torch_dtype": "float16", "quantization_config": {"quant_method": "gptq", "bits": 4}}, [], ["gptq"], []),
        ({"torch_dtype": "float16", "quantization_config": {"load_in_4bit": True}}, [], [], []),
        ({"torch_dtype": "float16", "quantization_config": None}, [], ["float16"], []),
        ({"n_positions": 1024}, [], [], ["1024"]),
        ({"n_ctx": 5, "max_position_embeddings": 7}, [], [], ["7"]),
        ({"max_position_embeddings": 514, "model_type": "roberta"}, ["roberta"], [], []),
        ({"max_position_embeddings": -1}, [], [], []),
        ({"max_position_embeddings": 0}, [], [], []),
        ({"max_position_embeddings": 1e30}, [], [], []),
        ({"max_position_embeddings": "many"}, [], [], []),
        ({"max_position_embeddings": 10**30}, [], [], []),
    ],
)
def test_configurations_as_libraries_write_them(
    tmp_path: Path, config: dict[str, Any], architecture: list[str], precision: list[str], length: list[str]
) -> None:
    description = describe_file(repository(tmp_path / "churn", {"config.json": config}))
    assert objects(description, VERSION, "lake:architecture") == architecture
    assert objects(description, VERSION, "lake:numericPrecision") == precision
    assert objects(description, VERSION, "lake:contextLength") == length
    assert lost(description, config) == []


def test_the_configuration_of_a_component_does_not_speak_of_the_model(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", {"unet/config.json": CONFIG}))
    assert values(description, "lake:architecture") == values(description, "lake:contextLength") == []
    assert objects(description, node("unet%2Fconfig.json"), HF + "hidden_size") == ["768"]


def test_labels_are_numbered_and_do_not_become_properties(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", {"config.json": CONFIG}))
    assert values(description, HF + "id") == ["0", "1"]
    assert not [item for item in description.statements if item.predicate.value in (HF + "0", HF + "stays")]
    other = {"label2id": {"stays": 0, "leaves": 2}, "id2label": {"0": "stays"}}
    described = describe_file(repository(tmp_path / "other", {"config.json": other}))
    assert sorted(values(described, HF + "name")) == ["leaves", "stays"]
    assert lost(described, other) == []


def test_side_files_conform_and_a_second_harvest_makes_no_commit(tmp_path: Path) -> None:
    repository(tmp_path / "repositories" / "churn", {**MODEL_FILES, "adapter_config.json": ADAPTER})
    repository(tmp_path / "repositories" / "odd", {"config.json": b"{", "adapter_config.json": [1]})
    with modellake.open(tmp_path / "lake", base_iri=BASE) as lake:

        def harvest() -> Any:
            documents = harvest_place(load_harvester("huggingface"), str(tmp_path / "repositories"), lake.iris)
            return lake.commit_each(documents, message="cards")

        first, second = harvest(), harvest()
        assert (len(first.accepted), len(first.refused)) == (2, 0)
        assert (second.commits, second.accepted) == (0, [])
        found = lake.query("SELECT ?a { ?v <https://w3id.org/model-lake#architecture> ?a }")
        assert found.column("a") == ["BertForSequenceClassification"]


def test_the_gate_has_nothing_against_side_files(tmp_path: Path) -> None:
    files = {**MODEL_FILES, "adapter_config.json": ADAPTER}
    description = describe_file(repository(tmp_path / "churn", files))
    data = {item for group in split_by_home(description.statements).by_home.values() for item in group}
    data |= load_hierarchy().entailed(data)
    findings = [finding for finding in load_gate().validate(data) if finding.severity is Severity.VIOLATION]
    assert findings == []


def test_places_name_the_file_and_the_path_in_it(tmp_path: Path) -> None:
    card = repository(tmp_path / "churn", {"config.json": CONFIG})
    description = describe_file(card)
    places = {str(item.predicate): place for item, place in description.places.items()}
    place = places[f"<{HF}rope_type>"]
    assert (place.document, place.line, place.path) == (
        str(card.with_name("config.json")),
        None,
        "rope_scaling.rope_type",
    )


BAD = [
    (b"{", "side-file.json", "line"),
    (b"", "side-file.json", "line"),
    (b'{"a": 1,}', "side-file.json", "line"),
    (b"[1, 2]", "side-file.not-object", None),
    (b"null", "side-file.not-object", None),
    (b'{"a": 1, "a": 2}', "side-file.duplicate-key", None),
    (b'{"a": "\xff"}', "side-file.encoding", "line"),
    (b'{"a": "\0"}', "side-file.encoding", "line"),
    (b'{"a":' * 100 + b"1" + b"}" * 100, "side-file.too-deep", "path"),
    (b"[" * 100_000, "side-file.too-deep", None),
    (b'{"a": [' + b"0," * 1_000_001 + b"0]}", "side-file.too-large", None),
    (b'{"a": "' + b"x" * (17 * 1024 * 1024) + b'"}', "side-file.too-large", None),
]


@pytest.mark.parametrize(("content", "code", "told"), BAD, ids=[f"{code}-{len(bad)}" for bad, code, _ in BAD])
@pytest.mark.parametrize("name", ["config.json", "model.safetensors.index.json", "adapter_config.json"])
def test_a_bad_file_is_a_finding_and_the_card_is_taken_in(
    tmp_path: Path, name: str, content: bytes, code: str, told: str | None
) -> None:
    card = repository(tmp_path / "churn", {name: content})
    description = describe_file(card)
    (finding,) = description.findings
    assert (finding.code, finding.severity) == (code, Severity.WARNING)
    assert finding.place is not None
    assert finding.place.document == str(card.with_name(name))
    assert told is None or getattr(finding.place, told)
    assert finding.remedy
    assert name in finding.message
    assert objects(description, node(name), "lake:fileName") == [name]
    assert values(description, "lake:declaredLicense")


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_is_no_error(tmp_path: Path, mark: bytes) -> None:
    description = describe_file(repository(tmp_path / "churn", {"config.json": mark + b'{"model_type": "bert"}'}))
    assert objects(description, VERSION, "lake:architecture") == ["bert"]
    wide = '{"model_type": "bert"}'.encode("utf-16")
    described = describe_file(repository(tmp_path / "wide", {"config.json": wide}))
    assert values(described, "lake:architecture") == ["bert"]


def test_numbers_are_kept_as_they_were_written(tmp_path: Path) -> None:
    text = b'{"a": 1e-05, "b": 0.10, "c": 100000000000000000000, "d": NaN, "e": -Infinity, "f": %s}' % (b"9" * 5000)
    description = describe_file(repository(tmp_path / "churn", {"config.json": text}))
    written = {item.predicate.value.removeprefix(HF): item.object for item in description.statements}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert str(written["a"]) == f'"1e-05"^^<{xsd}double>'
    assert str(written["b"]) == f'"0.10"^^<{xsd}decimal>'
    assert str(written["c"]) == f'"100000000000000000000"^^<{xsd}integer>'
    assert str(written["d"]) == f'"NaN"^^<{xsd}double>'
    assert str(written["e"]) == f'"-INF"^^<{xsd}double>'
    assert str(written["f"]) == '"' + "9" * 5000 + '"'
    assert [(finding.code, finding.severity) for finding in description.findings] == [
        ("side-file.constant", Severity.INFO)
    ]


def test_half_surrogates_become_text(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", {"config.json": b'{"a\\ud800": "x\\udfffy\\u0000z"}'}))
    assert "x\\udfffy\\u0000z" in [getattr(item.object, "value", "") for item in description.statements]


def test_what_a_record_should_not_hold_stays_in_the_file(tmp_path: Path) -> None:
    config = {"a": list(range(30_000)), "b": "x" * 70_000, "c": 1}
    description = describe_file(repository(tmp_path / "churn", {"config.json": config}))
    (finding,) = description.findings
    assert (finding.code, finding.severity) == ("side-file.truncated", Severity.INFO)
    assert "a, b" in finding.message
    assert objects(description, node("config.json"), HF + "c") == ["1"]
    many = {f"{index}/config.json": {"a": list(range(15_000))} for index in range(5)}
    described = describe_file(repository(tmp_path / "many", many))
    assert [finding.code for finding in described.findings] == ["side-file.truncated"] * 2


def test_a_loose_card_has_no_side_files(tmp_path: Path) -> None:
    repository(tmp_path, {"config.json": CONFIG})
    (tmp_path / "loose.md").write_text("---\nlicense: mit\n---\n")
    assert values(describe_file(tmp_path / "loose.md"), "lake:architecture") == []


def test_shards_are_parts_of_what_the_index_names(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", MODEL_FILES))
    index = node("model.safetensors.index.json")
    assert objects(description, index, "dct:hasPart") == [
        node("model-00001-of-00002.safetensors"),
        node("model-00002-of-00002.safetensors"),
    ]
    assert objects(description, index, HF + "tensors") == ["3"]
    assert values(description, HF + "total_size") == ["437935112"]
    assert objects(description, VERSION, "lake:parameterCount") == ["109483778"]


def test_absent_and_unnamed_shards_are_noted(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "model.safetensors.index.json": INDEX,
        "model-00001-of-00002.safetensors": safetensors(a=[1.0]),
        "model-00003-of-00003.safetensors": safetensors(a=[1.0]),
        "other-00001-of-00002.safetensors": safetensors(a=[1.0]),
    }
    card = repository(tmp_path / "churn", files)
    description = describe_file(card)
    absent, unnamed = description.findings
    assert (absent.code, unnamed.code) == ("side-file.shard-absent", "side-file.shard-unnamed")
    assert "model-00002-of-00002.safetensors" in absent.message
    assert "model-00003-of-00003.safetensors" in unnamed.message
    assert "other" not in unnamed.message
    for finding in (absent, unnamed):
        assert finding.place is not None
        assert finding.place.document == str(card.with_name("model.safetensors.index.json"))
        assert finding.place.path == "weight_map"
    assert values(description, HF + "absent_shard") == ["model-00002-of-00002.safetensors"]


@pytest.mark.parametrize("name", ["pytorch_model.bin.index.json", "model.safetensors.index.fp16.json"])
def test_indexes_of_other_names(tmp_path: Path, name: str) -> None:
    files: dict[str, object] = {
        f"unet/{name}": {"weight_map": {"a": "x-00001-of-00001.bin"}},
        "unet/x-00001-of-00001.bin": b"",
    }
    description = describe_file(repository(tmp_path / "churn", files))
    assert objects(description, node(f"unet%2F{name}"), "dct:hasPart") == [node("unet%2Fx-00001-of-00001.bin")]


@pytest.mark.parametrize("index", [{}, {"weight_map": []}, {"weight_map": "x", "metadata": 3}])
def test_an_index_without_weights_is_noted(tmp_path: Path, index: dict[str, Any]) -> None:
    description = describe_file(repository(tmp_path / "churn", {"model.safetensors.index.json": index}))
    assert [finding.code for finding in description.findings] == ["side-file.wrong-type"]
    assert lost(description, index) == []


def test_shards_outside_of_the_folder_are_absent(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(b"x")
    index = {"weight_map": {"a": "../secret.bin", "b": 3, "c": None, "d": ["x"]}}
    description = describe_file(repository(tmp_path / "churn", {"pytorch_model.bin.index.json": index}))
    assert values(description, HF + "absent_shard") == ["../secret.bin", "3"]
    assert values(description, "dct:hasPart") == []


def test_an_adapter_belongs_to_its_base_model_at_its_revision(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", {"adapter_config.json": ADAPTER}))
    base = f"{BASE}model/mistralai/Mistral-7B-v0.1"
    assert objects(description, "model/churn", "lake:adapterOf") == [base]
    assert objects(description, VERSION, "lake:adapterOf") == [f"{base}/version/{ADAPTER['revision']}"]
    assert objects(description, node("adapter_config.json"), HF + "target_modules") == ["q_proj", "v_proj"]
    assert lost(description, ADAPTER) == []


def test_an_adapter_without_revision_belongs_to_the_line(tmp_path: Path) -> None:
    adapter = {"base_model_name_or_path": "gpt2", "revision": None}
    description = describe_file(repository(tmp_path / "churn", {"adapter_config.json": adapter}))
    assert values(description, "lake:adapterOf") == [f"{BASE}model/gpt2"] * 2


@pytest.mark.parametrize("base", ["/home/me/llama", "./out", "C:\\models\\x", "a/b/c", "my model"])
def test_a_path_on_a_disk_is_no_base_model(tmp_path: Path, base: str) -> None:
    adapter = {"base_model_name_or_path": base}
    description = describe_file(repository(tmp_path / "churn", {"adapter_config.json": adapter}))
    assert values(description, "lake:adapterOf") == []
    (finding,) = description.findings
    assert finding.code == "side-file.base-local"
    assert finding.place is not None
    assert finding.place.path == "base_model_name_or_path"
    assert values(description, HF + "base_model_name_or_path") == [base]


@pytest.mark.parametrize("base", [None, "", 3, ["x"], {"a": 1}])
def test_an_adapter_with_an_unreadable_base_is_taken_in(tmp_path: Path, base: Any) -> None:
    description = describe_file(
        repository(tmp_path / "churn", {"adapter_config.json": {"base_model_name_or_path": base}})
    )
    assert values(description, "lake:adapterOf") in ([], [f"{BASE}model/3"] * 2)


def test_the_head_of_a_tokenizer_is_read_without_its_vocabulary(tmp_path: Path) -> None:
    vocabulary = {f"token{number}": number for number in range(300_000)}
    head = {**TOKENIZER, "model": {"type": "BPE", "dropout": None, "vocab": vocabulary, "merges": []}}
    content = json.dumps(head).encode()
    assert len(content) > MAX_HEAD
    description = describe_file(repository(tmp_path / "churn", {"tokenizer.json": content}))
    assert description.findings == ()
    assert lost(description, {**TOKENIZER, "model": {"type": "BPE"}}) == []
    assert len(description.statements) < 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x" * (MAX_HEAD + 1), "side-file.too-large"),
        (b'{"a": "' + b"x" * (MAX_HEAD + 1), "side-file.too-large"),
        (b'{"a": [' + b"1," * MAX_HEAD, "side-file.too-large"),
        (b'{"a": ' + b"[" * (MAX_HEAD + 1), "side-file.too-deep"),
        (b'{"model":' * (MAX_HEAD // 8), "side-file.too-deep"),
        (b" " * (MAX_HEAD + 1), "side-file.too-large"),
        (b"{" + b" " * (MAX_HEAD + 1), "side-file.too-large"),
    ],
    ids=range(7),
)
def test_tokenizers_without_end_are_findings(tmp_path: Path, content: bytes, code: str) -> None:
    description = describe_file(repository(tmp_path / "churn", {"tokenizer.json": content}))
    assert [finding.code for finding in description.findings] == [code]


KEYS = (
    "architectures model_type dtype quantization_config quant_method max_position_embeddings id2label label2id 0 1 "
    "weight_map metadata total_parameters base_model_name_or_path revision model models parameters weight base_model "
    "lora path splits features download_checksums checksum vocab"
)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**25), 10**25),
        st.floats(),
        st.text(max_size=15),
        st.sampled_from(["org/model", "/tmp/x", "model-00001-of-00002.safetensors", "float16", "main"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(
                st.text(max_size=8),
                st.sampled_from(KEYS.split()),
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)
NAMES = [
    "config.json",
    "adapter_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "model.safetensors.index.json",
    "mergekit_config.yml",
    "dataset_infos.json",
]
CARDS = ["---\nlicense: mit\n---\n", "---\nsize_categories: [n<1K]\n---\n"]
relaxed = settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed") / "churn"


def assert_sound(card: Path) -> Any:
    description = HARVESTER.describe(str(card), card.read_bytes(), IRIS)
    text = serialize(description.statements, format=RdfFormat.N_TRIPLES)
    assert len(list(parse(text, format=RdfFormat.N_TRIPLES))) == len(set(description.statements))
    split_by_home(description.statements)
    assert all(finding.place for finding in description.findings)
    return description


@relaxed
@given(
    name=st.sampled_from(NAMES),
    content=st.dictionaries(st.text(max_size=5), JSON, max_size=5) | JSON,
    card=st.sampled_from(CARDS),
)
def test_any_json_beside_a_card_is_described_or_noted(place: Path, name: str, content: Any, card: str) -> None:
    document = repository(place, {name: content}, card)
    try:
        assert_sound(document)
    finally:
        (place / name).unlink()


@relaxed
@given(st.dictionaries(st.text(max_size=5) | st.sampled_from(KEYS.split()), JSON, max_size=5))
def test_any_configuration_is_described_whole(place: Path, content: dict[str, Any]) -> None:
    content = json.loads(json.dumps(content))
    content.pop("label2id", None)
    account = Account(assert_sound(repository(place, {"config.json": content})).statements)
    gone = [leaf for _, leaf in leaves(content) if not (unwritable(leaf) or account.holds(leaf))]
    assert gone == []


def unwritable(leaf: Any) -> bool:
    """True for what has another spelling in RDF: half surrogates, null characters, NaN and infinities."""
    if isinstance(leaf, float):
        return not math.isfinite(leaf)
    return isinstance(leaf, str) and any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in leaf)


@relaxed
@given(name=st.sampled_from(NAMES), content=st.binary(max_size=60), card=st.sampled_from(CARDS))
def test_any_bytes_beside_a_card_are_described_or_noted(place: Path, name: str, content: bytes, card: str) -> None:
    document = repository(place, {name: content}, card)
    try:
        assert_sound(document)
    finally:
        (place / name).unlink()


@relaxed
@given(st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), JSON, max_size=5))
def test_the_tree_is_what_python_reads(content: dict[str, Any]) -> None:
    text = json.dumps(content)
    tree = parse_object(text.encode(), "x.json")
    assert isinstance(tree, Mapping)
    assert list(plain(tree)) == list(json.loads(text)) or "\\u0000" in text


@relaxed
@given(st.text('{}[]:,"\\ model vocab12', max_size=40))
def test_heads_of_any_text_are_read_or_refused(text: str) -> None:
    for content in (text.encode(), text.encode() + b" " * (MAX_HEAD + 1)):
        try:
            parse_head(content, "tokenizer.json")
        except ParseError as error:
            assert error.code.startswith("side-file.")


def test_other_keys_of_all_files_are_found(tmp_path: Path) -> None:
    files = [GENERATION, TOKENIZER_CONFIG, SPECIAL_TOKENS, PREPROCESSOR]
    description = describe_file(repository(tmp_path / "churn", MODEL_FILES))
    predicates = {item.predicate.value for item in description.statements}
    for file in files:
        assert {HF + key for key in file} <= predicates
