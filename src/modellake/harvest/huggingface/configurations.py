"""``config.json``: what a model is built like.

Source: https://huggingface.co/docs/transformers/main_classes/configuration. What holds of the model is stated of the
version; everything else, the name of the folder that it was loaded from (``_name_or_path``) included, is kept on
the file: where a configuration was loaded from does not say what the model was made from.
"""

from __future__ import annotations

from pyoxigraph import Literal

from modellake.core.plugins import MappedField
from modellake.core.vocab import LAKE
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.leftovers import keep_all, named
from modellake.harvest.huggingface.scalars import Scalar, is_count
from modellake.harvest.huggingface.tree import Items, Mapping, scalars

# What model classes call the number of positions that they were made for.
LENGTH_KEYS = ("max_position_embeddings", "n_positions", "max_seq_len", "max_sequence_length", "n_ctx", "seq_length")
PRECISION_KEYS = ("dtype", "torch_dtype")
METHOD_KEY = "quant_method"
FIELDS = (
    MappedField("architectures", (LAKE.architecture,)),
    MappedField("model_type", (LAKE.architecture,), "where no architecture is named"),
    *(MappedField(key, (LAKE.numericPrecision,), "unless the model is quantized") for key in PRECISION_KEYS),
    MappedField(f"quantization_config.{METHOD_KEY}", (LAKE.numericPrecision,)),
    *(MappedField(key, (LAKE.contextLength,), "of these, the first that is there") for key in LENGTH_KEYS),
    MappedField("_name_or_path", (), "kept as text: it proves no derivation"),
)
# Of these, some positions are kept for padding, or the number bounds nothing.
_OTHER_LENGTHS = frozenset(
    [
        "camembert",
        "data2vec-text",
        "esm",
        "ibert",
        "longformer",
        "luke",
        "mpnet",
        "mt5",
        "roberta",
        "roberta-prelayernorm",
        "t5",
        "umt5",
        "xlm-roberta",
        "xlm-roberta-xl",
        "xmod",
    ]
)


def describe_configuration(draft: Draft, file: CardFile, tree: Mapping) -> None:
    """State architecture, precision and context length; keep the rest."""
    if file.is_root:
        _say_architecture(draft, tree)
        _say_precision(draft, tree)
        _say_length(draft, tree)
    keep_all(draft, file, _with_labels(tree))


def _say_architecture(draft: Draft, tree: Mapping) -> None:
    stated = [scalar for scalar in scalars(tree.get("architectures")) if scalar.is_text and scalar.name]
    family = tree.get("model_type")
    if not stated and isinstance(family, Scalar) and family.is_text and family.name:
        stated = [family]
    for scalar in stated:
        draft.say(draft.version, LAKE.architecture, Literal(scalar.text), scalar)


def _say_precision(draft: Draft, tree: Mapping) -> None:
    quantization = tree.get("quantization_config")
    method = quantization.get(METHOD_KEY) if isinstance(quantization, Mapping) else None
    if isinstance(quantization, Mapping) and method is None:
        # Quantized, and by what is not said: the type of the configuration is that of the computation.
        return
    for node in (method, *(tree.get(key) for key in PRECISION_KEYS)):
        if isinstance(node, Scalar) and node.is_text and node.name not in ("", "auto"):
            draft.say(draft.version, LAKE.numericPrecision, Literal(node.name.removeprefix("torch.")), node)
            return


def _say_length(draft: Draft, tree: Mapping) -> None:
    if tree.name("model_type") in _OTHER_LENGTHS:
        return
    for key in LENGTH_KEYS:
        node = tree.get(key)
        if isinstance(node, Scalar) and is_count(node) and node.literal is not None:
            if node.text != "0":
                draft.say(draft.version, LAKE.contextLength, node.literal, node)
            return


def _with_labels(tree: Mapping) -> Mapping:
    """The tree with ``label2id`` as a list, and without it where ``id2label`` says the same the other way round."""
    labels, numbers = tree.get("id2label"), tree.get("label2id")
    if not isinstance(numbers, Mapping):
        return tree
    rest = tree.without("label2id")
    if isinstance(labels, Mapping) and _pairs(labels) == {(number, label) for label, number in _pairs(numbers)}:
        return rest
    listed: Items = named(numbers)
    return Mapping({**rest.entries, "label2id": listed}, tree.path, tree.start)


def _pairs(node: Mapping) -> set[tuple[str, str]]:
    return {(key, value.text if isinstance(value, Scalar) else "") for key, value in node.entries.items()}
