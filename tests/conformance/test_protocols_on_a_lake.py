"""The W3C tests of both protocols against a gated lake: every answer is stated, with the reason where it differs.

They were written for stores that hold any graph. A lake holds records, one for each resource, and nothing enters
without passing the gate; so some of what the tests send is refused, and the refusal is the answer that is expected
here. Put into terms that a lake can hold, the tests of the Graph Store Protocol pass as they do against a bare engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_store_suite import AUTHORITY, Exchange, GraphStoreCase, graph_store_cases, is_isomorphic
from protocol_suite import protocol_cases

import modellake
from lakes import turtle
from modellake.lake.lake import Lake
from modellake.web.origins import Origins
from modellake.web.served import Served
from servers import Reply, ask, running

BASE = "https://lake.example.org/"

NO_SUCH_GRAPH = "the lake has no such graph: only records, and what it makes itself"
CLEARS = "a lake is not emptied by one operation (update.clear-lake)"
NOT_A_RECORD = "a graph of a lake is a record, and this IRI names none (update.graph-not-record)"
# Each test with the statuses of its responses, and the reason where these, or the truth value, are not the W3C's.
PROTOCOL: dict[str, tuple[tuple[int, ...], str]] = {
    "query_post_form": ((200,), ""),
    "query_dataset_default_graphs_get": ((200,), NO_SUCH_GRAPH),
    "query_dataset_default_graphs_post": ((200,), NO_SUCH_GRAPH),
    "query_dataset_named_graphs_post": ((200,), NO_SUCH_GRAPH),
    "query_dataset_named_graphs_get": ((200,), NO_SUCH_GRAPH),
    "query_dataset_full": ((200,), NO_SUCH_GRAPH),
    "query_multiple_dataset": ((200,), NO_SUCH_GRAPH),
    "query_get": ((200,), ""),
    "query_content_type_select": ((200,), ""),
    "query_content_type_ask": ((200,), ""),
    "query_content_type_describe": ((200,), ""),
    "query_content_type_construct": ((200,), ""),
    "update_dataset_default_graph": ((422, 200), CLEARS),
    "update_dataset_default_graphs": ((422, 200), CLEARS),
    "update_dataset_named_graphs": ((422, 200), CLEARS),
    "update_dataset_full": ((422, 200), CLEARS),
    "update_post_form": ((422,), CLEARS),
    "update_post_direct": ((422,), CLEARS),
    "update_base_uri": ((422, 200), NOT_A_RECORD),
    "query_post_direct": ((200,), ""),
    "bad_query_method": ((405,), ""),
    "bad_multiple_queries": ((400,), ""),
    "bad_query_wrong_media_type": ((415,), ""),
    "bad_query_missing_form_type": ((415,), ""),
    "bad_query_missing_direct_type": ((415,), ""),
    "bad_query_non_utf8": ((415,), ""),
    "bad_query_syntax": ((400,), ""),
    "bad_update_get": ((400,), ""),
    "bad_multiple_updates": ((400,), ""),
    "bad_update_wrong_media_type": ((415,), ""),
    "bad_update_missing_form_type": ((415,), ""),
    "bad_update_non_utf8": ((415,), ""),
    "bad_update_syntax": ((400,), ""),
    "bad_update_dataset_conflict": ((400,), ""),
}
PROTOCOL_COUNT, PROTOCOL_DIFFERENT = 34, 13

ELSEWHERE = "the document is about another resource than the record that it is sent to (gate.other-record)"
NAMELESS = "a record is about a resource with an IRI, and the document is about a blank node (blank-node.root)"
READ_ONLY = "the default graph is what all records say, and is not written by itself (graph.read-only)"
GRAPH_STORE: dict[str, tuple[tuple[int, ...], str]] = {
    "put_get_repeat_direct": ((422, 404, 422, 404), ELSEWHERE),
    "put_delete_get_delete_direct": ((422, 404, 404, 404), NAMELESS),
    "post_get_post_get_direct": ((422, 404, 422, 404), ELSEWHERE),
    "head_existing_direct": ((422, 404), ELSEWHERE),
    "head_non_existing_direct": ((404,), ""),
    "put_get_repeat_indirect": ((422, 404, 422, 404), ELSEWHERE),
    "put_get_default": ((405, 200), READ_ONLY),
    "put_delete_get_delete_indirect": ((422, 404, 404, 404), NAMELESS),
    "post_get_post_get_indirect": ((422, 404, 422, 404), ELSEWHERE),
    "post_get_new_graph": ((422, 400), NAMELESS),
    "head_existing_indirect": ((422, 404), ELSEWHERE),
    "head_non_existing_indirect": ((404,), ""),
    "put_get_uri_pct_encoded_indirect": ((422, 404), ELSEWHERE),
    "put_get_uri_pct_encoded_twice": ((422, 422, 404, 404), ELSEWHERE),
}
# The 13 that a manifest lists and one that is left out of its list.
GRAPH_STORE_COUNT, GRAPH_STORE_DIFFERENT = 14, 12


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with modellake.open(tmp_path / "lake", base_iri=BASE) as opened:
        opened.commit(turtle('<model/acme/churn> a lake:Model ; dct:title "Churn" .'), format="turtle")
        yield opened


@pytest.fixture
def url(lake: Lake) -> Iterator[str]:
    with running(Served(lake=lake), origins=Origins(names=frozenset({AUTHORITY}))) as address:
        yield address


def test_sparql_protocol(shared: Path, lake: Lake, url: str) -> None:
    cases = list(protocol_cases(shared / "w3c" / "sparql11" / "protocol" / "manifest.ttl"))
    assert [case.name for case in cases] == list(PROTOCOL)
    assert len(PROTOCOL) == PROTOCOL_COUNT
    head, different = lake.ledger.head(), 0
    for case in cases:
        replies = [
            (item, ask(url, item.path, method=item.method, headers=item.headers, body=item.body))
            for item in case.exchanges
        ]
        statuses, reason = PROTOCOL[case.name]
        assert tuple(reply.status for _, reply in replies) == statuses, case.name
        assert all(exchange.is_met_by(reply) for exchange, reply in replies) == (not reason), case.name
        different += bool(reason)
    assert different == PROTOCOL_DIFFERENT
    assert lake.ledger.head() == head


RECORD, NEW = f"<{BASE}record/model/acme/churn>", f"<{BASE}record/model/acme/new>"
# Every operation on graphs (https://www.w3.org/TR/sparql11-update/#graphManagement): its status, and what is said.
OPERATIONS: list[tuple[str, int, str]] = [
    (f"CREATE GRAPH {NEW}", 200, "update.graph-empty"),
    (f"CREATE GRAPH {RECORD}", 422, "update.graph-exists"),
    ("CREATE GRAPH <urn:x:graph>", 422, "update.graph-not-record"),
    (f"COPY {RECORD} TO {NEW}", 422, "update.graph-transfer"),
    (f"MOVE {RECORD} TO {NEW}", 422, "update.graph-transfer"),
    (f"ADD DEFAULT TO {RECORD}", 422, "update.graph-transfer"),
    ("CLEAR ALL", 422, "update.clear-lake"),
    ("CLEAR DEFAULT", 422, "update.clear-lake"),
    (f"CLEAR GRAPH {NEW}", 422, "update.graph-unknown"),
    ("DROP NAMED", 422, "update.clear-lake"),
    (f"DROP GRAPH <{BASE}graph/provenance>", 422, "update.graph-derived"),
    ("LOAD <http://127.0.0.1:9/>", 422, "update.load"),
    (f"LOAD <http://127.0.0.1:9/> INTO GRAPH {RECORD}", 422, "update.load"),
    ("LOAD SILENT <http://127.0.0.1:9/>", 200, "update.load"),
    ("CLEAR SILENT ALL", 200, "update.clear-lake"),
    (f"COPY SILENT {RECORD} TO {NEW}", 200, "update.graph-transfer"),
]


def test_operations_on_graphs(lake: Lake, url: str) -> None:
    head = lake.ledger.head()
    for text, status, code in OPERATIONS:
        reply = update(url, text)
        told = json.loads(reply.body)
        found = told["findings"] if status == 200 else told["report"]["findings"]
        assert (reply.status, [item["code"] for item in found]) == (status, [code]), text
        assert lake.ledger.head() == head, text
    assert update(url, f"DROP GRAPH {RECORD}").status == 200
    assert lake.ledger.head().sequence == head.sequence + 1
    assert not lake.record(f"{BASE}model/acme/churn").exists


def update(url: str, text: str) -> Reply:
    headers = {"Content-Type": "application/sparql-update"}
    return ask(url, "/sparql", method="POST", headers=headers, body=text.encode())


def test_graph_store_protocol(shared: Path, lake: Lake, url: str) -> None:
    cases, listed = graph_store_cases(shared / "w3c" / "sparql11" / "graph-store-protocol")
    assert {case.name for case in cases} == set(GRAPH_STORE) >= listed
    assert (len(GRAPH_STORE), len(listed)) == (GRAPH_STORE_COUNT, 13)
    head, different = lake.ledger.head(), 0
    for case in cases:
        replies = case.replies(lambda exchange: sent(url, exchange))
        statuses, reason = GRAPH_STORE[case.name]
        assert tuple(reply.status for _, reply in replies) == statuses, case.name
        assert all(exchange.shortcoming(reply) is None for exchange, reply in replies) == (not reason), case.name
        different += bool(reason)
    assert different == GRAPH_STORE_DIFFERENT
    assert lake.ledger.head() == head


def sent(url: str, exchange: Exchange) -> Reply:
    return ask(url, exchange.path, method=exchange.method, headers=exchange.headers, body=exchange.body)


def test_graph_store_protocol_in_terms_of_records(shared: Path, lake: Lake, url: str) -> None:
    """What the tests say of a person and of a blank node is said of the resource whose record the graph is."""
    cases, _ = graph_store_cases(shared / "w3c" / "sparql11" / "graph-store-protocol")
    passed = set()
    for case in cases:
        for resource in ("1.ttl", "2.ttl", "%31.ttl", "new"):
            forget(lake, f"{BASE}person/{resource}")
        found = case.replies(lambda exchange, case=case: sent(url, in_terms_of_records(exchange, case)))
        if all(is_as_expected(in_terms_of_records(exchange, case), reply) for exchange, reply in found):
            passed.add(case.name)
    assert set(GRAPH_STORE) - passed == {"put_get_default"}


def forget(lake: Lake, resource: str) -> None:
    if lake.record(resource).exists:
        lake.delete_record(resource)


def in_terms_of_records(exchange: Exchange, case: GraphStoreCase) -> Exchange:
    """The exchange with documents that are about the resource of the graph."""
    resource = f"<{BASE}person/{'new' if case.name == 'post_get_new_graph' else '2.ttl'}>"
    other = "%31" if "%2531" in exchange.path else "1"

    def put(document: str) -> str:
        for name in ("1", "2"):
            document = document.replace(f"<http://{AUTHORITY}/gsp/person/{name}>", f"<{BASE}person/{other}.ttl>")
        return document.replace("[]", resource)

    body, graph = exchange.body, exchange.graph
    return Exchange(
        exchange.method,
        exchange.path,
        exchange.headers,
        put(body.decode()).encode() if body is not None else None,
        exchange.statuses,
        exchange.location,
        exchange.content_type,
        put(graph) if graph is not None else None,
    )


def is_as_expected(exchange: Exchange, reply: Reply) -> bool:
    """As `Exchange.shortcoming`; blank nodes have names in a lake."""
    if reply.status not in exchange.statuses:
        return False
    if exchange.content_type and reply.headers.get("content-type") != exchange.content_type:
        return False
    return exchange.graph is None or is_isomorphic(with_blank_nodes(reply.body), exchange.graph.encode())


def with_blank_nodes(document: bytes) -> bytes:
    """The document with blank nodes where the lake has named them."""
    nodes: dict[str, ox.BlankNode] = {}

    def node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        assert not isinstance(term, ox.Triple)
        if isinstance(term, ox.NamedNode) and "#_" in term.value:
            return nodes.setdefault(term.value, ox.BlankNode())
        return term

    triples = [
        ox.Triple(node(quad.subject), quad.predicate, node(quad.object))  # type: ignore[arg-type]
        for quad in ox.parse(document, format=ox.RdfFormat.TURTLE)
    ]
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
