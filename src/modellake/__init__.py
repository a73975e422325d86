"""modellake: a knowledge-graph catalog of machine-learning models, datasets and code.

>>> import modellake
>>> lake = modellake.open("lake", create=True)          # doctest: +SKIP
>>> lake.query("contents")                              # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from modellake.lake.lake import Lake

__version__ = "0.1.0"

# Where the typed records are; they are imported when they are first asked for, so that `import modellake` is cheap.
_RECORDS = {
    "modellake.core.records": (
        "ArtifactDistribution",
        "Checksum",
        "CodeDistribution",
        "CodeRepository",
        "CodeVersion",
        "Dataset",
        "DatasetDistribution",
        "DatasetSplit",
        "DatasetVersion",
        "DisclosureStatement",
        "Document",
        "Model",
        "ModelDistribution",
        "ModelVersion",
    ),
    "modellake.core.activities": (
        "Agent",
        "Deployment",
        "Environment",
        "EnvironmentalMeasurement",
        "Evaluation",
        "Experiment",
        "License",
        "Metric",
        "MetricObservation",
        "Package",
        "ParameterSetting",
        "RunRecord",
    ),
}
_HOMES = {name: module for module, names in _RECORDS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'modellake' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


def open(path: str | Path = "lake", *, base_iri: str | None = None, create: bool = True, **options: Any) -> Lake:
    """Open the lake in a folder, making it if there is none.

    Args:
        path: the folder.
        base_iri: the base IRI of a new lake (absolute, ending in ``/``); an existing lake must have it.
        create: False to insist on a lake that is there.
        options: see `modellake.bootstrap.open_lake`.
    """
    from modellake.bootstrap import open_lake

    return open_lake(path, base_iri=base_iri, create=create, **options)
