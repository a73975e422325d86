"""Dataset cards (https://huggingface.co/docs/hub/datasets-cards)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import DCT, LAKE, RDF, SPLIT
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.keys import Key
from modellake.harvest.huggingface.repository import describe_task
from modellake.harvest.huggingface.scalars import Scalar, is_count
from modellake.harvest.huggingface.terms import card_key, concepts
from modellake.harvest.huggingface.tree import Items, Mapping, Node, mappings, remainder

# By the names and the alternative labels of https://w3id.org/model-lake/split
ROLES: dict[str, NamedNode] = {
    **concepts(SPLIT),
    **dict.fromkeys(("dev", "development", "valid"), SPLIT.validation),
    "evaluation": SPLIT.test,
}
COUNT_KEY = "num_examples"
_EXTENDED = "extended|"


def describe_sources(draft: Draft, node: Node) -> None:
    """Datasets that this one was made from: ids, or ``extended|id``; ``original`` names none.

    The Hub's convention ``extended|other-…`` names a dataset that is not on the Hub: it is kept as text.
    """
    for scalar in draft.take("source_datasets", node):
        name = scalar.name.removeprefix(_EXTENDED)
        extended = scalar.name != name
        if name in ("", "original", "extended") or (extended and name.startswith("other")):
            draft.keep(draft.version, "source_datasets", scalar)
            continue
        named = Scalar(name, Literal(name), False, scalar.path, scalar.start)
        draft.link(LAKE.derivedFromDataset, "dataset", named, "source_datasets")
        if name != scalar.text:
            draft.keep(draft.version, "source_datasets", scalar)


def describe_info(draft: Draft, node: Node) -> None:
    """Features, sizes and splits, of one configuration or of several."""
    for info in mappings(node):
        read = describe_splits(draft, info.name("config_name"), info)
        draft.keep(draft.version, "dataset_info", info.without("splits") if read else info)
    draft.keep(draft.version, "dataset_info", remainder(node, Mapping))


def describe_splits(draft: Draft, config: str, info: Mapping) -> bool:
    """State the splits of one configuration; False where they cannot be read."""
    splits = list(_splits(info.get("splits")))
    for name, split, said in splits:
        _describe_split(draft, config, name, split, said)
    return bool(splits)


def describe_configs(draft: Draft, node: Node) -> None:
    """Configurations with their files, and the splits that they name."""
    for config in mappings(node):
        for files in mappings(config.get("data_files")):
            split = files.get("split")
            if isinstance(split, Scalar) and split.name:
                _describe_split(draft, config.name("config_name"), split, None, files)
    draft.keep(draft.version, "configs", node)


def _splits(node: Node | None) -> Iterator[tuple[Scalar, Mapping, Node]]:
    """Splits as a list of mappings, or as a mapping of them by name; nothing unless all are readable."""
    if isinstance(node, Items):
        found = [(split.get("name"), split) for split in node.items if isinstance(split, Mapping)]
        if len(found) == len(node.items) and all(isinstance(name, Scalar) and name.name for name, _ in found):
            yield from ((name, split, split) for name, split in found if isinstance(name, Scalar))
    elif isinstance(node, Mapping) and all(isinstance(split, Mapping) for split in node.entries.values()):
        for key, split in node.entries.items():
            if isinstance(split, Mapping):
                yield Scalar(key, Literal(key), False, split.path, split.start), split, split


def _describe_split(draft: Draft, config: str, name: Scalar, split: Mapping | None, said: Node) -> None:
    node = draft.iris.fragment(draft.version, _fragment(config, name.name))
    draft.say(draft.version, LAKE.hasSplit, node, said)
    draft.say(node, RDF.type, LAKE.DatasetSplit, said)
    draft.say(node, LAKE.splitOf, draft.version, said)
    draft.say(node, DCT.title, Literal(name.text), name)
    role = ROLES.get(name.name)
    if role:
        draft.say(node, LAKE.splitRole, role, name)
    for key, value in split.entries.items() if split else ():
        if key == COUNT_KEY:
            _say_count(draft, node, value)
        elif not (key == "name" and isinstance(value, Scalar) and value.is_text and value.text == name.text):
            draft.keep(node, key, value)
    if config:
        draft.say(node, card_key("config_name"), Literal(config), said)


def _say_count(draft: Draft, split: NamedNode, value: Node) -> None:
    """The number of examples of a split, once; the card counts before the files beside it."""
    if not isinstance(value, Scalar) or value.literal is None or not is_count(value):
        draft.keep(split, COUNT_KEY, value)
        return
    said = draft.row_counts.setdefault(split, value.literal)
    if said == value.literal:
        draft.say(split, LAKE.rowCount, value.literal, value)
    else:
        draft.keep(split, COUNT_KEY, value)
        draft.note(
            "card.split-differs",
            f"The number of examples of a split is {value.text} here and {said.value} elsewhere",
            "Correct one of them.",
            value,
        )


def _fragment(config: str, split: str) -> str:
    """One name for the splits of one configuration, wherever the card speaks of them."""
    # A dataset of one configuration may leave its name out: it is called "default" then.
    parts = (config, split) if config not in ("", "default") else (split,)
    return "split-" + "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


SPLIT_TERMS = (LAKE.hasSplit, LAKE.DatasetSplit, LAKE.splitOf, DCT.title, LAKE.splitRole)
DATASET_KEYS: dict[str, Key] = {
    "configs": Key(describe_configs, SPLIT_TERMS, "the splits that the files of a configuration are of"),
    "dataset_info": Key(describe_info, (*SPLIT_TERMS, LAKE.rowCount), "the splits of a configuration"),
    "source_datasets": Key(describe_sources, (LAKE.derivedFromDataset,), "``original`` and ``other-…`` name none"),
    "task_categories": Key(
        lambda draft, node: describe_task(draft, "task_categories", node), (LAKE.task,), "tasks that the code list has"
    ),
}
