"""What no rule of a mapping states: kept under the keys of the document, nested structure included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode

from modellake.core.literals import clean_text
from modellake.core.prefixes import PREFIXES
from modellake.core.vocab import RDF
from modellake.harvest.mapping.draft import Draft, Subject
from modellake.harvest.mapping.functions import Function
from modellake.harvest.mapping.paths import KEY, Path
from modellake.harvest.mapping.rules import Call, Expression, Reference, Template
from modellake.harvest.mapping.terms import kept_literal
from modellake.harvest.mapping.values import Item, Number, scalars

POSITION = NamedNode(PREFIXES["schema"] + "position")


@lru_cache(maxsize=4096)
def own_key(namespace: str, key: str) -> NamedNode:
    """The property under which a key is kept that the ontology has no term for."""
    return NamedNode(namespace + quote(clean_text(key), safe="-._~"))


@dataclass(slots=True)
class Stated:
    """The values that statements spell: what their container is and under which key they stand."""

    _spots: set[tuple[int, str | int | None]] = field(default_factory=set)
    _paths: dict[int, tuple[Path, ...]] = field(default_factory=dict)

    def add(self, expression: Expression, item: Item, functions: Mapping[str, Function]) -> None:
        """Remember what a term was made of, where the term spells it."""
        paths = self._paths.get(id(expression))
        if paths is None:
            paths = self._paths[id(expression)] = tuple(_spelled(expression, functions))
        for path in paths:
            for found in path.find(item):
                self._add(found)

    def holds(self, item: Item) -> bool:
        """True when statements spell this value."""
        return item.parent is not None and (id(item.parent.value), item.key) in self._spots

    def _add(self, found: Item) -> None:
        if found.key == KEY or found.parent is None:
            return
        self._spots.add((id(found.parent.value), found.key))
        if isinstance(found.value, list) and not any(isinstance(one, list | dict) for one in found.value):
            self._spots.update((id(found.value), index) for index in range(len(found.value)))


def keep_rest(draft: Draft, subject: Subject, item: Item, namespace: str, stated: Stated) -> None:
    """State all values of an item that are not stated yet, each under its key; nulls are left out."""
    for child in item.children():
        if _has_more(child, stated):
            _keep(draft, subject, own_key(namespace, str(child.key)), child, namespace, stated)


def _keep(draft: Draft, subject: Subject, predicate: NamedNode, item: Item, namespace: str, stated: Stated) -> None:
    if isinstance(item.value, dict):
        node = draft.blank()
        draft.say(subject, predicate, node, item.place())
        keep_rest(draft, node, item, namespace, stated)
    elif isinstance(item.value, list):
        _keep_list(draft, subject, predicate, item, namespace, stated)
    else:
        draft.say(subject, predicate, kept_literal(item.value), item.place())


def _keep_list(
    draft: Draft, subject: Subject, predicate: NamedNode, item: Item, namespace: str, stated: Stated
) -> None:
    ordered = _needs_order(item.value)
    for child in item.children():
        if not _has_more(child, stated):
            continue
        if not ordered and not isinstance(child.value, dict | list):
            draft.say(subject, predicate, kept_literal(child.value), child.place())
            continue
        node = draft.blank()
        draft.say(subject, predicate, node, child.place())
        draft.say(node, POSITION, kept_literal(Number(child.key)), child.place())
        if isinstance(child.value, dict):
            keep_rest(draft, node, child, namespace, stated)
        else:
            _keep(draft, node, RDF.value, child, namespace, stated)


def _has_more(item: Item, stated: Stated) -> bool:
    """True when an item holds a scalar that is not stated yet."""
    waiting = [item]
    while waiting:
        one = waiting.pop()
        if isinstance(one.value, dict | list):
            waiting.extend(one.children())
        elif one.value is not None and not stated.holds(one):
            return True
    return False


def _needs_order(values: list[Any]) -> bool:
    """Names are a set. Numbers are a vector, and of two equal values a set would keep one."""
    plain = list(scalars(values))
    numbers = len(plain) > 1 and any(isinstance(one, Number) for one in plain)
    return numbers or any(count > 1 for count in Counter(plain).values())


def _spelled(expression: Expression, functions: Mapping[str, Function]) -> Iterator[Path]:
    """The references whose values can be read in what the expression makes."""
    if isinstance(expression, Reference):
        yield expression.path
    elif isinstance(expression, Template):
        yield from (part for part in expression.parts if isinstance(part, Path))
    elif isinstance(expression, Call) and functions[expression.name].exact:
        for _, argument in expression.arguments:
            yield from _spelled(argument.expression, functions)
