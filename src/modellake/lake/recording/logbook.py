"""The logbook of a run: what has been logged so far, and the records that say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pyoxigraph import NamedNode

from modellake.core.activities import (
    Agent,
    Environment,
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
from modellake.lake.recording.inputs import ROLES, Input
from modellake.lake.recording.secrets import masked_text
from modellake.lake.recording.surroundings import Code

_LONGEST_REASON = 2000


@dataclass
class Logbook:
    """All that one run says.

    Attributes:
        place: where the run stands: fields of `RunRecord` (``in_experiment``, ``part_of_run``, …).
        models: the fields of the model versions that it makes, by IRI.
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
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    reason: str | None = None
    place: dict[str, Any] = field(default_factory=dict)
    code: Code | None = None
    params: dict[str, ParameterSetting] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    observations: list[MetricObservation] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    models: dict[NamedNode, dict[str, Any]] = field(default_factory=dict)
    evaluations: list[Evaluation] = field(default_factory=list)
    files: list[ArtifactDistribution] = field(default_factory=list)
    lines: dict[NamedNode, Artifact] = field(default_factory=dict)

    def records(self) -> Iterator[Artifact]:
        """The run, what it made, and what it has to say of what it used."""
        versions = [self._model(fields) for fields in self.models.values()]
        yield self._run(versions)
        yield from versions
        yield from self.evaluations
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
        """The model version that was logged last; UsageError if there is none."""
        if not self.models:
            raise UsageError(
                "No model was logged, so none can be evaluated",
                code="model.absent",
                remedy="Log it first with run.log_model, or give the model version.",
            )
        return list(self.models)[-1]

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
            produced=[*versions, *self.evaluations, *self.files],
            has_parameter_setting=tuple(self.params.values()),
            has_observation=tuple(self.observations),
            additional_property=tuple(self.tags.values()),
            **used,
            **self.place,
        )

    def _model(self, fields: Mapping[str, Any]) -> ModelVersion:
        read = {name: self.of_role(role) for role, (_, name, _) in ROLES.items() if name}
        return ModelVersion(**{**read, **fields})

    def _used_models(self) -> list[Reference]:
        """Models that were read or evaluated and that the run did not make itself."""
        given = [*self.of_role("model"), *(item.evaluates for item in self.evaluations)]
        iris = {refer(item, resolver("model"), self.iris) for item in given}
        return [*sorted(iris - set(self.models), key=str)]


def failure_reason(error: BaseException) -> str:
    """Type and message of an error: a traceback would hold values that nobody agreed to keep."""
    text = masked_text(str(error))
    return f"{type(error).__name__}: {text}"[:_LONGEST_REASON] if text else type(error).__name__
