"""What ``/api`` takes and gives, as types: they are checked, and described in ``/openapi.json``."""

from __future__ import annotations

from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_MODEL = "https://lake.example.org/model/acme/churn"
_RECORD = "https://lake.example.org/record/model/acme/churn"
_TITLE = "http://purl.org/dc/terms/title"


def _is_none(value: object) -> bool:
    return value is None


Absent = partial(Field, None, exclude_if=_is_none)


class Place(BaseModel):
    """Where in a document something stands."""

    document: str | None = Absent()
    line: int | None = Absent(description="From 1.")
    column: int | None = Absent(description="From 1.")
    path: str | None = Absent(description="Inside of a JSON or YAML document.")


class Finding(BaseModel):
    """One thing that a check found."""

    code: str = Field(examples=["gate.shape"])
    severity: Literal["Violation", "Warning", "Info"]
    message: str
    remedy: str | None = Absent()
    place: Place | None = Absent()
    focus: str | None = Absent(description="What it is about, in the syntax of N-Triples.")
    path: str | None = Absent()
    value: str | None = Absent()
    shape: str | None = Absent(description="The IRI of the rule.")
    component: str | None = Absent(description="The IRI of the kind of rule.")
    messages: list[tuple[str, str]] | None = Absent(description="The words of the rule by language.")


class Report(BaseModel):
    """All that a check found."""

    conforms: bool = Field(description="False where a finding is a Violation.")
    findings: list[Finding]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    title: str
    status: int
    code: str = Field(description="Stable: programs may compare it.", examples=["resource.unknown"])
    detail: str | None = None
    remedy: str | None = None
    request_id: str | None = Field(None, description="By which the log of the server names the request.")
    candidates: list[str] | None = Field(None, description="What an ambiguous name may mean.")
    report: Report | None = Field(None, description="What the gate has against a write.")


class Resolved(BaseModel):
    """What a name means."""

    resource: str = Field(description="The IRI under which it is described.", examples=[_MODEL])
    record: str = Field(description="The IRI of what the lake says about it.", examples=[_RECORD])
    described: bool = Field(description="Does the lake say anything about it?")


class Value(BaseModel):
    """A value: a resource or a literal."""

    type: Literal["iri", "literal"]
    value: str = Field(examples=["Churn"])
    datatype: str | None = Absent(description="Of literals that are no plain text.")
    language: str | None = Absent()


class Statement(BaseModel):
    """One statement of a record."""

    subject: str = Field(examples=[_MODEL])
    property: str = Field(examples=[_TITLE])
    value: Value
    entailed: bool = Field(description="Does it follow from others, by the ontology?")


class Said(BaseModel):
    """A source of a record, and the commit that its present content came with."""

    source: str
    kind: str = Field(examples=["statements"])
    commit: int
    time: str = Field(examples=["2026-01-31T12:00:00.000Z"])
    agent: str


class Record(BaseModel):
    """What the lake says about a resource, and who says it."""

    resource: str = Field(examples=[_MODEL])
    record: str = Field(examples=[_RECORD])
    modified: str = Field(description="The time of the commit that changed it last.")
    statements: list[Statement]
    sources: list[Said]


class Edge(BaseModel):
    """One step of lineage, read as *effect relation cause*."""

    effect: str
    relation: str = Field(examples=["https://w3id.org/model-lake#trainedOn"])
    cause: str


class Lineage(BaseModel):
    """What a resource comes from, and what comes from it."""

    resource: str = Field(examples=[_MODEL])
    upstream: list[Edge] | None = Absent(description="What it comes from, directly and further on.")
    downstream: list[Edge] | None = Absent(description="What comes from it.")


class Change(BaseModel):
    """One thing that happened to a record."""

    sequence: int = Field(description="The number of the commit.", examples=[7])
    hash: str = Field(description="Of the commit.")
    time: str
    agent: str
    message: str
    source: str
    kind: str
    action: Literal["added", "replaced", "withdrawn"]


class History(BaseModel):
    """What happened to a record, newest first."""

    resource: str = Field(examples=[_MODEL])
    total: int = Field(description="How many changes there were.")
    changes: list[Change]


class Counts(BaseModel):
    """How many sources came to which outcome."""

    accepted: int
    unchanged: int
    refused: int


class RecordFinding(Finding):
    """A finding, and the record that it is about."""

    record: str | None = Absent()


class Receipt(BaseModel):
    """What a commit did."""

    sequence: int | None = Field(description="The number of the commit; null where nothing was new.", examples=[7])
    hash: str | None
    commits: int
    records: int = Field(description="How many records were written.")
    counts: Counts
    accepted: list[str]
    unchanged: list[str]
    findings: list[RecordFinding]


class Verdict(BaseModel):
    """What would become of a document."""

    outcome: Literal["accepted", "unchanged", "refused"]
    conforms: bool
    statements: int | None = Absent()
    records: int | None = Absent()
    findings: list[Finding]


class Nonconformity(BaseModel):
    """One thing that the rules of now have against a record."""

    record: str
    resource: str
    commit: int = Field(description="The one that wrote the record last.")
    cause: str | None = Absent(description="What has changed since then; absent where the rules are the same.")
    finding: Finding


class Audit(BaseModel):
    """What the rules of now say."""

    conforms: bool = Field(description="False where a finding is a Violation.")
    complete: bool = Field(description="False where there may be more findings.")
    findings: list[Nonconformity]


class QuarantineItem(BaseModel):
    """Something that the gate refused."""

    id: int
    time: str
    status: str = Field(examples=["open"])
    taken_in_with: int | None = Absent(description="The commit with which its source was accepted later.")
    place: str
    source: str
    media_type: str
    harvester: str | None = Absent()
    agent: str
    size: int = Field(description="Bytes.")
    report: Report


class Quarantine(BaseModel):
    """Items, oldest first."""

    items: list[QuarantineItem]
    next: int | None = Field(None, description="What to give as `after` for more; null where there are no more.")


class Stats(BaseModel):
    """How much there is."""

    base_iri: str = Field(examples=["https://lake.example.org/"])
    commits: int
    records: int
    sources: int
    contents: int
    stored: int = Field(description="Bytes of all contents as compressed.")
    size: int = Field(description="Bytes of all contents before compression.")
    quarantined: int
    quads: int = Field(description="What the engine holds.")
    lag: int = Field(description="Commits that the engine does not show yet.")
