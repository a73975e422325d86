"""Python values as RDF literals, and texts as names; whatever is given, the outcome is a valid term."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import XSD

_MOST_PLACES = 18
_TOO_LARGE, _TOO_SMALL = Decimal(10) ** 20, Decimal(10) ** -12


def clean_text(text: str) -> str:
    """The text with lone surrogates, which no UTF-8 document can hold, replaced by ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def text_literal(value: object) -> Literal:
    """A plain string."""
    return Literal(clean_text(str(value)))


def integer_literal(value: Any) -> Literal:
    """``xsd:integer``, of anything that is a whole number.

    Raises:
        ValueError, TypeError: it is none.
    """
    number = int(value)
    if number != value and str(number) != str(value).strip():
        raise ValueError(f"{value!r} is no whole number")
    return _typed(str(number), XSD.integer)


def decimal_literal(value: Any) -> Literal:
    """``xsd:decimal`` with the digits that Python prints, written without an exponent.

    Engines hold 18 digits after the point in 128 bits (https://www.w3.org/TR/xmlschema11-2/#partial-implementation
    asks for 16 digits in all): what is longer is rounded, as long as 6 significant digits are left of it.

    Raises:
        ValueError, TypeError, ArithmeticError: it is no finite number, or none that an engine could hold.
    """
    number = value if isinstance(value, Decimal | int) else Decimal(repr(float(value)))
    exact = Decimal(number)
    if not exact.is_finite():
        raise ValueError(f"{value!r} is no finite number")
    kept = exact if _places(exact) <= _MOST_PLACES else round(exact, _MOST_PLACES)
    if abs(exact) >= _TOO_LARGE or (kept != exact and abs(exact) < _TOO_SMALL):
        raise ValueError(f"{value!r} is too large or too small for xsd:decimal")
    return _typed(format(kept, "f"), XSD.decimal)


def boolean_literal(value: object) -> Literal:
    """``xsd:boolean``."""
    return _typed("true" if value else "false", XSD.boolean)


def time_literal(value: Any) -> Literal:
    """``xsd:dateTime`` of a datetime, ``xsd:date`` of a date; a text gets the datatype that its form says.

    ISO 8601 texts of a year or of a year and month are known as well, for what is only known so far.
    """
    if isinstance(value, datetime):
        return _typed(value.isoformat().replace("+00:00", "Z"), XSD.dateTime)
    if isinstance(value, date):
        return _typed(value.isoformat(), XSD.date)
    text = clean_text(str(value)).strip()
    if "T" in text:
        return _typed(text, XSD.dateTime)
    return _typed(text, {4: XSD.gYear, 7: XSD.gYearMonth}.get(len(text), XSD.date))


def value_literal(value: Any) -> Literal:
    """Any value with the datatype nearest to it; a collection or a mapping as its JSON text."""
    value = plain_value(value)
    convert = next((convert for kinds, convert in _NEAREST if isinstance(value, kinds)), text_literal)
    try:
        return convert(value)
    except (ValueError, ArithmeticError):
        return text_literal(value)


def plain_value(value: Any) -> Any:
    """A scalar of an array library as a Python value; anything else unchanged."""
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return _built_in(value, kind)
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        try:
            return item()
        except (TypeError, ValueError):
            return value
    return value


def json_text(value: object) -> str:
    """A value as JSON; what JSON cannot say becomes text, sets are sorted."""
    return json.dumps(value, ensure_ascii=False, default=_json_value, skipkeys=True)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _built_in(value: Any, kind: type) -> Any:
    """Subclasses such as ``numpy.float64`` print themselves otherwise than what they are subclasses of."""
    if type(value) is kind:
        return value
    return str.__str__(value) if kind is str else kind(value)


def _double_literal(value: float) -> Literal:
    text = "NaN" if math.isnan(value) else repr(value).replace("inf", "INF")
    return _typed(text, XSD.double)


def _json_value(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    plain = plain_value(value)
    return str(value) if plain is value else plain


def _typed(text: str, datatype: NamedNode) -> Literal:
    return Literal(text, datatype=datatype)


_NEAREST: tuple[tuple[Any, Callable[[Any], Literal]], ...] = (
    (bool, boolean_literal),
    (int, integer_literal),
    (float, _double_literal),
    (Decimal, decimal_literal),
    (date, time_literal),
    ((Mapping, list, tuple, set, frozenset), lambda value: text_literal(json_text(value))),
)
