"""Pages as tests: what a page tells the reader to type is typed, what it promises is compared.

A page's fenced blocks are carried out in order in one empty folder:

* ``console``: lines that begin with ``$`` are run by bash; what follows must be printed. ``…`` stands for any
  text within a line, a line that holds only ``…`` for any lines. A command that ends in a status other than 0
  says so in its next line as ``[exit status N]``.
* ``python``: the blocks of a page are one program.
* any language with ``file=NAME``: the block is written to that file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(?P<language>\w+)(?P<options>[^\n]*)\n(?P<text>.*?)^```\s*$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"file=(\S+)")
# Before what waits for a server: one that has ended would be awaited for ever.
_AWAITED = 'sleep() { kill -0 "$(cat server)" || { cat log; exit 1; }; command sleep "$@"; }\n'
_STATUS = re.compile(r"\[exit status (\d+)\]")


@dataclass(frozen=True)
class Block:
    """One fenced block and the line that it begins on."""

    language: str
    options: str
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """One command, what it must print and how it must end."""

    command: str
    expected: list[str]
    status: int


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(found["language"], found["options"], found["text"], line)


def steps(block: Block) -> Iterator[Step]:
    """The commands of a console block."""
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        command, expected = [lines[start][2:]], lines[start + 1 : end]
        while command[-1].endswith("\\") and expected:
            command.append(expected.pop(0))
        status = 0
        if expected and (said := _STATUS.fullmatch(expected[-1])):
            status, expected = int(said[1]), expected[:-1]
        yield Step("\n".join(command), expected, status)


def carry_out(page: Path, folder: Path) -> int:
    """Do what a page says; returns how many blocks were carried out."""
    program: dict[str, object] = {"__name__": "__page__"}
    done = 0
    for block in blocks(page):
        name = _FILE.search(block.options)
        if name:
            target = folder / name[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for step in steps(block):
                _run(step, folder, f"{page.name}:{block.line}")
        elif block.language == "python":
            code = compile("\n" * block.line + block.text, str(page), "exec")
            exec(code, program)
        else:
            continue
        done += 1
    return done


def _run(step: Step, folder: Path, where: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    environment.pop("MODELLAKE", None)
    awaited = _AWAITED if step.command.startswith("until ") else ""
    ended = subprocess.run(
        ["bash", "-c", awaited + step.command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    printed = ended.stdout + ended.stderr
    assert ended.returncode == step.status, f"{where}: $ {step.command}\nstatus {ended.returncode}:\n{printed}"
    assert matches(step.expected, printed), f"{where}: $ {step.command}\nprinted:\n{printed}\nexpected:\n" + "\n".join(
        step.expected
    )


def matches(expected: list[str], printed: str) -> bool:
    """Is ``printed`` what was promised, up to ``…``, blank lines and trailing blanks?"""
    wanted = [line.rstrip() for line in expected if line.strip()]
    if not wanted:
        return True
    pattern = "".join(_line_pattern(line) for line in wanted)
    found = "".join(f"{line.rstrip()}\n" for line in printed.splitlines() if line.strip())
    return re.fullmatch(pattern, found) is not None


def _line_pattern(line: str) -> str:
    if line.strip() == "…":
        return r"(?:[^\n]*\n)*?"
    return re.escape(line).replace("…", r"[^\n]*?") + r"\n"
