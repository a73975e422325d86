"""Holders: which process has a view open, as it says itself, for those that have to wait for it.

The lock is Oxigraph's own. The note beside it only helps people: a note that a killed process has left says nothing.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has a view open.

    Attributes:
        pid: its number.
        command: its program and, for ``modellake``, the command: further arguments may be secret.
        since: ISO 8601, UTC.
        url: where it answers questions about the lake; empty where it does not.
        key: what it has to be told there, where it does not answer everybody.
    """

    pid: int
    command: str
    since: str
    url: str = ""
    key: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command}, since {self.since})"


def announce(folder: Path, *, url: str = "", key: str = "") -> None:
    """Say that this process has the view in a folder open; where nothing can be written, nothing is said.

    Args:
        folder: of the view.
        url: of the server that this process is, such as ``http://127.0.0.1:8000``: commands on this machine ask it
            instead of waiting for it to end. Its ``/query`` takes queries as the SPARQL 1.1 Protocol says.
        key: a token that it takes from them. Nobody else can read a note with a key.
    """
    holder = Holder(os.getpid(), _command(), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", url, key)
    with suppress(OSError):
        _write(_note(folder), json.dumps(asdict(holder)), 0o600 if key else 0o666)


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file that is never there by half, nor for a moment with another mode."""
    building = path.with_name(f".{path.name}.{os.getpid()}")
    building.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(building, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w", encoding="utf-8") as file:
            file.write(text)
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)


def retire(folder: Path) -> None:
    """Take back what this process has said."""
    with suppress(OSError):
        if (found := _read(folder)) and found.pid == os.getpid():
            _note(folder).unlink()


def holder_of(folder: Path) -> Holder | None:
    """Who has the view in a folder open; None where nobody says so, or only a process that is gone."""
    found = _read(folder)
    return found if found and _is_alive(found.pid) else None


def _read(folder: Path) -> Holder | None:
    try:
        said = json.loads(_note(folder).read_bytes())
        who = int(said["pid"]), str(said["command"]), str(said["since"])
        return Holder(*who, url=str(said.get("url", "")), key=str(said.get("key", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.holder")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # of another user, or not to be told
    return True


def _command() -> str:
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"
    if program == "__main__.py":
        program = Path(sys.argv[0]).parent.name
    words = [word for word in sys.argv[1:2] if not word.startswith("-")] if program == "modellake" else []
    return " ".join([program, *words])
