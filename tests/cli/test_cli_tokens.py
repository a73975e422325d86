"""``token``, and what it means for a server that runs and for other commands on its machine."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_commands import BASE, Command

from modellake.cli.tokens import RoleName
from modellake.core.tokens import PATTERN, ROLES, token_id
from servers import Reply, ask

ASKING = "/sparql?query=ASK%7B%7D"


@pytest.fixture
def made(command: Command) -> Command:
    assert command("init", "--base-iri", BASE).status == 0
    return command


def create(command: Command, *arguments: str) -> str:
    ended = command("token", "create", *arguments)
    assert ended.status == 0, ended.err
    return ended.out.strip()


def test_a_token_is_shown_once_and_alone(made: Command) -> None:
    ended = made("token", "create", "ci", "--role", "contributor")
    assert PATTERN.fullmatch(ended.out.strip())
    assert "not shown again" in ended.err
    for arguments in (("list",), ("list", "--all", "--json")):
        assert ended.out.strip()[12:] not in made("token", *arguments).out


def test_list_as_json(made: Command) -> None:
    text = create(made, "ci", "--role", "steward", "--agent", "ada", "--expires", "90d")
    (told,) = made("token", "list", "--json").json
    assert (told["id"], told["name"], told["role"], told["agent"]) == (token_id(text), "ci", "steward", "ada")
    left = datetime.fromisoformat(told["expires"]) - datetime.now(UTC)
    assert timedelta(days=89) < left < timedelta(days=91)
    assert (told["status"], told["used"], told["revoked"]) == ("active", None, None)


def test_create_as_json(made: Command) -> None:
    told = made("token", "create", "ci", "--role", "reader", "--json").json
    assert token_id(told["token"]) == told["id"]


@pytest.mark.parametrize("when", ["12h", "4w", "1y", "2100-01-31", "2100-01-31T12:00:00+02:00"])
def test_times_that_are_understood(made: Command, when: str) -> None:
    create(made, "ci", "--role", "reader", "--expires", when)
    assert made("token", "list", "--json").json[0]["expires"]


@pytest.mark.parametrize("when", ["soon", "90", "-1d", "99999y", "2020-01-01", "0h"])
def test_times_that_are_not(made: Command, when: str) -> None:
    ended = made("token", "create", "ci", "--role", "reader", "--expires", when)
    assert (ended.status, "[token.expires]" in ended.err) == (2, True)
    assert made("token", "list").out == "There are no tokens.\n"


def test_revoking(made: Command) -> None:
    first, second = (token_id(create(made, name, "--role", "reader")) for name in ("one", "two"))
    wrong = made("token", "revoke", first, "nothing0")
    assert (wrong.status, "[token.unknown]" in wrong.err) == (3, True)
    assert len(made("token", "list", "--json").json) == 2
    assert made("token", "revoke", first, second).status == 0
    assert made("token", "revoke", first, "--json").json["revoked"][0]["status"] == "revoked"
    assert made("token", "list").out == "There is no active token; --all lists the others.\n"
    assert {item["status"] for item in made("token", "list", "--all", "--json").json} == {"revoked"}


def test_no_lake(command: Command) -> None:
    ended = command("token", "create", "ci", "--role", "reader")
    assert (ended.status, "[lake.absent]" in ended.err) == (3, True)


def test_roles_are_those_of_tokens() -> None:
    assert tuple(role.value for role in RoleName) == ROLES


@contextmanager
def serving(place: Path, *arguments: str) -> Iterator[str]:
    """The URL of a process that serves the lake."""
    command = [sys.executable, "-m", "modellake", "serve", "--port", "0", "--lake", str(place), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline().strip()
            assert line.endswith("/sparql"), process.communicate()
            port = re.search(r":(\d+)/sparql", line)
            assert port
            yield f"http://127.0.0.1:{port[1]}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def asked(url: str, token: str = "") -> Reply:
    return ask(url, ASKING, headers={"Authorization": f"Bearer {token}"} if token else {})


@pytest.mark.skipif(os.name != "posix", reason="modes of files and SIGTERM are those of POSIX")
def test_a_served_lake_that_asks_for_tokens(made: Command, place: Path) -> None:
    token = create(made, "ci", "--role", "reader")
    with serving(place, "--host", "0.0.0.0", "--engine", "embedded") as url:
        assert (asked(url).status, asked(url, token).status) == (401, 200)
        note = place / "views" / "default.holder"
        assert stat.S_IMODE(note.stat().st_mode) == 0o600
        key = json.loads(note.read_text())["key"]
        # Commands of the lake's owner work through the server, without being told a token.
        ended = made("query", "--json", "-e", "ASK {}")
        assert (ended.status, ended.json["boolean"]) == (0, True), ended.err
        assert key not in ended.out + ended.err
        # What is made and revoked beside the server counts at once.
        another = create(made, "other", "--role", "reader")
        assert asked(url, another).status == 200
        assert made("token", "revoke", token_id(token)).status == 0
        assert (asked(url, token).status, asked(url, another).status) == (401, 200)
    assert not note.exists()


def test_nobody_could_ask(made: Command, place: Path) -> None:
    for flags in (("--host", "0.0.0.0"), ("--require-token",)):
        ended = made("serve", "--port", "0", *flags)
        assert (ended.status, "[serve.no-token]" in ended.err) == (2, True)
        assert f"modellake token create NAME --role reader --lake {place}" in ended.err


def test_nobody_would_be_asked(made: Command) -> None:
    create(made, "ci", "--role", "reader")
    ended = made("serve", "--port", "0", "--host", "0.0.0.0", "--no-require-token")
    assert (ended.status, "[serve.not-loopback]" in ended.err) == (2, True)


def test_what_the_file_of_the_lake_says_is_done(made: Command, place: Path) -> None:
    (place / "lake.toml").write_text('[serve]\nport = 0\nrequire-token = true\npublic-read = true\nengine = "x"\n')
    ended = made("serve")
    assert (ended.status, "[setting.unknown]" in ended.err) == (2, True)
    assert "lake.toml:5" in ended.err
    (place / "lake.toml").write_text("[serve]\nrequire-token = true\npublic-read = true\n")
    with serving(place, "--engine", "embedded") as url:
        assert asked(url).status == 200
        headers = {"Content-Type": "application/sparql-update"}
        assert ask(url, "/sparql", method="POST", headers=headers, body=b"INSERT DATA {}").status == 401
