"""Where a statement stands in its document: found again, only when a finding has to name the line.

The parser tells no positions for good statements. For line-oriented syntaxes the document is fed to it line
by line, and a statement stands on the line after which it appeared. JSON-LD is read as a whole, so there the
place is the JSON path of the node with that ``@id``.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, cast
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.rdf.codec import prepare, read_quads
from modellake.rdf.formats import Syntax
from modellake.rdf.homes import renamed, split_by_home

_LOOKED_BACK = 30
# Longer lines are not searched for words: a document that is one line has but one place.
_LONG_LINE = 10_000
_WORD = re.compile(r"\w+")


class _LineReader(io.RawIOBase):
    """Hands out at most one line a call and counts them; a long one comes in pieces."""

    def __init__(self, content: bytes) -> None:
        self._lines: Iterator[bytes] = iter(content.splitlines(keepends=True))
        self._current, self._start = b"", 0
        self.line = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._start == len(self._current):
            self._current, self._start = next(self._lines, b""), 0
            self.line += bool(self._current)
        # More than was asked for would end the process: pyoxigraph panics.
        end = self._start + size if size >= 0 else len(self._current)
        piece = self._current[self._start : end]
        self._start += len(piece)
        return piece


def places_of(content: bytes, syntax: Syntax, *, base: str, document: str) -> dict[Triple, Place]:
    """The place of every statement of a document, blank nodes named as `split_by_home` names them.

    Returns nothing for a document that cannot be read: the error that says so has its own place.
    """
    try:
        if syntax.format == RdfFormat.JSON_LD:
            return _json_places(content, syntax, base, document)
        return _line_places(content, syntax, base, document)
    except ParseError:
        return {}


def _line_places(content: bytes, syntax: Syntax, base: str, document: str) -> dict[Triple, Place]:
    prepared = prepare(content, syntax, document)
    lines, reader = prepared.splitlines(), _LineReader(prepared)
    found: list[tuple[Triple, int]] = []
    for quad in read_quads(cast("IO[bytes]", reader), syntax, base, document):
        found.append((quad.triple, _stated_on(quad.triple, lines, reader.line)))
    names = _names(statement for statement, _ in found)
    places: dict[Triple, Place] = {}
    for statement, line in found:
        places.setdefault(renamed(statement, names), Place(document, line))
    return places


def _names(statements: Iterable[Triple]) -> Mapping[BlankNode, NamedNode]:
    """The names of blank nodes, or none where they cannot be named: other statements have places all the same."""
    try:
        return split_by_home(statements).names
    except ParseError:
        return {}


def _stated_on(statement: Triple, lines: list[bytes], latest: int) -> int:
    """The line of a statement: the parser tells of it once it has seen what follows, perhaps lines later."""
    value = statement.object
    words = _WORD.findall(value.value) if isinstance(value, Literal | NamedNode) else []
    if words:
        # Of an IRI only the end stands where it is used: the rest may stand in the declaration of a prefix.
        word = (words[-1] if isinstance(value, NamedNode) else max(words, key=len)).encode()
        for number in range(latest, max(0, latest - _LOOKED_BACK), -1):
            if len(lines[number - 1]) > _LONG_LINE:
                break
            if word in lines[number - 1]:
                return number
    return latest


def _json_places(content: bytes, syntax: Syntax, base: str, document: str) -> dict[Triple, Place]:
    prepared = prepare(content, syntax, document)
    statements = [quad.triple for quad in read_quads(prepared, syntax, base, document)]
    paths = _node_paths(json.loads(prepared), base)
    tails = {tail: paths[name] for name in paths if (tail := name.rpartition(":")[2])}
    split = split_by_home(statements)
    return {
        statement: Place(document, path=path)
        for group in split.by_home.values()
        for statement in group
        if (path := _path_of(statement, paths, tails)) is not None
    }


def _node_paths(tree: Any, base: str) -> dict[str, str]:
    """The JSON path of each node that has an ``@id`` (or ``id``), by that identifier, made absolute if relative."""
    paths: dict[str, str] = {}
    waiting: list[tuple[Any, str]] = [(tree, "$")]
    while waiting:
        node, where = waiting.pop()
        if isinstance(node, dict):
            identifier = node.get("@id", node.get("id"))
            if isinstance(identifier, str) and len(node) > 1:
                paths.setdefault(identifier if ":" in identifier else urljoin(base, identifier), where)
            waiting += [(value, f"{where}.{key}") for key, value in reversed(node.items())]
        elif isinstance(node, list):
            waiting += [(value, f"{where}[{index}]") for index, value in reversed(list(enumerate(node)))]
    return paths


def _path_of(statement: Triple, paths: Mapping[str, str], tails: Mapping[str, str]) -> str | None:
    """The path of the node that a statement is about, its identifier being an IRI or a CURIE.

    ``tails`` has the paths by what follows the colon.
    """
    subject = statement.subject
    if not isinstance(subject, NamedNode):
        return None
    iri = subject.value.partition("#_")[0]
    if iri in paths:
        return paths[iri]
    return next((tails[iri[start:]] for start in range(len(iri)) if iri[start:] in tails), None)
