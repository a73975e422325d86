"""Evaluation: a thread of the pool asks a question and writes the answer, while it goes to the client."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from modellake.store.engine import QueryAnswer
from modellake.web.forms import write_answer
from modellake.web.messages import Request, Response
from modellake.web.negotiate import Choice
from modellake.web.pool import Pool, outcome_of, told
from modellake.web.served import Served
from modellake.web.streams import Short, Stopped, Stream


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A question on its way to an answer.

    Attributes:
        ask: asks it; called, and what it returns used, by a thread of the pool.
        choice: the form of the answer.
        seconds: that it may take.
        within: what surrounds the asking and the writing.
    """

    ask: Callable[[], QueryAnswer]
    choice: Choice
    seconds: float
    within: AbstractContextManager[object] = field(default_factory=nullcontext)


async def evaluated(served: Served, request: Request, evaluation: Evaluation) -> Response:
    """The answer to a question, whole when it is short, or as it is found.

    Raises:
        ModelLakeError: it cannot be answered; 503 ``http.busy`` and ``query.timeout`` among others.
        Disconnected: the client has gone away meanwhile.
    """
    limits, pool = served.limits, served.queries
    stream = Stream(evaluation.seconds, limits.answer_bytes, limits.stall_seconds)
    try:
        pool.submit(partial(_evaluate, evaluation, stream))
        body = await stream.body(request)
    except BaseException as error:
        pool.outcomes[outcome_of(error)] += 1
        raise
    if isinstance(body, bytes):
        pool.outcomes["answered"] += 1
    else:
        body = _Chunks(body, stream, pool)
    return Response(200, body, [("Content-Type", evaluation.choice.content_type)])


def looked_up(served: Served, ask: Callable[[], QueryAnswer], choice: Choice) -> Response | None:
    """The answer to a lookup, found on the thread that serves everybody; None when it is too long for that.

    Raises:
        ModelLakeError: it cannot be answered.
    """
    outcomes, found = served.queries.outcomes, Short(served.limits.answer_bytes)
    try:
        write_answer(ask(), choice.offer, found)
    except Stopped:
        return None
    except Exception as error:
        found_out = told(error)
        outcomes[outcome_of(found_out)] += 1
        raise found_out from None
    outcomes["answered"] += 1
    return Response(200, found.content, [("Content-Type", choice.content_type)])


def _evaluate(evaluation: Evaluation, stream: Stream) -> None:
    try:
        stream.check()
        with evaluation.within:
            write_answer(evaluation.ask(), evaluation.choice.offer, stream)
        stream.finish()
    except BaseException as error:
        if stream.stopped:
            stream.end()
        else:
            stream.fail(told(error))


class _Chunks:
    """The chunks of an answer, whose end is counted once. To close it stops the thread, begun or not."""

    def __init__(self, chunks: AsyncIterator[bytes], stream: Stream, pool: Pool) -> None:
        self._chunks = cast(AsyncGenerator[bytes, None], chunks)
        self._stream = stream
        self._outcomes = pool.outcomes
        self._ended = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._chunks)
        except StopAsyncIteration:
            self._end("answered")
            raise
        except BaseException as error:
            self._end(outcome_of(error))
            raise

    async def aclose(self) -> None:
        """No more is wanted."""
        self._stream.close()
        await self._chunks.aclose()
        self._end("cancelled")

    def _end(self, outcome: str) -> None:
        if not self._ended:
            self._ended = True
            self._outcomes[outcome] += 1
