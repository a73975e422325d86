"""Moving a lake: head, backup, restore."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from cli_commands import BASE, Command

import modellake


def test_head_is_what_verify_takes(filled: Command) -> None:
    answer = filled("head", "--json").json
    assert answer["sequence"] == 1
    assert filled("head").out.startswith(answer["hash"])
    assert filled("verify", "--head", answer["hash"]).status == 0


def test_the_head_of_an_empty_lake_binds_it_to_its_beginning(command: Command) -> None:
    command("init", "--base-iri", BASE)
    ended = command("head")
    assert ended.status == 0
    assert "an empty lake" in ended.out
    assert command("verify", "--head", ended.out.split()[0]).status == 0


def test_a_lake_comes_back_from_its_backup(filled: Command, tmp_path: Path) -> None:
    written = filled("backup", "copy.sqlite", "--json").json
    before = filled("query", "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o", "--json").json
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy.sqlite"]
    ended = filled("restore", "copy.sqlite", "--lake", "again", "--head", written["head"])
    assert ended.status == 0
    assert "Restored 1 commit into again" in ended.out
    again = filled("query", "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o", "--json", "--lake", "again").json
    assert again == before
    assert filled("head", "--lake", "again").out == filled("head").out


def test_nothing_is_overwritten(filled: Command, place: Path) -> None:
    assert filled("backup", "copy.sqlite").status == 0
    assert "[ledger.exists]" in filled("backup", "copy.sqlite").err
    ended = filled("restore", "copy.sqlite")
    assert ended.status == 2
    assert "[lake.exists]" in ended.err
    assert not list(place.glob(".*"))


def test_what_is_no_backup_is_not_restored(command: Command, tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("no database")
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE meta_not (a)").connection.close()
    for name in ("text.sqlite", "other.sqlite"):
        assert "[ledger.not-a-ledger]" in command("restore", name, "--lake", "again").err
    ended = command("restore", "absent.sqlite", "--lake", "again")
    assert (ended.status, "[backup.absent]" in ended.err) == (3, True)
    assert not (tmp_path / "again").exists()


def test_a_changed_backup_is_not_restored(filled: Command, tmp_path: Path) -> None:
    filled("backup", "copy.sqlite")
    with sqlite3.connect(tmp_path / "copy.sqlite") as database:
        database.execute("UPDATE commits SET message = 'Something else'")
    database.close()
    assert "[backup.damaged]" in filled("restore", "copy.sqlite", "--lake", "again").err
    assert not (tmp_path / "again").exists()


def test_a_backup_without_the_commit_that_was_written_down_is_not_restored(filled: Command, tmp_path: Path) -> None:
    filled("backup", "copy.sqlite")
    ended = filled("restore", "copy.sqlite", "--lake", "again", "--head", "0" * 64)
    assert "[backup.damaged]" in ended.err
    assert not (tmp_path / "again").exists()


def test_a_live_ledger_can_be_restored_from_as_well(filled: Command, place: Path, tmp_path: Path) -> None:
    """A plain copy of a file that is in use has a companion with what is not in it."""
    with modellake.open(place) as lake:
        lake.commit("<urn:x> a <urn:y> .", format="turtle")
        for file in place.glob("ledger.sqlite*"):
            shutil.copy(file, tmp_path / file.name)
    assert (tmp_path / "ledger.sqlite-wal").stat().st_size > 0
    assert filled("restore", "ledger.sqlite", "--lake", "again").status == 0
    assert filled("head", "--lake", "again", "--json").json["sequence"] == 2


WRITING = """
    import sys, modellake
    with modellake.open(sys.argv[1]) as lake:
        for number in range(1_000_000):
            lake.commit(f"<urn:{number}> a <urn:thing> .", format="turtle")
            print(number, flush=True)
"""


def test_a_backup_is_made_while_another_process_writes(filled: Command, place: Path) -> None:
    arguments = [sys.executable, "-c", textwrap.dedent(WRITING), str(place)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        written = filled("backup", "copy.sqlite", "--json").json
        process.kill()
    assert written["sequence"] >= 5
    assert filled("restore", "copy.sqlite", "--lake", "again", "--head", written["head"]).status == 0
    assert filled("head", "--lake", "again", "--json").json["hash"] == written["head"]


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from modellake.bootstrap import open_ledger, restore_lake

    def meter(done, total):
        if done >= total * float(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)

    if sys.argv[2] == "backup":
        with open_ledger(Path(sys.argv[3])) as ledger:
            ledger.backup(Path(sys.argv[4]), meter)
    else:
        restore_lake(Path(sys.argv[3]), Path(sys.argv[4]), progress=meter)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that cannot be caught")
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_killed_backup_or_restore_leaves_nothing_that_looks_whole(
    filled: Command, place: Path, tmp_path: Path, share: float
) -> None:
    def killed(*arguments: object) -> int:
        words = [sys.executable, "-c", textwrap.dedent(KILLED), str(share), *map(str, arguments)]
        return subprocess.run(words, check=False).returncode

    assert killed("backup", place, tmp_path / "copy.sqlite") == -9
    assert not (tmp_path / "copy.sqlite").exists()
    assert filled("backup", "copy.sqlite").status == 0
    assert killed("restore", tmp_path / "copy.sqlite", tmp_path / "again") == -9
    assert not (tmp_path / "again" / "ledger.sqlite").exists()
    assert filled("restore", "copy.sqlite", "--lake", "again").status == 0
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == ["ledger.sqlite"]
