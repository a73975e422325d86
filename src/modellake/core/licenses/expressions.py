"""SPDX license expressions (https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modellake.core.licenses.listed import exception_id, spdx_id

MAX_EXPRESSION = 4_000
MAX_DEPTH = 20
_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")
# How the library's parser fails at some texts besides saying so.
_LIBRARY_FAULTS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError)
_OPERATOR = re.compile(r"\b(?:and|or|with)\b|[()]|LicenseRef-", re.IGNORECASE)


class ExpressionError(ValueError):
    """A text is no license expression; ``part`` is what cannot be told in it, if that is the reason."""

    def __init__(self, message: str, part: str | None = None) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True)
class Simple:
    """One license: an id of the SPDX list, or a reference to a text in the document that states it."""

    name: str

    @property
    def is_listed(self) -> bool:
        """True for an id of the SPDX list."""
        return spdx_id(self.name) == self.name

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class OrLater:
    """A license or any later version of it (``Apache-1.1+``)."""

    license: Simple

    def __str__(self) -> str:
        return f"{self.license}+"


@dataclass(frozen=True, slots=True)
class WithException:
    """A license with an exception of the SPDX list."""

    license: Simple | OrLater
    exception: str

    def __str__(self) -> str:
        return f"{self.license} WITH {self.exception}"


@dataclass(frozen=True, slots=True)
class Compound:
    """Several licenses that all apply (``AND``), or of which one may be chosen (``OR``)."""

    operator: str
    members: tuple[Expression, ...]

    def __str__(self) -> str:
        return f" {self.operator} ".join(
            f"({part})" if isinstance(part, Compound) else str(part) for part in self.members
        )


Expression = Simple | OrLater | WithException | Compound


def looks_compound(text: str) -> bool:
    """True for a text with an operator, a parenthesis or a reference: for nothing else an expression is needed."""
    return _OPERATOR.search(text) is not None


def parse_expression(text: str) -> Expression:
    """An expression with ids as the SPDX list spells them; what was stated stays: nothing is simplified.

    Raises:
        ExpressionError: it is malformed, too long or too deep, or an id in it is not known.
    """
    if len(text) > MAX_EXPRESSION:
        raise ExpressionError(f"it is longer than {MAX_EXPRESSION:,} characters")
    from license_expression import ExpressionError as LibraryError
    from license_expression import Licensing
    from license_expression import ParseError as LibraryParseError

    try:
        parsed = Licensing().parse(text)
    except (LibraryError, LibraryParseError, *_LIBRARY_FAULTS) as error:
        raise ExpressionError("its operators and parentheses do not fit") from error
    if parsed is None:
        raise ExpressionError("it is empty")
    return _read(parsed, MAX_DEPTH)


def simple_expression(name: str) -> Simple | OrLater | None:
    """One id or reference, with ``+`` for later versions; None where it is not known."""
    known = spdx_id(name)
    if known or _REFERENCE.fullmatch(name):
        return Simple(known or name)
    base = spdx_id(name[:-1]) if name.endswith("+") else None
    return OrLater(Simple(base)) if base else None


def simple_parts(expression: Expression) -> Iterator[Simple]:
    """The licenses in an expression, in the order in which they stand there."""
    if isinstance(expression, Simple):
        yield expression
    elif isinstance(expression, Compound):
        for member in expression.members:
            yield from simple_parts(member)
    else:
        yield from simple_parts(expression.license)


def _read(node: Any, depth: int) -> Expression:
    if not depth:
        raise ExpressionError(f"it is nested more than {MAX_DEPTH} deep")
    operator = getattr(node, "operator", None)
    if operator:
        return Compound(operator.strip().upper(), tuple(_read(part, depth - 1) for part in node.args))
    exception = getattr(node, "exception_symbol", None)
    if not hasattr(node, "key" if exception is None else "license_symbol"):
        raise ExpressionError("its operators and parentheses do not fit")
    if exception is None:
        return _known(node.key)
    known = exception_id(exception.key)
    if known is None:
        raise ExpressionError(f"{exception.key[:80]!r} is no exception of the SPDX list", exception.key)
    return WithException(_known(node.license_symbol.key), known)


def _known(name: str) -> Simple | OrLater:
    found = simple_expression(name)
    if found is None:
        raise ExpressionError(f"{name[:80]!r} is no license of the SPDX list", name)
    return found
