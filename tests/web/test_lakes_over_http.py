"""A lake behind HTTP: it answers, and what is sent to it passes the gate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

import modellake
from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.web.served import Served
from servers import Reply, ask, running

BASE = "https://lake.example.org/"
MODEL = f"<{BASE}model/acme/churn>"
DCT = "http://purl.org/dc/terms/"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Lake, str]]:
    with (
        modellake.open(tmp_path / "lake", base_iri=BASE) as lake,
        running(Served(lake=lake)) as url,
    ):
        lake.commit(f'{MODEL} a <{LAKE.Model.value}> ; <{DCT}title> "Churn" .', format="turtle")
        yield lake, url


def post(url: str, text: str, media_type: str, **headers: str) -> Reply:
    return ask(
        url, "/sparql?message=why", method="POST", headers={"Content-Type": media_type, **headers}, body=text.encode()
    )


def test_questions(served: tuple[Lake, str]) -> None:
    _, url = served
    reply = post(url, "ASK { <model/acme/churn> a ?type }", "application/sparql-query")
    assert json.loads(reply.body)["boolean"] is True


def test_updates_are_commits(served: tuple[Lake, str]) -> None:
    lake, url = served
    before = lake.ledger.head().sequence
    reply = post(
        url, f'INSERT DATA {{ {MODEL} <http://www.w3.org/ns/dcat#keyword> "banking" }}', "application/sparql-update"
    )
    assert reply.status == 200, reply.body
    receipt = json.loads(reply.body)
    assert receipt["sequence"] == before + 1 == lake.ledger.head().sequence
    assert receipt["counts"] == {"added": 1, "removed": 0}
    found = post(url, "ASK { ?model ?p 'banking' }", "application/sparql-query")
    assert json.loads(found.body)["boolean"] is True


def refused(url: str, **headers: str) -> Reply:
    wrong = f"INSERT DATA {{ {MODEL} <{LAKE.Model.value}Nonsense> 1 }}"
    return post(url, wrong, "application/sparql-update", **headers)


def test_the_gate_refuses(served: tuple[Lake, str]) -> None:
    lake, url = served
    before = lake.ledger.head().sequence
    reply = refused(url)
    problem = json.loads(reply.body)
    assert (reply.status, reply.media_type) == (422, "application/problem+json")
    assert problem["report"]["findings"]
    assert lake.ledger.head().sequence == before


def test_a_refusal_as_a_validation_report(served: tuple[Lake, str]) -> None:
    _, url = served
    reply = refused(url, Accept="text/turtle")
    assert (reply.status, reply.media_type) == (422, "text/turtle")
    types = {str(getattr(quad.object, "value", "")) for quad in parse(reply.body, format=RdfFormat.TURTLE)}
    assert "http://www.w3.org/ns/shacl#ValidationReport" in types


def test_health(served: tuple[Lake, str]) -> None:
    lake, url = served
    assert json.loads(ask(url, "/health/live").body) == {"status": "ok"}
    ready = json.loads(ask(url, "/health/ready").body)
    assert (ready["status"], ready["commit"], ready["behind"]) == ("ok", lake.ledger.head().sequence, 0)


def test_what_load_would_read_is_refused(served: tuple[Lake, str]) -> None:
    _, url = served
    reply = post(url, "LOAD <http://127.0.0.1:9/>", "application/sparql-update")
    assert reply.status in (403, 422)
