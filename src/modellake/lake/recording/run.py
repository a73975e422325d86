"""Runs: recording what a program does, with the verbs that people know from MLflow.

>>> with lake.run("train", code=".") as run:                                   # doctest: +SKIP
...     run.log_param("max_depth", 3)
...     run.log_input(X_train, "training", name="acme/customers", version="2024-06")
...     version = run.log_model(model, "acme/churn", license="apache-2.0")
...     run.log_evaluation(version, "accuracy", 0.97)

A run is a source of its own: each commit says all that the run has to say, and replaces what it said before.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pyoxigraph import NamedNode

from modellake.core.activities import (
    RUN_KINDS,
    Evaluation,
    Experiment,
    Metric,
    MetricObservation,
    ParameterSetting,
    Tag,
)
from modellake.core.artifact import Artifact, Reference
from modellake.core.description import Description, Source
from modellake.core.errors import UsageError
from modellake.core.fields import refer, resolver
from modellake.core.records import ArtifactDistribution, CodeVersion, Dataset, Model, ModelVersion
from modellake.core.references import absolute_iri, concept_iri, line_iri
from modellake.core.vocab import METRIC
from modellake.lake.receipts import Receipt
from modellake.lake.recording.inputs import Input, read_input
from modellake.lake.recording.logbook import Logbook, failure_reason
from modellake.lake.recording.outputs import listed, model_fields, next_label, relation_field, take_label
from modellake.lake.recording.payloads import file_distributions, file_name
from modellake.lake.recording.secrets import masked
from modellake.lake.recording.surroundings import code_at, current_environment, running_script, user_name
from modellake.rdf.codec import write_statements
from modellake.rdf.formats import syntax_named

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

_SYNTAX = syntax_named("ntriples")


def start_run(
    lake: Lake,
    name: str,
    *,
    code: str | Path | CodeVersion | NamedNode | None = None,
    kind: str = "training",
    experiment: str | None = None,
    agent: str | None = None,
    run_id: str | None = None,
    part_of: Run | str | None = None,
    description: str | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Run:
    """Begin a run and commit that it is running, so that a killed process leaves a trace.

    Args:
        lake: where to record it.
        name: what people call it; several runs may have one name.
        code: a file or folder (its git commit is recorded, or the digest of the file), or the IRI of a code
            version. By default the script that was started with ``python script.py``.
        kind: ``training``, ``fine-tuning``, ``evaluation``, ``quantization``, … (`RUN_KINDS`).
        experiment: the name of the experiment that it belongs to.
        agent: who runs it, as a name or an IRI; by default the user of this process.
        run_id: its identifier; what an earlier run of that identifier said is replaced.
        part_of: the run that it is a step of.
        description: what it is for.
        tags: see `Run.set_tags`.

    Raises:
        UsageError: the kind is unknown, or the name is empty.
    """
    if kind not in RUN_KINDS:
        raise UsageError(
            f"There is no kind of run {kind!r}", code="kind.unknown", remedy=f"Use one of {', '.join(RUN_KINDS)}."
        )
    run = Run(lake, name, kind=kind, agent=agent or user_name(), run_id=run_id or _new_id())
    run.set_tags(tags or {})
    run.describe(code=code, experiment=experiment, part_of=part_of, description=description)
    run.flush()
    return run


class Run:
    """A run that is being recorded; get one from `Lake.run` and use it as a context manager.

    Leaving the block ends the run: ``finished``, or ``failed`` with the type and message of the exception, which
    is raised again. Values that look like secrets are masked before they are kept anywhere.

    Attributes:
        folder: where the files are that the run itself writes.
    """

    def __init__(self, lake: Lake, name: str, *, kind: str, agent: str, run_id: str) -> None:
        self._lake = lake
        self._source = lake.iris.source(f"run/{run_id}")
        self.folder = lake.directory / "artifacts" / file_name(run_id)
        self._log = Logbook(
            iris=lake.iris,
            iri=line_iri(run_id, "run", lake.iris),
            id=run_id,
            name=name,
            kind=kind,
            agent=agent,
            environment=current_environment(),
        )

    @property
    def id(self) -> str:
        """The identifier."""
        return self._log.id

    @property
    def iri(self) -> NamedNode:
        """The resource, a ``lake:Run``."""
        return self._log.iri

    @property
    def status(self) -> str:
        """``running``, ``finished`` or ``failed``."""
        return self._log.status

    def describe(
        self,
        *,
        code: str | Path | CodeVersion | NamedNode | None = None,
        experiment: str | None = None,
        part_of: Run | str | None = None,
        description: str | None = None,
    ) -> None:
        """Say where the run stands: what `start_run` takes."""
        self._log.place = {
            "in_experiment": experiment,
            "part_of_run": part_of.iri if isinstance(part_of, Run) else part_of,
            "description": description,
            "used_code": self._read_code(code),
        }
        if experiment and absolute_iri(experiment) is None:
            self._say(Experiment(name=experiment, title=experiment))

    # Logging

    def log_param(self, key: str, value: Any) -> Any:
        """Record a parameter with the datatype of its value; logged again, the last value counts."""
        kept = masked(str(key), value)
        setting = ParameterSetting(parameter_name=str(key), parameter_value="None" if kept is None else kept)
        self._open_log().params[str(key)] = setting
        return value

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Record several parameters."""
        for key, value in params.items():
            self.log_param(key, value)

    def log_metric(self, key: str, value: Any, step: int | None = None) -> None:
        """Record the value that a metric has now; NaN and infinities are kept word for word.

        Args:
            key: the name or IRI of the metric.
            value: a number.
            step: from 0; None where the run has no steps.

        Raises:
            UsageError: the step is no whole number from 0.
        """
        if step is not None and (isinstance(step, bool) or int(step) != step or step < 0):
            raise UsageError(f"{step!r} is no step", code="step.malformed", remedy="Count steps from 0.")
        metric, number, now = self._metric(key), None if step is None else int(step), datetime.now(UTC)
        observation = MetricObservation(metric=metric, value=value, step=number, generated_at_time=now)
        self._open_log().observations.append(observation)

    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Record the values that several metrics have now."""
        for key, value in metrics.items():
            self.log_metric(key, value, step)

    def set_tag(self, key: str, value: Any) -> None:
        """Give the run a name and a value of your own (``schema:additionalProperty``)."""
        self._open_log().tags[str(key)] = Tag(tag_name=str(key), tag_value=masked(str(key), value))

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """Set several tags."""
        for key, value in tags.items():
            self.set_tag(key, value)

    def log_input(
        self, data: Any, role: str | None = None, *, name: str | None = None, version: str | None = None
    ) -> Reference:
        """Record what the run reads, and return what refers to it.

        Args:
            data: a dataset record, an IRI or ``org/name[@version]``; a path, whose files are digested; an array,
                a table or a tensor, whose content is digested; or a model that the run uses.
            role: ``training``, ``validation``, ``test``, or None.
            name: the dataset that files or data in memory belong to.
            version: the version that they are a split of. Without it they are a version of their own, called by
                the digest of the content.

        Raises:
            UsageError: the role is unknown, or data in memory have no name or cannot be digested.
            NotFoundError: the path is an empty folder.
        """
        log = self._open_log()
        found = read_input(data, role, name, version)
        if found.line is not None:
            self._say_line(Dataset(name=found.line))
        refer(found.reference, resolver("dataset"), self._lake.iris)
        log.inputs.append(found)
        return found.reference

    def log_model(
        self,
        model: Any,
        name: str,
        version: str | None = None,
        *,
        path: str | Path | None = None,
        derived_from: Reference | Sequence[Reference] | None = None,
        relation: str | None = None,
        license: str | None = None,
        task: str | None = None,
        **fields: Any,
    ) -> ModelVersion:
        """Record a model that the run makes, and return its version.

        The version is trained, validated and tested on the inputs of the run that have these roles.

        Args:
            model: a path; a scikit-learn estimator, which is written into `folder` with skops, never pickled;
                or None.
            name: of the model, ``org/name``.
            version: its label; by default the next free whole number.
            path: the file or folder of the model, where it has been saved already.
            derived_from: the models that it was made from.
            relation: how (``fineTunedFrom``, ``distilledFrom``, …); by default what the kind of run says.
            license: an SPDX identifier or an IRI.
            task: a task of the code list (``tabular-classification``) or an IRI.
            fields: any other field of `ModelVersion`.

        Raises:
            UsageError: another run has made that version, or the model cannot be stored.
            UnavailableError: skops is not installed.
            NotFoundError: the path leads to no file.
        """
        log = self._open_log()
        previous = fields.pop("previous_version", None)
        if version is None:
            version, before = next_label(self._lake, name)
            previous = previous or before
        reference = ModelVersion(version_of=name, version=version)
        iri = reference.iri(self._lake.iris)
        take_label(self._lake, iri, self._source)
        stored = model_fields(model, None if path is None else Path(path), self.folder / file_name(f"{name}-{version}"))
        parents = listed(derived_from)
        derived = {relation_field(relation, self._log.kind): parents} if parents else {}
        said = {"previous_version": previous, "declared_license": license, "task": task, "produced_by": log.iri}
        made = {"version_of": name, "version": version, **stored, **said, **derived, **fields}
        ModelVersion(**made).statements(self._lake.iris)  # A bad value is told here rather than at the end.
        log.models[iri] = made
        log.inputs += [Input("model", parent) for parent in parents]
        self._say_line(Model(name=name, task=task, declared_license=license, creator=log.agent))
        return reference

    def log_evaluation(
        self,
        model_version: Reference | None,
        metric: str,
        value: Any,
        data: Reference | None = None,
        **fields: Any,
    ) -> Evaluation:
        """Record what a model reaches on data, as a ``lake:Evaluation`` by whoever runs this.

        Args:
            model_version: the model; None for the one that the run logged last.
            metric: the name of a metric (``accuracy``) or an IRI.
            value: a number; what is none is kept word for word.
            data: the data; by default the one input with the role ``test``.
            fields: any other field of `Evaluation`, such as ``lower_bound`` and ``upper_bound``.

        Raises:
            UsageError: no model is given and none was logged.
        """
        log = self._open_log()
        evaluation = Evaluation(
            evaluates=log.last_model() if model_version is None else model_version,
            metric=self._metric(metric),
            value=value,
            on_data=log.test_data() if data is None else data,
            evaluated_by=log.agent,
            produced_by=log.iri,
            **fields,
        )
        evaluation.statements(self._lake.iris)
        log.evaluations.append(evaluation)
        return evaluation

    def log_artifact(self, path: str | Path) -> None:
        """Record a file, or the files of a folder, that the run makes; they stay where they are.

        Raises:
            NotFoundError: there is no such file.
        """
        self._open_log().files += file_distributions(Path(path), ArtifactDistribution)

    # Ending

    def flush(self) -> Receipt:
        """Commit now what has been logged so far."""
        message = f"Run {self._log.name}: {self.status}"
        return self._lake.commit(self._descriptions(), message=message, agent=self._log.agent)

    def finish(self, status: str = "finished", reason: str | None = None) -> Receipt | None:
        """End the run and commit it; ending it again changes nothing.

        Args:
            status: ``finished`` or ``failed``.
            reason: why it failed, for people.
        """
        if self._log.ended is not None:
            return None
        self._log.ended = max(datetime.now(UTC), self._log.started)  # Clocks may be set back.
        self._log.status, self._log.reason = status, reason
        return self.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or (isinstance(error, SystemExit) and not error.code):
            self.finish()
            return
        try:
            self.finish("failed", failure_reason(error))
        except Exception as another:  # What the user has to see is the first error.
            error.add_note(f"The run {self.id} could not be recorded as failed: {another}")

    def _descriptions(self) -> list[Description]:
        iris, environment = self._lake.iris, self._log.environment
        statements = {item for record in self._log.records() for item in record.statements(iris)}
        source = Source(self._source, f"run {self._log.name}", _SYNTAX.media_type)
        # What the gate refuses is kept in this form.
        original = write_statements(statements, _SYNTAX)
        said = Description(source, sorted(statements, key=str), original=original)
        if self._lake.ledger.has_record(iris.record(environment.iri(iris)).value):
            return [said]
        # The environment is the same for many runs: said once, by a source of its own.
        elsewhere = Source(iris.source(f"environment/{environment.name}"), "the environment of a run")
        return [Description(elsewhere, environment.statements(iris)), said]

    def _metric(self, name: str) -> NamedNode:
        """The metric of that name; one that the code list lacks is described by the run."""
        metric = concept_iri(name, METRIC, "metric", self._lake.iris)
        if metric.value.startswith(self._lake.iris.base):
            self._say(Metric(name=metric, pref_label=str(name)))
        return metric

    def _say_line(self, line: Model | Dataset) -> None:
        """Describe a line unless another source does: who describes it knows more of it than a run."""
        record = self._lake.iris.record(line.iri(self._lake.iris)).value
        if all(item.source == self._source.value for item in self._lake.ledger.contents(record)):
            self._say(line)

    def _say(self, record: Artifact) -> None:
        self._log.lines.setdefault(record.iri(self._lake.iris), record)

    def _read_code(self, code: str | Path | CodeVersion | NamedNode | None) -> Reference | None:
        if isinstance(code, CodeVersion | NamedNode) or (isinstance(code, str) and absolute_iri(code)):
            return code
        path = running_script() if code is None else Path(code)
        self._log.code = code_at(path) if path else None
        return self._log.code.version if self._log.code else None

    def _open_log(self) -> Logbook:
        if self._log.ended is not None:
            raise UsageError(
                f"The run {self.id} has ended", code="run.ended", remedy="Start another one: lake.run(name)."
            )
        return self._log


def _new_id() -> str:
    """Sorts by time, and no two are the same."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
