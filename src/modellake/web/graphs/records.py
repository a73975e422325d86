"""The graphs of a lake: its records, and what it makes itself, to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode

from modellake.core.errors import ConflictError, UsageError
from modellake.core.iris import named_node
from modellake.lake.editing.records import EditReceipt, Expected, Record
from modellake.lake.lake import Lake
from modellake.rdf.codec import write_statements
from modellake.rdf.formats import syntax_named
from modellake.rdf.graphs import SentGraph
from modellake.store.engine import Dataset, GraphAnswer, QueryAnswer
from modellake.store.updates import fixed_text
from modellake.web.evaluation import Evaluation, evaluated
from modellake.web.forms import GRAPHS
from modellake.web.graphs import answers
from modellake.web.graphs.payloads import read_payload, read_update
from modellake.web.graphs.targets import STORE, Asked, address
from modellake.web.messages import Response
from modellake.web.negotiate import Choice, choose
from modellake.web.pool import begun
from modellake.web.problems import HTTPError
from modellake.web.served import Served
from modellake.web.updates import for_stewards, written

_DERIVED = ("entailed", "provenance")
_READ_ONLY = {
    "PUT": "Put each record: the lake is what all of them say.",
    "POST": f"Post it to {STORE} or to a record, one resource at a time, or send a SPARQL update to /sparql.",
    "DELETE": "A lake is not emptied by one request: delete records, or withdraw sources with modellake.",
    "PATCH": "Send the update to /sparql: it may be about any number of records.",
}


@dataclass(frozen=True, slots=True)
class RecordGraphs:
    """Records as graphs; the default graph and those that the lake makes itself are read-only."""

    served: Served
    lake: Lake

    async def read(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        choice = choose(asked.request.headers.get("accept"), GRAPHS)
        made = self._made(asked.named)
        if made is not None:
            return await self._read_made(asked, choice, made)
        resource = self._resource(asked.named)
        record = await begun(self.served.queries, partial(self.lake.record, resource))
        if not record.exists:
            raise answers.unknown(asked.named, ["See what there is with a query at /sparql."])
        if asked.conditions.is_held(answers.tag(record.hash, choice.offer.name)):
            return answers.not_modified(asked, record.hash, choice)
        if choice.offer.name == "rdfxml":  # which cannot say everything
            return await self._read_streamed(asked, choice, record.hash, partial(_listed, record))
        body = await begun(self.served.queries, partial(_document, record, choice))
        return answers.read(choice, record.hash, body)

    async def replace(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        resource = self._writable(asked)
        sent = await self._payload(asked)
        return await self._edit(asked, partial(self.lake.replace_record, resource, sent, **self._how(asked)))

    async def extend(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        if asked.graph is None:
            return await written(self.served.updates, partial(self._create, asked, await self._payload(asked)))
        resource = self._writable(asked)
        sent = await self._payload(asked)
        return await self._edit(asked, partial(self.lake.extend_record, resource, sent, **self._how(asked)))

    async def delete(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        resource = self._writable(asked)
        return await self._edit(asked, partial(self.lake.delete_record, resource, **self._how(asked)))

    async def update(self, asked: Asked) -> Response:
        """See `modellake.web.graphs.room.Graphs`."""
        resource = self._writable(asked)
        text = await read_update(asked.request, self.served.limits)
        return await self._edit(asked, partial(self._update, asked, resource, text))

    async def _read_made(self, asked: Asked, choice: Choice, graph: NamedNode | DefaultGraph) -> Response:
        """What the lake makes itself, as it is found; its hash is that of the last commit in it."""
        found = await begun(self.served.queries, self._commit_shown)
        if asked.conditions.is_held(answers.tag(found, choice.offer.name)):
            return answers.not_modified(asked, found, choice)
        return await self._read_streamed(asked, choice, found, partial(self._everything, graph))

    async def _read_streamed(
        self, asked: Asked, choice: Choice, found: str | None, ask: Callable[[], QueryAnswer]
    ) -> Response:
        evaluation = Evaluation(ask, choice, self.served.limits.seconds)
        response = await evaluated(self.served, asked.request, evaluation)
        response.headers += answers.tag_header(found, choice.offer.name)
        return response

    async def _payload(self, asked: Asked) -> SentGraph:
        return await read_payload(asked.request, self.served.limits, self.lake.iris.base)

    async def _edit(self, asked: Asked, edit: Callable[[], EditReceipt]) -> Response:
        return await written(self.served.updates, partial(self._edited, asked, edit))

    def _how(self, asked: Asked) -> dict[str, Any]:
        agent = asked.request.caller.agent
        return {"expected": asked.conditions.expected, "agent": agent, "message": asked.message}

    # What a graph means

    def _made(self, graph: NamedNode | DefaultGraph) -> NamedNode | DefaultGraph | None:
        """The graph, if the lake makes it itself."""
        if isinstance(graph, DefaultGraph) or graph in map(self.lake.iris.graph, _DERIVED):
            return graph
        return None

    def _writable(self, asked: Asked) -> NamedNode:
        """The resource whose record a graph is. Raises HTTPError 405 for what the lake makes itself."""
        if self._made(asked.named) is None:
            return self._resource(asked.named)
        raise HTTPError(
            405,
            f"The lake makes {'its default graph' if isinstance(asked.named, DefaultGraph) else asked.named} itself",
            code="graph.read-only",
            remedy=_READ_ONLY[asked.request.method],
            headers=[("Allow", "GET, HEAD, OPTIONS")],
        )

    def _resource(self, graph: NamedNode | DefaultGraph) -> NamedNode:
        assert isinstance(graph, NamedNode), "others are made by the lake"
        try:
            is_record = graph.value.startswith(f"{self.lake.iris.base}record/")
            resource = named_node(self.lake.iris.topic(graph).value) if is_record else graph
        except (UsageError, ValueError) as error:
            raise _malformed("graph.iri", f"{graph.value[:300]} names no resource: {error}") from None
        if "#" in resource.value:
            raise _malformed("graph.part", f"{resource.value[:300]} is a part of a record, and no record")
        return resource

    # In threads

    def _everything(self, graph: NamedNode | DefaultGraph) -> QueryAnswer:
        dataset = Dataset((graph,)) if isinstance(graph, NamedNode) else None
        return self.served.engine.query(fixed_text("everything.rq"), dataset=dataset)

    def _commit_shown(self) -> str | None:
        if self.lake.is_followed:
            self.lake.refresh()
        applied = self.lake.view.engine.applied()
        return applied.commit_hash[:32] if applied else None

    def _edited(self, asked: Asked, edit: Callable[[], EditReceipt]) -> Response:
        receipt = edit()
        assert receipt.before and receipt.after, "an edit tells both"
        if not receipt.before.exists and not receipt.after.exists:
            raise answers.unknown(asked.named, ["PUT makes it."])
        location = self._location(asked, receipt.after) if receipt.created else None
        return answers.written(asked, receipt.after.hash, location=location)

    def _create(self, asked: Asked, sent: SentGraph) -> Response:
        """Make the record that a graph is about, if there is none."""
        record = self.lake.only_record(sent)
        how = self._how(asked) | {"expected": Expected(exists=False)}
        try:
            return self._edited(asked, partial(self.lake.extend_record, record.home, sent, **how))
        except ConflictError as error:
            if error.code != "record.changed":
                raise
            raise _exists(self._location(asked, record)) from None

    def _update(self, asked: Asked, resource: NamedNode, text: str) -> EditReceipt:
        with for_stewards(asked.request.caller) as emptying:
            return self.lake.update_record(resource, text, emptying=emptying, **self._how(asked))

    def _location(self, asked: Asked, record: Record) -> str:
        return address(asked.request, record.iri.value, self.lake.iris.base)


def _listed(record: Record) -> GraphAnswer:
    return GraphAnswer(iter(sorted(record.statements, key=str)))


def _document(record: Record, choice: Choice) -> bytes:
    return write_statements(record.statements, syntax_named(choice.offer.name))


def _malformed(code: str, message: str) -> HTTPError:
    return HTTPError(
        400,
        message,
        code=code,
        remedy="Name a record: the base IRI of the lake, 'record/' and the name of the resource; or the resource.",
    )


def _exists(location: str) -> HTTPError:
    return HTTPError(
        409,
        "The lake has this record already",
        code="graph.exists",
        remedy=f"POST to {location} adds to it, PUT replaces it.",
        headers=[("Location", location)],
    )
