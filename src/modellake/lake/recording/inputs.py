"""Inputs of a run: what a program says it read, as references to datasets and models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from modellake.core.artifact import Artifact, Reference
from modellake.core.errors import UsageError
from modellake.core.records import (
    Dataset,
    DatasetDistribution,
    DatasetSplit,
    DatasetVersion,
    Model,
    ModelVersion,
)
from modellake.core.vocab import SPLIT
from modellake.lake.recording.payloads import data_content, file_distributions

# How many digits of a digest name a version, and a split among those of one version.
_VERSION_DIGITS, _SPLIT_DIGITS = 12, 8
# The role of data: the field of a run, the field of the models it makes, the role of a split.
ROLES: Mapping[str | None, tuple[str, str | None, NamedNode | None]] = {
    "training": ("used_training_data", "trained_on", SPLIT.train),
    "validation": ("used_validation_data", "validated_on", SPLIT.validation),
    "test": ("used_test_data", "tested_on", SPLIT.test),
    None: ("used_data", None, None),
}
_SYNONYMS = {"train": "training", "valid": "validation", "val": "validation", "dev": "validation", "eval": "test"}


@dataclass(frozen=True, slots=True)
class Input:
    """Something that a run read.

    Attributes:
        role: a key of `ROLES`; ``"model"`` for a model.
        reference: what was read.
        records: what the run itself has to say about it.
        line: the name of the line that ``records`` belong to, to be described if nobody else has.
    """

    role: str | None
    reference: Reference
    records: tuple[Artifact, ...] = ()
    line: str | None = None


def read_input(data: Any, role: str | None, name: str | None, version: str | None) -> Input:
    """What a program logged as an input.

    Data in memory and files are known by their digests. With ``version`` they are the split of that version
    that the role says; without one they are a version of their own, called by the digest.

    Raises:
        UsageError: the role is unknown, or data in memory have no name.
        NotFoundError: a path leads to no file.
    """
    if isinstance(data, Model | ModelVersion):
        return Input("model", data, (data,) if isinstance(data, ModelVersion) else ())
    known = _role(role)
    if isinstance(data, Dataset | DatasetVersion | DatasetSplit):
        return Input(known, data, () if isinstance(data, DatasetSplit) else (data,))
    if isinstance(data, NamedNode) or (isinstance(data, str) and not Path(data).is_file()):
        return Input(known, data)
    if isinstance(data, str | Path):
        return _file_input(Path(data), known, name, version)
    return _memory_input(data, known, name, version)


def _role(role: str | None) -> str | None:
    known = _SYNONYMS.get(role, role) if role else None
    if known not in ROLES:
        raise UsageError(
            f"There is no role {role!r} for data",
            code="role.unknown",
            remedy="Use 'training', 'validation', 'test', or None for other data.",
        )
    return known


def _file_input(path: Path, role: str | None, name: str | None, version: str | None) -> Input:
    files = file_distributions(path, DatasetDistribution)
    digest = str(files[0].checksum) if len(files) == 1 else data_content([str(file.checksum) for file in files]).sha256
    parts: dict[str, Any] = {"has_dataset_distribution": tuple(files)}
    return _content_input(name or path.stem or path.name, role, version, digest, parts)


def _memory_input(data: Any, role: str | None, name: str | None, version: str | None) -> Input:
    if name is None:
        raise UsageError(
            f"A {type(data).__name__} does not say which dataset it is",
            code="name.empty",
            remedy="Give its name: run.log_input(X, role='training', name='acme/customers', version='2024-06').",
        )
    content = data_content(data)
    return _content_input(
        name, role, version, content.sha256, {"checksum": content.sha256, "description": content.summary}
    )


def _content_input(name: str, role: str | None, version: str | None, digest: str, said: dict[str, Any]) -> Input:
    concept = ROLES[role][2]
    if version is None or concept is None:
        whole = DatasetVersion(version_of=name, version=version or digest[:_VERSION_DIGITS], **said)
        return Input(role, whole, (whole,), name)
    # Two random splits of one version are two splits, whatever both are called.
    title = concept.value.rpartition("#")[2]
    split = DatasetSplit(name=f"{title}-{digest[:_SPLIT_DIGITS]}", title=title, split_role=concept, **said)
    owner = DatasetVersion(version_of=name, version=version, has_split=split)
    return Input(role, DatasetSplit(split_of=owner, name=split.name), (owner,), name)
