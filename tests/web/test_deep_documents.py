"""Documents that are nested too deeply take no server down."""

from __future__ import annotations

from pathlib import Path

import pytest

from modellake.web.served import Served
from sample_lakes import sample_lake
from servers import ask, running

DEEP = b"<urn:s> <urn:p> <<( " * 50_000 + b"<urn:s> <urn:p> 1" + b" )>>" * 50_000 + b" ."


def test_a_server_outlives_them(url: str) -> None:
    turtle = {"Content-Type": "text/turtle"}
    reply = ask(url, "/store?graph=urn:g", method="PUT", headers=turtle, body=DEEP)
    assert reply.status == 400
    assert b"parse.too-deep" in reply.body
    assert ask(url, "/sparql?query=ASK{}").status == 200


@pytest.mark.parametrize("path", ["/api/validate", "/api/commit"])
def test_a_lake_outlives_them(tmp_path: Path, path: str) -> None:
    with sample_lake(tmp_path / "lake") as lake, running(Served(lake=lake)) as url:
        reply = ask(url, path, method="POST", headers={"Content-Type": "application/n-triples"}, body=DEEP)
        assert reply.status == 400
        assert b"parse.too-deep" in reply.body
        assert ask(url, "/sparql?query=ASK{}").status == 200
