"""Typed records of models, datasets and code, with their versions, splits and files.

Where a resource is expected, another record, an IRI, a CURIE or ``org/name[@version]`` will do; a list gives
several values.

>>> churn = Model(name="acme/churn", title="Churn", task="tabular-classification", declared_license="mit")
>>> first = ModelVersion(version_of=churn, version="1.0", trained_on="acme/customers@2024-06")
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pyoxigraph import NamedNode, Triple

from modellake.core import fields, references
from modellake.core.artifact import Artifact, Owner, Parts, Reference, References, Text, Texts, plain_text
from modellake.core.iris import LakeIRIs
from modellake.core.vocab import DCAT, DCT, FOAF, LAKE, MODALITY, SPDX, SPLIT, STAGE, TASK, ZONE

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_CHECKSUM_ALGORITHM = SPDX.checksumAlgorithm_sha256.value.removesuffix("sha256")


@dataclass(frozen=True, kw_only=True)
class Checksum(Artifact):
    """A digest of a file or a content, in hexadecimal digits."""

    term = SPDX.Checksum
    room = "checksum"
    key = ("algorithm",)
    algorithm: Annotated[Reference, fields.iri_in(SPDX.algorithm, _CHECKSUM_ALGORITHM)] = "sha256"
    checksum_value: Annotated[str, fields.text(SPDX.checksumValue)]


def checksum_of(value: object) -> Checksum:
    """A digest such as ``sha256:9f86…`` as a checksum; without a prefix it is SHA-256."""
    algorithm, colon, digits = str(value).partition(":")
    name, digits = (algorithm.strip().lower(), digits) if colon else ("sha256", algorithm)
    return Checksum(algorithm=name.replace("-", ""), checksum_value=digits.strip())


@dataclass(frozen=True, kw_only=True)
class _Described(Artifact):
    """What every artifact, version and split may say of itself."""

    title: Annotated[Texts, fields.text(DCT.title)] = None
    description: Annotated[Texts, fields.text(DCT.description)] = None
    keyword: Annotated[Texts, fields.text(DCAT.keyword)] = None
    language: Annotated[Texts, fields.text(DCT.language)] = None
    identifier: Annotated[Texts, fields.text(DCT.identifier)] = None
    creator: Annotated[References, fields.named(DCT.creator, "agent")] = None
    publisher: Annotated[References, fields.named(DCT.publisher, "agent")] = None
    issued: Annotated[Any, fields.time(DCT.issued)] = None
    created: Annotated[Any, fields.time(DCT.created)] = None
    modified: Annotated[Any, fields.time(DCT.modified)] = None
    page: Annotated[References, fields.address(FOAF.page)] = None
    landing_page: Annotated[References, fields.address(DCAT.landingPage)] = None
    lifecycle_stage: Annotated[References, fields.concept(LAKE.lifecycleStage, STAGE, "stage")] = None
    zone: Annotated[References, fields.concept(LAKE.zone, ZONE, "zone")] = None
    declared_license: Annotated[References, fields.license_(LAKE.declaredLicense)] = None
    concluded_license: Annotated[References, fields.license_(LAKE.concludedLicense)] = None
    license_text: Annotated[Texts, fields.text(LAKE.licenseText)] = None
    has_document: Annotated[Parts, fields.part(LAKE.hasDocument)] = None
    has_disclosure: Annotated[Parts, fields.part(LAKE.hasDisclosure)] = None


@dataclass(frozen=True, kw_only=True)
class _Line(_Described):
    """A line, named ``org/name``; without a title it is called what it is named."""

    name: str | NamedNode

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.title is None and isinstance(self.name, str):
            object.__setattr__(self, "title", self.name)

    def iri(self, iris: LakeIRIs) -> NamedNode:
        """``{base}{room}/{name}``."""
        return references.line_iri(self.name, self.room, iris)


@dataclass(frozen=True, kw_only=True)
class _Version(_Described):
    """An immutable state of a line, called by its label."""

    version: Annotated[Text, fields.text(DCAT.version)]
    commit_identifier: Annotated[str | None, fields.text(LAKE.commitIdentifier)] = None
    produced_by: Annotated[References, fields.named(LAKE.producedBy, "run")] = None

    def iri(self, iris: LakeIRIs) -> NamedNode:
        """``{line}/version/{label}``."""
        return references.version_iri(self._line(iris), plain_text(self.version), iris)

    def _line(self, iris: LakeIRIs) -> NamedNode:
        # Each subclass declares version_of with the kind of its line.
        line: Reference = getattr(self, "version_of")  # noqa: B009
        return fields.refer(line, lambda name, naming: references.line_iri(name, self.room, naming), iris)


@dataclass(frozen=True, kw_only=True)
class _ModelFields(_Described):
    """What models and their versions may say alike."""

    task: Annotated[References, fields.concept(LAKE.task, TASK, "task")] = None
    input_modality: Annotated[References, fields.concept(LAKE.inputModality, MODALITY, "modality")] = None
    output_modality: Annotated[References, fields.concept(LAKE.outputModality, MODALITY, "modality")] = None
    architecture: Annotated[Texts, fields.text(LAKE.architecture)] = None
    parameter_count: Annotated[int | None, fields.integer(LAKE.parameterCount)] = None
    library: Annotated[Texts, fields.text(LAKE.library)] = None
    trained_on: Annotated[References, fields.reference(LAKE.trainedOn, "dataset")] = None
    validated_on: Annotated[References, fields.reference(LAKE.validatedOn, "dataset")] = None
    tested_on: Annotated[References, fields.reference(LAKE.testedOn, "dataset")] = None
    derived_from_model: Annotated[References, fields.reference(LAKE.derivedFromModel, "model")] = None
    fine_tuned_from: Annotated[References, fields.reference(LAKE.fineTunedFrom, "model")] = None
    adapter_of: Annotated[References, fields.reference(LAKE.adapterOf, "model")] = None
    quantized_from: Annotated[References, fields.reference(LAKE.quantizedFrom, "model")] = None
    merged_from: Annotated[References, fields.reference(LAKE.mergedFrom, "model")] = None
    distilled_from: Annotated[References, fields.reference(LAKE.distilledFrom, "model")] = None
    pruned_from: Annotated[References, fields.reference(LAKE.prunedFrom, "model")] = None
    converted_from: Annotated[References, fields.reference(LAKE.convertedFrom, "model")] = None
    continued_pretraining_of: Annotated[References, fields.reference(LAKE.continuedPretrainingOf, "model")] = None


@dataclass(frozen=True, kw_only=True)
class Model(_ModelFields, _Line):
    """A line of models: ``Model(name="acme/churn")``."""

    term = LAKE.Model
    room = "model"


@dataclass(frozen=True, kw_only=True)
class ModelVersion(_ModelFields, _Version):
    """One immutable state of a model."""

    term = LAKE.ModelVersion
    room = "model"
    version_of: Annotated[Reference, fields.named(LAKE.versionOf, "model")]
    previous_version: Annotated[References, fields.sibling(LAKE.previousVersion, "model")] = None
    has_distribution: Annotated[Parts, fields.part(LAKE.hasDistribution)] = None


@dataclass(frozen=True, kw_only=True)
class _DatasetFields(_Described):
    """What datasets, their versions and splits may say alike."""

    task: Annotated[References, fields.concept(LAKE.task, TASK, "task")] = None
    derived_from_dataset: Annotated[References, fields.reference(LAKE.derivedFromDataset, "dataset")] = None


@dataclass(frozen=True, kw_only=True)
class Dataset(_DatasetFields, _Line):
    """A line of datasets."""

    term = LAKE.Dataset
    room = "dataset"
    library: Annotated[Texts, fields.text(LAKE.library)] = None
    has_split: Annotated[Parts, fields.part(LAKE.hasSplit)] = None


@dataclass(frozen=True, kw_only=True)
class DatasetVersion(_DatasetFields, _Version):
    """One immutable state of a dataset."""

    term = LAKE.DatasetVersion
    room = "dataset"
    version_of: Annotated[Reference, fields.named(LAKE.versionOf, "dataset")]
    previous_version: Annotated[References, fields.sibling(LAKE.previousVersion, "dataset")] = None
    has_dataset_distribution: Annotated[Parts, fields.part(LAKE.hasDatasetDistribution)] = None
    has_split: Annotated[Parts, fields.part(LAKE.hasSplit)] = None
    checksum: Annotated[Any, fields.part(SPDX.checksum, checksum_of)] = None


@dataclass(frozen=True, kw_only=True)
class DatasetSplit(_DatasetFields):
    """A part of a dataset version with one role.

    Say it as a field of its version. On its own, with ``split_of``, it serves to refer to the split.
    """

    term = LAKE.DatasetSplit
    room = "split"
    key = ("name", "split_role")
    inverse = LAKE.splitOf
    name: str | None = None
    split_of: Annotated[Reference | None, fields.reference(LAKE.splitOf, "dataset")] = None
    split_role: Annotated[References, fields.concept(LAKE.splitRole, SPLIT, "split")] = None
    has_dataset_distribution: Annotated[Parts, fields.part(LAKE.hasDatasetDistribution)] = None
    checksum: Annotated[Any, fields.part(SPDX.checksum, checksum_of)] = None

    def iri(self, iris: LakeIRIs) -> NamedNode:
        """``{version}#split-{name}``; UsageError without ``split_of``."""
        return super().iri(iris) if self.split_of is None else self.node_in(self._owner(iris, self.split_of))

    def statements(self, iris: LakeIRIs) -> list[Triple]:
        """What the split says, and that its version has it."""
        node = self.iri(iris)
        owned = [] if self.split_of is None else [self._owner(iris, self.split_of).node]
        return [*(Triple(one, LAKE.hasSplit, node) for one in owned), *self.statements_of(node, iris)]

    def _owner(self, iris: LakeIRIs, owner: Reference) -> Owner:
        return Owner(fields.refer(owner, fields.resolver("dataset"), iris), iris)


@dataclass(frozen=True, kw_only=True)
class CodeRepository(_Line):
    """A line of source code."""

    term = LAKE.CodeRepository
    room = "code"
    repository_url: Annotated[Texts, fields.text(LAKE.repositoryURL)] = None


@dataclass(frozen=True, kw_only=True)
class CodeVersion(_Version):
    """One immutable state of a code repository."""

    term = LAKE.CodeVersion
    room = "code"
    version_of: Annotated[Reference, fields.named(LAKE.versionOf, "code")]
    previous_version: Annotated[References, fields.sibling(LAKE.previousVersion, "code")] = None
    has_distribution: Annotated[Parts, fields.part(LAKE.hasDistribution)] = None
    repository_url: Annotated[Texts, fields.text(LAKE.repositoryURL)] = None
    has_uncommitted_changes: Annotated[bool | None, fields.boolean(LAKE.hasUncommittedChanges)] = None


@dataclass(frozen=True, kw_only=True)
class ArtifactDistribution(Artifact):
    """A file, with what identifies it."""

    term = LAKE.ArtifactDistribution
    room = "file"
    key = ("file_name", "download_url", "access_url")
    file_name: Annotated[str | None, fields.text(LAKE.fileName)] = None
    title: Annotated[Texts, fields.text(DCT.title)] = None
    byte_size: Annotated[int | None, fields.integer(DCAT.byteSize)] = None
    media_type: Annotated[References, fields.iri_in(DCAT.mediaType, MEDIA_TYPES)] = None
    format: Annotated[Texts, fields.text(DCT.format)] = None
    checksum: Annotated[Any, fields.part(SPDX.checksum, checksum_of)] = None
    download_url: Annotated[References, fields.address(DCAT.downloadURL)] = None
    access_url: Annotated[References, fields.address(DCAT.accessURL)] = None
    declared_license: Annotated[References, fields.license_(LAKE.declaredLicense)] = None


@dataclass(frozen=True, kw_only=True)
class ModelDistribution(ArtifactDistribution):
    """A file in which a model version can be obtained."""

    term = LAKE.ModelDistribution


@dataclass(frozen=True, kw_only=True)
class DatasetDistribution(ArtifactDistribution):
    """A file in which a dataset version or split can be obtained."""

    term = LAKE.DatasetDistribution


@dataclass(frozen=True, kw_only=True)
class CodeDistribution(ArtifactDistribution):
    """A file in which a code version can be obtained."""

    term = LAKE.CodeDistribution


@dataclass(frozen=True, kw_only=True)
class Document(Artifact):
    """Prose about a resource, kept as text."""

    term = LAKE.Document
    room = "document"
    key = ("title",)
    title: Annotated[Texts, fields.text(DCT.title)] = None
    text: Annotated[Texts, fields.text(LAKE.text)] = None
    page: Annotated[References, fields.address(FOAF.page)] = None


@dataclass(frozen=True, kw_only=True)
class DisclosureStatement(Artifact):
    """That a fact is withheld, unknown or not applicable, and why."""

    term = LAKE.DisclosureStatement
    room = "disclosure"
    key = ("about_property",)
    about_property: Annotated[Reference, fields.concept(LAKE.aboutProperty, LAKE, "property")]
    disclosure_status: Annotated[Reference, fields.concept(LAKE.disclosureStatus, LAKE, "status")]
    reason: Annotated[Texts, fields.text(LAKE.reason)] = None
