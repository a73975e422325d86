"""SPARQL updates: through the gate of a lake, or by a bare engine itself, one after the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from modellake.core.errors import QueryError, UsageError
from modellake.lake.lake import Lake
from modellake.rdf.loads import with_loaded
from modellake.rdf.syntax import check_update
from modellake.rdf.using import with_using
from modellake.store.engine import Dataset
from modellake.store.plain import PlainEngine
from modellake.web.callers import Caller, Role
from modellake.web.messages import Response
from modellake.web.pool import Pool, begun, outcome_of
from modellake.web.problems import HTTPError
from modellake.web.protocol import Operation
from modellake.web.served import Served

T = TypeVar("T")


async def carry_out(served: Served, operation: Operation, base: str, caller: Caller) -> Response:
    """Carry out an update in the thread for writing.

    Args:
        served: what is changed.
        operation: the update.
        base: what a bare engine resolves relative IRIs against.
        caller: who asks for it; the commit carries their agent.

    Raises:
        HTTPError: the caller may not write.
        ModelLakeError: it is malformed, refused, or cannot be carried out; nothing was written.
    """
    caller.require(Role.CONTRIBUTOR)
    if served.plain:
        return await written(served.updates, partial(_update_engine, served, served.plain, operation, base))
    assert served.lake is not None, "either is given"
    return await written(served.updates, partial(_update_lake, served, served.lake, operation, caller))


async def written(pool: Pool, work: Callable[[], T]) -> T:
    """What a thread for writing makes. Work that has begun is done, whoever is there to hear of it."""
    try:
        underway = begun(pool, work)
    except HTTPError as error:
        pool.outcomes[outcome_of(error)] += 1
        raise
    underway.add_done_callback(partial(_count, pool))
    return await asyncio.shield(underway)


def _count(pool: Pool, underway: asyncio.Future[T]) -> None:
    error = underway.exception()
    pool.outcomes[outcome_of(error) if error else "accepted"] += 1


def _update_engine(served: Served, engine: PlainEngine, operation: Operation, base: str) -> Response:
    asked = check_update(operation.text, served.services, served.documents, base=base)
    text, dataset = operation.text, operation.dataset
    if dataset:
        text = with_using(text, dataset.default, dataset.named)
    if not asked.loads and not asked.services:
        engine.update(text, base=base)
        return Response(204)
    if not asked.services:
        _check_syntax(text, base)
    with served.journey(text, base) as journey:
        engine.update(served.federation.loaded(journey.text, base=base), base=base, remote=True)
    return Response(204)


def _check_syntax(text: str, base: str) -> None:
    """Refuse what is malformed before any document of it is fetched: the update is tried on nothing, with nothing."""
    try:
        PlainEngine().update(with_loaded(text, lambda _: (), base=base), base=base)
    except QueryError as error:
        if error.code == "query.syntax":
            raise


@contextmanager
def for_stewards(caller: Caller) -> Iterator[bool]:
    """May the caller leave nothing of a record? Where they may not and it comes to that, they are told so.

    Raises:
        HTTPError: 401 or 403, in the place of ``record.emptied``.
    """
    try:
        yield caller.role >= Role.STEWARD
    except UsageError as error:
        if error.code == "record.emptied":
            caller.require(Role.STEWARD)
        raise


def _update_lake(served: Served, lake: Lake, operation: Operation, caller: Caller) -> Response:
    """One commit, or none where nothing changes; the receipt says which."""
    dataset = operation.dataset or Dataset()
    with for_stewards(caller) as emptying:
        receipt = lake.update(
            operation.text,
            using_graphs=[graph.value for graph in dataset.default],
            using_named_graphs=[graph.value for graph in dataset.named],
            agent=caller.agent,
            message=operation.message,
            federation=served.federation,
            emptying=emptying,
        )
    body = {**receipt.summary(), "findings": list(receipt.lists()["findings"])}
    return Response(200, json.dumps(body, ensure_ascii=False).encode(), [("Content-Type", "application/json")])
