"""What training a model cost the environment: the key ``co2_eq_emissions``, and the lines of the card template.

The key gives grams of CO2 equivalent (https://huggingface.co/docs/hub/model-cards-co2). A line of the template
gives a number with whatever unit its author wrote: without a unit nothing is computed from it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from modellake.core.plugins import MappedField
from modellake.core.vocab import ACTIVITY, LAKE, RDF
from modellake.harvest.huggingface.draft import Draft, Spot
from modellake.harvest.huggingface.placeholders import is_unfilled
from modellake.harvest.huggingface.scalars import Scalar, decimal_text
from modellake.harvest.huggingface.terms import card_key, typed
from modellake.harvest.huggingface.tree import Mapping, Node

ACTIVITIES = {
    "fine-tuning": ACTIVITY.fine_tuning,
    "finetuning": ACTIVITY.fine_tuning,
    "pre-training": ACTIVITY.training,
    "pretraining": ACTIVITY.training,
    "training": ACTIVITY.training,
}
# https://huggingface.co/docs/hub/model-cards#environmental-impact
LINES = {
    "carbon emitted": "carbon_emitted",
    "cloud provider": "cloud_provider",
    "compute region": "compute_region",
    "hardware type": "hardware_type",
    "hours used": "hours_used",
}
EMISSION_FIELDS = (
    MappedField("emissions", (LAKE.carbonEmitted,), "grams, stated in kilograms; kept as they are as well"),
    MappedField("training_type", (LAKE.coveredActivity,)),
    MappedField("geographical_location", (LAKE.region,), "ISO 3166 codes; other texts are kept"),
    MappedField("source", (LAKE.measuredWith,), "the names of instruments"),
)
LINE_TERMS = {
    "carbon emitted": (LAKE.hasEnvironmentalMeasurement, LAKE.EnvironmentalMeasurement, LAKE.carbonEmitted),
    "compute region": (LAKE.region,),
    "hours used": (LAKE.acceleratorHours,),
}
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LINE = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?\*{0,2}([A-Za-z][A-Za-z ]{3,30}?)(?:\*\*:|:\*\*|:)[ \t]*([^\n]{0,400})", re.MULTILINE
)
_NUMBER = r"[~≈]?[ ]*((?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,20})(?:\.[0-9]{1,20})?)[ ]*"
# A ton without "metric" may be 907 kilograms.
_MASS = re.compile(
    _NUMBER + r"(kilograms?|kgs?|grams?|g|metric tons?|tonnes?|t)"
    r"[ ]?(?:of )?(?:eq\.? ?)?(?:co(?:2|₂)[ -]?(?:eq?|equivalents?)?|carbon dioxide(?: equivalents?)?)?\.?",
    re.IGNORECASE,
)
_KILOGRAMS = {"k": Decimal(1), "g": Decimal("0.001"), "m": Decimal(1000), "t": Decimal(1000)}
_ACCELERATOR_HOURS = re.compile(
    _NUMBER + r"(?:gpu|tpu|accelerator|a100|h100|v100)[ -]?(?:hours?|hrs?|h)\.?", re.IGNORECASE
)
_INSTRUMENT = re.compile(r"code ?carbon|carbontracker|eco2ai|experiment-impact-tracker|ml ?co2", re.IGNORECASE)


def describe_emissions(draft: Draft, node: Node) -> None:
    """The key ``co2_eq_emissions``: a number of grams, or a mapping with one."""
    emissions = node.get("emissions") if isinstance(node, Mapping) else node
    kilograms = _from_grams(emissions)
    if kilograms is None or emissions is None:
        draft.keep(draft.version, "co2_eq_emissions", node)
        return
    measurement = draft.iris.fragment(draft.version, "co2_eq_emissions")
    _measure(draft, measurement, LAKE.carbonEmitted, kilograms, emissions)
    if not isinstance(node, Mapping):
        draft.keep(draft.version, "co2_eq_emissions", node)
        return
    for key, value in node.entries.items():
        draft.keep(measurement, key, value)
    _say_details(draft, measurement, node)


def describe_impact_lines(draft: Draft, text: str, spot: Spot) -> None:
    """The lines of the section "Environmental Impact" of the template."""
    found = {LINES[label]: value for label, value in _lines(text) if label in LINES}
    if not found:
        return
    node = draft.iris.fragment(draft.version, "environmental-impact")
    draft.say(draft.version, card_key("environmental_impact"), node, spot)
    for key, value in found.items():
        draft.say(node, card_key(key), Literal(value), spot)
    mass = _MASS.fullmatch(found.get("carbon_emitted", ""))
    hours = _ACCELERATOR_HOURS.fullmatch(found.get("hours_used", ""))
    if mass:
        kilograms = Decimal(mass[1].replace(",", "")) * _KILOGRAMS[mass[2][0].lower()]
        _measure(draft, node, LAKE.carbonEmitted, _decimal(kilograms), spot)
    if hours:
        _measure(draft, node, LAKE.acceleratorHours, hours[1].replace(",", ""), spot)
    if (mass or hours) and REGION.fullmatch(found.get("compute_region", "")):
        draft.say(node, LAKE.region, Literal(found["compute_region"]), spot)


def _lines(text: str) -> list[tuple[str, str]]:
    found = [(line[1].strip().lower(), line[2].strip().strip("*").strip()) for line in _LINE.finditer(text)]
    return [(label, value) for label, value in found if not is_unfilled(value)]


def _measure(draft: Draft, node: NamedNode, figure: NamedNode, value: str, at: Node | Spot) -> None:
    draft.say(draft.version, LAKE.hasEnvironmentalMeasurement, node, at)
    draft.say(node, RDF.type, LAKE.EnvironmentalMeasurement, at)
    draft.say(node, figure, typed(value, "decimal"), at)


def _say_details(draft: Draft, measurement: NamedNode, node: Mapping) -> None:
    training, place, origin = (node.get(key) for key in ("training_type", "geographical_location", "source"))
    activity = ACTIVITIES.get(training.name.lower()) if isinstance(training, Scalar) else None
    if activity:
        draft.say(measurement, LAKE.coveredActivity, activity, training)
    if isinstance(place, Scalar) and REGION.fullmatch(place.name):
        draft.say(measurement, LAKE.region, Literal(place.name), place)
    if isinstance(origin, Scalar) and _INSTRUMENT.search(origin.text[:200]):
        draft.say(measurement, LAKE.measuredWith, Literal(origin.text), origin)


def _from_grams(node: Node | None) -> str | None:
    text = decimal_text(node.text) if isinstance(node, Scalar) and not node.ambiguous else None
    if text is None or len(text) > 30 or text.startswith("-"):
        return None
    return _decimal(Decimal(text) / 1000)


def _decimal(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
