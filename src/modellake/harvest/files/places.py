"""Model files on disk: where they are, what their model is called, and reading them with care."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from itertools import islice
from pathlib import Path

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.files.facts import Facts
from modellake.harvest.files.formats import SHARD, has_mark, has_model_suffix, read_facts
from modellake.harvest.files.portrait import Fault, FileEntry, Portrait, fault_of
from modellake.harvest.files.window import window_of
from modellake.harvest.paths import absolute, open_regular, text_of_name

SAVED_MODEL = "saved_model.pb"
MAX_FILES = 10_000
UNNAMED = "unnamed"
# Names that many models share: there the folder is the name of the model.
_COMMON_STEMS = frozenset(
    [
        "model",
        "pytorch_model",
        "tf_model",
        "flax_model",
        "adapter_model",
        "diffusion_pytorch_model",
        "saved_model",
        "open_clip_pytorch_model",
        "weights",
        "checkpoint",
        "best",
        "last",
        "final",
        "consolidated",
        "params",
        "parameters",
        "classifier",
        "regressor",
        "estimator",
        "pipeline",
        "net",
        "network",
        "encoder",
        "decoder",
        "ggml-model",
        "model_quantized",
        "model_fp16",
        "model_int8",
        "model_optimized",
        "variables",
    ]
)
_DOUBLE_SUFFIX = re.compile(r"\.(?:pkl|pickle|joblib|pt|pth|mlmodel|onnx)$", re.IGNORECASE)
# Texts and pictures lie beside models; they are not opened.
_OTHER_SUFFIXES = frozenset(
    [
        ".md",
        ".markdown",
        ".txt",
        ".rst",
        ".py",
        ".ipynb",
        ".json",
        ".jsonl",
        ".yaml",
        ".yml",
        ".toml",
        ".cfg",
        ".ini",
        ".csv",
        ".tsv",
        ".parquet",
        ".arrow",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".svg",
        ".webp",
        ".html",
        ".css",
        ".js",
        ".pdf",
        ".log",
        ".sh",
        ".c",
        ".h",
        ".cpp",
        ".rs",
        ".go",
        ".java",
        ".lock",
        ".gz",
        ".zip",
        ".tar",
        ".xz",
        ".bz2",
    ]
)


def find_model_files(place: str) -> Iterator[str]:
    """The model files at a place, in sorted order, without reading them; a file that is named is one in any case."""
    path = Path(place)
    if path.is_dir():
        yield from (str(found) for found in _files_below(path))
    elif os.path.lexists(path):
        yield place


def looks_like_model(path: Path) -> bool:
    """True for a regular file that has the name or the mark of a model."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
    except (OSError, ValueError):
        return False
    return has_model_suffix(path.name) or (path.suffix.lower() not in _OTHER_SUFFIXES and _bears_mark(path))


def model_name(document: str) -> str:
    """The name of the model that a file belongs to: that of the file, or of its folder where many files are called so.

    Written in Unicode's composed form, so that the same name is the same name everywhere.
    """
    path = absolute(document)
    bundle = bundle_of(path)
    if bundle is not None:
        path = bundle if bundle.suffix == ".mlpackage" else bundle / path.name
    stem = SHARD.sub("", _DOUBLE_SUFFIX.sub("", path.stem))
    name = path.parent.name if stem.lower() in _COMMON_STEMS and path.parent.name else stem
    text = unicodedata.normalize("NFC", text_of_name(name))
    return text if text.strip(". ") else UNNAMED


def read_portrait(document: str) -> Portrait:
    """The portrait of a file, and of the files that are one model with it.

    Raises:
        ParseError: it is no regular file (``parse.not-a-file``), a link out of its folder
            (``parse.link-outside``), unreadable (``parse.unreadable``), or changes while it is read
            (``parse.changed``).
    """
    path = absolute(document)
    root = bundle_of(path) or path.parent
    try:
        _refuse_outside(path, document)
        with open_steady(path, document) as stream:
            entry = _entry(stream, path.relative_to(root))
            facts, fault = _examined(stream, entry)
        others = [] if root == path.parent and path.name != SAVED_MODEL else _others(root, path)
    except OSError as error:
        raise ParseError(
            f"The file cannot be read: {error.strerror}",
            code="parse.unreadable",
            place=Place(document),
            remedy="Check the path and the rights of the file.",
        ) from error
    return Portrait([entry, *others], facts, fault)


def bundle_of(path: Path) -> Path | None:
    """The folder that is one model with a file: a SavedModel, or a package of Core ML."""
    if path.name == SAVED_MODEL:
        return path.parent
    return next((parent for parent in path.parents if parent.suffix == ".mlpackage"), None)


def _entry(stream: BufferedReader, name: Path) -> FileEntry:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileEntry(text_of_name(name.as_posix()), stream.tell(), digest)


def _examined(stream: BufferedReader, entry: FileEntry) -> tuple[Facts | None, Fault | None]:
    try:
        return read_facts(window_of(stream, entry.size), entry.name), None
    except ParseError as error:
        if error.code == "parse.changed":
            raise
        return None, fault_of(error)


def _others(root: Path, main: Path) -> list[FileEntry]:
    """The other files of a model that is a folder; links and what is no regular file are left out."""
    found = []
    paths = (path for path in _entries_below(root) if path != main and not path.is_symlink() and path.is_file())
    for path in islice(paths, MAX_FILES):
        with open_steady(path, str(path)) as stream:
            found.append(_entry(stream, path.relative_to(root)))
    return found


@contextmanager
def open_steady(path: Path, document: str) -> Iterator[BufferedReader]:
    """A regular file, open for reading.

    Raises:
        ParseError: it is a pipe, a folder, a device (``parse.not-a-file``), or is not the same at the end
            (``parse.changed``).
        OSError: it cannot be opened.
    """
    with open_regular(path, document=document, remedy="Name a file that holds a model.") as stream:
        before = os.fstat(stream.fileno())
        yield stream
        after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise ParseError(
                "The file changed while it was read",
                code="parse.changed",
                place=Place(document),
                remedy="Harvest it again when nobody writes it any more.",
            )


def _refuse_outside(path: Path, document: str) -> None:
    if path.is_symlink() and not path.resolve().is_relative_to(_root(path).resolve()):
        raise ParseError(
            "The file is a link that leads out of its folder",
            code="parse.link-outside",
            place=Place(document),
            remedy="Harvest the file that the link leads to, or copy it in the place of the link.",
        )


def _root(path: Path) -> Path:
    """The folder that links may not lead out of; in the Hub's cache, whose files are links, the repository's."""
    snapshots = next((parent for parent in path.parents if parent.name == "snapshots"), None)
    return path.parent if snapshots is None else snapshots.parent


def _files_below(folder: Path) -> Iterator[Path]:
    return (
        path for path in _entries_below(folder) if (path.is_symlink() and _is_named(path)) or looks_like_model(path)
    )


def _is_named(path: Path) -> bool:
    return has_model_suffix(path.name) and not path.is_dir()


def _entries_below(folder: Path) -> Iterator[Path]:
    try:
        visible = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return
    for path in sorted(visible, key=lambda path: path.name + "/" * path.is_dir()):
        if path.is_dir() and not path.is_symlink():
            yield from _entries_below(path)
        else:
            yield path


def _bears_mark(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return has_mark(window_of(stream, path.stat().st_size))
    except (OSError, ParseError):
        return False
