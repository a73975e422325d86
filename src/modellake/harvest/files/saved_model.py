"""TensorFlow: SavedModel (https://www.tensorflow.org/guide/saved_model) and frozen graphs.

Field numbers are those of ``saved_model.proto``, ``meta_graph.proto`` and ``graph.proto``
(https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from modellake.core.report import Severity
from modellake.harvest.files.facts import Facts, Port, Ports, Shape, first_names
from modellake.harvest.files.protobuf import Message
from modellake.harvest.files.window import Window, damaged

MAX_PORTS = 2_000
# DataType of types.proto
_TYPES = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    7: "string",
    8: "complex64",
    9: "int64",
    10: "bool",
    11: "qint8",
    12: "quint8",
    13: "qint32",
    14: "bfloat16",
    17: "uint16",
    18: "complex128",
    19: "float16",
    20: "resource",
    21: "variant",
    22: "uint32",
    23: "uint64",
}
# Operators that run Python, or read and write files, when the graph runs.
_RISKY = frozenset(["PyFunc", "PyFuncStateless", "EagerPyFunc", "ReadFile", "WriteFile", "MatchingFiles"])
_INNER_SIGNATURE = "__saved_model_init_op"


def read_tensorflow(window: Window) -> Facts:
    """A SavedModel, or a frozen graph.

    Raises:
        ParseError: it is neither (``parse.header``), or ends too early (``parse.truncated``).
    """
    model = Message(window)
    facts = Facts("SavedModel", namespace="savedmodel")
    facts.library = "tensorflow"
    version = model.number(1)
    operators: set[str] = set()
    if version is None:
        facts.format = "TensorFlow graph"
        operators |= set(_operators(model))
    else:
        facts.format_version = str(version)
        for graph in model.messages(2):
            operators |= _read_meta_graph(facts, graph)
    if not operators:
        raise damaged("This is neither a SavedModel nor a graph of TensorFlow")
    facts.operators = first_names(operators)
    _note_risky(facts)
    return facts


def _read_meta_graph(facts: Facts, meta_graph: Message) -> set[str]:
    about = meta_graph.message(1)
    if about is not None:
        for tag in about.texts(4):
            facts.keep("tag", tag)
        facts.keep("tensorflow_version", about.text(5))
        facts.keep("tensorflow_git_version", about.text(6))
    for entry in meta_graph.messages(5):
        signature = entry.message(2)
        if signature is not None and entry.text(1) != _INNER_SIGNATURE:
            inputs, outputs = _ports(signature, 1), _ports(signature, 2)
            facts.signatures.append(Ports(entry.text(1), inputs, outputs))
            facts.keep("method_name", signature.text(3))
    graph = meta_graph.message(2)
    return set(_operators(graph)) if graph else set()


def _operators(graph: Message) -> Iterator[str]:
    """The operators of a graph and of the functions in its library."""
    yield from (node.text(2) for node in graph.messages(1))
    library = graph.message(2)
    for function in library.messages(1) if library else ():
        yield from (node.text(2) for node in function.messages(3))


def _ports(signature: Message, number: int) -> list[Port]:
    return [_port(entry) for entry in islice(signature.messages(number), MAX_PORTS)]


def _port(entry: Message) -> Port:
    tensor = entry.message(2)
    if tensor is None:
        return Port(entry.text(1), "", None)
    code, sizes = tensor.number(2) or 0, tensor.message(3)
    return Port(entry.text(1), _TYPES.get(code, f"type {code}"), _shape(sizes))


def _shape(sizes: Message | None) -> Shape | None:
    if sizes is None or sizes.number(3):
        return None
    # A size of zero is left out of the message.
    return [size.number(1) or 0 for size in sizes.messages(2)]


def _note_risky(facts: Facts) -> None:
    risky = [name for name in facts.operators if name in _RISKY]
    if risky:
        facts.note(
            "file.risky-operators",
            f"The graph uses {', '.join(risky)}, with which it can run code or reach files",
            "Do not run it before its origin is clear.",
            severity=Severity.WARNING,
        )
