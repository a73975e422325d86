"""Records of a lake as graphs over HTTP: what is read, and what each write comes to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

import modellake
from lakes import BASE, turtle
from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.web.served import Served
from servers import Reply, ask, running

MODEL = f"{BASE}model/acme/churn"
AT = "/store/model/acme/churn"
SAID = '<model/acme/churn> a lake:Model ; dct:title "Churn" ; dcat:keyword "a", "b" .'
TYPES = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig")


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with modellake.open(tmp_path / "lake", base_iri=BASE) as opened:
        opened.commit(turtle(SAID), format="turtle", source="urn:source:a")
        yield opened


@pytest.fixture
def url(lake: Lake) -> Iterator[str]:
    with running(Served(lake=lake)) as address:
        yield address


def send(url: str, method: str, path: str, text: str = "", media_type: str = "text/turtle", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if method in ("GET", "HEAD", "DELETE"):
        return ask(url, path, method=method, headers=named)
    body = (turtle(text) if media_type == "text/turtle" else text).encode()
    return ask(url, path, method=method, headers={"Content-Type": media_type, **named}, body=body)


def patch(url: str, path: str, text: str, **headers: str) -> Reply:
    return send(url, "PATCH", path, text, "application/sparql-update", **headers)


def triples(reply: Reply) -> set[Triple]:
    return {quad.triple for quad in parse(reply.body, format=RdfFormat.from_media_type(reply.media_type))}


def code(reply: Reply) -> str:
    return str(json.loads(reply.body)["code"])


def findings(reply: Reply) -> list[str]:
    return [item["code"] for item in json.loads(reply.body)["report"]["findings"]]


def keywords(lake: Lake) -> list[str]:
    return sorted(lake.query("SELECT ?k { ?m dcat:keyword ?k }").column("k"))


# Reading


@pytest.mark.parametrize(
    "path",
    [
        AT,
        "/store/record/model/acme/churn",
        f"/store?graph={quote(MODEL, safe='')}",
        f"/store?graph={BASE}record/model/acme/churn",
        f"/store/?graph={BASE}record/model/acme/churn",
    ],
)
def test_a_record_has_many_addresses(lake: Lake, url: str, path: str) -> None:
    reply = send(url, "GET", path)
    assert reply.status == 200
    assert triples(reply) == lake.state(NamedNode(MODEL)).statements
    assert send(url, "HEAD", path).headers["etag"] == reply.headers["etag"]


def test_the_address_here_names_a_record_too(url: str) -> None:
    assert send(url, "GET", f"/store?graph={quote(f'{url}{AT}', safe='')}").status == 200


def test_below_the_path_of_the_base_iri(tmp_path: Path) -> None:
    """Where a proxy hands addresses on as they are."""
    base = "https://lake.example.org/a/lake/"
    with modellake.open(tmp_path / "other", base_iri=base) as other, running(Served(lake=other)) as address:
        for store in ("/store", "/a/lake/store"):
            resource = f"{base}model/acme{store}"
            text = f'<{resource}> a lake:Model ; dct:title "N" .'
            made = send(address, "PUT", f"{store}/model/acme{store}", text)
            assert (made.status, made.headers["location"]) == (201, f"{address}{store}/record/model/acme{store}")
            path = made.headers["location"].removeprefix(address)
            named = quote(f"{address}{path}", safe="")
            for found in (send(address, "GET", path), send(address, "GET", f"{store}?graph={named}")):
                assert (found.status, found.headers["etag"]) == (200, made.headers["etag"])


@pytest.mark.parametrize("media_type", TYPES)
def test_every_syntax(lake: Lake, url: str, media_type: str) -> None:
    reply = send(url, "GET", AT, Accept=media_type)
    assert (reply.status, reply.media_type) == (200, media_type)
    assert triples(reply) == lake.state(NamedNode(MODEL)).statements


def test_a_resource_elsewhere_has_a_record(lake: Lake, url: str) -> None:
    iri = "https://hub.example.org/acme/churn?v=1"
    sent = send(url, "PUT", f"/store?graph={quote(iri, safe='')}", f'<{iri}> a lake:Model ; dct:title "Elsewhere" .')
    record = lake.iris.record(NamedNode(iri)).value
    tail = record.removeprefix(BASE)
    assert (sent.status, sent.headers["location"]) == (201, f"{url}/store/{tail}")
    for path in (f"/store/{tail}", f"/store?graph={quote(record, safe='')}"):
        assert send(url, "GET", path).status == 200


@pytest.mark.parametrize("name", ["acme/größe", "acme/%C3%A9", "acme/a?v=1", "acme/a%20b", "acme//b", "acme/(x)"])
def test_where_a_record_is_said_to_be_it_is(url: str, name: str) -> None:
    resource = f"{BASE}model/{name}"
    made = send(url, "PUT", f"/store?graph={quote(resource, safe='')}", f'<{resource}> a lake:Model ; dct:title "N" .')
    assert made.status == 201
    found = send(url, "GET", made.headers["location"].removeprefix(url))
    assert (found.status, found.headers["etag"]) == (200, made.headers["etag"])


def test_the_default_graph_is_what_all_records_say_and_what_follows(lake: Lake, url: str) -> None:
    reply = send(url, "GET", "/store?default", Accept="application/n-triples")
    wanted = {quad.triple for quad in lake.view.engine.quads() if str(quad.graph_name) == "DEFAULT"}
    assert triples(reply) == wanted
    assert reply.headers["etag"].startswith(f'"{lake.ledger.head().hash[:32]}')
    assert (
        send(url, "GET", "/store?default", Accept="application/n-triples", If_None_Match=reply.headers["etag"]).status
        == 304
    )
    send(url, "POST", AT, '<model/acme/churn> dcat:keyword "c" .')
    assert send(url, "GET", "/store?default", If_None_Match=reply.headers["etag"]).status == 200


@pytest.mark.parametrize("name", ["entailed", "provenance"])
def test_derived_graphs_are_read(lake: Lake, url: str, name: str) -> None:
    graph = lake.iris.graph(name)
    reply = send(url, "GET", f"/store?graph={graph.value}")
    found = triples(reply)
    wanted = {quad.triple for quad in lake.view.engine.quads() if quad.graph_name == graph}
    # How far the view has come stands there too.
    assert wanted
    assert wanted == {item for item in found if item.predicate != LAKE.appliedSequence}


@pytest.mark.parametrize("graph", ["default", f"graph={BASE}graph/entailed", f"graph={BASE}graph/provenance"])
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_what_the_lake_makes_itself_is_not_written(lake: Lake, url: str, graph: str, method: str) -> None:
    head = lake.ledger.head()
    reply = send(url, method, f"/store?{graph}", SAID)
    assert (reply.status, code(reply), reply.headers["allow"]) == (405, "graph.read-only", "GET, HEAD, OPTIONS")
    assert json.loads(reply.body)["remedy"]
    assert lake.ledger.head() == head


@pytest.mark.parametrize("path", ["/store/model/acme/none", f"/store?graph={BASE}graph/other", "/store/commit/1"])
def test_what_is_not_there(url: str, path: str) -> None:
    reply = send(url, "GET", path)
    assert (reply.status, code(reply)) == (404, "graph.unknown")


# PUT


def test_put_makes_a_record(lake: Lake, url: str) -> None:
    text = '<model/acme/new> a lake:Model ; dct:title "New" ; dct:creator [ a foaf:Person ; foaf:name "Ada" ] .'
    reply = send(
        url, "PUT", "/store/model/acme/new?message=It%20is%20new", "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n" + text
    )
    assert (reply.status, reply.headers["location"]) == (201, f"{url}/store/record/model/acme/new")
    (commit,) = lake.ledger.commits(after=1)
    assert commit.message == "It is new"
    assert send(url, "GET", "/store/model/acme/new").headers["etag"] == reply.headers["etag"]


def test_put_adds_and_retracts(lake: Lake, url: str) -> None:
    reply = send(url, "PUT", AT, '<model/acme/churn> a lake:Model ; dct:title "Churn" ; dcat:keyword "b", "c" .')
    assert reply.status == 204
    assert keywords(lake) == ["b", "c"]
    state = lake.state(NamedNode(MODEL))
    assert [item.object.value for item in state.additions] == ["c"]  # type: ignore[union-attr]
    assert [item.statement.object.value for item in state.retractions] == ["a"]  # type: ignore[union-attr]
    lake.commit(turtle(SAID + '<model/acme/churn> dcat:keyword "d" .'), format="turtle", source="urn:source:a")
    assert keywords(lake) == ["b", "c", "d"]


def test_put_of_what_is_there_commits_nothing(lake: Lake, url: str) -> None:
    head = lake.ledger.head()
    for media_type in TYPES:
        read = send(url, "GET", AT, Accept=media_type)
        reply = ask(url, AT, method="PUT", headers={"Content-Type": media_type}, body=read.body)
        assert (reply.status, reply.headers["etag"]) == (204, read.headers["etag"])
    assert lake.ledger.head() == head


def test_numbers_are_compared_by_value(lake: Lake, url: str) -> None:
    send(url, "POST", AT, "<model/acme/churn> <urn:x:p> 1.50 .")
    head = lake.ledger.head()
    read = send(url, "GET", AT)
    changed = read.body.replace(b"1.50", b"1.5")
    assert changed != read.body
    assert ask(url, AT, method="PUT", headers={"Content-Type": "text/turtle"}, body=changed).status == 204
    assert lake.ledger.head() == head


def test_what_was_retracted_can_be_said_again(lake: Lake, url: str) -> None:
    send(url, "PUT", AT, '<model/acme/churn> a lake:Model ; dct:title "Churn" .')
    send(url, "PUT", AT, SAID)
    assert keywords(lake) == ["a", "b"]
    state = lake.state(NamedNode(MODEL))
    assert (state.additions, state.retractions) == (frozenset(), ())


def test_put_of_nothing_is_no_way_to_delete(lake: Lake, url: str) -> None:
    for method in ("PUT", "POST"):
        reply = send(url, method, AT)
        assert (reply.status, findings(reply)) == (422, ["record.empty"])
    assert lake.ledger.head().sequence == 1


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_record_speaks_of_its_resource_alone(lake: Lake, url: str, method: str) -> None:
    reply = send(url, method, AT, f"{SAID}\n<model/acme/other> a lake:Model .\n<> a lake:Model .")
    assert (reply.status, set(findings(reply))) == (422, {"gate.other-record"})
    places = [item["place"]["line"] for item in json.loads(reply.body)["report"]["findings"]]
    assert len(set(places)) == 2
    assert lake.ledger.head().sequence == 1


def test_parts_and_blank_nodes_are_of_the_resource(lake: Lake, url: str) -> None:
    text = (
        SAID + "<model/acme/churn> <urn:x:p> <model/acme/churn#part> , [ <urn:x:p> 1 ] . "
        "<model/acme/churn#part> <urn:x:p> 2 ."
    )
    assert send(url, "PUT", AT, text).status == 204
    assert {subject.value.partition("#")[0] for subject in lake.state(NamedNode(MODEL)).subjects()} == {MODEL}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[] a lake:Model .", "blank-node.root"),
        ("<model/acme/churn> <urn:x:p> _:a . _:a <urn:x:p> _:b . _:b <urn:x:p> _:a .", "blank-node.cycle"),
        ("<model/acme/churn> <urn:x:p> _:a . <model/acme/b> <urn:x:p> _:a .", "blank-node.shared"),
    ],
)
def test_blank_nodes_without_one_home_are_refused(url: str, text: str, expected: str) -> None:
    reply = send(url, "PUT", AT, text)
    assert (reply.status, findings(reply)) == (422, [expected])


# The gate


def test_the_gate_refuses_with_lines(lake: Lake, url: str) -> None:
    reply = send(url, "PUT", AT, "<model/acme/churn> a lake:Model ;\n  lake:nonsense 1 .")
    told = json.loads(reply.body)
    assert (reply.status, told["code"]) == (422, "gate.refused")
    unknown = next(item for item in told["report"]["findings"] if item["code"] == "gate.unknown-term")
    line = turtle("<model/acme/churn> a lake:Model ;\n").count("\n") + 1
    assert (unknown["place"]["document"], unknown["place"]["line"]) == ("(body)", line)
    assert lake.ledger.head().sequence == 1


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json", "application/n-triples"])
def test_a_refusal_is_a_validation_report_where_rdf_is_liked(url: str, media_type: str) -> None:
    reply = send(url, "PUT", AT, "<model/acme/churn> a lake:Model .", Accept=media_type)
    assert (reply.status, reply.media_type) == (422, media_type)
    assert "http://www.w3.org/ns/shacl#ValidationReport" in {
        getattr(item.object, "value", "") for item in triples(reply)
    }


def test_what_the_lake_describes_itself_is_refused(url: str) -> None:
    reply = send(url, "PUT", "/store/commit/1", "<commit/1> <urn:x:p> 1 .")
    assert (reply.status, findings(reply)[0]) == (422, "gate.reserved-subject")


# POST


def test_post_merges(lake: Lake, url: str) -> None:
    assert send(url, "POST", AT, '<model/acme/churn> dcat:keyword "a", "c" .').status == 204
    assert keywords(lake) == ["a", "b", "c"]
    tag = send(url, "GET", AT).headers["etag"]
    again = send(url, "POST", AT, '<model/acme/churn> dcat:keyword "c" .')
    assert (again.status, again.headers["etag"]) == (204, tag)
    assert lake.ledger.head().sequence == 2


def test_post_makes_a_record(url: str) -> None:
    assert send(url, "POST", "/store/model/acme/new", '<model/acme/new> a lake:Model ; dct:title "New" .').status == 201


def test_post_to_the_store_makes_the_record_that_the_document_is_about(lake: Lake, url: str) -> None:
    text = '<model/acme/new> a lake:Model ; dct:title "New" .'
    reply = send(url, "POST", "/store", text)
    assert (reply.status, reply.headers["location"]) == (201, f"{url}/store/record/model/acme/new")
    again = send(url, "POST", "/store", text)
    assert (again.status, code(again), again.headers["location"]) == (409, "graph.exists", reply.headers["location"])
    several = send(url, "POST", "/store", f"{text} <model/acme/b> <urn:x:p> 1 .")
    assert (several.status, code(several)) == (422, "record.several")
    nothing = send(url, "POST", "/store")
    assert (nothing.status, code(nothing)) == (422, "record.none")
    assert lake.ledger.head().sequence == 2


def test_a_form_of_several_documents(lake: Lake, url: str) -> None:
    parts = [
        ("k.ttl", '<model/acme/churn> dcat:keyword "x" ; <urn:x:q> [ dct:title "X" ] .'),
        ("t.nt", f'<{MODEL}> <urn:x:p> "y" .'),
    ]
    body = "".join(
        f'--limit\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
        f"{turtle(text) if name.endswith('ttl') else text}\r\n"
        for name, text in parts
    )
    reply = send(url, "POST", AT, f"{body}--limit--\r\n", "multipart/form-data; boundary=limit")
    assert reply.status == 204
    assert lake.query("ASK { ?m dcat:keyword 'x' ; <urn:x:q> [ dct:title 'X' ] ; <urn:x:p> 'y' }")


# PATCH


def test_patch_is_an_update_of_the_record(lake: Lake, url: str) -> None:
    lake.commit(turtle('<model/acme/other> a lake:Model ; dct:title "O" ; dcat:keyword "a" .'), format="turtle")
    text = 'DELETE { ?m dcat:keyword "a" } INSERT { ?m dcat:keyword "z" } WHERE { ?m dcat:keyword "a" }'
    reply = patch(url, f"{AT}?message=z%20it%20is", text)
    assert reply.status == 204
    assert keywords(lake) == ["a", "b", "z"]
    assert lake.ledger.commit(3).message == "z it is"
    assert send(url, "GET", AT).headers["etag"] == reply.headers["etag"]


def test_patch_sees_what_is_said_and_not_what_follows(lake: Lake, url: str) -> None:
    assert patch(url, AT, "INSERT { ?m dcat:keyword 'found' } WHERE { ?m a prov:Entity }").status == 204
    assert lake.ledger.head().sequence == 1


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <model/acme/other> dct:title 'x' }",
        "INSERT { ?k dct:title 'x' } WHERE { ?m dcat:keyword ?w BIND(IRI(CONCAT('urn:x:', ?w)) AS ?k) }",
        "INSERT DATA { GRAPH <record/model/acme/other> { <model/acme/other> dct:title 'x' } }",
    ],
)
def test_patch_of_another_record_is_refused(lake: Lake, url: str, text: str) -> None:
    reply = patch(url, AT, text)
    assert (reply.status, set(findings(reply))) == (422, {"gate.other-record"})
    assert lake.ledger.head().sequence == 1


@pytest.mark.parametrize(
    ("text", "status", "expected"),
    [
        ("CLEAR ALL", 422, "update.clear-lake"),
        ("LOAD <urn:x>", 422, "update.load"),
        ("COPY <urn:x> TO <urn:y>", 422, "update.graph-transfer"),
        ("INSERT DATA { <model/acme/churn> lake:nonsense 1 }", 422, "gate.unknown-term"),
    ],
)
def test_what_patch_refuses_with_a_report(url: str, text: str, status: int, expected: str) -> None:
    reply = patch(url, AT, text)
    assert (reply.status, findings(reply)[0]) == (status, expected)


def test_patch_of_what_is_malformed(url: str) -> None:
    reply = patch(url, AT, "INSERT DATA {\n <a> <b> }")
    assert (reply.status, code(reply)) == (400, "query.syntax")
    reply = patch(url, AT, "WITH <record/model/acme/churn> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert (reply.status, code(reply)) == (400, "update.dataset-twice")
    assert send(url, "PATCH", AT, SAID).status == 415


def test_patch_makes_a_record_or_finds_none(url: str) -> None:
    text = "INSERT DATA { <model/acme/new> a lake:Model ; dct:title 'N' }"
    assert patch(url, "/store/model/acme/none", "DELETE WHERE { ?s ?p ?o }").status == 404
    reply = patch(url, "/store/model/acme/new", text)
    assert (reply.status, reply.headers["location"]) == (201, f"{url}/store/record/model/acme/new")


# DELETE


def test_delete_takes_everything_back(lake: Lake, url: str) -> None:
    send(url, "POST", AT, '<model/acme/churn> dcat:keyword "mine" .')
    assert send(url, "DELETE", f"{AT}?message=gone").status == 204
    assert send(url, "GET", AT).status == 404
    assert send(url, "DELETE", AT).status == 404
    assert not lake.query(f"ASK {{ <{MODEL}> ?p ?o }}")
    assert {item.reason for item in lake.state(NamedNode(MODEL)).retractions} == {"gone"}
    lake.commit(turtle(SAID), format="turtle", source="urn:source:a")
    assert send(url, "GET", AT).status == 404
    lake.commit(turtle(SAID + '<model/acme/churn> dcat:keyword "new" .'), format="turtle", source="urn:source:a")
    assert keywords(lake) == ["new"]


def test_what_was_deleted_can_be_put_again(url: str) -> None:
    before = send(url, "GET", AT)
    send(url, "DELETE", AT)
    reply = ask(url, AT, method="PUT", headers={"Content-Type": "text/turtle"}, body=before.body)
    assert (reply.status, reply.headers["etag"]) == (201, before.headers["etag"])


# Conditions


def test_two_editors_do_not_overwrite_each_other(lake: Lake, url: str) -> None:
    tag = send(url, "GET", AT).headers["etag"]
    one = send(url, "PUT", AT, SAID + '<model/acme/churn> dcat:keyword "one" .', If_Match=tag)
    other = send(url, "PUT", AT, SAID + '<model/acme/churn> dcat:keyword "other" .', If_Match=tag)
    assert (one.status, other.status, code(other)) == (204, 412, "record.changed")
    assert keywords(lake) == ["a", "b", "one"]


def test_conditions_of_every_write(lake: Lake, url: str) -> None:
    tag = send(url, "GET", AT).headers["etag"]
    assert send(url, "PUT", AT, SAID, If_None_Match="*").status == 412
    assert send(url, "POST", AT, '<model/acme/churn> dcat:keyword "x" .', If_Match='"x-turtle"').status == 412
    assert patch(url, AT, "DELETE DATA { <model/acme/churn> dcat:keyword 'a' }", If_None_Match=tag).status == 412
    assert send(url, "DELETE", AT, If_Match='"x-turtle"').status == 412
    assert (
        send(
            url, "PUT", "/store/model/acme/new", '<model/acme/new> a lake:Model ; dct:title "N" .', If_Match="*"
        ).status
        == 412
    )
    assert lake.ledger.head().sequence == 1
    assert send(url, "DELETE", AT, If_Match=f', "x", , {tag},').status == 204


def test_what_the_reader_has_is_not_sent_again(url: str) -> None:
    tag = send(url, "GET", AT).headers["etag"]
    reply = send(url, "GET", AT, If_None_Match=tag)
    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)
    assert send(url, "GET", AT, If_None_Match=tag, Accept="application/ld+json").status == 200


# Names


def test_a_merged_name_leads_to_what_it_is_merged_into(lake: Lake, url: str) -> None:
    lake.commit(turtle('<model/acme/old> a lake:Model ; dct:title "Churn" .'), format="turtle", source="urn:source:b")
    lake.accept_duplicate(MODEL, f"{BASE}model/acme/old", reason="the same", into=MODEL)
    read = send(url, "GET", "/store/model/acme/old")
    assert (read.status, read.headers["etag"]) == (200, send(url, "GET", AT).headers["etag"])
    head = lake.ledger.head()
    assert (
        ask(url, "/store/model/acme/old", method="PUT", headers={"Content-Type": "text/turtle"}, body=read.body).status
        == 204
    )
    assert lake.ledger.head() == head
    assert send(url, "POST", "/store/model/acme/old", '<model/acme/old> dcat:keyword "n" .').status == 204
    assert keywords(lake) == ["a", "b", "n"]


def test_what_a_checksum_or_doi_makes_one_is_one_record(lake: Lake, url: str) -> None:
    doi = '<http://purl.org/ontology/bibo/doi> "10.5281/zenodo.1234"'
    one = f'<dataset/a/one> a lake:Dataset ; dct:title "One" ; {doi} .'
    two = f'<dataset/a/two> a lake:Dataset ; dct:title "Two" ; {doi} .'
    assert send(url, "PUT", "/store/dataset/a/one", one).status == 201
    made = send(url, "PUT", "/store/dataset/a/two", two)
    assert (made.status, made.headers["location"]) == (201, f"{url}/store/record/dataset/a/one")
    assert send(url, "GET", "/store/dataset/a/two").headers["etag"] == made.headers["etag"]
    # Either name, and the gate looks at what both say together.
    assert send(url, "PUT", "/store/dataset/a/one", two).status == 204
    titles = lake.query("SELECT ?t { <dataset/a/one> dct:title ?t }").column("t")
    assert titles == ["Two"]
    refused = send(url, "PUT", "/store/dataset/a/two", f"<dataset/a/two> a lake:Dataset ; {doi} .")
    assert refused.status == 422
    assert send(url, "DELETE", "/store/dataset/a/two").status == 204
    assert send(url, "GET", "/store/dataset/a/one").status == 404
    assert lake.verify(deep=True).conforms


def test_statements_keep_their_lexical_forms(lake: Lake, url: str) -> None:
    send(url, "POST", AT, "<model/acme/churn> <urn:x:p> 1.50, '007'^^xsd:int .")
    body = send(url, "GET", AT).body
    assert b"1.50" in body
    assert b"007" in body
    assert LAKE.Model.value.encode() in send(url, "GET", AT, Accept="application/n-triples").body
