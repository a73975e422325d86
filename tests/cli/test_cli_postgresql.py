"""Commands on a lake whose ledger is in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import BASE, Command
from cli_documents import CHURN

from postgresql_server import PASSWORD, Server

Write = Callable[[str, str], Path]
ASK = ("query", "--format", "csv", "SELECT ?m { ?m a lake:Model }")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the environment says where a ledger is, or lets into it."""
    for name in ("MODELLAKE_LEDGER", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_two_folders_share_one_lake(command: Command, write: Write, postgresql_url: str) -> None:
    assert command("init", "one", "--ledger", postgresql_url, "--base-iri", BASE).status == 0
    assert command("commit", write("churn.ttl", CHURN), "--lake", "one").status == 0
    joined = command("init", "two", "--ledger", postgresql_url, "--json")
    assert joined.json == {"lake": "two", "base_iri": BASE, "sequence": 1}
    assert command(*ASK, "--lake", "two").out == command(*ASK, "--lake", "one").out != "m\n"
    assert command("stats", "--lake", "two").status == command("verify", "--lake", "two").status == 0
    again = command("init", "two", "--ledger", postgresql_url)
    assert (again.status, "lake.exists" in again.err) == (2, True)
    other = command("init", "three", "--ledger", postgresql_url, "--base-iri", "https://other.example.org/")
    assert (other.status, "base-iri.differs" in other.err) == (2, True)
    assert not Path("three").exists()


def test_a_password_is_never_written_or_shown(
    command: Command, postgresql_server: Server, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = postgresql_url.rpartition("=")[2]
    url = postgresql_server.tcp_url(schema, password=PASSWORD)
    monkeypatch.setenv("MODELLAKE_LEDGER", url)
    made = command("init", "one", "--base-iri", BASE)
    assert made.status == 0
    assert command("head", "--lake", "one").status == 0
    held = [path.read_text(errors="replace") for path in Path("one").rglob("*") if path.is_file()]
    monkeypatch.delenv("MODELLAKE_LEDGER")
    refused = command("head", "--lake", "one")
    assert (refused.status, "ledger.login" in refused.err) == (4, True)
    shown = [made.out, made.err, refused.out, refused.err, command("--help").out]
    assert not any(PASSWORD in text for text in (*held, *shown))
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert command("head", "--lake", "one").status == 0


def test_an_address_that_leads_to_another_lake_is_refused(
    command: Command, new_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = new_url(), new_url()
    assert command("init", "one", "--ledger", one).status == command("init", "other", "--ledger", other).status == 0
    monkeypatch.setenv("MODELLAKE_LEDGER", other)
    refused = command("head", "--lake", "one")
    assert (refused.status, "ledger.differs" in refused.err) == (2, True)
    assert command("head", "--lake", "other").status == 0


@pytest.mark.parametrize("spoiled", ["", "url = 1", "not toml", 'lake = "x"'])
def test_a_spoiled_address_names_its_file(command: Command, postgresql_url: str, spoiled: str) -> None:
    command("init", "one", "--ledger", postgresql_url)
    Path("one/ledger.toml").write_text(spoiled)
    refused = command("head", "--lake", "one")
    assert (refused.status, "ledger.address" in refused.err) == (2, True)
    assert "ledger.toml" in refused.err


def test_a_lake_moves_into_postgresql_and_back(
    command: Command, write: Write, new_url: Callable[[], str], postgresql_url: str
) -> None:
    command("init", "file", "--base-iri", BASE)
    command("commit", write("churn.ttl", CHURN), "--lake", "file")
    head = command("head", "--lake", "file", "--json").json
    assert command("backup", "one.sqlite", "--lake", "file").status == 0
    assert command("restore", "one.sqlite", "--lake", "served", "--ledger", postgresql_url).status == 0
    assert command("backup", "two.sqlite", "--lake", "served").status == 0
    assert command("restore", "two.sqlite", "--lake", "back", "--head", head["hash"]).status == 0
    for lake in ("served", "back"):
        assert command("head", "--lake", lake, "--json").json == head
        assert command("verify", "--lake", lake, "--head", head["hash"]).status == 0
        assert command(*ASK, "--lake", lake).out == command(*ASK, "--lake", "file").out
    taken = command("restore", "one.sqlite", "--lake", "again", "--ledger", postgresql_url)
    assert (taken.status, "ledger.exists" in taken.err) == (2, True)
    assert not Path("again").exists()
    assert command("restore", "one.sqlite", "--lake", "again", "--ledger", new_url()).status == 0


def test_a_url_that_is_none_makes_nothing(command: Command) -> None:
    refused = command("init", "one", "--ledger", "mysql://ada:s3cret@localhost/x")
    assert (refused.status, "ledger.url" in refused.err, "s3cret" in refused.err) == (2, True, False)
    assert not Path("one").exists()
