"""Calls of functions written on one line: ``fn:version(of=fn:resource(kind=model, name=$(name)), label=$(rev))``."""

from __future__ import annotations

import re

from modellake.core.errors import ParseError
from modellake.harvest.mapping.expressions import Expressions
from modellake.harvest.mapping.faults import fault
from modellake.harvest.mapping.rules import Call, TermMap

MAX_DEPTH = 16
_NAME = re.compile(r"\s*([A-Za-z_][\w.-]*:[\w.-]+|https?://[^\s(]+)\s*\(")
_PARAMETER = re.compile(r"\s*([\w:./#-]+?)\s*=\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
_BARE = re.compile(r"((?:\$\((?:\\.|[^()\\]|\([^()]*\))*\)|[^,()])*)")


def parse_call(text: str, terms: Expressions, line: int) -> Call:
    """A call.

    Raises:
        ParseError: it cannot be read (``mapping.syntax``), or calls what is not there (``mapping.function-unknown``).
    """
    call, end = _call(text, 0, terms, line, 0)
    if text[end:].strip():
        raise _unreadable(text, end, terms, line)
    return call


def _call(text: str, start: int, terms: Expressions, line: int, depth: int) -> tuple[Call, int]:
    name = _NAME.match(text, start)
    if name is None or depth > MAX_DEPTH:
        raise _unreadable(text, start, terms, line)
    arguments: list[tuple[str, TermMap]] = []
    position = name.end()
    while text[position : position + 1] != ")":
        parameter = _PARAMETER.match(text, position)
        if parameter is None:
            raise _unreadable(text, position, terms, line)
        value, position = _value(text, parameter.end(), terms, line, depth)
        arguments.append((parameter[1], value))
        if text[position : position + 1] == ",":
            position += 1
    return terms.call(name[1], arguments, line), position + 1


def _value(text: str, start: int, terms: Expressions, line: int, depth: int) -> tuple[TermMap, int]:
    if _NAME.match(text, start):
        call, end = _call(text, start, terms, line, depth + 1)
        return TermMap(call, line=line), end + len(text[end:]) - len(text[end:].lstrip())
    found = _QUOTED.match(text, start) or _BARE.match(text, start)
    if found is None or found.end() >= len(text):
        raise _unreadable(text, start, terms, line)
    return terms.term(found[1].strip(), "", "", line), found.end()


def _unreadable(text: str, start: int, terms: Expressions, line: int) -> ParseError:
    return fault(
        f"The call cannot be read from {text[start:][:80]!r} on",
        'Write prefix:function(parameter=$(reference), other="text").',
        terms.document,
        line,
        code="mapping.syntax",
    )
