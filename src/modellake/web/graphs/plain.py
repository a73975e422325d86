"""The graphs of a bare engine."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from pyoxigraph import DefaultGraph, NamedNode, Triple

from modellake.lake.editing.records import ANYTHING
from modellake.rdf.codec import ntriples_lines
from modellake.rdf.graphs import SentGraph
from modellake.rdf.syntax import check_update
from modellake.rdf.updates.within import within_graph
from modellake.store.engine import GraphAnswer
from modellake.store.plain import PlainEngine
from modellake.store.updates import Graph
from modellake.web.evaluation import Evaluation, evaluated
from modellake.web.forms import GRAPHS
from modellake.web.graphs import answers
from modellake.web.graphs.conditions import changed
from modellake.web.graphs.payloads import read_payload, read_update
from modellake.web.graphs.targets import Asked, address, store_url
from modellake.web.messages import Response
from modellake.web.negotiate import choose
from modellake.web.pool import begun
from modellake.web.served import Served
from modellake.web.updates import written

# Larger graphs have no tag: to make one, all of it would have to be in memory at once.
_MOST_TAGGED = 100_000
_UNTOLD = "not told"  # with a blank, as no tag may have one


@dataclass(frozen=True, slots=True)
class _Held:
    """What a graph holds at one moment.

    Attributes:
        statements: None where they are too many.
        exists: is there such a graph?
    """

    statements: Sequence[Triple] | None
    exists: bool

    @property
    def hash(self) -> str | None:
        """Of the statements in any order; None for those of a graph that is not there, or too large."""
        if not self.exists or self.statements is None:
            return None
        lines = sorted(ntriples_lines(self.statements))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class PlainGraphs:
    """Graphs as the engine has them: no gate, no history."""

    served: Served
    engine: PlainEngine

    async def read(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        choice = choose(asked.request.headers.get("accept"), GRAPHS)
        held = await begun(self.served.queries, partial(self._held, asked.named))
        if not held.exists:
            raise answers.unknown(asked.named)
        found = held.hash
        if asked.conditions.is_held(answers.tag(found, choice.offer.name)):
            return answers.not_modified(asked, found, choice)
        evaluation = Evaluation(partial(self._answer, asked.named, held), choice, self.served.limits.seconds)
        response = await evaluated(self.served, asked.request, evaluation)
        response.headers += answers.tag_header(found, choice.offer.name)
        return response

    async def replace(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        graph = asked.named
        sent = await self._payload(asked, graph)
        return await self._write(asked, graph, lambda: self.engine.replace_graph(graph, sent.statements))

    async def extend(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        graph = asked.graph or NamedNode(f"{store_url(asked.request)}/{uuid.uuid4()}")
        sent = await self._payload(asked, graph)
        return await self._write(asked, graph, lambda: self.engine.extend_graph(graph, sent.statements))

    async def delete(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        return await written(self.served.updates, partial(self._delete, asked))

    async def update(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        graph = asked.named
        text = await read_update(asked.request, self.served.limits)
        return await self._write(asked, graph, partial(self._update, asked, graph, text))

    async def _payload(self, asked: Asked, graph: Graph) -> SentGraph:
        base = graph.value if isinstance(graph, NamedNode) else asked.request.url
        return await read_payload(asked.request, self.served.limits, base)

    async def _write(self, asked: Asked, graph: Graph, write: Callable[[], None]) -> Response:
        return await written(self.served.updates, partial(self._written, asked, graph, write))

    # In threads

    def _held(self, graph: Graph) -> _Held:
        exists = self.engine.has_graph(graph)
        found = list(islice(self.engine.statements(graph), _MOST_TAGGED + 1))
        return _Held(None if len(found) > _MOST_TAGGED else found, exists)

    def _answer(self, graph: Graph, held: _Held) -> GraphAnswer:
        return GraphAnswer(self.engine.statements(graph) if held.statements is None else iter(held.statements))

    def _written(self, asked: Asked, graph: Graph, write: Callable[[], None]) -> Response:
        existed = self.engine.has_graph(graph)
        self._check(asked, graph)
        write()
        held = self._held(graph)
        if not held.exists:
            raise answers.unknown(graph)
        location = None if existed or isinstance(graph, DefaultGraph) else address(asked.request, graph.value, None)
        return answers.written(asked, held.hash, location=location)

    def _delete(self, asked: Asked) -> Response:
        if not self.engine.has_graph(asked.named):
            raise answers.unknown(asked.named)
        self._check(asked, asked.named)
        self.engine.drop_graph(asked.named)
        return Response(204)

    def _update(self, asked: Asked, graph: Graph, text: str) -> None:
        base = graph.value if isinstance(graph, NamedNode) else asked.request.url
        check_update(text, base=base)  # no other service is asked: that is for /sparql
        named = None if isinstance(graph, DefaultGraph) else graph
        self.engine.update(within_graph(text, named, base=base), base=base)

    def _check(self, asked: Asked, graph: Graph) -> None:
        """Go on if a graph holds what a write expects."""
        expected = asked.conditions.expected
        if expected == ANYTHING:
            return
        held = self._held(graph)
        if not expected.is_met_by((held.hash or _UNTOLD) if held.exists else None):
            raise changed()
