"""What nobody should send to graphs: each gets a clear answer with a code, and nothing is written."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

import modellake
from lakes import BASE, turtle
from modellake.lake.lake import Lake
from modellake.store.plain import PlainEngine
from modellake.web.limits import Limits
from modellake.web.served import Served
from servers import Reply, ask, running

AT = "/store/model/acme/churn"
LIMITS = Limits(request_bytes=20_000, url_bytes=4000, arrival_seconds=2.0)
SAID = turtle('<model/acme/churn> a lake:Model ; dct:title "Churn" .').encode()
# What was there before the tests.
FIRST = NamedNode("urn:before")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with modellake.open(cast(Path, tmp_path_factory.mktemp("input")) / "lake", base_iri=BASE) as opened:
        opened.commit(SAID, format="turtle")
        yield opened


@pytest.fixture(scope="module")
def engine() -> PlainEngine:
    engine = PlainEngine()
    engine.extend_graph(FIRST, [])
    return engine


@pytest.fixture(scope="module")
def urls(lake: Lake, engine: PlainEngine) -> Iterator[tuple[str, str]]:
    """A lake and a bare engine."""
    with running(Served(lake=lake, limits=LIMITS)) as one, running(Served(plain=engine, limits=LIMITS)) as other:
        yield one, other


@pytest.fixture(params=[0, 1], ids=["lake", "plain"])
def url(request: pytest.FixtureRequest, urls: tuple[str, str], lake: Lake, engine: PlainEngine) -> Iterator[str]:
    yield urls[request.param]
    assert lake.ledger.head().sequence == 1
    assert (len(engine.store), list(engine.store.named_graphs())) == (0, [FIRST])


def put(url: str, body: bytes, media_type: str = "text/turtle", path: str = AT, **headers: str) -> Reply:
    return ask(url, path, method="PUT", headers={"Content-Type": media_type, **headers}, body=body)


def told(reply: Reply) -> dict[str, object]:
    assert reply.media_type == "application/problem+json", reply.body
    return cast("dict[str, object]", json.loads(reply.body))


# Which graph


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/store", "graph.unnamed"),
        ("/store?graf=urn:x", "graph.unnamed"),
        ("/store?graph=", "graph.iri"),
        ("/store?graph=model/acme/churn", "graph.iri"),
        ("/store?graph=../etc/passwd", "graph.iri"),
        ("/store?graph=http://a%20b/", "graph.iri"),
        ("/store?graph=http://a/%3Cb%3E", "graph.iri"),
        ("/store?graph=urn:x%00y", "graph.iri"),
        ("/store?graph=urn:x%0D%0ASet-Cookie:y", "graph.iri"),
        ("/store?graph=%FF", "http.malformed"),
        ("/store?graph=urn:x&graph=urn:y", "graph.twice"),
        ("/store?graph=urn:x&default", "graph.twice"),
        ("/store?default&default", "graph.twice"),
        ("/store/x?default", "graph.twice"),
        ("/store/x?graph=urn:x", "graph.twice"),
        ("/store/../record/model/acme/churn", "graph.iri"),
        ("/store/model/../../etc/passwd", "graph.iri"),
        ("/store/model/%2e%2E/x", "graph.iri"),
        ("/store/./x", "graph.iri"),
        ("/store/a%3Cb", None),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_graphs_that_are_none(url: str, method: str, path: str, code: str | None) -> None:
    body = SAID if method == "PUT" else None
    reply = ask(url, path, method=method, headers={"Content-Type": "text/turtle"} if body else {}, body=body)
    if code is None:  # a name like another, of which nothing is known
        assert reply.status in ((404,) if method != "PUT" else (422, 201))
        if reply.status == 201:
            assert ask(url, path, method="DELETE").status == 204
        return
    assert reply.status == 400
    assert told(reply)["code"] == code
    assert told(reply)["remedy"]


@pytest.mark.parametrize(
    ("graph", "code"),
    [
        (f"{BASE}model/acme/churn#part", "graph.part"),
        (f"{BASE}record/https%3A%2F%2Fx.example%2F%23part", "graph.part"),
        (f"{BASE}record/http%3A%20b", "graph.iri"),
        (f"{BASE}record/http%3A%2F%2Fa%2F%3C", "graph.iri"),
        (f"{BASE}record/../model/acme/churn", "graph.iri"),
    ],
)
def test_records_that_are_none(urls: tuple[str, str], graph: str, code: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        body = SAID if method == "PUT" else None
        path = f"/store?graph={quote(graph, safe='')}"
        reply = ask(urls[0], path, method=method, headers={"Content-Type": "text/turtle"} if body else {}, body=body)
        assert (reply.status, told(reply)["code"]) == (400, code)


def test_an_address_that_is_too_long(url: str) -> None:
    reply = ask(url, f"/store?graph=urn:{'x' * 5000}")
    assert (reply.status, told(reply)["code"]) == (414, "http.url-too-long")


# What is sent


@pytest.mark.parametrize(
    ("media_type", "body", "line"),
    [
        ("text/turtle", b"<urn:s> <urn:p> 1 .\n<urn:s> <urn:p> ;;; .", 2),
        ("application/n-triples", b"<urn:s> <urn:p> <urn:o> .\n\n<urn:s> nonsense", 3),
        ("application/rdf+xml", b"<rdf:RDF>\n<", None),
        ("application/ld+json", b'{\n"@id": }', 2),
        ("application/trig", b"\n{ <urn:s> <urn:p> }", 2),
        ("application/n-quads", b"<urn:s>", 1),
    ],
)
def test_malformed_rdf_names_its_line(url: str, media_type: str, body: bytes, line: int | None) -> None:
    reply = put(url, body, media_type)
    assert (reply.status, told(reply)["code"]) == (400, "parse.syntax")
    if line:
        assert told(reply)["line"] == line


@pytest.mark.parametrize(
    ("media_type", "body", "code"),
    [
        ("application/trig", b"<urn:g> { <urn:s> <urn:p> 1 . }", "parse.named-graph"),
        ("application/n-quads", b"<urn:s> <urn:p> <urn:o> <urn:g> .", "parse.named-graph"),
        ("application/ld+json", b'{"@id": "urn:g", "@graph": [{"@id": "urn:s", "urn:p": 1}]}', "parse.named-graph"),
        (
            "application/ld+json",
            b'{"@context": "http://127.0.0.1:9/c", "@id": "urn:s", "p": 1}',
            "parse.remote-context",
        ),
        (
            "application/ld+json",
            b'{"@context": {"@import": "file:///etc/passwd"}, "@id": "urn:s"}',
            "parse.remote-context",
        ),
        (
            "application/rdf+xml",
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rdf:RDF '
            b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>',
            "parse.xml-entity",
        ),
        ("text/turtle", b"<urn:s> <urn:p> '\xff' .", "parse.encoding"),
        ("text/turtle", b"<urn:s> <urn:p> '\x00' .", "parse.encoding"),
        ("text/turtle", b"<urn:s> <urn:p> <<( <urn:s> <urn:p> 1 )>> .", "parse.triple-term"),
        ("application/ld+json", b"[" * 9000 + b"]" * 9000, "parse.too-deep"),
    ],
)
def test_what_is_dangerous_or_lost_is_refused(url: str, media_type: str, body: bytes, code: str) -> None:
    reply = put(url, body, media_type)
    assert (reply.status, told(reply)["code"]) == (400, code)


@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/plain",
        "application/json",
        "text/html",
        "text/turtle; charset=latin-1",
        "text/turtle;charset=UTF-16",
        "x",
    ],
)
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_media_types_that_are_not_read(url: str, method: str, media_type: str) -> None:
    reply = ask(url, AT, method=method, headers={"Content-Type": media_type} if media_type else {}, body=SAID)
    assert (reply.status, told(reply)["code"]) == (415, "http.media-type")
    assert "text/turtle" in reply.headers["accept"]


def test_patch_takes_updates_alone(url: str) -> None:
    for media_type in ("text/turtle", "application/sparql-query", "application/sparql-update; charset=utf-16"):
        reply = ask(url, AT, method="PATCH", headers={"Content-Type": media_type}, body=b"INSERT DATA {}")
        assert (reply.status, reply.headers["accept"]) == (415, "application/sparql-update")
    reply = ask(url, AT, method="PATCH", headers={"Content-Type": "application/sparql-update"}, body=b"\xff")
    assert (reply.status, told(reply)["code"]) == (400, "http.malformed")


def test_what_is_compressed_is_not_read(url: str) -> None:
    reply = put(url, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert (reply.status, reply.headers["accept-encoding"]) == (415, "identity")


def test_a_part_of_a_document_is_not_put(url: str) -> None:
    reply = put(url, SAID, **{"Content-Range": "bytes 0-1/2"})
    assert (reply.status, told(reply)["code"]) == (400, "http.malformed")


def test_what_is_too_large(url: str) -> None:
    reply = put(url, b"#" * (LIMITS.request_bytes + 1))
    assert (reply.status, told(reply)["code"]) == (413, "http.request-too-long")


@pytest.mark.parametrize("header", ["x", '"open', '"a" "b"', '"a"; "b"', ", ,", "*, *", "W/", '"a"' * 5000])
@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
def test_conditions_that_are_none(url: str, name: str, header: str) -> None:
    reply = put(url, SAID, **{name: header})
    assert (reply.status, told(reply)["code"]) == (400, "http.condition")


# Forms

LIMIT = "limit"
FORM = f"multipart/form-data; boundary={LIMIT}"


def part(content: str, name: str = "a.ttl", media_type: str = "") -> str:
    told_type = f"Content-Type: {media_type}\r\n" if media_type else ""
    return f'--{LIMIT}\r\nContent-Disposition: form-data; filename="{name}"\r\n{told_type}\r\n{content}\r\n'


@pytest.mark.parametrize(
    ("media_type", "body", "status", "code"),
    [
        ("multipart/form-data", part("") + f"--{LIMIT}--", 400, "http.malformed"),
        ("multipart/form-data; boundary=" + "x" * 300, "", 400, "http.malformed"),
        (FORM, "", 400, "http.malformed"),
        (FORM, part("<urn:s> <urn:p> 1 ."), 400, "http.malformed"),
        (FORM, "nonsense", 400, "http.malformed"),
        (FORM, part("", "a.exe") + f"--{LIMIT}--", 415, "http.media-type"),
        (FORM, part("", media_type="text/html") + f"--{LIMIT}--", 415, "http.media-type"),
        (FORM, part("", media_type="text/turtle; charset=utf-16") + f"--{LIMIT}--", 415, "http.media-type"),
        (FORM, part("") + part("<urn:s>", "b.nt") + f"--{LIMIT}--", 400, "parse.syntax"),
        (FORM, part("")[:-2].replace("\r\n\r\n", "\r\n" + "X: y\r\n" * 50 + "\r\n"), 400, "http.malformed"),
    ],
)
def test_forms_that_are_none(url: str, media_type: str, body: str, status: int, code: str) -> None:
    reply = ask(url, AT, method="POST", headers={"Content-Type": media_type}, body=body.encode())
    assert (reply.status, told(reply)["code"]) == (status, code)


def test_a_form_of_very_many_parts(url: str) -> None:
    few = f"--{LIMIT}\r\n\r\n\r\n"
    reply = ask(url, AT, method="POST", headers={"Content-Type": FORM}, body=(few * 1100).encode()[:19_000])
    assert (reply.status, told(reply)["code"]) == (400, "http.malformed")


# Clients that go away


def head_of(host: str, length: int) -> bytes:
    lines = (f"PUT {AT} HTTP/1.1", f"Host: {host}", "Content-Type: text/turtle", f"Content-Length: {length}", "", "")
    return "\r\n".join(lines).encode()


def test_a_client_that_goes_away_writes_nothing(url: str) -> None:
    place = urlsplit(url)
    for sent in (0, 10, len(SAID) - 1):
        with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
            connection.sendall(head_of(place.netloc, len(SAID)) + SAID[:sent])
    assert ask(url, "/health").status == 200


def test_a_body_that_does_not_come(url: str) -> None:
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall(head_of(place.netloc, 9))
        assert b"408" in connection.recv(4096).partition(b"\r\n")[0]


# Anything


BODIES = st.binary(max_size=60) | st.text(
    alphabet=st.sampled_from("<>[](){}.;,:_@\"'\\ \n#ab1^/?*&%"), max_size=60
).map(str.encode)
PATHS = st.text(alphabet=st.sampled_from("abc/%.:?&=#+~23EeFf"), max_size=30)
TYPES = st.sampled_from(
    ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig", FORM]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, body=BODIES, media_type=TYPES, method=st.sampled_from(["GET", "PUT", "POST", "PATCH", "DELETE"]))
def test_no_request_is_the_fault_of_the_server(
    urls: tuple[str, str], path: str, body: bytes, media_type: str, method: str
) -> None:
    for address, prefix in ((urls[0], "/store/"), (urls[0], "/store?graph=")):
        reply = ask(address, prefix + path, method=method, headers={"Content-Type": media_type}, body=body)
        assert reply.status < 500
        if reply.status >= 400:
            assert told(reply)["code"] or method == "HEAD"
