"""YAML as values whose scalars are spelled as the document spells them, and with the line of each mapping.

The text is composed by PyYAML's safe loader, so that no tag of it makes an object.
"""

from __future__ import annotations

import re
from typing import Any

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.mapping.extra import library
from modellake.harvest.mapping.values import Number

MAX_DEPTH = 64
MAX_VALUES = 2_000_000
_TAG = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]{1,3})?")
_OPENINGS = re.compile(r"[\[{]|(?<![^\s])[-?](?=\s)")
_TRUE = frozenset(["true", "yes", "on"])
# What libyaml says, from 0.2.6 on, of brackets that it has looked at before it gives out the first of them.
_DEEP = "maximum nesting depth"


def parse_yaml(text: str, document: str, first_line: int = 1) -> Any:
    """The values of a YAML document.

    Args:
        text: of it.
        document: how the user calls it, for errors.
        first_line: of the text in the document.

    Raises:
        ParseError: it is no YAML (``parse.yaml``), has a key twice (``parse.duplicate-key``), or is deeper or, with
            its aliases written out, larger than a document may be (``parse.too-deep``, ``parse.too-large``).
        UnavailableError: PyYAML is not installed.
    """
    return _Reader(document, first_line).values(compose(text, document, first_line))


def compose(text: str, document: str, first_line: int = 1) -> Any:
    """The YAML nodes of a document, with their marks; None for an empty one.

    Raises:
        ParseError: as `parse_yaml`.
        UnavailableError: PyYAML is not installed.
    """
    yaml = library("yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if _may_be_deep(text):
            _check_depth(text, loader, document, first_line)
        return yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        raise _yaml_error(error, document, first_line) from error


def line_of(node: Any, first_line: int = 1) -> int:
    """The 1-based line that a node begins on."""
    return int(node.start_mark.line) + first_line


class _Reader:
    """Turns nodes into values; what aliases share is shared by the values too."""

    def __init__(self, document: str, first_line: int) -> None:
        self._document = document
        self._first_line = first_line
        self._read: dict[int, tuple[Any, int, Any]] = {}
        self._open: set[int] = set()

    def values(self, node: Any) -> Any:
        return None if node is None else self._value(node)[0]

    def _value(self, node: Any) -> tuple[Any, int, Any]:
        """The value of a node and how many values it holds with its aliases written out."""
        known = self._read.get(id(node))
        if known is None:
            if id(node) in self._open:
                raise self._error(node, "An alias stands inside the value that it names", "parse.yaml")
            self._open.add(id(node))
            value, size = self._made(node)
            self._open.discard(id(node))
            known = self._read[id(node)] = value, size, node
        return known

    def _made(self, node: Any) -> tuple[Any, int]:
        if isinstance(node.value, str):
            return scalar_value(node), 1
        if len(self._open) > MAX_DEPTH:
            raise self._error(node, f"The document is nested deeper than {MAX_DEPTH} levels", "parse.too-deep")
        made = self._list(node) if node.id == "sequence" else self._mapping(node)
        if made[1] > MAX_VALUES:
            message = f"With its aliases written out the document holds more than {MAX_VALUES:,} values"
            raise self._error(node, message, "parse.too-large")
        return made

    def _list(self, node: Any) -> tuple[list[Any], int]:
        items = [self._value(child) for child in node.value]
        return [item[0] for item in items], 1 + sum(item[1] for item in items)

    def _mapping(self, node: Any) -> tuple[dict[str, Any], int]:
        entries: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        size = 1
        for key, child in node.value:
            value, held, _ = self._value(child)
            size += held
            if key.tag == _TAG + "merge":
                for part in reversed(value if isinstance(value, list) else [value]):
                    merged.update(part if isinstance(part, dict) else {})
                continue
            name = key.value if isinstance(key.value, str) else str(self._value(key)[0])
            if name in entries:
                raise self._error(key, f"The key {name!r} stands here for the second time", "parse.duplicate-key")
            entries[name] = value
        return {**merged, **entries}, size

    def _error(self, node: Any, message: str, code: str) -> ParseError:
        mark = node.start_mark
        place = Place(self._document, mark.line + self._first_line, mark.column + 1)
        remedy = {
            "parse.duplicate-key": "Keep one of the two.",
            "parse.yaml": "Write the value out.",
        }.get(code, "Split the document into several.")
        return ParseError(message, code=code, place=place, remedy=remedy)


def scalar_value(node: Any) -> Any:
    """A scalar: a `Number` where YAML reads a decimal number, a bool, None, else its text."""
    kind = node.tag.removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return node.value.lower() in _TRUE
    if kind in ("int", "float") and _NUMBER.fullmatch(node.value):
        return Number(node.value)
    return node.value


def _may_be_deep(text: str) -> bool:
    """Cheap: most documents cannot be nested deeply, since they hold few brackets and are indented little."""
    return len(_OPENINGS.findall(text)) > MAX_DEPTH or " " * MAX_DEPTH in text


def _check_depth(text: str, loader: Any, document: str, first_line: int) -> None:
    yaml = library("yaml")
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _too_deep(Place(document, event.start_mark.line + first_line))


def _too_deep(place: Place) -> ParseError:
    return ParseError(
        f"The document is nested deeper than {MAX_DEPTH} levels",
        code="parse.too-deep",
        place=place,
        remedy="Split the document into several.",
    )


def _yaml_error(error: Any, document: str, first_line: int) -> ParseError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    place = Place(document, mark.line + first_line, mark.column + 1) if mark else Place(document, first_line)
    if _DEEP in problem:
        return _too_deep(place)
    return ParseError(
        f"This is no YAML: {problem}",
        code="parse.yaml",
        place=place,
        remedy="Mend the YAML there; quote texts that hold ': ', '#', '[' or quotes.",
    )
