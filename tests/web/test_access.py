"""Who may ask what of a lake that asks for tokens."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import modellake
from modellake.core.errors import UsageError
from modellake.core.tokens import ROLES, _check, make_token, token_id
from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.ledger.tokens import Tokens
from modellake.web.access import Access, Proxies
from modellake.web.access.turns import Turns
from modellake.web.app import application
from modellake.web.callers import Role
from modellake.web.served import Served
from modellake.web.server import start
from servers import Reply, ask, running

BASE = "https://lake.example.org/"
MODEL = f"<{BASE}model/acme/churn>"
ASKING = "/sparql?query=ASK%7B%7D"


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with modellake.open(tmp_path / "lake", base_iri=BASE) as opened:
        opened.commit(f'{MODEL} a <{LAKE.Model.value}> ; <http://purl.org/dc/terms/title> "Churn" .', format="turtle")
        yield opened


@pytest.fixture
def tokens(lake: Lake) -> Iterator[Tokens]:
    found = Tokens(lake.directory)
    yield found
    found.close()


Serving = Callable[..., AbstractContextManager[str]]


@pytest.fixture
def serving(lake: Lake, tokens: Tokens) -> Serving:
    @contextmanager
    def serve(*, host: str = "127.0.0.1", **rules: Any) -> Iterator[str]:
        with running(Served(lake=lake), host=host, access=Access(tokens, **{"required": True, **rules})) as url:
            yield url.replace("0.0.0.0", "127.0.0.1")

    return serve


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def code(reply: Reply) -> str:
    return str(json.loads(reply.body)["code"])


def tag(url: str, word: str, **headers: str) -> Reply:
    text = f'INSERT DATA {{ {MODEL} <http://www.w3.org/ns/dcat#keyword> "{word}" }}'
    headers = {"Content-Type": "application/sparql-update", **headers}
    return ask(url, "/sparql", method="POST", headers=headers, body=text.encode())


def test_roles_have_the_same_names_everywhere() -> None:
    assert tuple(role.label for role in Role)[1:] == ROLES


def test_without_a_token_nothing_is_told(serving: Serving, tokens: Tokens) -> None:
    tokens.create("ci", "reader")
    with serving() as url:
        reply = ask(url, ASKING)
        assert (reply.status, code(reply)) == (401, "access.token-needed")
        assert "Bearer" in reply.headers["www-authenticate"]
        assert ask(url, "/health/live").status == 200
        assert json.loads(ask(url, "/health").body) == {"status": "ok"}


@pytest.mark.parametrize("form", [bearer, lambda token: basic("anybody", token), lambda token: basic("", token)])
def test_a_token_lets_in(serving: Serving, tokens: Tokens, form: Callable[[str], dict[str, str]]) -> None:
    token = tokens.create("ci", "reader")
    with serving() as url:
        reply = ask(url, ASKING, headers=form(token))
        assert (reply.status, reply.headers["cache-control"]) == (200, "private")
        assert "commit" in json.loads(ask(url, "/health", headers=form(token)).body)


def other_secret(token: str) -> str:
    """A whole token with the name of this one and another secret."""
    body = token[:12] + make_token()[12:-6]
    return body + _check(body)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (other_secret, "access.token-unknown"),
        (lambda _: make_token(), "access.token-unknown"),
        (lambda token: token[:-1], "access.token-malformed"),
        (lambda token: token.swapcase(), "access.token-malformed"),
        (lambda token: token + " " + token, "access.token-malformed"),
        (lambda _: "secret", "access.token-malformed"),
        (lambda _: "", "access.token-malformed"),
    ],
)
def test_what_is_not_accepted(serving: Serving, tokens: Tokens, change: Callable[[str], str], expected: str) -> None:
    token = tokens.create("ci", "admin")
    with serving() as url:
        reply = ask(url, ASKING, headers=bearer(change(token)))
        assert (reply.status, code(reply)) == (401, expected)
        assert token.encode() not in reply.body


@pytest.mark.parametrize("header", ["Basic !!!", "Basic YQ==", "Digest x=y", "Negotiate", "Bearer", "mlk_", "Bearer\t"])
def test_headers_that_say_nothing(serving: Serving, tokens: Tokens, header: str) -> None:
    tokens.create("ci", "admin")
    with serving() as url:
        assert ask(url, ASKING, headers={"Authorization": header}).status == 401


def test_a_token_that_has_expired(serving: Serving, tokens: Tokens) -> None:
    tokens.create("lasting", "reader")
    token = tokens.create("short", "reader", expires=datetime.now(UTC) + timedelta(seconds=1.5))
    with serving() as url:
        assert ask(url, ASKING, headers=bearer(token)).status == 200
        while (reply := ask(url, ASKING, headers=bearer(token))).status == 200:
            pass
        assert (reply.status, code(reply)) == (401, "access.token-expired")


def test_a_token_that_is_revoked_is_worth_nothing_at_once(serving: Serving, tokens: Tokens) -> None:
    token = tokens.create("ci", "reader")
    others = Tokens(tokens._place.parent)  # type: ignore[union-attr]
    with serving() as url:
        assert ask(url, ASKING, headers=bearer(token)).status == 200
        others.revoke(token_id(token) or "")
        reply = ask(url, ASKING, headers=bearer(token))
        assert (reply.status, code(reply)) == (401, "access.token-revoked")
    others.close()


@pytest.mark.parametrize("query", ["access_token={}", "token={}", "ACCESS%5FTOKEN={}", "query=ASK%7B%7D&x={}"])
def test_tokens_in_addresses_are_refused(
    serving: Serving, tokens: Tokens, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = tokens.create("ci", "admin")
    with serving() as url, caplog.at_level(logging.INFO, "modellake"):
        reply = ask(url, f"/sparql?{query.format(token)}", headers=bearer(token))
        assert (reply.status, code(reply)) == (400, "access.token-in-url")
        assert ask(url, f"/record/{token}", headers=bearer(token)).status == 400
    assert token_id(token) in caplog.text
    assert token[12:] not in caplog.text
    assert token[12:] not in repr([record.__dict__ for record in caplog.records])


def test_public_reading(serving: Serving, tokens: Tokens) -> None:
    token = tokens.create("ci", "contributor")
    with serving(public_read=True) as url:
        assert ask(url, ASKING).status == 200
        assert "cache-control" not in ask(url, ASKING).headers
        assert (tag(url, "a").status, code(tag(url, "a"))) == (401, "access.token-needed")
        assert tag(url, "a", **bearer(token)).status == 200
        assert ask(url, ASKING, headers=bearer(make_token())).status == 401


def test_the_history_says_who_wrote(serving: Serving, tokens: Tokens, lake: Lake) -> None:
    ada = tokens.create("ada's laptop", "contributor", agent="https://orcid.org/0000-0002-1825-0097")
    nightly = tokens.create("nightly", "contributor")
    with serving() as url:
        assert tag(url, "one", **bearer(ada)).status == 200
        assert tag(url, "two", **bearer(nightly)).status == 200
    agents = [commit.agent for commit in lake.ledger.commits()][-2:]
    assert agents == ["https://orcid.org/0000-0002-1825-0097", f"{BASE}agent/nightly"]


def test_browsers_may_ask_before_they_ask(serving: Serving, tokens: Tokens) -> None:
    tokens.create("ci", "reader")
    asked = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    with serving() as url:
        reply = ask(url, "/sparql", method="OPTIONS", headers=asked)
        assert (reply.status, reply.headers["access-control-allow-headers"]) == (204, "authorization")


def test_guessing_is_slowed_and_locks_nobody_out(
    serving: Serving, tokens: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    token = tokens.create("ci", "reader")
    with serving() as url, caplog.at_level(logging.WARNING, "modellake.web"):
        replies = [ask(url, ASKING, headers=bearer(make_token())) for _ in range(14)]
        assert [reply.status for reply in replies[:10]] == [401] * 10
        assert {reply.status for reply in replies[11:]} == {429}
        assert code(replies[-1]) == "access.throttled"
        assert int(replies[-1].headers["retry-after"]) > 0
        assert ask(url, ASKING, headers=bearer(token)).status == 200
        assert ask(url, ASKING).status == 401
    assert sum("was not accepted" in record.message for record in caplog.records) <= 11


def test_this_machine_is_let_in_unless_told_otherwise(serving: Serving, tokens: Tokens, lake: Lake) -> None:
    reader = tokens.create("ci", "reader")
    with serving(required=False) as url:
        assert ask(url, ASKING).status == 200
        assert tag(url, "a").status == 200
        # Who shows a token is who it says, and no more.
        assert (tag(url, "b", **bearer(reader)).status, code(tag(url, "b", **bearer(reader)))) == (403, "access.role")
        assert ask(url, ASKING, headers=bearer(make_token())).status == 401
        # What a proxy has asked for is none of ours.
        assert ask(url, ASKING, headers=basic("user", "password")).status == 200


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_what_comes_through_a_proxy_may_come_from_anywhere(serving: Serving, tokens: Tokens, name: str) -> None:
    token = tokens.create("ci", "reader")
    with serving(required=False) as url:
        assert ask(url, ASKING, headers={name: "203.0.113.7"}).status == 401
        assert ask(url, ASKING, headers={name: "203.0.113.7", **bearer(token)}).status == 200
    with serving(required=False, wary=False) as url:
        assert ask(url, ASKING, headers={name: "203.0.113.7"}).status == 200


def test_proxies_are_believed_where_they_are_named(serving: Serving, tokens: Tokens) -> None:
    tokens.create("ci", "reader")
    wrong = bearer(make_token())
    with serving(proxies=Proxies.at(("127.0.0.0/8",))) as url:
        for client in range(12):
            reply = ask(url, ASKING, headers={"X-Forwarded-For": f"203.0.113.{client}, 127.0.0.2", **wrong})
            assert reply.status == 401
        secure = ask(url, ASKING, headers={"X-Forwarded-Proto": "https"})
        assert "strict-transport-security" in secure.headers
        assert "strict-transport-security" not in ask(url, ASKING).headers
    with serving() as url:
        told = [ask(url, ASKING, headers={"X-Forwarded-For": f"203.0.113.{n}", **wrong}).status for n in range(12)]
        assert 429 in told
        assert "strict-transport-security" not in ask(url, ASKING, headers={"X-Forwarded-Proto": "https"}).headers


@pytest.mark.parametrize("place", ["", "proxy", "10.0.0.0/40", "127.0.0.1:80"])
def test_proxies_that_are_none(place: str) -> None:
    with pytest.raises(UsageError) as refused:
        Proxies.at((place,))
    assert refused.value.code == "serve.proxy"


def test_one_client_has_a_bounded_share(serving: Serving, tokens: Tokens) -> None:
    token, other = tokens.create("ci", "reader"), tokens.create("other", "reader")
    turns = Turns(1)
    with serving(turns=turns) as url:
        turns.take(token_id(token) or "")
        reply = ask(url, ASKING, headers=bearer(token))
        assert (reply.status, code(reply), reply.headers["retry-after"]) == (429, "access.too-many", "1")
        assert ask(url, ASKING, headers=bearer(other)).status == 200
        turns.give_back(token_id(token) or "")
        assert ask(url, ASKING, headers=bearer(token)).status == 200
        assert ask(url, "/nowhere", headers=bearer(token)).status == 404
        assert ask(url, ASKING, headers=bearer(token)).status == 200
    assert len(turns) == 0


def test_other_machines_only_with_tokens(lake: Lake, tokens: Tokens) -> None:
    with pytest.raises(UsageError) as refused:
        start(Served(lake=lake), "0.0.0.0")
    assert refused.value.code == "serve.not-loopback"
    with pytest.raises(UsageError) as refused:
        start(Served(lake=lake), "0.0.0.0", access=Access(tokens, required=True))
    assert refused.value.code == "serve.no-token"
    assert "modellake token create" in str(refused.value.remedy)
    tokens.revoke(token_id(tokens.create("ci", "reader")) or "")
    with pytest.raises(UsageError) as refused:
        start(Served(lake=lake), "0.0.0.0", access=Access(tokens, required=True))
    assert refused.value.code == "serve.no-token"


def test_listening_everywhere(serving: Serving, tokens: Tokens) -> None:
    token = tokens.create("ci", "reader")
    with serving(host="0.0.0.0") as url:
        assert ask(url, ASKING).status == 401
        assert ask(url, ASKING, headers=bearer(token)).status == 200
        assert ask(url, ASKING, headers={"Host": "192.0.2.1", **bearer(token)}).status == 200
        assert ask(url, ASKING, headers={"Host": "evil.example", **bearer(token)}).status == 421


def test_the_key_of_this_machine_reads(serving: Serving, tokens: Tokens) -> None:
    tokens.create("ci", "reader")
    key = make_token()
    with serving(key=key) as url:
        assert ask(url, ASKING, headers=bearer(key)).status == 200
        assert tag(url, "a", **bearer(key)).status == 403


def test_the_last_use_is_noted(serving: Serving, tokens: Tokens) -> None:
    token = tokens.create("ci", "reader")
    with serving() as url:
        assert ask(url, ASKING, headers=bearer(token)).status == 200
        while (used := tokens.kept()[0].used) is None:
            pass
    assert datetime.now(UTC) - used < timedelta(hours=1, minutes=1)


def addresses(served: Served) -> list[tuple[str, str, Role]]:
    """Every address and method of the server, with the least that it takes."""
    app = application(served)
    found = [(route.path.replace("/*", "/x"), method, route.needs) for route in app.routes for method in route.methods]
    return [*found, *((prefix, "GET", mount.needs) for prefix, mount in app.mounts.items())]


def test_every_address_asks_for_its_role(serving: Serving, tokens: Tokens, lake: Lake) -> None:
    by_role = {Role[name.upper()]: tokens.create(name, name) for name in ROLES}
    found = addresses(Served(lake=lake))
    assert len(found) > 10
    with serving() as url:
        for path, method, needs in found:
            for role in Role:
                headers = bearer(by_role[role]) if role else {}
                status = ask(url, path, method=method, headers=headers, body=b"" if method != "GET" else None).status
                refused = {401} if role is Role.NOBODY else {403}
                if role < needs:
                    assert status in refused, (method, path, role)
                elif method in ("GET", "HEAD") or role is Role.ADMIN:
                    assert status not in (401, 403), (method, path, role)


def test_what_is_described_as_asking_for_a_token_does(serving: Serving, tokens: Tokens) -> None:
    reader = bearer(tokens.create("ci", "reader"))
    with serving() as url:
        described = json.loads(ask(url, "/openapi.json").body)
        found = [
            (method.upper(), re.sub(r"{[^}]*}", "x", path), operation)
            for path, item in described["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "put", "patch", "delete")
        ]
        assert len(found) > 30
        for method, path, operation in found:
            body = None if method == "GET" else b""
            status = ask(url, path, method=method, body=body).status
            open_to_all = operation.get("security") == []
            assert (status != 401) == open_to_all, (method, path, status)
            assert ask(url, path, method=method, headers=reader, body=body).status != 401, (method, path)


EMPTYING = f"DELETE WHERE {{ <{BASE}model/acme/churn> ?property ?value }}"


@pytest.mark.parametrize(
    ("method", "path", "media_type", "body", "least"),
    [
        ("POST", "/sparql", "application/sparql-query", "ASK {}", Role.READER),
        ("POST", "/update", "application/sparql-update", "INSERT DATA {}", Role.CONTRIBUTOR),
        ("PUT", "/store?graph={record}", "text/turtle", MODEL + " a <{model}> .", Role.CONTRIBUTOR),
        ("PATCH", "/store?graph={record}", "application/sparql-update", "INSERT DATA {{}}", Role.CONTRIBUTOR),
        ("POST", "/store?graph={record}", "text/turtle", "", Role.CONTRIBUTOR),
        ("POST", "/api/commit", "text/turtle", "", Role.CONTRIBUTOR),
        ("POST", "/api/validate", "text/turtle", "", Role.READER),
        ("GET", "/api/quarantine", "text/turtle", "", Role.CONTRIBUTOR),
        ("DELETE", "/store?graph={record}", "text/turtle", "", Role.STEWARD),
        ("POST", "/update", "application/sparql-update", EMPTYING, Role.STEWARD),
        ("PATCH", "/store?graph={record}", "application/sparql-update", EMPTYING, Role.STEWARD),
        ("POST", "/update", "application/sparql-update", f"DROP GRAPH <{BASE}record/model/acme/churn>", Role.STEWARD),
    ],
)
def test_writing_takes_its_role(
    serving: Serving, tokens: Tokens, method: str, path: str, media_type: str, body: str, least: Role
) -> None:
    made = {name: tokens.create(name, name) for name in ROLES}
    with serving() as url:
        for name, token in made.items():
            headers = {**bearer(token), "Content-Type": media_type}
            target = path.format(record=f"{BASE}record/model/acme/churn")
            sent = body.replace("{model}", LAKE.Model.value).encode()
            status = ask(url, target, method=method, headers=headers, body=sent).status
            assert (status == 403) == (Role[name.upper()] < least), (name, method, path, status)
            assert status != 401


def test_secrets_are_compared_in_constant_time() -> None:
    """Nothing but `hmac.compare_digest` compares what was sent with what is kept."""
    import ast
    import inspect

    from modellake.web.access import access

    tree = ast.parse(inspect.getsource(access))
    compared = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    assert not [text for text in compared if "digest" in text or ("said" in text and "None" not in text)]
    called = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert called.count("hmac.compare_digest") == 2
