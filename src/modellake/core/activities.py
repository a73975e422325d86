"""Typed records of what happens to artifacts: runs, evaluations and deployments, with who and what takes part."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pyoxigraph import NamedNode

from modellake.core import fields, references
from modellake.core.artifact import Artifact, Parts, Reference, References, Texts
from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs
from modellake.core.records import checksum_of
from modellake.core.vocab import (
    ACTIVITY,
    DCAT,
    DCT,
    FOAF,
    HARDWARE,
    LAKE,
    METRIC,
    PROV,
    SCHEMA,
    SKOS,
    SPDX,
    STAGE,
    TASK,
)

RUN_KINDS: Mapping[str, NamedNode] = {
    "run": LAKE.Run,
    "training": LAKE.TrainingRun,
    "fine-tuning": LAKE.FineTuningRun,
    "continued-pretraining": LAKE.ContinuedPretrainingRun,
    "evaluation": LAKE.EvaluationRun,
    "data-preparation": LAKE.DataPreparationRun,
    "conversion": LAKE.ConversionRun,
    "quantization": LAKE.QuantizationRun,
    "pruning": LAKE.PruningRun,
    "distillation": LAKE.DistillationRun,
    "merging": LAKE.MergingRun,
    "deployment": LAKE.DeploymentRun,
}
AGENT_KINDS: Mapping[str, NamedNode] = {
    "agent": PROV.Agent,
    "person": PROV.Person,
    "organization": PROV.Organization,
    "software": PROV.SoftwareAgent,
}


@dataclass(frozen=True, kw_only=True)
class _Named(Artifact):
    """A resource that is no line and has a name."""

    name: str | NamedNode

    def iri(self, iris: LakeIRIs) -> NamedNode:
        """``{base}{room}/{name}``."""
        return references.line_iri(self.name, self.room, iris)


@dataclass(frozen=True, kw_only=True)
class Agent(_Named):
    """Who takes part: a person, an organization or a program (``kind``)."""

    term = PROV.Agent
    room = "agent"
    kind: str = "agent"
    full_name: Annotated[Texts, fields.text(FOAF.name)] = None
    homepage: Annotated[References, fields.address(FOAF.homepage)] = None
    mbox: Annotated[References, fields.address(FOAF.mbox)] = None
    acted_on_behalf_of: Annotated[References, fields.named(PROV.actedOnBehalfOf, "agent")] = None

    def rdf_type(self) -> NamedNode:
        """The class of agents that ``kind`` says."""
        return _of_kind(self.kind, AGENT_KINDS)


@dataclass(frozen=True, kw_only=True)
class License(_Named):
    """A license that no list has; SPDX licenses need no record."""

    term = LAKE.License
    room = "license"
    title: Annotated[Texts, fields.text(DCT.title)] = None
    license_text: Annotated[Texts, fields.text(LAKE.licenseText)] = None
    page: Annotated[References, fields.address(FOAF.page)] = None


@dataclass(frozen=True, kw_only=True)
class Metric(_Named):
    """A measure that the code list lacks."""

    term = LAKE.Metric
    room = "metric"
    pref_label: Annotated[Texts, fields.text(SKOS.prefLabel)] = None
    description: Annotated[Texts, fields.text(DCT.description)] = None
    higher_is_better: Annotated[bool | None, fields.boolean(LAKE.higherIsBetter)] = None
    minimum_value: Annotated[Any, fields.decimal(LAKE.minimumValue)] = None
    maximum_value: Annotated[Any, fields.decimal(LAKE.maximumValue)] = None


@dataclass(frozen=True, kw_only=True)
class Experiment(_Named):
    """Runs that ask one question."""

    term = LAKE.Experiment
    room = "experiment"
    title: Annotated[Texts, fields.text(DCT.title)] = None
    description: Annotated[Texts, fields.text(DCT.description)] = None


@dataclass(frozen=True, kw_only=True)
class Package(Artifact):
    """An installed package."""

    term = LAKE.Package
    room = "package"
    key = ("package_name",)
    package_name: Annotated[str, fields.text(LAKE.packageName)]
    package_version: Annotated[str | None, fields.text(LAKE.packageVersion)] = None
    checksum: Annotated[Any, fields.part(SPDX.checksum, checksum_of)] = None


@dataclass(frozen=True, kw_only=True)
class Tag(Artifact):
    """A name and a value, as ``schema:PropertyValue``: what people give to a run, and facts without a term."""

    term = SCHEMA.PropertyValue
    room = "tag"
    key = ("tag_name",)
    tag_name: Annotated[str, fields.text(SCHEMA.name)]
    tag_value: Annotated[Any, fields.anything(SCHEMA.value)] = None


@dataclass(frozen=True, kw_only=True)
class Environment(_Named):
    """The software and the machine that a run has."""

    term = LAKE.Environment
    room = "environment"
    title: Annotated[Texts, fields.text(DCT.title)] = None
    python_version: Annotated[Texts, fields.text(LAKE.pythonVersion)] = None
    operating_system: Annotated[Texts, fields.text(LAKE.operatingSystem)] = None
    processor: Annotated[Texts, fields.text(LAKE.processor)] = None
    memory_size: Annotated[int | None, fields.integer(LAKE.memorySize)] = None
    accelerator_model: Annotated[Texts, fields.text(LAKE.acceleratorModel)] = None
    accelerator_kind: Annotated[References, fields.concept(LAKE.acceleratorKind, HARDWARE, "hardware")] = None
    accelerator_count: Annotated[int | None, fields.integer(LAKE.acceleratorCount)] = None
    container_image: Annotated[Texts, fields.text(LAKE.containerImage)] = None
    lock_file: Annotated[Parts, fields.part(LAKE.lockFile)] = None
    has_package: Annotated[Parts, fields.part(LAKE.hasPackage)] = None
    additional_property: Annotated[Parts, fields.part(SCHEMA.additionalProperty)] = None


@dataclass(frozen=True, kw_only=True)
class ParameterSetting(Artifact):
    """A parameter and its value, which keeps its datatype."""

    term = LAKE.ParameterSetting
    room = "parameter"
    key = ("parameter_name",)
    parameter_name: Annotated[str, fields.text(LAKE.parameterName)]
    parameter_value: Annotated[Any, fields.anything(LAKE.parameterValue)] = None


@dataclass(frozen=True, kw_only=True)
class MetricObservation(Artifact):
    """A value of a metric while a run goes on."""

    term = LAKE.MetricObservation
    room = "observation"
    metric: Annotated[Reference, fields.concept(LAKE.metric, METRIC, "metric")]
    value: Annotated[Any, fields.measured(LAKE.value)] = None
    step: Annotated[int | None, fields.integer(LAKE.step)] = None
    generated_at_time: Annotated[Any, fields.time(PROV.generatedAtTime)] = None


@dataclass(frozen=True, kw_only=True)
class EnvironmentalMeasurement(Artifact):
    """What an activity cost the environment: kilowatt hours, and kilograms of carbon dioxide equivalent."""

    term = LAKE.EnvironmentalMeasurement
    room = "impact"
    name: str | None = None
    key = ("name",)
    energy_consumed: Annotated[Any, fields.decimal(LAKE.energyConsumed)] = None
    carbon_emitted: Annotated[Any, fields.decimal(LAKE.carbonEmitted)] = None
    covered_activity: Annotated[References, fields.concept(LAKE.coveredActivity, ACTIVITY, "activity")] = None
    measurement_method: Annotated[References, fields.concept(LAKE.measurementMethod, LAKE, "method")] = None
    measured_with: Annotated[Texts, fields.text(LAKE.measuredWith)] = None
    region: Annotated[Texts, fields.text(LAKE.region)] = None


@dataclass(frozen=True, kw_only=True)
class RunRecord(_Named):
    """A run of any ``kind`` (see `RUN_KINDS`); its name is its identifier."""

    term = LAKE.Run
    room = "run"
    kind: str = "training"
    title: Annotated[Texts, fields.text(DCT.title)] = None
    description: Annotated[Texts, fields.text(DCT.description)] = None
    identifier: Annotated[Texts, fields.text(DCT.identifier)] = None
    run_status: Annotated[References, fields.concept(LAKE.runStatus, LAKE, "status")] = None
    reason: Annotated[Texts, fields.text(LAKE.reason)] = None
    started_at_time: Annotated[Any, fields.time(PROV.startedAtTime)] = None
    ended_at_time: Annotated[Any, fields.time(PROV.endedAtTime)] = None
    was_associated_with: Annotated[References, fields.named(PROV.wasAssociatedWith, "agent")] = None
    used_data: Annotated[References, fields.reference(LAKE.usedData, "dataset")] = None
    used_training_data: Annotated[References, fields.reference(LAKE.usedTrainingData, "dataset")] = None
    used_validation_data: Annotated[References, fields.reference(LAKE.usedValidationData, "dataset")] = None
    used_test_data: Annotated[References, fields.reference(LAKE.usedTestData, "dataset")] = None
    used_model: Annotated[References, fields.reference(LAKE.usedModel, "model")] = None
    used_code: Annotated[References, fields.reference(LAKE.usedCode, "code")] = None
    used_environment: Annotated[References, fields.named(LAKE.usedEnvironment, "environment")] = None
    produced: Annotated[References, fields.product(LAKE.produced, "model")] = None
    has_parameter_setting: Annotated[Parts, fields.part(LAKE.hasParameterSetting)] = None
    has_observation: Annotated[Parts, fields.part(LAKE.hasObservation)] = None
    additional_property: Annotated[Parts, fields.part(SCHEMA.additionalProperty)] = None
    part_of_run: Annotated[References, fields.named(LAKE.partOfRun, "run")] = None
    in_experiment: Annotated[References, fields.named(LAKE.inExperiment, "experiment")] = None
    has_environmental_measurement: Annotated[Parts, fields.part(LAKE.hasEnvironmentalMeasurement)] = None

    def rdf_type(self) -> NamedNode:
        """The class of runs that ``kind`` says."""
        return _of_kind(self.kind, RUN_KINDS)


@dataclass(frozen=True, kw_only=True)
class Evaluation(Artifact):
    """One value of one metric for one model; without a name it gets one from what was measured."""

    term = LAKE.Evaluation
    room = "evaluation"
    name: str | NamedNode | None = None
    title: Annotated[Texts, fields.text(DCT.title)] = None
    evaluates: Annotated[Reference, fields.reference(LAKE.evaluates, "model")]
    metric: Annotated[Reference, fields.concept(LAKE.metric, METRIC, "metric")]
    value: Annotated[Any, fields.measured(LAKE.value)] = None
    verbatim_value: Annotated[str | None, fields.text(LAKE.verbatimValue)] = None
    lower_bound: Annotated[Any, fields.decimal(LAKE.lowerBound)] = None
    upper_bound: Annotated[Any, fields.decimal(LAKE.upperBound)] = None
    on_data: Annotated[References, fields.reference(LAKE.onData, "dataset")] = None
    task: Annotated[References, fields.concept(LAKE.task, TASK, "task")] = None
    evaluated_by: Annotated[References, fields.named(LAKE.evaluatedBy, "agent")] = None
    evaluation_party: Annotated[References, fields.concept(LAKE.evaluationParty, LAKE, "party")] = None
    under_protocol: Annotated[References, fields.named(LAKE.underProtocol, "protocol")] = None
    produced_by: Annotated[References, fields.named(LAKE.producedBy, "run")] = None

    def iri(self, iris: LakeIRIs) -> NamedNode:
        """``{base}evaluation/{name}``."""
        return references.line_iri(self.name or self._measured(iris), self.room, iris)

    def _measured(self, iris: LakeIRIs) -> str:
        """A name that lasts: it depends on what was measured and by which run, not on the value."""
        node = NamedNode("urn:modellake:evaluation")
        about = {LAKE.evaluates, LAKE.metric, LAKE.onData, LAKE.task, LAKE.producedBy, LAKE.evaluatedBy}
        lines = sorted(str(item) for item in self.statements_of(node, iris) if item.predicate in about)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]


@dataclass(frozen=True, kw_only=True)
class Deployment(_Named):
    """A model version in service at a place for a time."""

    term = LAKE.Deployment
    room = "deployment"
    title: Annotated[Texts, fields.text(DCT.title)] = None
    description: Annotated[Texts, fields.text(DCT.description)] = None
    serves: Annotated[References, fields.reference(LAKE.serves, "model")] = None
    deployment_status: Annotated[References, fields.concept(LAKE.deploymentStatus, LAKE, "status")] = None
    lifecycle_stage: Annotated[References, fields.concept(LAKE.lifecycleStage, STAGE, "stage")] = None
    landing_page: Annotated[References, fields.address(DCAT.landingPage)] = None
    produced_by: Annotated[References, fields.named(LAKE.producedBy, "run")] = None


def _of_kind(kind: str, kinds: Mapping[str, NamedNode]) -> NamedNode:
    known = kinds.get(kind)
    if known is None:
        raise UsageError(f"There is no kind {kind!r}", code="kind.unknown", remedy=f"Use one of {', '.join(kinds)}.")
    return known
