"""The generated reference is what the ontology and the shapes say now, and what people wrote in it stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from modellake.rdf.assets import alignment_files
from modellake.rdf.pages import HAND_WRITTEN, hand_written, reference_pages, write_pages

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return dict(reference_pages())


def test_pages_are_up_to_date(pages: dict[str, str]) -> None:
    for name, generated in pages.items():
        is_up_to_date(name, generated)


def is_up_to_date(name: str, generated: str) -> None:
    path = REFERENCE / name
    assert path.exists(), f"{name} is missing: modellake ontology pages docs/reference"
    text = path.read_text(encoding="utf-8")
    assert text == generated + hand_written(text), f"{name} is out of date: modellake ontology pages docs/reference"


def test_no_page_is_left_over(pages: dict[str, str]) -> None:
    generated = {path for folder in ("ontology", "alignments") for path in (REFERENCE / folder).glob("*.md")}
    assert {path.relative_to(REFERENCE).as_posix() for path in generated} <= set(pages)


@pytest.mark.parametrize("name", [path.stem for path in alignment_files()])
def test_every_alignment_tells_what_gets_lost(name: str) -> None:
    said = hand_written((REFERENCE / "alignments" / f"{name}.md").read_text(encoding="utf-8"))
    assert "## What gets lost" in said
    assert len(said.split()) > 60


def test_writing_again_changes_nothing_and_keeps_what_people_wrote(tmp_path: Path, pages: dict[str, str]) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE, folder)
    assert write_pages(folder) == []
    page = folder / "alignments" / "prov.md"
    page.write_text("outdated\n" + hand_written(page.read_text(encoding="utf-8")) + "More by hand.\n", encoding="utf-8")
    assert write_pages(folder) == [page]
    text = page.read_text(encoding="utf-8")
    assert "outdated" not in text and text.startswith(pages["alignments/prov.md"])
    assert text.count(HAND_WRITTEN) == 1 and text.endswith("More by hand.\n")


def test_pages_are_made_where_none_are(tmp_path: Path, pages: dict[str, str]) -> None:
    assert len(write_pages(tmp_path / "new")) == len(pages)


def test_every_link_between_pages_leads_to_its_place(pages: dict[str, str]) -> None:
    import re

    for name, text in pages.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, place = target.partition("#")
            other = (REFERENCE / name).parent / path if path else REFERENCE / name
            if place:
                found = other.read_text(encoding="utf-8")
                heading = place.replace("-", " ")
                assert f'<a id="{place}">' in found or f"# {heading}" in found.lower(), (name, target)


def test_the_command_names_the_pages_that_it_wrote(tmp_path: Path, pages: dict[str, str]) -> None:
    from typer.testing import CliRunner

    from modellake.cli.main import app

    first = CliRunner().invoke(app, ["ontology", "pages", str(tmp_path)])
    assert first.exit_code == 0
    assert str(tmp_path / "shapes.md") in first.stdout
    assert str(tmp_path / "harvesters" / "files.md") in first.stdout
    written = len(list(tmp_path.rglob("*.md")))
    assert written > len(pages)
    assert first.stdout.splitlines()[-1] == f"{written} pages written"
    again = CliRunner().invoke(app, ["ontology", "pages", str(tmp_path)])
    assert again.stdout == "All pages are as they should be\n"
