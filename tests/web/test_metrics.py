"""The figures of a server, as Prometheus reads them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from modellake.bootstrap import open_lake
from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.store.child import ChildEngine
from modellake.store.plain import PlainEngine
from modellake.web.limits import Limits
from modellake.web.served import Served
from sample_lakes import sample_lake
from servers import ask, running

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"
Figures = dict[str, dict[frozenset[tuple[str, str]], float]]


def figures(url: str) -> Figures:
    """Every sample by its name and labels."""
    reply = ask(url, "/metrics")
    assert (reply.status, reply.media_type) == (200, "text/plain")
    found: Figures = {}
    for family in text_string_to_metric_families(reply.body.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


def figure(url: str, name: str, **labels: str) -> float:
    return figures(url).get(name, {}).get(frozenset(labels.items()), 0.0)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with sample_lake(tmp_path / "lake") as lake:
        yield lake


@pytest.fixture
def url(lake: Lake) -> Iterator[str]:
    with running(Served(lake=lake)) as url:
        yield url


def counted(url: str, route: str, method: str, status: str) -> float:
    return figure(url, "modellake_http_requests_total", route=route, method=method, status=status)


def test_requests_are_counted_by_route_and_never_by_path(url: str) -> None:
    for path in ("/queries/models", "/queries/datasets", "/no/such/thing", "/record/model/acme/churn", "/api/stats"):
        ask(url, path)
    ask(url, "/queries/models", method="PROPFIND")
    assert counted(url, "/queries/*", "GET", "200") == 2
    assert counted(url, "/queries/*", "other", "405") == 1
    assert counted(url, "/api/stats", "GET", "200") == 1
    text = ask(url, "/metrics").body.decode()
    assert "acme" not in text and "no/such" not in text and "PROPFIND" not in text


def test_durations_and_bytes(url: str) -> None:
    reply = ask(url, "/queries")
    assert figure(url, "modellake_http_request_duration_seconds_count", route="/queries") == 1
    assert figure(url, "modellake_http_request_duration_seconds_bucket", route="/queries", le="+Inf") == 1
    assert 0 < figure(url, "modellake_http_request_duration_seconds_sum", route="/queries") < 60
    assert figure(url, "modellake_http_response_bytes_total", route="/queries") == len(reply.body)
    assert figure(url, "modellake_http_requests_in_flight") == 1  # the one that asks


def test_queries_by_how_they_ended(url: str) -> None:
    assert ask(url, "/queries/models").status == 200
    assert ask(url, "/queries/downstream-edges?resource=acme/nobody").status == 404
    assert ask(url, "/queries/models?timeout=1e-9").status == 503
    ended = {dict(labels)["outcome"]: value for labels, value in figures(url)["modellake_queries_total"].items()}
    assert ended == {"answered": 1, "refused": 1, "timed out": 1}


def test_writes_by_how_they_ended(lake: Lake, url: str) -> None:
    for title in ('"B"', "1, 2, 3"):
        update = f"INSERT DATA {{ <model/a/b> a <{LAKE.Model.value}> ; <http://purl.org/dc/terms/title> {title} }}"
        form = f"update={quote(update)}".encode()
        ask(url, "/update", method="POST", headers={"Content-Type": "application/x-www-form-urlencoded"}, body=form)
    assert figure(url, "modellake_writes_total", outcome="accepted") == 1
    assert figure(url, "modellake_writes_total", outcome="refused") == 1
    assert figure(url, "modellake_ledger_commits") == lake.ledger.head().sequence == 3
    assert figure(url, "modellake_view_lag_commits") == 0


def test_the_process(url: str) -> None:
    found = figures(url)
    for name in ("process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"):
        assert found[name][frozenset()] > 0


def test_openmetrics_for_who_asks(url: str) -> None:
    reply = ask(url, "/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert reply.media_type == "application/openmetrics-text"
    assert [family.name for family in parse_openmetrics(reply.body.decode())]


def test_a_bare_engine_has_figures_of_requests() -> None:
    with running(Served(plain=PlainEngine())) as url:
        ask(url, "/sparql?query=ASK%7B%7D")
        found = figures(url)
    assert found["modellake_queries_total"] == {frozenset({("outcome", "answered")}): 1}
    assert "modellake_ledger_commits" not in found


def test_restarts_of_the_engine(tmp_path: Path) -> None:
    with sample_lake(tmp_path / "lake"):
        pass
    with open_lake(tmp_path / "lake", store="child") as lake, running(Served(lake=lake)) as url:
        engine = lake.view.engine
        assert isinstance(engine, ChildEngine)
        assert figure(url, "modellake_engine_up") == 1
        assert figure(url, "modellake_engine_process_resident_memory_bytes") > 0
        engine._process.kill()
        while figure(url, "modellake_engine_restarts_total") == 0:
            time.sleep(0.05)
        assert ask(url, "/queries/models").status == 200
        assert figure(url, "modellake_engine_restarts_total") == 1


def test_the_page_lists_every_figure(tmp_path: Path) -> None:
    """And no other: those of the process come from the operating system."""
    with sample_lake(tmp_path / "lake"):
        pass
    with open_lake(tmp_path / "lake", store="child") as lake, running(Served(lake=lake)) as url:
        ask(url, "/queries/models")
        families = {family.name for family in text_string_to_metric_families(ask(url, "/metrics").body.decode())}
    rows = [
        line.split("|")[1].strip(" `")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith(("| `modellake_", "| `process_"))
    ]
    named = {name.partition("{")[0].removesuffix("_total") for name in rows}
    assert {name for name in families if "process_" not in name} == {name for name in named if "process_" not in name}
    assert {name for name in named if "process_" in name} <= families


def test_answers_that_nobody_takes_are_cancelled_and_free_their_thread(engine: PlainEngine) -> None:
    """A HEAD and a client that goes away in the midst of the answer, on a server with one thread for queries."""
    target = f"/sparql?query={quote('SELECT * { ?a ?p ?x . ?b ?q ?y }')}"
    with running(Served(plain=engine, limits=Limits(queries=1))) as url:
        assert ask(url, target, method="HEAD").status == 200
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), timeout=60) as client:
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
            assert client.recv(1024).startswith(b"HTTP/1.1 200 ")
        while figure(url, "modellake_queries_total", outcome="cancelled") < 2:
            time.sleep(0.05)
        while figure(url, "modellake_queries_running") > 0:
            time.sleep(0.05)
        assert ask(url, "/sparql?query=ASK%7B%7D").status == 200
