"""The peer ML Metadata: its store on a SQLite file, in this process."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import Trial

if TYPE_CHECKING:
    from ml_metadata.metadata_store.metadata_store import MetadataStore

# The largest that it takes (its documentation of LineageSubgraphQueryOptions).
_HOPS = 100
_TOGETHER = 1000


class Types:
    """The types that the bench uses, registered in a store."""

    def __init__(self, store: MetadataStore, params: Iterable[str] = (), metrics: Iterable[str] = ()) -> None:
        from ml_metadata.proto import metadata_store_pb2 as pb

        run = pb.ExecutionType(name="Run")
        run.properties.update(dict.fromkeys(params, pb.STRING) | dict.fromkeys(metrics, pb.DOUBLE))
        self.run = store.put_execution_type(run)
        self.data = store.put_artifact_type(pb.ArtifactType(name="Dataset", properties={"digest": pb.STRING}))
        self.model = store.put_artifact_type(pb.ArtifactType(name="Model", properties={"version": pb.STRING}))


def open_store(folder: Path) -> MetadataStore:
    """A new store with its tables made."""
    from ml_metadata.metadata_store.metadata_store import MetadataStore
    from ml_metadata.proto import metadata_store_pb2 as pb

    config = pb.ConnectionConfig()
    config.sqlite.filename_uri = str(folder / "mlmd.sqlite")
    config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
    return MetadataStore(config)


def register(store: MetadataStore, types: Types, trial: Trial) -> None:
    """An execution with its properties, the data that it read and the model that it made, in one transaction."""
    from ml_metadata.proto import metadata_store_pb2 as pb

    run = pb.Execution(type_id=types.run, name=trial.name, last_known_state=pb.Execution.COMPLETE)
    for name, value in trial.params.items():
        run.properties[name].string_value = str(value)
    for name, metric in trial.metrics.items():
        run.properties[name].double_value = metric
    data = pb.Artifact(type_id=types.data, uri=trial.data)
    data.properties["digest"].string_value = trial.digest
    model = pb.Artifact(type_id=types.model, uri=trial.file.as_uri(), name=trial.name)
    model.properties["version"].string_value = trial.name
    events = [(data, pb.Event(type=pb.Event.INPUT)), (model, pb.Event(type=pb.Event.OUTPUT))]
    store.put_execution(run, events, [])


def build_chains(store: MetadataStore, types: Types, parents: dict[str, str | None]) -> dict[str, int]:
    """An artifact for each model, and an execution that made it of its parent; returns artifacts by model."""
    from ml_metadata.proto import metadata_store_pb2 as pb

    names = iter(parents)
    models: dict[str, int] = {}
    while group := list(islice(names, _TOGETHER)):
        made = store.put_artifacts([pb.Artifact(type_id=types.model, name=name, uri=name) for name in group])
        models |= dict(zip(group, made, strict=True))
        derived = [name for name in group if parents[name] is not None]
        runs = store.put_executions([pb.Execution(type_id=types.run, name=name) for name in derived])
        store.put_events(
            [event for name, run in zip(derived, runs, strict=True) for event in _events(models, parents, name, run)]
        )
    return models


def _events(models: dict[str, int], parents: dict[str, str | None], name: str, run: int) -> list[Any]:
    from ml_metadata.proto import metadata_store_pb2 as pb

    parent = parents[name]
    assert parent is not None
    return [
        pb.Event(artifact_id=models[parent], execution_id=run, type=pb.Event.INPUT),
        pb.Event(artifact_id=models[name], execution_id=run, type=pb.Event.OUTPUT),
    ]


def ancestors(store: MetadataStore, artifact: int) -> set[int]:
    """What an artifact comes from, walked event by event as its users do."""
    return _walked(store, artifact, upstream=True)


def descendants(store: MetadataStore, artifact: int) -> set[int]:
    """What comes from an artifact, likewise."""
    return _walked(store, artifact, upstream=False)


def _walked(store: MetadataStore, artifact: int, *, upstream: bool) -> set[int]:
    from ml_metadata.proto import metadata_store_pb2 as pb

    near, far = (pb.Event.OUTPUT, pb.Event.INPUT) if upstream else (pb.Event.INPUT, pb.Event.OUTPUT)
    found: set[int] = set()
    frontier = {artifact}
    while frontier:
        runs = {event.execution_id for event in store.get_events_by_artifact_ids(frontier) if event.type == near}
        events = store.get_events_by_execution_ids(runs) if runs else []
        frontier = {event.artifact_id for event in events if event.type == far} - found
        found |= frontier
    return found


def subgraph(store: MetadataStore, artifact: int, *, upstream: bool) -> set[int]:
    """The artifacts of its own question for lineage, which goes a bounded number of steps."""
    from ml_metadata.proto import metadata_store_pb2 as pb

    options = pb.LineageSubgraphQueryOptions(max_num_hops=_HOPS)
    options.starting_artifacts.filter_query = f"id = {artifact}"
    options.direction = options.UPSTREAM if upstream else options.DOWNSTREAM
    graph = store.get_lineage_subgraph(options, ["artifacts", "events"])
    return {found.id for found in graph.artifacts} - {artifact}
