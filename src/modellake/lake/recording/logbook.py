"""The logbook of a run: what has been logged so far, and the statements that say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pyoxigraph import NamedNode, Triple

from modellake.core.activities import (
    Agent,
    Environment,
    EnvironmentalMeasurement,
    Evaluation,
    MetricObservation,
    ParameterSetting,
    RunRecord,
    Tag,
)
from modellake.core.artifact import Artifact, Reference
from modellake.core.errors import UsageError
from modellake.core.fields import refer, resolver
from modellake.core.iris import LakeIRIs
from modellake.core.records import ArtifactDistribution, ModelVersion
from modellake.core.references import absolute_iri
from modellake.core.vocab import LAKE
from modellake.lake.recording.code import Code
from modellake.lake.recording.inputs import ROLES, Input
from modellake.lake.recording.secrets import cleansed_text
from modellake.lake.recording.series import GROUP, Series

_LONGEST_REASON = 2000


@dataclass
class Earlier:
    """What an earlier process said of the same run, as far as it stands as it is.

    Attributes:
        models: the statements about the versions that it made, by IRI; those that were trained on whatever the
            run reads are without their inputs.
        followed: for these models, the roles of inputs that they follow.
        evaluations: the statements about its evaluations, by IRI.
        others: everything else.
    """

    models: dict[NamedNode, frozenset[Triple]] = field(default_factory=dict)
    followed: dict[NamedNode, frozenset[str]] = field(default_factory=dict)
    evaluations: dict[NamedNode, frozenset[Triple]] = field(default_factory=dict)
    others: frozenset[Triple] = frozenset()


@dataclass
class Logbook:
    """All that one run says.

    Attributes:
        place: where the run stands: fields of `RunRecord` (``in_experiment``, ``part_of_run``, …).
        facts: what is known of the process, by name.
        observations: those that are in no series yet.
        series: how many series the run has.
        latest: of the metrics in series, the last observations.
        models: the fields of the model versions that it makes, by IRI.
        files: by name.
        lines: records of what it refers to and nobody else describes, by IRI.
    """

    iris: LakeIRIs
    iri: NamedNode
    id: str
    name: str
    kind: str
    agent: str
    environment: Environment
    status: str = "running"
    started: Any = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    reason: str | None = None
    place: dict[str, Any] = field(default_factory=dict)
    code: Code | None = None
    facts: dict[str, Tag] = field(default_factory=dict)
    params: dict[str, ParameterSetting] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    observations: list[MetricObservation] = field(default_factory=list)
    series: int = 0
    latest: dict[NamedNode, NamedNode] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)
    models: dict[NamedNode, dict[str, Any]] = field(default_factory=dict)
    evaluations: dict[NamedNode, Evaluation] = field(default_factory=dict)
    files: dict[str, ArtifactDistribution] = field(default_factory=dict)
    impacts: list[EnvironmentalMeasurement] = field(default_factory=list)
    lines: dict[NamedNode, Artifact] = field(default_factory=dict)
    earlier: Earlier = field(default_factory=Earlier)

    # Writing

    def say(self, record: Artifact) -> None:
        """Describe what the run refers to; the first description counts."""
        self.lines.setdefault(record.iri(self.iris), record)

    def observe(self, observation: MetricObservation) -> None:
        """Add an observation."""
        self.observations.append(observation)

    def make(self, version: NamedNode, fields: dict[str, Any]) -> None:
        """Add a model version, in place of what was said of it before."""
        for said in (self.models, self.earlier.models, self.earlier.followed):
            said.pop(version, None)
        self.models[version] = fields

    def evaluate(self, evaluation: Evaluation) -> None:
        """Add an evaluation, in place of an earlier one of the same."""
        iri = evaluation.iri(self.iris)
        self.earlier.evaluations.pop(iri, None)
        self.evaluations[iri] = evaluation

    # Reading

    def full_series(self) -> list[Series]:
        """The observations that are enough for series of their own."""
        groups = range(len(self.observations) // GROUP)
        parts = [self.observations[number * GROUP : (number + 1) * GROUP] for number in groups]
        return [Series(self.iri, self.series + number, part) for number, part in enumerate(parts, 1)]

    def open_observations(self) -> tuple[list[MetricObservation], int, dict[NamedNode, NamedNode]]:
        """What `close_series` changes, to be given to `reopen_observations`."""
        return self.observations, self.series, self.latest

    def close_series(self, series: Sequence[Series]) -> None:
        """From here these observations are in series."""
        self.observations = self.observations[sum(len(item.observations) for item in series) :]
        self.series += len(series)
        self.latest = {
            **self.latest,
            **{metric: node for item in series for metric, node in item.last_nodes(self.iris).items()},
        }

    def reopen_observations(self, before: tuple[list[MetricObservation], int, dict[NamedNode, NamedNode]]) -> None:
        """The series could not be committed."""
        self.observations, self.series, self.latest = before

    def statements(self) -> set[Triple]:
        """The run and what it made; the series and what it has in common with other runs apart."""
        said = {item for record in self._records() for item in record.statements(self.iris)}
        said |= {Triple(self.iri, LAKE.produced, iri) for iri in (*self.earlier.models, *self.earlier.evaluations)}
        said |= {Triple(self.iri, LAKE.hasObservation, node) for node in self._latest_elsewhere()}
        for group in (self.earlier.models, self.earlier.evaluations):
            said |= {item for statements in group.values() for item in statements}
        return said | set(self._followed_inputs()) | self.earlier.others

    def common(self) -> Iterator[Artifact]:
        """What the run has to say of what other runs use as well: experiments, metrics, data, code, who runs it."""
        yield from self.lines.values()
        yield from (record for item in self.inputs for record in item.records)
        yield from self.code.records if self.code else ()
        if absolute_iri(self.agent) is None:
            yield Agent(name=self.agent, full_name=self.agent)

    def of_role(self, role: str | None) -> list[Reference]:
        """What was logged as an input with that role."""
        return [item.reference for item in self.inputs if item.role == role]

    def test_data(self) -> NamedNode | None:
        """The one input with the role ``test``; None if there are none or several."""
        found = {refer(item, resolver("dataset"), self.iris) for item in self.of_role("test")}
        return found.pop() if len(found) == 1 else None

    def last_model(self) -> NamedNode:
        """The model version that was logged last; UsageError if there is none, or it cannot be told."""
        made = list(self.models) or list(self.earlier.models)
        if not made:
            raise UsageError(
                "No model was logged, so none can be evaluated",
                code="model.absent",
                remedy="Log it first with run.log_model, or give the model version.",
            )
        if not self.models and len(made) > 1:
            raise UsageError(
                f"The run was resumed, and it has made {len(made)} models before",
                code="model.ambiguous",
                remedy=f"Give the model version, one of {', '.join(sorted(iri.value for iri in made))}.",
            )
        return made[-1]

    def _records(self) -> Iterator[Artifact]:
        versions = [self._model(fields) for fields in self.models.values()]
        yield self._run(versions)
        yield from versions
        yield from self.evaluations.values()

    def _run(self, versions: list[ModelVersion]) -> RunRecord:
        used: dict[str, Any] = {name: self.of_role(role) for role, (name, _, _) in ROLES.items()}
        return RunRecord(
            name=self.iri,
            kind=self.kind,
            title=self.name,
            identifier=self.id,
            run_status=self.status,
            reason=self.reason,
            started_at_time=self.started,
            ended_at_time=self.ended,
            was_associated_with=self.agent,
            used_environment=self.environment,
            used_model=self._used_models(),
            produced=[*versions, *self.evaluations.values(), *self.files.values()],
            has_parameter_setting=tuple(self.params.values()),
            has_observation=tuple(self.observations),
            additional_property=(*self.facts.values(), *self.tags.values()),
            has_environmental_measurement=tuple(self.impacts),
            **used,
            **self.place,
        )

    def _model(self, fields: Mapping[str, Any]) -> ModelVersion:
        read = {name: self.of_role(role) for role, (_, name, _) in ROLES.items() if name}
        return ModelVersion(**{**read, **fields})

    def _used_models(self) -> list[Reference]:
        """Models that were read or evaluated and that the run did not make itself."""
        given = [*self.of_role("model"), *(item.evaluates for item in self.evaluations.values())]
        iris = {refer(item, resolver("model"), self.iris) for item in given}
        return [*sorted(iris - set(self.models) - set(self.earlier.models), key=str)]

    def _latest_elsewhere(self) -> list[NamedNode]:
        here = {item.metric for item in self.observations}
        return [node for metric, node in self.latest.items() if metric not in here]

    def _followed_inputs(self) -> Iterator[Triple]:
        """Models that an earlier process logged are trained on what this one reads as well, as if it were one."""
        for version, roles in self.earlier.followed.items():
            for role in roles:
                for item in self.of_role(role):
                    yield Triple(version, MODEL_INPUTS[role], refer(item, resolver("dataset"), self.iris))


# What a model is to the inputs of a run, by their role.
MODEL_INPUTS: Mapping[str, NamedNode] = {
    "training": LAKE.trainedOn,
    "validation": LAKE.validatedOn,
    "test": LAKE.testedOn,
}


def failure_reason(error: BaseException) -> str:
    """Type and message of an error: a traceback would hold values that nobody agreed to keep."""
    text = cleansed_text(str(error))
    return f"{type(error).__name__}: {text}"[:_LONGEST_REASON] if text else type(error).__name__
