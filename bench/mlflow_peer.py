"""The peer MLflow: its client on a SQLite file, in this process."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import Trial

if TYPE_CHECKING:
    from mlflow import MlflowClient

PARENT = "parent"


def client(folder: Path) -> tuple[MlflowClient, str]:
    """A client of a new store with its tables made, and an experiment there."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    from mlflow import MlflowClient

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    uri = f"sqlite:///{folder / 'mlflow.sqlite'}"
    made = MlflowClient(tracking_uri=uri, registry_uri=uri)
    return made, made.create_experiment("bench", artifact_location=(folder / "artifacts").as_uri())


def registered_name(model: str) -> str:
    """A model's name as MLflow allows it, without a slash."""
    return model.replace("/", ".")


def register(store: MlflowClient, experiment: str, trial: Trial) -> None:
    """A run with its parameters, metrics and input, and the version of a model that it made."""
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

    now = int(time.time() * 1000)
    run = store.create_run(experiment, run_name=trial.name).info.run_id
    store.log_batch(
        run,
        metrics=[Metric(name, value, now, 0) for name, value in trial.metrics.items()],
        params=[Param(name, str(value)) for name, value in trial.params.items()],
    )
    data = Dataset(trial.data, trial.digest, "local", "{}")
    store.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
    store.create_model_version(registered_name(trial.model), source=trial.file.as_uri(), run_id=run)
    store.set_terminated(run)


def build_chains(store: MlflowClient, experiment: str, parents: dict[str, str | None]) -> dict[str, str]:
    """A run for each model, which names the run of its parent in a tag; returns the runs by model."""
    runs: dict[str, str] = {}
    for model, parent in parents.items():
        tags = {} if parent is None else {PARENT: runs[parent]}
        runs[model] = store.create_run(experiment, run_name=model, tags=tags).info.run_id
    return runs


def ancestors(store: MlflowClient, run: str) -> list[str]:
    """What a run comes from: tag by tag, since MLflow has no question for it."""
    found: list[str] = []
    while parent := store.get_run(run).data.tags.get(PARENT):
        found.append(parent)
        run = parent
    return found


def descendants(store: MlflowClient, experiment: str, run: str) -> list[str]:
    """What comes from a run: a search for each."""
    found: list[Any] = []
    waiting = [run]
    while waiting:
        text = f"tags.{PARENT} = '{waiting.pop()}'"
        children = [child.info.run_id for child in store.search_runs([experiment], text)]
        found += children
        waiting += children
    return found
