"""Requests to ``/sparql``: what is answered, what is refused, and with which status and code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from modellake.store.plain import PlainEngine
from modellake.web.served import Served
from servers import Reply, ask, running

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
SD = "http://www.w3.org/ns/sparql-service-description#"
Limited = Callable[..., AbstractContextManager[str]]


@pytest.fixture
def empty() -> Iterator[tuple[PlainEngine, str]]:
    engine = PlainEngine()
    with running(Served(plain=engine)) as address:
        yield engine, address


def get(url: str, query: str, accept: str = "*/*", path: str = "/sparql") -> Reply:
    return ask(url, f"{path}?query={quote(query)}", headers={"Accept": accept})


def post(url: str, media_type: str, body: str | bytes, path: str = "/sparql") -> Reply:
    raw = body.encode() if isinstance(body, str) else body
    return ask(url, path, method="POST", headers={"Content-Type": media_type}, body=raw)


def code(reply: Reply) -> str:
    assert reply.media_type == "application/problem+json"
    problem = json.loads(reply.body)
    assert problem["status"] == reply.status
    assert "Traceback" not in reply.body.decode()
    return str(problem["code"])


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/query"])
def test_three_ways_to_ask(url: str, path: str) -> None:
    text = "ASK { ?s ?p 'value 7' }"
    for reply in (
        get(url, text, path=path),
        post(url, FORM, urlencode({"query": text}), path),
        post(url, QUERY, text, path),
        post(url, f"{QUERY}; charset=UTF-8", text, path),
        post(url, FORM.upper(), urlencode({"query": text}), path),
    ):
        assert (reply.status, json.loads(reply.body)["boolean"]) == (200, True)


@pytest.mark.parametrize(
    ("media_type", "format"),
    [
        ("application/sparql-results+json", QueryResultsFormat.JSON),
        ("application/sparql-results+xml", QueryResultsFormat.XML),
        ("text/tab-separated-values", QueryResultsFormat.TSV),
    ],
)
def test_forms_of_solutions(url: str, media_type: str, format: QueryResultsFormat) -> None:
    reply = get(url, "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3", media_type)
    assert reply.media_type == media_type
    found = parse_query_results(reply.body, format=format)
    assert len(list(found)) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "media_type",
    [
        "text/turtle",
        "application/n-triples",
        "application/n-quads",
        "application/trig",
        "application/rdf+xml",
        "application/ld+json",
    ],
)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", "DESCRIBE <http://example.org/7>"])
def test_forms_of_graphs(url: str, media_type: str, query: str) -> None:
    format = RdfFormat.from_media_type(media_type)
    if "CONSTRUCT" in query:
        query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o IN ('value 1', 'value 2', 'value 3')) }"
    reply = get(url, query, media_type)
    assert reply.media_type == media_type
    assert len(list(parse(reply.body, format=format))) == (3 if "CONSTRUCT" in query else 1)


def test_rdf_1_2_in_queries(url: str) -> None:
    text = "SELECT (<<( <urn:a> <urn:b> 'c'@en--ltr )>> AS ?t) {}"
    assert json.loads(get(url, text).body)["results"]["bindings"][0]["t"]["type"] == "triple"


def test_what_a_form_cannot_say(url: str) -> None:
    nameless = "CONSTRUCT { <urn:a> <http://example.org/> 1 } {}"
    reply = get(url, nameless, "application/rdf+xml")
    assert (reply.status, code(reply)) == (406, "query.not-representable")
    reply = get(url, "CONSTRUCT { <urn:a> <urn:b> <<( <urn:a> <urn:b> 1 )>> } {}", "application/ld+json")
    assert (reply.status, code(reply)) == (406, "query.not-representable")


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * {}", "text/turtle"),
        ("ASK {}", "text/csv"),
        ("CONSTRUCT {} {}", "application/sparql-results+json"),
        ("SELECT * {}", "image/png"),
    ],
)
def test_not_acceptable(url: str, query: str, accept: str) -> None:
    reply = get(url, query, accept)
    assert (reply.status, code(reply)) == (406, "http.not-acceptable")


def test_the_place_of_a_mistake(url: str) -> None:
    reply = get(url, "SELECT *\nWHERE { ?s ?p ?o } ORDER ?s")
    problem = json.loads(reply.body)
    assert (reply.status, problem["code"], problem["line"]) == (400, "query.syntax", 2)
    assert problem["column"] > 10
    assert "ORDER ?s" in problem["detail"]


@pytest.mark.parametrize(
    ("media_type", "body", "status", "expected"),
    [
        (FORM, "", 400, "http.malformed"),
        (FORM, "query=ASK{}&query=ASK{}", 400, "http.malformed"),
        (FORM, "query=ASK{}&update=CLEAR+ALL", 400, "http.malformed"),
        (FORM, "query=%FF%FE", 400, "http.malformed"),
        (FORM, b"query=\xff", 400, "http.malformed"),
        (QUERY, b"ASK { ?s ?p '\xff' }", 400, "http.malformed"),
        (QUERY, "", 400, "query.syntax"),
        (QUERY, "CLEAR ALL", 400, "query.update-not-allowed"),
        (UPDATE, "ASK {}", 400, "update.expected"),
        (UPDATE, "CLEAR NOTHING", 400, "query.syntax"),
        (UPDATE, "LOAD <http://127.0.0.1/>", 403, "update.load-not-allowed"),
        (UPDATE, "LOAD SILENT <file:///etc/passwd>", 403, "update.load-not-allowed"),
        (UPDATE, "INSERT {} WHERE { SERVICE <http://127.0.0.1/> {} }", 403, "query.service-not-allowed"),
        (QUERY, "SELECT * { SERVICE SILENT <http://127.0.0.1/> {} }", 403, "query.service-not-allowed"),
        (QUERY, "SELECT * { ?s ?p ?x SERVICE ?x {} }", 403, "query.service-not-allowed"),
        (QUERY, "SELECT (<urn:f>(1) AS ?x) {}", 400, "query.evaluation"),
        (UPDATE, "DROP GRAPH <urn:g>", 409, "update.failed"),
        ("text/plain", "ASK {}", 415, "http.media-type"),
        (f"{QUERY}; charset=utf-16", "ASK {}", 415, "http.media-type"),
        ("multipart/form-data; boundary=x", "--x", 415, "http.media-type"),
        ("", "ASK {}", 415, "http.media-type"),
    ],
)
def test_refusals(url: str, media_type: str, body: str | bytes, status: int, expected: str) -> None:
    reply = post(url, media_type, body)
    assert (reply.status, code(reply)) == (status, expected)


def test_compressed_requests_are_refused(url: str) -> None:
    headers = {"Content-Type": QUERY, "Content-Encoding": "gzip"}
    reply = ask(url, "/sparql", method="POST", headers=headers, body=b"\x1f\x8b")
    assert (reply.status, code(reply)) == (415, "http.media-type")


def test_methods(url: str) -> None:
    for method in ("PUT", "DELETE", "PATCH", "PROPFIND"):
        reply = ask(url, "/sparql", method=method)
        assert (reply.status, reply.headers["allow"]) == (405, "GET, POST, HEAD, OPTIONS")
    options = ask(url, "/sparql", method="OPTIONS")
    assert (options.status, options.headers["allow"], options.body) == (204, "GET, POST, HEAD, OPTIONS", b"")


@pytest.mark.parametrize(
    "target", ["/sparql", "/sparql?query=ASK{}", "/sparql?query=" + quote("SELECT * { ?s ?p ?o }")]
)
def test_head_is_get_without_a_body(url: str, target: str) -> None:
    got, head = ask(url, target), ask(url, target, method="HEAD")
    assert head.body == b""
    assert (head.status, head.headers["content-type"]) == (got.status, got.headers["content-type"])
    assert head.headers.get("content-length") == got.headers.get("content-length")


@pytest.mark.parametrize("path", ["/", "/sparqls", "/sparql/x", "/..%2f..%2fetc/passwd", "/%00", "/" + "x" * 5000])
def test_nothing_there(url: str, path: str) -> None:
    reply = ask(url, path)
    assert (reply.status, code(reply)) == (404, "http.not-found")


@pytest.mark.parametrize(
    ("path", "languages"),
    [
        ("/sparql", {"SPARQL11Query", "SPARQL11Update"}),
        ("/query", {"SPARQL11Query"}),
        ("/update", {"SPARQL11Update"}),
    ],
)
def test_an_endpoint_describes_itself_alone(url: str, path: str, languages: set[str]) -> None:
    said = parse(ask(url, path, headers={"Accept": "application/n-triples"}).body, RdfFormat.N_TRIPLES)
    named = {item.object.value for item in said if item.predicate.value == f"{SD}supportedLanguage"}
    assert named == {SD + language for language in languages}


def test_too_long_as_servers_are_started(url: str) -> None:
    within, beyond = (f"/sparql?query=ASK%7B%7D%23{'x' * count}" for count in (60_000, 61_500))
    assert ask(url, within).status == 200
    reply = ask(url, beyond)
    assert (reply.status, code(reply)) == (414, "http.url-too-long")
    assert ask(url, "/" + "x" * 70_000).status == 400


def test_too_long(limited: Limited) -> None:
    with limited(request_bytes=1000, url_bytes=500) as url:
        assert code(post(url, QUERY, "ASK {}" + " " * 1000)) == "http.request-too-long"
        assert post(url, QUERY, "ASK {}" + " " * 1000).status == 413
        reply = get(url, "ASK {}" + " " * 500)
        assert (reply.status, code(reply)) == (414, "http.url-too-long")
        chunks = ask(
            url,
            "/sparql",
            method="POST",
            headers={"Content-Type": QUERY},
            body=iter([b"ASK {}", b" " * 2000]),  # type: ignore[arg-type]
        )
        assert (chunks.status, code(chunks)) == (413, "http.request-too-long")


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + "{" * 5000 + "}" * 5000,
        "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 10_000) + " }",
        "ASK { FILTER(" + "(" * 3000 + "1" + ")" * 3000 + ") }",
        "ASK { FILTER(" + "!" * 100_000 + "true) }",
        "SELECT * { ?s " + "/".join(["<urn:p>"] * 20_000) + " ?o }",
    ],
    ids=["braces", "unions", "brackets", "negations", "path"],
)
def test_what_would_overflow_the_engine(url: str, text: str) -> None:
    reply = post(url, QUERY, text)
    assert (reply.status, code(reply)) == (400, "query.too-complex")
    assert get(url, "ASK {}").status == 200


def test_megabytes_of_values(url: str) -> None:
    rows = " ".join(f"'value {number}'" for number in range(100_000))
    reply = post(url, QUERY, f"SELECT (COUNT(*) AS ?n) {{ VALUES ?o {{ {rows} }} ?s ?p ?o }}")
    assert json.loads(reply.body)["results"]["bindings"][0]["n"]["value"] == "20000"


def test_megabytes_of_data(empty: tuple[PlainEngine, str]) -> None:
    engine, url = empty
    lines = " ".join(f"<urn:{number}> <urn:p> {number} ." for number in range(100_000))
    assert post(url, UPDATE, f"INSERT DATA {{ {lines} }}").status == 204
    assert len(engine.store) == 100_000


def test_updates_are_all_or_nothing(empty: tuple[PlainEngine, str]) -> None:
    engine, url = empty
    reply = post(url, UPDATE, "INSERT DATA { <urn:a> <urn:b> 1 } ; DROP GRAPH <urn:absent>")
    assert (reply.status, code(reply)) == (409, "update.failed")
    assert len(engine.store) == 0
    assert post(url, FORM, urlencode({"update": "INSERT DATA { <urn:a> <urn:b> 1 }"}), "/update").status == 204
    assert len(engine.store) == 1


def test_update_with_a_dataset(empty: tuple[PlainEngine, str]) -> None:
    engine, url = empty
    data = "INSERT DATA { GRAPH <urn:1> { <urn:a> <urn:b> 1 } GRAPH <urn:2> { <urn:a> <urn:b> 2 } }"
    assert post(url, UPDATE, data).status == 204
    text = "DELETE WHERE { GRAPH ?g { ?s ?p ?o } } ; INSERT { GRAPH <urn:3> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    reply = post(url, UPDATE, text, "/update?using-named-graph-uri=urn:1&using-graph-uri=urn:2")
    assert reply.status == 204
    found = {str(quad.graph_name) for quad in engine.store}
    assert found == {"<urn:2>", "<urn:3>"}


@pytest.mark.parametrize("iri", ["relative", "urn:x> { } #", "", "urn:a b"])
def test_datasets_are_iris(url: str, iri: str) -> None:
    reply = ask(url, f"/sparql?query=ASK{{}}&default-graph-uri={quote(iri)}")
    assert (reply.status, code(reply)) == (400, "http.malformed")


def test_each_endpoint_takes_its_own(url: str) -> None:
    assert code(post(url, UPDATE, "CLEAR ALL", "/query")) == "http.malformed"
    assert code(post(url, QUERY, "ASK {}", "/update")) == "http.malformed"


def test_errors_name_no_file_of_the_server(url: str) -> None:
    for text in ("ASK {", "SELECT (<urn:f>(1) AS ?x) {}", "ASK { ?s ?p <%> }"):
        body = get(url, text).body.decode()
        assert "/" not in body.replace("application/", "")
        assert ".py" not in body
