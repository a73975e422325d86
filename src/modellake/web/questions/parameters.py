"""Parameters of named queries, as they stand in a URL."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modellake.rdf.queries import NamedQuery
from modellake.web.limits import Limits
from modellake.web.messages import Pairs, Request
from modellake.web.problems import HTTPError
from modellake.web.protocol import read_pairs, read_seconds

RESERVED = ("timeout", "as-of")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a URL gives to a query.

    Attributes:
        values: by parameter, as text; several mean any of them.
        seconds: that the answer may take.
        as_of: a commit number, a commit hash or a time; None for now.
    """

    values: dict[str, Any]
    seconds: float
    as_of: str | None


def read_asked(request: Request, query: NamedQuery, limits: Limits) -> Asked:
    """What the URL of a request gives to a query.

    Raises:
        HTTPError: 400 ``query.parameter-unknown``, ``query.parameter-missing``, ``query.parameter-repeated``.
    """
    pairs = read_pairs(request, limits)
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in RESERVED:
            values.setdefault(name, []).append(value)
    _check_known(query, values)
    _check_given(query, values)
    return Asked(values, read_seconds(pairs, limits), _as_of(pairs))


def _check_known(query: NamedQuery, values: dict[str, list[str]]) -> None:
    known = [parameter.name for parameter in query.params]
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            listed = ", ".join((*known, *RESERVED))
            raise HTTPError(
                400,
                f"The query {query.name} has no parameter {name[:100]!r}",
                code="query.parameter-unknown",
                remedy=f"Did you mean {near[0]}?" if near else f"It has: {listed}.",
            )


def _check_given(query: NamedQuery, values: dict[str, list[str]]) -> None:
    for parameter in query.params:
        if parameter.required and parameter.name not in values:
            raise HTTPError(
                400,
                f"The parameter {parameter.name!r} is missing: {parameter.text}",
                code="query.parameter-missing",
                remedy=f"Add {parameter.name}= to the address, with {expected(parameter.type)}.",
            )
        if parameter.type != "string" and "" in values.get(parameter.name, ()):
            raise HTTPError(
                400,
                f"The parameter {parameter.name!r} has no value: {parameter.text}",
                code="query.parameter-type",
                remedy=f"Give {expected(parameter.type)}, or leave it out.",
            )


def expected(kind: str) -> str:
    """What a parameter of a type takes, in words."""
    words = {
        "iri": "an IRI, a CURIE such as lake:Model, or org/name[@version]",
        "string": "a text",
        "integer": "a whole number",
        "decimal": "a number such as 0.5",
        "boolean": "true or false",
        "dateTime": "a time such as 2026-01-31T12:00:00Z",
    }
    return words[kind]


def _as_of(pairs: Pairs) -> str | None:
    given: Sequence[str] = [value for name, value in pairs if name == "as-of"]
    if len(given) > 1:
        raise HTTPError(
            400,
            "as-of is given more than once",
            code="query.parameter-repeated",
            remedy="A question is asked of one moment.",
        )
    return given[0] if given else None
