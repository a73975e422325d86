"""An independent account of what a card says: its leaves, read with PyYAML alone, and where they went."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote

import yaml
from pyoxigraph import Literal, NamedNode, Triple

FRONT_MATTER = re.compile(r"\s*---\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)


def front_matter(content: bytes) -> dict[str, Any]:
    """The metadata of a card."""
    found = FRONT_MATTER.match(content.decode("utf-8-sig"))
    return (yaml.safe_load(found[1]) or {}) if found else {}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a metadata tree that is no null, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    elif value is not None:
        yield path, value


class Account:
    """What a set of statements holds, in forms that can be compared with YAML values."""

    def __init__(self, statements: Iterable[Triple]) -> None:
        self.texts: set[str] = set()
        self.typed: set[tuple[str, str]] = set()
        self.numbers: set[Decimal] = set()
        self.iris: set[str] = set()
        for statement in statements:
            for term in (statement.subject, statement.object):
                self._enter(term)

    def holds(self, leaf: Any) -> bool:
        """True when the value is a literal's or the tail of an IRI."""
        if isinstance(leaf, bool):
            return (str(leaf).lower(), "boolean") in self.typed
        if isinstance(leaf, int | float):
            return Decimal(repr(leaf)) in self.numbers
        if isinstance(leaf, datetime.datetime):
            return leaf.isoformat() in self.texts
        if isinstance(leaf, datetime.date):
            return (leaf.isoformat(), "date") in self.typed
        return leaf in self.texts or leaf in self.iris

    def _enter(self, term: object) -> None:
        if isinstance(term, NamedNode):
            path = unquote(term.value)
            parts = re.split(r"[/#]", path)
            self.iris.update({parts[-1], "/".join(parts[-2:]), path})
        if isinstance(term, Literal):
            datatype = term.datatype.value.partition("#")[2]
            self.texts.add(term.value)
            self.typed.add((term.value, datatype))
            if datatype in ("integer", "decimal", "double"):
                self._enter_number(term.value)

    def _enter_number(self, text: str) -> None:
        try:
            self.numbers.add(Decimal(text))
            self.numbers.add(Decimal(repr(float(text))))
        except (InvalidOperation, OverflowError):
            return


def missing(content: bytes, statements: Iterable[Triple]) -> list[tuple[str, Any]]:
    """The leaves of a card that its description does not hold."""
    account = Account(statements)
    return [(path, leaf) for path, leaf in leaves(front_matter(content)) if not account.holds(leaf)]
