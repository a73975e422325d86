"""GGUF (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): keys and values, tensor infos, data."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any

from modellake.core.report import Severity
from modellake.harvest.files.facts import MAX_RANK, Facts
from modellake.harvest.files.window import Window, damaged

MAGIC = b"GGUF"
MAX_LISTED = 64
MAX_TENSORS = 500_000
MAX_PAIRS = 100_000
MAX_DEPTH = 8
_ALIGNMENT = 32
# gguf_metadata_value_type: numbers by form of `struct`; 7 is a boolean, 8 a string, 9 an array.
_FORMS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "B", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY, _BOOL = 8, 9, 7
# ggml_type: name, elements in a block, bytes of a block.
_TYPES = {
    0: ("float32", 1, 4),
    1: ("float16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 40),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("int8", 1, 1),
    25: ("int16", 1, 2),
    26: ("int32", 1, 4),
    27: ("int64", 1, 8),
    28: ("float64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("bfloat16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
}
# general.file_type
_FILE_TYPES = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    19: "IQ2_XXS",
    20: "IQ2_XS",
    21: "Q2_K_S",
    22: "IQ3_XS",
    23: "IQ3_XXS",
    24: "IQ1_S",
    25: "IQ4_NL",
    26: "IQ3_S",
    27: "IQ3_M",
    28: "IQ2_S",
    29: "IQ2_M",
    30: "IQ4_XS",
    31: "IQ1_M",
    32: "BF16",
    36: "TQ1_0",
    37: "TQ2_0",
    38: "MXFP4_MOE",
}


def looks_like_gguf(window: Window) -> bool:
    """True when a file begins with ``GGUF``."""
    return window.head(4) == MAGIC


def read_gguf(window: Window) -> Facts:
    """The header of a GGUF file, of version 1, 2 or 3 and either byte order.

    Raises:
        ParseError: it is no GGUF (``parse.header``), ends too early (``parse.truncated``), or tensors overlap
            (``parse.overlap``).
    """
    if window.head(4) != MAGIC:
        raise damaged("The file does not begin with GGUF")
    reader = _Reader(window)
    facts = Facts("GGUF", str(reader.version), namespace="gguf", counts_tensors=True)
    tensors, pairs = reader.count(), reader.count()
    if tensors > MAX_TENSORS or pairs > MAX_PAIRS:
        raise damaged(f"{tensors:,} tensors and {pairs:,} keys are too many", code="parse.too-large")
    values = dict(reader.pair() for _ in range(pairs))
    _keep_values(facts, values)
    alignment = values.get("general.alignment", _ALIGNMENT)
    if type(alignment) is not int or not 0 < alignment <= 2**20:
        raise damaged("The alignment is no size in bytes", path="general.alignment")
    spans = [_tensor(facts, reader) for _ in range(tensors)]
    data = -(-reader.at // alignment) * alignment
    window.part(0, reader.at)  # values may have been skipped that are not there
    _check_spans(spans, window.size - data)
    return facts


@dataclass(frozen=True, slots=True)
class _Array:
    """An array of which only the first items are kept."""

    length: int
    items: list[Any]

    def value(self) -> Any:
        if self.length == len(self.items):
            return self.items
        return f"{self.length} items"


class _Reader:
    def __init__(self, window: Window) -> None:
        self._window = window
        self.at = 8
        self._order = "<"
        self.version = window.number(4, "<I")
        if self.version > 0xFFFF:
            self._order, self.version = ">", window.number(4, ">I")
        if not 1 <= self.version <= 3:
            raise damaged(f"GGUF version {self.version} is not known")

    def number(self, form: str) -> Any:
        length = struct.calcsize(form)
        (value,) = struct.unpack(self._order + form, self._window.read(self.at, length))
        self.at += length
        return value

    def count(self) -> int:
        """A length: 32 bits in version 1, 64 bits since."""
        value: int = self.number("I" if self.version == 1 else "Q")
        if value > self._window.size:
            raise damaged(f"{value:,} items do not fit in the file", code="parse.truncated")
        return value

    def text(self) -> str:
        length = self.count()
        content = self._window.read(self.at, length)
        self.at += length
        return content.decode("utf-8", "replace")

    def pair(self) -> tuple[str, Any]:
        key = self.text()
        value = self.value(self.number("I"), 0)
        return key, value.value() if isinstance(value, _Array) else value

    def value(self, kind: int, depth: int) -> Any:
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            return self._array(depth)
        if kind not in _FORMS:
            raise damaged(f"The value type {kind} is not known")
        value = self.number(_FORMS[kind])
        return bool(value) if kind == _BOOL else value

    def _array(self, depth: int) -> _Array:
        if depth > MAX_DEPTH:
            raise damaged("Arrays are nested too deeply", code="parse.too-deep")
        kind, length = self.number("I"), self.count()
        kept = min(length, MAX_LISTED)
        items = [self.value(kind, depth + 1) for _ in range(kept)]
        self._skip(kind, length - kept, depth)
        return _Array(length, [item.value() if isinstance(item, _Array) else item for item in items])

    def _skip(self, kind: int, number: int, depth: int) -> None:
        if kind in _FORMS:
            self.at += struct.calcsize(_FORMS[kind]) * number
            return
        for _ in range(number):
            if kind == _STRING:
                length = self.count()
                self.at += length
            else:
                self.value(kind, depth + 1)


def _keep_values(facts: Facts, values: dict[str, Any]) -> None:
    for key, value in values.items():
        facts.keep(key, value)
    facts.architecture = _text(values.get("general.architecture"))
    facts.description = _text(values.get("general.description"))
    license_, name = _text(values.get("general.license")), _text(values.get("general.license.name"))
    facts.license = name if name and license_.lower() in ("", "other") else license_
    length = values.get(f"{facts.architecture}.context_length")
    facts.context_length = length if type(length) is int and length >= 0 else None
    file_type = values.get("general.file_type")
    facts.precision = _FILE_TYPES.get(file_type, "") if type(file_type) is int else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _tensor(facts: Facts, reader: _Reader) -> tuple[int, int, str]:
    name, rank = reader.text(), reader.number("I")
    if rank > MAX_RANK:
        raise damaged(f"No tensor has {rank:,} dimensions", path=name[:200])
    # The file lists the dimension that varies fastest first; every other format lists it last.
    shape = [reader.number("I" if reader.version == 1 else "Q") for _ in range(rank)][::-1]
    number, offset = reader.number("I"), reader.number("Q")
    kind, block, width = _TYPES.get(number, (f"type {number}", 1, 0))
    facts.add_tensor(name, kind, shape)
    if not width:
        facts.note("file.dtype-unknown", f"The element type {number} is not known", severity=Severity.WARNING)
    return offset, offset + -(-math.prod(shape) // block) * width, name


def _check_spans(spans: list[tuple[int, int, str]], available: int) -> None:
    free = 0
    for begin, end, name in sorted(spans):
        if begin < free:
            raise damaged("The tensor overlaps the one before it", code="parse.overlap", path=name[:200])
        if end > max(available, 0):
            raise damaged("The tensor reaches beyond the end of the file", code="parse.truncated", path=name[:200])
        free = end
