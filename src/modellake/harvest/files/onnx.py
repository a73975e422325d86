"""ONNX (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): everything but the weights.

Field numbers are those of ``onnx.proto``. The library ``onnx`` would read the weights too, so it is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from modellake.core.report import Severity
from modellake.harvest.files.facts import Facts, Port, Ports, Shape, first_names
from modellake.harvest.files.protobuf import Message
from modellake.harvest.files.window import Window, damaged

MAX_DEPTH = 32
MAX_PORTS = 2_000
# TensorProto.DataType
_TYPES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8_e4m3fn",
    18: "float8_e4m3fnuz",
    19: "float8_e5m2",
    20: "float8_e5m2fnuz",
    21: "uint4",
    22: "int4",
    23: "float4_e2m1",
    24: "float8_e8m0",
    25: "uint2",
    26: "int2",
}
_DEFAULT_DOMAIN = "ai.onnx"
# A standard key of metadata_props (https://onnx.ai/onnx/repo-docs/MetadataProps.html).
_LICENSE = "model_license"
_MODEL_TEXTS = {2: "producer_name", 3: "producer_version", 4: "domain"}


def looks_like_onnx(window: Window) -> bool:
    """True when a file begins with the field ``ir_version`` and holds a graph."""
    if window.head(1) != b"\x08":
        return False
    fields = islice(Message(window).fields(), 64)
    return any(number == 7 and isinstance(value, Window) for number, value in fields)


def read_onnx(window: Window) -> Facts:
    """A model in ONNX.

    Raises:
        ParseError: it is no ``ModelProto`` (``parse.header``) or ends too early (``parse.truncated``).
    """
    model = Message(window)
    version, graph = model.number(1), model.message(7)
    if version is None or graph is None:
        raise damaged("An ONNX model needs ir_version and graph")
    facts = Facts("ONNX", str(version), namespace="onnx", counts_tensors=True)
    _keep_model(facts, model)
    operators = set(_operators(graph, 0))
    for function in model.messages(25):
        facts.keep("function", function.text(1))
        operators |= set(_nodes(function, 7, 0))
    facts.operators = first_names(operators)
    _read_graph(facts, graph)
    return facts


def _keep_model(facts: Facts, model: Message) -> None:
    for number, key in _MODEL_TEXTS.items():
        facts.keep(key, model.text(number))
    facts.keep("model_version", model.number(5))
    facts.description = model.text(6)
    for pair in model.messages(14):
        facts.keep(pair.text(1), pair.text(2))
        if pair.text(1) == _LICENSE:
            facts.license = pair.text(2)
    for opset in model.messages(8):
        facts.operator_sets.append(f"{opset.text(1) or _DEFAULT_DOMAIN} {opset.number(2) or 0}")


def _operators(graph: Message, depth: int) -> Iterator[str]:
    return _nodes(graph, 1, depth)


def _nodes(holder: Message, number: int, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise damaged(f"Graphs are nested deeper than {MAX_DEPTH} levels", code="parse.too-deep")
    for node in holder.messages(number):
        domain, name, attributes = "", "", []
        for field, value in node.fields():
            if not isinstance(value, Window):
                continue
            if field == 4:
                name = value.all().decode("utf-8", "replace")
            elif field == 7:
                domain = value.all().decode("utf-8", "replace")
            elif field == 5:
                attributes.append(Message(value))
        yield name if domain in ("", _DEFAULT_DOMAIN) else f"{domain}.{name}"
        for attribute in attributes:
            for field, value in attribute.fields():
                if field in (6, 11) and isinstance(value, Window):
                    yield from _operators(Message(value), depth + 1)


def _read_graph(facts: Facts, graph: Message) -> None:
    facts.keep("graph_name", graph.text(2))
    facts.keep("graph_doc_string", graph.text(10))
    initialized = {_read_tensor(facts, tensor) for tensor in graph.messages(5)}
    for sparse in graph.messages(15):
        values = sparse.message(1)
        if values is not None:
            initialized.add(_read_tensor(facts, values))
    # Before IR version 4 the weights were listed among the inputs.
    inputs = [port for port in map(_port, islice(graph.messages(11), MAX_PORTS * 2)) if port.name not in initialized]
    outputs = [_port(item) for item in islice(graph.messages(12), MAX_PORTS)]
    if inputs or outputs:
        facts.signatures.append(Ports("", inputs[:MAX_PORTS], outputs))


def _read_tensor(facts: Facts, tensor: Message) -> str:
    name = tensor.text(8)
    number = tensor.number(2) or 0
    facts.add_tensor(name, _TYPES.get(number, f"type {number}"), tensor.numbers(1))
    for pair in tensor.messages(13):
        if pair.text(1) == "location":
            _note_external(facts, pair.text(2))
    return name


def _note_external(facts: Facts, location: str) -> None:
    """Weights in other files (https://github.com/onnx/onnx/blob/main/docs/ExternalData.md)."""
    facts.keep("external_data", location)
    path = PurePosixPath(location.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or any(part.endswith(":") for part in path.parts[:1]):
        facts.note(
            "file.external-outside",
            f"The weights lie outside the folder of the model: {location[:200]!r}",
            "Do not load it before its origin is clear; save it again with its weights beside it.",
            severity=Severity.WARNING,
        )


def _port(value_info: Message) -> Port:
    kind = value_info.message(2)
    name, shape = _type(kind, 0) if kind else ("", None)
    return Port(value_info.text(1), name, shape)


def _type(kind: Message, depth: int) -> tuple[str, Shape | None]:
    if depth > MAX_DEPTH:
        raise damaged(f"Types are nested deeper than {MAX_DEPTH} levels", code="parse.too-deep")
    for field, value in kind.fields():
        if not isinstance(value, Window):
            continue
        inner = Message(value)
        if field in (1, 8):
            dims = inner.message(2)
            return _element(inner), None if dims is None else [_size(size) for size in dims.messages(1)]
        if field == 5:
            element = inner.message(2)
            return f"map({_element(inner)}, {_type(element, depth + 1)[0] if element else ''})", None
        if field in (4, 9):
            element = inner.message(1)
            name = "sequence" if field == 4 else "optional"
            return f"{name}({_type(element, depth + 1)[0] if element else ''})", None
    return "", None


def _element(kind: Message) -> str:
    number = kind.number(1) or 0
    return _TYPES.get(number, f"type {number}" if number else "")


def _size(dimension: Message) -> int | str:
    size = dimension.number(1)
    return size if size is not None else dimension.text(2) or -1
