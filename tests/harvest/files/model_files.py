"""Model files for tests, written byte by byte from the specifications, and what is said of them."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from modellake.core.description import Description
from modellake.core.iris import LakeIRIs
from modellake.core.prefixes import expand
from modellake.harvest.files import ModelFiles

BASE = "https://lake.example.org/"
IRIS = LakeIRIs(BASE)
HARVESTER = ModelFiles()
SOURCE = "https://w3id.org/model-lake/source/"


def describe_file(path: Path | str) -> Description:
    """The description of a file on disk."""
    return HARVESTER.describe(str(path), HARVESTER.read(str(path)), IRIS)


def describe(content: bytes, name: str = "thing.bin") -> Description:
    """The description of bytes as a file of that name."""
    return HARVESTER.describe(f"/nowhere/folder/{name}", content, IRIS)


def values(description: Description, predicate: str) -> list[str]:
    """All that is said by a property (a CURIE, or ``format#key``), as plain text."""
    wanted = NamedNode(expand(predicate) or SOURCE + predicate)
    found = [item.object for item in description.statements if item.predicate == wanted]
    return [value.value for value in found if isinstance(value, Literal | NamedNode)]


def codes(description: Description) -> list[str]:
    """The codes of the findings."""
    return [finding.code for finding in description.findings]


def fields(description: Description, predicate: str) -> list[tuple[str, str, str]]:
    """Name, type and shape of the inputs (``lake:hasInputField``) or outputs, in their order."""
    wanted = NamedNode(expand(predicate) or "")
    found = []
    for node in (item.object for item in description.statements if item.predicate == wanted):
        said = {
            item.predicate.value.rpartition("/")[2].rpartition("#")[2]: item.object
            for item in description.statements
            if item.subject == node
        }
        plain = {key: value.value for key, value in said.items() if isinstance(value, Literal)}
        found.append(
            (int(plain["position"]), plain["fieldName"], plain.get("fieldType", ""), plain.get("fieldShape", ""))
        )
    return [entry[1:] for entry in sorted(found)]


# safetensors


def safetensors(tensors: Mapping[str, tuple[str, list[int], int]], metadata: Mapping[str, str] | None = None) -> bytes:
    """A file with tensors given as type, shape and size in bytes."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    at = 0
    for name, (dtype, shape, size) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    return safetensors_raw(json.dumps(header).encode(), at)


def safetensors_raw(header: bytes, size: int) -> bytes:
    """A file with that header and so many bytes of data."""
    return struct.pack("<Q", len(header)) + header + bytes(size)


# GGUF


def gguf_text(text: str) -> bytes:
    """A text with its length."""
    return struct.pack("<Q", len(text.encode())) + text.encode()


def gguf_pair(key: str, kind: int, content: bytes) -> bytes:
    """A key and its value, of a numbered type."""
    return gguf_text(key) + struct.pack("<I", kind) + content


def gguf(pairs: list[bytes], tensors: list[tuple[str, list[int], int, int]], size: int) -> bytes:
    """A file of version 3; tensors are name, dimensions as they stand there, type and offset."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs)) + b"".join(pairs)
    for name, dims, kind, offset in tensors:
        head += gguf_text(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, offset)
    return head + bytes(-len(head) % 32) + bytes(size)


TINY_GGUF = gguf(
    [
        gguf_pair("general.architecture", 8, gguf_text("llama")),
        gguf_pair("general.name", 8, gguf_text("Tiny")),
        gguf_pair("general.license", 8, gguf_text("mit")),
        gguf_pair("general.file_type", 4, struct.pack("<I", 15)),
        gguf_pair("llama.context_length", 4, struct.pack("<I", 2048)),
        gguf_pair("llama.rope.freq_base", 6, struct.pack("<f", 0.5)),
        gguf_pair("flag", 7, b"\x01"),
        gguf_pair("list", 9, struct.pack("<IQ", 8, 2) + gguf_text("a") + gguf_text("b")),
        gguf_pair("long", 9, struct.pack("<IQ", 8, 100) + gguf_text("x") * 100),
    ],
    [("a", [256, 2], 12, 0), ("b", [4], 0, 288)],
    288 + 16,
)


# Protocol Buffers


def varint(value: int) -> bytes:
    """A number in the encoding of Protocol Buffers."""
    found = bytearray()
    value &= 2**64 - 1
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def message(*pairs: tuple[int, int | str | bytes]) -> bytes:
    """A message with numbered fields: numbers, texts, and bytes or messages."""
    found = b""
    for number, value in pairs:
        if isinstance(value, int):
            found += varint(number << 3) + varint(value)
        else:
            content = value.encode() if isinstance(value, str) else value
            found += varint(number << 3 | 2) + varint(len(content)) + content
    return found


def onnx_port(name: str, kind: int, *dims: int | str) -> bytes:
    """A ``ValueInfoProto``."""
    shape = message(*((1, message((1, size) if isinstance(size, int) else (2, size))) for size in dims))
    return message((1, name), (2, message((1, message((1, kind), (2, shape))))))


def onnx_tensor(name: str, kind: int, dims: Iterable[int], *more: tuple[int, int | str | bytes]) -> bytes:
    """A ``TensorProto`` without data."""
    return message(*((1, size) for size in dims), (2, kind), (8, name), *more)


def onnx(*graph: tuple[int, int | str | bytes]) -> bytes:
    """A ``ModelProto`` around a graph."""
    return message(
        (1, 8),
        (2, "by hand"),
        (5, 3),
        (6, "Says nothing."),
        (8, message((2, 17))),
        (8, message((1, "ai.onnx.ml"), (2, 3))),
        (14, message((1, "author"), (2, "Ada"))),
        (14, message((1, "model_license"), (2, "Apache License 2.0"))),
        (7, message(*graph)),
    )


TINY_ONNX = onnx(
    (1, message((1, "x"), (2, "y"), (4, "Conv"))),
    (1, message((4, "Scaler"), (7, "ai.onnx.ml"))),
    (1, message((4, "If"), (5, message((6, message((1, message((4, "Relu"))))))))),
    (5, onnx_tensor("w", 1, [4, 3])),
    (5, onnx_tensor("b", 10, [3], (9, bytes(6)))),
    (11, onnx_port("x", 1, "batch", 3, 224)),
    (11, onnx_port("w", 1, 4, 3)),
    (12, onnx_port("y", 7, -1)),
)


# FlatBuffers


class Flat:
    """Writes a FlatBuffer: tables first, what they refer to behind them."""

    def __init__(self) -> None:
        self.content = bytearray(8)
        self.content[4:8] = b"TFL3"

    def table(self, entries: Mapping[int, Any]) -> int:
        """Write a table and return its offset; values are ``bytes`` (as they stand), or functions that write."""
        slots = max(entries, default=-1) + 1
        sizes = {number: len(value) if isinstance(value, bytes) else 4 for number, value in entries.items()}
        start = len(self.content)
        at, offsets = 4, [0] * slots
        for number, size in sizes.items():
            offsets[number] = at
            at += size
        self.content += struct.pack(f"<HH{slots}H", 4 + 2 * slots, at, *offsets)
        table = len(self.content)
        self.content += struct.pack("<i", table - start)
        for value in entries.values():
            self.content += value if isinstance(value, bytes) else bytes(4)
        for number, value in entries.items():
            if not isinstance(value, bytes):
                self._refer(table + offsets[number], value(self))
        return table

    def _refer(self, at: int, target: int) -> None:
        self.content[at : at + 4] = struct.pack("<I", target - at)

    def tables(self, *items: Mapping[int, Any]) -> int:
        """Write a vector of tables."""
        start = len(self.content)
        self.content += struct.pack("<I", len(items)) + bytes(4 * len(items))
        for index, item in enumerate(items):
            self._refer(start + 4 + 4 * index, self.table(item))
        return start


def flat_text(text: str) -> Any:
    """A text."""
    return flat_vector(text.encode(), len(text.encode()))


def flat_vector(content: bytes, length: int) -> Any:
    """A vector of numbers or bytes."""

    def write(flat: Flat) -> int:
        start = len(flat.content)
        flat.content += struct.pack("<I", length) + content
        return start

    return write


def flat_numbers(*items: int) -> Any:
    """A vector of 32-bit numbers."""
    return flat_vector(struct.pack(f"<{len(items)}i", *items), len(items))


def tflite() -> bytes:
    """A model with one operator, an input, a weight and an output."""
    flat = Flat()
    quantized = {2: flat_vector(struct.pack("<f", 0.1), 1)}
    tensors = [
        {0: flat_numbers(1, 4), 1: b"\x00", 2: struct.pack("<I", 0), 3: flat_text("in"), 7: flat_numbers(-1, 4)},
        {
            0: flat_numbers(4, 2),
            1: b"\x09",
            2: struct.pack("<I", 1),
            3: flat_text("w"),
            4: lambda f: f.table(quantized),
        },
        {0: flat_numbers(1, 2), 1: b"\x00", 2: struct.pack("<I", 0), 3: flat_text("out")},
    ]
    graph = {0: lambda f: f.tables(*tensors), 1: flat_numbers(0), 2: flat_numbers(2), 4: flat_text("main")}
    codes_of_operators = [
        {0: b"\x09", 3: struct.pack("<i", 9)},
        {0: b"\x20", 1: flat_text("Mine"), 3: struct.pack("<i", 32)},
    ]
    model = {
        0: struct.pack("<I", 3),
        1: lambda f: f.tables(*codes_of_operators),
        2: lambda f: f.tables(graph),
        3: flat_text("A tiny model."),
        4: lambda f: f.tables({}, {0: flat_vector(bytes(8), 8)}),
    }
    root = flat.table(model)
    flat.content[:4] = struct.pack("<I", root)
    return bytes(flat.content)


# HDF5


def hdf5() -> bytes:
    """A file with one dataset ``w`` of 2 by 3 values of float32 and an attribute, in the layout of version 2."""
    at = 48
    space = bytes([2, 2, 0, 1]) + struct.pack("<2Q", 2, 3)
    kind = bytes([0x11, 0x20, 31, 0]) + struct.pack("<I", 4) + struct.pack("<HHBBBBI", 0, 32, 23, 8, 0, 23, 127)
    scalar = bytes([2, 0, 0, 0])
    text = bytes([0x13, 0, 0, 0]) + struct.pack("<I", 3)
    attribute = struct.pack("<BBHHHB", 3, 0, 5, len(text), len(scalar), 0) + b"name\0" + text + scalar + b"abc"
    link_of = 4 + 16 + 2 + 1 + 1 + 8
    root_size = link_of + 4 + len(attribute)
    dataset = at + 7 + root_size + 4
    link = bytes([1, 0, 1]) + b"w" + struct.pack("<Q", dataset)
    root = _messages((6, link), (12, attribute))
    head = b"\x89HDF\r\n\x1a\n" + bytes([2, 8, 8, 0]) + struct.pack("<QQQQI", 0, 2**64 - 1, 0, at, 0)
    dataset = at + len(root)
    root = _messages((6, bytes([1, 0, 1]) + b"w" + struct.pack("<Q", dataset)), (12, attribute))
    return head + root + _messages((1, space), (3, kind))


def _messages(*items: tuple[int, bytes]) -> bytes:
    body = b"".join(struct.pack("<BHB", kind, len(content), 0) + content for kind, content in items)
    return b"OHDR" + bytes([2, 0]) + bytes([len(body)]) + body + bytes(4)


# Pickles and archives


class Call:
    """Pickles as a call of a function that is named, not imported."""

    def __init__(self, name: str, *arguments: Any) -> None:
        self.name, self.arguments = name, arguments


class _Pickler(pickle._Pickler):  # type: ignore[name-defined, misc]
    """The pickler in Python, whose opcodes can be written by hand."""

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if isinstance(obj, Call):
            module, _, name = obj.name.rpartition(".")
            self.write(b"c" + f"{module}\n{name}\n".encode())
            if obj.arguments != (None,):
                self.save(tuple(obj.arguments))
                self.write(b"R")
            return
        if isinstance(obj, Stored):
            self.save(obj.identifier)
            self.write(b"Q")
            return
        super().save(obj, save_persistent_id)


class Stored:
    """A persistent identifier."""

    def __init__(self, *identifier: Any) -> None:
        self.identifier = identifier


def name_of(name: str) -> Call:
    """A class or function by its name, not called."""
    return Call(name, None)


def pickled(value: Any, protocol: int = 2) -> bytes:
    """A pickle, in which a `Call` stands for what it names."""
    stream = io.BytesIO()
    _Pickler(stream, protocol).dump(value)
    return stream.getvalue()


def torch_tensor(storage: str, key: str, *shape: int) -> Call:
    """A tensor as ``torch.save`` pickles it."""
    stored = Stored("storage", name_of(f"torch.{storage}"), key, "cpu", 1)
    return Call(
        "torch._utils._rebuild_tensor_v2", stored, 0, shape, (1,) * len(shape), False, Call("collections.OrderedDict")
    )


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return stream.getvalue()


def torch_archive(value: Any, **more: bytes) -> bytes:
    """An archive of ``torch.save``."""
    return archive({"m/data.pkl": pickled(value), "m/version": b"3\n", "m/byteorder": b"little", **more})


def keras_archive() -> bytes:
    """An archive of Keras 3."""
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 4], "dtype": "float32", "name": "x"}},
        {"class_name": "Dense", "config": {"name": "d"}},
    ]
    return archive(
        {
            "metadata.json": json.dumps({"keras_version": "3.4.1", "date_saved": "2024-01-01"}).encode(),
            "config.json": json.dumps(
                {"class_name": "Functional", "config": {"name": "net", "layers": layers}}
            ).encode(),
            "model.weights.h5": hdf5(),
        }
    )


def coreml() -> bytes:
    """A model of Core ML with an array as input and a text as output."""
    array = message((5, message((1, 3), (1, 4), (2, 65568))))
    about = message(
        (1, "Tells apples from pears."), (2, "1.2"), (3, "Ada"), (4, "MIT"), (100, message((1, "k"), (2, "v")))
    )
    description = message(
        (1, message((1, "in"), (3, array))), (10, message((1, "label"), (3, message((3, b""))))), (100, about)
    )
    return message((1, 5), (2, description), (403, b""))


def saved_model() -> bytes:
    """A SavedModel with one signature."""
    about = message((4, "serve"), (5, "2.15.0"))
    graph = message((1, message((1, "a"), (2, "MatMul"))), (2, message((1, message((3, message((2, "Relu"))))))))
    size = message((2, message((1, -1))), (2, message((1, 4))))
    port = message((1, "x"), (2, message((1, "x:0"), (2, 1), (3, size))))
    signature = message((1, "serving_default"), (2, message((1, port), (3, "tensorflow/serving/predict"))))
    return message((1, 1), (2, message((1, about), (2, graph), (5, signature))))


SAMPLES: dict[str, bytes] = {
    "tiny.safetensors": safetensors({"w": ("F32", [2, 3], 24), "h": ("BF16", [4], 8)}, {"format": "pt"}),
    "tiny.gguf": TINY_GGUF,
    "tiny.onnx": TINY_ONNX,
    "tiny.tflite": tflite(),
    "tiny.h5": hdf5(),
    "tiny.keras": keras_archive(),
    "tiny.mlmodel": coreml(),
    "tiny.pb": saved_model(),
    "tiny.pt": torch_archive({"w": torch_tensor("FloatStorage", "0", 2, 3)}),
    "tiny.pkl": pickle.dumps({"a": [1, 2.5, "x"]}, 4),
    "legacy.pth": b"".join(
        pickled(part)
        for part in (
            0x1950A86A20F9469CFC6C,
            1001,
            {"little_endian": True},
            {"w": torch_tensor("HalfStorage", "0", 5)},
            ["0"],
        )
    ),
}
