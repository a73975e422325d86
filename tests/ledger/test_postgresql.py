"""What only PostgreSQL has: addresses, roles, a standby, locks between machines, and texts that it cannot keep."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from modellake.core.errors import LedgerError, ModelLakeError, UnavailableError, UsageError
from modellake.ledger import schema
from modellake.ledger.commits import Change, Commit
from modellake.ledger.ledger import Ledger
from modellake.ledger.postgresql_url import parse_address
from modellake.ledger.verification import Verification
from postgresql_server import PASSWORD, SUPERUSER, Server

from .drafts import BASE, change, draft, fill, record, says
from .places import run_sql
from .test_properties import drafts
from .test_verification import COLUMNS, TABLES

NO_SURROGATES = st.characters(exclude_categories=["Cs"])
ODD = st.text(st.one_of(st.sampled_from("\x00\x01\x02a\U0010ffff"), NO_SURROGATES))


@pytest.fixture
def held(postgresql_url: str) -> Iterator[Ledger]:
    """A ledger with three commits that use every table."""
    with Ledger.create(postgresql_url, BASE) as ledger:
        fill(ledger)
        yield ledger


@pytest.fixture(scope="module")
def escaping(postgresql_server: Server) -> Iterator[Any]:
    """A connection through which texts go as those of a ledger do."""
    import psycopg

    from modellake.ledger.postgresql_text import register_texts

    plain = postgresql_server.url("x").rpartition("&schema=")[0]
    with psycopg.connect(plain, autocommit=True) as connection:
        register_texts(connection.adapters)
        connection.execute('CREATE TEMPORARY TABLE kept (value text COLLATE "C")')
        yield connection


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(ODD, max_size=8))
def test_every_text_comes_back_in_the_order_of_code_points(escaping: Any, texts: list[str]):
    escaping.execute("DELETE FROM kept")
    with escaping.cursor() as cursor:
        cursor.executemany("INSERT INTO kept VALUES (%s)", [(value,) for value in texts])
        assert [row[0] for row in cursor.execute("SELECT value FROM kept ORDER BY value")] == sorted(texts)
        for value in texts:
            same = cursor.execute("SELECT count(*) FROM kept WHERE value = %s", (value,)).fetchone()
            assert same == (texts.count(value),)


def test_a_text_with_nul_is_kept_and_verifies(held: Ledger):
    odd = "a\x00b\x01c\x02"
    held.append(draft(change(f"x{odd}", odd, by=odd, space=odd), message=odd))
    assert held.commit(4).message == odd
    assert [item.space for item in held.contents(record(f"x{odd}"))] == [odd]
    assert held.verify(held.head().hash).findings == ()


def entries(commit: Commit) -> list[tuple[Any, ...]]:
    return [(item.record, item.source, item.kind, item.space, item.content_id) for item in commit.entries]


def structure(ledger: Ledger) -> list[Any]:
    """Everything but what salts and hashes make different in each ledger."""
    return [
        (commit.sequence, commit.time, commit.agent, commit.message, sorted(commit.rules), commit.size, entries(commit))
        for commit in ledger.commits()
    ]


@settings(max_examples=6, deadline=None)
@given(history=st.lists(drafts, max_size=5))
def test_equal_drafts_make_equal_ledgers(
    new_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, history: list[list[Change]]
):
    file = tmp_path_factory.mktemp("same") / "ledger.sqlite"
    with Ledger.create(new_url(), BASE) as one, Ledger.create(file, BASE) as other:
        for changed in history:
            assert (one.append(draft(*changed)) is None) == (other.append(draft(*changed)) is None)
        assert structure(one) == structure(other)
        assert one.stats() == other.stats()
        for at in (None, len(history) // 2):
            assert list(one.contents_all(at=at)) == list(other.contents_all(at=at))


def test_a_lake_moves_to_postgresql_and_back_unchanged(held: Ledger, new_url: Callable[[], str], tmp_path: Path):
    head, url = held.head(), new_url()
    for number in (1, 2):
        held.quarantine.keep(
            source=f"urn:{number}",
            place="a",
            media_type="",
            harvester=None,
            agent="urn:a",
            original=b"x",
            report=held.verify(),
        )
    assert held.backup(tmp_path / "one.sqlite") == head
    with Ledger.open(tmp_path / "one.sqlite") as file:
        assert (file.head(), file.stats(), file.lake_id) == (head, held.stats(), held.lake_id)
        file.copy_into(url)
    with Ledger.open(url) as moved:
        assert moved.verify(head.hash).findings == ()
        moved.backup(tmp_path / "two.sqlite")
        assert moved.quarantine.list() == held.quarantine.list()
        kept = moved.quarantine.keep(
            source="urn:3",
            place="a",
            media_type="",
            harvester=None,
            agent="urn:a",
            original=b"x",
            report=moved.verify(),
        )
        assert kept == 3
        assert moved.append(draft(change(7, "seven"))).sequence == 4
    with Ledger.open(tmp_path / "two.sqlite") as back:
        assert back.verify(head.hash).findings == ()
        assert structure(back) == structure(held)
    assert [path.name for path in tmp_path.iterdir() if "-" in path.name] == []


def test_what_does_not_verify_is_not_copied(held: Ledger, new_url: Callable[[], str], tmp_path: Path):
    held.backup(tmp_path / "copy.sqlite")
    run_sql(tmp_path / "copy.sqlite", "UPDATE commits SET message = 'other' WHERE sequence = 2")
    url = new_url()
    with Ledger.open(tmp_path / "copy.sqlite") as file, pytest.raises(LedgerError) as caught:
        file.copy_into(url)
    assert caught.value.code == "ledger.damaged"
    Ledger.create(url, BASE).close()


def tampered(ledger: Ledger, statement: str, values: dict[str, Any]) -> list[str]:
    """The codes of what is found after a statement, which is undone."""
    database = ledger._database
    with database.read() as reading, database._engine.connect() as connection:
        del reading
        with connection.begin() as transaction:
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no foreign keys
            assert connection.execute(text(statement), values).rowcount
            report = Verification(database.flaws, connection, None, None).run()
            transaction.rollback()
    return [finding.code for finding in report.findings]


OTHER = {"BYTEA": "'\\x00'::bytea", "TEXT": "'other'"}


@pytest.mark.parametrize("table", TABLES)
def test_a_change_in_any_column_and_a_removed_row_are_noticed(held: Ledger, table: str):
    columns = schema.metadata.tables[table].columns
    for name in [column for owner, column in COLUMNS if owner == table]:
        kind = str(columns[name].type)
        # 90 is the number of no row, and no other column may have the value already.
        other = OTHER.get("BYTEA" if "BLOB" in kind else "TEXT" if kind == "TEXT" else kind, "90")
        row = f"ctid = (SELECT ctid FROM {table} WHERE {name} IS NOT NULL LIMIT 1)"
        assert tampered(held, f"UPDATE {table} SET {name} = {other} WHERE {row}", {}), (table, name)
    removed = f"DELETE FROM {table} WHERE ctid = (SELECT max(ctid) FROM {table})"
    assert tampered(held, removed, {}), table
    assert held.verify().findings == ()


def test_another_lake_in_the_same_database_is_another_ledger(held: Ledger, new_url: Callable[[], str]):
    with Ledger.create(new_url(), "https://other.example.org/") as other, held._database.write():
        assert other.append(draft(change(1, "does not wait"))).sequence == 1
        assert other.base_iri != held.base_iri


def test_a_schema_with_other_tables_is_no_ledger_and_left_alone(postgresql_url: str):
    name = parse_address(postgresql_url).schema
    run_sql(postgresql_url, f"CREATE SCHEMA {name}")
    run_sql(postgresql_url, "CREATE TABLE runs (id integer)")
    for attempt, code in (
        (lambda: Ledger.open(postgresql_url), "ledger.not-a-ledger"),
        (lambda: Ledger.create(postgresql_url, BASE), "ledger.exists"),
    ):
        with pytest.raises(ModelLakeError) as caught:
            attempt()
        assert caught.value.code == code
    assert run_sql(postgresql_url, "SELECT count(*) FROM runs") == [(0,)]


def test_a_database_in_another_encoding_is_refused(postgresql_server: Server):
    plain = postgresql_server.url("x")
    run_sql(plain, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(UsageError) as caught:
        Ledger.create(postgresql_server.url("x", database="latin"), BASE)
    assert caught.value.code == "ledger.encoding"


@pytest.mark.parametrize(
    ("change_of_url", "code"),
    [
        (lambda server: server.tcp_url("x", password="wrong"), "ledger.login"),
        (lambda server: server.tcp_url("x", password=None), "ledger.login"),
        (lambda server: server.url("x", user="nobody_knows"), "ledger.login"),
        (lambda server: server.url("x", database="nowhere"), "ledger.absent"),
        (lambda server: server.url("nothing_here"), "ledger.absent"),
        (lambda _: "postgresql://ada:s3cret@127.0.0.1:1/x", "ledger.unreachable"),
        (lambda _: "postgresql://ada:s3cret@127.0.0.1:9x/x", "ledger.url"),
        (lambda _: "postgresql://ada:s3cret@127.0.0.1", "ledger.url"),
        (lambda _: "mysql://ada:s3cret@127.0.0.1/x", "ledger.url"),
        (lambda server: server.url("Not-A-Name"), "ledger.url"),
        (lambda server: server.url("pg_mine"), "ledger.url"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(
    postgresql_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    change_of_url: Callable[[Server], str],
    code: str,
):
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    with pytest.raises(ModelLakeError) as caught:
        Ledger.open(change_of_url(postgresql_server))
    assert caught.value.code == code
    assert caught.value.remedy
    told = f"{caught.value.message} {caught.value.remedy}"
    assert not any(secret in told for secret in ("s3cret", "wrong"))


def test_the_name_of_an_address_holds_no_secret():
    address = parse_address("postgresql://ada:pw1@h:5/d?password=pw2&sslpassword=pw3&sslmode=require")
    assert address.name == "postgresql://ada@h:5/d?schema=modellake&sslmode=require"


def test_a_password_lets_in(held: Ledger, postgresql_server: Server, monkeypatch: pytest.MonkeyPatch):
    name = held._database._address.schema
    with Ledger.open(postgresql_server.tcp_url(name, password=PASSWORD)) as ledger:
        assert ledger.head() == held.head()
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with Ledger.open(postgresql_server.tcp_url(name, password=None)) as ledger:
        assert PASSWORD not in ledger._database.name


def test_a_commit_is_durable_where_the_server_would_not_wait(held: Ledger, postgresql_server: Server):
    weak = postgresql_server.url(held._database._address.schema).replace(
        "?", "?options=-c%20synchronous_commit%3Doff%20-c%20default_transaction_isolation%3Dserializable&"
    )
    with Ledger.open(weak) as ledger:
        with ledger._database.read() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off"
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"
        with ledger._database.write() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


def test_a_stronger_setting_stays(held: Ledger, postgresql_server: Server):
    strong = postgresql_server.url(held._database._address.schema).replace(
        "?", "?options=-c%20synchronous_commit%3Dremote_apply&"
    )
    with Ledger.open(strong) as ledger, ledger._database.write() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "remote_apply"


def test_a_writer_sees_what_was_committed_while_it_waited(held: Ledger, postgresql_url: str):
    with Ledger.open(postgresql_url) as other:
        before = held.head()
        with other._database.write() as connection:
            connection.exec_driver_sql("SELECT 1")
        other.append(draft(change(1, "first")))
        with pytest.raises(UnavailableError) as caught:
            held.append(draft(change(1, "second")), expected=before)
        assert caught.value.code == "ledger.conflict"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("55P03", "ledger.locked"),
        ("53100", "ledger.disk-full"),
        ("58030", "ledger.disk"),
        ("25006", "ledger.read-only"),
        ("42501", "ledger.read-only"),
        ("54000", "ledger.too-big"),
        ("57P01", "ledger.unreachable"),
        ("53300", "ledger.unreachable"),
        ("40001", "ledger.unreachable"),
        ("XX001", "ledger.damaged"),
    ],
)
def test_errors_of_the_server_have_the_codes_of_a_ledger(held: Ledger, state: str, code: str):
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(ModelLakeError) as caught, held._database.write() as connection:
        connection.exec_driver_sql(raising)
    assert caught.value.code == code
    assert held.append(draft(change(1, "after"))).sequence == 4


def test_a_name_that_no_index_takes_is_refused(held: Ledger):
    import secrets

    with pytest.raises(UsageError) as caught:
        held.append(draft(change(secrets.token_hex(9000), "long")))
    assert caught.value.code == "ledger.too-big"
    assert held.head().sequence == 3


def test_a_role_that_may_only_read_reads(held: Ledger, postgresql_server: Server, postgresql_url: str):
    name = held._database._address.schema
    run_sql(postgresql_url, "DROP ROLE IF EXISTS reader")
    run_sql(postgresql_url, "CREATE ROLE reader LOGIN")
    run_sql(postgresql_url, f"GRANT USAGE ON SCHEMA {name} TO reader")
    run_sql(postgresql_url, f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO reader")
    with Ledger.open(postgresql_server.url(name, user="reader")) as ledger:
        assert ledger.verify(held.head().hash).findings == ()
        with pytest.raises(UnavailableError) as caught:
            ledger.append(draft(change(1, "new")))
        assert caught.value.code == "ledger.read-only"
    run_sql(postgresql_url, "DROP OWNED BY reader")


def test_a_standby_reads_and_says_that_it_cannot_write(held: Ledger, postgresql_server: Server):
    with postgresql_server.standby() as port:
        url = postgresql_server.url(held._database._address.schema)
        with Ledger.open(url.replace(f"port={postgresql_server.port}", f"port={port}")) as copy:
            assert copy.head() == held.head()
            assert copy.verify().findings == ()
            with pytest.raises(UnavailableError) as caught:
                copy.append(draft(change(1, "new")))
            assert caught.value.code == "ledger.read-only"
            assert "primary" in caught.value.remedy


def test_a_connection_that_the_server_ends_is_made_again(held: Ledger, postgresql_url: str):
    assert held.head().sequence == 3
    run_sql(
        postgresql_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = ?",
        SUPERUSER,
    )
    assert held.head().sequence == 3
    assert held.contents(record(1))[0].content == says("uno")


WITHOUT_EXTRA = """
import sys
sys.modules["psycopg"] = None
import importlib.util
from modellake.core.errors import UsageError
from modellake.ledger.ledger import Ledger
try:
    Ledger.open("postgresql://ada@127.0.0.1:1/x")
except UsageError as error:
    print(error.code, error.remedy)
"""


def test_without_the_extra_the_error_names_it():
    told = subprocess.run([sys.executable, "-c", WITHOUT_EXTRA], capture_output=True, text=True, check=True).stdout
    assert told == "ledger.extra-missing Install the extra: pip install 'modellake[postgresql]'\n"


def test_a_ledger_in_a_file_loads_nothing_of_postgresql(tmp_path: Path):
    script = (
        "import sys; from pathlib import Path; from modellake.ledger.ledger import Ledger; "
        f"Ledger.create(Path({str(tmp_path / 'l')!r}), 'urn:x/').close(); "
        "print({'psycopg', 'modellake.ledger.postgresql'} & sys.modules.keys())"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told == "set()\n"
