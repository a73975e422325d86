"""JSON as a tree whose every node knows its path and its place (https://www.rfc-editor.org/rfc/rfc8259).

The standard library tells no positions, and it reads what is no JSON (NaN, keys that stand there twice); so only its
scanner of strings is used. Numbers keep the digits that they were written with.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Literal as OneOf
from typing import TypeAlias

from modellake.core.encoding import decoded
from modellake.core.errors import ParseError
from modellake.core.report import Place

MAX_DEPTH = 64
MAX_NODES = 400_000
MAX_KEY = 1_000
MAX_NUMBER = 1_000
_MAX_PATH = 300
_BLANKS = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
_WORD = re.compile(r"[A-Za-z]+")

Kind: TypeAlias = OneOf["text", "number", "boolean", "null"]
_WORDS: dict[str, Kind] = {"true": "boolean", "false": "boolean", "null": "null"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number, true, false or null.

    Attributes:
        text: of a string what it says, else what is written.
        kind: what it is.
        path: where it is (``$.distribution[0].name``).
        start: its offset in the document, in characters.
    """

    text: str
    kind: Kind
    path: str
    start: int


@dataclass(frozen=True, slots=True)
class Items:
    """An array."""

    items: tuple[Node, ...]
    path: str
    start: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """An object, in the order of the document."""

    entries: dict[str, Node]
    path: str
    start: int

    def get(self, key: str) -> Node | None:
        """The value of a key, None when it is absent."""
        return self.entries.get(key)


Node: TypeAlias = Scalar | Items | Mapping


@dataclass(frozen=True)
class JsonText:
    """A decoded document.

    Attributes:
        document: the file, as the user named it.
        text: all of it, without byte order mark.
    """

    document: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, node: Node | int, path: str | None = None) -> Place:
        """Where a node or a character stands."""
        offset = node if isinstance(node, int) else node.start
        where = path if isinstance(node, int) else node.path
        line = bisect_right(self._line_starts, offset)
        return Place(self.document, line, offset - self._line_starts[line - 1] + 1, where)


def read_tree(document: str, content: bytes) -> tuple[JsonText, Node]:
    """The text and the tree of a document.

    Raises:
        ParseError: it is no text (``parse.encoding``), holds nothing (``parse.empty``), is no JSON
            (``parse.syntax``), has a key twice (``parse.duplicate-key``), or is deeper or larger than such a
            document can be (``parse.too-deep``, ``parse.too-large``).
    """
    text = JsonText(document, decoded(content, document))
    return text, _Reader(text).read()


def below(path: str, key: str) -> str:
    """The path of a key of the object at a path; paths are cut where they become unreadable."""
    if path.endswith("…"):
        return path
    found = f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f'{path}["{key}"]'
    return found if len(found) <= _MAX_PATH else found[:_MAX_PATH] + "…"


def leaves(node: Node) -> Iterator[Scalar]:
    """Every scalar in a tree that is not null."""
    waiting: list[Node] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Scalar):
            if item.kind != "null":
                yield item
        else:
            waiting += item.entries.values() if isinstance(item, Mapping) else item.items


class _Reader:
    """Reads one document, once."""

    def __init__(self, text: JsonText) -> None:
        self._document = text
        self._text = text.text
        self._at = 0
        self._nodes = 0

    def read(self) -> Node:
        self._skip()
        if self._at == len(self._text):
            raise self._wrong("There is nothing in the document", "$", code="parse.empty", remedy="Write it again.")
        node = self._value("$", 0)
        self._skip()
        if self._at < len(self._text):
            raise self._wrong("Something follows the end of the JSON", "$", remedy="Remove it.")
        return node

    def _value(self, path: str, depth: int) -> Node:
        self._count(path, depth)
        start = self._at
        character = self._peek()
        if character == "{":
            return Mapping(self._entries(path, depth), path, start)
        if character == "[":
            return Items(self._items(path, depth), path, start)
        if character == '"':
            return Scalar(self._string(path), "text", path, start)
        return self._number_or_word(path)

    def _count(self, path: str, depth: int) -> None:
        self._nodes += 1
        if depth > MAX_DEPTH:
            remedy = "Move what is nested so deeply into a file of its own."
            raise self._wrong(f"Nested deeper than {MAX_DEPTH} levels", path, code="parse.too-deep", remedy=remedy)
        if self._nodes > MAX_NODES:
            remedy = "Move the records into a file of its own and describe that as a FileObject."
            message = f"The document holds more than {MAX_NODES:,} values"
            raise self._wrong(message, path, code="parse.too-large", remedy=remedy)

    def _entries(self, path: str, depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        starts: dict[str, int] = {}
        more = self._opens("}")
        while more:
            start = self._at
            key = self._key(path)
            inner = below(path, key)
            if key in entries:
                raise self._duplicate(key, start, starts[key], inner)
            self._expect(":", inner)
            entries[key], starts[key] = self._value(inner, depth + 1), start
            more = self._goes_on("}", path)
        return entries

    def _items(self, path: str, depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        more = self._opens("]")
        while more:
            inner = path if path.endswith("…") else f"{path}[{len(items)}]"
            items.append(self._value(inner, depth + 1))
            more = self._goes_on("]", path)
        return tuple(items)

    def _key(self, path: str) -> str:
        if self._peek() != '"':
            raise self._wrong("A key has to be a text in double quotes", path)
        key = self._string(path)
        if len(key) > MAX_KEY:
            raise self._wrong(f"A key is longer than {MAX_KEY:,} characters", path, code="parse.too-large")
        return key

    def _string(self, path: str) -> str:
        start = self._at
        try:
            found, self._at = scanstring(self._text, start + 1, True)
        except JSONDecodeError as error:
            self._at = min(error.pos, len(self._text))
            what = "a text is never closed" if error.msg.startswith("Unterminated") else error.msg.removesuffix(" at")
            raise self._wrong(f"Not JSON: {what}", path) from error
        text: str = found
        if not text.isascii():
            self._check_surrogates(text, path, start)
        return text

    def _check_surrogates(self, text: str, path: str, start: int) -> None:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            self._at = start
            raise self._wrong(
                "An escape stands for half of a surrogate pair, which is no character",
                path,
                code="parse.encoding",
                remedy="Write the character itself.",
            ) from error

    def _number_or_word(self, path: str) -> Scalar:
        start = self._at
        word = _WORD.match(self._text, start)
        if word and word[0] in _WORDS:
            self._at = word.end()
            return Scalar(word[0], _WORDS[word[0]], path, start)
        number = _NUMBER.match(self._text, start)
        if not number:
            raise self._wrong(self._unreadable(start), path)
        if number.end() - start > MAX_NUMBER:
            raise self._wrong(f"A number has more than {MAX_NUMBER:,} digits", path, code="parse.too-large")
        self._at = number.end()
        return Scalar(number[0], "number", path, start)

    def _unreadable(self, start: int) -> str:
        if start >= len(self._text):
            return "Not JSON: the document ends before its content does"
        found = re.match(r"-?\w+|.", self._text[start : start + 30], re.DOTALL)
        return f"Not JSON: {found[0] if found else ''!r} is no value"

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self) -> None:
        found = _BLANKS.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _opens(self, end: str) -> bool:
        """Step inside; False when there is nothing inside."""
        self._at += 1
        self._skip()
        if self._peek() != end:
            return True
        self._at += 1
        return False

    def _goes_on(self, end: str, path: str) -> bool:
        """Step behind a comma, or behind the end."""
        self._skip()
        character = self._peek()
        if character not in (",", end) or not character:
            raise self._wrong(f"Not JSON: a comma or {end!r} has to be here", path)
        self._at += 1
        if character == end:
            return False
        self._skip()
        return True

    def _expect(self, character: str, path: str) -> None:
        self._skip()
        if self._peek() != character:
            raise self._wrong(f"Not JSON: {character!r} has to be here", path)
        self._at += 1
        self._skip()

    def _duplicate(self, key: str, start: int, first: int, path: str) -> ParseError:
        self._at = start
        line = self._document.place(first).line
        return self._wrong(
            f"The key {key[:100]!r} stands there twice; the first one is on line {line}",
            path,
            code="parse.duplicate-key",
            remedy="Remove one of them, or make one array of the two values.",
        )

    def _wrong(
        self, message: str, path: str, *, code: str = "parse.syntax", remedy: str = "Mend the JSON there."
    ) -> ParseError:
        return ParseError(message, code=code, place=self._document.place(self._at, path), remedy=remedy)
