"""What the log says, in both forms, and what it never says."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modellake.lake.lake import Lake
from modellake.ledger.tokens import Tokens
from modellake.web.access import Access
from modellake.web.logs import LogFormat, logging_to
from modellake.web.served import Served
from sample_lakes import sample_lake
from servers import Reply, ask, running

SECRET = "s3cr3t-" + "tok3n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with sample_lake(tmp_path_factory.mktemp("logs") / "lake") as lake:
        yield lake


def logged(lake: Lake, path: str, form: LogFormat | None = LogFormat.JSON, **options: Any) -> tuple[Reply, list[str]]:
    """What one request is answered, and the lines that it leaves."""
    stream = io.StringIO()
    with logging_to(stream, form), running(Served(lake=lake)) as url:
        reply = ask(url, path, **options)
    return reply, stream.getvalue().splitlines()


def test_a_request_is_a_json_object(lake: Lake) -> None:
    reply, lines = logged(lake, "/queries/models", headers={"X-Request-ID": "abc-123"})
    (line,) = map(json.loads, lines)
    known = {name: line[name] for name in ("event", "level", "method", "path", "route", "status", "client", "id")}
    assert known == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": "/queries/models",
        "route": "/queries/*",
        "status": 200,
        "client": "127.0.0.1",
        "id": "abc-123",
    }
    assert line["bytes"] == len(reply.body) and line["ms"] > 0
    assert reply.headers["x-request-id"] == "abc-123"


def test_a_mounted_application_is_logged_by_its_own_routes(lake: Lake) -> None:
    for method in ("GET", "HEAD"):
        _, lines = logged(lake, "/api/quarantine/7", method=method)
        assert [json.loads(line)["route"] for line in lines] == ["/api/quarantine/{item}"]


def test_a_request_as_text(lake: Lake) -> None:
    _, (line,) = logged(lake, "/health/live", LogFormat.TEXT)
    assert " 200 GET /health/live " in line and " ms " in line
    _, (line,) = logged(lake, "/a%0Aforged%0Dline", LogFormat.TEXT)
    assert " 404 GET /a?forged?line " in line


def test_no_lines_where_none_are_wanted(lake: Lake) -> None:
    assert logged(lake, "/health/live", LogFormat.OFF)[1] == []


@pytest.mark.parametrize(("stream", "begins"), [(Terminal(), "Serving"), (io.StringIO(), '{"time":')])
def test_the_form_fits_who_reads(stream: io.StringIO, begins: str) -> None:
    with logging_to(stream) as remark:
        remark("Serving.")
    assert stream.getvalue().startswith(begins)


@pytest.mark.parametrize("given", ["", "x" * 200, "a b", "evil\tid", '"quoted"', "é"])
def test_strange_identifiers_are_replaced(lake: Lake, given: str) -> None:
    reply, _ = logged(lake, "/health/live", headers={"X-Request-ID": given})
    found = reply.headers["x-request-id"]
    assert len(found) == 32 and found.isalnum()


def test_problems_name_the_request(lake: Lake) -> None:
    for path in ("/nothing/here", "/sparql?query=nonsense", "/api/nothing", "/queries/none"):
        reply, _ = logged(lake, path, headers={"Accept": "application/json"})
        assert json.loads(reply.body)["request_id"] == reply.headers["x-request-id"], path


@pytest.mark.parametrize("form", [LogFormat.JSON, LogFormat.TEXT])
def test_no_secret_and_no_query_is_logged(lake: Lake, form: LogFormat) -> None:
    asked = f"/sparql?access_token={SECRET}&query=SELECT%20*%20%7B%20%3Fhidden%20%3Fp%20%3Fo%20%7D"
    _, lines = logged(lake, asked, form, headers={"Authorization": f"Bearer {SECRET}", "Cookie": f"a={SECRET}"})
    text = "\n".join(lines)
    assert lines and SECRET not in text and "hidden" not in text


@pytest.mark.parametrize("form", [LogFormat.JSON, LogFormat.TEXT])
def test_callers_are_named_and_their_tokens_are_not(lake: Lake, form: LogFormat) -> None:
    tokens = Tokens(lake.directory)
    token = tokens.create(f"carol-{form}", "reader", agent="carol")
    stream = io.StringIO()
    with logging_to(stream, form), running(Served(lake=lake), access=Access(tokens, required=True)) as url:
        assert ask(url, "/queries/models", headers={"Authorization": f"Bearer {token}"}).status == 200
        assert ask(url, "/api/stats", headers={"Authorization": f"Bearer {token[:-1]}"}).status == 401
        assert ask(url, f"/queries/{token}?x={token}").status == 400
    tokens.close()
    text = stream.getvalue()
    assert "carol" in text and token[:-1] not in text


@pytest.mark.parametrize("form", [LogFormat.JSON, LogFormat.TEXT])
def test_errors_are_cleansed(form: LogFormat) -> None:
    stream = io.StringIO()
    with logging_to(stream, form):
        log = logging.getLogger("modellake.web")
        try:
            raise ValueError(f"postgresql://ada:{SECRET}@db.example.org/lakes Bearer {SECRET}")
        except ValueError:
            log.exception("GET /x?access_token=%s", SECRET)
    text = stream.getvalue()
    assert "ValueError" in text and "db.example.org" in text
    assert SECRET not in text


def test_a_traceback_is_in_the_log_and_not_in_the_answer(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("the-reason")

    monkeypatch.setattr(Lake, "lineage", broken)
    reply, lines = logged(lake, "/api/lineage?resource=acme/churn")
    told = [json.loads(line) for line in lines]
    assert (reply.status, json.loads(reply.body)["code"]) == (500, "internal")
    assert b"the-reason" not in reply.body
    assert any("the-reason" in line.get("message", "") + line.get("traceback", "") for line in told)
    assert {line["id"] for line in told} == {reply.headers["x-request-id"]}


def test_forged_lines_are_marked_as_parts_of_one() -> None:
    stream = io.StringIO()
    with logging_to(stream, LogFormat.TEXT):
        logging.getLogger("modellake.web").warning("GET %s", "/a\n12:00:00 200 GET /forged\x1b[2J")
    first, second = stream.getvalue().splitlines()
    assert second.startswith("    ") and "\x1b" not in second and first.endswith("GET /a")


def test_the_log_is_left_as_it_was(tmp_path: Path) -> None:
    log = logging.getLogger("modellake")
    before = (log.level, log.propagate, list(log.handlers))
    with logging_to(io.StringIO(), LogFormat.JSON):
        assert list(log.handlers) != before[2]
    assert (log.level, log.propagate, list(log.handlers)) == before
