"""An independent reading of the documents that the worked mappings describe: every value and where it stands.

It knows nothing of mappings: JSON, CSV and YAML are read by other loaders than those of the harvesters, and a value
counts as said when its text, or its number, can be read in the statements about its document.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from pyoxigraph import Literal, NamedNode, Triple


def load(path: Path) -> Any:
    """The values of a document, numbers as they are written."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".json":
        return json.loads(text, parse_int=str, parse_float=str)
    if path.suffix == ".csv":
        return list(csv.DictReader(text.splitlines()))
    if path.suffix == ".mdx":
        text = text.partition("<!--")[2].partition("-->")[0]
    return yaml.load(text, Loader=yaml.BaseLoader)


def leaves(value: Any, way: str = "") -> Iterator[tuple[str, str]]:
    """Every scalar that is not blank, with its way."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{way}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, f"{way}[]")
    elif value is not None and str(value).strip():
        yield way, str(value).lower() if isinstance(value, bool) else str(value)


def missing(path: Path, statements: Iterable[Triple]) -> tuple[list[tuple[str, str]], int]:
    """The values that no statement says, and how many there are in all."""
    said, numbers = _said(statements)
    found = list(leaves(load(path)))
    return [(way, text) for way, text in found if not _is_said(text, said, numbers)], len(found)


def _said(statements: Iterable[Triple]) -> tuple[set[str], set[Decimal]]:
    texts: set[str] = set()
    for statement in statements:
        value = statement.object
        if isinstance(value, Literal):
            texts.add(value.value.strip().lower())
        elif isinstance(value, NamedNode):
            texts |= _parts(value.value)
    numbers = {number for number in map(_number, texts) if number is not None}
    return texts, numbers


def _parts(iri: str) -> set[str]:
    """What can be read in an IRI: all of it, its last segments, its fragment."""
    plain = unquote(iri).lower()
    segments = re.split(r"[/#]", plain)
    return {plain, *segments, "/".join(segments[-2:]), unquote(plain), unquote(segments[-1])}


def _is_said(text: str, said: set[str], numbers: set[Decimal]) -> bool:
    if text.strip().lower() in said:
        return True
    number = _number(text)
    return number is not None and (number in numbers or round(number, 18) in numbers)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
