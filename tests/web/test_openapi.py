"""The description says what the server answers: all of it, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

import modellake
from modellake.lake.lake import Lake
from modellake.rdf.queries import list_named
from modellake.store.plain import PlainEngine
from modellake.web.api.application import framework
from modellake.web.app import application
from modellake.web.served import Served
from sample_lakes import sample_lake
from servers import ask, running


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with sample_lake(tmp_path_factory.mktemp("openapi") / "lake") as lake:
        yield lake


@pytest.fixture(scope="module", params=["lake", "plain"])
def served(request: pytest.FixtureRequest, lake: Lake) -> Served:
    return Served(lake=lake) if request.param == "lake" else Served(plain=PlainEngine())


def described(served: Served) -> dict[str, Any]:
    with running(served) as url:
        reply = ask(url, "/openapi.json")
    assert (reply.status, reply.media_type) == (200, "application/json")
    found: dict[str, Any] = json.loads(reply.body)
    return found


def answered(served: Served) -> set[tuple[str, str]]:
    """Every path, as the description writes it, with each method."""
    found = {
        (re.sub(r"\*$", "{path}", route.path), method)
        for route in application(served).routes
        for method in route.methods
        if route.path != "/queries/*"
    }
    if served.lake is None:
        return {(path, method) for path, method in found if not path.startswith(("/record", "/catalog", "/.well-"))}
    named = {(f"/queries/{query.name}", "GET") for query in list_named()}
    own = framework(served, served.lake).openapi()["paths"]
    return found | named | {(path, method.upper()) for path, item in own.items() for method in item}


def test_it_is_openapi(served: Served) -> None:
    document = described(served)
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_it_has_every_address_with_its_methods(served: Served) -> None:
    told = {(path, method.upper()) for path, item in described(served)["paths"].items() for method in item}
    assert told == answered(served)


def test_the_api_has_the_addresses_that_it_is_known_for(lake: Lake) -> None:
    paths = described(Served(lake=lake))["paths"]
    known = ("resolve", "record", "lineage", "history", "commit", "validate", "audit", "quarantine", "stats")
    assert {f"/api/{name}" for name in known} <= set(paths)


def test_parameters_of_named_queries_have_types(lake: Lake) -> None:
    operation = described(Served(lake=lake))["paths"]["/queries/recent-changes"]["get"]
    types = {item["name"]: item["schema"] for item in operation["parameters"] if "name" in item}
    assert types["limit"]["type"] == "integer" and types["limit"]["default"] == 50
    assert types["since"]["format"] == "date-time"


def test_the_page_needs_nothing_from_elsewhere(lake: Lake) -> None:
    with running(Served(lake=lake)) as url:
        page = ask(url, "/docs")
        policy = page.headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe-eval" not in policy and "http" not in policy
        places = re.findall(r'(?:src|href)="([^"]+)"', page.body.decode())
        assert not [place for place in places if "//" in place]
        assets = [place for place in places if place.startswith("/docs/")]
        assert len(assets) == 3
        for place in assets:
            reply = ask(url, place, headers={"Accept-Encoding": "gzip"})
            assert reply.status == 200 and reply.headers["content-encoding"] == "gzip", place
        assert ask(url, "/docs/../../secret").status == 404


def test_addresses_are_those_that_the_client_knows(tmp_path: Path) -> None:
    """Where a proxy hands paths on as they are, they begin with that of the base IRI."""
    with (
        modellake.open(tmp_path / "lake", base_iri="https://example.org/our/lake/") as lake,
        running(Served(lake=lake)) as url,
    ):
        page = ask(url, "/our/lake/docs").body.decode()
        assert 'src="/our/lake/docs/page.js"' in page and 'data-description="/our/lake/openapi.json"' in page
        assert ask(url, "/our/lake/docs/page.js").status == 200
        assert json.loads(ask(url, "/our/lake/openapi.json").body)["servers"] == [{"url": "/our/lake"}]
        assert json.loads(ask(url, "/openapi.json").body)["servers"] == [{"url": "/"}]
        assert json.loads(ask(url, "/our/lake/queries").body)[0]["href"].startswith("/our/lake/queries/")
        assert json.loads(ask(url, "/our/lake/api/stats").body)["commits"] == 0
        assert ask(url, "/our/lake/queries/models").status == 200
        figures = ask(url, "/our/lake/metrics").body.decode()
        assert 'route="/api/stats"' in figures and 'route="/queries/*"' in figures and "our" not in figures
