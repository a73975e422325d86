"""Models of a run: those that it makes, and what models reach on data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modellake.core.activities import Evaluation
from modellake.core.artifact import Reference
from modellake.core.records import Model, ModelVersion
from modellake.lake.recording.data import InputVerbs
from modellake.lake.recording.inputs import Input
from modellake.lake.recording.outputs import claim_label, listed, model_fields, relation_field
from modellake.lake.recording.payloads import file_name


class ModelVerbs(InputVerbs):
    """The verbs that log models and evaluations."""

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
            license: an SPDX id or expression, the name of a license, or an IRI.
            task: a task of the code list (``tabular-classification``) or an IRI.
            fields: any other field of `ModelVersion`.

        Raises:
            UsageError: another run has made that version, or the model cannot be stored.
            UnavailableError: skops is not installed.
            NotFoundError: the path leads to no file.
        """
        with self._logging() as log:
            label, before = claim_label(self._lake, name, version, self._source)
            reference = ModelVersion(version_of=name, version=label)
            place = self.folder / file_name(f"{name}-{label}")
            stored = model_fields(model, None if path is None else Path(path), place)
            parents = listed(derived_from)
            derived = {relation_field(relation, log.kind): parents} if parents else {}
            said = {"previous_version": before, "declared_license": license, "task": task, "produced_by": log.iri}
            made = {"version_of": name, "version": label, **stored, **said, **derived, **fields}
            ModelVersion(**made).statements(self._lake.iris)  # A bad value is told here rather than at the end.
            log.make(reference.iri(self._lake.iris), made)
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

        Logged again for the same model, metric and data, the last value counts.

        Args:
            model_version: the model; None for the one that the run logged last.
            metric: the name of a metric (``accuracy``) or an IRI.
            value: a number; what is none is kept word for word.
            data: the data; by default the one input with the role ``test``.
            fields: any other field of `Evaluation`, such as ``lower_bound`` and ``upper_bound``.

        Raises:
            UsageError: no model is given and none was logged.
        """
        with self._logging() as log:
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
            log.evaluate(evaluation)
        return evaluation
