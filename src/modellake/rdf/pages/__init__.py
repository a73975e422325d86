"""Reference pages in Markdown, written from the ontology, its alignments, its code lists and the shapes.

What is written by hand below `HAND_WRITTEN` in a page stays when the page is written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from modellake.rdf.assets import ontology_dir, shapes_dir
from modellake.rdf.ontology import read_ontology
from modellake.rdf.pages.alignments import alignment_index, alignment_page
from modellake.rdf.pages.checks import checks_page
from modellake.rdf.pages.lists import lists_page
from modellake.rdf.pages.names import Names
from modellake.rdf.pages.questions import questions_page
from modellake.rdf.pages.shapes import shapes_page
from modellake.rdf.pages.themes import theme_index, theme_page

HAND_WRITTEN = "<!-- What follows is written by hand and stays when this page is written again. -->"


def write_pages(folder: Path, more: Iterable[tuple[str, str]] = ()) -> list[Path]:
    """Write all pages into a folder, and ``more`` pages by their paths; returns those that are new or changed."""
    changed: list[Path] = []
    for name, text in (*reference_pages(), *more):
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else None
        after = text + hand_written(before or "")
        if after != before:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(after, encoding="utf-8")
            changed.append(path)
    return changed


def hand_written(text: str) -> str:
    """The part of a page that people have written, with the mark before it."""
    _, mark, rest = text.partition(HAND_WRITTEN)
    return f"\n{mark}{rest}" if mark else ""


def reference_pages() -> Iterator[tuple[str, str]]:
    """The generated part of every page, by its path below ``docs/reference``."""
    ontology = read_ontology(ontology_dir())
    names = Names(ontology)
    for file in names.themes:
        yield names.page_of(file), theme_page(names, file)
    yield "ontology/README.md", theme_index(names)
    yield "code-lists.md", lists_page(names)
    yield "ontology-checks.md", checks_page()
    yield "questions.md", questions_page()
    yield "shapes.md", shapes_page(names, shapes_dir())
    for file in names.alignments:
        yield names.page_of(file), alignment_page(names, file)
    yield "alignments/README.md", alignment_index(names)
