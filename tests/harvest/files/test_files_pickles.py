"""Pickles, joblib and skops: followed on paper, never made."""

from __future__ import annotations

import json
import os
import pickle
import pickletools
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_files import Call, archive, codes, describe, describe_file, name_of, pickled, torch_archive, values

from modellake.core.errors import ParseError
from modellake.core.report import Severity
from modellake.harvest.files import opcodes as opcodes_module
from modellake.harvest.files.opcodes import WindowBytes, opcodes
from modellake.harvest.files.window import window_of_bytes

Write = Callable[[str, str | bytes], Path]


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch '{self.mark}'",)


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Any attempt to load a pickle fails, whoever makes it."""

    def refuse(*_: Any, **__: Any) -> Any:
        pytest.fail("something was unpickled")

    for name in ("load", "loads", "Unpickler", "_Unpickler", "_load", "_loads"):
        monkeypatch.setattr(pickle, name, refuse)
    yield


def hidden_in(format_name: str, content: bytes) -> tuple[str, bytes]:
    """A pickle inside a file of a format."""
    if format_name == "torch":
        return "m.pt", archive({"m/data.pkl": content, "m/version": b"3"})
    if format_name == "script":
        return "m.pt", archive({"m/data.pkl": b"\x80\x02).", "m/constants.pkl": content, "m/code/a.py": b""})
    if format_name == "legacy":
        return "m.pth", pickled(0x1950A86A20F9469CFC6C) + pickled(1001) + pickled({}) + content
    if format_name == "disguised":
        return "m.safetensors", content
    return f"m.{format_name}", content


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("format_name", ["pkl", "joblib", "torch", "script", "legacy", "disguised"])
def test_no_pickle_is_ever_executed(tmp_path: Path, write: Write, format_name: str, protocol: int) -> None:
    mark = tmp_path / "executed"
    if format_name in ("disguised", "legacy") and protocol < 2:
        pytest.skip("a pickle of this protocol has no mark by which it is recognized here")
    name, content = hidden_in(format_name, pickle.dumps({"weights": Bomb(mark)}, protocol))
    before = set(sys.modules)
    description = describe_file(write(name, content))
    assert not mark.exists()
    assert {name for name in set(sys.modules) - before if not name.startswith("encodings.")} == set()
    assert values(description, "lake:importsRiskyGlobal") == [f"{os.system.__module__}.system"]
    assert "file.risky-imports" in codes(description)
    finding = next(finding for finding in description.findings if finding.code == "file.risky-imports")
    assert finding.severity is Severity.WARNING
    assert f"{os.system.__module__}.system" in finding.message
    assert ("file.disguised" in codes(description)) == (format_name == "disguised")


def test_the_pickle_of_that_test_would_have_written_its_file(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    pickle.loads(pickle.dumps(Bomb(mark)))
    assert mark.exists()


def test_modules_are_not_imported(write: Write) -> None:
    assert "antigravity" not in sys.modules
    description = describe_file(write("m.pkl", b"cantigravity\nfly\n."))
    assert "antigravity" not in sys.modules
    assert values(description, "lake:importsRiskyGlobal") == ["antigravity.fly"]


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85R.",  # both names from the stack
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x940h\x00h\x01\x93.",  # both names from the memo
        b"(S'true'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'true'\no.",  # OBJ
        b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85\x81.",  # NEWOBJ
        b"\x80\x04cos\nsystem\n)}\x92.",  # NEWOBJ_EX
        b"cos\nsystem\n0cos\nsystem\n(S'true'\ntR.",  # dropped and named again
    ],
)
def test_every_way_to_name_a_function_is_seen(content: bytes) -> None:
    assert values(describe(content, "m.pkl"), "lake:importsRiskyGlobal") == ["os.system"]


@pytest.mark.parametrize(
    "name",
    [
        "builtins.eval",
        "__builtin__.exec",
        "subprocess.Popen",
        "importlib.import_module",
        "runpy.run_path",
        "webbrowser.open",
        "torch.load",
        "functools.partial",
        "builtins.getattr",
        "shutil.rmtree",
        "socket.socket",
        "pickle.loads",
        "nt.system",
    ],
)
def test_what_can_run_code_is_risky(name: str) -> None:
    description = describe(pickled(Call(name, "x")), "m.pkl")
    assert values(description, "lake:importsRiskyGlobal") == [name]


def test_names_that_cannot_be_known_are_risky() -> None:
    description = describe(b"\x80\x04K\x01K\x02\x93.", "m.pkl")
    assert values(description, "lake:importsRiskyGlobal") == ["?"]


def test_usual_names_are_stated_without_a_finding() -> None:
    description = describe(pickled([Call("collections.OrderedDict"), name_of("numpy.ndarray")]), "m.pkl")
    assert values(description, "lake:importsGlobal") == ["collections.OrderedDict", "numpy.ndarray"]
    assert codes(description) == []


def test_unfamiliar_names_are_noted() -> None:
    description = describe(pickled(Call("acme.models.Net")), "m.pkl")
    assert values(description, "lake:importsGlobal") == ["acme.models.Net"]
    (finding,) = description.findings
    assert (finding.code, finding.severity) == ("file.unfamiliar-imports", Severity.INFO)


def test_what_a_damaged_pickle_imports_before_the_damage_is_not_lost() -> None:
    description = describe(pickled(Call("os.system", "x"))[:-1] + b"\xff", "m.pkl")
    assert codes(description) == ["file.unread", "file.risky-imports"]


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04",
        b"\x80\x02.",
        b"\x80\x02}s.",
        b"\x80\x02h\x07.",
        b"\x80\x02R.",
        b"\x80\x02t.",
        b"\x80\x02\xff.",
        b"\x80\x02N",
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x0f.",
        b"\x80\x02I12x\n.",
        b"\x80\x02(o.",
        b"\x80\x02T\xff\xff\xff\xff.",
    ],
)
def test_bytes_that_are_no_pickle_are_refused(content: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        describe(content, "m.pkl")
    assert caught.value.code in ("parse.header", "parse.truncated")
    assert caught.value.remedy


def test_a_pickle_that_refers_to_itself_is_followed_once() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    assert values(describe(pickle.dumps(loop), "m.pkl"), "pickle#0") == ["1"]


def test_large_arguments_are_skipped() -> None:
    content = pickle.dumps({"blob": b"x" * 3_000_000, "name": "y"}, 4)
    description = describe(content, "m.pkl")
    assert values(description, "pickle#name") == ["y"]
    assert values(description, "pickle#blob") == []


# What scikit-learn users write


@pytest.fixture(scope="module")
def pipeline() -> Any:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features = [[float(number), 1.0, 2.0] for number in range(20)]
    labels = ["a" if number % 3 else "b" for number in range(20)]
    return make_pipeline(StandardScaler(), RandomForestClassifier(3, max_depth=4)).fit(features, labels)


def check_pipeline(description: Any, format_name: str) -> None:
    import sklearn

    assert values(description, "dct:format") == [format_name]
    assert values(description, "lake:architecture") == ["Pipeline"]
    assert values(description, "lake:library") == ["scikit-learn"]
    assert values(description, "lake:importsRiskyGlobal") == []
    imported = values(description, "lake:importsGlobal")
    assert {"sklearn.pipeline.Pipeline", "sklearn.ensemble._forest.RandomForestClassifier"} <= set(imported)
    assert values(description, f"{format_name}#steps.1.1.max_depth") == ["4"]
    assert values(description, f"{format_name}#_sklearn_version") == [sklearn.__version__]
    assert "steps.0.1.mean_ float64 [3]" in values(description, f"{format_name}#tensor")
    assert codes(description) == []


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("protocol", range(6))
def test_a_pipeline_in_a_pickle(write: Write, pipeline: Any, protocol: int) -> None:
    check_pipeline(describe_file(write("m.pkl", pickle.dumps(pipeline, protocol))), "pickle")


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("compress", [0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3)])
def test_a_pipeline_in_a_joblib_file(tmp_path: Path, pipeline: Any, compress: Any) -> None:
    joblib = pytest.importorskip("joblib", reason="joblib is not installed")
    joblib.dump(pipeline, tmp_path / "m.joblib", compress=compress)
    description = describe_file(tmp_path / "m.joblib")
    check_pipeline(description, "joblib")
    assert values(description, "joblib#compression") == ([compress[0]] if compress else [])


@pytest.mark.usefixtures("unloaded")
def test_a_pipeline_in_a_skops_file(tmp_path: Path, pipeline: Any) -> None:
    skops = pytest.importorskip("skops.io", reason="skops is not installed")
    skops.dump(pipeline, tmp_path / "m.skops")
    check_pipeline(describe_file(tmp_path / "m.skops"), "skops")


@pytest.mark.usefixtures("unloaded")
def test_arrays_of_objects_and_dates_in_a_joblib_file(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    joblib = pytest.importorskip("joblib", reason="joblib is not installed")
    arrays = {
        "objects": numpy.array(["x", None, 3], dtype=object),
        "dates": numpy.array(["2020-01-01"], dtype="M8[D]"),
        "texts": numpy.array(["ab", "c"]),
        "records": numpy.zeros(3, dtype=[("a", "i4"), ("b", "f8")]),
        "empty": numpy.zeros((0, 3), dtype="f4"),
        "last": numpy.arange(6, dtype="i2").reshape(2, 3),
    }
    joblib.dump(arrays, tmp_path / "m.joblib")
    description = describe_file(tmp_path / "m.joblib")
    found = {line.split(" ")[0]: line for line in values(description, "joblib#tensor")}
    assert found["last"] == "last int16 [2, 3]"
    assert found["objects"] == "objects object [3]"
    assert found["records"] == "records structured [3]"
    assert found["empty"] == "empty float32 [0, 3]"
    assert codes(description) == []


def test_lz4_without_its_library_is_named_and_the_file_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lz4", None)
    monkeypatch.setitem(sys.modules, "lz4.frame", None)
    description = describe(b"\x04\x22\x4d\x18" + bytes(20), "m.joblib")
    (finding,) = description.findings
    assert finding.code == "harvester.extra-missing"
    assert finding.remedy is not None and "modellake[files]" in finding.remedy
    assert len(values(description, "spdx:checksumValue")) == 1


def test_a_pipeline_compressed_with_lz4(tmp_path: Path, pipeline: Any) -> None:
    pytest.importorskip("lz4.frame", reason="the extra files is not installed")
    joblib = pytest.importorskip("joblib", reason="joblib is not installed")
    joblib.dump(pipeline, tmp_path / "m.joblib", compress="lz4")
    check_pipeline(describe_file(tmp_path / "m.joblib"), "joblib")


def test_members_that_leave_the_archive_are_noted() -> None:
    description = describe(torch_archive({}, **{"../evil": b"x"}), "m.pt")
    assert codes(description) == ["file.member-outside"]


def test_a_schema_of_skops_that_names_what_is_not_there() -> None:
    array = {"__class__": "ndarray", "__module__": "numpy", "file": "1.npy"}
    schema = json.dumps({"__class__": "A", "__module__": "m", "content": {"a": array}}).encode()
    assert "file.member-missing" in codes(describe(archive({"schema.json": schema}), "m.skops"))


def test_opcodes_are_those_of_pickletools() -> None:
    for protocol in range(6):
        content = pickle.dumps({"a": [1, 2.5, "é", b"x", None, True, 2**70, {3}], "b": Bomb(Path("x"))}, protocol)
        expected = [(opcode.name, argument) for opcode, argument, _ in pickletools.genops(content)]
        assert list(opcodes(WindowBytes(window_of_bytes(content)))) == expected


def test_deflated_archives_are_read(write: Write) -> None:
    members = {"m/data.pkl": pickled({"epoch": 2}), "m/version": b"3"}
    assert values(describe(archive(members, zipfile.ZIP_DEFLATED), "m.pt"), "torch#epoch") == ["2"]


def test_a_pickle_without_end_in_sight_is_recorded_with_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opcodes_module, "MAX_OPCODES", 1000)
    description = describe(pickle.dumps(list(range(5000))), "m.pkl")
    assert codes(description) == ["file.unread"]
    assert len(values(description, "spdx:checksumValue")) == 1


def test_names_of_packed_pickles(write: Write) -> None:
    import gzip

    description = describe_file(write("m.pkl.gz", gzip.compress(pickle.dumps({"epoch": 3}))))
    assert values(description, "joblib#epoch") == ["3"]
    assert values(description, "joblib#compression") == ["gzip"]
