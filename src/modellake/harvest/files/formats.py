"""Which format a file has, by its content first and its name second, and who reads it."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from modellake.core.errors import ParseError
from modellake.core.report import Severity
from modellake.harvest.files.compressed import compression_of
from modellake.harvest.files.coreml import read_coreml
from modellake.harvest.files.facts import Facts
from modellake.harvest.files.gguf import looks_like_gguf, read_gguf
from modellake.harvest.files.hdf5 import looks_like_hdf5
from modellake.harvest.files.joblib import looks_like_pickle, read_joblib, read_pickle
from modellake.harvest.files.keras import is_keras, read_hdf5, read_keras
from modellake.harvest.files.onnx import looks_like_onnx, read_onnx
from modellake.harvest.files.safetensors import looks_like_safetensors, read_safetensors
from modellake.harvest.files.saved_model import read_tensorflow
from modellake.harvest.files.skops import is_skops, read_skops
from modellake.harvest.files.tflite import looks_like_tflite, read_tflite
from modellake.harvest.files.torch import is_torch, looks_like_legacy_torch, read_legacy_torch, read_torch
from modellake.harvest.files.window import Window, damaged
from modellake.harvest.files.zips import Archive, looks_like_zip

Reader = Callable[[Window], Facts]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, the ends of names that it goes by, how it is recognized, who reads it."""

    name: str
    suffixes: tuple[str, ...]
    looks: Callable[[Window], bool]
    read: Reader


def _never(_: Window) -> bool:
    return False


def read_archive(window: Window) -> Facts:
    """A ZIP archive, of whichever format its members show.

    Raises:
        ParseError: the archive is damaged, or a bomb.
    """
    archive = Archive(window)
    for belongs, read in _ARCHIVES:
        if belongs(archive):
            return read(archive)
    return unknown(Facts("ZIP", namespace="zip"))


_ARCHIVES: list[tuple[Callable[[Archive], bool], Callable[[Archive], Facts]]] = [
    (is_skops, read_skops),
    (is_torch, read_torch),
    (is_keras, read_keras),
]
# ``model-00001-of-00003.safetensors``
SHARD = re.compile(r"[-_.]\d{5}-of-(?P<all>\d{5})$")
_PACKED = (".gz", ".bz2", ".xz", ".lzma", ".z", ".lz4")
_PICKLED = (".pkl", ".pickle", ".p", ".sav", ".dill")
_TORCH = (".pt", ".pth", ".ckpt", ".bin", ".torch", ".mar")
# In the order in which a content is tried; the first whose mark it bears reads it.
FORMATS = [
    Format("GGUF", (".gguf",), looks_like_gguf, read_gguf),
    Format("TFLite", (".tflite", ".lite"), looks_like_tflite, read_tflite),
    Format("HDF5", (".h5", ".hdf5"), looks_like_hdf5, read_hdf5),
    Format("ZIP", (".skops", ".keras", ".npz", ".ptl", *_TORCH), looks_like_zip, read_archive),
    Format("PyTorch", (), looks_like_legacy_torch, read_legacy_torch),
    Format("joblib", (".joblib", ".jbl"), lambda window: bool(compression_of(window.head(8))), read_joblib),
    Format("pickle", _PICKLED, looks_like_pickle, read_pickle),
    Format("safetensors", (".safetensors",), looks_like_safetensors, read_safetensors),
    Format("ONNX", (".onnx", ".ort"), looks_like_onnx, read_onnx),
    Format("CoreML", (".mlmodel",), _never, read_coreml),
    Format("TensorFlow", (".pb",), _never, read_tensorflow),
]
# Formats of models that nobody reads here: they are recorded as files.
UNREAD_SUFFIXES = (".engine", ".plan", ".pdparams", ".pdmodel", ".caffemodel", ".cntk", ".mnn", ".msgpack")
SUFFIXES = tuple(suffix for known in FORMATS for suffix in known.suffixes) + UNREAD_SUFFIXES
_MARKS = (looks_like_gguf, looks_like_tflite, looks_like_hdf5, looks_like_legacy_torch, looks_like_safetensors)
_SAFE_NAMES = (".safetensors", ".onnx", ".gguf", ".skops", ".keras", ".h5", ".tflite")
_FAILURES = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    RecursionError,
    struct.error,
    zlib.error,
)
_RISKY_FORMATS = ("pickle", "joblib", "PyTorch", "TorchScript")


def read_facts(window: Window, name: str) -> Facts:
    """What the header of a file says.

    Args:
        window: the file.
        name: of the file; its end tells the format where the content does not.

    Raises:
        ParseError: it is not what it claims to be, with a code that says in which way.
    """
    if not window.size:
        raise damaged("The file is empty", code="parse.empty")
    found = _format(window, name)
    if found is None:
        return unknown(Facts("", namespace="file"))
    try:
        facts = read_as(found.read, window)
    except ParseError as error:
        if error.code != "parse.too-large":
            raise
        facts = unread(Facts(found.name, namespace=found.name.lower()), error)
    _note_disguise(facts, name)
    _note_shard(facts, name)
    return facts


def read_as(read: Reader, window: Window) -> Facts:
    """What a reader finds.

    Raises:
        ParseError: it cannot read the file, whichever way it fails.
    """
    try:
        return read(window)
    except _FAILURES as error:
        raise damaged(f"The header cannot be read: {type(error).__name__}: {str(error)[:200]}") from error


def unknown(facts: Facts) -> Facts:
    """The facts about a file of which nothing but its bytes is known."""
    facts.note(
        "file.format-unknown",
        "The format of this file is not known: only its name, size and checksum are recorded",
        "If it holds a model, save it in safetensors, ONNX or GGUF too.",
    )
    return facts


def unread(facts: Facts, error: ParseError) -> Facts:
    """The facts about a file whose header is not wrong but larger than anybody should read."""
    facts.note(
        "file.unread",
        f"The header is not read: {error.message}",
        "Only the name, size and checksum are recorded; describe the rest by hand, or save the model in safetensors.",
        path=(error.place and error.place.path) or "",
        severity=Severity.WARNING,
    )
    return facts


def has_model_suffix(name: str) -> bool:
    """True for names by which models go."""
    return _suffix(name) in SUFFIXES


def has_mark(window: Window) -> bool:
    """True for content that bears the mark of a format beyond doubt."""
    return any(looks(window) for looks in _MARKS)


def _format(window: Window, name: str) -> Format | None:
    suffix = _suffix(name)
    named = next((item for item in FORMATS if suffix in item.suffixes), None)
    if named is not None and named.name == "joblib" and looks_like_pickle(window):
        return named
    marked = next((item for item in FORMATS if _bears_mark(item, window)), None)
    # Some files of these names are no archives: older checkpoints, weights of other libraries.
    return marked or (None if suffix in _TORCH else named)


def _bears_mark(found: Format, window: Window) -> bool:
    try:
        return found.looks(window)
    except ParseError:
        return False


def _note_disguise(facts: Facts, name: str) -> None:
    suffix = _suffix(name)
    if suffix in _SAFE_NAMES and facts.format in _RISKY_FORMATS:
        facts.note(
            "file.disguised",
            f"The name says {suffix.removeprefix('.')}, the content is {facts.format}, which can run code when loaded",
            "Do not load it before its origin is clear.",
            severity=Severity.WARNING,
        )


def _note_shard(facts: Facts, name: str) -> None:
    found = SHARD.search(PurePosixPath(name).stem)
    if found and int(found["all"]) > 1:
        facts.counts_parameters = False
        facts.note(
            "file.shard",
            f"This file is one of {int(found['all'])} parts of a model; what is counted is what is in this part",
            "Harvest the folder of the model with its card to see the parts as one version.",
        )


def _suffix(name: str) -> str:
    path = PurePosixPath(name.lower())
    inner = PurePosixPath(path.stem).suffix
    return inner if path.suffix in _PACKED and inner in (*_PICKLED, ".joblib") else path.suffix
