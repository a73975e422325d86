"""What is read: names, records, lineage, history, verdicts of an audit, figures."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import Annotated
from typing import Literal as OneOf

from fastapi import APIRouter, Query
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from modellake.core.errors import NotFoundError
from modellake.core.iris import home_of
from modellake.core.report import Severity
from modellake.core.terms import subject_iri
from modellake.core.vocab import XSD
from modellake.lake.conformance import Nonconformity
from modellake.lake.lake import Lake
from modellake.lake.lineage import LineageGraph
from modellake.ledger.commits import IDENTITY
from modellake.web.api import models
from modellake.web.api.calls import Calling
from modellake.web.callers import Role

router = APIRouter(prefix="/api", tags=["The lake as JSON"])
ResourceName = Annotated[
    str,
    Query(
        min_length=1,
        max_length=2000,
        description="An IRI, a CURIE, or org/name[@version].",
        examples=["acme/churn", "https://lake.example.org/model/acme/churn"],
    ),
]
Direction = OneOf["both", "up", "down"]


@router.get("/resolve")
async def resolve(call: Calling, resource: ResourceName) -> models.Resolved:
    """The resource that a name means."""
    return await call.read(partial(_resolved, call.lake, resource))


@router.get("/record")
async def record(call: Calling, resource: ResourceName) -> models.Record:
    """What the lake says about a resource, and who says it."""
    return await call.read(partial(_record, call.lake, resource))


@router.get("/lineage")
async def lineage(call: Calling, resource: ResourceName, direction: Direction = "both") -> models.Lineage:
    """What a resource comes from and what comes from it, directly and further on."""
    return await call.read(partial(_lineage, call.lake, resource, direction))


@router.get("/history")
async def history(
    call: Calling, resource: ResourceName, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> models.History:
    """What happened to the record of a resource, newest first."""
    return await call.read(partial(_history, call.lake, resource, limit))


@router.get("/audit")
async def audit(
    call: Calling,
    resource: Annotated[
        str | None, Query(min_length=1, max_length=2000, description="One resource; without it the whole lake.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="How many findings at most.")] = 100,
) -> models.Audit:
    """What the rules of now have against a record, or against all of them, which needs the role steward.

    The audit of a whole lake ends when it has taken three quarters of the time of a query: `complete` is then false.
    """
    if resource is None:
        call.caller.require(Role.STEWARD)
    seconds = 0.75 * call.served.limits.seconds
    return await call.read(partial(_audit, call.lake, resource, limit, seconds))


@router.get("/stats")
async def stats(call: Calling) -> models.Stats:
    """How much there is, in the ledger and in the engine."""
    return await call.read(partial(_stats, call.lake))


def _resolved(lake: Lake, name: str) -> models.Resolved:
    node = lake.resolve(name)
    home = home_of(node)
    described = lake.view.appearance(home, lake.view.names()) is not None
    return models.Resolved(resource=node.value, record=lake.iris.record(home).value, described=described)


def _record(lake: Lake, name: str) -> models.Record:
    home = home_of(lake.resolve(name))
    shown = lake.view.appearance(home, lake.view.names())
    if shown is None:
        raise _nothing_said(home)
    return models.Record(
        resource=shown.home.value,
        record=lake.iris.record(shown.home).value,
        modified=shown.modified,
        statements=[*_statements(shown.asserted, entailed=False), *_statements(shown.entailed, entailed=True)],
        sources=list(_sources(lake, shown.home)),
    )


def _statements(lines: Iterable[str], *, entailed: bool) -> Iterator[models.Statement]:
    for item in parse("\n".join(lines), format=RdfFormat.N_TRIPLES):
        yield models.Statement(
            subject=subject_iri(item.triple).value,
            property=item.predicate.value,
            value=_value(item.object),
            entailed=entailed,
        )


def _value(term: object) -> models.Value:
    if isinstance(term, NamedNode):
        return models.Value(type="iri", value=term.value, datatype=None, language=None)
    assert isinstance(term, Literal), "a record holds no blank nodes and no triple terms"
    datatype = None if term.language or term.datatype == XSD.string else term.datatype.value
    return models.Value(type="literal", value=term.value, datatype=datatype, language=term.language)


def _sources(lake: Lake, home: NamedNode) -> Iterator[models.Said]:
    for content in lake.history.contents(home):
        if content.space in lake.view.audience.spaces:
            commit = lake.ledger.commit(content.sequence)
            yield models.Said(
                source=content.source, kind=content.kind, commit=commit.sequence, time=commit.time, agent=commit.agent
            )


def _lineage(lake: Lake, name: str, direction: Direction) -> models.Lineage:
    found = lake.lineage(name)
    return models.Lineage(
        resource=found.resource.value,
        upstream=None if direction == "down" else _edges(found.upstream()),
        downstream=None if direction == "up" else _edges(found.downstream()),
    )


def _edges(graph: LineageGraph) -> list[models.Edge]:
    up = graph.direction == "upstream"
    triples = ((e.source, e.relation, e.target) if up else (e.target, e.relation, e.source) for e in graph.edges)
    return [models.Edge(effect=effect, relation=relation, cause=cause) for effect, relation, cause in triples]


def _history(lake: Lake, name: str, limit: int) -> models.History:
    home, spaces = home_of(lake.resolve(name)), lake.view.audience.spaces
    entries = [item for item in lake.history.of(home) if item.space in spaces and item.kind != IDENTITY][::-1]
    if not entries:
        raise _nothing_said(home)
    changes = [models.Change.model_validate(entry, from_attributes=True) for entry in entries[:limit]]
    return models.History(resource=home.value, total=len(entries), changes=changes)


def _audit(lake: Lake, name: str | None, limit: int, seconds: float) -> models.Audit:
    records = None if name is None else _records(lake, name)
    until = time.monotonic() + seconds
    found: list[Nonconformity] = []
    complete = True
    # To look for one more tells whether there are more.
    for item in islice(lake.audit(records=records), limit + 1):
        complete = len(found) < limit and time.monotonic() < until
        if not complete:
            break
        found.append(item)
    return models.Audit(
        conforms=all(item.finding.severity is not Severity.VIOLATION for item in found),
        complete=complete,
        findings=[models.Nonconformity.model_validate(item.to_dict()) for item in found],
    )


def _records(lake: Lake, name: str) -> list[str]:
    """The records about a resource, by all of its names."""
    home = home_of(lake.resolve(name))
    names = lake.view.names()
    if lake.view.appearance(home, names) is None:
        raise _nothing_said(home)
    return names.records(home.value)


def _stats(lake: Lake) -> models.Stats:
    found = lake.stats()
    return models.Stats(base_iri=lake.iris.base, **asdict(found.ledger), quads=found.quads, lag=found.lag)


def _nothing_said(home: NamedNode) -> NotFoundError:
    return NotFoundError(
        f"The lake says nothing about {home.value}",
        code="resource.unknown",
        remedy="See what there is: /queries/contents",
    )
