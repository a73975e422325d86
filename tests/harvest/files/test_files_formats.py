"""Each format: what its header says is what is said in the graph."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from model_files import (
    BASE,
    SAMPLES,
    archive,
    codes,
    describe,
    describe_file,
    fields,
    gguf,
    gguf_pair,
    gguf_text,
    hdf5,
    message,
    onnx,
    onnx_port,
    onnx_tensor,
    safetensors,
    torch_archive,
    torch_tensor,
    values,
)

from modellake.core.report import Severity
from modellake.harvest.files.facts import MAX_TENSORS

Write = Callable[[str, str | bytes], Path]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_file_is_a_version_of_a_model_with_its_checksum(write: Write, name: str) -> None:
    content = SAMPLES[name]
    description = describe_file(write(f"folder/{name}", content))
    digest = hashlib.sha256(content).hexdigest()
    line = f"{BASE}model/{Path(name).stem}"
    version = f"{line}/version/{digest[:16]}"
    assert values(description, "lake:versionOf") == [line]
    assert values(description, "lake:hasDistribution") == [f"{version}#file-{name}"]
    assert values(description, "lake:fileName") == [name]
    assert values(description, "dcat:byteSize") == [str(len(content))]
    assert values(description, "spdx:checksumValue") == [digest]
    assert description.complete and codes(description) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_bytes_and_file_are_described_alike(write: Write, name: str) -> None:
    described = describe_file(write(f"folder/{name}", SAMPLES[name]))
    assert describe(SAMPLES[name], name).statements == described.statements


@pytest.mark.parametrize(
    ("name", "format_name", "version", "tensors", "parameters", "types"),
    [
        ("tiny.safetensors", "safetensors", [], "2", "10", {"float32", "bfloat16"}),
        ("tiny.gguf", "GGUF", ["3"], "2", "516", {"Q4_K", "float32"}),
        ("tiny.onnx", "ONNX", ["8"], "2", "15", {"float32", "float16"}),
        ("tiny.tflite", "TFLite", ["3"], "1", "8", {"int8"}),
        ("tiny.keras", "Keras", ["3.4.1"], "1", "6", {"float32"}),
        ("tiny.pt", "PyTorch", ["3"], "1", "6", {"float32"}),
        ("legacy.pth", "PyTorch", ["1001"], "1", "5", {"float16"}),
    ],
)
def test_tensors_are_counted(
    name: str, format_name: str, version: list[str], tensors: str, parameters: str, types: set[str]
) -> None:
    description = describe(SAMPLES[name], name)
    assert values(description, "dct:format") == [format_name]
    assert values(description, "lake:formatVersion") == version
    assert values(description, "lake:tensorCount") == [tensors]
    assert values(description, "lake:parameterCount") == [parameters]
    assert set(values(description, "lake:elementType")) == types


def test_safetensors() -> None:
    description = describe(SAMPLES["tiny.safetensors"], "tiny.safetensors")
    assert values(description, "safetensors#tensor") == ["w float32 [2, 3]", "h bfloat16 [4]"]
    assert values(description, "safetensors#format") == ["pt"]
    assert values(description, "lake:numericPrecision") == ["float32"]


def test_an_element_type_of_tomorrow_is_kept_and_noted() -> None:
    description = describe(safetensors({"w": ("F2", [8], 2)}), "m.safetensors")
    assert values(description, "lake:elementType") == ["f2"]
    assert codes(description) == ["file.dtype-unknown"]


def test_many_tensors_are_counted_but_not_all_listed() -> None:
    tensors = {f"t{number}": ("U8", [1], 1) for number in range(MAX_TENSORS + 5)}
    description = describe(safetensors(tensors), "m.safetensors")
    assert values(description, "lake:tensorCount") == [str(MAX_TENSORS + 5)]
    assert len(values(description, "safetensors#tensor")) == MAX_TENSORS
    assert codes(description) == ["file.tensors-unlisted"]


def test_gguf() -> None:
    description = describe(SAMPLES["tiny.gguf"], "tiny.gguf")
    assert values(description, "lake:numericPrecision") == ["Q4_K_M"]
    assert values(description, "lake:architecture") == ["llama"]
    assert values(description, "lake:contextLength") == ["2048"]
    assert values(description, "lake:declaredLicense") == ["http://spdx.org/licenses/MIT"]
    assert values(description, "gguf#general.name") == ["Tiny"]
    assert values(description, "gguf#llama.rope.freq_base") == ["0.5"]
    assert values(description, "gguf#flag") == ["true"]
    assert json.loads(values(description, "gguf#list")[0]) == ["a", "b"]
    assert values(description, "gguf#long") == ["100 items"]
    assert values(description, "gguf#tensor") == ["a Q4_K [2, 256]", "b float32 [4]"]


def test_a_license_that_is_no_identifier_is_kept_word_for_word() -> None:
    description = describe(gguf([gguf_pair("general.license", 8, gguf_text("ask us"))], [], 0), "m.gguf")
    assert values(description, "lake:licenseText") == ["ask us"]
    assert values(description, "lake:declaredLicense") == []
    assert codes(description) == ["license.unknown"]


def test_the_name_of_another_license() -> None:
    pairs = [gguf_pair("general.license", 8, gguf_text("other"))]
    named = [*pairs, gguf_pair("general.license.name", 8, gguf_text("Llama 3.1 Community License Agreement"))]
    description = describe(gguf(named, [], 0), "m.gguf")
    assert [iri.rpartition("/")[2] for iri in values(description, "lake:declaredLicense")] == ["llama3.1"]
    assert codes(description) == []
    assert values(describe(gguf(pairs, [], 0), "m.gguf"), "lake:declaredLicense") == []


def test_gguf_of_the_other_byte_order() -> None:
    content = b"GGUF" + struct.pack(">IQQ", 3, 0, 1) + struct.pack(">Q", 1) + b"k" + struct.pack(">II", 4, 7)
    assert values(describe(content, "m.gguf"), "gguf#k") == ["7"]


def test_onnx() -> None:
    description = describe(SAMPLES["tiny.onnx"], "tiny.onnx")
    assert values(description, "lake:usesOperator") == ["Conv", "If", "Relu", "ai.onnx.ml.Scaler"]
    assert values(description, "lake:operatorSet") == ["ai.onnx 17", "ai.onnx.ml 3"]
    assert fields(description, "lake:hasInputField") == [("x", "float32", '["batch", 3, 224]')]
    assert fields(description, "lake:hasOutputField") == [("y", "int64", "[-1]")]
    assert values(description, "dct:description") == ["Says nothing."]
    assert values(description, "onnx#producer_name") == ["by hand"]
    assert values(description, "onnx#model_version") == ["3"]
    assert values(description, "onnx#author") == ["Ada"]
    assert values(description, "lake:declaredLicense") == ["http://spdx.org/licenses/Apache-2.0"]
    assert values(description, "lake:licenseText") == ["Apache License 2.0"]


@pytest.mark.parametrize("location", ["../secret", "/etc/passwd", "a/../../b", "C:\\weights", "\\\\host\\share"])
def test_weights_outside_of_the_folder_are_noted(location: str) -> None:
    outside = onnx_tensor("w", 1, [2], (13, message((1, "location"), (2, location))), (14, 1))
    description = describe(onnx((5, outside)), "m.onnx")
    assert values(description, "onnx#external_data") == [location]
    assert codes(description) == ["file.external-outside"]


def test_weights_beside_the_model_are_not_noted() -> None:
    beside = onnx_tensor("w", 1, [2], (13, message((1, "location"), (2, "model.onnx_data"))), (14, 1))
    assert codes(describe(onnx((5, beside)), "m.onnx")) == []


def test_types_of_onnx_that_are_no_tensors() -> None:
    text_list = message((1, "s"), (2, message((4, message((1, message((1, message((1, 8))))))))))
    table = message((1, "m"), (2, message((5, message((1, 7), (2, message((1, message((1, 1))))))))))
    description = describe(onnx((11, text_list), (11, table), (12, onnx_port("", 1))), "m.onnx")
    assert fields(description, "lake:hasInputField") == [
        ("s", "sequence(string)", ""),
        ("m", "map(int64, float32)", ""),
    ]
    assert fields(description, "lake:hasOutputField") == [("0", "float32", "[]")]


def test_tflite() -> None:
    description = describe(SAMPLES["tiny.tflite"], "tiny.tflite")
    assert values(description, "lake:usesOperator") == ["FULLY_CONNECTED", "custom.Mine"]
    assert fields(description, "lake:hasInputField") == [("in", "float32", "[-1, 4]")]
    assert fields(description, "lake:hasOutputField") == [("out", "float32", "[1, 2]")]
    assert values(description, "tflite#tensor") == ["w int8 [4, 2]"]
    assert values(description, "tflite#quantized_tensors") == ["1"]
    assert values(description, "dct:description") == ["A tiny model."]


def test_hdf5() -> None:
    description = describe(hdf5(), "m.h5")
    assert values(description, "dct:format") == ["HDF5"]
    assert values(description, "hdf5#tensor") == ["w float32 [2, 3]"]
    assert values(description, "hdf5#name") == ["abc"]
    assert values(description, "hdf5#element_count") == ["6"]
    assert values(description, "lake:parameterCount") == []


def test_keras() -> None:
    description = describe(SAMPLES["tiny.keras"], "tiny.keras")
    assert values(description, "lake:architecture") == ["Functional"]
    assert values(description, "lake:library") == ["keras"]
    assert values(description, "keras#layer") == ["InputLayer", "Dense"]
    assert "net" in values(description, "keras#name")
    assert values(description, "keras#date_saved") == ["2024-01-01"]
    assert fields(description, "lake:hasInputField") == [("x", "float32", "[-1, 4]")]


def test_code_in_a_layer_of_keras_is_noted() -> None:
    config = {"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": {}}]}}
    content = archive({"metadata.json": b"{}", "config.json": json.dumps(config).encode()})
    (finding,) = describe(content, "m.keras").findings
    assert (finding.code, finding.severity) == ("file.code-inside", Severity.WARNING)


def test_core_ml() -> None:
    description = describe(SAMPLES["tiny.mlmodel"], "tiny.mlmodel")
    assert values(description, "dct:format") == ["CoreML"]
    assert values(description, "lake:formatVersion") == ["5"]
    assert values(description, "lake:architecture") == ["neuralNetworkClassifier"]
    assert fields(description, "lake:hasInputField") == [("in", "float32", "[3, 4]")]
    assert fields(description, "lake:hasOutputField") == [("label", "string", "")]
    assert values(description, "dct:description") == ["Tells apples from pears."]
    assert values(description, "lake:declaredLicense") == ["http://spdx.org/licenses/MIT"]
    assert values(description, "coreml#versionString") == ["1.2"]
    assert values(description, "coreml#author") == ["Ada"]
    assert values(description, "coreml#k") == ["v"]


def test_saved_model_with_the_files_of_its_folder(write: Write) -> None:
    main = write("churn/saved_model.pb", SAMPLES["tiny.pb"])
    write("churn/variables/variables.index", b"index")
    write("churn/variables/variables.data-00000-of-00001", b"weights")
    description = describe_file(main)
    assert values(description, "dct:format") == ["SavedModel"]
    assert set(values(description, "lake:versionOf")) == {f"{BASE}model/churn"}
    names = ["saved_model.pb", "variables/variables.data-00000-of-00001", "variables/variables.index"]
    assert values(description, "lake:fileName") == names
    assert hashlib.sha256(b"weights").hexdigest() in values(description, "spdx:checksumValue")
    assert values(description, "lake:usesOperator") == ["MatMul", "Relu"]
    assert fields(description, "lake:hasInputField") == [("x", "float32", "[-1, 4]")]
    assert values(description, "savedmodel#tag") == ["serve"]
    assert values(description, "savedmodel#tensorflow_version") == ["2.15.0"]


def test_other_weights_are_another_version_of_the_same_folder(write: Write) -> None:
    main = write("churn/saved_model.pb", SAMPLES["tiny.pb"])
    versions = []
    for weights in (b"old", b"new"):
        write("churn/variables/variables.data", weights)
        versions += values(describe_file(main), "dcat:version")
    assert len(set(versions)) == 2


def test_a_package_of_core_ml(write: Write) -> None:
    main = write("Fruit.mlpackage/Data/com.apple.CoreML/model.mlmodel", SAMPLES["tiny.mlmodel"])
    write("Fruit.mlpackage/Data/com.apple.CoreML/weights/weight.bin", b"weights")
    write("Fruit.mlpackage/Manifest.json", b"{}")
    description = describe_file(main)
    assert values(description, "lake:versionOf") == [f"{BASE}model/Fruit"]
    assert len(values(description, "lake:fileName")) == 3
    assert values(description, "lake:fileName")[0] == "Data/com.apple.CoreML/model.mlmodel"


def test_torch_script_names_the_functions_that_its_code_calls() -> None:
    code = b"def forward(self, x):\n  return torch.relu(torch.nn.functional.linear(x))\n"
    content = torch_archive({}, **{"m/constants.pkl": b"\x80\x02).", "m/code/__torch__/net.py": code})
    description = describe(content, "net.pt")
    assert values(description, "dct:format") == ["TorchScript"]
    assert values(description, "lake:usesOperator") == ["torch.nn.functional.linear", "torch.relu"]


def test_values_beside_the_tensors_of_a_checkpoint_are_kept() -> None:
    state = {"state_dict": {"fc.weight": torch_tensor("BFloat16Storage", "0", 7, 2)}, "epoch": 3}
    description = describe(torch_archive(state), "m.ckpt")
    assert values(description, "torch#tensor") == ["state_dict.fc.weight bfloat16 [7, 2]"]
    assert values(description, "torch#epoch") == ["3"]
    assert values(description, "lake:library") == ["pytorch"]
    assert values(description, "torch#byteorder") == ["little"]


@pytest.mark.parametrize("name", ["thing.engine", "thing", "thing.bin", "thing.xyz"])
def test_unknown_formats_are_recorded_with_their_checksum(name: str) -> None:
    description = describe(b"nobody knows", name)
    assert values(description, "spdx:checksumValue") == [hashlib.sha256(b"nobody knows").hexdigest()]
    assert values(description, "dct:format") == []
    (finding,) = description.findings
    assert (finding.code, finding.severity) == ("file.format-unknown", Severity.INFO)
    assert finding.remedy


def test_large_values_are_left_out_and_noted() -> None:
    description = describe(safetensors({}, {"long": "x" * 2_000_000, "short": "y"}), "m.safetensors")
    assert values(description, "safetensors#long") == []
    assert values(description, "safetensors#short") == ["y"]
    assert codes(description) == ["file.value-omitted"]


def test_one_part_of_several_does_not_count_for_the_whole() -> None:
    description = describe(SAMPLES["tiny.safetensors"], "model-00002-of-00003.safetensors")
    assert values(description, "lake:parameterCount") == []
    assert values(description, "lake:tensorCount") == ["2"]
    assert values(description, "safetensors#element_count") == ["10"]
    assert codes(description) == ["file.shard"]
    assert codes(describe(SAMPLES["tiny.safetensors"], "model-00001-of-00001.safetensors")) == []
