"""The room ``/sparql``: the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial

from modellake.rdf.lookups import lookup_form
from modellake.rdf.syntax import QueryInspection, check_read
from modellake.store.engine import QueryAnswer
from modellake.web.description import describe_service
from modellake.web.evaluation import Evaluation, evaluated, looked_up
from modellake.web.forms import GRAPHS, offers
from modellake.web.messages import Request, Response
from modellake.web.negotiate import Choice, choose
from modellake.web.protocol import Kind, Operation, read_operation
from modellake.web.routes import Route
from modellake.web.served import Served
from modellake.web.updates import carry_out

METHODS = ("GET", "POST")
_SHORT = 4096  # characters of a query


def routes(served: Served) -> list[Route]:
    """``/sparql`` for both, ``/query`` and ``/update`` for one each."""
    kinds: dict[str, tuple[Kind, ...]] = {
        "/sparql": ("query", "update"),
        "/query": ("query",),
        "/update": ("update",),
    }
    return [Route(path, Endpoint(served, kinds[path]), METHODS) for path in kinds]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint: the operations of ``kinds`` on what is served."""

    served: Served
    kinds: tuple[Kind, ...]

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        operation = await read_operation(request, self.served.limits, self.kinds)
        if operation is None:
            return self._description(request)
        if operation.kind == "query":
            return await self._query(request, operation)
        return await carry_out(self.served, operation, request.url, request.caller)

    def _description(self, request: Request) -> Response:
        choice = choose(request.headers.get("accept"), GRAPHS)
        described = describe_service(self.served, request.url, self.kinds, choice.offer)
        return Response(200, described, [_type(choice)])

    async def _query(self, request: Request, operation: Operation) -> Response:
        base = self.served.base or request.url
        if not operation.dataset and (form := lookup_form(operation.text)) and (near := self.served.near):
            choice = choose(request.headers.get("accept"), offers(form))
            if found := looked_up(self.served, partial(near.query, operation.text, base=base), choice):
                return found
        inspection = await _checked(operation.text, self.served.services, base)
        choice = choose(request.headers.get("accept"), offers(inspection.form))
        asking = _Asking(self.served, operation, base)
        within = asking.others() if inspection.services else nullcontext()
        return await evaluated(self.served, request, Evaluation(asking, choice, operation.seconds, within))


class _Asking:
    """Asks the engine what a request asks for; a thread of the pool calls it."""

    def __init__(self, served: Served, operation: Operation, base: str) -> None:
        self.served, self.operation, self.base = served, operation, base
        self.text = operation.text

    def __call__(self) -> QueryAnswer:
        return self.served.engine.query(self.text, base=self.base, dataset=self.operation.dataset)

    @contextmanager
    def others(self) -> Iterator[None]:
        """Let the engine ask other services meanwhile."""
        with self.served.journey(self.operation.text, self.base) as journey:
            self.text = journey.text
            yield


async def _checked(text: str, services: frozenset[str], base: str) -> QueryInspection:
    """What a query asks for, if it may; a text of megabytes is not read on the thread that serves everybody."""
    if len(text) <= _SHORT:
        return _inspection(text, services, base)
    return await asyncio.to_thread(check_read, text, services, base=base)


@lru_cache(maxsize=1024)
def _inspection(text: str, services: frozenset[str], base: str) -> QueryInspection:
    """Programs ask the same again and again, and to read a short query takes as long as to answer it."""
    return check_read(text, services, base=base)


def _type(choice: Choice) -> tuple[str, str]:
    return "Content-Type", choice.content_type
