"""Terms out of values, built by the rules of RML (https://kg-construct.github.io/rml-core/spec/docs/#term-generation).

Whatever stands in a document, the outcome is a valid term or a `MalformedError` that says why there is none.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode

from modellake.core.errors import UsageError
from modellake.core.iris import named_node
from modellake.core.literals import clean_text
from modellake.core.vocab import XSD
from modellake.harvest.mapping.values import Number, text_of

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_INTEGER = re.compile(r"[-+]?\d+")
_DECIMAL = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)")
_DOUBLE = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?INF|NaN")
_ZONE = r"(?:Z|[-+](?:0\d|1[0-4]):[0-5]\d)?"
_DAY = r"-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
# The lexical forms of https://www.w3.org/TR/xmlschema11-2/ for the datatypes that the lake's shapes ask for.
_FORMS = {
    XSD.integer: _INTEGER,
    XSD.decimal: _DECIMAL,
    XSD.double: _DOUBLE,
    XSD.boolean: re.compile(r"true|false|1|0"),
    XSD.date: re.compile(_DAY + _ZONE),
    XSD.dateTime: re.compile(_DAY + r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?" + _ZONE),
    XSD.gYear: re.compile(r"-?\d{4,}" + _ZONE),
    XSD.gYearMonth: re.compile(r"-?\d{4,}-(?:0[1-9]|1[0-2])" + _ZONE),
}


class MalformedError(ValueError):
    """A value of which no term of the wanted kind can be made."""


def literal(value: object, datatype: NamedNode | None = None, language: str | None = None) -> Literal:
    """A literal, with its natural datatype where none is given.

    Raises:
        MalformedError: the value is not of the datatype, or the language is no tag of BCP 47.
    """
    text = clean_text(text_of(value) or "")
    if language is not None:
        try:
            return Literal(text, language=language)
        except ValueError as error:
            raise MalformedError(f"{language[:80]!r} is no language tag") from error
    wanted = datatype or natural_datatype(value)
    form = _FORMS.get(wanted)
    if form is not None:
        text = text.strip()
        if not form.fullmatch(text) or not _is_day(text, wanted):
            raise MalformedError(f"{text[:80]!r} is no {wanted.value.rpartition('#')[2]}")
    return Literal(text, datatype=wanted)


def _is_day(text: str, datatype: NamedNode) -> bool:
    """False for a day that no calendar has, such as 2024-02-30; years beyond four digits are not looked up."""
    if datatype not in (XSD.date, XSD.dateTime) or not re.match(r"(?!0000)\d{4}-", text):
        return True
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def natural_datatype(value: object) -> NamedNode:
    """What a value is by itself: ``xsd:boolean``, ``xsd:integer``, ``xsd:double`` or ``xsd:string``."""
    if isinstance(value, bool):
        return XSD.boolean
    if isinstance(value, Number):
        return XSD.integer if _INTEGER.fullmatch(value) else XSD.double
    return XSD.string


def kept_literal(value: object) -> Literal:
    """A value for which there is no term, with the datatype nearest to it; plain decimal numbers are decimals."""
    if isinstance(value, Number) and _DECIMAL.fullmatch(value) and not _INTEGER.fullmatch(value):
        return literal(value, XSD.decimal)
    return literal(value)


def iri(text: str, base: str) -> NamedNode:
    """An IRI; a relative one is appended to the base (R2RML, 7.3).

    Raises:
        MalformedError: that is no IRI, or one that clients would resolve to another.
    """
    text = clean_text(text.strip())
    if not _ABSOLUTE.match(text):
        if not text or any(part in (".", "..") for part in re.split(r"[/#?]", text)):
            raise MalformedError(f"{text[:80]!r} is no relative IRI without '.' and '..'")
        text = base + text.removeprefix("/")
    try:
        return named_node(text)
    except UsageError as error:
        raise MalformedError(error.message) from error


def blank(text: str) -> BlankNode:
    """The blank node that a text stands for: the same for equal texts."""
    return BlankNode("m" + clean_text(text).encode().hex())


def encoded(value: str) -> str:
    """A value inside of the template of an IRI: all but unreserved characters of RFC 3987 percent-encoded."""
    return "".join(
        part if part[0] > "\x9f" and part.isprintable() and not part.isspace() else quote(part, safe="-._~")
        for part in re.findall(r"[^\x00-\x9f]|[\x00-\x9f]+", clean_text(value))
    )
