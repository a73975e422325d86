"""What a lake does, as typed JSON: over a real server, with the same answers as the lake itself gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.ledger.tokens import Tokens
from modellake.store.plain import PlainEngine
from modellake.web.access import Access
from modellake.web.callers import Role
from modellake.web.limits import Limits
from modellake.web.served import Served
from sample_lakes import BASE, PREFIXES, sample_lake
from servers import Reply, ask, running

CHURN = f"{BASE}model/acme/churn"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
DCT = "http://purl.org/dc/terms/"
GOOD = f'{PREFIXES} <model/acme/new> a lake:Model ; dct:title "New" .'
BAD = f"{PREFIXES} <model/acme/new> a lake:Modell ."


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with sample_lake(tmp_path / "lake") as lake:
        yield lake


@pytest.fixture
def url(lake: Lake) -> Iterator[str]:
    with running(Served(lake=lake, limits=Limits(request_bytes=100_000))) as url:
        yield url


def got(url: str, path: str, status: int = 200, **values: Any) -> Any:
    reply = ask(url, f"/api/{path}?{urlencode(values)}")
    assert reply.status == status, reply.body
    return json.loads(reply.body)


def sent(url: str, path: str, text: str, media_type: str = "text/turtle", **headers: str) -> Reply:
    return ask(url, f"/api/{path}", method="POST", headers={"Content-Type": media_type, **headers}, body=text.encode())


@pytest.mark.parametrize("name", ["acme/churn", "model/acme/churn", CHURN])
def test_a_name_is_resolved(url: str, name: str) -> None:
    assert got(url, "resolve", resource=name) == {
        "resource": CHURN,
        "record": f"{BASE}record/model/acme/churn",
        "described": True,
    }


def test_names_of_nothing_and_of_several(url: str) -> None:
    assert got(url, "resolve", resource="https://example.org/x")["described"] is False
    assert got(url, "resolve", 404, resource="acme/nobody")["code"] == "resource.unknown"
    several = got(url, "resolve", 300, resource="acme/twin")
    assert several["candidates"] == [f"{BASE}model/acme/twin", f"{BASE}dataset/acme/twin"]
    for path in ("record", "history", "audit"):
        assert got(url, path, 404, resource="https://example.org/x")["code"] == "resource.unknown"


def test_a_record(lake: Lake, url: str) -> None:
    record = got(url, "record", resource="acme/churn@1")
    stated = {
        (item["subject"], item["property"], item["value"]["value"])
        for item in record["statements"]
        if not item["entailed"]
    }
    assert stated == {
        (item.subject.value, item.predicate.value, item.object.value)  # type: ignore[union-attr]
        for item in lake.state("acme/churn@1").statements
    }
    (source,) = record["sources"]
    assert (source["commit"], source["agent"]) == (1, f"{BASE}agent/ada")
    assert any(item["entailed"] for item in record["statements"])


def test_a_literal_says_its_language_and_datatype(url: str) -> None:
    text = f'{PREFIXES} <model/acme/new> a lake:Model ; dct:title "Neu"@de ; lake:parameterCount 7 .'
    assert sent(url, "commit", text).status == 200
    values = {item["property"]: item["value"] for item in got(url, "record", resource="acme/new")["statements"]}
    assert values[f"{DCT}title"] == {"type": "literal", "value": "Neu", "language": "de"}
    assert values[LAKE.parameterCount.value]["datatype"].endswith("#integer")


def test_lineage(lake: Lake, url: str) -> None:
    found = got(url, "lineage", resource="acme/churn@1", direction="up")
    edges = {(edge.source, edge.relation, edge.target) for edge in lake.lineage("acme/churn@1").upstream().edges}
    assert {(edge["effect"], edge["relation"], edge["cause"]) for edge in found["upstream"]} == edges
    assert "downstream" not in found
    down = got(url, "lineage", resource="acme/orders")["downstream"]
    assert (down[0]["effect"], down[0]["cause"]) == (f"{CHURN}/version/1", f"{BASE}dataset/acme/orders")


def test_history_is_newest_first(lake: Lake, url: str) -> None:
    lake.commit(f'{PREFIXES} <model/acme/churn> a lake:Model ; dct:description "It churns." .', format="turtle")
    found = got(url, "history", resource="acme/churn")
    assert [change["sequence"] for change in found["changes"]] == [3, 1]
    assert found["changes"][-1]["message"] == "Describe churn"
    assert got(url, "history", resource="acme/churn", limit=1)["total"] == 2


def test_an_audit_of_one_and_of_all(lake: Lake, url: str) -> None:
    one = got(url, "audit", resource="acme/churn")
    assert one["complete"] and one["conforms"]
    assert {item["resource"] for item in one["findings"]} == {CHURN}
    everything = got(url, "audit", limit=10_000)
    assert len(everything["findings"]) == len(list(lake.audit()))
    some = got(url, "audit", limit=2)
    assert (len(some["findings"]), some["complete"]) == (2, False)


def test_stats(lake: Lake, url: str) -> None:
    found, known = got(url, "stats"), lake.stats()
    assert (found["commits"], found["records"], found["quads"]) == (2, known.ledger.records, known.quads)
    assert found["base_iri"] == BASE


def test_a_commit(lake: Lake, url: str) -> None:
    reply = sent(url, "commit?message=Why+not&source=https://example.org/card", GOOD)
    receipt = json.loads(reply.body)
    assert (reply.status, receipt["sequence"], receipt["counts"]["accepted"]) == (200, 3, 1)
    commit = lake.ledger.commit(3)
    assert (commit.message, commit.hash) == ("Why not", receipt["hash"])
    assert got(url, "history", resource="acme/new")["changes"][0]["source"] == "https://example.org/card"
    again = json.loads(sent(url, "commit?source=https://example.org/card", GOOD).body)
    assert (again["sequence"], again["counts"]["unchanged"]) == (None, 1)


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("application/ld+json", json.dumps({"@id": "model/a/b", "@type": LAKE.Model.value, f"{DCT}title": "B"})),
        ("application/json", json.dumps({"@id": "model/a/b", "@type": LAKE.Model.value, f"{DCT}title": "B"})),
        (
            "application/n-triples",
            f'<{BASE}model/a/b> {TYPE} <{LAKE.Model.value}> .\n<{BASE}model/a/b> <{DCT}title> "B" .',
        ),
    ],
)
def test_any_syntax(url: str, media_type: str, text: str) -> None:
    reply = sent(url, "commit", text, f"{media_type}; charset=utf-8")
    assert reply.status == 200, reply.body
    assert got(url, "resolve", resource="a/b")["described"]


def test_what_the_gate_refuses_is_told_and_kept(lake: Lake, url: str) -> None:
    reply = sent(url, "commit", BAD)
    problem = json.loads(reply.body)
    assert (reply.status, reply.media_type, problem["code"]) == (422, "application/problem+json", "gate.refused")
    assert problem["report"]["findings"][0]["code"] == "gate.unknown-term"
    assert lake.ledger.head().sequence == 2
    (item,) = got(url, "quarantine")["items"]
    assert (item["status"], item["size"]) == ("open", len(BAD.encode()))
    assert got(url, f"quarantine/{item['id']}") == item
    assert got(url, "quarantine/99", 404)["code"] == "quarantine.unknown"


def test_a_refusal_as_a_validation_report(url: str) -> None:
    reply = sent(url, "commit", BAD, Accept="text/turtle")
    assert (reply.status, reply.media_type) == (422, "text/turtle")
    assert b"ValidationReport" in reply.body


def test_the_quarantine_comes_in_pages(url: str) -> None:
    for number in range(3):
        sent(url, f"commit?source=https://example.org/{number}", BAD)
    first = got(url, "quarantine", limit=2)
    rest = got(url, "quarantine", after=first["next"])
    assert len(first["items"]) == 2 and len(rest["items"]) == 1 and rest["next"] is None
    sent(url, "commit?source=https://example.org/0", GOOD)
    assert len(got(url, "quarantine")["items"]) == 2
    assert [item["status"] for item in got(url, "quarantine", all="true")["items"]] == ["taken in", "open", "open"]


def test_validation_writes_nothing(lake: Lake, url: str) -> None:
    good, bad = (json.loads(sent(url, "validate", text).body) for text in (GOOD, BAD))
    assert (good["outcome"], good["conforms"], good["records"]) == ("accepted", True, 1)
    assert (bad["outcome"], bad["conforms"], bad["findings"][0]["place"]["line"]) == ("refused", False, 5)
    assert lake.ledger.head().sequence == 2 and lake.stats().ledger.quarantined == 0


@pytest.mark.parametrize(
    ("path", "text", "media_type", "status", "code"),
    [
        ("commit", "<a> <b> ", "text/turtle", 400, "parse.syntax"),
        ("validate", "{", "application/ld+json", 400, "parse.syntax"),
        ("commit", "-320", "application/json", 400, "parse.empty"),
        ("commit", GOOD, "text/csv", 415, "http.media-type"),
        ("commit", GOOD, "", 415, "http.media-type"),
        ("commit", "#" * 100_001, "text/turtle", 413, "http.request-too-long"),
        ("commit?source=no%20iri", GOOD, "text/turtle", 400, "iri.malformed"),
    ],
)
def test_documents_that_cannot_be_read(url: str, path: str, text: str, media_type: str, status: int, code: str) -> None:
    reply = sent(url, path, text, media_type)
    assert reply.media_type == "application/problem+json"
    assert (reply.status, json.loads(reply.body)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("resolve", "query.resource"),
        ("resolve?resource=", "query.resource"),
        ("history?resource=acme/churn&limit=0", "query.limit"),
        ("lineage?resource=acme/churn&direction=sideways", "query.direction"),
        ("quarantine/three", "path.item"),
    ],
)
def test_wrong_parameters_are_named(url: str, path: str, words: str) -> None:
    reply = ask(url, f"/api/{path}")
    problem = json.loads(reply.body)
    assert (reply.status, problem["code"], reply.media_type) == (422, "request.invalid", "application/problem+json")
    assert words in problem["title"]


def test_it_speaks_http_as_the_rest_does(url: str) -> None:
    assert (ask(url, "/api/stats", method="HEAD").body, ask(url, "/api/stats/").status) == (b"", 200)
    options = ask(url, "/api/stats", method="OPTIONS")
    assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    wrong = ask(url, "/api/commit", method="PUT")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST, OPTIONS")
    assert json.loads(ask(url, "/api/none").body)["code"] == "http.not-found"
    assert ask(url, "/api/record?resource=acme/churn", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"]
    foreign = sent(url, "commit", GOOD, Origin="https://evil.example")
    assert (foreign.status, json.loads(foreign.body)["code"]) == (403, "http.origin")


def test_each_address_asks_for_its_role(lake: Lake) -> None:
    tokens = Tokens(lake.directory)
    held = {role: tokens.create(role, role, agent="carol") for role in ("reader", "contributor", "steward")}
    access = Access(tokens, required=True)
    needs = {
        "stats": "reader",
        "resolve?resource=acme/churn": "reader",
        "quarantine": "contributor",
        "audit": "steward",
    }
    with running(Served(lake=lake), access=access) as url:
        for path, role in needs.items():
            assert ask(url, f"/api/{path}").status == 401
            for other in ("reader", "contributor", "steward"):
                reply = ask(url, f"/api/{path}", headers={"Authorization": f"Bearer {held[other]}"})
                assert reply.status == (200 if Role[other.upper()] >= Role[role.upper()] else 403), (path, other)
        refused = sent(url, "commit", GOOD, Authorization=f"Bearer {held['reader']}")
        assert (refused.status, json.loads(refused.body)["code"]) == (403, "access.role")
        assert sent(url, "commit", GOOD, Authorization=f"Bearer {held['contributor']}").status == 200
        assert ask(url, "/metrics").status == 401
        for path in ("/openapi.json", "/docs", "/docs/page.js"):
            assert ask(url, path).status == 200
    tokens.close()
    assert lake.ledger.commit(lake.ledger.head().sequence).agent == f"{BASE}agent/carol"


def test_a_bare_engine_has_no_api() -> None:
    with running(Served(plain=PlainEngine())) as url:
        assert ask(url, "/api/stats").status == 404
        assert ask(url, "/docs").status == 200


def test_verdicts_keep_no_query_waiting(lake: Lake) -> None:
    """A chain of many blank nodes takes the gate a while, and nothing ends that."""
    chain = "".join(f"_:b{number} <urn:p> _:b{number + 1} .\n" for number in range(20_000))
    served = Served(lake=lake, limits=Limits(seconds=0.05, queries=1, waiting=4))
    with running(served) as url:
        reply = sent(url, "validate", chain)
        assert (reply.status, json.loads(reply.body)["code"]) == (503, "query.timeout")
        assert (served.verdicts.busy, served.queries.busy) == (1, 0)
        served.verdicts.finish()
