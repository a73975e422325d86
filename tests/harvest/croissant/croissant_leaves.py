"""An independent account of what a Croissant file says: its leaves, read with `json` alone, and where they went."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Triple


def document(content: bytes) -> Any:
    """The tree of a file, numbers with their digits."""
    return json.loads(content.decode("utf-8-sig"), parse_float=Decimal)


def leaves(value: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    """Every value of a tree that is neither null nor a part of a context, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "@context":
                plain = re.fullmatch(r"[A-Za-z_][\w-]*", key)
                yield from leaves(inner, f"{path}.{key}" if plain else f'{path}["{key}"]')
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    elif value is not None:
        yield path, value


def prefixes(tree: Any) -> dict[str, str]:
    """The prefixes that the context of a file declares, expanded one by another."""
    context = tree.get("@context", {}) if isinstance(tree, dict) else {}
    return {key: value for key, value in context.items() if isinstance(value, str) and value.endswith(("/", "#"))}


class Account:
    """What a set of statements holds, in forms that can be compared with the leaves of JSON."""

    def __init__(self, statements: Iterable[Triple], named: dict[str, str]) -> None:
        self.texts: set[str] = set()
        self.numbers: set[Decimal] = set()
        self.truths: set[bool] = set()
        self.iris: set[str] = set()
        self._named = named
        for statement in statements:
            for term in (statement.subject, statement.object):
                self._enter(term)

    def holds(self, leaf: Any) -> bool:
        """True when the value is a literal, an IRI, the end of one, or stands in JSON that is kept."""
        if isinstance(leaf, bool):
            return leaf in self.truths
        if isinstance(leaf, int | Decimal):
            return Decimal(leaf) in self.numbers
        return leaf in self.texts or leaf in self.iris or self._abbreviated(leaf)

    def _abbreviated(self, leaf: str) -> bool:
        prefix, mark, name = leaf.partition(":")
        if not mark or prefix not in self._named:
            return False
        # The old namespace of Croissant became the present one, and so did its classes of files.
        return any(iri.endswith("/" + name) or iri.endswith("#" + name) for iri in self.iris)

    def _enter(self, term: object) -> None:
        if isinstance(term, NamedNode):
            path = unquote(term.value)
            parts = re.split(r"[/#]", path)
            self.iris.update({"/".join(parts[-count:]) for count in range(1, 4)} | {path, term.value})
            # Parts of a version are called `#field-flowers%2Fid`.
            self.iris.add(path.rpartition("#")[2].partition("-")[2])
        if isinstance(term, Literal):
            self._enter_literal(term)

    def _enter_literal(self, literal: Literal) -> None:
        kind = literal.datatype.value.partition("#")[2]
        if kind == "JSON":
            for _, inner in leaves(json.loads(literal.value, parse_float=Decimal)):
                self._enter_leaf(inner)
        elif kind in ("integer", "decimal", "double"):
            self.numbers.add(Decimal(literal.value))
        elif kind == "boolean":
            self.truths.add(literal.value == "true")
        self.texts.add(literal.value)

    def _enter_leaf(self, leaf: Any) -> None:
        if isinstance(leaf, bool):
            self.truths.add(leaf)
        elif isinstance(leaf, int | Decimal):
            self.numbers.add(Decimal(leaf))
        else:
            self.texts.add(leaf)


def missing(content: bytes, statements: Iterable[Triple]) -> list[tuple[str, Any]]:
    """The leaves of a file that its description does not hold."""
    tree = document(content)
    account = Account(statements, prefixes(tree))
    return [(path, leaf) for path, leaf in leaves(tree) if not account.holds(leaf)]
