"""Values of a document: texts, numbers as they were written, truth values, lists and mappings of these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modellake.core.report import Place

_PLAIN_KEY = re.compile(r"[\w-]+")


class Number(str):
    """A number, spelled as its document spells it, so that ``1.50`` stays ``1.50``."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What a document is called: names that a mapping may refer to.

    Attributes:
        place: the file, as the user named it.
        name: of the file.
        folder: the name of the folder that it lies in.
        collection: the name of the folder that this folder lies in.
    """

    place: str
    name: str = ""
    folder: str = ""
    collection: str = ""


@dataclass(slots=True)
class Item:
    """A value inside a document, with the way that leads to it.

    Attributes:
        value: a text, `Number`, bool, None, list or dict.
        key: under which its parent holds it: a name, or a position in a list (from 0).
        parent: what holds it; None for the document as a whole and for a row.
        document: where all of it stands.
        line: of a row, 1-based.
    """

    value: Any
    key: str | int | None
    parent: Item | None
    document: Document
    line: int | None = None

    def children(self) -> Iterator[Item]:
        """The values that this one holds."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield Item(value, key, self, self.document, self.line)
        elif isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Item(value, index, self, self.document, self.line)

    def child(self, key: str | int) -> Item | None:
        """The value under a key, None where there is none."""
        value = self.value
        if isinstance(key, str):
            found = isinstance(value, dict) and key in value
        else:
            found = isinstance(value, list) and key < len(value)
        return Item(value[key], key, self, self.document, self.line) if found else None

    def root(self) -> Item:
        """The document as a whole, or the row."""
        item = self
        while item.parent is not None:
            item = item.parent
        return item

    def way(self) -> str:
        """The path to it (``scores.test[0]``)."""
        steps: list[str] = []
        item: Item = self
        while item.parent is not None:
            steps.append(_step(item.key))
            item = item.parent
        return "".join(reversed(steps)).lstrip(".")

    def place(self) -> Place:
        """Where it stands."""
        return Place(self.document.place, self.line, path=self.way() or None)


def text_of(value: Any) -> str | None:
    """A scalar as text; None for null, lists and mappings."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else None


def scalars(value: Any) -> Iterator[Any]:
    """A scalar, or the scalars of a list."""
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, str | bool):
            yield one


def _step(key: str | int | None) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _PLAIN_KEY.fullmatch(str(key)) else f"[{key!r}]"
