"""Tokens where they are kept: beside a ledger in a file, and in the schema of one in PostgreSQL."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from modellake.bootstrap import create_lake, restore_lake
from modellake.core.errors import LedgerError, ModelLakeError, NotFoundError, UsageError
from modellake.core.tokens import token_digest, token_id
from modellake.ledger.address import open_ledger_of
from modellake.ledger.tokens import FILE, Tokens

from .places import SYSTEMS


@pytest.fixture(params=SYSTEMS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    return create_lake(tmp_path / "lake", ledger=url)


@pytest.fixture
def tokens(folder: Path) -> Iterator[Tokens]:
    found = Tokens(folder)
    yield found
    found.close()


def test_a_lake_without_tokens(tokens: Tokens, folder: Path) -> None:
    assert tokens.kept() == []
    assert tokens.find("abcdefgh") is None
    with pytest.raises(NotFoundError) as unknown:
        tokens.revoke("abcdefgh")
    assert unknown.value.code == "token.unknown"
    assert not (folder / FILE).exists()


def test_what_is_kept_of_a_token(tokens: Tokens, folder: Path) -> None:
    expires = datetime(2100, 1, 1, tzinfo=UTC)
    text = tokens.create("ci", "contributor", agent="https://example.org/ci", expires=expires)
    (kept,) = tokens.kept()
    assert (kept.name, kept.role, kept.agent, kept.expires) == ("ci", "contributor", "https://example.org/ci", expires)
    assert (kept.id, kept.digest, kept.used, kept.revoked) == (token_id(text), token_digest(text), None, None)
    assert tokens.find(kept.id) == kept
    for path in folder.rglob("*"):
        assert not path.is_file() or text.encode() not in path.read_bytes()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    create_lake(tmp_path)
    held = Tokens(tmp_path)
    held.create("ci", "reader")
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(f"{FILE}*")}
    held.close()
    assert FILE in found
    assert set(found.values()) == {0o600}


def test_who_commits_with_it_is_called_as_the_token(tokens: Tokens) -> None:
    tokens.create("ci", "contributor")
    assert tokens.kept()[0].agent == "ci"


def test_what_others_do_is_seen_at_once(tokens: Tokens, folder: Path) -> None:
    others = Tokens(folder)
    identifier = token_id(tokens.create("ci", "reader")) or ""
    assert others.find(identifier) is not None
    tokens.revoke(identifier)
    found = others.find(identifier)
    assert found is not None
    assert found.status(datetime.now(UTC)) == "revoked"
    others.close()


def test_a_file_that_is_put_in_its_place_is_seen_at_once(tmp_path: Path) -> None:
    create_lake(tmp_path)
    held = Tokens(tmp_path)
    identifier = token_id(held.create("ci", "reader")) or ""
    assert held.find(identifier) is not None
    for path in tmp_path.glob(f"{FILE}*"):
        path.unlink()
    assert held.find(identifier) is None
    again = token_id(held.create("ci", "reader")) or ""
    assert held.find(again) is not None
    held.close()


def test_revoking_is_for_good(tokens: Tokens) -> None:
    identifier = token_id(tokens.create("ci", "reader")) or ""
    first = tokens.revoke(identifier)
    assert tokens.revoke(identifier) == first
    tokens.create("ci", "reader")
    assert [item.status(datetime.now(UTC)) for item in tokens.kept()] == ["revoked", "active"]


def test_names_of_active_tokens_are_their_own(tokens: Tokens) -> None:
    tokens.create("ci", "reader", expires=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(UsageError) as taken:
        tokens.create("ci", "reader")
    assert taken.value.code == "token.name-taken"


@pytest.mark.parametrize(
    ("name", "role", "agent", "code"),
    [
        ("", "reader", None, "token.name"),
        (" ", "reader", None, "token.name"),
        ("a\nb", "reader", None, "token.name"),
        ("n" * 101, "reader", None, "token.name"),
        ("ci", "reader", "a\tb", "token.name"),
        ("ci", "king", None, "token.role"),
    ],
)
def test_what_cannot_be_made(tmp_path: Path, name: str, role: str, agent: str | None, code: str) -> None:
    held = Tokens(create_lake(tmp_path))
    with pytest.raises(UsageError) as refused:
        held.create(name, role, agent=agent)
    assert refused.value.code == code
    assert held.kept() == []


def test_no_token_has_expired_already(tokens: Tokens) -> None:
    with pytest.raises(UsageError) as refused:
        tokens.create("ci", "reader", expires=datetime(2020, 1, 1, tzinfo=UTC))
    assert refused.value.code == "token.expires"


def test_the_last_use_is_known_to_the_hour(tokens: Tokens) -> None:
    tokens.create("ci", "reader")
    now = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
    tokens.note_use(tokens.kept()[0], now)
    assert tokens.kept()[0].used == datetime(2030, 5, 6, 7, tzinfo=UTC)
    tokens.note_use(tokens.kept()[0], now + timedelta(minutes=40))
    assert tokens.kept()[0].used == datetime(2030, 5, 6, 7, tzinfo=UTC)


def test_no_backup_has_them(tokens: Tokens, folder: Path, tmp_path: Path) -> None:
    text = tokens.create("ci-with-a-name-of-its-own", "reader")
    with open_ledger_of(folder) as ledger:
        ledger.backup(tmp_path / "backup")
    content = (tmp_path / "backup").read_bytes()
    assert token_digest(text) not in content
    assert b"ci-with-a-name-of-its-own" not in content
    restored = Tokens(restore_lake(tmp_path / "backup", tmp_path / "restored"))
    assert restored.kept() == []


def test_they_are_no_part_of_what_is_verified(tokens: Tokens, folder: Path) -> None:
    tokens.create("ci", "reader")
    with open_ledger_of(folder) as ledger:
        assert ledger.verify().conforms


def test_who_appends_keeps_no_revocation_waiting(folder: Path, tokens: Tokens) -> None:
    identifier = token_id(tokens.create("ci", "reader")) or ""
    with open_ledger_of(folder) as ledger, ledger._database.write():
        assert tokens.revoke(identifier).revoked is not None


def test_many_make_tokens_at_once(folder: Path) -> None:
    made: list[str] = []

    def make(number: int) -> None:
        held = Tokens(folder)
        made.append(held.create(f"ci {number}", "reader"))
        held.close()

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {item.id for item in Tokens(folder).kept()} == {token_id(text) for text in made}
    assert len(made) == 8


def damage_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE tokens_version SET version = 99")


@pytest.mark.parametrize(
    ("change", "code"),
    [(damage_version, "token.newer"), (lambda path: path.write_bytes(b"no database" * 100), "ledger.not-a-ledger")],
)
def test_files_that_are_not_understood(tmp_path: Path, change: Callable[[Path], object], code: str) -> None:
    held = Tokens(create_lake(tmp_path))
    held.create("ci", "reader")
    held.close()
    for path in tmp_path.glob(f"{FILE}-*"):
        path.unlink()
    change(tmp_path / FILE)
    with pytest.raises((LedgerError, ModelLakeError)) as refused:
        Tokens(tmp_path).kept()
    assert refused.value.code == code
