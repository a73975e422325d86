"""Bad input of every kind in one harvest: each is told with code, place and remedy, and none holds back another."""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cli_commands import Command
from cli_documents import CARD

from modellake.harvest.files import places

Write = Callable[[str, str | bytes], Path]
GOOD = "good/README.md"
LITERAL = "x" * (10 * 1024 * 1024 - 100)


def safetensors(header: bytes, size: int = 0, claimed: int | None = None) -> bytes:
    return struct.pack("<Q", len(header) if claimed is None else claimed) + header + bytes(size)


def tensors(*spans: tuple[int, int]) -> bytes:
    said = {
        f"t{number}": {"dtype": "U8", "shape": [end - begin], "data_offsets": [begin, end]}
        for number, (begin, end) in enumerate(spans)
    }
    return json.dumps(said).encode()


def zipped_zeros() -> bytes:
    """A member of 300 MB in some hundred kilobytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("m/version", "3")
        written.writestr("m/data.pkl", b"\x80\x02]" + bytes(300_000_000))
    return stream.getvalue()


def packed_zeros() -> bytes:
    """A pickle of 1.1 GB in a megabyte."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(b"\x80\x04\x8e" + struct.pack("<Q", 2**40))]
    pieces += [packer.compress(bytes(2**20)) for _ in range(1100)]
    return b"".join([*pieces, packer.flush()])


# Document: what it holds, or what makes it, and the code with which it is refused.
REFUSED: dict[str, tuple[str | bytes | Callable[[], bytes], str]] = {
    "yaml/README.md": ("---\nlicense: [mit\n---\n", "parse.yaml"),
    "twice/README.md": ("---\nlicense: mit\nlicense: apache-2.0\n---\n", "parse.yaml-duplicate-key"),
    "list/README.md": ("---\n- mit\n---\n", "parse.yaml-not-mapping"),
    "latin/README.md": ("---\nlicense: mit\n---\nGrößer\n".encode("latin-1"), "parse.encoding"),
    "template/README.md": ("---\nlicense: {{ license }}\n---\n", "parse.template"),
    "deep/README.md": ("---\nx: " + "[" * 5000 + "]" * 5000 + "\n---\n", "parse.too-deep"),
    "large/README.md": ("---\nlicense: mit\n---\n" + "x" * (11 * 1024 * 1024), "parse.too-large"),
    "cut/croissant.json": ('{"@context": {"cr": "http://mlcommons.org/croissant/"}, "@type": "sc:Da', "parse.syntax"),
    "files/claims.safetensors": (safetensors(b"", 100, claimed=2**60), "parse.truncated"),
    "files/overlap.safetensors": (safetensors(tensors((0, 8), (4, 12)), 12), "parse.overlap"),
    "files/short.safetensors": (safetensors(tensors((0, 80)), 12), "parse.truncated"),
    "files/claims.gguf": (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60) + bytes(50), "parse.truncated"),
    "files/bomb.joblib": (packed_zeros, "parse.bomb"),
    "files/empty.onnx": (b"", "parse.empty"),
    "files/half.npz": (b"PK\x03\x04" + bytes(30), "parse.truncated"),
}
# What is taken in although it is odd, and a finding that says so, if there is one to be expected.
ACCEPTED: dict[str, tuple[str | bytes | Callable[[], bytes], str | None]] = {
    GOOD: (CARD, None),
    "windows/README.md": (CARD.replace("\n", "\r\n"), None),
    "mark/README.md": (b"\xef\xbb\xbf" + CARD.encode(), None),
    "sixteen/README.md": (CARD.encode("utf-16"), None),
    "plain/README.md": ("# A model\n\nNothing more.\n", "card.no-metadata"),
    "literal/README.md": (f"---\nlicense: mit\nx-long: {LITERAL}\n---\n", None),
    # Its header is not unpacked beyond a bound, and the file is recorded as one.
    "files/bomb.pt": (zipped_zeros, "file.unread"),
    "files/unknown.engine": (b"\x00unknown" * 20, "file.format-unknown"),
}
NAMES = [
    "a\u202egpj.onnx",
    "zero\u200bwidth.onnx",
    unicodedata.normalize("NFD", "é.onnx"),
    "новая модель 模型 🤖.onnx",
    "-rf --help;$(id)`id`'\".onnx",
    "%2e%2e%2f..onnx",
    " .onnx",
    "a\nb\tc.onnx",
    "x" * 240 + ".onnx",
    "<script>.onnx",
]


@pytest.fixture
def inputs(write: Write, tmp_path: Path) -> Path:
    """A folder with all of them."""
    for name, (content, _) in {**REFUSED, **ACCEPTED}.items():
        write(f"inputs/{name}", content() if callable(content) else content)
    return tmp_path / "inputs"


def codes_by_place(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """The codes that refused documents are told, by their place below ``inputs``."""
    refused = answer["refused"]
    return {
        item["place"].partition("inputs/")[2]: [finding["code"] for finding in item["report"]["findings"]]
        for item in refused
    }


def actionable(answer: Mapping[str, Any]) -> None:
    for item in answer["refused"]:
        assert item["quarantine"] is not None
        for finding in item["report"]["findings"]:
            assert "." in finding["code"] and finding["remedy"] and finding["message"]
            assert finding["place"]["document"] == item["place"]


@pytest.mark.usefixtures("filled")
def test_each_is_told_and_none_holds_back_another(process: Command, inputs: Path) -> None:
    done = process("harvest", inputs, "--json")
    assert done.status == 1
    assert "Traceback" not in done.err
    answer = done.json
    actionable(answer)
    found = codes_by_place(answer)
    expected = {name: [code] for name, (_, code) in REFUSED.items()}
    assert found == expected
    accepted = {place.partition("inputs/")[2] for place in answer["accepted"]}
    assert accepted == set(ACCEPTED)
    noticed = {
        (finding["place"]["document"].partition("inputs/")[2], finding["code"])
        for finding in answer["findings"]
        if finding.get("place")
    }
    assert {(name, code) for name, (_, code) in ACCEPTED.items() if code} <= noticed
    again = process("harvest", inputs, "--json").json
    assert (again["commits"], again["counts"]["unchanged"]) == (0, len(ACCEPTED))
    listed = process("quarantine", "list", "--json").json
    assert len(listed) == len(expected)
    assert process("verify").status == 0


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="this system does not let files be called so")
def test_names_with_every_trick(filled: Command, write: Write, tmp_path: Path) -> None:
    content = b"\x08\x08\x3a\x00"
    for name in NAMES:
        write(f"inputs/{name}", content)
    Path(os.fsdecode(os.fsencode(tmp_path / "inputs") + b"/\xff\xfe.onnx")).write_bytes(content)
    done = filled("harvest", "inputs", "--json")
    assert "Traceback" not in done.err and done.status in (0, 1)
    actionable(done.json)
    assert sum(done.json["counts"].values()) == len(NAMES) + 1
    assert sum(filled("harvest", "inputs", "--json").json["counts"].values()) == len(NAMES) + 1
    shown = filled("harvest", "inputs", "--reread")
    # What turns or breaks a line on a terminal is never written there as it is.
    assert not {"\u202e", "\u200b", "\x1b"} & set(shown.out + shown.err)
    assert filled("verify").status == 0


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such files")
def test_what_is_no_file_and_what_lies_elsewhere(filled: Command, write: Write, tmp_path: Path) -> None:
    secret = write("secret/key.onnx", b"\x08\x08")
    write("inputs/good/README.md", CARD)
    folder = write("inputs/models/a.safetensors", safetensors(b"{}")).parent
    (folder / "absolute.onnx").symlink_to(secret.absolute())
    (folder / "relative.onnx").symlink_to("../../secret/key.onnx")
    (folder / "dangling.onnx").symlink_to("nowhere.onnx")
    (folder / "circle").symlink_to("..")
    (folder / "device.onnx").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.onnx")
    done = filled("harvest", "inputs", "--json")
    actionable(done.json)
    found = codes_by_place(done.json)
    assert found["models/absolute.onnx"] == found["models/relative.onnx"] == ["parse.link-outside"]
    assert found["models/dangling.onnx"] == ["parse.unreadable"]
    assert "good/README.md" in " ".join(done.json["accepted"])
    assert not any(place.startswith(("models/circle", "models/pipe")) for place in found)
    direct = filled("harvest", folder / "pipe.onnx", folder / "device.onnx", "--from", "files", "--json")
    assert {code for codes in codes_by_place(direct.json).values() for code in codes} <= {
        "parse.not-a-file",
        "parse.link-outside",
    }
    assert direct.json["counts"]["refused"] == 2


def test_a_file_that_changes_while_it_is_read(filled: Command, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("inputs/m.safetensors", safetensors(b"{}"))
    read_facts = places.read_facts

    def read_changing(*arguments: Any) -> Any:
        path.write_bytes(safetensors(b'{"__metadata__":{}}'))
        return read_facts(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(places, "read_facts", read_changing)
        answer = filled("harvest", "inputs", "--json").json
    actionable(answer)
    assert codes_by_place(answer) == {"m.safetensors": ["parse.changed"]}
    assert filled("harvest", "inputs", "--json").json["counts"]["accepted"] == 1


@pytest.mark.parametrize("name", ["README.md", "m.safetensors"])
def test_a_file_that_may_not_be_read(filled: Command, write: Write, name: str) -> None:
    path = write(f"inputs/{name}", CARD if name.endswith(".md") else safetensors(b"{}"))
    write("inputs/good/README.md", CARD)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("who runs these tests may read every file")
    answer = filled("harvest", "inputs", "--json").json
    actionable(answer)
    assert codes_by_place(answer) == {name: ["parse.unreadable"]}
    assert answer["counts"]["accepted"] == 1
