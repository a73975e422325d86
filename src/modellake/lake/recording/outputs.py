"""Outputs of a run: the model versions it makes, from what a program hands over."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pyoxigraph import NamedNode

from modellake.core.artifact import Artifact, Reference, fields_of
from modellake.core.errors import UsageError
from modellake.core.iris import home_of
from modellake.core.records import ModelDistribution, ModelVersion
from modellake.core.references import line_iri, version_iri
from modellake.lake.recording.payloads import architecture_of, file_distributions, library_of, store_model

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

# What a kind of run makes of a model, unless the program says otherwise.
RELATION_OF_KIND: Mapping[str, str] = {
    "fine-tuning": "fine_tuned_from",
    "continued-pretraining": "continued_pretraining_of",
    "conversion": "converted_from",
    "quantization": "quantized_from",
    "pruning": "pruned_from",
    "distillation": "distilled_from",
    "merging": "merged_from",
}
_RELATIONS = ("derived_from_model", "adapter_of", *RELATION_OF_KIND.values())
# Versions that runs of this process have made and may not have committed yet, with the sources of those runs.
_TAKEN: WeakKeyDictionary[Lake, dict[NamedNode, NamedNode]] = WeakKeyDictionary()
_CLAIMING = threading.Lock()


def relation_field(relation: str | None, kind: str) -> str:
    """The field of a model version for a relation such as ``fineTunedFrom`` or ``fine_tuned_from``.

    Raises:
        UsageError: there is no such relation.
    """
    if relation is None:
        return RELATION_OF_KIND.get(kind, "derived_from_model")
    fields = fields_of(ModelVersion)
    for name in _RELATIONS:
        if relation in (name, fields[name].property.value.rpartition("#")[2]):
            return name
    known = ", ".join(fields[name].property.value.rpartition("#")[2] for name in _RELATIONS)
    raise UsageError(f"Models have no relation {relation!r}", code="relation.unknown", remedy=f"Use one of {known}.")


def listed(value: Reference | Sequence[Reference] | None) -> list[Reference]:
    """One reference or several as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str | NamedNode | Artifact) else list(value)


def claim_label(lake: Lake, name: str | NamedNode, label: str | None, source: NamedNode) -> tuple[str, str | None]:
    """Reserve a version of a model for one run: the label, and the label before it where it was counted.

    Without a label it is the next free whole number.

    Raises:
        UsageError: another run has made that version; versions never change.
    """
    with _CLAIMING:
        before = None
        if label is None:
            label, before = _next_label(lake, name)
        _take_label(lake, ModelVersion(version_of=name, version=label).iri(lake.iris), source)
        return label, before


def model_fields(model: Any, path: Path | None, place: Path) -> dict[str, Any]:
    """What a model or its file says of itself: files, and for an estimator its library and class.

    An estimator without a file is written to ``place``, with the suffix of its format.

    Raises:
        NotFoundError: the path leads to no file.
        UsageError, UnavailableError: the model cannot be stored.
    """
    if isinstance(model, str | Path):
        return {"has_distribution": tuple(file_distributions(Path(model), ModelDistribution))}
    known = {} if model is None else {"library": library_of(model), "architecture": architecture_of(model)}
    if path is None and model is not None:
        path = store_model(model, place.with_name(f"{place.name}.skops"))
    files = file_distributions(path, ModelDistribution) if path else []
    return {**known, "has_distribution": tuple(files)}


def _next_label(lake: Lake, name: str | NamedNode) -> tuple[str, str | None]:
    line = line_iri(name, "model", lake.iris)
    number = 1
    while _is_taken(lake, version_iri(line, str(number), lake.iris)):
        number += 1
    return str(number), str(number - 1) if number > 1 else None


def _take_label(lake: Lake, version: NamedNode, source: NamedNode) -> None:
    taken = _TAKEN.setdefault(lake, {})
    if taken.get(version, source) != source or _made_by_another_run(lake, version, source):
        raise UsageError(
            f"{version.value} has been made by another run, and versions never change",
            code="version.exists",
            remedy="Leave the version out for the next free one, or give another label.",
        )
    taken[version] = source


def _is_taken(lake: Lake, version: NamedNode) -> bool:
    return version in _TAKEN.get(lake, ()) or lake.ledger.has_record(lake.iris.record(home_of(version)).value)


def _made_by_another_run(lake: Lake, version: NamedNode, source: NamedNode) -> bool:
    runs = lake.iris.source("run/").value
    contents = lake.ledger.contents(lake.iris.record(home_of(version)).value)
    return any(item.source.startswith(runs) and item.source != source.value for item in contents)
