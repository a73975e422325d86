"""Indexes of weights in several files: which files there should be.

Source: https://huggingface.co/docs/transformers/big_models (``model.safetensors.index.json``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal

from modellake.core.plugins import MappedField
from modellake.core.report import Severity
from modellake.core.vocab import DCT, LAKE
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.leftovers import keep_all
from modellake.harvest.huggingface.scalars import Scalar, is_count
from modellake.harvest.huggingface.terms import card_key, typed
from modellake.harvest.huggingface.tree import Mapping

INDEX_NAME = r".+\.index(?:\.[\w-]{1,40})?\.json"
WEIGHTS_KEY = "weight_map"
FIELDS = (
    MappedField("metadata.total_parameters", (LAKE.parameterCount,)),
    MappedField(WEIGHTS_KEY, (DCT.hasPart,), "the files that are there; the others are kept and noted"),
)
_SHARD = re.compile(r"(.+)-[0-9]{5}(-of-[0-9]{5}\..+)")
_MOST_NAMED = 20
MAX_FILES = 10_000


def describe_index(draft: Draft, file: CardFile, tree: Mapping) -> None:
    """State of which files the weights consist; note those that are absent, and those that the index leaves out."""
    weights, metadata = tree.get(WEIGHTS_KEY), tree.get("metadata")
    if not isinstance(weights, Mapping):
        draft.note(
            "side-file.wrong-type",
            f"{file.name} has no mapping weight_map from tensors to files",
            "Write the index again with save_pretrained().",
            tree,
            WEIGHTS_KEY,
        )
        keep_all(draft, file, tree)
        return
    keep_all(draft, file, tree.without(WEIGHTS_KEY))
    if file.is_root and isinstance(metadata, Mapping):
        _say_parameters(draft, metadata)
    shards: dict[str, Scalar] = {}
    for value in weights.entries.values():
        if isinstance(value, Scalar) and value.name:
            shards.setdefault(value.name, value)
        if len(shards) > MAX_FILES:
            message = f"{file.name} names more than {MAX_FILES:,} files; they are not looked for"
            draft.note("side-file.truncated", message, None, weights, severity=Severity.INFO)
            return
    draft.say(file.node, card_key("tensors"), typed(str(len(weights.entries)), "integer"), weights)
    _say_shards(draft, file, shards)


def _say_parameters(draft: Draft, metadata: Mapping) -> None:
    total = metadata.get("total_parameters")
    if isinstance(total, Scalar) and is_count(total) and total.literal is not None:
        stated = {item.predicate for item in draft.statements if item.subject == draft.version}
        if LAKE.parameterCount not in stated:
            draft.say(draft.version, LAKE.parameterCount, total.literal, total)


def _say_shards(draft: Draft, file: CardFile, shards: dict[str, Scalar]) -> None:
    absent = []
    for name, said in shards.items():
        present = file.others.get(file.folder + name)
        if present is not None:
            draft.say(file.node, DCT.hasPart, present, said)
        else:
            draft.say(file.node, card_key("absent_shard"), Literal(said.text), said)
            absent.append(name)
    if absent:
        draft.note(
            "side-file.shard-absent",
            f"{file.name} names files that are not there: {_listed(absent)}",
            "Download the version again, or complete it.",
            path=WEIGHTS_KEY,
        )
    unnamed = list(_unnamed(file, shards))
    if unnamed:
        draft.note(
            "side-file.shard-unnamed",
            f"{file.name} does not name files that look like its parts: {_listed(unnamed)}",
            "Remove them, or write the index again.",
            path=WEIGHTS_KEY,
        )


def _unnamed(file: CardFile, shards: dict[str, Scalar]) -> Iterator[str]:
    stems = {found[1] + found[2].partition(".")[2] for name in shards if (found := _SHARD.fullmatch(name))}
    for name in file.others:
        found = _SHARD.fullmatch(name.removeprefix(file.folder)) if name.startswith(file.folder) else None
        if found and found[1] + found[2].partition(".")[2] in stems and found[0] not in shards:
            yield found[0]


def _listed(names: list[str]) -> str:
    more = ", …" if len(names) > _MOST_NAMED else ""
    return ", ".join(name[:100] for name in names[:_MOST_NAMED]) + more
