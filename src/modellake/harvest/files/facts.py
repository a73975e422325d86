"""What a header says, the same for all formats; plain values only, so that it can be written as JSON."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from modellake.core.report import Severity
from modellake.harvest.files.window import damaged

MAX_TENSORS = 2_000
MAX_NAMES = 5_000
MAX_KEYS = 10_000
MAX_TEXT = 1024 * 1024
MAX_TOTAL_TEXT = 16 * 1024 * 1024
MAX_RANK = 64
MAX_NOTES = 100

Shape = list[int | str]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor whose values the file holds: its name, element type and the size of each dimension."""

    name: str
    type: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output: its name, element type, and shape (None where the file does not say)."""

    name: str
    type: str
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class Ports:
    """A signature: its name (empty where there is only one), what goes in, what comes out."""

    name: str
    inputs: list[Port]
    outputs: list[Port]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader noticed: a finding that does not know its document yet.

    Raises:
        ValueError: ``severity`` is no `Severity`.
    """

    code: str
    severity: str
    message: str
    remedy: str
    path: str = ""

    def __post_init__(self) -> None:
        Severity(self.severity)


@dataclass(slots=True)
class Facts:
    """What a reader found.

    Attributes:
        format: the name of the format as people write it (``safetensors``, ``ONNX``).
        format_version: of the format, as the file states it.
        namespace: under which name the format's own keys are kept; the format's name in lower case.
        counts_tensors: whether ``tensor_count`` and ``parameter_count`` mean anything.
        counts_parameters: False where the file holds arrays of which nobody knows whether they are parameters.
        tensors: the first `MAX_TENSORS` of them.
        elements: how many values there are of each element type.
        precision: the quantization scheme, where the file names one.
        operators: each once, with its domain where that is not the default one.
        operator_sets: ``domain version``.
        imports: the names that loading the file would import (``module.name``).
        keys: embedded metadata for which the ontology has no term.
    """

    format: str
    format_version: str = ""
    namespace: str = ""
    counts_tensors: bool = False
    counts_parameters: bool = True
    tensors: list[Tensor] = field(default_factory=list)
    tensor_count: int = 0
    parameter_count: int = 0
    elements: dict[str, int] = field(default_factory=dict)
    precision: str = ""
    operators: list[str] = field(default_factory=list)
    operator_sets: list[str] = field(default_factory=list)
    signatures: list[Ports] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    description: str = ""
    architecture: str = ""
    library: str = ""
    license: str = ""
    context_length: int | None = None
    keys: dict[str, list[Any]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    _text: int = 0

    def add_tensor(self, name: str, kind: str, shape: Sequence[int]) -> int:
        """Count a tensor and return the number of its elements.

        Raises:
            ParseError: no tensor has such a shape (``parse.header``).
        """
        if len(shape) > MAX_RANK or any(size < 0 for size in shape):
            raise damaged(f"No tensor has {len(shape)} dimensions of such sizes", path=name[:200])
        count = math.prod(shape)
        self.counts_tensors = True
        self.tensor_count += 1
        self.parameter_count += count
        self.elements[kind] = self.elements.get(kind, 0) + count
        if len(self.tensors) < MAX_TENSORS:
            self.tensors.append(Tensor(name[:MAX_TEXT], kind, list(shape)))
        elif self.tensor_count == MAX_TENSORS + 1:
            self.note("file.tensors-unlisted", f"Only the first {MAX_TENSORS:,} tensors are listed; all are counted")
        return count

    def main_type(self) -> str:
        """The quantization scheme, else the element type of most values."""
        counted = Counter(self.elements).most_common(1)
        return self.precision or (counted[0][0] if counted and counted[0][1] else "")

    def keep(self, key: str, value: Any) -> None:
        """Keep embedded metadata under its own key; blank and missing values are left out."""
        if value is None or value in ("", [], {}):
            return
        size = _text_size(value) + len(key)
        if size > MAX_TEXT or self._text + size > MAX_TOTAL_TEXT or len(self.keys) >= MAX_KEYS:
            message = f"The value of {key[:100]!r} is too large to be kept"
            self.note("file.value-omitted", message, path=key[:100], severity=Severity.WARNING)
            return
        self._text += size
        kept = self.keys.setdefault(key, [])
        if value not in kept:
            kept.append(value)

    def note(
        self, code: str, message: str, remedy: str = "", *, path: str = "", severity: Severity = Severity.INFO
    ) -> None:
        """Note a finding; there are at most `MAX_NOTES`."""
        if len(self.notes) < MAX_NOTES:
            remedy = remedy or "Nothing has to be done: the file is recorded with its checksum."
            self.notes.append(Note(code, severity.value, message, remedy, path))

    def to_dict(self) -> dict[str, Any]:
        """The facts as values that JSON can hold; `modellake.harvest.files.restored` is the inverse."""
        values = asdict(self)
        del values["_text"]
        return values


def first_names(names: Sequence[str] | set[str]) -> list[str]:
    """Names in sorted order, at most `MAX_NAMES` of them."""
    return sorted(names)[:MAX_NAMES]


def _text_size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(str(key)) + _text_size(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_text_size, value))
    return 8
