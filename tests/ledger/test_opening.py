"""Opening: new ledgers, old ledgers, and files that are none."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from modellake.core.errors import LedgerError, NotFoundError, UsageError
from modellake.ledger import schema
from modellake.ledger.ledger import Ledger

from .drafts import BASE, change, draft, fill, record
from .places import Place, only_in_files, run_sql


def test_a_new_ledger_remembers_its_lake(place: Place):
    with Ledger.create(place, BASE) as ledger:
        lake = ledger.lake_id
        assert (ledger.base_iri, ledger.schema_version) == (BASE, schema.VERSION)
    with Ledger.open(place) as ledger:
        assert (ledger.base_iri, ledger.lake_id) == (BASE, lake)
        assert ledger.verify().findings == ()


@only_in_files("a server leaves no files")
def test_a_new_ledger_is_one_file(place: Path):
    Ledger.create(place, BASE).close()
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_an_existing_ledger_is_never_overwritten(place: Place):
    Ledger.create(place, BASE).close()
    before = place.read_bytes() if isinstance(place, Path) else None
    with pytest.raises(UsageError) as caught:
        Ledger.create(place, "https://other.example.org/")
    assert (caught.value.code, caught.value.exit_status) == ("ledger.exists", 2)
    assert before is None or place.read_bytes() == before
    with Ledger.open(place) as ledger:
        assert ledger.base_iri == BASE


def test_no_ledger_is_made_by_opening_one(place: Place):
    for _ in range(2):
        with pytest.raises(NotFoundError) as caught:
            Ledger.open(place)
        assert (caught.value.code, caught.value.exit_status) == ("ledger.absent", 3)
    assert isinstance(place, str) or not place.exists()


def test_a_new_ledger_needs_a_folder(tmp_path: Path):
    with pytest.raises(NotFoundError) as caught:
        Ledger.create(tmp_path / "absent" / "ledger.sqlite", BASE)
    assert caught.value.code == "ledger.folder-absent"


@only_in_files("only a file can hold anything")
@pytest.mark.parametrize("content", [b"", b"@prefix a: <urn:a> .\n" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_another_file_is_not_a_ledger_and_left_alone(place: Path, content: bytes):
    place.write_bytes(content)
    with pytest.raises(LedgerError) as caught:
        Ledger.open(place)
    assert caught.value.code in ("ledger.not-a-ledger", "ledger.damaged")
    assert place.read_bytes() == content


@only_in_files("a schema with other tables has a test of its own")
def test_another_database_is_not_a_ledger_and_left_alone(place: Path):
    with sqlite3.connect(place) as raw:
        raw.execute("CREATE TABLE runs (id INTEGER)")
    raw.close()
    before = place.read_bytes()
    with pytest.raises(LedgerError) as caught:
        Ledger.open(place)
    assert caught.value.code == "ledger.not-a-ledger"
    assert place.read_bytes() == before


def test_a_folder_is_not_a_ledger(tmp_path: Path):
    with pytest.raises(LedgerError) as caught:
        Ledger.open(tmp_path)
    assert caught.value.code == "ledger.not-a-ledger"


@pytest.mark.parametrize(
    "damage", ["DELETE FROM meta WHERE key = 'lake'", "UPDATE meta SET value = 'x' WHERE key = 'version'"]
)
def test_a_ledger_that_does_not_say_whose_it_is_is_damaged(place: Place, damage: str):
    Ledger.create(place, BASE).close()
    run_sql(place, damage)
    with pytest.raises(LedgerError) as caught:
        Ledger.open(place)
    assert caught.value.code == "ledger.damaged"


def set_version(place: Place, version: int, *statements: str) -> None:
    for statement in statements:
        run_sql(place, statement)
    run_sql(place, "UPDATE meta SET value = ? WHERE key = 'version'", str(version))


def test_a_ledger_of_a_later_release_is_left_alone(place: Place):
    Ledger.create(place, BASE).close()
    set_version(place, schema.VERSION + 1)
    before = place.read_bytes() if isinstance(place, Path) else None
    with pytest.raises(LedgerError) as caught:
        Ledger.open(place)
    assert caught.value.code == "ledger.newer"
    assert before is None or place.read_bytes() == before
    assert run_sql(place, "SELECT value FROM meta WHERE key = 'version'") == [(str(schema.VERSION + 1),)]


def test_a_ledger_from_which_no_step_leads_on_is_refused(place: Place):
    Ledger.create(place, BASE).close()
    set_version(place, -1)
    with pytest.raises(LedgerError):
        Ledger.open(place)
    set_version(place, 0)
    with pytest.raises(LedgerError) as caught:
        Ledger.open(place)
    assert caught.value.code == "ledger.too-old"


def older_ledger(place: Place) -> None:
    """A ledger of an imagined version 0, which had no indexes."""
    with Ledger.create(place, BASE) as ledger:
        fill(ledger)
    tables = ("types", "type_sets", "readings", "identifiers")
    set_version(place, 0, "DROP INDEX entries_of_identity", *(f"DROP TABLE {table}" for table in tables))


def add_types(connection: Connection) -> None:
    schema.metadata.create_all(connection, tables=[schema.type_sets, schema.types])


def test_an_older_ledger_is_brought_up_to_date(place: Place, monkeypatch: pytest.MonkeyPatch):
    older_ledger(place)
    monkeypatch.setattr(schema, "MIGRATIONS", {**schema.MIGRATIONS, 0: add_types})
    with Ledger.open(place) as ledger:
        assert ledger.schema_version == schema.VERSION
        assert ledger.head().sequence == 3
        assert ledger.types_of(["urn:r"]) == {}
        ledger.append(draft(change(1, "new", types=frozenset({("urn:r", "urn:C")}))))
        assert ledger.types_of(["urn:r"]) == {"urn:r": {"urn:C"}}
        assert ledger.verify().findings == ()
    monkeypatch.setattr(schema, "MIGRATIONS", {})
    with Ledger.open(place) as ledger:
        assert ledger.has_record(record(1))


def test_a_step_that_fails_leaves_the_older_ledger_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch):
    def fails(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE types (id INTEGER)")
        connection.exec_driver_sql("SELECT * FROM nowhere")

    older_ledger(place)
    monkeypatch.setattr(schema, "MIGRATIONS", {0: fails})
    with pytest.raises(LedgerError):
        Ledger.open(place)
    assert run_sql(place, "SELECT value FROM meta WHERE key = 'version'") == [("0",)]
    run_sql(place, "CREATE TABLE types (id INTEGER)")  # the one of the step is gone


def test_a_backup_is_a_ledger(filled: Ledger, tmp_path: Path):
    target = tmp_path / "copy.sqlite"
    filled.backup(target)
    filled.append(draft(change(9, "later")))
    with Ledger.open(target) as copy:
        assert copy.head() == type(copy.head())(3, filled.commit(3).hash)
        assert copy.verify(filled.commit(3).hash).findings == ()
        assert copy.lake_id == filled.lake_id
    with pytest.raises(UsageError) as caught:
        filled.backup(target)
    assert caught.value.code == "ledger.exists"


def test_a_closed_ledger_says_so(ledger: Ledger):
    ledger.close()
    with pytest.raises(UsageError) as caught:
        ledger.head()
    assert caught.value.code == "ledger.closed"


@only_in_files("a server's settings are its own, and a commit's has a test of its own")
def test_the_file_is_durable_by_its_settings(ledger: Ledger, place: Path):
    with ledger._database.read() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_names_with_odd_characters(tmp_path: Path):
    place = tmp_path / "a #1 ?x=100% ü.sqlite"
    with Ledger.create(place, BASE) as ledger:
        ledger.append(draft(change(1, "one")))
    assert place.exists()
    with Ledger.open(place) as ledger:
        assert ledger.head().sequence == 1
