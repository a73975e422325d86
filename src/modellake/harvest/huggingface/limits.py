"""Limits of front matter: depth, and size with all aliases written out.

An alias costs four characters and can stand for a tree of any size, an alias in an anchored list doubles it:
so the size is reckoned on the stream of YAML events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.huggingface.text import CardText

MAX_DEPTH = 64
MAX_NODES = 200_000
MAX_CHARACTERS = 32 * 1024 * 1024


@dataclass(slots=True)
class _Size:
    """The size of a node with its aliases written out."""

    anchor: str | None = None
    nodes: int = 1
    characters: int = 0
    height: int = 0

    def add(self, other: _Size) -> None:
        self.nodes += other.nodes
        self.characters += other.characters
        self.height = max(self.height, other.height + 1)


def check_size(card: CardText, loader: Any) -> None:
    """Refuse a front matter that is too large or too deep, before anything of it is built.

    Args:
        card: whose front matter is looked at.
        loader: the PyYAML loader class that will read it.

    Raises:
        ParseError: it is too deep (``parse.too-deep``), too large with its aliases written out
            (``parse.too-large``), or endless (``parse.yaml``).
    """
    import yaml

    anchored: dict[str, _Size] = {}
    root = _Size()
    open_nodes = [root]
    for event in yaml.parse(card.yaml or "", Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append(_Size(event.anchor))
            _check_depth(card, event, len(open_nodes) - 1)
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            size = open_nodes.pop()
        elif isinstance(event, yaml.ScalarEvent):
            size = _Size(event.anchor, characters=len(event.value))
        elif isinstance(event, yaml.AliasEvent):
            size = _aliased(card, event, anchored, open_nodes)
        else:
            continue
        if not isinstance(event, yaml.AliasEvent) and size.anchor:
            anchored[size.anchor] = size
        open_nodes[-1].add(size)
        _check_depth(card, event, len(open_nodes) - 1 + size.height)
        _check_size(card, event, open_nodes[-1])


def _aliased(card: CardText, event: Any, anchored: dict[str, _Size], open_nodes: list[_Size]) -> _Size:
    if any(node.anchor == event.anchor for node in open_nodes):
        raise ParseError(
            f"The alias *{event.anchor} stands inside the value that it names",
            code="parse.yaml",
            place=card.place(card.yaml_start + event.start_mark.index),
            remedy="Write the value out.",
        )
    return anchored.get(event.anchor, _Size())


def _check_depth(card: CardText, event: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise too_deep(card.place(card.yaml_start + event.start_mark.index))


def too_deep(place: Place) -> ParseError:
    """The error for a front matter that is nested too deeply."""
    return ParseError(
        f"The front matter is nested deeper than {MAX_DEPTH} levels",
        code="parse.too-deep",
        place=place,
        remedy="Move what is nested so deeply into a file of its own.",
    )


def _check_size(card: CardText, event: Any, size: _Size) -> None:
    if size.nodes > MAX_NODES or size.characters > MAX_CHARACTERS:
        raise ParseError(
            f"With its aliases written out the front matter holds more than {MAX_NODES:,} values "
            f"or {MAX_CHARACTERS:,} characters",
            code="parse.too-large",
            place=card.place(card.yaml_start + event.start_mark.index),
            remedy="Write fewer aliases, or move the data into a file of its own.",
        )
