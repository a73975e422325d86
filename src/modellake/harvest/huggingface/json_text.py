"""JSON files beside a card, as trees whose every node knows its path: bounded, and with numbers as they were written.

Source: https://www.rfc-editor.org/rfc/rfc8259. Python's own parser does the reading. It would take keys that stand
twice, and turn long numbers into others: both are seen to here. ``NaN`` and the infinities, which Python writes
into configurations and JSON has not, are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Literal

from modellake.core.encoding import decoded
from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.huggingface.scalars import YAML_TAG, Scalar, read_scalar
from modellake.harvest.huggingface.terms import typed
from modellake.harvest.huggingface.tree import Items, Mapping, Node, below
from modellake.harvest.paths import open_regular

MAX_BYTES = 16 * 1024 * 1024
MAX_VALUES = 1_000_000
MAX_DEPTH = 64
MAX_DIGITS = 400
_INTEGER, _FLOAT = YAML_TAG + "int", YAML_TAG + "float"
_CONSTANTS = {"NaN": "NaN", "Infinity": "INF", "-Infinity": "-INF"}
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class JsonText:
    """A JSON file as a document in which things have places: their JSON paths."""

    document: str

    def place(self, offset: int, path: str | None = None) -> Place:  # noqa: ARG002
        """Where the value at a path stands."""
        return Place(self.document, path=path)


class _Integer(str):
    __slots__ = ()


class _Fraction(str):
    __slots__ = ()


class _Constant(str):
    __slots__ = ()


def read_object(path: Path, document: str) -> Mapping:
    """The object in a JSON file.

    Raises:
        ParseError: it cannot be read (``side-file.unreadable``), is too large or too deep
            (``side-file.too-large``, ``side-file.too-deep``), no text (``parse.encoding``), no JSON
            (``side-file.json``), no object (``side-file.not-object``), or has a key twice
            (``side-file.duplicate-key``).
    """
    return parse_object(_bytes(path, document), document)


def parse_object(content: bytes, document: str) -> Mapping:
    """The object in the bytes of a JSON file; raises as `read_object` does."""
    text = decoded(content, document)
    # Every value but the first one follows one of these, outside of texts at least.
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        raise refused(f"The file holds more than {MAX_VALUES:,} values", document, code="side-file.too-large")
    with json_errors(document):
        parsed = DECODER.decode(text)
    value = tree_of(parsed, document)
    if not isinstance(value, Mapping):
        raise refused(
            "The file holds no JSON object", document, code="side-file.not-object", remedy="Write { … } around it."
        )
    return value


def tree_of(value: Any, document: str, path: str = "", depth: int = 0) -> Node:
    """A value of the parser as a tree.

    Raises:
        ParseError: it is deeper than 64 levels (``side-file.too-deep``).
    """
    if depth > MAX_DEPTH:
        raise refused(
            f"The file is nested deeper than {MAX_DEPTH} levels", document, code="side-file.too-deep", path=path
        )
    if isinstance(value, dict):
        inner = {
            _writable(key): tree_of(item, document, below(path, _writable(key)), depth + 1)
            for key, item in value.items()
        }
        return Mapping(inner, path, 0)
    if isinstance(value, list):
        items = (tree_of(item, document, f"{path}[{index}]", depth + 1) for index, item in enumerate(value))
        return Items(tuple(items), path, 0)
    return _scalar(value, path)


def refused(message: str, document: str, *, code: str, remedy: str = "", path: str | None = None) -> ParseError:
    """The error for a file beside a card that is not what it should be."""
    remedy = remedy or "Mend the file, or remove it; the library that wrote it can write it again."
    return ParseError(message, code=code, place=Place(document, path=path or None), remedy=remedy)


def unreadable(document: str, error: OSError) -> ParseError:
    """The error for a file beside a card that the system does not let be read."""
    return refused(
        f"The file cannot be read: {error.strerror}",
        document,
        code="side-file.unreadable",
        remedy="Check the rights of the file.",
    )


def _bytes(path: Path, document: str) -> bytes:
    try:
        with open_regular(path) as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(document, error) from error
    if len(content) > MAX_BYTES:
        raise refused(f"The file is larger than {MAX_BYTES // 1024**2} MiB", document, code="side-file.too-large")
    return content


@contextmanager
def json_errors(document: str) -> Iterator[None]:
    """Turns what Python's parser raises into errors that name the document and what to do."""
    try:
        yield
    except json.JSONDecodeError as error:
        place = Place(document, error.lineno, error.colno)
        raise ParseError(
            f"The file is no JSON: {error.msg}", code="side-file.json", place=place, remedy="Mend the JSON there."
        ) from error
    except _DuplicateKeyError as error:
        raise refused(
            f"The key {error.key[:80]!r} is there twice in one object",
            document,
            code="side-file.duplicate-key",
            remedy="Remove one of them.",
        ) from error
    except RecursionError as error:
        raise refused(
            f"The file is nested deeper than {MAX_DEPTH} levels", document, code="side-file.too-deep"
        ) from error


class _DuplicateKeyError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_Integer, parse_float=_Fraction, parse_constant=_Constant
)


def _scalar(value: Any, path: str) -> Scalar:
    if value is None:
        return Scalar("", None, False, path, 0)
    if isinstance(value, bool):
        text = str(value).lower()
        return Scalar(text, typed(text, "boolean"), False, path, 0)
    if isinstance(value, _Constant):
        return Scalar(str(value), typed(_CONSTANTS[value], "double"), False, path, 0)
    if isinstance(value, _Integer | _Fraction) and len(value) <= MAX_DIGITS:
        return read_scalar(str(value), _INTEGER if isinstance(value, _Integer) else _FLOAT, path, 0)
    text = _writable(str(value))
    return Scalar(text, Literal(text), False, path, 0)


def _writable(text: str) -> str:
    """A text without what no RDF literal holds: half surrogates and null characters become their escapes."""
    return _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
