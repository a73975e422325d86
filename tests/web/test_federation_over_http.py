"""SERVICE and LOAD over HTTP: what is allowed is asked, and nothing else is, whoever serves."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import modellake
from modellake.core.vocab import LAKE
from modellake.store.federation import Federation
from modellake.store.fetching import Outside
from modellake.store.plain import PlainEngine
from modellake.web.limits import Limits
from modellake.web.served import Served
from remote_servers import Elsewhere, elsewhere
from servers import Reply, ask, running

BASE = "https://lake.example.org/"
MODEL = f"<{BASE}model/acme/churn>"
KEYWORD = "<http://www.w3.org/ns/dcat#keyword>"


@pytest.fixture
def other() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


def plain(**options: Any) -> Served:
    return Served(plain=PlainEngine(), **options)


def asked(url: str, query: str) -> Reply:
    return ask(url, f"/sparql?query={quote(query)}")


def updated(url: str, text: str) -> Reply:
    headers = {"Content-Type": "application/sparql-update"}
    return ask(url, "/sparql", method="POST", headers=headers, body=text.encode())


def code(reply: Reply) -> tuple[int, str]:
    return reply.status, json.loads(reply.body)["code"]


def service(iri: str, silent: str = "") -> str:
    return f"SELECT ?o {{ SERVICE {silent} <{iri}> {{ ?s ?p ?o }} }}"


def test_allowed_services_are_asked(other: Elsewhere) -> None:
    with running(plain(services=frozenset({other.url("sparql")}))) as url:
        reply = asked(url, service(other.url("sparql")))
        assert (reply.status, b"from elsewhere" in reply.body) == (200, True)
        assert code(asked(url, service(other.url("document")))) == (403, "query.service-not-allowed")
    assert other.seen == [("POST", "sparql")]


def test_everything_does_not_mean_this_machine(other: Elsewhere, caplog: pytest.LogCaptureFixture) -> None:
    names = frozenset({"*"})
    with caplog.at_level(logging.WARNING), running(plain(services=names, documents=names)) as url:
        for iri in (other.url("sparql"), other.url("sparql", "2130706433"), "http://169.254.169.254/latest/meta-data/"):
            assert code(asked(url, service(iri))) == (403, "remote.address")
            assert code(asked(url, service(iri, "SILENT"))) == (403, "remote.address")
            assert code(updated(url, f"LOAD <{iri}>")) == (403, "remote.address")
            assert iri in caplog.text
    assert other.seen == []


def test_redirects_lead_nowhere_else(other: Elsewhere) -> None:
    other.moved = {"first": (307, "/sparql"), "second": (302, "/document")}
    allowed = frozenset({other.url("first"), other.url("second")})
    with running(plain(services=allowed, documents=allowed)) as url:
        assert code(asked(url, service(other.url("first")))) == (403, "remote.redirect")
        assert code(updated(url, f"LOAD <{other.url('second')}>")) == (403, "remote.redirect")
    assert [path for _, path in other.seen] == ["first", "second"]


def test_a_name_that_changes_its_address_gains_nothing(other: Elsewhere) -> None:
    """The second answer of the server of names would lead here, and nobody asks for it."""
    told = iter(["192.0.2.1", "127.0.0.1", "127.0.0.1"])
    rebinding = Outside(frozenset({"*"}), seconds=1, resolve=lambda *_: [next(told)])
    served = plain(services=frozenset({"*"}))
    served.federation = Federation(rebinding)
    with running(served) as url:
        answer = asked(url, service(other.url("sparql", "rebinding.example.org")))
        assert code(answer) in [(403, "remote.address"), (502, "query.service-failed")]
        assert code(asked(url, service(other.url("sparql", "rebinding.example.org")))) == (403, "remote.address")
    assert other.seen == []


def test_services_that_do_not_answer_are_a_bad_gateway(other: Elsewhere) -> None:
    with running(plain(services=frozenset({other.url("absent")}))) as url:
        assert code(asked(url, service(other.url("absent")))) == (502, "query.service-failed")


def test_a_server_that_asks_itself_ends(other: Elsewhere) -> None:
    """Every thread waits for another one that is not there: all of them end when the time is over."""
    served = plain(limits=Limits(queries=2, seconds=2), services=frozenset({"*"}))
    with running(served) as url:
        own = f"{url}/sparql"
        served.federation = Federation(Outside(frozenset({own}), seconds=2))
        inner = "VALUES ?o { 1 }"
        for _ in range(4):
            inner = f"SERVICE <{own}> {{ {inner} }}"
        reply = asked(url, f"SELECT ?o {{ {inner} }}")
        assert code(reply)[0] in (502, 503)
        assert asked(url, "ASK {}").status == 200


def test_loads_into_a_bare_store(other: Elsewhere) -> None:
    with running(plain(documents=frozenset({other.url("document")}))) as url:
        assert updated(url, f"LOAD <{other.url('document')}>").status == 204
        assert b"loaded" in asked(url, "SELECT ?o { ?s ?p ?o }").body
        assert code(updated(url, f"LOAD <{other.url('sparql')}>")) == (403, "update.load-not-allowed")


@pytest.mark.parametrize("engine", ["embedded", "child"])
def test_updates_of_a_lake_ask_what_is_allowed(other: Elsewhere, tmp_path: Path, engine: str) -> None:
    from modellake.bootstrap import open_lake

    with modellake.open(tmp_path / "lake", base_iri=BASE) as lake:
        lake.commit(f'{MODEL} a <{LAKE.Model.value}> ; <http://purl.org/dc/terms/title> "Churn" .', format="turtle")
    text = f"INSERT {{ {MODEL} {KEYWORD} ?o }} WHERE {{ SERVICE <%s> {{ ?s ?p ?o }} }}"
    with (
        open_lake(tmp_path / "lake", store=engine) as lake,
        running(Served(lake=lake, services=frozenset({other.url("sparql"), other.url("first"), "*"}))) as url,
    ):
        assert updated(url, text % other.url("sparql")).status == 200
        assert b'"boolean":true' in asked(url, f"ASK {{ {MODEL} {KEYWORD} 'from elsewhere' }}").body
        other.moved = {"first": (308, "http://10.0.0.1/")}
        assert code(updated(url, text % other.url("first"))) == (403, "remote.redirect")
        assert code(updated(url, text % "http://127.0.0.1:9/")) == (403, "remote.address")
        assert b"from elsewhere" in asked(url, service(other.url("sparql"))).body
    assert ("POST", "first") in other.seen


def test_updates_of_a_lake_ask_nobody_by_default(other: Elsewhere, tmp_path: Path) -> None:
    with modellake.open(tmp_path / "lake", base_iri=BASE) as lake, running(Served(lake=lake)) as url:
        text = f"INSERT {{ {MODEL} {KEYWORD} ?o }} WHERE {{ SERVICE <{other.url('sparql')}> {{ ?s ?p ?o }} }}"
        assert code(updated(url, text)) == (403, "query.service-not-allowed")
    assert other.seen == []
