"""What tests of runs read back from a lake."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from modellake.core.vocab import LAKE, SCHEMA
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
    said: dict[Any, dict[Any, Any]] = {}
    for item in lake.state(run.iri).statements:
        said.setdefault(item.subject, {})[item.predicate] = item.object
    found = [said[node] for node in objects(lake, run.iri, LAKE.hasObservation)]
    return {
        (
            item[LAKE.metric].value,
            item[LAKE.step].value if LAKE.step in item else "",
            item.get(LAKE.value, item.get(LAKE.verbatimValue)).value,
        )
        for item in found
    }


def params(lake: Lake, run: Run) -> dict[str, Any]:
    """The parameters of a run, as literals."""
    statements = lake.state(run.iri).statements
    nodes = objects(lake, run.iri, LAKE.hasParameterSetting)
    said = [{item.predicate: item.object for item in statements if item.subject == node} for node in nodes]
    return {item[LAKE.parameterName].value: item[LAKE.parameterValue] for item in said}


def tags(lake: Lake, run: Run) -> dict[str, str]:
    """Names and values that a run was given, facts of the process apart."""
    statements = lake.state(run.iri).statements
    nodes = objects(lake, run.iri, SCHEMA.additionalProperty)
    said = [{item.predicate: item.object for item in statements if item.subject == node} for node in nodes]
    named = {item[SCHEMA.name].value: item[SCHEMA.value].value for item in said}
    return {name: value for name, value in named.items() if not name.startswith("process.")}
