"""The command itself: help, version, start-up, errors and exit statuses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from cli_commands import Command
from cli_documents import CHURN
from typer.main import get_command

from modellake import __version__
from modellake.cli.main import app

HEAVY = ("pyoxigraph", "sqlalchemy", "rdflib", "pyshacl", "shacl", "zstandard", "yaml", "huggingface_hub")


def all_commands() -> dict[str, object]:
    root = get_command(app)
    found: dict[str, object] = {}
    for name, item in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(item, "commands", None)
        found |= {f"{name} {part}": command for part, command in inner.items()} if inner else {name: item}
    return found


def test_help_lists_every_command_with_its_purpose(command: Command) -> None:
    ended = command("--help")
    assert ended.status == 0
    for name in ("init", "commit", "validate", "harvest", "quarantine", "query", "show", "lineage", "history"):
        assert f"\n  {name} " in ended.out
    assert "..." not in ended.out.partition("Fill the lake")[2].partition("Examples")[0]


def test_no_argument_at_all_is_a_call_for_help(command: Command) -> None:
    assert command().out == command("--help").out


@pytest.mark.parametrize("name", sorted(all_commands()))
def test_every_command_says_what_it_does_and_gives_examples(name: str, command: Command) -> None:
    ended = command(*name.split(), "--help")
    assert ended.status == 0
    assert "Examples:" in ended.out
    assert f"modellake {name}" in ended.out.partition("Examples:")[2]
    if name != "demo" and not name.startswith("ontology "):
        assert "--lake" in ended.out


def test_version(command: Command) -> None:
    assert command("--version").out == f"modellake {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["query", "--help"], ["harvest", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        f"sys.argv = ['modellake', *{arguments!r}]\n"
        "from modellake.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["query", "--nonsense"], 2, "usage"),
        (["--nonsense"], 2, "usage"),
        (["qeury"], 2, "usage"),
        (["commit"], 2, "usage"),
        (["query"], 2, "query.which"),
        (["query", "SELECT ?s WHERE {"], 2, "query.syntax"),
        (["query", "INSERT DATA { <urn:a> <urn:b> <urn:c> }"], 2, "query.update-not-allowed"),
        (["show", "acme/unheard-of"], 3, "resource.unknown"),
        (["commit", "absent.ttl"], 3, "file.absent"),
        (["harvest", "absent"], 3, "file.absent"),
        (["quarantine", "show", "99"], 3, "quarantine.unknown"),
        (["stats", "--lake", "elsewhere"], 3, "lake.absent"),
        (["verify", "--lake", "elsewhere"], 3, "lake.absent"),
        (["init"], 2, "lake.exists"),
        (["init", "other", "--base-iri", "no-iri"], 2, "base-iri.malformed"),
    ],
)
def test_each_kind_of_failure_has_its_status_and_code(
    arguments: list[str], status: int, code: str, filled: Command
) -> None:
    ended = filled(*arguments)
    assert ended.status == status
    assert ended.out == ""
    assert ended.err.startswith(f"error [{code}] ")
    assert "Traceback" not in ended.err


def test_an_error_says_what_to_do(command: Command, place: Path) -> None:
    ended = command("stats")
    assert ended.err == f"error [lake.absent] There is no lake in {place}\n    do: Make one: modellake init {place}\n"


def test_a_mistyped_command_is_guessed(command: Command) -> None:
    assert "'verify'" in command("verfy").err


def test_an_unexpected_error_is_one_block_and_a_call_to_report_it(
    filled: Command, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    (place / "views").rename(place / "moved")
    (place / "views").write_text("a file where a folder should be")
    ended = filled("stats")
    assert ended.status == 4
    assert ended.err.startswith("error [system] ")
    assert str(place / "views") in ended.err
    assert "Traceback" not in ended.err
    monkeypatch.setenv("MODELLAKE_DEBUG", "1")
    assert "Traceback" in filled("stats").err
    monkeypatch.delenv("MODELLAKE_DEBUG")
    assert "Traceback" in filled("--debug", "stats").err


def test_a_fault_of_the_program_asks_to_be_reported(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    from modellake.cli.failures import boundary

    for fault in (ZeroDivisionError("division by zero"), StopIteration()):
        with pytest.raises(typer.Exit) as ending, boundary(debug=False):
            raise fault
        assert ending.value.exit_code == 1
        said = capsys.readouterr().err
        assert said.startswith(f"error [internal] {type(fault).__name__}: ")
        assert "please report it" in said


def test_a_reader_that_goes_away_is_no_error(filled: Command, place: Path) -> None:
    environment = {**os.environ, "MODELLAKE": str(place)}
    question = "SELECT ?a ?b ?c WHERE { ?s ?a ?b . ?t ?c ?d . ?u ?e ?f }"
    words = [sys.executable, "-m", "modellake", "query", question, "--format", "csv"]
    asking = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert asking.stdout is not None
    assert asking.stderr is not None
    assert asking.stdout.readline() == b"a,b,c\r\n"
    asking.stdout.close()
    assert asking.stderr.read() == b""
    assert asking.wait() == 141


def test_python_m_modellake(process: Command) -> None:
    assert process("--version").out == f"modellake {__version__}\n"


def test_without_a_terminal_nothing_is_colored(
    filled: Command, process: Command, write: Callable[[str, str], Path]
) -> None:
    write("again.ttl", CHURN.replace("Churn", "Chum"))
    for arguments in (["commit", "again.ttl"], ["history"], ["stats"], ["quarantine", "list"], ["verify"], ["--help"]):
        ended = process(*arguments)
        assert ended.status == 0
        assert "\x1b" not in ended.out + ended.err
