"""The files beside a card that say what a model or dataset is: which are read, and by what.

A file that cannot be read is a finding; the card is taken in all the same. What a file says that the ontology has no
term for is kept on the node of the file, under the file's own keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from modellake.core.errors import ParseError
from modellake.core.plugins import MappedField
from modellake.core.report import Finding, Severity
from modellake.harvest.huggingface import adapters, configurations, infos, merges, shards
from modellake.harvest.huggingface.adapters import describe_adapter
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.configurations import describe_configuration
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.infos import describe_infos
from modellake.harvest.huggingface.json_text import JsonText, read_object
from modellake.harvest.huggingface.leftovers import keep_all
from modellake.harvest.huggingface.merges import describe_merge
from modellake.harvest.huggingface.shards import INDEX_NAME, describe_index
from modellake.harvest.huggingface.tokenizers import read_head
from modellake.harvest.huggingface.tree import Mapping

Reader = Callable[[CardFile], Mapping]
Describer = Callable[[Draft, CardFile, Mapping], None]


@dataclass(frozen=True, slots=True)
class SideFile:
    """How a kind of file is read.

    Attributes:
        describe: states what its tree says.
        fields: what of it is stated; the rest is kept.
        read: reads it into a tree; raises ParseError.
    """

    describe: Describer
    fields: Sequence[MappedField] = ()
    read: Reader = lambda file: read_object(file.path, file.document)


_PLAIN = SideFile(keep_all)
_MERGE = SideFile(describe_merge, merges.FIELDS, merges.read_merge)
MODEL_FILES: dict[str, SideFile] = {
    "adapter_config.json": SideFile(describe_adapter, adapters.FIELDS),
    "config.json": SideFile(describe_configuration, configurations.FIELDS),
    "config_sentence_transformers.json": _PLAIN,
    "generation_config.json": _PLAIN,
    "mergekit_config.yaml": _MERGE,
    "mergekit_config.yml": _MERGE,
    "model_index.json": _PLAIN,
    "preprocessor_config.json": _PLAIN,
    "processor_config.json": _PLAIN,
    "quantize_config.json": _PLAIN,
    "scheduler_config.json": _PLAIN,
    "sentence_bert_config.json": _PLAIN,
    "special_tokens_map.json": _PLAIN,
    "tokenizer.json": SideFile(keep_all, (), lambda file: read_head(file.path, file.document)),
    "tokenizer_config.json": _PLAIN,
}
DATASET_FILES: dict[str, SideFile] = {"dataset_infos.json": SideFile(describe_infos, infos.FIELDS)}
INDEX_FILE = SideFile(describe_index, shards.FIELDS)


def describe_side_files(draft: Draft, files: Sequence[CardFile], *, dataset: bool) -> None:
    """State what the files beside a card say that are known by their names."""
    for file in files:
        known = _known(file, dataset=dataset)
        if known is not None:
            _describe(draft, file, known)


def _known(file: CardFile, *, dataset: bool) -> SideFile | None:
    if dataset:
        return DATASET_FILES.get(file.name)
    return MODEL_FILES.get(file.base_name) or (INDEX_FILE if re.fullmatch(INDEX_NAME, file.base_name) else None)


def _describe(draft: Draft, file: CardFile, known: SideFile) -> None:
    try:
        tree = known.read(file)
    except ParseError as error:
        draft.add(
            Finding(
                "side-file." + error.code.partition(".")[2],
                Severity.WARNING,
                f"{file.name} is not read. {error.message}",
                remedy=error.remedy,
                place=error.place,
            )
        )
        return
    known.describe(draft.beside(JsonText(file.document)), file, tree)
