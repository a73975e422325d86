"""Resumption: what an earlier process said of a run, read back from the ledger, so that another one can go on.

What can be logged anew (parameters, tags, observations, inputs, files) becomes part of the logbook; what cannot
is kept as the statements that it is. Run in two halves, a run says what it says run in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.activities import RUN_KINDS, MetricObservation, ParameterSetting, Tag
from modellake.core.iris import home_of
from modellake.core.records import ArtifactDistribution
from modellake.core.vocab import DCAT, DCT, LAKE, PROV, RDF, SCHEMA, SPDX
from modellake.lake.recording.inputs import Input
from modellake.lake.recording.logbook import MODEL_INPUTS, Earlier, Logbook
from modellake.lake.recording.process import PREFIX
from modellake.lake.recording.series import count_series
from modellake.rdf.canon import parse_ntriples

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

_ROLE_PROPERTIES: Mapping[NamedNode, str | None] = {
    LAKE.usedTrainingData: "training",
    LAKE.usedValidationData: "validation",
    LAKE.usedTestData: "test",
    LAKE.usedData: None,
    LAKE.usedModel: "model",
}
_PLACES: Mapping[NamedNode, str] = {
    LAKE.inExperiment: "in_experiment",
    LAKE.partOfRun: "part_of_run",
    DCT.description: "description",
}
# What the logbook says itself of a run that is resumed.
_SAID_ANEW = frozenset(
    {
        RDF.type,
        DCT.title,
        DCT.identifier,
        LAKE.runStatus,
        LAKE.reason,
        PROV.startedAtTime,
        PROV.endedAtTime,
        LAKE.hasParameterSetting,
        LAKE.hasObservation,
        SCHEMA.additionalProperty,
        LAKE.produced,
        *_ROLE_PROPERTIES,
        *_PLACES,
    }
)


class Past:
    """The statements that a source made, to be asked by subject and property."""

    def __init__(self, statements: Iterable[Triple]) -> None:
        self.statements = frozenset(statements)
        self._objects: dict[Any, dict[NamedNode, list[Any]]] = {}
        for item in sorted(self.statements, key=str):
            self._objects.setdefault(item.subject, {}).setdefault(item.predicate, []).append(item.object)

    def values(self, node: Any, property: NamedNode) -> list[Any]:
        """All values, in a stable order."""
        return self._objects.get(node, {}).get(property, [])

    def value(self, node: Any, property: NamedNode) -> Any:
        """One value, or None."""
        return next(iter(self.values(node, property)), None)

    def about(self, home: NamedNode) -> frozenset[Triple]:
        """What is said of a resource and its fragments."""
        return frozenset(item for item in self.statements if home_of(item.subject) == home)  # type: ignore[arg-type]


def past_of(lake: Lake, source: NamedNode) -> Past:
    """What a source says now, according to the ledger."""
    records = lake.ledger.records_of(source.value)
    contents = (item for _, group in lake.ledger.contents_many(records) for item in group)
    said = (parse_ntriples(item.content) for item in contents if item.source == source.value)
    return Past(statement for group in said for statement in group)


def resume(lake: Lake, log: Logbook, past: Past, *, named: bool) -> None:
    """Put into a fresh logbook what an earlier process said.

    Args:
        named: the run has been given a name anew, which counts.
    """
    run = log.iri
    if not named and past.value(run, DCT.title) is not None:
        log.name = past.value(run, DCT.title).value
    log.started = past.value(run, PROV.startedAtTime) or log.started
    kinds = {term: kind for kind, term in RUN_KINDS.items()}
    log.kind = kinds.get(past.value(run, RDF.type), log.kind)
    log.place = {field: past.values(run, property) or None for property, field in _PLACES.items()}
    log.params = {item.parameter_name: item for item in _parameters(past, run)}
    tags = {item.tag_name: item for item in _tags(past, run)}
    log.facts = {name: tag for name, tag in tags.items() if name.startswith(PREFIX)}
    log.tags = {name: tag for name, tag in tags.items() if name not in log.facts}
    log.inputs = [Input(role, item) for one, role in _ROLE_PROPERTIES.items() for item in past.values(run, one)]
    log.files = {str(file.file_name): file for file in _files(past, run)}
    log.series = count_series(lake, run)
    log.observations, log.latest = _observations(past, run), _latest(lake, past, run)
    log.earlier = _earlier(past, log)


def _parameters(past: Past, run: NamedNode) -> Iterator[ParameterSetting]:
    for node in past.values(run, LAKE.hasParameterSetting):
        name, value = past.value(node, LAKE.parameterName), past.value(node, LAKE.parameterValue)
        yield ParameterSetting(parameter_name=name.value, parameter_value=value)


def _tags(past: Past, run: NamedNode) -> Iterator[Tag]:
    for node in past.values(run, SCHEMA.additionalProperty):
        yield Tag(tag_name=past.value(node, SCHEMA.name).value, tag_value=past.value(node, SCHEMA.value))


def _files(past: Past, run: NamedNode) -> Iterator[ArtifactDistribution]:
    for node in past.values(run, LAKE.produced):
        if home_of(node) == run:
            yield ArtifactDistribution(
                file_name=_text(past.value(node, LAKE.fileName)),
                byte_size=past.value(node, DCAT.byteSize),
                media_type=past.value(node, DCAT.mediaType),
                download_url=past.value(node, DCAT.downloadURL),
                checksum=_text(past.value(past.value(node, SPDX.checksum), SPDX.checksumValue)),
            )


def _observations(past: Past, run: NamedNode) -> list[MetricObservation]:
    """Those in the run's own record, in the order of time."""
    nodes = [node for node in past.values(run, LAKE.hasObservation) if home_of(node) == run]
    ordered = sorted(nodes, key=lambda node: (_text(past.value(node, PROV.generatedAtTime)) or "", node.value))
    return [_observation(past, node) for node in ordered]


def _observation(past: Past, node: NamedNode) -> MetricObservation:
    verbatim = past.value(node, LAKE.verbatimValue)
    return MetricObservation(
        metric=past.value(node, LAKE.metric),
        value=past.value(node, LAKE.value) if verbatim is None else verbatim.value,
        step=past.value(node, LAKE.step),
        generated_at_time=past.value(node, PROV.generatedAtTime),
    )


def _latest(lake: Lake, past: Past, run: NamedNode) -> dict[NamedNode, NamedNode]:
    """The last observations that are in series, by metric."""
    found: dict[NamedNode, NamedNode] = {}
    for node in past.values(run, LAKE.hasObservation):
        if home_of(node) != run:
            said = Past(lake.state(home_of(node)).statements)
            found[said.value(node, LAKE.metric)] = node
    return found


def _earlier(past: Past, log: Logbook) -> Earlier:
    produced = past.values(log.iri, LAKE.produced)
    made = [iri for iri in produced if past.value(iri, RDF.type) == LAKE.ModelVersion]
    measured = [iri for iri in produced if past.value(iri, RDF.type) == LAKE.Evaluation]
    followed = {iri: frozenset(_followed(past, log.iri, iri)) for iri in made}
    apart = {log.iri, *made, *measured}
    others = {item for item in past.statements if home_of(item.subject) not in apart}  # type: ignore[arg-type]
    return Earlier(
        {iri: frozenset(_without_inputs(past.about(iri), iri, followed[iri])) for iri in made},
        followed,
        {iri: past.about(iri) for iri in measured},
        frozenset(others | set(_rest(past, log.iri))),
    )


def _followed(past: Past, run: NamedNode, version: NamedNode) -> Iterator[str]:
    """The roles of inputs that a model took over from its run: those in which both name the same."""
    for property, role in _ROLE_PROPERTIES.items():
        kept = MODEL_INPUTS.get(role or "")
        if role and kept and past.values(version, kept) == past.values(run, property):
            yield role


def _without_inputs(statements: Iterable[Triple], version: NamedNode, roles: Iterable[str]) -> Iterator[Triple]:
    properties = {MODEL_INPUTS[role] for role in roles}
    return (item for item in statements if item.subject != version or item.predicate not in properties)


def _rest(past: Past, run: NamedNode) -> Iterator[Triple]:
    """What the run said of itself and cannot say anew: other processes' code, environment, agent and energy."""
    anew = {LAKE.hasParameterSetting, LAKE.hasObservation, SCHEMA.additionalProperty, LAKE.produced}
    nodes = {node for property in anew for node in past.values(run, property)}
    nodes |= {item for node in nodes for item in past.values(node, SPDX.checksum)}
    for item in past.about(run):
        if item.subject not in nodes and (item.subject != run or item.predicate not in _SAID_ANEW):
            yield item


def _text(value: Any) -> str | None:
    return value.value if isinstance(value, Literal) else None
