"""SPARQL updates: through the gate of a lake, or by a bare engine itself, one after the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial

from modellake.lake.lake import Lake
from modellake.rdf.syntax import check_update
from modellake.rdf.using import with_using
from modellake.store.engine import Dataset
from modellake.store.plain import PlainEngine
from modellake.web.callers import Caller, Role
from modellake.web.messages import Response
from modellake.web.pool import Pool, told
from modellake.web.protocol import Operation
from modellake.web.served import Served


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
    return await written(served.updates, partial(_update_lake, served.lake, operation, caller.agent))


async def written(pool: Pool, work: Callable[[], Response]) -> Response:
    """The response that a thread for writing makes. Work that has begun is done, whoever is there to hear of it."""
    done: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
    pool.submit(partial(_do, work, done))
    return await asyncio.shield(done)


def _do(work: Callable[[], Response], done: asyncio.Future[Response]) -> None:
    try:
        response = work()
    except BaseException as error:
        _settle(done, partial(done.set_exception, told(error)))
    else:
        _settle(done, partial(done.set_result, response))


def _settle(done: asyncio.Future[Response], settle: Callable[[], None]) -> None:
    loop = done.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if done.done() else settle())


def _update_engine(served: Served, engine: PlainEngine, operation: Operation, base: str) -> Response:
    asked = check_update(operation.text, served.services, served.documents, base=base)
    text, dataset = operation.text, operation.dataset
    if dataset:
        text = with_using(text, dataset.default, dataset.named)
    engine.update(text, base=base, remote=bool(asked.loads or asked.services))
    return Response(204)


def _update_lake(lake: Lake, operation: Operation, agent: str | None) -> Response:
    """One commit, or none where nothing changes; the receipt says which."""
    dataset = operation.dataset or Dataset()
    receipt = lake.update(
        operation.text,
        using_graphs=[graph.value for graph in dataset.default],
        using_named_graphs=[graph.value for graph in dataset.named],
        agent=agent,
        message=operation.message,
    )
    body = {**receipt.summary(), "findings": list(receipt.lists()["findings"])}
    return Response(200, json.dumps(body, ensure_ascii=False).encode(), [("Content-Type", "application/json")])
