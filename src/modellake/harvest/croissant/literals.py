"""What stands in a document, as literals."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import RDF, XSD
from modellake.harvest.croissant.elements import Leaf
from modellake.harvest.croissant.tree import Items, Mapping, Node, Scalar

JSON = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON")
_LONG = 200
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"\d{4}")
_BYTES = re.compile(r"(\d{1,18})\s*(B|bytes?)?", re.IGNORECASE)
_SHAPE = re.compile(r"\[?\s*(-?\d{1,18}(\s*,\s*-?\d{1,18})*)?\s*,?\s*\]?")


def literal_of(leaf: Leaf, *, prose: bool = False) -> Literal:
    """The literal of a leaf; ``prose`` is in the language of the document where the leaf names no other.

    Names, keywords, paths and the like are in no language, whatever the document as a whole says.
    """
    node = leaf.node
    if node.kind != "text":
        return _plain(node)
    language = leaf.language or (leaf.default_language if prose else "")
    if language and is_language_tag(language):
        return _in_language(node.text, language)
    if leaf.datatype:
        return _typed(node.text, leaf.datatype)
    return Literal(node.text)


def text_of(leaf: Leaf) -> Literal:
    """What stands there as a plain string, whatever it is."""
    return Literal(leaf.node.text)


def json_literal(node: Node) -> Literal:
    """A part of the document as JSON, keys sorted, numbers as they were written."""
    return Literal(json_text(node), datatype=JSON)


def json_text(node: Node) -> str:
    """A tree as JSON (in the order of RFC 8785, but for numbers, which keep their digits)."""
    if isinstance(node, Mapping):
        inner = (f"{_quoted(key)}:{json_text(value)}" for key, value in sorted(node.entries.items()))
        return "{" + ",".join(inner) + "}"
    if isinstance(node, Items):
        return "[" + ",".join(map(json_text, node.items)) + "]"
    return _quoted(node.text) if node.kind == "text" else node.text


def is_language_tag(text: str) -> bool:
    """True for what has the form of a BCP 47 tag (https://www.rfc-editor.org/info/bcp47)."""
    return len(text) <= 100 and _LANGUAGE_TAG.fullmatch(text) is not None


def time_of(text: str) -> Literal | None:
    """A date, moment, month or year (ISO 8601) with the datatype of its form; None for other texts."""
    text = text.strip()
    if len(text) > 40:
        return None
    try:
        if _MOMENT.fullmatch(text):
            datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
            return _typed(text, XSD.dateTime.value)
        if _DAY.fullmatch(text):
            date.fromisoformat(text)
            return _typed(text, XSD.date.value)
    except ValueError:
        return None
    if _MONTH.fullmatch(text):
        return _typed(text, XSD.gYearMonth.value)
    return _typed(text, XSD.gYear.value) if _YEAR.fullmatch(text) else None


def bytes_of(text: str) -> Literal | None:
    """A size as a whole number of bytes; None where it is rounded to a larger unit or is no size."""
    found = _BYTES.fullmatch(text.strip()) if len(text) <= _LONG else None
    return _typed(str(int(found[1])), XSD.integer.value) if found else None


def shape_of(text: str) -> Literal | None:
    """The sizes of dimensions (``-1,3`` or ``[-1, 3]``) as the JSON of an array; None for other texts."""
    found = _SHAPE.fullmatch(text.strip()) if len(text) <= _LONG else None
    if not found or not text.strip():
        return None
    sizes = [int(size) for size in found[1].split(",")] if found[1] else []
    return Literal(json.dumps(sizes))


def decimal_of(text: str) -> Literal | None:
    """A number as an ``xsd:decimal`` without exponent; None for what is no finite number."""
    text = text.strip()
    if len(text) > _LONG or not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?", text, re.ASCII):
        return None
    try:
        return _typed(format(Decimal(text), "f"), XSD.decimal.value)
    except InvalidOperation:
        return None


def _in_language(text: str, language: str) -> Literal:
    """A text in a language; tags that only look like some are left out."""
    try:
        return Literal(text, language=language.lower())
    except ValueError:
        return Literal(text)


def _plain(node: Scalar) -> Literal:
    """A number or a truth value with its own datatype (https://www.w3.org/TR/json-ld11/#conversion-of-native-data-types)."""
    if node.kind == "boolean":
        return _typed(node.text, XSD.boolean.value)
    if re.fullmatch(r"-?\d+", node.text):
        return _typed(node.text, XSD.integer.value)
    return _typed(node.text, XSD.double.value if "e" in node.text.lower() else XSD.decimal.value)


def _typed(text: str, datatype: str) -> Literal:
    if datatype == RDF.langString.value:
        return Literal(text)
    try:
        return Literal(text, datatype=NamedNode(datatype))
    except ValueError:
        return Literal(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
