"""The little Markdown that pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """A text that may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """A text as code, whatever it contains."""
    mark = "``" if "`" in text else "`"
    return f"{mark}{' '.join(text.split())}{mark}" if text.strip() else ""


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, its cells written already; nothing where it has no row."""
    lines = ["| " + " | ".join(cell(text) for text in row) + " |" for row in rows]
    head = "| " + " | ".join(columns) + " |"
    return "\n".join([head, "|" + "---|" * len(columns), *lines]) + "\n" if lines else ""


def paragraphs(*parts: str) -> str:
    """Blocks with an empty line between them; empty ones are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def origin(source: str) -> str:
    """The comment that tells editors where to go."""
    return f"<!-- Written by `modellake ontology pages` from {source}: change that, not this. -->"
