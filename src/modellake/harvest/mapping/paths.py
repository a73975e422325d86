"""References: which values of a document a mapping speaks of.

A reference to JSON or YAML is a JSONPath (https://www.rfc-editor.org/rfc/rfc9535) of names, positions and ``*``, with
the additions of JSONPath-Plus: ``^`` is the parent, ``~`` the key under which a value stands. It begins at the
item of the iteration, which ``@`` alone stands for, or with ``$`` at the document as a whole.
 ``@name``, ``@stem``, ``@folder`` and ``@collection`` are the
name of the file, the same without its ending, and the names of the two folders that it lies in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import PurePath

from modellake.core.errors import ParseError
from modellake.harvest.mapping.values import Document, Item

ROOT, CURRENT, PARENT, KEY, ALL, BELOW = "$", "@", "^", "~", "*", ".."
MAX_FOUND = 1_000_000
_NAMES = ("@name", "@stem", "@folder", "@collection")
_TOKEN = re.compile(
    r"""(?P<below>\.\.(?=[^.\[\s]))|(?P<parent>\.?\^)|(?P<key>\.?~$)|(?P<all>\.?\*|\[\*\])|\[(?P<index>\d{1,9})\]
    |\[(?:'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)")\]|\.?(?P<name>[^.\[\]^~*$'"]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: ``name`` with a key, or one of `PARENT`, `KEY`, `ALL`, `BELOW`."""

    kind: str
    key: str | int = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A reference that was read.

    Attributes:
        text: as the mapping spells it.
        steps: from the item, or from the document as a whole.
        absolute: True for the latter.
        about: what it says of the document itself (``@stem``), else empty.
    """

    text: str
    steps: tuple[Step, ...]
    absolute: bool = False
    about: str = ""

    def find(self, item: Item) -> Iterator[Item]:
        """The values that it leads to from an item, in the order of the document.

        Raises:
            ParseError: they are more than a document can be expected to hold (``mapping.too-many``).
        """
        if self.about:
            yield Item(_said_of(item.document, self.about), self.about, None, item.document)
            return
        found = [item.root() if self.absolute else item]
        for step in self.steps:
            if step.kind == "name":
                found = [child for start in found if (child := start.child(step.key)) is not None]
                continue
            found = list(islice((one for start in found for one in _follow(start, step)), MAX_FOUND + 1))
            if len(found) > MAX_FOUND:
                raise ParseError(
                    f"{self.text!r} leads to more than {MAX_FOUND:,} values",
                    code="mapping.too-many",
                    place=item.place(),
                    remedy="Write the path without '..', or split the document.",
                )
        yield from found


@lru_cache(maxsize=4096)
def column(name: str) -> Path:
    """The reference to a column of a table: all of it is the column's name."""
    return Path(name, (Step("name", name),))


@lru_cache(maxsize=4096)
def json_path(text: str) -> Path:
    """A JSONPath.

    Raises:
        ParseError: it uses what is not supported (``mapping.path``); the message says from where on.
    """
    if text in _NAMES:
        return Path(text, (), about=text)
    start = 1 if text.startswith((ROOT, CURRENT)) else 0
    position, steps = start, []
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found or found.end() == position:
            raise ParseError(
                f"The path {text!r} cannot be read from {text[position:]!r} on",
                code="mapping.path",
                remedy="Use names, ['names'], [0], [*], ^ for the parent, ~ for the key; filters are not supported.",
            )
        steps.append(_step(found))
        position = found.end()
    return Path(text, tuple(steps), absolute=text.startswith(ROOT))


def _step(found: re.Match[str]) -> Step:
    kind = found.lastgroup or ""
    if kind in ("parent", "key", "all", "below"):
        return Step({"parent": PARENT, "key": KEY, "all": ALL, "below": BELOW}[kind])
    text = found[kind]
    if kind == "index":
        return Step("name", int(text))
    return Step("name", re.sub(r"\\(.)", r"\1", text) if kind in ("single", "double") else text.strip())


def _follow(item: Item, step: Step) -> Iterator[Item]:
    if step.kind == ALL:
        yield from item.children()
    elif step.kind == PARENT:
        if item.parent is not None:
            yield item.parent
    elif step.kind == KEY:
        if item.key is not None:
            yield Item(str(item.key), KEY, item, item.document, item.line)
    else:
        yield from _descendants(item)


def _descendants(item: Item) -> Iterator[Item]:
    waiting = [item]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(list(one.children())))


def _said_of(document: Document, what: str) -> str:
    if what == "@stem":
        return PurePath(document.name).stem
    return {"@name": document.name, "@folder": document.folder, "@collection": document.collection}[what]
