"""The front matter as a tree whose every node knows its path and its place.

The text is parsed by PyYAML's safe loader: libyaml where it accepts the text, the reference loader otherwise.
Aliases and merge keys are written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.huggingface.limits import check_size, too_deep
from modellake.harvest.huggingface.scalars import YAML_TAG, Scalar, read_scalar
from modellake.harvest.huggingface.text import CardText, missing_extra

if TYPE_CHECKING:
    import yaml

# The reference loader reads about 100 kB a second.
_MAX_SLOW = 256 * 1024
_PLAIN_KEY = re.compile(r"[\w-]+")
_MERGE = YAML_TAG + "merge"
_NULL = YAML_TAG + "null"
_TAGS = frozenset(
    YAML_TAG + name
    for name in [
        "null",
        "bool",
        "int",
        "float",
        "str",
        "binary",
        "timestamp",
        "seq",
        "map",
        "set",
        "omap",
        "pairs",
        "merge",
        "value",
    ]
)


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    path: str
    start: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping with text keys, in the order of the document."""

    entries: dict[str, Node]
    path: str
    start: int

    def get(self, key: str) -> Node | None:
        """The value of a key, None when it is absent."""
        return self.entries.get(key)

    def name(self, key: str) -> str:
        """The text of a key's single value, without surrounding blanks; empty when there is none."""
        value = self.entries.get(key)
        return value.name if isinstance(value, Scalar) else ""

    def without(self, *keys: str) -> Mapping:
        """The mapping with some of its keys left out."""
        kept = {key: value for key, value in self.entries.items() if key not in keys}
        return Mapping(kept, self.path, self.start)


Node: TypeAlias = Scalar | Items | Mapping


def has_leaves(node: Node | None) -> bool:
    """True when a node holds at least one scalar that is not null."""
    if isinstance(node, Scalar):
        return node.literal is not None
    return any(has_leaves(child) for child in children(node))


def children(node: Node | None) -> Iterator[Node]:
    """The nodes directly below a node."""
    if isinstance(node, Items):
        yield from node.items
    elif isinstance(node, Mapping):
        yield from node.entries.values()


def scalars(node: Node | None) -> Iterator[Scalar]:
    """A value, or the values of a list: what a key that takes one or many says. Nulls are left out."""
    for item in node.items if isinstance(node, Items) else (node,):
        if isinstance(item, Scalar) and item.literal is not None:
            yield item


def mappings(node: Node | None) -> Iterator[Mapping]:
    """A mapping, or the mappings of a list."""
    for item in node.items if isinstance(node, Items) else (node,):
        if isinstance(item, Mapping):
            yield item


def remainder(node: Node, kind: type) -> Node | None:
    """What is left of a value or list when its items of one kind are taken out."""
    if isinstance(node, Items):
        return Items(tuple(item for item in node.items if not isinstance(item, kind)), node.path, node.start)
    return None if isinstance(node, kind) else node


def plain(node: Node | None) -> Any:
    """The tree as dicts, lists, texts and None."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return None if node is None or node.literal is None else node.text


def read_tree(card: CardText) -> Mapping:
    """The front matter of a card; an empty mapping when it has none.

    Raises:
        ParseError: it is no YAML (``parse.yaml``), no mapping (``parse.yaml-not-mapping``), has a key twice
            (``parse.yaml-duplicate-key``), is a template that was not filled (``parse.template``), or is
            larger or deeper than a card can be (``parse.too-large``, ``parse.too-deep``).
        UnavailableError: PyYAML is not installed.
    """
    if not (card.yaml or "").strip():
        return Mapping({}, "", card.yaml_start)
    root = _composed(card)
    tree = Mapping({}, "", card.yaml_start) if root is None else _TreeReader(card).read(root, "")
    if isinstance(tree, Scalar) and tree.literal is None:
        return Mapping({}, "", card.yaml_start)
    if not isinstance(tree, Mapping):
        raise ParseError(
            f"The front matter is a {'list' if isinstance(tree, Items) else 'single value'}, not a mapping",
            code="parse.yaml-not-mapping",
            place=card.place(tree.start),
            remedy="Write it as 'key: value' lines.",
        )
    return tree


def _composed(card: CardText) -> yaml.Node | None:
    try:
        import yaml
    except ImportError as error:
        raise missing_extra(error) from error
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _compose(card, fast)
    except yaml.YAMLError as error:
        if len(card.yaml or "") > _MAX_SLOW:
            raise _yaml_error(card, error) from error
    # The two loaders differ in corners; what the reference loader says is what counts.
    try:
        return _compose(card, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _yaml_error(card, error) from error


def _compose(card: CardText, loader: Any) -> yaml.Node | None:
    import yaml

    check_size(card, loader)
    node: yaml.Node | None = yaml.compose(card.yaml or "", Loader=loader)
    return node


def _yaml_error(card: CardText, error: yaml.YAMLError) -> ParseError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    offset = card.yaml_start + ((mark.index if mark else getattr(error, "position", 0)) or 0)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    place = card.place(offset)
    if re.search(r"\{\{|\{%", card.line_at(offset)):
        return _template_error(place)
    if "maximum nesting depth" in problem:  # libyaml looks ahead, and refuses by itself from 0.2.6 on
        return too_deep(place)
    return ParseError(
        f"The front matter is no YAML: {problem}",
        code="parse.yaml",
        place=place,
        remedy="Mend the YAML there; quote texts that hold ': ', '#' or quotes.",
    )


def _template_error(place: Place) -> ParseError:
    return ParseError(
        "The front matter holds a placeholder of a template that was not filled",
        code="parse.template",
        place=place,
        remedy="Replace the placeholder by its value, or remove the line.",
    )


def _place(card: CardText, mark: Any) -> Place:
    return card.place(card.yaml_start + (mark.index if mark else 0))


class _TreeReader:
    """Turns composed YAML nodes into the tree."""

    def __init__(self, card: CardText) -> None:
        self._card = card

    def read(self, node: Any, path: str) -> Node:
        """The tree of a node; aliases are written out."""
        start = self._card.yaml_start + node.start_mark.index
        if node.tag not in _TAGS:
            raise self._refused(node, f"The YAML tag {node.tag!r} is not read", "Remove the tag.", path)
        if node.id == "scalar":
            self._check_text(node, path)
            return read_scalar(node.value, node.tag, path, start)
        if node.id == "sequence":
            items = tuple(self.read(item, f"{path}[{index}]") for index, item in enumerate(node.value))
            return Items(items, path, start)
        if node.tag == YAML_TAG + "set" and all(value.tag == _NULL for _, value in node.value):
            keys = tuple(self.read(key, f"{path}[{index}]") for index, (key, _) in enumerate(node.value))
            return Items(keys, path, start)
        return self._mapping(node, path, start)

    def _mapping(self, node: Any, path: str, start: int) -> Mapping:
        if self._is_placeholder(node):
            raise _template_error(_place(self._card, node.start_mark))
        entries: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        seen: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                merged = {**self._merged(value, path), **merged}
                continue
            name = self._key(key, path)
            if name in seen:
                raise self._duplicate(name, key, seen[name], path)
            seen[name] = key
            entries[name] = self.read(value, below(path, name))
        return Mapping({**entries, **{k: v for k, v in merged.items() if k not in entries}}, path, start)

    def _merged(self, node: Any, path: str) -> dict[str, Node]:
        """What a merge key brings in (https://yaml.org/type/merge.html); earlier mappings win."""
        if node.id == "mapping":
            return self._mapping(node, path, self._card.yaml_start + node.start_mark.index).entries
        if node.id == "sequence" and all(item.id == "mapping" for item in node.value):
            found: dict[str, Node] = {}
            for item in node.value:
                found = {**self._merged(item, path), **found}
            return found
        raise self._refused(node, "The merge key << names no mapping", "Let it name a mapping.", path)

    def _key(self, key: Any, path: str) -> str:
        if key.id != "scalar":
            if key.id == "mapping" and key.flow_style:
                raise _template_error(_place(self._card, key.start_mark))
            raise self._refused(key, "A key is itself a list or a mapping", "Write keys as plain text.", path)
        self._check_text(key, path)
        return str(key.value)

    def _is_placeholder(self, node: Any) -> bool:
        """``{card_data}`` and ``{{ card_data }}`` are YAML: a mapping from a name to nothing."""
        if not node.flow_style or len(node.value) != 1:
            return False
        key, value = node.value[0]
        named = key.id == "mapping" or (key.id == "scalar" and not key.style)
        written = (self._card.yaml or "")[key.end_mark.index : node.end_mark.index]
        return named and value.tag == _NULL and ":" not in written

    def _check_text(self, node: Any, path: str) -> None:
        try:
            node.value.encode()
        except UnicodeEncodeError as error:
            message = "An escape stands for half of a surrogate pair, which is no character"
            raise self._refused(node, message, "Write the character itself.", path) from error

    def _duplicate(self, name: str, key: Any, first: Any, path: str) -> ParseError:
        line = _place(self._card, first.start_mark).line
        place = self._card.place(self._card.yaml_start + key.start_mark.index, below(path, name))
        return ParseError(
            f"The key {name!r} is there twice; the first one is on line {line}",
            code="parse.yaml-duplicate-key",
            place=place,
            remedy="Remove one of them, or make one list of the two values.",
        )

    def _refused(self, node: Any, message: str, remedy: str, path: str) -> ParseError:
        place = self._card.place(self._card.yaml_start + node.start_mark.index, path or None)
        return ParseError(message, code="parse.yaml", place=place, remedy=remedy)


def below(path: str, key: str) -> str:
    """The path of the value of a key, given the path of the mapping."""
    name = key if _PLAIN_KEY.fullmatch(key) else f'"{key}"'
    return f"{path}.{name}" if path else name
