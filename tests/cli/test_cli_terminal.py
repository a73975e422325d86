"""What a person sees on a terminal, and a pipe does not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cli_commands import Command
from cli_documents import CARD

pytest.importorskip("pty", reason="this system has no pseudo-terminals")

Write = Callable[[str, str], Path]
Watch = Callable[..., str]


@pytest.fixture
def watch(filled: Command, place: Path) -> Watch:
    """Runs ``modellake`` on a terminal 80 columns wide and returns all that appears there."""
    environment = {**os.environ, "MODELLAKE": str(place), "TERM": "xterm-256color", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)

    def run(*arguments: str, **more: str) -> str:
        import pty

        ours, theirs = pty.openpty()
        words = [sys.executable, "-m", "modellake", *arguments]
        child = subprocess.Popen(
            words, stdin=theirs, stdout=theirs, stderr=theirs, cwd=place.parent, env=environment | more
        )
        os.close(theirs)
        seen = b""
        # Linux reports the end of a terminal as an error.
        with suppress(OSError):
            while piece := os.read(ours, 65536):
                seen += piece
        os.close(ours)
        child.wait()
        return seen.decode()

    return run


def test_a_terminal_gets_color_unless_it_is_refused(watch: Watch) -> None:
    assert "\x1b[32m" in watch("verify")
    assert "\x1b[31m" in watch("show", "nothing")
    assert "\x1b[3" not in watch("verify", NO_COLOR="1")


def test_cells_wrap_on_a_terminal(watch: Watch) -> None:
    seen = watch("query", f"SELECT ('{'word ' * 40}' AS ?long) ?title WHERE {{ ?s dct:title ?title }}", NO_COLOR="1")
    lines = [line for line in seen.replace("\r", "").splitlines() if "word" in line]
    assert len(lines) > 4
    assert max(map(len, lines)) <= 80


def test_an_endless_answer_is_cut_on_a_terminal_only(watch: Watch, filled: Command) -> None:
    columns = [f"?{letter} ?{letter}p ?{letter}o" for letter in "xy"]
    question = f"SELECT ?x ?y WHERE {{ {' . '.join(columns)} }}"
    rows = len(filled("query", question, "--format", "csv").out.splitlines()) - 1
    assert rows > 1000
    assert f"{rows:,} rows, of which 1,000 are shown" in watch("query", question)
    assert len(filled("query", question).out.splitlines()) == rows + 1


def test_a_harvest_shows_how_far_it_is(watch: Watch, write: Write) -> None:
    for number in range(3):
        write(f"cards/model-{number}/README.md", CARD)
    seen = watch("harvest", "cards")
    assert "Harvesting" in seen
    assert "3/3" in seen
    assert "3 accepted" in seen


def test_verify_and_rebuild_show_how_far_they_are(watch: Watch) -> None:
    assert "Verifying" in watch("verify")
    assert "Rebuilding" in watch("rebuild")


def test_the_cursor_comes_back(watch: Watch, write: Write) -> None:
    write("cards/model/README.md", CARD)
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    seen = watch("harvest", "cards")
    assert seen.count(hidden) == seen.count(shown) > 0
