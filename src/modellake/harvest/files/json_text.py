"""JSON out of headers: bounded, and without the liberties that Python takes."""

from __future__ import annotations

import json
from typing import Any

from modellake.harvest.files.window import damaged


def parse_object(content: bytes) -> dict[str, Any]:
    """A JSON object (https://www.rfc-editor.org/rfc/rfc8259).

    Raises:
        ParseError: it is no JSON, no object, too deep, or names a key twice (``parse.header``).
    """
    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise damaged(f"The header is no JSON: {_reason(error)}") from error
    if not isinstance(value, dict):
        raise damaged("The header is no JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:100]!r} stands there twice")
    return found


def _reason(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
