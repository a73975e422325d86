"""Looking after a lake for long: doctor, upgrade, rebase, verify --deep."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from cli_commands import BASE, Command, Ended
from cli_documents import NAMED, NAMELESS, PREFIXES

from modellake.lake.doctor.examination import CHECKS

Write = Callable[[str, str], Path]
Release = Callable[[Callable[[Path], object]], AbstractContextManager[None]]
NEW = "https://models.example.net/"
OLD_LEDGERS = Path(__file__).resolve().parents[1] / "ledger" / "old"
STRICTER = (
    PREFIXES
    + """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://w3id.org/model-lake/shapes#> .
shape:Odd a sh:NodeShape ; sh:targetClass lake:Model ; sh:property shape:Odd-isbn .
shape:Odd-isbn a sh:PropertyShape ; sh:path <https://example.org/isbn> ; sh:minCount 1 ; sh:message "Give it."@en .
"""
)


def codes(ended: Ended) -> dict[str, str]:
    """Severity by code."""
    return {item["code"]: item["severity"] for item in ended.json["findings"]}


def stricter(folder: Path) -> None:
    """A release that asks for an ISBN."""
    (folder / "shapes" / "gate" / "odd.ttl").write_text(STRICTER)


@pytest.fixture
def private(filled: Command, place: Path) -> Command:
    """A lake that nobody else can write or read."""
    for path in (place, *place.glob("ledger.sqlite*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return filled


def test_a_healthy_lake_needs_nothing(private: Command) -> None:
    ended = private("doctor")
    assert ended.status == 0, ended.out
    assert "Nothing to do." in ended.out
    assert "\x1b" not in ended.out
    answer = private("doctor", "--json").json
    assert [item["check"] for item in answer["checks"]] == [check.name for check in CHECKS]
    assert all(item["made"] for item in answer["checks"])
    assert answer["facts"]["base IRI"] == BASE
    assert answer["findings"] == []


def test_every_check_asks_something(filled: Command) -> None:
    for check in CHECKS:
        assert check.title.endswith("?")
        assert [item["check"] for item in filled("doctor", "--json", "--check", check.name).json["checks"]] == [
            check.name
        ]


def test_an_unknown_check_lists_those_there_are(filled: Command) -> None:
    ended = filled("doctor", "--check", "horoscope")
    assert ended.status == 3
    assert "error [doctor.check-unknown]" in ended.err
    assert "conformance" in ended.err


def test_what_others_may_write_or_read_is_told(private: Command, place: Path) -> None:
    place.chmod(0o777)
    (place / "ledger.sqlite").chmod(0o666)
    ended = private("doctor", "--json", "--check", "permissions", "--check", "exposure")
    assert ended.status == 1
    assert codes(ended) == {"doctor.permissions": "Warning", "doctor.exposure": "Info"}


def test_the_local_base_iri_is_told(command: Command) -> None:
    command("init")
    ended = command("doctor", "--check", "exposure")
    assert ended.status == 1
    assert "Warning [doctor.exposure] The base IRI is http://lake.localhost/" in ended.out
    assert "modellake rebase" in ended.out


def test_leftovers_are_told_when_they_are_old(private: Command, place: Path) -> None:
    for name in (".verify-x", ".ledger.sqlite.abc"):
        (place / name).mkdir()
    assert private("doctor", "--check", "leftovers").status == 0
    for name in (".verify-x", ".ledger.sqlite.abc"):
        os.utime(place / name, (time.time() - 9999, time.time() - 9999))
    ended = private("doctor", "--check", "leftovers", "--json")
    assert len(ended.json["findings"]) == 2
    assert codes(ended) == {"doctor.leftovers": "Warning"}


def test_clocks_are_compared(filled: Command, place: Path, write: Write) -> None:
    filled("commit", write("named.ttl", NAMED))
    with sqlite3.connect(place / "ledger.sqlite") as database:
        database.execute("UPDATE commits SET time = '2999-01-01T00:00:00.000000Z' WHERE sequence = 1")
    ended = filled("doctor", "--check", "clock", "--json")
    assert [item["message"][:20] for item in ended.json["findings"]] == ["1 commit dated befor", "A commit is dated 29"]


def test_contents_that_nothing_refers_to_are_told(filled: Command, place: Path) -> None:
    assert filled("doctor", "--check", "orphans").status == 0
    with sqlite3.connect(place / "ledger.sqlite") as database:
        database.execute("INSERT INTO contents (id, hmac, body) VALUES (999999, x'00', x'0000')")
    ended = filled("doctor", "--check", "orphans", "--json")
    assert codes(ended) == {"doctor.orphans": "Violation"}
    assert "1 content of 2 bytes" in ended.json["findings"][0]["message"]


def test_what_waits_in_quarantine_for_long_is_told(filled: Command, place: Path, write: Write) -> None:
    assert filled("commit", write("nameless.ttl", NAMELESS)).status == 1
    assert filled("doctor", "--check", "quarantine").status == 0
    with sqlite3.connect(place / "ledger.sqlite") as database:
        database.execute("UPDATE quarantine SET time = '2020-01-01T00:00:00.000000Z'")
    assert codes(filled("doctor", "--check", "quarantine", "--json")) == {"doctor.quarantine": "Warning"}


def test_references_that_lead_nowhere_are_counted(filled: Command, write: Write) -> None:
    text = PREFIXES + '<model/b> a lake:Model ; dct:title "B" ; dct:relation <dataset/nowhere>, <dataset/neither> .'
    filled("commit", write("b.ttl", text))
    ended = filled("doctor", "--check", "references")
    assert ended.status == 0
    assert "2 resources that nobody describes, 2 references: dataset/neither, dataset/nowhere" in ended.out
    rows = filled("query", "dangling", "--param", f"base={BASE}", "--format", "json").json["results"]["bindings"]
    assert [row["resource"]["value"] for row in rows] == [f"{BASE}dataset/neither", f"{BASE}dataset/nowhere"]


def test_contradictions_are_counted(filled: Command, write: Write) -> None:
    for number in (1, 2):
        said = f'<model/b> a lake:Model ; dct:title "B" ; lake:parameterCount {number} .'
        filled("commit", write(f"{number}.ttl", PREFIXES + said))
    ended = filled("doctor", "--check", "contradictions")
    assert "Sources disagree on 1 value, such as lake:parameterCount of model/b" in ended.out


def test_a_place_of_payloads_that_cannot_be_read_is_told(filled: Command, place: Path) -> None:
    (place / "payloads.json").write_text("{")
    assert codes(filled("doctor", "--check", "payloads", "--json")) == {"doctor.payloads": "Violation"}


def test_the_doctor_comes_while_another_process_has_the_lake(filled: Command, place: Path) -> None:
    held = "print('open', flush=True)\n    sys.stdin.readline()"
    program = f"import modellake, sys\nwith modellake.open({str(place)!r}):\n    {held}"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        other.stdout.readline()
        answer = filled("doctor", "--json").json
        other.communicate("\n")
    assert f"process {other.pid}" in answer["findings"][0]["message"]
    made = {item["check"]: item["made"] for item in answer["checks"]}
    assert made == {check.name: not check.needs_view for check in CHECKS}


def test_an_upgrade_that_changes_nothing_says_so(filled: Command) -> None:
    for arguments in (("upgrade", "--dry-run"), ("upgrade",)):
        ended = filled(*arguments)
        assert ended.status == 0
        assert ended.out.splitlines() == [
            "The ledger is up to date: version 3",
            "Ontology and shapes are those that the lake was written with last.",
        ]


@pytest.fixture
def old(command: Command, place: Path) -> Command:
    """A lake whose ledger was written when it had two indexes less."""
    place.mkdir()
    shutil.copy(OLD_LEDGERS / "version-1.sqlite", place / "ledger.sqlite")
    return command


def test_a_dry_run_of_an_upgrade_leaves_an_old_ledger_as_it_is(old: Command, place: Path) -> None:
    answer = old("upgrade", "--dry-run", "--json").json["ledger"]
    assert (answer["found"], answer["target"], answer["done"]) == (1, 3, False)
    assert len(answer["steps"]) == 2
    assert all(step.endswith(".") for step in answer["steps"])
    assert "would be brought from version 1 to 3" in old("upgrade", "--dry-run").out
    with closing(sqlite3.connect(place / "ledger.sqlite")) as database:
        assert database.execute("SELECT value FROM meta WHERE key = 'version'").fetchone() == ("1",)
        assert not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'readings'").fetchone()


def test_an_old_ledger_is_upgraded_when_asked(old: Command) -> None:
    assert "The ledger was brought from version 1 to 3:\n  Add the index of readings" in old("upgrade").out
    assert "The ledger is up to date: version 3" in old("upgrade").out


def test_an_old_ledger_is_upgraded_aloud_when_opened(old: Command) -> None:
    ended = old("verify")
    assert ended.status == 0
    assert "The ledger was brought from version 1 to 3. Add the index of readings" in ended.err
    assert "brought" not in old("verify").err


def test_new_rules_are_told_and_who_breaks_them(filled: Command, other_release: Release) -> None:
    with other_release(stricter):
        ended = filled("upgrade")
        assert ended.status == 0
        assert "Since commit 1, 2 rules changed, 2 of them against what may be there:" in ended.out
        assert "shape:Odd-isbn" in ended.out.replace("https://w3id.org/model-lake/shapes#", "shape:")
        assert "modellake doctor --check conformance" in ended.err
        ended = filled("doctor", "--check", "conformance", "--check", "rules", "--json")
        assert ended.status == 1
        found = {item["code"]: item for item in ended.json["findings"]}
        told = found["doctor.conformance"]
        assert told["message"] == "model/acme/churn violates Odd-isbn: since commit 1 the shape Odd-isbn is new"
        assert told["focus"] == f"<{BASE}model/acme/churn>"
        assert "2 added" in found["doctor.rules"]["message"]
    assert filled("doctor", "--check", "conformance").status == 0


def test_many_records_against_a_new_rule_are_counted(filled: Command, other_release: Release, write: Write) -> None:
    models = "".join(f'<model/m{number}> a lake:Model ; dct:title "M" .\n' for number in range(30))
    filled("commit", write("models.ttl", PREFIXES + models))
    with other_release(stricter):
        findings = filled("doctor", "--check", "conformance", "--json").json["findings"]
    assert len(findings) == 11
    assert findings[-1]["message"] == "21 more violations of Odd-isbn: the shape Odd-isbn is new"


def test_rebase(filled: Command) -> None:
    head = filled("head", "--json").json["hash"]
    dry = filled("rebase", NEW, "-m", "We publish.", "--dry-run")
    assert dry.status == 0
    assert "4 records and 0 sources would begin with" in dry.out
    assert filled("head", "--json").json["hash"] == head
    ended = filled("rebase", NEW, "-m", "We publish.", "--agent", "ada", "--json")
    assert ended.status == 0
    answer = ended.json
    assert (answer["old"], answer["new"], answer["records"], answer["sequence"]) == (BASE, NEW, 4, 2)
    assert filled("stats", "--json").json["base_iri"] == NEW
    assert filled("verify", "--head", head, "--deep").status == 0
    assert f"{NEW}model/acme/churn" in filled("query", "models", "--format", "csv").out
    assert f"{BASE}model/acme/churn" in filled("query", "models", "--format", "csv", "--as-of", "1").out
    assert "We publish." in filled("history", "acme/churn").out
    assert "Describe churn" in filled("history", "acme/churn").out


def test_rebase_refuses_what_it_has(filled: Command) -> None:
    ended = filled("rebase", BASE, "-m", "Again.")
    assert ended.status == 2
    assert "error [rebase.same]" in ended.err
    assert filled("rebase", NEW).status == 2


def test_a_backup_of_a_rebased_lake_is_restored_with_its_base_iri(filled: Command, place: Path) -> None:
    filled("rebase", NEW, "-m", "We publish.")
    assert filled("backup", place.parent / "copy.sqlite").status == 0
    ended = filled("restore", place.parent / "copy.sqlite", "--lake", place.parent / "restored", "--json")
    assert ended.json["base_iri"] == NEW


def test_verify_deep_looks_at_the_view(filled: Command, place: Path) -> None:
    from pyoxigraph import Literal, NamedNode, Quad

    import modellake

    ended = filled("verify", "--deep")
    assert ended.status == 0
    assert "and the view shows it" in ended.out
    with modellake.open(place) as lake:
        title = NamedNode("http://purl.org/dc/terms/title")
        lake.view.engine.add([Quad(NamedNode(f"{BASE}model/acme/churn"), title, Literal("Forged"))])  # type: ignore[attr-defined]
    assert filled("verify").status == 0
    ended = filled("verify", "--deep")
    assert ended.status == 1
    assert "Violation [view.surplus]" in ended.out
    assert "modellake rebuild" in ended.out
    assert filled("rebuild").status == 0
    assert filled("verify", "--deep").status == 0


def test_settings_and_where_they_come_from(filled: Command, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "lake.toml").write_text("patience = 3\n\n[serve]\nport = 9000\n")
    monkeypatch.setenv("MODELLAKE_SERVE_TIMEOUT", "7")
    monkeypatch.setenv("MODELLAKE_ENGINE_UPDATE", "http://user:hunter22@127.0.0.1/update")
    monkeypatch.setenv("MODELLAKE_SERVE_PRT", "4")
    ended = filled("doctor", "--json")
    told = {item["setting"]: (item["value"], item["from"]) for item in ended.json["settings"]}
    assert told["patience"] == ("3", "lake.toml:1")
    assert told["serve.port"] == ("9000", "lake.toml:4")
    assert told["serve.timeout"] == ("7", "$MODELLAKE_SERVE_TIMEOUT")
    assert told["serve.host"] == ("127.0.0.1", "default")
    assert codes(ended)["doctor.settings"] == "Warning"
    assert "hunter22" not in ended.out + filled("doctor").out


def test_settings_that_are_malformed(filled: Command, place: Path) -> None:
    (place / "lake.toml").write_text("patience = true\n")
    ended = filled("doctor")
    assert (ended.status, "[setting.malformed]" in ended.err, "lake.toml:1" in ended.err) == (2, True, True)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_tokens_that_others_can_read(filled: Command, place: Path) -> None:
    assert filled("token", "create", "ci", "--role", "reader").status == 0
    assert "tokens.sqlite" not in filled("doctor", "--check", "exposure").out
    (place / "tokens.sqlite").chmod(0o644)
    assert "tokens.sqlite" in filled("doctor", "--check", "exposure").out
