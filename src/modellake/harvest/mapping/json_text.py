"""JSON as values whose numbers are spelled as the document spells them."""

from __future__ import annotations

import json
from typing import Any

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.mapping.values import Number


class _DuplicateKeyError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def parse_json(text: str, document: str, first_line: int = 1) -> Any:
    """The values of a JSON document (RFC 8259); ``NaN`` and ``Infinity``, which Python writes, are numbers.

    Raises:
        ParseError: it is no JSON (``parse.json``), has a key twice (``parse.duplicate-key``) or is nested too deeply
            (``parse.too-deep``).
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ParseError(
            f"This is no JSON: {error.msg}",
            code="parse.json",
            place=Place(document, error.lineno + first_line - 1, error.colno),
            remedy="Mend the JSON there.",
        ) from error
    except _DuplicateKeyError as error:
        place = Place(document, _line_of_second(text, error.key, first_line), path=error.key)
        message = f"The key {error.key!r} stands twice in one object"
        raise ParseError(message, code="parse.duplicate-key", place=place, remedy="Keep one of the two.") from error
    except RecursionError as error:
        raise ParseError(
            "The document is nested too deeply",
            code="parse.too-deep",
            place=Place(document, first_line),
            remedy="Split the document into several.",
        ) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        seen: set[str] = set()
        raise _DuplicateKeyError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return entries


def _line_of_second(text: str, key: str, first_line: int) -> int | None:
    """The line of the key, where it stands in the document but twice: else nobody knows which two are meant."""
    spelled = json.dumps(key, ensure_ascii=False)
    if text.count(spelled) != 2:
        return None
    return text.count("\n", 0, text.rindex(spelled)) + first_line


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=Number,
    parse_float=Number,
    parse_constant=lambda text: Number(text.replace("Infinity", "INF")),
)
