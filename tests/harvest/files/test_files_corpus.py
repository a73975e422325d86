"""Real model files: all accepted, conforming, and complete when a reader that is not ours compares."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_files import HARVESTER, describe_file, fields, values

from modellake.core.description import Description
from modellake.core.namespace import terms_of
from modellake.core.report import Severity
from modellake.core.vocab import LAKE
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.homes import split_by_home
from modellake.rdf.shapes import load_gate


@pytest.fixture(scope="module")
def described(shared: Path) -> dict[Path, Description]:
    place = shared / "corpus" / "model-files"
    return {Path(document): describe_file(document) for document in HARVESTER.find(str(place))}


def test_every_model_file_of_the_corpus_is_found_and_accepted(shared: Path, described: dict[Path, Description]) -> None:
    place = shared / "corpus" / "model-files"
    expected = [*place.rglob("*.onnx"), *place.rglob("*.safetensors")]
    assert HARVESTER.accepts(str(place))
    assert set(described) == set(expected)
    assert len(described) >= 38
    assert all(not description.findings for description in described.values())


def test_every_description_passes_the_gate(described: dict[Path, Description]) -> None:
    for path, description in described.items():
        data = {item for group in split_by_home(description.statements).by_home.values() for item in group}
        data |= load_hierarchy().entailed(data)
        blocking = [finding for finding in load_gate().validate(data) if finding.severity is Severity.VIOLATION]
        assert blocking == [], path


def test_descriptions_use_only_terms_that_the_ontology_has(described: dict[Path, Description]) -> None:
    statements = [statement for description in described.values() for statement in description.statements]
    used = {term for statement in statements for term in (statement.predicate, statement.object)}
    assert {term for term in used if str(term).startswith("<https://w3id.org/model-lake#")} <= terms_of(LAKE)


def test_describing_again_gives_the_same_statements(described: dict[Path, Description]) -> None:
    for path, description in described.items():
        assert describe_file(path) == description


def texts(description: Description) -> str:
    """All that is said, as one text."""
    return "\n".join(str(getattr(item.object, "value", item.object)) for item in description.statements)


def test_every_field_of_safetensors_headers_is_said(described: dict[Path, Description]) -> None:
    found = [path for path in described if path.suffix == ".safetensors"]
    assert found
    for path in found:
        content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        metadata = header.pop("__metadata__", {})
        description = described[path]
        assert values(description, "lake:tensorCount") == [str(len(header))]
        said = values(description, "safetensors#tensor")
        for name, entry in header.items():
            assert any(line.startswith(f"{name} ") and line.endswith(str(entry["shape"])) for line in said)
        assert all(value in texts(description) for value in metadata.values())


def onnx_leaves(model: Any) -> Iterator[str]:
    """What a header of ONNX says, by the library of ONNX itself: every text and number of it that is no weight."""
    yield from (model.producer_name, model.producer_version, model.domain, model.doc_string, str(model.ir_version))
    yield model.graph.name
    for opset in model.opset_import:
        yield f"{opset.domain or 'ai.onnx'} {opset.version}"
    for entry in model.metadata_props:
        yield entry.value
    for node in model.graph.node:
        yield node.op_type
    initialized = {tensor.name for tensor in model.graph.initializer}
    for tensor in model.graph.initializer:
        yield f"{tensor.name} "
        yield str(list(tensor.dims))
    for port in [*model.graph.input, *model.graph.output]:
        if port.name not in initialized:
            yield port.name
            shape = port.type.tensor_type.shape
            if port.type.HasField("tensor_type") and port.type.tensor_type.HasField("shape"):
                sizes = [size.dim_value if size.HasField("dim_value") else size.dim_param or -1 for size in shape.dim]
                yield json.dumps(sizes, ensure_ascii=False)


def test_nearly_every_field_of_onnx_headers_is_said(described: dict[Path, Description]) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: the walker that is not ours")
    total, lost = 0, []
    for path, description in described.items():
        if path.suffix != ".onnx":
            continue
        model = onnx.load(path, load_external_data=False)
        leaves = [leaf for leaf in onnx_leaves(model) if leaf.strip()]
        said = texts(description)
        total += len(leaves)
        lost += [(path.name, leaf) for leaf in leaves if leaf not in said]
        initializers = model.graph.initializer
        assert values(description, "lake:tensorCount") == [str(len(initializers))]
        inputs = [port.name for port in model.graph.input if port.name not in {item.name for item in initializers}]
        assert [name for name, _, _ in fields(description, "lake:hasInputField")] == inputs
    assert total > 1000
    assert len(lost) <= 0.02 * total, lost[:20]


def test_hdf5_files_of_the_c_library(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py", reason="h5py is not installed: the writer that is not ours")
    config = {"class_name": "Sequential", "config": {"name": "net", "layers": [{"class_name": "Dense", "config": {}}]}}
    with h5py.File(tmp_path / "m.h5", "w") as written:
        written.attrs["keras_version"] = "2.9.0"
        written.attrs["model_config"] = json.dumps(config)
        for number in range(40):
            written.create_dataset(f"model_weights/layer{number}/kernel", (number + 1, 2), "f4")
        written.create_dataset("optimizer_weights/m", (1000,), "f4")
    description = describe_file(tmp_path / "m.h5")
    assert values(description, "lake:tensorCount") == ["40"]
    assert values(description, "lake:parameterCount") == [str(2 * sum(range(1, 41)))]
    assert values(description, "lake:architecture") == ["Sequential"]
    assert values(description, "hdf5#keras_version") == ["2.9.0"]
    assert "model_weights/layer7/kernel float32 [8, 2]" in values(description, "hdf5#tensor")


def test_gguf_files_of_the_publishers_library(tmp_path: Path) -> None:
    gguf = pytest.importorskip("gguf", reason="gguf is not installed: the writer that is not ours")
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    writer = gguf.GGUFWriter(tmp_path / "m.gguf", "llama")
    writer.add_name("Tiny")
    writer.add_token_list(["a"] * 1000)
    writer.add_tensor("w", numpy.zeros((8, 32), "f4"))
    writer.add_tensor("q", numpy.zeros((4, 18), "u1"), raw_dtype=gguf.GGMLQuantizationType.Q4_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    description = describe_file(tmp_path / "m.gguf")
    assert values(description, "gguf#tensor") == ["w float32 [8, 32]", "q Q4_0 [4, 32]"]
    assert values(description, "gguf#general.name") == ["Tiny"]
    assert values(description, "gguf#tokenizer.ggml.tokens") == ["1000 items"]


def test_safetensors_files_of_the_publishers_library(tmp_path: Path) -> None:
    library = pytest.importorskip(
        "safetensors.numpy", reason="safetensors is not installed: the writer that is not ours"
    )
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    library.save_file({"a": numpy.zeros((2, 3)), "b": numpy.zeros(5, "i1")}, tmp_path / "m.safetensors", {"k": "v"})
    description = describe_file(tmp_path / "m.safetensors")
    assert set(values(description, "safetensors#tensor")) == {"a float64 [2, 3]", "b int8 [5]"}
    assert values(description, "safetensors#k") == ["v"]
