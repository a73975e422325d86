"""What is in a followed pickle: arrays with the path to each, plain values, the class of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modellake.harvest.files.facts import MAX_RANK, Facts
from modellake.harvest.files.imports import library_of
from modellake.harvest.files.pickles import Global, Made, Pairs, Persistent

MAX_NODES = 500_000
MAX_VALUES = 500
MAX_VALUE_TEXT = 10_000
_VALUE_DEPTH = 4
JOBLIB_ARRAY = "joblib.numpy_pickle.NumpyArrayWrapper"
_RECONSTRUCT = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
_FROM_BUFFER = ("numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer")
_REBUILD = ("torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_qtensor")
_REBUILD_TYPED = "torch._utils._rebuild_tensor_v3"
_SCALARS = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")
# numpy.dtype(kind and size of an element in bytes): https://numpy.org/doc/stable/reference/arrays.dtypes.html
_KINDS = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
# torch.FloatStorage and its likes: https://pytorch.org/docs/stable/storage.html
_STORAGES = {
    "Float": "float32",
    "Double": "float64",
    "Half": "float16",
    "BFloat16": "bfloat16",
    "Long": "int64",
    "Int": "int32",
    "Short": "int16",
    "Char": "int8",
    "Byte": "uint8",
    "Bool": "bool",
    "ComplexFloat": "complex64",
    "ComplexDouble": "complex128",
}

Array = tuple[str, list[int]]


def describe_outline(facts: Facts, root: Any) -> None:
    """Keep what a pickle holds: its arrays as tensors, its plain values under their paths."""
    facts.counts_tensors = True
    name = root.name if isinstance(root, Made) else ""
    if name and name.rpartition(".")[2] not in ("OrderedDict", "NumpyArrayWrapper", "_reconstruct"):
        facts.architecture = name.rpartition(".")[2]
        facts.library = library_of(name)
        facts.keep("class", name)
    kept = 0
    for path, node in _walk(root):
        array = array_of(node)
        if array is not None:
            facts.add_tensor(path, *array)
        elif kept < MAX_VALUES and path and path.count(".") < _VALUE_DEPTH and _is_value(node):
            facts.keep(path, node)
            kept += 1
        elif isinstance(node, Made) and path and node.name and path.count(".") < _VALUE_DEPTH:
            facts.keep(f"{path}.class", node.name)


def array_of(node: Any) -> Array | None:
    """Element type and shape of what would become an array of numpy or torch, or None."""
    if not isinstance(node, Made):
        return None
    found = _numpy_array(node) or _torch_array(node)
    return found if found and _is_shape(found[1]) else None


def _numpy_array(node: Made) -> tuple[str, Any] | None:
    if node.name == JOBLIB_ARRAY and isinstance(node.state, Pairs):
        return element_type(node.state.get("dtype")), node.state.get("shape")
    if node.name in _RECONSTRUCT and isinstance(node.state, tuple) and len(node.state) >= 3:
        return element_type(node.state[2]), node.state[1]
    if node.name in _FROM_BUFFER and isinstance(node.arguments, tuple) and len(node.arguments) >= 3:
        return element_type(node.arguments[1]), node.arguments[2]
    return None


def _torch_array(node: Made) -> tuple[str, Any] | None:
    arguments = node.arguments
    if not isinstance(arguments, tuple) or len(arguments) < 3 or not isinstance(arguments[0], Persistent):
        return None
    if node.name in _REBUILD:
        return _storage_type(arguments[0]), arguments[2]
    if node.name == _REBUILD_TYPED and isinstance(arguments[-1], Global):
        return arguments[-1].name.rpartition(".")[2], arguments[2]
    return None


def _storage_type(storage: Persistent) -> str:
    identifier = storage.identifier
    known = isinstance(identifier, tuple) and len(identifier) > 1 and isinstance(identifier[1], Global)
    name = identifier[1].name.rpartition(".")[2] if known else ""
    return _STORAGES.get(name.removesuffix("Storage"), name.removesuffix("Storage").lower() or "unknown")


def element_type(dtype: Any) -> str:
    """The name of a numpy element type, as far as the pickle of it says."""
    code = type_code(dtype)
    kind, size = code[:1], code[1:]
    if kind in _KINDS and size.isdecimal() and len(size) < 4:
        return f"{_KINDS[kind]}{int(size) * 8}"
    return {"b": "bool", "O": "object", "U": "string", "S": "bytes", "V": "structured"}.get(kind, code or "unknown")


def type_code(dtype: Any) -> str:
    """The code of a numpy element type (``f8``, ``V64``), or an empty text."""
    code = (
        dtype.arguments[0] if isinstance(dtype, Made) and isinstance(dtype.arguments, tuple) and dtype.arguments else ""
    )
    return code.lstrip("<>=|") if isinstance(code, str) else ""


def _is_shape(shape: Any) -> bool:
    return (
        isinstance(shape, tuple | list)
        and len(shape) <= MAX_RANK
        and all(type(size) is int and 0 <= size < 2**63 for size in shape)
    )


def _is_value(node: Any) -> bool:
    if isinstance(node, str):
        return len(node) <= MAX_VALUE_TEXT
    return isinstance(node, bool | float) or (isinstance(node, int) and abs(node) < 2**64)


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    """Every value with the path to it, each object once, breadth first so that short paths win."""
    waiting: list[tuple[str, Any]] = [("", root)]
    seen: set[int] = set()
    for path, node in waiting:
        if isinstance(node, Made | Pairs | list | tuple):
            if id(node) in seen or len(seen) > MAX_NODES:
                continue
            seen.add(id(node))
        yield path, node
        if array_of(node) is None and len(waiting) < MAX_NODES:
            waiting.extend((_joined(path, key), value) for key, value in _inside(node))


def _joined(path: str, key: str) -> str:
    return (f"{path}.{key}" if path and key else path or key)[:1000]


def _inside(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, Made):
        if node.name in _SCALARS:
            return
        yield from _inside(node.state)
        yield from _entries(node.pairs)
        yield from _numbered(node.items)
        yield from _arguments(node.arguments)
    elif isinstance(node, Pairs):
        yield from _entries(node.pairs)
    elif isinstance(node, list | tuple):
        yield from _numbered(node)


def _entries(pairs: list[tuple[Any, Any]]) -> Iterator[tuple[str, Any]]:
    for key, value in pairs:
        yield str(key) if isinstance(key, str | int) and not isinstance(key, bool) else "?", value


def _numbered(items: list[Any] | tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    for number, item in enumerate(items):
        yield str(number), item


def _arguments(arguments: Any) -> Iterator[tuple[str, Any]]:
    """What an object is made of; plain arguments, such as the version of a layout, say nothing by themselves."""
    if isinstance(arguments, tuple | list):
        for argument in arguments:
            if isinstance(argument, Made | Pairs | list | tuple):
                yield "", argument
