"""safetensors (https://huggingface.co/docs/safetensors/index#format): eight bytes of length, a JSON header, data."""

from __future__ import annotations

import math
from typing import Any

from modellake.core.report import Severity
from modellake.harvest.files.facts import MAX_RANK, Facts
from modellake.harvest.files.json_text import parse_object
from modellake.harvest.files.window import Window, damaged

MAX_HEADER = 16 * 1024 * 1024
# Bits of one element: https://docs.rs/safetensors/latest/safetensors/tensor/enum.Dtype.html
_BITS = {
    "BOOL": ("bool", 8),
    "F4": ("float4_e2m1", 4),
    "F6_E2M3": ("float6_e2m3", 6),
    "F6_E3M2": ("float6_e3m2", 6),
    "U8": ("uint8", 8),
    "I8": ("int8", 8),
    "F8_E5M2": ("float8_e5m2", 8),
    "F8_E4M3": ("float8_e4m3", 8),
    "F8_E8M0": ("float8_e8m0", 8),
    "F8_E5M2FNUZ": ("float8_e5m2fnuz", 8),
    "F8_E4M3FNUZ": ("float8_e4m3fnuz", 8),
    "I16": ("int16", 16),
    "U16": ("uint16", 16),
    "F16": ("float16", 16),
    "BF16": ("bfloat16", 16),
    "I32": ("int32", 32),
    "U32": ("uint32", 32),
    "F32": ("float32", 32),
    "C64": ("complex64", 64),
    "F64": ("float64", 64),
    "I64": ("int64", 64),
    "U64": ("uint64", 64),
}


def looks_like_safetensors(window: Window) -> bool:
    """True when a file begins with a length and an opening brace."""
    return window.size > 8 and window.read(8, 1) == b"{" and 2 <= window.number(0, "<Q") <= window.size - 8


def read_safetensors(window: Window) -> Facts:
    """The header of a safetensors file.

    Raises:
        ParseError: the header is longer than the file (``parse.truncated``) or than 16 MiB
            (``parse.too-large``), is no JSON object (``parse.header``), or tensors overlap or leave gaps
            (``parse.overlap``).
    """
    length = window.number(0, "<Q")
    if length > window.size - 8:
        raise damaged(f"The header claims {length:,} bytes; the file has {window.size:,}", code="parse.truncated")
    if length > MAX_HEADER:
        raise damaged(f"The header is larger than {MAX_HEADER // 1024**2} MiB", code="parse.too-large")
    header = parse_object(window.read(8, length))
    facts = Facts("safetensors", namespace="safetensors", counts_tensors=True)
    _keep_metadata(facts, header.pop("__metadata__", None))
    spans = [(*_span(facts, name, entry), name) for name, entry in header.items()]
    _check_spans(spans, window.size - 8 - length)
    return facts


def _keep_metadata(facts: Facts, metadata: Any) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        raise damaged("The metadata are no mapping of texts", path="__metadata__")
    for key, value in metadata.items():
        facts.keep(key, value)


def _span(facts: Facts, name: str, entry: Any) -> tuple[int, int]:
    if not isinstance(entry, dict):
        raise damaged("A tensor is described by a mapping", path=name[:200])
    shape, offsets, dtype = _sizes(entry.get("shape")), _sizes(entry.get("data_offsets")), entry.get("dtype")
    if shape is None or offsets is None or len(offsets) != 2 or not isinstance(dtype, str):
        raise damaged("A tensor needs dtype, shape and data_offsets", path=name[:200])
    kind, bits = _BITS.get(dtype, (dtype.lower(), 0))
    facts.add_tensor(name, kind, shape)
    begin, end = offsets
    if not bits:
        facts.note("file.dtype-unknown", f"The element type {dtype[:40]!r} is not known", severity=Severity.WARNING)
    elif end - begin != (math.prod(shape) * bits + 7) // 8:
        raise damaged(f"{dtype} {shape} does not fill the bytes {begin} to {end}", path=name[:200])
    return begin, end


def _sizes(value: Any) -> list[int] | None:
    """A list of sizes, or None where it is none."""
    if not isinstance(value, list) or len(value) > MAX_RANK:
        return None
    return value if all(type(item) is int and 0 <= item < 2**63 for item in value) else None


def _check_spans(spans: list[tuple[int, int, str]], available: int) -> None:
    """The specification asks for one unbroken row of tensors, without holes and without overlap."""
    expected = 0
    for begin, end, name in sorted(spans):
        if begin != expected or end < begin:
            what = "overlaps the one before it" if begin < expected else "leaves a hole before it"
            raise damaged(f"The tensor {what}", code="parse.overlap", path=name[:200])
        expected = end
    if expected > available:
        raise damaged(
            f"The tensors fill {expected:,} bytes; the file has {available:,} for them", code="parse.truncated"
        )
    if expected < available:
        raise damaged(f"{available - expected:,} bytes at the end belong to no tensor", code="parse.overlap")
