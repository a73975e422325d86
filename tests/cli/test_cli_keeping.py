"""Looking after a lake: verify, rebuild, stats."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from cli_commands import BASE, Command
from cli_documents import NAMED

Write = Callable[[str, str], Path]


def test_verify_prints_the_head_to_write_down(filled: Command) -> None:
    ended = filled("verify")
    assert ended.status == 0
    assert "1 commit" in ended.out
    head = ended.out.splitlines()[-1].removeprefix("head ")
    assert filled("verify", "--head", head).status == 0
    answer = filled("verify", "--json").json
    assert (answer["conforms"], answer["sequence"], answer["head"]) == (True, 1, head)


def test_verify_notices_a_head_that_is_not_in_the_chain(filled: Command) -> None:
    ended = filled("verify", "--head", "0" * 64)
    assert ended.status == 1
    assert "Violation [ledger." in ended.out


def test_a_part_of_a_head_is_no_alarm(filled: Command) -> None:
    head = filled("head", "--json").json["hash"]
    for command in (("verify",), ("restore", "copy.sqlite", "--lake", "again")):
        ended = filled(*command, "--head", f"{head[:16]}…")
        assert ended.status == 2
        assert "[head.malformed]" in ended.err
    assert filled("verify", "--head", f"  {head.upper()} ").status == 0


def test_verify_tells_what_was_erased(filled: Command, place: Path) -> None:
    with sqlite3.connect(place / "ledger.sqlite") as database:
        emptied = ", ".join(f"{name} = NULL" for name in ("salt", "digest", "codec", "checksum", "size", "body"))
        database.execute(f"UPDATE contents SET {emptied} WHERE id = 1")
    ended = filled("verify")
    assert ended.status == 1
    assert "Warning [ledger.content-erased] Content 1 has been erased" in ended.out
    assert "as it was written" not in ended.out


def test_verify_notices_a_changed_ledger(filled: Command, place: Path) -> None:
    with sqlite3.connect(place / "ledger.sqlite") as database:
        database.execute("UPDATE commits SET message = 'Something else'")
    ended = filled("verify")
    assert ended.status == 1
    assert "Violation [ledger." in ended.out
    assert "as it was written" not in ended.out
    assert filled("verify", "--json").json["conforms"] is False


def test_rebuild_makes_the_same_view(filled: Command) -> None:
    before = filled("stats", "--json").json
    ended = filled("rebuild")
    assert ended.status == 0
    assert ended.out.startswith(f"Made the view again from the ledger: {before['quads']} quads in ")
    assert filled("stats", "--json").json == before
    assert filled("rebuild", "--json").json["quads"] == before["quads"]


def test_a_lost_view_comes_back_by_itself(filled: Command, place: Path) -> None:
    before = filled("query", "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o").out
    shutil.rmtree(place / "views")
    assert filled("query", "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o").out == before


def test_a_view_ahead_of_its_ledger_is_made_again_with_a_word(filled: Command, place: Path, write: Write) -> None:
    shutil.copy(place / "ledger.sqlite", place.parent / "earlier.sqlite")
    assert filled("commit", write("named.ttl", NAMED)).status == 0
    for leftover in place.glob("ledger.sqlite-*"):
        leftover.unlink()
    shutil.copy(place.parent / "earlier.sqlite", place / "ledger.sqlite")
    ended = filled("stats", "--json")
    assert "making it again from the ledger" in ended.err
    assert ended.json["records"] == 4


def test_stats(filled: Command, place: Path) -> None:
    answer = filled("stats", "--json").json
    assert answer["lake"] == str(place)
    assert answer["base_iri"] == BASE
    assert (answer["commits"], answer["records"], answer["sources"], answer["quarantined"]) == (1, 4, 1, 0)
    assert answer["quads"] > 10
    assert answer["lag"] == 0
    ended = filled("stats")
    assert "records      4" in ended.out
    assert "\x1b" not in ended.out
