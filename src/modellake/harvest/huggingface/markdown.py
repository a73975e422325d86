"""The block structure of Markdown as far as cards need it: headings and tables, outside of code and comments.

Sources: https://spec.commonmark.org/0.31.2/ (ATX and setext headings, fences) and
https://github.github.com/gfm/#tables-extension-. Every expression here looks at one line at a time, or for one
fixed text, so that the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_ROWS = 500
MAX_COLUMNS = 50
# A line break that is written out is found several times faster than the beginning of a line.
_BLOCK = re.compile(
    r"\n {0,3}(?=[#`~<=-])(?:(?P<hashes>#{1,6})[ \t]+(?P<title>[^\n]*)|(?P<fence>`{3,}|~{3,})|(?P<comment><!--)"
    r"|(?P<under>={2,}|-{2,})[ \t\r]*$)",
    re.MULTILINE,
)
_DELIMITER = re.compile(r"\n[ \t]{0,3}[|:-][|: \t-]*\r?$", re.MULTILINE)
_NO_TITLE = (" ", "\t", "#", "|", ">", "-", "*", "+", "<", "`", "~")
_COMMENT_END = "-->"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading.

    Attributes:
        level: from 1 to 6.
        title: as written, without its marks.
        start: the offset of its line.
        end: the offset at which the text below it begins.
    """

    level: int
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the texts of its head, and of its rows, each as long as the head.

    Attributes:
        start: the offset of its first line.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    start: int


def headings(text: str) -> list[Heading]:
    """The headings of a text, in order."""
    found, position = [], 0
    broken = "\n" + text
    while block := _BLOCK.search(broken, position):
        if block["fence"]:
            position = _fence_end(broken, block) - 1
        elif block["comment"]:
            position = _after(broken, _COMMENT_END, block.end())
        else:
            heading = _heading(broken, block)
            if heading:
                found.append(heading)
            position = _line_end(broken, block.end()) - 1
    return found


def tables(text: str) -> Iterator[Table]:
    """The tables of a text, in order; rows and columns above a bound are left out."""
    covered = 0
    for line in _DELIMITER.finditer("\n" + text):
        if line.start() < covered or "-" not in line[0]:
            continue
        table = _table(text, line)
        if table is not None:
            yield table[0]
            covered = table[1]


def without_comments(text: str) -> str:
    """A text with its HTML comments left out; one that is never closed reaches to the end."""
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        kept.append(text[position:start])
        position = _after(text, _COMMENT_END, start)
    return "".join([*kept, text[position:]])


def _heading(broken: str, block: re.Match[str]) -> Heading | None:
    """The heading at a block of a text that begins with one line break more; offsets are those without it."""
    end = _line_end(broken, block.end()) - 1
    if block["hashes"]:
        title = block["title"].strip().rstrip("#").rstrip()
        return Heading(len(block["hashes"]), title, block.start(), end)
    start = broken.rfind("\n", 0, block.start()) + 1
    title = broken[start : block.start()].rstrip()
    if not title or title.startswith(_NO_TITLE):
        return None
    return Heading(1 if block["under"][0] == "=" else 2, title, start - 1, end)


def _fence_end(text: str, block: re.Match[str]) -> int:
    fence = block["fence"]
    closing = _CLOSINGS[fence[0]]
    position = _line_end(text, block.end())
    while found := closing.search(text, position):
        position = _line_end(text, found.end())
        if len(found[1]) >= len(fence):
            return position
    return len(text)


_CLOSINGS = {mark: re.compile(rf"^ {{0,3}}({mark}{{3,}})[ \t\r]*$", re.MULTILINE) for mark in "`~"}


def _table(text: str, delimiter: re.Match[str]) -> tuple[Table, int] | None:
    """The table of a delimiter row that was found with one line break before the text."""
    below, end = delimiter.start(), delimiter.end() - 1
    start = text.rfind("\n", 0, max(below - 1, 0)) + 1
    head = _cells(text[start : max(below - 1, 0)])
    if "|" not in text[start:below] or len(head) != len(_cells(delimiter[0])):
        return None
    rows: list[tuple[str, ...]] = []
    position = _line_end(text, end)
    while position < len(text):
        end = _line_end(text, position)
        line = text[position:end].strip()
        if "|" not in line:
            break
        if len(rows) < MAX_ROWS:
            rows.append((*_cells(line), *[""] * len(head))[: len(head)])
        position = end
    return Table(head, tuple(rows), start), position


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)[:MAX_COLUMNS])


def _line_end(text: str, position: int) -> int:
    """The offset at which the next line begins."""
    return _after(text, "\n", position)


def _after(text: str, mark: str, position: int) -> int:
    found = text.find(mark, position)
    return found + len(mark) if found >= 0 else len(text)
