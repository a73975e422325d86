"""Files that lie, end too early, explode or are no files: each refused with a code, a place and a remedy."""

from __future__ import annotations

import json
import os
import socket
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from model_files import (
    HARVESTER,
    IRIS,
    SAMPLES,
    archive,
    codes,
    describe,
    describe_file,
    gguf,
    message,
    onnx,
    safetensors,
    safetensors_raw,
    values,
)

from modellake.core.errors import ParseError
from modellake.harvest.files import places, window
from modellake.lake.harvesting import harvest_document

Write = Callable[[str, str | bytes], Path]
ONE = {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}


def refusal(content: bytes, name: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        describe(content, name)
    assert caught.value.remedy
    assert caught.value.place is not None and caught.value.place.document is not None
    return caught.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (struct.pack("<Q", 2**60) + b"{}", "parse.truncated"),
        (struct.pack("<Q", 2**64 - 1) + b"{}", "parse.truncated"),
        (b"{}", "parse.truncated"),
        (safetensors_raw(b"[]", 0), "parse.header"),
        (safetensors_raw(b"{", 0), "parse.header"),
        (safetensors_raw(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 0), "parse.header"),
        (safetensors_raw(b'{"a":1,"a":2}', 0), "parse.header"),
        (safetensors_raw(b'{"a":' + b"9" * 10_000 + b"}", 0), "parse.header"),
        (safetensors_raw(b'{"\xff":1}', 0), "parse.header"),
        (safetensors_raw(b'{"a":1}', 0), "parse.header"),
        (safetensors_raw(json.dumps({"a": {**ONE, "shape": [-4]}}).encode(), 4), "parse.header"),
        (safetensors_raw(json.dumps({"a": {**ONE, "shape": [5]}}).encode(), 4), "parse.header"),
        (safetensors_raw(json.dumps({"a": {**ONE, "shape": [True]}}).encode(), 4), "parse.header"),
        (safetensors_raw(json.dumps({"a": {**ONE, "shape": [1] * 65}}).encode(), 4), "parse.header"),
        (safetensors_raw(json.dumps({"a": ONE, "b": ONE}).encode(), 8), "parse.overlap"),
        (safetensors_raw(json.dumps({"a": {**ONE, "data_offsets": [2, 6]}}).encode(), 8), "parse.overlap"),
        (safetensors_raw(json.dumps({"a": ONE}).encode(), 9), "parse.overlap"),
        (safetensors_raw(json.dumps({"a": ONE}).encode(), 3), "parse.truncated"),
        (safetensors_raw(json.dumps({"__metadata__": []}).encode(), 0), "parse.header"),
    ],
)
def test_safetensors_that_lie(content: bytes, code: str) -> None:
    assert refusal(content, "m.safetensors").code == code


def test_the_tensor_that_overlaps_is_named() -> None:
    error = refusal(safetensors_raw(json.dumps({"first": ONE, "second": ONE}).encode(), 8), "m.safetensors")
    assert error.place is not None and error.place.path == "second"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "parse.truncated"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60), "parse.truncated"),
        (b"GGUF" + struct.pack("<IQQ", 9, 0, 0), "parse.header"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62), "parse.truncated"),
        (b"GGUF\x03", "parse.truncated"),
        (b"GGML", "parse.header"),
        (gguf([], [("a", [4], 0, 0), ("b", [4], 0, 8)], 64), "parse.overlap"),
        (gguf([], [("a", [4], 0, 64)], 64), "parse.truncated"),
        (gguf([], [("a", [2**40], 0, 0)], 64), "parse.truncated"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 99, 1), "parse.header"),
        (
            b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 20,
            "parse.too-deep",
        ),
        (
            b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 0, 200) + bytes(90),
            "parse.truncated",
        ),
    ],
)
def test_gguf_that_lies(content: bytes, code: str) -> None:
    assert refusal(content + bytes(40) if code == "parse.too-deep" else content, "m.gguf").code == code


@pytest.mark.parametrize(
    "content", [b"\x08\x08", b"\x08\x08\x3a\xff\xff\xff\xff\x0f", b"no model", b"\x0f" * 20, b"\x08" + b"\xff" * 20]
)
def test_onnx_that_is_none(content: bytes) -> None:
    assert refusal(content, "m.onnx").code in ("parse.header", "parse.truncated")


def test_graphs_in_graphs_have_a_limit() -> None:
    graph = message((4, "Relu"))
    for _ in range(100):
        graph = message((4, "If"), (5, message((6, message((1, graph))))))
    assert refusal(onnx((1, graph)), "m.onnx").code == "parse.too-deep"


@pytest.mark.parametrize("name", SAMPLES)
def test_files_that_end_too_early_never_crash(name: str) -> None:
    content = SAMPLES[name]
    for length in range(0, len(content), max(1, len(content) // 60)):
        try:
            describe(content[:length], name)
        except ParseError as error:
            assert error.remedy and error.code.startswith("parse.")


@pytest.mark.parametrize("name", ["tiny.safetensors", "tiny.gguf", "tiny.onnx", "tiny.keras", "tiny.pt", "tiny.pkl"])
def test_half_a_file_is_refused(name: str) -> None:
    assert refusal(SAMPLES[name][: len(SAMPLES[name]) // 2], name).code in ("parse.truncated", "parse.header")


def test_an_empty_file_is_refused(write: Write) -> None:
    with pytest.raises(ParseError) as caught:
        describe_file(write("m.onnx", b""))
    assert caught.value.code == "parse.empty"


# Bombs


def test_a_member_that_explodes_is_refused() -> None:
    bomb = archive({"m/data.pkl": bytes(60_000_000)}, zipfile.ZIP_DEFLATED)
    # The largest ratio that DEFLATE reaches is just above 1,000: claim more.
    at = bomb.rindex(b"PK\x01\x02")
    lying = bomb[: at + 20] + struct.pack("<I", 1000) + bomb[at + 24 :]
    assert refusal(lying, "m.pt").code in ("parse.bomb", "parse.header")


def test_a_member_that_is_larger_than_it_claims_is_refused() -> None:
    bomb = archive({"schema.json": b'{"a":"' + b"x" * 10_000_000 + b'"}'}, zipfile.ZIP_DEFLATED)
    at = bomb.rindex(b"PK\x01\x02")
    lying = bomb[: at + 24] + struct.pack("<I", 20) + bomb[at + 28 :]
    assert refusal(lying, "m.skops").code in ("parse.bomb", "parse.header")


def test_a_member_that_is_too_large_is_not_read_but_the_file_is_recorded() -> None:
    large = archive({"schema.json": b"[" + bytes(range(256)) * 80 * 1024}, zipfile.ZIP_STORED)
    description = describe(large, "m.skops")
    assert codes(description) == ["file.unread"]
    assert len(values(description, "spdx:checksumValue")) == 1


def test_a_header_of_many_empty_parts_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "MAX_READS", 10_000)
    parts = message(*((1, b"") for _ in range(20_000)))
    assert codes(describe(onnx((1, parts)), "m.onnx")) == ["file.unread"]
    nested = message((5, message(*((9, 1) for _ in range(20_000)))))
    assert codes(describe(onnx((1, nested)), "m.onnx")) == ["file.unread"]


def test_a_compressed_pickle_that_explodes_is_refused() -> None:
    packer = zlib.compressobj(9)
    content = packer.compress(b"\x80\x04\x8e" + struct.pack("<Q", 2**40))
    content += b"".join(packer.compress(bytes(2**20)) for _ in range(1100)) + packer.flush()
    tracemalloc.start()
    try:
        assert refusal(content, "m.joblib").code == "parse.bomb"
        assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        stream = archive_twice()
    assert refusal(stream, "m.pt").code == "parse.header"


def archive_twice() -> bytes:
    import io

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        written.writestr("m/data.pkl", b"N.")
        written.writestr("m/data.pkl", b"cos\nsystem\n.")
    return stream.getvalue()


def test_a_header_that_is_too_large_is_not_read_but_the_file_is_recorded() -> None:
    content = safetensors_raw(b'{"__metadata__":{"a":"' + b"x" * 17_000_000 + b'"}}', 0)
    assert codes(describe(content, "m.safetensors")) == ["file.unread"]


@pytest.mark.parametrize("name", ["m.safetensors", "m.gguf"])
def test_claims_cost_no_memory(name: str) -> None:
    content = {"m.safetensors": struct.pack("<Q", 2**60), "m.gguf": b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60)}[
        name
    ]
    tracemalloc.start()
    try:
        refusal(content + bytes(100), name)
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_weights_are_not_read_into_memory(tmp_path: Path) -> None:
    size = 300 * 1024 * 1024
    content = safetensors({"w": ("U8", [size], 0)})
    header = json.dumps({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    assert len(content) < 200
    path = tmp_path / "large.safetensors"
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(header)) + header)
        stream.truncate(8 + len(header) + size)
    tracemalloc.start()
    try:
        assert values(describe_file(path), "lake:parameterCount") == [str(size)]
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


# What is no file


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "m.onnx")
    refused_on_disk(tmp_path / "m.onnx", "parse.not-a-file")
    assert list(HARVESTER.find(str(tmp_path))) == []


def test_a_device_and_a_folder_are_refused(tmp_path: Path) -> None:
    refused_on_disk(Path("/dev/null"), "parse.not-a-file")
    (tmp_path / "m.onnx").mkdir()
    refused_on_disk(tmp_path / "m.onnx", "parse.not-a-file")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("m.onnx")
        refused_on_disk(tmp_path / "m.onnx", "parse.unreadable")


def test_a_file_that_may_not_be_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("m.onnx", SAMPLES["tiny.onnx"])
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("who runs these tests may read every file")
    refused_on_disk(path, "parse.unreadable")


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    refused_on_disk(tmp_path / "m.onnx", "parse.unreadable")


def test_a_link_out_of_the_folder_is_refused(write: Write) -> None:
    secret = write("secret/key.onnx", SAMPLES["tiny.onnx"])
    folder = write("models/a.onnx", SAMPLES["tiny.onnx"]).parent
    (folder / "b.onnx").symlink_to(secret)
    (folder / "c.onnx").symlink_to("a.onnx")
    (folder / "d.onnx").symlink_to("nowhere")
    assert [Path(item).name for item in HARVESTER.find(str(folder))] == ["a.onnx", "b.onnx", "c.onnx", "d.onnx"]
    refused_on_disk(folder / "b.onnx", "parse.link-outside")
    refused_on_disk(folder / "d.onnx", "parse.unreadable")
    assert codes(describe_file(folder / "c.onnx")) == []


def test_links_in_the_cache_of_the_hub_are_followed(write: Write) -> None:
    write("models--a--b/blobs/x", SAMPLES["tiny.safetensors"])
    snapshot = write("models--a--b/snapshots/abc/config.json", "{}").parent
    (snapshot / "model.safetensors").symlink_to("../../blobs/x")
    assert codes(describe_file(snapshot / "model.safetensors")) == []


def test_a_file_that_changes_while_it_is_read_is_refused(write: Write) -> None:
    path = write("m.onnx", SAMPLES["tiny.onnx"])
    with pytest.raises(ParseError) as caught, places.open_steady(path, str(path)):
        path.write_bytes(b"other")
    assert caught.value.code == "parse.changed"


def test_a_damaged_file_stays_refused_when_it_is_retried_without_its_place(write: Write) -> None:
    path = write("m.safetensors", struct.pack("<Q", 2**60))
    content = HARVESTER.read(str(path))
    path.unlink()
    again = harvest_document(HARVESTER, str(path), IRIS, content)
    assert [finding.code for finding in again.report] == ["parse.truncated"]  # type: ignore[union-attr]
    nothing = harvest_document(HARVESTER, str(path), IRIS, b"")
    assert [finding.code for finding in nothing.report] == ["parse.empty"]  # type: ignore[union-attr]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'{"files":[],"facts":null,"fault":null}', b"\xff"])
def test_portraits_that_cannot_be_read_are_refused(content: bytes) -> None:
    from modellake.harvest.files.portrait import HEAD

    assert refusal(HEAD + content, "m.onnx").code == "parse.header"


def refused_on_disk(path: Path, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        HARVESTER.read(str(path))
    assert caught.value.code == code
    assert caught.value.remedy
    assert caught.value.place is not None and caught.value.place.document == str(path)
