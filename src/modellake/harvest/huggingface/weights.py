"""The headers of the model files beside a card: what a file holds, and what loading it would run.

The files are read as the harvester of model files reads them, which leaves those beside a card to the card.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from modellake.core.errors import ParseError
from modellake.core.literals import integer_literal, text_literal
from modellake.core.plugins import MappedField
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import DCT, LAKE
from modellake.harvest.files.facts import Facts
from modellake.harvest.files.formats import has_model_suffix, read_facts
from modellake.harvest.files.imports import is_risky
from modellake.harvest.files.window import window_of
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.paths import open_regular

_ADAPTER = "adapter_"
_WHOLE = ".safetensors"
# That a file is one of several is known from the others, which are here.
_PART = "file.shard"
FIELDS = (
    MappedField("model file: format", (DCT.format, LAKE.formatVersion), "told by its content and its name"),
    MappedField("model file: tensors", (LAKE.tensorCount, LAKE.elementType, LAKE.numericPrecision)),
    MappedField("model file: tensors", (LAKE.parameterCount,), "of the version, where it is one safetensors file"),
    MappedField("model file: imports", (LAKE.importsGlobal, LAKE.importsRiskyGlobal), "of pickles"),
    MappedField("model file: graph", (LAKE.usesOperator, LAKE.operatorSet), "of ONNX and its like"),
)


def describe_weights(draft: Draft, files: Sequence[CardFile]) -> None:
    """State what the headers of the model files say, and note what is wrong with them."""
    whole = [file for file in files if file.is_root and file.name.endswith(_WHOLE)]
    for file in files:
        facts = _facts(draft, file) if has_model_suffix(file.base_name) else None
        if facts is None:
            continue
        _describe(draft, file.node, facts)
        if whole == [file] and facts.counts_tensors and not file.name.startswith(_ADAPTER):
            _say_parameters(draft, facts)
        for note in facts.notes:
            if note.code == _PART:
                continue
            place = Place(file.document, path=note.path or None)
            draft.add(Finding(note.code, Severity(note.severity), note.message, remedy=note.remedy, place=place))


def _facts(draft: Draft, file: CardFile) -> Facts | None:
    try:
        with open_regular(file.path) as stream:
            return read_facts(window_of(stream, file.path.stat().st_size), file.base_name)
    except OSError as error:
        message, code, remedy = f"{error.strerror}", "parse.unreadable", "Check the rights of the file."
    except ParseError as error:
        message, code, remedy = error.message, error.code, error.remedy or ""
    draft.add(
        Finding(
            "weights." + code.partition(".")[2],
            Severity.WARNING,
            f"The header of {file.name} is not read. {message}",
            remedy=remedy or "Download the file again, or save the model again.",
            place=Place(file.document),
        )
    )
    return None


def _describe(draft: Draft, node: NamedNode, facts: Facts) -> None:
    stated = [
        (DCT.format, [facts.format]),
        (LAKE.formatVersion, [facts.format_version]),
        (LAKE.numericPrecision, [facts.main_type()]),
        (LAKE.elementType, list(facts.elements)),
        (LAKE.usesOperator, facts.operators),
        (LAKE.operatorSet, facts.operator_sets),
        (LAKE.importsRiskyGlobal, [name for name in facts.imports if is_risky(name)]),
        (LAKE.importsGlobal, [name for name in facts.imports if not is_risky(name)]),
    ]
    for predicate, texts in stated:
        for text in texts:
            if text.strip():
                draft.say(node, predicate, text_literal(text))
    if facts.counts_tensors:
        draft.say(node, LAKE.tensorCount, integer_literal(facts.tensor_count))


def _say_parameters(draft: Draft, facts: Facts) -> None:
    count: Literal = integer_literal(facts.parameter_count)
    stated = (item for item in draft.statements if item.subject == draft.version)
    if facts.tensor_count and not any(item.predicate == LAKE.parameterCount for item in stated):
        draft.say(draft.version, LAKE.parameterCount, count)
