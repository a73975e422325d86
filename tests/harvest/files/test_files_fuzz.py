"""Bytes of any kind: each reader answers with facts or a `ParseError`, and with nothing else."""

from __future__ import annotations

import json
import struct
import zlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from model_files import SAMPLES, archive, describe

from modellake.core.errors import ParseError
from modellake.core.report import Severity
from modellake.harvest.files.facts import Facts
from modellake.harvest.files.formats import FORMATS, Reader, read_as
from modellake.harvest.files.portrait import HEAD
from modellake.harvest.files.window import window_of_bytes
from modellake.rdf.homes import split_by_home

NAMES = sorted(SAMPLES)
BOUNDED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What numbers in headers are replaced by: nothing, too much, and all that is just beside a boundary.
NUMBERS = [
    0,
    1,
    2,
    7,
    8,
    127,
    128,
    255,
    2**15,
    2**16 - 1,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**60,
    2**63 - 1,
    2**63,
    2**64 - 1,
]

# Keys that the readers look for.
_KEYS = "__class__ __module__ __loader__ content file config layers class_name batch_shape name".split()  # noqa: SIM905


def _containers(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner) | st.dictionaries(st.sampled_from(_KEYS), inner)


def answered(content: bytes, name: str) -> None:
    """A description that can be stored, or an error that can be acted on."""
    try:
        description = describe(content, name)
    except ParseError as error:
        assert error.code.startswith("parse.") and error.remedy and error.place
        return
    assert len(split_by_home(description.statements).by_home) == 2
    assert all(finding.severity is not Severity.VIOLATION and finding.remedy for finding in description.findings)


@pytest.mark.parametrize("reader", [(item.name, item.read) for item in FORMATS], ids=lambda reader: reader[0])
@BOUNDED
@given(content=st.binary(max_size=400))
def test_any_bytes(reader: tuple[str, Reader], content: bytes) -> None:
    try:
        facts = read_as(reader[1], window_of_bytes(content))
    except ParseError as error:
        assert error.code.startswith("parse.")
    else:
        assert isinstance(facts, Facts)


@pytest.mark.parametrize("name", NAMES)
@BOUNDED
@given(data=st.data())
def test_true_files_with_bytes_changed(name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    answered(bytes(content), name)


@pytest.mark.parametrize("name", NAMES)
@BOUNDED
@given(data=st.data())
def test_true_files_with_numbers_changed(name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name])
    at = data.draw(st.integers(0, len(content) - 1))
    form = data.draw(st.sampled_from(["<B", "<H", "<I", "<Q"]))
    number = data.draw(st.sampled_from(NUMBERS)) % 2 ** (8 * struct.calcsize(form))
    content[at : at + struct.calcsize(form)] = struct.pack(form, number)
    answered(bytes(content), name)


@pytest.mark.parametrize("name", NAMES)
@BOUNDED
@given(data=st.data())
def test_true_files_with_parts_cut_out_or_repeated(name: str, data: st.DataObject) -> None:
    content = SAMPLES[name]
    begin, end = sorted(data.draw(st.tuples(st.integers(0, len(content)), st.integers(0, len(content)))))
    answered(content[:begin] + content[begin:end] * data.draw(st.integers(0, 3)) + content[end:], name)


@BOUNDED
@given(body=st.binary(max_size=300), protocol=st.integers(0, 5))
@example(body=b"(" * 200 + b"t.", protocol=2)
@example(body=b"]" + b"2" * 100 + b"e.", protocol=2)
def test_any_opcodes(body: bytes, protocol: int) -> None:
    head = b"\x80" + bytes([protocol]) if protocol > 1 else b""
    for name in ("m.pkl", "m.joblib"):
        answered(head + body, name)
    answered(archive({"m/data.pkl": head + body, "m/version": b"3"}), "m.pt")
    answered(zlib.compress(head + body), "m.joblib")


@BOUNDED
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), _containers))
def test_any_json_in_archives(value: object) -> None:
    text = json.dumps(value).encode()
    answered(archive({"schema.json": text}), "m.skops")
    answered(archive({"config.json": text, "metadata.json": b"{}"}), "m.keras")
    answered(struct.pack("<Q", len(text)) + text, "m.safetensors")


@BOUNDED
@given(
    members=st.dictionaries(
        st.text(st.characters(min_codepoint=33, exclude_categories=["Cs"]), min_size=1, max_size=20),
        st.binary(max_size=50),
        max_size=5,
    )
)
def test_any_members(members: dict[str, bytes]) -> None:
    try:
        content = archive(members)
    except (ValueError, UnicodeEncodeError):
        return
    answered(content, "m.zip.pt")


@BOUNDED
@given(st.binary(max_size=300))
def test_any_portrait(body: bytes) -> None:
    with pytest.raises(ParseError):
        describe(HEAD + body, "m.onnx")


@BOUNDED
@given(name=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60))
@example(name="..onnx")
@example(name="gpj.\u202eonnx")
@example(name="é.onnx")
@example(name=" .onnx")
@example(name="%2F#?.onnx")
@example(name="\udcff.onnx")
def test_any_name(name: str) -> None:
    if name in (".", ".."):
        return
    answered(SAMPLES["tiny.safetensors"], name)
