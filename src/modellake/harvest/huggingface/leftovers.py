"""What a file says that there are no terms for: kept under its own keys, within bounds."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal

from modellake.core.report import Severity
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.scalars import Scalar
from modellake.harvest.huggingface.terms import typed
from modellake.harvest.huggingface.tree import Items, Mapping, Node, children

MAX_LEAVES = 20_000
MAX_LEAVES_OF_ALL = 50_000
MAX_TEXT = 64 * 1024
_CONSTANTS = frozenset(["NaN", "Infinity", "-Infinity"])


def keep_all(draft: Draft, file: CardFile, tree: Mapping) -> None:
    """Keep what a file says on its node, as far as a record can hold it."""
    for key, node in within_bounds(draft, file, tree).entries.items():
        draft.keep(file.node, key, numbered(node))


def within_bounds(draft: Draft, file: CardFile, tree: Mapping) -> Mapping:
    """The tree without the entries that are too large for a record: they stay in the file, and are named."""
    kept: dict[str, Node] = {}
    left = MAX_LEAVES
    for key, node in tree.entries.items():
        size = _size(node, left)
        if size is not None and draft.reserve(size, MAX_LEAVES_OF_ALL):
            left -= size
            kept[key] = node
    if len(kept) < len(tree.entries):
        _note_dropped(draft, file, tree, [key for key in tree.entries if key not in kept])
    constant = next((leaf for node in kept.values() for leaf in _leaves(node) if _is_constant(leaf)), None)
    if constant is not None:
        draft.note(
            "side-file.constant",
            f"{file.name} holds {constant.text}, which is no JSON; it is read as the number it stands for",
            "Write null, or a number.",
            constant,
            severity=Severity.INFO,
        )
    return Mapping(kept, tree.path, tree.start)


def _is_constant(leaf: Scalar) -> bool:
    return leaf.text in _CONSTANTS and not leaf.is_text


def numbered(node: Node) -> Node:
    """The tree with each mapping that has numbers for keys (``{"0": "cat"}``) as a list of what it maps.

    Otherwise every number would become a property.
    """
    if isinstance(node, Items):
        return Items(tuple(numbered(item) for item in node.items), node.path, node.start)
    if not isinstance(node, Mapping):
        return node
    inner = {key: numbered(value) for key, value in node.entries.items()}
    if not inner or not all(key.isascii() and key.isdigit() and len(key) < 20 for key in inner):
        return Mapping(inner, node.path, node.start)
    entries = tuple(_entry(key, value) for key, value in inner.items())
    return Items(entries, node.path, node.start)


def _entry(key: str, value: Node) -> Mapping:
    number = Scalar(key, typed(key, "integer"), False, value.path, value.start)
    if isinstance(value, Mapping) and "id" not in value.entries:
        return Mapping({"id": number, **value.entries}, value.path, value.start)
    return Mapping({"id": number, "value": value}, value.path, value.start)


def named(node: Mapping) -> Items:
    """A mapping from names that are no properties (``{"cat": 0}``) as a list of names and values."""
    entries = (_named_entry(key, value) for key, value in node.entries.items())
    return Items(tuple(entries), node.path, node.start)


def _named_entry(key: str, value: Node) -> Mapping:
    name = Scalar(key, Literal(key), False, value.path, value.start)
    if isinstance(value, Mapping) and "name" not in value.entries:
        return Mapping({"name": name, **value.entries}, value.path, value.start)
    return Mapping({"name": name, "value": value}, value.path, value.start)


def _size(node: Node, most: int) -> int | None:
    """The number of values in a tree; None for more than ``most`` and for a text that is too long."""
    count = 0
    for leaf in _leaves(node):
        count += 1
        if count > most or len(leaf.text) > MAX_TEXT:
            return None
    return count


def _leaves(node: Node) -> Iterator[Scalar]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Scalar):
            yield current
        else:
            waiting.extend(children(current))


def _note_dropped(draft: Draft, file: CardFile, tree: Mapping, dropped: list[str]) -> None:
    listed = ", ".join(key[:60] for key in dropped[:10]) + (", …" if len(dropped) > 10 else "")
    draft.note(
        "side-file.truncated",
        f"{file.name} holds more than a record should: left out are {listed}",
        None,
        tree.entries[dropped[0]],
        severity=Severity.INFO,
    )
