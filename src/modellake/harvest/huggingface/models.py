"""Model cards (https://huggingface.co/docs/hub/model-cards)."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import LAKE
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.evaluations import describe_model_index
from modellake.harvest.huggingface.impact import describe_emissions
from modellake.harvest.huggingface.keys import Key
from modellake.harvest.huggingface.repository import describe_task
from modellake.harvest.huggingface.terms import REPLACED_BY
from modellake.harvest.huggingface.tree import Node

# https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
RELATIONS = {
    "finetune": LAKE.fineTunedFrom,
    "adapter": LAKE.adapterOf,
    "quantized": LAKE.quantizedFrom,
    "merge": LAKE.mergedFrom,
}


def describe_library(draft: Draft, node: Node) -> None:
    """The library that loads the model."""
    for scalar in draft.take("library_name", node):
        draft.say(draft.line, LAKE.library, Literal(scalar.text), scalar)


def describe_training_data(draft: Draft, node: Node) -> None:
    """Datasets named by a model card are those "used to train" it, by the Hub's definition."""
    for scalar in draft.take("datasets", node):
        draft.link(LAKE.trainedOn, "dataset", scalar, "datasets")


def describe_base_model(draft: Draft, node: Node) -> None:
    """What the model was made from, and how, if the card says how; the kind of derivation is never guessed."""
    predicate = _relation(draft)
    for scalar in draft.take("base_model", node):
        draft.link(predicate, "model", scalar, "base_model")


def describe_successor(draft: Draft, node: Node) -> None:
    """The model that replaces this one (https://huggingface.co/docs/hub/model-cards#specifying-a-new-version)."""
    for scalar in draft.take("new_version", node):
        draft.link(REPLACED_BY, "model", scalar, "new_version")


def _relation(draft: Draft) -> NamedNode:
    said = draft.metadata.name("base_model_relation")
    if said and said not in RELATIONS:
        draft.note(
            "card.relation-unknown",
            f"base_model_relation is {said[:80]!r}; only a derivation of unsaid kind is recorded",
            f"Use one of {', '.join(RELATIONS)}.",
            draft.metadata.get("base_model_relation"),
        )
    return RELATIONS.get(said, LAKE.derivedFromModel)


MODEL_KEYS: dict[str, Key] = {
    "base_model": Key(describe_base_model, (LAKE.derivedFromModel,), "a derivation of unsaid kind; see the next rows"),
    "co2_eq_emissions": Key(
        describe_emissions,
        (LAKE.hasEnvironmentalMeasurement, LAKE.EnvironmentalMeasurement, LAKE.carbonEmitted),
        "grams, stated in kilograms",
    ),
    "datasets": Key(describe_training_data, (LAKE.trainedOn,)),
    "library_name": Key(describe_library, (LAKE.library,)),
    "model-index": Key(describe_model_index, (LAKE.Evaluation, LAKE.evaluates), "one evaluation a metric"),
    "new_version": Key(describe_successor, (REPLACED_BY,)),
    "pipeline_tag": Key(
        lambda draft, node: describe_task(draft, "pipeline_tag", node), (LAKE.task,), "tasks that the code list has"
    ),
}
