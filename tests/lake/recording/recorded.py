"""What tests of runs read back from a lake."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.lake.recording.run import Run


def objects(lake: Lake, resource: Any, *path: NamedNode) -> list[Any]:
    """What is reached from a resource along properties, within its record."""
    iri = resource if isinstance(resource, NamedNode) else resource.iri(lake.iris)
    statements = lake.state(iri).statements
    found = [iri]
    for step in path:
        found = [item.object for node in found for item in statements if (item.subject, item.predicate) == (node, step)]
    return sorted(found, key=str)


def observations(lake: Lake, run: Run) -> set[tuple[str, str, str]]:
    """(metric, step, value) of all observations in the record of a run."""
    found = set()
    for node in objects(lake, run.iri, LAKE.hasObservation):
        statements = lake.state(run.iri).statements
        said = {item.predicate: item.object for item in statements if item.subject == node}
        value = said.get(LAKE.value) or said[LAKE.verbatimValue]
        found.add((said[LAKE.metric].value, said[LAKE.step].value if LAKE.step in said else "", value.value))
    return found


def params(lake: Lake, run: Run) -> dict[str, Any]:
    """The parameters of a run, as literals."""
    statements = lake.state(run.iri).statements
    nodes = objects(lake, run.iri, LAKE.hasParameterSetting)
    said = [{item.predicate: item.object for item in statements if item.subject == node} for node in nodes]
    return {item[LAKE.parameterName].value: item[LAKE.parameterValue] for item in said}


def tags(lake: Lake, run: Run) -> dict[str, str]:
    """Names and values that a run was given, facts of the process apart."""
    from modellake.core.vocab import SCHEMA

    statements = lake.state(run.iri).statements
    nodes = objects(lake, run.iri, SCHEMA.additionalProperty)
    said = [{item.predicate: item.object for item in statements if item.subject == node} for node in nodes]
    named = {item[SCHEMA.name].value: item[SCHEMA.value].value for item in said}
    return {name: value for name, value in named.items() if not name.startswith("process.")}
