"""The tokens of a SPARQL text (https://www.w3.org/TR/sparql12-query/#sparqlGrammar), in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal as OneOf

from modellake.core.errors import QueryError
from modellake.core.report import Place

# Oxigraph's parser and optimizer recurse; far beyond these bounds they overflow the stack and the process dies.
MAX_NESTING = 100
MAX_TOKENS = 5_000
_SHORT = 20_000

Kind = OneOf["iri", "name", "blank", "variable", "string", "language", "number", "word", "mark"]

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE = "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_INNER = f"[{_BASE}_{_MORE}-]"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL_INNER = f"(?:[{_BASE}_{_MORE}:-]|{_ESCAPE})"

_BLANKS = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
_IRI = re.compile(r"<([^<>\"{}|^`\x00-\x20]*+)>")
_PREFIX = re.compile(rf"[{_BASE}](?:{_INNER}|\.++(?={_INNER}))*+")
_LOCAL = re.compile(rf"(?:[{_BASE}_0-9:]|{_ESCAPE})(?:{_LOCAL_INNER}++|\.++(?={_LOCAL_INNER}))*+|")
_BLANK = re.compile(rf"_:[{_BASE}_0-9](?:{_INNER}|\.++(?={_INNER}))*+")
_VARIABLE = re.compile(rf"[?$]([{_BASE}_0-9][{_BASE}_{_MORE}]*+)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*+")
_NUMBER = re.compile(r"(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_LANGUAGE = re.compile(r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?")
_OTHERS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("variable", _VARIABLE),
    ("number", _NUMBER),
    ("blank", _BLANK),
    ("language", _LANGUAGE),
)
# Nothing but these may follow a backslash: a parser that refuses a long string here may find short ones instead.
_HEX = "[0-9A-Fa-f]"
_NO_SURROGATE = rf"(?![Dd][89ABab]){_HEX}{{4}}"
_CHARACTER = rf"\\(?:[tbnrf\"'\\]|u{_NO_SURROGATE}|U0000{_NO_SURROGATE}|U00(?:0[1-9A-Fa-f]|10){_HEX}{{4}})"
_STRINGS = {
    "'''": re.compile(rf"'''(?:[^'\\]++|{_CHARACTER}|'(?!''))*+'''"),
    '"""': re.compile(rf'"""(?:[^"\\]++|{_CHARACTER}|"(?!""))*+"""'),
    "'": re.compile(rf"'(?:[^'\\\r\n]++|{_CHARACTER})*+'"),
    '"': re.compile(rf'"(?:[^"\\\r\n]++|{_CHARACTER})*+"'),
}
_MARKS = frozenset("{}()[].,;=!<>&|*/+-^?~")
_OPENING = {")": "(", "}": "{", "]": "["}
_OPERANDS = frozenset({"iri", "name", "blank", "variable", "string", "language", "number"})
_CLOSED_OPERANDS = frozenset({")", "]", "true", "false"})
_CODEPOINT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_ESCAPED = re.compile(r"\\\\|" + _CODEPOINT.pattern)

# Keywords and function names (https://www.w3.org/TR/sparql12-query/#sparqlGrammar), and LATERAL and ADJUST.
WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        A ABS ADD ADJUST ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT
        CONTAINS COPY COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP
        ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG HASLANGDIR HAVING
        HOURS IF IN INSERT INTO IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR
        LANGMATCHES LATERAL LCASE LIMIT LOAD MAX MD5 MIN MINUS MINUTES MONTH MOVE NAMED NOT NOW OBJECT
        OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS
        SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS
        STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TO TRIPLE TRUE TZ UCASE
        UNDEF UNION URI USING UUID VALUES VERSION WHERE WITH YEAR
        """,
    )
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        kind: what it is; a mark is one character of punctuation, a word a keyword or the name of a function.
        text: exactly as written.
        start: its offset in the text.
        depth: how many braces are open before it.
    """

    kind: Kind
    text: str
    start: int
    depth: int = 0

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Is it one of these keywords (given in upper case)?"""
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str) -> list[Token]:
    """The tokens of a SPARQL text, without comments and blanks.

    Raises:
        QueryError: ``query.syntax``: it cannot be SPARQL, as a character begins no token, a string is open or
            brackets are unbalanced; ``query.ambiguous``: engines may not agree on where a token ends;
            ``query.too-complex``: brackets in more than `MAX_NESTING` brackets, or more than `MAX_TOKENS`
            tokens besides the rows of VALUES and the statements of INSERT DATA and DELETE DATA.
    """
    return list(_kept(text) if len(text) <= _SHORT else _Lexer(text).run())


@lru_cache(maxsize=16)
def _kept(text: str) -> tuple[Token, ...]:
    """The tokens of a question that is read several times on its way: it is checked, completed and ordered."""
    return tuple(_Lexer(text).run())


def place_of(text: str, offset: int) -> Place:
    """Line and column of an offset, both from 1."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Place(line=text.count("\n", 0, offset) + 1, column=offset - line_start + 1)


def excerpt(text: str, place: Place) -> str:
    """The line of ``place`` with a caret under its column; long lines are cut."""
    lines = text.split("\n")
    number = min(max(place.line or 1, 1), len(lines))
    line, column = lines[number - 1].rstrip("\r"), max(place.column or 1, 1)
    first = max(0, column - 60)
    shown = line[first : first + 100].replace("\t", " ")
    return f"  {shown}\n  {' ' * min(column - 1 - first, len(shown))}^"


def syntax_error(
    text: str, offset: int, message: str, remedy: str | None = None, code: str = "query.syntax"
) -> QueryError:
    """An error about what stands at an offset, with an excerpt."""
    place = place_of(text, offset)
    return QueryError(f"{message}\n{excerpt(text, place)}", code=code, remedy=remedy, place=place)


def readings(text: str) -> list[str]:
    r"""The texts that engines may see behind a text with ``\uXXXX``; the text itself comes first.

    SPARQL 1.1 decodes such escapes everywhere before it parses
    (https://www.w3.org/TR/sparql11-query/#codepointEscape), SPARQL 1.2 only inside IRIs and strings, and
    engines differ on what an escaped backslash before ``u`` means.
    """
    if "\\u" not in text and "\\U" not in text:
        return [text]
    decoded = (_ESCAPED.sub(_character, text), _CODEPOINT.sub(_character, text))
    return list(dict.fromkeys((text, *decoded)))


def unescape_iri(text: str) -> str:
    r"""An IRI as written, with its ``\uXXXX`` decoded."""
    return _CODEPOINT.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16) if match[0] != "\\\\" else None
    if code is None or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match[0]
    return chr(code)


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.previous: Token | None = None
        self.before_previous: Token | None = None
        self.open: list[tuple[Token, str]] = []  # brackets with what they hold
        self.depth = 0
        self.awaits_data = False  # between VALUES or DATA and its brace
        self.count = 0  # of tokens that make work for a parser: all but rows of VALUES and what INSERT DATA holds
        self.no_colon_before = 0  # no prefixed name begins before here: runs of name characters are read once

    def run(self) -> Iterator[Token]:
        self._skip_blanks()
        while self.position < len(self.text):
            token = self._next()
            if token.kind == "mark":
                self._balance(token)
            self.awaits_data = token.is_word("VALUES", "DATA") or (self.awaits_data and token.text != "{")
            self.before_previous, self.previous = self.previous, token
            self.position = token.end
            self._bound(token)
            yield token
            self._skip_blanks()
        if self.open:
            token, _ = self.open[-1]
            raise syntax_error(self.text, token.start, f"This {token.text!r} is never closed")

    def _bound(self, token: Token) -> None:
        self.count += not (self.open and self.open[-1][1] == "data")
        if len(self.open) > MAX_NESTING or self.count > MAX_TOKENS:
            raise syntax_error(
                self.text,
                token.start,
                f"Queries are read up to {MAX_NESTING} brackets deep and {MAX_TOKENS} tokens long",
                remedy="Ask in several queries; give long lists as rows of VALUES.",
                code="query.too-complex",
            )

    def _skip_blanks(self) -> None:
        found = _BLANKS.match(self.text, self.position)
        self.position = found.end() if found else self.position

    def _next(self) -> Token:
        first = self.text[self.position]
        if first in "'\"":
            return self._string()
        if first == "<":
            return self._iri_or_less()
        if first.isalpha() or first == ":":
            return self._name_or_word()
        for kind, pattern in _OTHERS:
            if found := pattern.match(self.text, self.position):
                return self._token(kind, found[0])
        if first in _MARKS:
            return self._token("mark", first)
        raise syntax_error(self.text, self.position, f"No SPARQL token begins with {first!r}")

    def _token(self, kind: Kind, text: str) -> Token:
        return Token(kind, text, self.position, self.depth)

    def _string(self) -> Token:
        text, start = self.text, self.position
        quote = text[start] * 3 if text.startswith(text[start] * 3, start) else text[start]
        found = _STRINGS[quote].match(text, start)
        if not found:
            raise syntax_error(
                text, start, f"The string that begins with {quote} here does not end, or holds an unknown escape"
            )
        return self._token("string", found[0])

    def _iri_or_less(self) -> Token:
        found = _IRI.match(self.text, self.position)
        if not found:
            return self._token("mark", "<")
        if ("#" in found[1] or "'" in found[1]) and self._may_compare():
            raise syntax_error(
                self.text,
                self.position,
                "This can be read as an IRI or as a comparison",
                remedy="Write a blank after '<' if it compares; use a prefixed name if it is an IRI.",
                code="query.ambiguous",
            )
        return self._token("iri", found[0])

    def _may_compare(self) -> bool:
        """Could ``<`` be an operator here? Then what follows may be a comment or a string to some engine."""
        previous = self.previous
        if previous is None or not self.open:
            return False
        if previous.text == "<":
            return previous.end == self.position
        holds = self.open[-1][1]
        return holds == "expression" and (previous.kind in _OPERANDS or previous.text in _CLOSED_OPERANDS)

    def _name_or_word(self) -> Token:
        text, start = self.text, self.position
        if start >= self.no_colon_before:
            prefix = _PREFIX.match(text, start)
            end = prefix.end() if prefix else start
            if text.startswith(":", end):
                local = _LOCAL.match(text, end + 1)
                return self._token("name", text[start : local.end() if local else end + 1])
            self.no_colon_before = end
        word = _WORD.match(text, start)
        if not word:
            raise syntax_error(text, start, f"No SPARQL token begins with {text[start]!r}")
        return self._token("word", word[0])

    def _balance(self, token: Token) -> None:
        if token.text in "({[":
            self.open.append((token, self._holds(token)))
            self.depth += token.text == "{"
        elif token.text in _OPENING:
            if not self.open or self.open[-1][0].text != _OPENING[token.text]:
                raise syntax_error(self.text, token.start, f"This {token.text!r} closes nothing")
            self.open.pop()
            self.depth -= token.text == "}"

    def _holds(self, token: Token) -> str:
        """What stands in a bracket: data, a triple term, an expression (or a collection), a pattern."""
        if (self.open and self.open[-1][1] == "data") or (token.text == "{" and self.awaits_data):
            return "data"
        marks = (self.before_previous, self.previous)
        if token.text == "(" and all(mark and mark.text == "<" for mark in marks):
            return "triple term"
        return "expression" if token.text == "(" else "pattern"
