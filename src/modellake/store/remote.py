"""The remote engine: any service of the SPARQL 1.1 Protocol, which may hold other data besides.

The state of the lake is a named graph there, since services disagree on what their default graph is; queries are asked
of that graph and the two beside it by the parameters of the protocol. Only these graphs are ever written.

Few services carry out more than one request in one transaction. What is too large for one is sent in several, of which
the last moves the mark: cut off before, the view is behind, and showing the commit again makes it whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast
from urllib.parse import urlencode

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from modellake.core.errors import QueryError, UnavailableError, UsageError
from modellake.core.vocab import LAKE
from modellake.rdf.syntax import QueryInspection, inspect, query_error
from modellake.store.client import Answer, Client, Request, ServiceRefusalError
from modellake.store.embedded import evaluation_error, is_unsupported
from modellake.store.engine import Applied, Capabilities, Dataset, GraphAnswer, Graphs, QueryAnswer, Replacement
from modellake.store.marks import mark_quad, read_mark
from modellake.store.service import Service
from modellake.store.updates import (
    clearing_text,
    emptying_text_of,
    fixed_text,
    in_batches,
    insertion_text,
    mark_text,
)

CAPABILITIES = Capabilities(
    cancels=False,
    atomic=False,
    answers_while_loading=False,
    streams=False,
    persistent=True,
    own_process=True,
    rdf12=False,
    writable=True,
)
FORM = "application/x-www-form-urlencoded"
_UPDATE = "application/sparql-update"
_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_TRIPLES = "application/n-triples"
# Virtuoso compiles a request and gives up at about 5,000 statements.
_LINES, _CHARACTERS, _SUBJECTS = 1000, 1_000_000, 300
_NOWHERE = NamedNode("urn:x-modellake:empty")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in a service the graphs of a view are.

    Attributes:
        state: the graph that stands for the default graph; None where the service has one of its own.
        named: the graphs besides.
    """

    state: NamedNode | None
    named: tuple[NamedNode, ...]

    @property
    def everything(self) -> tuple[NamedNode | None, ...]:
        """All graphs, the default graph as None."""
        return (self.state, *self.named)

    def placed(self, graphs: Graphs) -> Graphs:
        """Statements where they belong in the service."""
        state = self.state
        if state is None:
            return graphs
        return {state if isinstance(graph, DefaultGraph) else graph: lines for graph, lines in graphs.items()}

    def parameters(self, dataset: Dataset | None, inspection: QueryInspection | None) -> list[tuple[str, str]]:
        """The parameters that say which graphs are asked."""
        if dataset is None:
            if self.state is None or (inspection and (inspection.from_graphs or inspection.from_named)):
                return []
            dataset = Dataset((self.state,), self.named)
        default = [graph.value for graph in dataset.default]
        if not default and not dataset.named:
            default = [_NOWHERE.value]
        return [
            *(("default-graph-uri", iri) for iri in default),
            *(("named-graph-uri", graph.value) for graph in dataset.named),
        ]


class RemoteEngine:
    """An `Engine` over a SPARQL service.

    Args:
        marks: the graph that the mark is kept in.
        service: where it is.
        layout: which graphs are the view's.
        client: sends the requests.
    """

    capabilities = CAPABILITIES
    _plain = False  # True where updates are posted as they are: Virtuoso takes them in a form only

    def __init__(self, marks: NamedNode, service: Service, layout: Layout, client: Client | None = None) -> None:
        self._marks = marks
        self._service = service
        self._layout = layout
        self._client = client or Client(f"The engine at {service.query}")

    def query(self, text: str, *, base: str | None = None, dataset: Dataset | None = None) -> QueryAnswer:
        """See `Engine.query`."""
        inspection = inspect(text, base=base)
        declared = f"BASE <{base}> " if base else ""
        asked = self._layout.parameters(dataset, inspection)
        graph = inspection.form in ("construct", "describe")
        try:
            answer = self._post_query(declared + text, asked, _TRIPLES if graph else _RESULTS)
        except ServiceRefusalError as error:
            if is_unsupported(error.said):
                raise evaluation_error(error.said) from error
            if error.status != 400:
                raise
            raise self._query_error(error, text, len(declared)) from error
        if graph:
            return GraphAnswer(_triples(answer))
        return _truth(_results(answer)) if inspection.form == "ask" else _results(answer)

    def replace(self, change: Replacement, mark: Applied) -> None:
        """See `Engine.replace`; one request where it is small enough."""
        graphs = self._layout.placed(change.graphs)
        emptying = [*self._emptying(change.subjects)]
        batches = [*in_batches(graphs, _LINES, _CHARACTERS)]
        marking = mark_text(self._marks, self._mark_graphs(mark))
        if len(emptying) <= 1 and sum(map(len, graphs.values())) <= _LINES:
            insertion = [insertion_text([dict(graphs)])] if batches else []
            try:
                return self._post_update(";\n".join([*emptying, *insertion, marking]))
            except ServiceRefusalError as error:
                if not self._service.store or error.code != "engine.failed":
                    raise
        for text in emptying:
            self._post_update(text)
        for graph, lines in batches:
            self._insert(cast("NamedNode", graph), lines)
        return self._post_update(marking)

    def load(self, parts: Iterable[Graphs], mark: Applied) -> None:
        """See `Engine.load`; what was there does not answer meanwhile."""
        self.clear()
        loading = Applied(mark.sequence, mark.commit_hash, loading=True, rules=mark.rules)
        self._post_update(mark_text(self._marks, self._mark_graphs(loading)))
        for part in parts:
            for graph, lines in in_batches(self._layout.placed(part), _LINES, _CHARACTERS):
                self._insert(cast("NamedNode", graph), lines)
        self._post_update(mark_text(self._marks, self._mark_graphs(mark)))

    def applied(self) -> Applied | None:
        """See `Engine.applied`."""
        text = fixed_text("applied.rq").replace("UNDEF", str(self._marks))
        answer = self._post_query(text, self._layout.parameters(None, None), _RESULTS)
        marks = [read_mark(row["mark"], row["sequence"]) for row in cast("QuerySolutions", _results(answer))]
        return max(marks, key=lambda mark: mark.sequence, default=None)

    def clear(self) -> None:
        """See `Engine.clear`: only the graphs of the view."""
        self._post_update(clearing_text(graph for graph in self._layout.everything if graph))

    def size(self) -> int:
        """See `Engine.size`."""
        return sum(self._count(graph) for graph in self._layout.everything) - self._count_marks()

    def quads(self) -> Iterator[Quad]:
        """See `Engine.quads`.

        Raises:
            UnavailableError: ``engine.truncates`` when the service gives less than it holds.
        """
        for graph in self._layout.everything:
            place = DefaultGraph() if graph == self._layout.state else cast("NamedNode", graph)
            held = 0
            for triple in self._everything(graph):
                held += 1
                if not (graph == self._marks and triple.predicate == LAKE.appliedSequence):
                    yield Quad(triple.subject, triple.predicate, triple.object, place)
            if held < self._count(graph):
                raise UnavailableError(
                    "The service gives fewer statements than it holds",
                    code="engine.truncates",
                    remedy="Raise the limit of the service (Virtuoso: ResultSetMaxRows).",
                )

    def close(self) -> None:
        """See `Engine.close`."""
        self._client.close()

    def _query_error(self, error: ServiceRefusalError, text: str, columns: int) -> QueryError:
        """What is wrong with a query, from what the service says of it after so many more columns."""
        return query_error(SyntaxError(_shifted(error.said, columns)), text)

    def _emptying(self, subjects: Iterable[NamedNode]) -> Iterator[str]:
        graphs, rest = [graph for graph in self._layout.everything if graph], iter(subjects)
        while group := list(islice(rest, _SUBJECTS)):
            yield emptying_text_of(graphs, group)

    def _insert(self, graph: NamedNode, lines: Sequence[str]) -> None:
        """Put statements into a graph; into the Graph Store where the update is refused, or where it is faster."""
        try:
            self._post_update(insertion_text([{graph: lines}]))
        except ServiceRefusalError as error:
            if not self._service.store or error.code != "engine.failed":
                raise
            self._post_graph(graph, lines)

    def _mark_graphs(self, mark: Applied) -> Graphs:
        return {self._marks: [f"{mark_quad(self._marks, mark).triple} ."]}

    def _count(self, graph: NamedNode | None) -> int:
        asked = self._layout.parameters(Dataset((graph,)) if graph else None, None)
        answer = self._post_query(fixed_text("size.rq"), asked, _RESULTS)
        return _number(answer)

    def _count_marks(self) -> int:
        asked = self._layout.parameters(Dataset((self._marks,)), None)
        return _number(self._post_query(fixed_text("marks.rq"), asked, _RESULTS))

    def _everything(self, graph: NamedNode | None) -> Iterator[Triple]:
        asked = self._layout.parameters(Dataset((graph,)) if graph else None, None)
        return _triples(self._post_query(fixed_text("everything.rq"), asked, _TRIPLES))

    def _post_query(self, text: str, parameters: Sequence[tuple[str, str]], accept: str) -> Answer:
        body = urlencode([("query", text), *parameters]).encode()
        return self._client.send(self._request(self._service.query, body, FORM, accept))

    def _post_update(self, text: str) -> None:
        if self._service.update is None:
            raise UsageError("The service is only asked here", code="engine.read-only")
        body, content_type = (text, _UPDATE) if self._plain else (urlencode({"update": text}), FORM)
        self._client.send(self._request(self._service.update, body.encode(), content_type, "*/*")).content.close()

    def _post_graph(self, graph: NamedNode, lines: Sequence[str]) -> None:
        store = cast("str", self._service.store)
        # Virtuoso has another name for the parameter of the standard.
        parameter = "graph-uri" if store.endswith(("sparql-graph-crud", "sparql-graph-crud-auth")) else "graph"
        url = f"{store}?{urlencode({parameter: graph.value})}"
        body = "\n".join([*lines, ""]).encode()
        self._client.send(self._request(url, body, _TRIPLES, "*/*")).content.close()

    def _request(self, url: str, body: bytes, content_type: str, accept: str) -> Request:
        secret = self._service.authorization
        headers = {"Authorization": secret} if secret else {}
        return Request(url, body, content_type, accept, self._service.timeout, headers)


def _results(answer: Answer) -> QuerySolutions | QueryBoolean:
    format = QueryResultsFormat.from_media_type(answer.media_type)
    try:
        if format is None:
            raise ValueError(f"it is {answer.media_type or 'of no media type'}")
        return parse_query_results(answer.content, format)
    except (SyntaxError, ValueError, OSError) as error:
        raise _unreadable(error) from error


def _truth(answer: QuerySolutions | QueryBoolean) -> QueryBoolean:
    """The answer to an ASK; Virtuoso gives a table of one number."""
    if isinstance(answer, QueryBoolean):
        return answer
    value = next((solution[0] for solution in answer), None)
    text = "true" if str(getattr(value, "value", "0")) in ("1", "true") else "false"
    document = f'{{"head":{{}},"boolean":{text}}}'
    return cast("QueryBoolean", parse_query_results(document, QueryResultsFormat.JSON))


def _triples(answer: Answer) -> Iterator[Triple]:
    format = RdfFormat.from_media_type(answer.media_type)
    try:
        if format is None:
            raise ValueError(f"it is {answer.media_type or 'of no media type'}")
        for quad in parse(answer.content, format):
            yield quad.triple
    except (SyntaxError, ValueError, OSError) as error:
        raise _unreadable(error) from error


def _number(answer: Answer) -> int:
    row = next(iter(cast("QuerySolutions", _results(answer))))
    return int(str(getattr(row[0], "value", "0")))


def _unreadable(error: Exception) -> UnavailableError:
    return UnavailableError(
        f"The answer of the service cannot be read: {error}",
        code="engine.answer-malformed",
        remedy="See whether the URL is that of a SPARQL query endpoint, not of a page about it.",
    )


def _shifted(message: str, columns: int) -> str:
    """An error message of Oxigraph about a text that began with a declaration of ours."""
    place = message.partition("error at 1:")[2].partition(":")[0]
    if not place.isdecimal():
        return message
    return message.replace(f"error at 1:{place}:", f"error at 1:{max(1, int(place) - columns)}:", 1)
