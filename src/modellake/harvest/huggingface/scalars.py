"""One YAML scalar: its text as written, and what YAML reads it as.

Types follow YAML 1.1, as in PyYAML and in huggingface_hub (https://yaml.org/type/). The Hub itself reads
YAML 1.2, where ``no`` is the language Norwegian and not the value false: where the two readings differ, a
scalar says so, and both are kept.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal

from modellake.harvest.huggingface.terms import typed

YAML_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]{1,3}")
_TRUTH = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_SPECIAL = {".inf": "INF", "+.inf": "INF", "-.inf": "-INF", ".nan": "NaN"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf of the front matter.

    Attributes:
        text: as it was written, quotes and escapes resolved.
        literal: what YAML 1.1 reads it as; None for null.
        ambiguous: True when YAML 1.2 reads another value, or the literal does not spell the text.
        path: where it is (``model-index[0].name``).
        start: its offset in the card.
    """

    text: str
    literal: Literal | None
    ambiguous: bool
    path: str
    start: int

    @property
    def is_text(self) -> bool:
        """True for what YAML reads as a string."""
        return self.literal is not None and self.literal.datatype.value.endswith("#string")

    @property
    def name(self) -> str:
        """The text without surrounding blanks, as an identifier; empty for null."""
        return "" if self.literal is None else self.text.strip()


def read_scalar(text: str, tag: str, path: str, start: int) -> Scalar:
    """A scalar with the tag that YAML resolved for it (``tag:yaml.org,2002:int``)."""
    reader = _READERS.get(tag.removeprefix(YAML_TAG))
    literal, ambiguous = reader(text) if reader else (Literal(text), False)
    return Scalar(text, literal, ambiguous, path, start)


def is_count(scalar: Scalar) -> bool:
    """True for a whole number from 0 that every engine can hold (https://www.w3.org/TR/xmlschema11-2/#long)."""
    literal = scalar.literal
    whole = literal is not None and literal.datatype.value.endswith("#integer") and scalar.text.isdigit()
    return whole and not scalar.ambiguous and len(scalar.text) <= 18


def decimal_text(text: str) -> str | None:
    """A number as the lexical form of an ``xsd:decimal``: as written, or without its exponent.

    None for what is not one finite number.
    """
    text = text.strip()
    if _DECIMAL.fullmatch(text):
        return text
    if not _SCIENTIFIC.fullmatch(text):
        return None
    try:
        return format(Decimal(text), "f")
    except InvalidOperation:
        return None


def _null(text: str) -> tuple[Literal | None, bool]:
    return (None if text.lower() in ("", "~", "null") else Literal(text)), False


def _boolean(text: str) -> tuple[Literal, bool]:
    value = _TRUTH.get(text.lower())
    return (Literal(text), False) if value is None else (typed(value, "boolean"), value != text.lower())


def _integer(text: str) -> tuple[Literal, bool]:
    if _INTEGER.fullmatch(text):
        return typed(text, "integer"), False
    value = _whole(text.replace("_", ""))
    return (Literal(text), False) if value is None else (typed(str(value), "integer"), True)


def _whole(text: str) -> int | None:
    """An integer in base 2, 8, 10, 16 or 60 (https://yaml.org/type/int.html)."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    try:
        if ":" in digits:
            value = 0
            for part in digits.split(":"):
                value = value * 60 + int(part)
            return sign * value
        base = {"0b": 2, "0x": 16}.get(digits[:2].lower(), 8 if digits.startswith("0") else 10)
        return sign * int(digits, base)
    except ValueError:
        return None


def _float(text: str) -> tuple[Literal, bool]:
    if _DECIMAL.fullmatch(text):
        return typed(text, "decimal"), False
    if _SCIENTIFIC.fullmatch(text):
        return typed(text, "double"), False
    if text.lower() in _SPECIAL:
        return typed(_SPECIAL[text.lower()], "double"), True
    value = _sexagesimal(text.replace("_", ""))
    return (Literal(text), False) if value is None else (typed(repr(value), "double"), True)


def _sexagesimal(text: str) -> float | None:
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    try:
        value = 0.0
        for part in digits.split(":"):
            value = value * 60 + float(part)
    except ValueError:
        return None
    return sign * value


def _timestamp(text: str) -> tuple[Literal, bool]:
    try:
        if len(text) <= 10:
            day = "-".join(part.zfill(2) for part in text.split("-"))
            return typed(date.fromisoformat(day).isoformat(), "date"), day != text
        moment = _moment(text)
    except ValueError:
        return Literal(text), False
    return typed(moment, "dateTime"), moment != text


def _moment(text: str) -> str:
    """A YAML timestamp as an ``xsd:dateTime`` (https://yaml.org/type/timestamp.html)."""
    day, _, rest = re.sub(r"[Tt]|[ \t]+", " ", text, count=1).partition(" ")
    rest = re.sub(r"\s*(Z|[-+]\d.*)$", r"\1", rest)
    parts = re.fullmatch(r"([\d:.]+)(.*)", rest)
    if not parts:
        raise ValueError(text)
    clock, zone = parts.groups()
    hours, _, others = clock.partition(":")
    day = "-".join(part.zfill(2) for part in day.split("-"))
    moment = f"{day}T{hours.zfill(2)}:{others}{_offset(zone)}"
    datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", moment))
    return moment


def _offset(zone: str) -> str:
    if zone in ("", "Z"):
        return zone
    hours, _, minutes = zone[1:].partition(":")
    return f"{zone[0]}{hours[:2].zfill(2)}:{(minutes or hours[2:] or '00').zfill(2)}"


def _binary(text: str) -> tuple[Literal, bool]:
    encoded = "".join(text.split())
    try:
        b64decode(encoded, validate=True)
    except ValueError:
        return Literal(text), False
    return typed(encoded, "base64Binary"), False


_READERS = {
    "null": _null,
    "bool": _boolean,
    "int": _integer,
    "float": _float,
    "timestamp": _timestamp,
    "binary": _binary,
}
