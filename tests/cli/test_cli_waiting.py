"""Two processes and one lake: the second waits for a while, then says who has it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from cli_commands import Command, Ended

import modellake
from modellake.core.errors import UnavailableError
from modellake.store.holder import Holder, holder_of

HOLDING = """
    import sys, modellake
    sys.argv[:] = ["/opt/bin/modellake", "harvest", "--token=secret"]
    with modellake.open(PLACE):
        print("open", flush=True)
        sys.stdin.readline()
"""


def holding(place: Path) -> subprocess.Popen[str]:
    """Another process that has the lake open until it reads a line."""
    program = f"PLACE = {str(place)!r}\n{textwrap.dedent(HOLDING)}"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


@pytest.fixture
def hasty(place: Path) -> Command:
    """Runs ``modellake`` as a process of its own that waits for nobody."""
    environment = {**os.environ, "MODELLAKE": str(place), "MODELLAKE_PATIENCE": "0"}

    def run(*arguments: object) -> Ended:
        words = [sys.executable, "-m", "modellake", *map(str, arguments)]
        done = subprocess.run(words, capture_output=True, cwd=place.parent, env=environment, check=False)
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode(), done.stdout)

    return run


def test_a_lake_in_use_ends_with_status_4_and_says_who_has_it(filled: Command, hasty: Command, place: Path) -> None:
    with holding(place) as other:
        ended = hasty("query", "ASK { ?s ?p ?o }")
        assert ended.status == 4
        assert ended.err.startswith("error [view.locked] ")
        message = " ".join(ended.err.split())
        assert f"in use by process {other.pid} (modellake harvest, since 20" in message
        assert "secret" not in message
        assert "do: Wait for it to end" in message
        # What needs no view works meanwhile.
        for command in (["history"], ["quarantine", "list"], ["verify"], ["head"], ["backup", "copy.sqlite"]):
            assert hasty(*command).status == 0
        other.kill()
    assert hasty("query", "ASK { ?s ?p ?o }").out == "yes\n"


def test_the_second_waits_for_the_first(filled: Command, place: Path) -> None:
    words = [sys.executable, "-m", "modellake", "query", "ASK { ?s ?p ?o }"]
    environment = {**os.environ, "MODELLAKE": str(place), "MODELLAKE_PATIENCE": "600"}
    with (
        holding(place) as other,
        subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as second,
    ):
        assert second.stderr is not None
        assert second.stdout is not None
        told = ""
        while "waiting up to 600 s" not in told:
            line = second.stderr.readline()
            assert line
            told += " " + line.strip()
        assert f"process {other.pid}" in told
        other.communicate("\n")
        assert second.stdout.read() == "yes\n"
    assert second.returncode == 0


def test_patience_has_an_end(filled: Command, place: Path) -> None:
    told: list[str] = []
    with holding(place) as other:
        with pytest.raises(UnavailableError) as caught:
            modellake.open(place, patience=0.3, notice=told.append)
        assert caught.value.code == "view.locked"
        assert len(told) == 1
        other.kill()


def test_a_holder_that_is_gone_is_not_named(filled: Command, place: Path) -> None:
    view = place / "views" / "default"
    with holding(place) as other:
        holder = holder_of(view)
        assert isinstance(holder, Holder)
        assert holder.pid == other.pid
        other.kill()
    assert holder_of(view) is None
    with modellake.open(place):
        assert (found := holder_of(view)) is not None
        assert found.pid == os.getpid()
    assert not list(view.parent.glob("*.holder"))


@pytest.mark.parametrize("said", [b"", b"\xff", b"[]", b'{"pid": "x"}', b'{"pid": 99999999999999999999}'])
def test_a_note_that_makes_no_sense_is_nobody(tmp_path: Path, said: bytes) -> None:
    (tmp_path / "view.holder").write_bytes(said)
    assert holder_of(tmp_path / "view") is None


def test_a_malformed_setting_is_told(filled: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELLAKE_PATIENCE", "long")
    ended = filled("stats")
    assert (ended.status, "[setting.malformed]" in ended.err) == (2, True)
