"""Graphs of a bare engine over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from modellake.store.plain import PlainEngine
from modellake.web.served import Served
from servers import Reply, ask, running

GRAPH = NamedNode("http://example.org/graph")
AT = f"/store?graph={quote(GRAPH.value, safe='')}"
SYNTAXES = {
    "text/turtle": b"<s> <p> 'a' .",
    "application/n-triples": b'<http://example.org/s> <http://example.org/p> "a" .',
    "application/rdf+xml": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://example.org/'>"
    b"<rdf:Description rdf:about='s'><p>a</p></rdf:Description></rdf:RDF>",
    "application/ld+json": b'{"@id": "s", "http://example.org/p": "a"}',
    "application/trig": b"{ <s> <p> 'a' . }",
    "application/n-quads": b'<http://example.org/s> <http://example.org/p> "a" .',
}
SAID = (NamedNode("http://example.org/s"), NamedNode("http://example.org/p"), Literal("a"))


@pytest.fixture(scope="module")
def engine() -> PlainEngine:
    return PlainEngine()


@pytest.fixture(scope="module")
def server(engine: PlainEngine) -> Iterator[str]:
    with running(Served(plain=engine)) as address:
        yield address


@pytest.fixture
def url(engine: PlainEngine, server: str) -> str:
    engine.store.clear()
    return server


def send(url: str, method: str, path: str, body: bytes = b"", media_type: str = "text/turtle", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if method in ("GET", "HEAD", "DELETE"):
        return ask(url, path, method=method, headers=named)
    return ask(url, path, method=method, headers={"Content-Type": media_type, **named}, body=body)


def code(reply: Reply) -> str:
    return str(json.loads(reply.body)["code"])


def held(engine: PlainEngine, graph: NamedNode | DefaultGraph = GRAPH) -> set[tuple[object, ...]]:
    return {
        (quad.subject, quad.predicate, quad.object) for quad in engine.store.quads_for_pattern(None, None, None, graph)
    }


@pytest.mark.parametrize("media_type", SYNTAXES)
def test_every_syntax_comes_in_and_goes_out(engine: PlainEngine, url: str, media_type: str) -> None:
    assert send(url, "PUT", AT, SYNTAXES[media_type], media_type).status == 201
    assert held(engine) == {SAID}
    for wanted in SYNTAXES:
        reply = send(url, "GET", AT, Accept=wanted)
        assert (reply.status, reply.media_type) == (200, wanted)
        syntax = RdfFormat.from_media_type(wanted)
        assert {tuple(quad.triple) for quad in parse(reply.body, format=syntax)} == {SAID}


def test_the_graph_is_the_base_of_what_is_sent(engine: PlainEngine, url: str) -> None:
    send(url, "PUT", f"{AT}%2Fdeep%2F", b"<> <p> <../up> .")
    found = held(engine, NamedNode("http://example.org/graph/deep/"))
    assert found == {
        (
            NamedNode("http://example.org/graph/deep/"),
            NamedNode("http://example.org/graph/deep/p"),
            NamedNode("http://example.org/graph/up"),
        )
    }


def test_an_address_is_a_graph(engine: PlainEngine, url: str) -> None:
    path = "/store/a%20b/%C3%A9?message=ignored"
    reply = send(url, "PUT", path, b"<urn:s> <urn:p> 1 .")
    graph = f"{url}/store/a%20b/%C3%A9"
    assert (reply.status, reply.headers["location"]) == (201, graph)
    assert engine.has_graph(NamedNode(graph))
    assert send(url, "GET", f"/store?graph={quote(graph)}").status == 200


def test_put_replaces_and_post_adds(engine: PlainEngine, url: str) -> None:
    assert send(url, "POST", AT, b"<urn:s> <urn:p> 1 .").status == 201
    assert send(url, "POST", AT, b"<urn:s> <urn:p> 2 .").status == 204
    assert len(held(engine)) == 2
    assert send(url, "PUT", AT, b"<urn:s> <urn:p> 3 .").status == 204
    assert len(held(engine)) == 1


def test_blank_nodes_of_different_requests_are_different(engine: PlainEngine, url: str) -> None:
    for _ in range(2):
        send(url, "POST", AT, b"_:b <urn:p> 1 .")
    assert len(held(engine)) == 2


def test_a_graph_may_be_empty(url: str) -> None:
    assert send(url, "PUT", AT).status == 201
    reply = send(url, "GET", AT)
    assert (reply.status, reply.body) == (200, b"")
    assert send(url, "POST", f"{AT}2").status == 201
    assert send(url, "GET", f"{AT}2").status == 200


def test_the_default_graph_is_always_there(engine: PlainEngine, url: str) -> None:
    assert send(url, "GET", "/store?default").status == 200
    assert send(url, "PUT", "/store/?default", b"<urn:s> <urn:p> 1 .").status == 204
    assert send(url, "POST", "/store?default", b"<urn:s> <urn:p> 2 .").status == 204
    assert len(held(engine, DefaultGraph())) == 2
    assert send(url, "PUT", AT, b"<urn:s> <urn:p> 3 .").status == 201
    assert send(url, "DELETE", "/store?default").status == 204
    assert held(engine, DefaultGraph()) == set()
    assert len(held(engine)) == 1
    assert send(url, "PUT", "/store?default", b"", If_None_Match="*").status == 412


def test_a_new_graph_gets_an_address(url: str) -> None:
    replies = [send(url, "POST", path, b"<> <urn:p> 1 .") for path in ("/store", "/store/")]
    assert [reply.status for reply in replies] == [201, 201]
    places = [reply.headers["location"] for reply in replies]
    assert len(set(places)) == 2
    for place in places:
        found = send(url, "GET", place.removeprefix(url))
        assert f"<{place}>".encode() in found.body


def test_delete(url: str) -> None:
    assert send(url, "DELETE", AT).status == 404
    send(url, "PUT", AT)
    assert send(url, "DELETE", AT, If_Match='"other"').status == 412
    assert send(url, "DELETE", AT).status == 204
    missing = send(url, "GET", AT)
    assert (missing.status, code(missing)) == (404, "graph.unknown")
    assert send(url, "DELETE", AT, If_Match='"other"').status == 404  # conditions are looked at where all else is well
    assert ask(url, AT, method="HEAD").status == 404


def patch(url: str, path: str, text: str, **headers: str) -> Reply:
    return send(url, "PATCH", path, text.encode(), "application/sparql-update", **headers)


def test_patch_changes_the_graph_alone(engine: PlainEngine, url: str) -> None:
    for path in (AT, f"{AT}2", "/store?default"):
        send(url, "PUT", path, b"<urn:s> <urn:p> 1 .")
    reply = patch(url, AT, "DELETE { ?s ?p ?o } INSERT { ?s ?p 2 } WHERE { ?s ?p ?o } ; INSERT DATA { <> <p> 3 }")
    assert reply.status == 204
    values = {getattr(item[2], "value", "") for item in held(engine)}
    assert values == {"2", "3"}
    assert (GRAPH, NamedNode("http://example.org/p")) in {item[:2] for item in held(engine)}
    assert len(held(engine, NamedNode(f"{GRAPH.value}2"))) == len(held(engine, DefaultGraph())) == 1


def test_patch_of_the_default_graph(engine: PlainEngine, url: str) -> None:
    assert patch(url, "/store?default", "INSERT DATA { <urn:s> <urn:p> 1 }").status == 204
    assert len(held(engine, DefaultGraph())) == 1


def test_patch_may_make_a_graph(url: str) -> None:
    assert patch(url, AT, "DELETE WHERE { ?s ?p ?o }").status == 404
    assert send(url, "GET", AT).status == 404
    reply = patch(url, AT, "INSERT DATA { <urn:s> <urn:p> 1 }")
    assert (reply.status, reply.headers["location"]) == (201, f"{url}{AT}")


@pytest.mark.parametrize(
    ("text", "status", "expected"),
    [
        ("CLEAR ALL", 422, "update.other-graph"),
        ("INSERT DATA { GRAPH <urn:x> { <urn:s> <urn:p> 1 } }", 422, "update.other-graph"),
        ("ASK {}", 400, "update.expected"),
        ("INSERT DATA { <urn:s>", 400, "query.syntax"),
        ("LOAD <file:///etc/passwd>", 403, "update.load-not-allowed"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "query.service-not-allowed"),
    ],
)
def test_what_patch_refuses(engine: PlainEngine, url: str, text: str, status: int, expected: str) -> None:
    send(url, "PUT", AT, b"<urn:s> <urn:p> 1 .")
    reply = patch(url, AT, text)
    assert (reply.status, code(reply)) == (status, expected)
    assert len(engine.store) == 1


def test_patch_asks_nobody_else() -> None:
    engine = PlainEngine()
    with running(Served(plain=engine, services=frozenset({"*"}), documents=frozenset({"*"}))) as address:
        for text in (
            "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            "LOAD <http://127.0.0.1:1/>",
        ):
            assert patch(address, "/store?default", text).status == 403
    assert len(engine.store) == 0


def test_tags_tell_states_and_forms_apart(url: str) -> None:
    first = send(url, "PUT", AT, b"<urn:s> <urn:p> 1, 2 .")
    read = send(url, "GET", AT)
    assert read.headers["etag"] == first.headers["etag"] == send(url, "HEAD", AT).headers["etag"]
    other = send(url, "GET", AT, Accept="application/n-triples").headers["etag"]
    assert other != read.headers["etag"]
    assert not read.headers["etag"].startswith("W/")
    assert send(url, "PUT", AT, b"<urn:s> <urn:p> 2 . <urn:s> <urn:p> 1 .").headers["etag"] == read.headers["etag"]
    assert send(url, "POST", AT, b"<urn:s> <urn:p> 3 .").headers["etag"] != read.headers["etag"]


def test_what_the_reader_has_is_not_sent_again(url: str) -> None:
    tag = send(url, "PUT", AT, b"<urn:s> <urn:p> 1 .").headers["etag"]
    for condition in (tag, "*", f'"x", W/{tag}'):
        reply = send(url, "GET", AT, If_None_Match=condition)
        assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)
    assert send(url, "GET", AT, If_None_Match=tag, Accept="application/n-triples").status == 200
    assert send(url, "GET", AT, If_Match='"x"').status == 412
    assert send(url, "GET", AT, If_Match=tag).status == 200


def test_what_is_compressed_has_a_tag_of_its_own(url: str) -> None:
    text = " ".join(f"<urn:s{number}> <urn:p> {number} ." for number in range(200)).encode()
    plain = send(url, "PUT", AT, text).headers["etag"]
    for coding in ("gzip", "zstd"):
        packed = send(url, "GET", AT, Accept_Encoding=coding)
        assert packed.headers["content-encoding"] == coding
        assert packed.headers["etag"] == f'{plain[:-1]}-{coding}"'
        again = send(url, "GET", AT, Accept_Encoding=coding, If_None_Match=packed.headers["etag"])
        assert (again.status, again.headers["etag"]) == (304, packed.headers["etag"])
        assert send(url, "GET", AT, If_Match=packed.headers["etag"]).status == 200
        assert send(url, "PUT", AT, text, If_Match=packed.headers["etag"]).status == 204


def test_writes_keep_to_their_conditions(engine: PlainEngine, url: str) -> None:
    assert send(url, "PUT", AT, b"<urn:s> <urn:p> 0 .", If_Match="*").status == 412
    created = send(url, "PUT", AT, b"<urn:s> <urn:p> 1 .", If_None_Match="*")
    tag = created.headers["etag"]
    assert created.status == 201
    assert send(url, "PUT", AT, b"<urn:s> <urn:p> 2 .", If_None_Match="*").status == 412
    assert send(url, "PUT", AT, b"<urn:s> <urn:p> 2 .", If_Match=f"W/{tag}").status == 412
    assert send(url, "POST", AT, b"<urn:s> <urn:p> 2 .", If_None_Match=tag).status == 412
    assert patch(url, AT, "INSERT DATA { <urn:s> <urn:p> 2 }", If_Match='"x"').status == 412
    assert len(held(engine)) == 1
    assert send(url, "PUT", AT, b"<urn:s> <urn:p> 2 .", If_Match=f'"x", {tag}').status == 204
    again = send(url, "PUT", AT, b"<urn:s> <urn:p> 3 .", If_Match=tag)
    assert (again.status, code(again)) == (412, "record.changed")


def test_a_tag_of_one_form_is_good_for_writing_in_another(url: str) -> None:
    send(url, "PUT", AT, b"<urn:s> <urn:p> 1 .")
    tag = send(url, "GET", AT, Accept="application/ld+json").headers["etag"]
    assert send(url, "PUT", AT, b"<urn:s> <urn:p> 2 .", If_Match=tag).status == 204


def test_large_graphs_are_sent_as_they_are_read_and_have_no_tag(
    engine: PlainEngine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modellake.web.graphs import plain

    monkeypatch.setattr(plain, "_MOST_TAGGED", 100)
    engine.store.extend(
        Quad(NamedNode(f"urn:{number}"), NamedNode("urn:p"), BlankNode(), GRAPH) for number in range(5000)
    )
    reply = send(url, "GET", AT, Accept="application/n-triples")
    assert (reply.status, reply.body.count(b"\n")) == (200, 5000)
    assert reply.headers["transfer-encoding"] == "chunked"
    assert "etag" not in reply.headers
    assert send(url, "PUT", AT, If_None_Match="*").status == 412
    assert send(url, "POST", AT, b"<urn:s> <urn:p> 2 .", If_Match="*").status == 204
    assert send(url, "PUT", AT, If_Match='"not"').status == 412


def test_what_rdf_xml_cannot_say_is_said(url: str) -> None:
    send(url, "PUT", AT, b"<urn:s> <http://example.org/1> 1 .")
    assert send(url, "GET", AT, Accept="application/rdf+xml").status == 406
    assert send(url, "GET", AT, Accept="image/png").status == 406
