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
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from modellake.core.errors import NotFoundError, QueryError, UsageError
from modellake.core.iris import named_node
from modellake.core.prefixes import expand
from modellake.core.report import Place
from modellake.core.vocab import XSD
from modellake.rdf.assets import query_dir
from modellake.rdf.syntax import ParameterBlock, inspect

Value: TypeAlias = NamedNode | Literal | str | int | float | Decimal | bool
Resolve: TypeAlias = Callable[[str], NamedNode]

_HEADER = re.compile(r"#\s*(title|question|source|param|example):\s*(.*)")
_PARAM = re.compile(
    r"(?P<name>\w+)\s+(?P<type>\w+)\s+(?P<need>required|optional)(?:\s+default=(?P<default>\S+))?\s*(?P<text>.*)"
)
_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_MOST_DIGITS = 18  # no engine counts further
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//|(?<=urn:))")
_DATATYPES = {
    "string": XSD.string,
    "integer": XSD.integer,
    "decimal": XSD.decimal,
    "boolean": XSD.boolean,
    "dateTime": XSD.dateTime,
}
_LEXICAL = {
    "string": re.compile(r".*", re.DOTALL),
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    "boolean": re.compile(r"true|false|0|1"),
    "dateTime": re.compile(
        r"-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
        r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
    ),
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

    @property
    def theme(self) -> str:
        """The folder that the query is in: ``lineage``, ``licenses``, …"""
        return self.path.parent.name


def list_named() -> list[NamedQuery]:
    """All named queries, by name."""
    return [read_query(path) for _, path in sorted(_paths().items())]


def is_query_name(text: str) -> bool:
    """True when a text has the form of a name and cannot be SPARQL."""
    return _NAME.fullmatch(text.strip()) is not None


def load_named(name: str) -> NamedQuery:
    """The query of that name.

    Raises:
        NotFoundError: there is none; the remedy names near ones.
    """
    path = _paths().get(name.strip())
    if path is None:
        near = difflib.get_close_matches(name, _paths(), n=3)
        raise NotFoundError(
            f"There is no query called {name!r}",
            code="query.unknown",
            remedy=f"Did you mean {', '.join(near)}?" if near else "See them all: modellake query --list",
        )
    return read_query(path)


@lru_cache(maxsize=256)
def read_query(path: Path) -> NamedQuery:
    """A query file with its header, the comment lines that it begins with.

    Raises:
        QueryError: ``query.header``; a parameter of the header is malformed, or has no place in the text.
    """
    text = path.read_text(encoding="utf-8")
    header: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        found = _HEADER.match(line)
        if found:
            header.setdefault(found[1], []).append(found[2].strip())
            _check_header(found, Place(str(path), number))
    single = {key: " ".join(lines) for key, lines in header.items()}
    params = tuple(_parameter(line) for line in header.get("param", ()))
    _check_places(params, text, path)
    return NamedQuery(
        name=path.stem,
        title=single.get("title", ""),
        question=single.get("question", ""),
        source=single.get("source", ""),
        params=params,
        example=single.get("example", ""),
        text=text,
        path=path,
    )


def bind(query: NamedQuery, /, *, resolve: Resolve | None = None, **params: Value | Iterable[Value] | None) -> str:
    """The text of a query with its parameters in place.

    Args:
        query: what is asked.
        resolve: turns what is given for an ``iri`` parameter and is neither an absolute IRI nor a CURIE with a
            usual prefix into an IRI.
        params: a term, a Python value, or several of them for "any of these" (none of them: no answers);
            None leaves an optional parameter unbound.

    Raises:
        UsageError: ``query.parameter-missing``, ``query.parameter-unknown`` or ``query.parameter-type``.
    """
    _check_names(query, params)
    terms = {parameter.name: _terms(parameter, params.get(parameter.name), resolve) for parameter in query.params}
    text = query.text
    for block in reversed(_places(text)):
        bound = terms.get(block.name)
        if bound is not None:
            written = _count(bound, block.name) if block.counts else " ".join(map(str, bound))
            text = text[: block.start] + written + text[block.end :]
    return text


@lru_cache(maxsize=256)
def _places(text: str) -> tuple[ParameterBlock, ...]:
    """Where the parameters of a text go."""
    return inspect(text).parameters


def _check_names(query: NamedQuery, params: Mapping[str, object]) -> None:
    known = [parameter.name for parameter in query.params]
    for name in params:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3)
            raise UsageError(
                f"The query {query.name!r} has no parameter {name!r}",
                code="query.parameter-unknown",
                remedy=f"Did you mean {' or '.join(near)}?" if near else f"It has: {', '.join(known) or 'none'}",
            )


def _terms(parameter: Parameter, value: object, resolve: Resolve | None) -> list[NamedNode | Literal] | None:
    if value is None:
        value = parameter.default
    if value is None:
        if parameter.required:
            raise UsageError(
                f"The parameter {parameter.name!r} is missing: {parameter.text}",
                code="query.parameter-missing",
                remedy=f"Give --param {parameter.name}=…",
            )
        return None
    values = value if isinstance(value, Iterable) and not isinstance(value, str | bytes) else [value]
    return [_term(parameter, item, resolve) for item in values]


def _term(parameter: Parameter, value: object, resolve: Resolve | None) -> NamedNode | Literal:
    if isinstance(value, NamedNode | Literal):
        if isinstance(value, NamedNode) != (parameter.type == "iri"):
            raise _mistyped(parameter, str(value))
        return value
    if not isinstance(value, str | int | float | Decimal):
        raise _mistyped(parameter, repr(value))
    if parameter.type == "iri":
        return _named(parameter, str(value), resolve)
    text = _lexical_form(value)
    if not _LEXICAL[parameter.type].fullmatch(text):
        raise _mistyped(parameter, repr(value))
    return Literal(text, datatype=_DATATYPES[parameter.type])


def _lexical_form(value: str | int | float | Decimal) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{Decimal(repr(value)):f}" if isinstance(value, float) else str(value)


def _named(parameter: Parameter, text: str, resolve: Resolve | None) -> NamedNode:
    iri = expand(text) or text
    try:
        return resolve(text) if resolve and not _ABSOLUTE.match(iri) else named_node(iri)
    except UsageError as error:
        if error.code != "iri.malformed":
            raise
        message = f"The parameter {parameter.name!r} takes an IRI: {error.message}"
        raise UsageError(message, code=error.code, remedy=f"{parameter.name}: {parameter.text}") from error


def _mistyped(parameter: Parameter, value: str) -> UsageError:
    article = "an" if parameter.type[0] in "aeio" else "a"
    return UsageError(
        f"{value} is no value for the parameter {parameter.name!r}, which takes {article} {parameter.type}",
        code="query.parameter-type",
        remedy=f"{parameter.name}: {parameter.text}",
    )


def _count(terms: Sequence[NamedNode | Literal], name: str) -> str:
    """The number after ``LIMIT`` or ``OFFSET``, which has no datatype and no sign."""
    if len(terms) != 1 or not terms[0].value.isdecimal() or len(terms[0].value) > _MOST_DIGITS:
        raise UsageError(
            f"The parameter {name!r} takes one whole number from 0, of at most {_MOST_DIGITS} digits",
            code="query.parameter-type",
        )
    return str(int(terms[0].value))


@lru_cache(maxsize=1)
def _paths() -> dict[str, Path]:
    # Those below ontology/ are asked of an ontology, not of a lake: see `modellake.rdf.checks`. Those below engine/ are
    # what a view asks its engine.
    apart = ("engine", "ontology")
    return {path.stem: path for path in sorted(query_dir().rglob("*.rq")) if path.parent.name not in apart}


def _parameter(line: str) -> Parameter:
    found = _PARAM.fullmatch(line)
    assert found, line
    return Parameter(found["name"], found["type"], found["need"] == "required", found["text"], found["default"])


def _check_header(line: re.Match[str], place: Place) -> None:
    found = _PARAM.fullmatch(line[2].strip()) if line[1] == "param" else None
    if line[1] == "param" and (found is None or found["type"] not in ("iri", *_DATATYPES)):
        raise QueryError(
            f"The header line {line[0]!r} is not of the form 'param: NAME TYPE required|optional [default=…] TEXT'",
            code="query.header",
            remedy=f"A type is one of: iri, {', '.join(_DATATYPES)}.",
            place=place,
        )


def _check_places(params: Sequence[Parameter], text: str, path: Path) -> None:
    places = {block.name for block in _places(text)}
    for parameter in params:
        if parameter.name not in places:
            raise QueryError(
                f"The parameter {parameter.name!r} has no place in the text",
                code="query.header",
                remedy=f"Write VALUES ?{parameter.name} {{ UNDEF }} where it belongs.",
                place=Place(str(path)),
            )
