"""Splits: record sets of the type ``cr:Split`` enumerate them, one row each."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.vocab import DCT, LAKE, RDF, SPLIT
from modellake.harvest.croissant.draft import Draft
from modellake.harvest.croissant.elements import Element, Json, Leaf
from modellake.harvest.croissant.namespaces import cr, schema
from modellake.harvest.croissant.naming import NAME
from modellake.harvest.croissant.tree import Items, Mapping, Node, Scalar

_OF_SPLITS = (cr("Split").value, "https://www.wikidata.org/wiki/Q3985153", "http://www.wikidata.org/entity/Q3985153")
_SUFFIX = "_splits"
_NAMES = frozenset(["split_name", "name", "split"])
_MAX_NAME = 200
ROLES: dict[str, NamedNode] = {
    **dict.fromkeys(("train", "training", "trainsplit", "training_split"), SPLIT.train),
    **dict.fromkeys(
        ("val", "valid", "validation", "dev", "development", "validationsplit", "validation_split"), SPLIT.validation
    ),
    **dict.fromkeys(("test", "testing", "eval", "evaluation", "testsplit", "test_split"), SPLIT.test),
    **dict.fromkeys(("calibration",), SPLIT.calibration),
}


def describe_splits(draft: Draft, element: Element) -> None:
    """State the splits that a record set enumerates."""
    keys = _name_keys(element)
    if keys is None:
        return
    config = _configuration(draft.names.label(element))
    for row in _rows(element):
        name = _name(row, keys)
        if name and name.text.strip() and len(name.text) <= _MAX_NAME:
            _describe_split(draft, config, name, row)


def _describe_split(draft: Draft, config: str, name: Scalar, row: Mapping) -> None:
    node = draft.iris.fragment(draft.version, split_fragment(config, name.text.strip()))
    draft.say(draft.version, LAKE.hasSplit, node, row)
    draft.say(node, RDF.type, LAKE.DatasetSplit, row)
    draft.say(node, LAKE.splitOf, draft.version, row)
    draft.say(node, DCT.title, Literal(name.text), name)
    if any(Triple(node, LAKE.splitRole, known) in draft.statements for known in set(ROLES.values())):
        return
    role = ROLES.get(name.text.strip().lower()) or next(filter(None, map(_role, _texts(row))), None)
    if role:
        draft.say(node, LAKE.splitRole, role, row)


def split_fragment(config: str, split: str) -> str:
    """One name for the splits of a configuration: the one that the card of a dataset of the Hub gives them."""
    parts = (config, split) if config not in ("", "default") else (split,)
    return "split-" + "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


def _name_keys(element: Element) -> frozenset[str] | None:
    """Under which keys the rows name their splits; None where they are no splits.

    A record set is of splits by its own type or, before there was one, by the type of one of its fields: that holds
    the name or, where it holds an address, another one does.
    """
    if _has_split_type(element):
        return _NAMES
    fields = [value for entry in element.entries if entry.term == cr("field") for value in entry.values]
    typed = [value for value in fields if isinstance(value, Element) and _has_split_type(value)]
    if not typed:
        return None
    if _has_type(typed[0], (schema("URL").value,)):
        return _NAMES
    stated = [typed[0].text(NAME), typed[0].identifier.text if typed[0].identifier else ""]
    return frozenset(text.rpartition("/")[2] for text in stated if text)


def _has_split_type(element: Element) -> bool:
    return _has_type(element, _OF_SPLITS)


def _has_type(element: Element, types: tuple[str, ...]) -> bool:
    entry = element.get(cr("dataType"))
    return entry is not None and any(isinstance(value, Leaf) and value.iri in types for value in entry.values)


def _configuration(label: str) -> str:
    """The Hub calls the splits of a configuration ``<configuration>_splits``."""
    name = label.rpartition("/")[2]
    return name.removesuffix(_SUFFIX) if name.endswith(_SUFFIX) and len(name) <= _MAX_NAME else ""


def _rows(element: Element) -> Iterator[Mapping]:
    entry = element.get(cr("data"))
    for value in entry.values if entry else ():
        node: Node | None = value.node if isinstance(value, Json) else None
        for row in node.items if isinstance(node, Items) else (node,):
            if isinstance(row, Mapping):
                yield row


def _name(row: Mapping, keys: frozenset[str]) -> Scalar | None:
    """The value of the field that is called like a name; of a row with one field, its value."""
    texts = {key: value for key, value in row.entries.items() if isinstance(value, Scalar) and value.kind == "text"}
    named = [value for key, value in texts.items() if key.rpartition("/")[2] in keys]
    return named[0] if named else next(iter(texts.values())) if len(texts) == 1 else None


def _texts(row: Mapping) -> Iterator[str]:
    for value in row.entries.values():
        if isinstance(value, Scalar) and value.kind == "text":
            yield value.text


def _role(text: str) -> NamedNode | None:
    """The role that ``https://mlcommons.org/definitions/training_split`` or ``cr:TrainSplit`` says."""
    if len(text) > _MAX_NAME or not text.startswith(("http", "cr:")):
        return None
    return ROLES.get(text.rpartition(":")[2].rpartition("/")[2].lower())
