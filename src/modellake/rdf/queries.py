"""Named queries: one question a file, with a header that says what it asks and what it needs.

A parameter is a block ``VALUES ?name { UNDEF }`` in the text, so that every file is SPARQL as it stands, for any
engine; there an unbound parameter means "all". Binding puts serialized terms in the place of ``UNDEF``, at the
offsets that the tokenizer found: nothing that a caller gives can become syntax.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from modellake.core.errors import NotFoundError, UsageError
from modellake.core.iris import named_node
from modellake.core.prefixes import expand
from modellake.core.vocab import XSD
from modellake.rdf.assets import query_dir
from modellake.rdf.syntax import inspect

Value = NamedNode | Literal | str | int | float | Decimal | bool
Resolve = Callable[[str], NamedNode]

_HEADER = re.compile(r"#\s*(title|question|source|param|example):\s*(.*)")
_PARAM = re.compile(
    r"(?P<name>\w+)\s+(?P<type>\w+)\s+(?P<need>required|optional)(?:\s+default=(?P<default>\S+))?\s*(?P<text>.*)"
)
_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_DATATYPES = {
    "integer": XSD.integer,
    "decimal": XSD.decimal,
    "boolean": XSD.boolean,
    "dateTime": XSD.dateTime,
    "string": XSD.string,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a named query.

    Attributes:
        type: ``iri`` or the local name of an XSD datatype.
        default: the value taken when none is given, as text.
    """

    name: str
    type: str
    required: bool
    text: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question that has a name.

    Attributes:
        question: the competency question that it answers.
        source: who asked it.
        example: a command that asks it.
        text: the SPARQL text as it stands in the file.
    """

    name: str
    title: str
    question: str
    source: str
    params: tuple[Parameter, ...]
    example: str
    text: str
    path: Path


def list_named() -> list[NamedQuery]:
    """All named queries, by name."""
    return [_read(name, path) for name, path in sorted(_paths().items())]


def is_query_name(text: str) -> bool:
    """True when a text has the form of a name and cannot be SPARQL."""
    return _NAME.fullmatch(text.strip()) is not None


def load_named(name: str) -> NamedQuery:
    """The query of that name.

    Raises:
        NotFoundError: there is none; the remedy names near ones.
    """
    path = _paths().get(name)
    if path is None:
        near = difflib.get_close_matches(name, _paths(), n=3)
        raise NotFoundError(
            f"There is no query called {name!r}",
            code="query.unknown",
            remedy=f"Did you mean {', '.join(near)}?" if near else "See them all: modellake query --list",
        )
    return _read(name, path)


def bind(query: NamedQuery, *, resolve: Resolve | None = None, **params: Value | Sequence[Value] | None) -> str:
    """The text of a query with its parameters in place.

    Args:
        resolve: turns a short name given for an ``iri`` parameter into an IRI.
        params: a term, a Python value, or several of them for "any of these"; None leaves it unbound.

    Raises:
        UsageError: ``query.parameter-missing``, ``query.parameter-unknown`` or ``query.parameter-type``.
    """
    _check_names(query, params)
    declared = {parameter.name: parameter for parameter in query.params}
    terms = {name: _terms(parameter, params.get(name), resolve) for name, parameter in declared.items()}
    text = query.text
    for block in sorted(inspect(text).parameters, key=lambda block: -block.start):
        if terms.get(block.name):
            text = text[: block.start] + " ".join(map(str, terms[block.name])) + text[block.end :]
    return text


def _check_names(query: NamedQuery, params: Mapping[str, object]) -> None:
    known = [parameter.name for parameter in query.params]
    for name in params:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise UsageError(
                f"The query {query.name!r} has no parameter {name!r}",
                code="query.parameter-unknown",
                remedy=f"Did you mean {near[0]!r}?" if near else f"It has: {', '.join(known) or 'none'}",
            )


def _terms(parameter: Parameter, value: object, resolve: Resolve | None) -> list[NamedNode | Literal]:
    if value is None:
        value = parameter.default
    if value is None and parameter.required:
        raise UsageError(
            f"The parameter {parameter.name!r} is missing: {parameter.text}",
            code="query.parameter-missing",
            remedy=f"Give --param {parameter.name}=…",
        )
    values: Iterable[object] = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return [_term(parameter, item, resolve) for item in values if item is not None]


def _term(parameter: Parameter, value: object, resolve: Resolve | None) -> NamedNode | Literal:
    if isinstance(value, NamedNode | Literal):
        return value
    if parameter.type == "iri":
        return _iri(str(value), resolve)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    _check_type(parameter, text)
    return Literal(text, datatype=_DATATYPES.get(parameter.type, XSD.string))


def _iri(text: str, resolve: Resolve | None) -> NamedNode:
    expanded = expand(text)
    if expanded:
        return named_node(expanded)
    return resolve(text) if resolve else named_node(text)


_LEXICAL = {
    "integer": re.compile(r"[+-]?\d+"),
    "decimal": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)"),
    "boolean": re.compile(r"true|false|0|1"),
    "dateTime": re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
}


def _check_type(parameter: Parameter, text: str) -> None:
    pattern = _LEXICAL.get(parameter.type)
    if pattern and not pattern.fullmatch(text):
        raise UsageError(
            f"{text!r} is no {parameter.type}, as the parameter {parameter.name!r} must be",
            code="query.parameter-type",
        )


@lru_cache(maxsize=1)
def _paths() -> dict[str, Path]:
    return {path.stem: path for path in sorted(query_dir().rglob("*.rq"))}


@lru_cache(maxsize=256)
def _read(name: str, path: Path) -> NamedQuery:
    text = path.read_text(encoding="utf-8")
    header: dict[str, list[str]] = {}
    for line in text.splitlines():
        found = _HEADER.match(line)
        if found:
            header.setdefault(found[1], []).append(found[2].strip())
    params = tuple(_parameter(line, path) for line in header.get("param", ()))
    single = {key: " ".join(lines) for key, lines in header.items()}
    return NamedQuery(
        name=name,
        title=single.get("title", ""),
        question=single.get("question", ""),
        source=single.get("source", ""),
        params=params,
        example=single.get("example", ""),
        text=text,
        path=path,
    )


def _parameter(line: str, path: Path) -> Parameter:
    found = _PARAM.fullmatch(line)
    if found is None:
        raise UsageError(f"{path}: the header line 'param: {line}' is not of the form NAME TYPE required|optional TEXT")
    return Parameter(found["name"], found["type"], found["need"] == "required", found["text"], found["default"])
