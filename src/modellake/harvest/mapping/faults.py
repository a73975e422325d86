"""Errors about a mapping itself, each with the line that it is about."""

from __future__ import annotations

from difflib import get_close_matches

from modellake.core.errors import ParseError
from modellake.core.report import Place


def fault(message: str, remedy: str, document: str, line: int | None, *, code: str) -> ParseError:
    """An error about a line of a mapping."""
    return ParseError(message, code=code, remedy=remedy, place=Place(document, line))


def refused_source(access: str, why: str, document: str, line: int | None) -> ParseError:
    """The error for a source that a mapping may not read (``mapping.source-refused``)."""
    return fault(
        f"The source {access[:200]!r} {why}",
        "Name a file in the folder of the mapping, or below it, by its relative path.",
        document,
        line,
        code="mapping.source-refused",
    )


def unknown_key(key: str, known: list[str], document: str, line: int | None) -> ParseError:
    """The error for a key that has no meaning there (``mapping.key-unknown``)."""
    near = get_close_matches(key, known, n=1)
    remedy = f"Did you mean {near[0]!r}? " if near else ""
    return fault(
        f"{key!r} is no key here", f"{remedy}Known: {', '.join(known)}", document, line, code="mapping.key-unknown"
    )


def unknown_function(name: str, known: list[str], document: str, line: int | None) -> ParseError:
    """The error for a function that is not among the built-in ones (``mapping.function-unknown``)."""
    near = get_close_matches(name, known, n=1)
    remedy = f"Did you mean {near[0]}? " if near else ""
    return fault(
        f"There is no function {name[:200]}",
        f"{remedy}A mapping brings no code; the built-in functions are listed in docs/how-to/map-tables-and-json.md.",
        document,
        line,
        code="mapping.function-unknown",
    )
