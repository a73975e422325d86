"""What commands print: answers on stdout, notes on stderr, tables that a person or `grep` can read."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import typer

_GAP = "  "
# One long cell must not blow up every line of a table.
_WIDEST = 64


def say(text: str = "") -> None:
    """A line of the answer, on stdout."""
    typer.echo(text)


def note(text: str) -> None:
    """A remark beside the answer, on stderr."""
    typer.echo(text, err=True)


def paint(text: str, color: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
    """Text in color for a terminal; elsewhere the color is left out when it is printed."""
    if os.environ.get("NO_COLOR"):
        return text
    return typer.style(text, fg=color, bold=bold or None, dim=dim or None)


def write_json(value: Any) -> None:
    """One JSON document on stdout."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def write_json_lists(head: Mapping[str, Any], lists: Mapping[str, Iterable[Any]]) -> None:
    """One JSON object on stdout, whose lists may be longer than memory: their items are written one by one."""
    typer.echo("{", nl=False)
    start = "\n"
    for name, value in head.items():
        typer.echo(f"{start}  {json.dumps(name)}: {_indented(value, 2)}", nl=False)
        start = ",\n"
    for name, items in lists.items():
        typer.echo(f"{start}  {json.dumps(name)}: [", nl=False)
        separator = "\n"
        for item in items:
            typer.echo(f"{separator}    {_indented(item, 4)}", nl=False)
            separator = ",\n"
        typer.echo("]" if separator == "\n" else "\n  ]", nl=False)
        start = ",\n"
    typer.echo("\n}")


def _indented(value: Any, columns: int) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + " " * columns)


def write_bytes(content: bytes) -> None:
    """A document on stdout, byte by byte."""
    sys.stdout.flush()
    stream = typer.get_binary_stream("stdout")
    stream.write(content)
    stream.flush()


def count(number: int, noun: str) -> str:
    """``1 record``, ``1,234 records``, ``2 queries``."""
    if number == 1:
        return f"1 {noun}"
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {plural}"


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names in a row, no more than ``most`` of them: ``a, b, c and 7 more``."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def size(number: float) -> str:
    """A number of bytes as people say it."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"


def moment(time: str) -> str:
    """A time of the ledger to the second: ``2026-01-31 12:00:00 UTC``."""
    return time[:19].replace("T", " ") + " UTC"


def short_name(iri: str, base: str = "") -> str:
    """The shortest name for an IRI that every command understands: ``model/acme/churn@1.2``, or a CURIE."""
    from modellake.core.prefixes import compact

    if not base or not iri.startswith(base) or iri == base:
        return compact(iri)
    line, mark, label = iri.removeprefix(base).rpartition("/version/")
    return unquote(f"{line}@{label}" if mark else label)


def term_text(term: Any, base: str = "") -> str:
    """A term for people: IRIs short, literals without quotes, the language behind an @."""
    from pyoxigraph import Literal, NamedNode

    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return short_name(term.value, base)
    if isinstance(term, Literal):
        return f"{term.value} @{term.language}" if term.language else term.value
    return str(term)


def is_terminal() -> bool:
    """Does a person read the answers?"""
    return sys.stdout.isatty()


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table: on a terminal as wide as it is, with cells that wrap; elsewhere one line a row."""
    if is_terminal():
        _show_wrapped(columns, rows)
        return
    lines = [list(columns), *([" ".join(cell.split()) for cell in row] for row in rows)]
    widths = [min(_WIDEST, max(len(line[index]) for line in lines)) for index in range(len(columns))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        say(_GAP.join(cells).rstrip())


def _show_wrapped(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def show_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Names and values, one pair a line."""
    listed = list(pairs)
    width = max((len(name) for name, _ in listed), default=0)
    for name, value in listed:
        say(f"  {paint(name.ljust(width), dim=True)}{_GAP}{value}")
