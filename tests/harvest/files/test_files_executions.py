"""No pickle is ever executed: a whole process harvests payloads in every container, under Python's own eyes.

Each payload would call a function of the module ``modellake_payload``, which leaves a mark; an audit hook
(https://docs.python.org/3/library/audit_events.html) writes down whatever is done with that module, and all that
unpickles or starts a program.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import marshal
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from model_files import archive, hdf5, pickled

NAME = "modellake_payload"
PAYLOAD = """
import os
def go(*_):
    open(os.environ["PAYLOAD_MARK"], "w").close()
go()
"""
# Written next to where an interpreter begins: it runs before anything else does.
WATCH = """
import os, sys
_log = os.open(os.environ["PAYLOAD_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
_always = ("pickle.find_class", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "subprocess.Popen")
_named = ("import", "exec", "compile")
def _watch(event, arguments):
    if event in _always or event in _named and "modellake_payload" in repr(arguments):
        os.write(_log, (event + " " + repr(arguments).replace("\\n", " ")[:200] + "\\n").encode("utf-8", "replace"))
sys.addaudithook(_watch)
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


class _Calling:
    """Is pickled as a call of a function."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


@pytest.fixture
def pickles(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A payload of each kind in each protocol; the module that they name is never a true one in this process."""
    module = ModuleType(NAME)
    exec("def go(*_): raise AssertionError", module.__dict__)
    monkeypatch.setitem(sys.modules, NAME, module)
    calls = [
        _Calling(module.__dict__["go"]),
        _Calling(os.system, f"{sys.executable} -c 'import {NAME}'"),
        _Calling(eval, f"__import__('{NAME}')"),
    ]
    return [pickle.dumps({"weights": call}, protocol) for call in calls for protocol in range(6)]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs Python with the watch and the payload's module at hand."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(WATCH)
    (site / f"{NAME}.py").write_text(PAYLOAD)
    places = {"PAYLOAD_MARK": tmp_path / "mark", "PAYLOAD_LOG": tmp_path / "log", "MODELLAKE": tmp_path / "lake"}
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, **{key: str(value) for key, value in places.items()}, "PYTHONPATH": path}

    def run_python(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *map(str, words)]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run_python


def lz4(content: bytes) -> bytes | None:
    """Compressed with lz4, where its library is installed."""
    try:
        from lz4.frame import compress
    except ImportError:
        return None
    packed: bytes = compress(content)
    return packed


def tarred(**members: bytes) -> bytes:
    """A tar archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as written:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            written.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def array_of_objects(content: bytes) -> bytes:
    """An array of numpy whose elements are a pickle."""
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + content


def lambda_layer() -> bytes:
    """A configuration of Keras whose layer holds code."""
    code = base64.b64encode(marshal.dumps(compile(f"import {NAME}", NAME, "exec"))).decode()
    layer = {"class_name": "Lambda", "module": NAME, "config": {"function": [code, None, None], "module": NAME}}
    layer |= {"registered_name": f"{NAME}>go", "build_config": {"class_name": "__lambda__", "config": {"code": code}}}
    return json.dumps({"class_name": "Sequential", "module": NAME, "config": {"layers": [layer]}}).encode()


def skops_schema() -> bytes:
    """A schema of skops that asks for a call."""
    called = {"__class__": "go", "__module__": NAME, "__loader__": "FunctionNode", "content": "go"}
    reduced = {"__class__": "go", "__module__": NAME, "__loader__": "ReduceNode", "__reduce__": {"args": called}}
    return json.dumps({**reduced, "content": {"a": called, "b": {**called, "file": "b.pkl"}}}).encode()


def containers(content: bytes) -> dict[str, bytes]:
    """A pickle in everything that holds one, by the name of the file."""
    magic = pickled(0x1950A86A20F9469CFC6C) + pickled(1001) + pickled({})
    torch = archive({"m/data.pkl": content, "m/version": b"3"})
    held = {
        "plain.pkl": content,
        "twice.pkl": content + content,
        "packed.pkl.gz": gzip.compress(content),
        "plain.joblib": content,
        "zlib.joblib": zlib.compress(content),
        "gzip.joblib": gzip.compress(content),
        "bz2.joblib": bz2.compress(content),
        "xz.joblib": lzma.compress(content),
        "lzma.joblib": lzma.compress(content, lzma.FORMAT_ALONE),
        "lz4.joblib": lz4(content),
        "archive.pt": torch,
        "script.pt": archive({"m/data.pkl": content, "m/constants.pkl": content, "m/code/a.py": PAYLOAD.encode()}),
        "numbered.pth": magic + content,
        "tar.pth": tarred(pickle=content, sys_info=content, storages=content, tensors=content),
        "served.mar": archive({"MAR-INF/MANIFEST.json": b"{}", "model.pkl": content, "handler.py": PAYLOAD.encode()}),
        "nested.pt": archive({"inner/archive.pt": torch, "m/data.pkl": content}),
        "call.skops": archive({"schema.json": skops_schema(), "b.pkl": content, "1.npy": array_of_objects(content)}),
        "lambda.keras": archive({"metadata.json": b"{}", "config.json": lambda_layer(), "model.weights.h5": hdf5()}),
        "arrays.npz": archive({"a.npy": array_of_objects(content)}),
        "disguised.safetensors": content,
        "disguised.onnx": content,
        "disguised.gguf": content,
        "disguised.h5": content,
        "repository/README.md": b"---\nlicense: mit\n---\n",
        "repository/pytorch_model.bin": torch,
        "repository/training_args.bin": torch,
        "repository/model.safetensors": content,
    }
    return {name: said for name, said in held.items() if said is not None}


@pytest.mark.parametrize(
    ("workers", "step"),
    [(1, 4), pytest.param(1, 1, marks=pytest.mark.slow), pytest.param(2, 4, marks=pytest.mark.slow)],
)
def test_no_payload_is_executed_by_a_harvest(
    run: Run, pickles: list[bytes], tmp_path: Path, workers: int, step: int
) -> None:
    """In the bounded run of each kind some protocols, and each protocol once or twice."""
    chosen = pickles[::step]
    for number, content in enumerate(chosen):
        for name, held in containers(content).items():
            path = tmp_path / "models" / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(held)
    assert run("-m", "modellake", "init").returncode == 0
    done = run("-m", "modellake", "harvest", "models", "--workers", workers, "--json")
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    counts = json.loads(done.stdout)["counts"]
    assert counts["accepted"] > 15 * len(chosen)
    assert not (tmp_path / "mark").exists()
    events = (tmp_path / "log").read_text().splitlines()
    if workers > 1:
        # Processes are started, and what goes between them is pickled by this program itself.
        ours = ("os.posix_spawn", "os.fork", "subprocess.Popen", "pickle.find_class ('modellake.")
        events = [event for event in events if not event.startswith(ours) or NAME in event]
        known = ("multiprocessing", "concurrent", "pyoxigraph", "_io", "functools", "copyreg", "builtins', 'frozenset")
        events = [event for event in events if not any(f"('{name}" in event for name in known)]
    assert events == []


def test_the_watch_sees_each_payload_that_is_executed(run: Run, pickles: list[bytes], tmp_path: Path) -> None:
    for content in pickles:
        (tmp_path / "m.pkl").write_bytes(content)
        (tmp_path / "log").unlink(missing_ok=True)
        (tmp_path / "mark").unlink(missing_ok=True)
        assert run("-c", "import pickle; pickle.load(open('m.pkl', 'rb'))").returncode == 0
        assert (tmp_path / "mark").exists()
        assert (tmp_path / "log").read_text().startswith("pickle.find_class")
