"""Payloads of a run: what its files and its data in memory are, and how a model becomes a file.

Nothing is imported for this: arrays and tables are known by what they can do, so a run works without any array
library, and with whichever of them is there.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from modellake.core.errors import NotFoundError, UnavailableError, UsageError
from modellake.core.records import ArtifactDistribution

Distribution = TypeVar("Distribution", bound=ArtifactDistribution)

_LONGEST_NAME = 100
_OPAQUE = "application/octet-stream"
_TYPES = mimetypes.MimeTypes(filenames=()).types_map[True]
_MORE_TYPES = {
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".py": "text/plain",
    ".skops": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Content:
    """Data in memory, by what identifies it.

    Attributes:
        sha256: hexadecimal; equal data of one library and type have equal digests.
        summary: type and shape, for people.
    """

    sha256: str
    summary: str


def file_distributions(path: Path, kind: type[Distribution]) -> list[Distribution]:
    """A file, or the files of a folder, with sizes, media types and SHA-256 checksums.

    Raises:
        NotFoundError: there is no such file, or the folder is empty.
    """
    if path.is_dir():
        files = sorted(item for item in path.rglob("*") if item.is_file())
        found = [_distribution(item, item.relative_to(path).as_posix(), kind) for item in files]
    else:
        found = [_distribution(path, path.name, kind)] if path.is_file() else []
    if not found:
        raise NotFoundError(
            f"There is no file {path}", code="file.absent", remedy="Write it first, or correct the path."
        )
    return found


def data_content(data: Any) -> Content:
    """The digest of an array, a table, a tensor, a sparse matrix, bytes, or a collection of such.

    Raises:
        UsageError: the data are of a type that cannot be digested.
    """
    digest = hashlib.sha256()
    for piece in _pieces(data):
        digest.update(piece)
    return Content(digest.hexdigest(), _summary(data))


def store_model(model: Any, path: Path) -> Path:
    """Write a scikit-learn estimator in the skops format, which can be read without running code.

    Source: https://skops.readthedocs.io/en/stable/persistence.html

    Raises:
        UsageError: the model is no such estimator, or holds what skops cannot write.
        UnavailableError: skops is not installed.
    """
    if not hasattr(model, "get_params"):
        raise _not_storable(model, "is no scikit-learn estimator")
    try:
        import skops.io
    except ImportError as error:
        raise UnavailableError(
            "skops is not installed, and models are never pickled silently",
            code="extra.missing",
            remedy="pip install 'modellake[demo]', or save the model yourself and give its path.",
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        skops.io.dump(model, path)
    except (skops.io.exceptions.UnsupportedTypeException, TypeError, ValueError) as error:
        path.unlink(missing_ok=True)
        raise _not_storable(model, f"cannot be written by skops: {error}") from error
    return path


def architecture_of(model: Any) -> str:
    """The class of a model; of a pipeline, the classes of its steps."""
    steps = getattr(model, "steps", None)
    if isinstance(steps, list) and all(isinstance(step, tuple) and len(step) == 2 for step in steps):
        return " > ".join(architecture_of(step) for _, step in steps)
    return type(model).__name__


def library_of(model: Any) -> str:
    """The name of the distribution that a model's class comes from, as far as it can be told."""
    package = type(model).__module__.partition(".")[0]
    return {"sklearn": "scikit-learn"}.get(package, package)


def file_name(text: str) -> str:
    """Any text as the name of a file: what is not plain becomes a dash, and a digest keeps it apart from others."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.")[:_LONGEST_NAME]
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return plain if plain == text else f"{plain}-{digest}".lstrip("-")


def sha256_of(path: Path) -> str:
    """The SHA-256 digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _distribution(path: Path, name: str, kind: type[Distribution]) -> Distribution:
    suffix = path.suffix.lower()
    known = _MORE_TYPES.get(suffix) or _TYPES.get(suffix, _OPAQUE)
    return kind(
        file_name=name,
        byte_size=path.stat().st_size,
        # Unregistered types have no IRI: https://www.iana.org/assignments/media-types/
        media_type=_OPAQUE if "/x-" in known else known,
        checksum=sha256_of(path),
        download_url=path.resolve().as_uri(),
    )


def _pieces(data: Any) -> Iterator[bytes]:
    """The bytes that identify data, type and shape first, so that ``[1, 2]`` and ``[[1], [2]]`` differ."""
    for knows, pieces in _READERS:
        if knows(data):
            yield from pieces(data)
            return
    try:
        yield json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"The content of a {type(data).__name__} cannot be digested",
            code="data.opaque",
            remedy="Save the data and log the path of the file, or log the IRI of a dataset.",
        ) from error


def _array_pieces(array: Any) -> Iterator[bytes]:
    yield f"{array.dtype} {tuple(array.shape)}\n".encode()
    if array.dtype.kind == "O":  # The bytes of an array of objects are addresses.
        yield from _pieces(array.tolist())
    else:
        yield array.tobytes()


def _tensor_pieces(tensor: Any) -> Iterator[bytes]:
    yield from _pieces(tensor.detach().cpu().numpy())


def _sparse_pieces(matrix: Any) -> Iterator[bytes]:
    rows = matrix.tocsr().copy()
    rows.sum_duplicates()
    yield f"sparse {rows.shape}\n".encode()
    for part in (rows.data, rows.indices.astype("int64"), rows.indptr.astype("int64")):
        yield from _array_pieces(part)


def _table_pieces(table: Any) -> Iterator[bytes]:
    yield f"{table.dtypes.to_dict() if hasattr(table.dtypes, 'to_dict') else table.dtypes}\n".encode()
    yield table.to_csv().encode("utf-8", "surrogatepass")


def _frame_pieces(frame: Any) -> Iterator[bytes]:
    yield f"{frame.schema}\n".encode()
    yield frame.write_csv().encode("utf-8", "surrogatepass")


def _group_pieces(group: Iterable[Any]) -> Iterator[bytes]:
    for item in group:
        yield data_content(item).sha256.encode() + b"\n"


def _mapping_pieces(mapping: Mapping[Any, Any]) -> Iterator[bytes]:
    for key in sorted(mapping, key=str):
        yield f"{key}={data_content(mapping[key]).sha256}\n".encode("utf-8", "surrogatepass")


def _has(*names: str) -> Callable[[Any], bool]:
    return lambda data: all(hasattr(data, name) for name in names)


def _is_nested(data: Any) -> bool:
    """A collection that holds more than plain values; a long list of numbers is one JSON text."""
    return isinstance(data, list | tuple) and any(_holds_arrays(item) for item in data)


def _holds_arrays(item: Any) -> bool:
    return hasattr(item, "shape") or hasattr(item, "to_csv") or isinstance(item, bytes | Mapping) or _is_nested(item)


_READERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Iterator[bytes]]], ...] = (
    (lambda data: isinstance(data, bytes | bytearray | memoryview), lambda data: iter((bytes(data),))),
    (_has("detach", "cpu"), _tensor_pieces),
    (_has("tocsr", "nnz"), _sparse_pieces),
    (_has("to_csv", "dtypes"), _table_pieces),
    (_has("write_csv", "schema"), _frame_pieces),
    (_has("dtype", "shape", "tobytes"), _array_pieces),
    (lambda data: isinstance(data, Mapping), _mapping_pieces),
    (_is_nested, _group_pieces),
)


def _summary(data: Any) -> str:
    kind = f"{type(data).__module__.partition('.')[0]}.{type(data).__name__}".removeprefix("builtins.")
    kind = "sparse matrix" if hasattr(data, "tocsr") else kind  # One matrix, however it is laid out.
    dtype, shape = getattr(data, "dtype", ""), getattr(data, "shape", None)
    size = f" {tuple(shape)}" if shape is not None else f" of {len(data)}" if hasattr(data, "__len__") else ""
    return f"{kind} {dtype}{size}".replace("  ", " ")


def _not_storable(model: Any, why: str) -> UsageError:
    return UsageError(
        f"A {type(model).__name__} {why}",
        code="model.not-storable",
        remedy="Save it with its own library and give the path: run.log_model(path, name).",
    )
