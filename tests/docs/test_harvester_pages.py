"""The reference of harvesters is what their code says now."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from modellake.core.plugins import harvester_names, load_harvester, mapping_of
from modellake.harvest.codes import codes_of
from modellake.harvest.files import ModelFiles
from modellake.harvest.pages import harvester_pages
from modellake.rdf.pages import hand_written

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return dict(harvester_pages())


def test_harvester_pages_are_up_to_date(pages: dict[str, str]) -> None:
    for name, generated in pages.items():
        is_up_to_date(name, generated)


def is_up_to_date(name: str, generated: str) -> None:
    path = REFERENCE / name
    assert path.exists(), f"{name} is missing: make pages"
    text = path.read_text(encoding="utf-8")
    assert text == generated + hand_written(text), f"{name} is out of date: make pages"


def test_every_built_in_harvester_has_a_page_and_nothing_else_has(pages: dict[str, str]) -> None:
    built_in = {name for name in harvester_names() if type(load_harvester(name)).__module__.startswith("modellake.")}
    assert {Path(page).stem for page in pages} == built_in | {"README"}
    assert {path.stem for path in (REFERENCE / "harvesters").glob("*.md")} == built_in | {"README"}


def test_every_mapped_field_is_on_its_page(pages: dict[str, str]) -> None:
    for name in harvester_names():
        page = pages.get(f"harvesters/{name}.md", "")
        rows = [line for line in page.splitlines() if line.startswith("| `")]
        for field in mapping_of(load_harvester(name)) if page else ():
            assert any(" ".join(field.field.split()).replace("|", "\\|") in row for row in rows), (name, field.field)


def test_links_lead_to_terms(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        for target, place in re.findall(r"\]\(([^)#\s]+)#([^)\s]+)\)", text):
            other = (REFERENCE / name).parent / target
            assert f'<a id="{place}">' in other.read_text(encoding="utf-8"), (name, target, place)


def test_codes_that_files_are_refused_with_are_found_in_the_code() -> None:
    found = codes_of(ModelFiles())
    assert {"parse.truncated", "parse.bomb", "file.risky-imports", "harvester.extra-missing"} <= set(found)
    assert "The file is empty" in found["parse.empty"]
    assert all(re.fullmatch(r"[a-z-]+\.[a-z-]+", code) for code in found)


def test_codes_are_found_wherever_a_call_names_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "some_reader"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "reader.py").write_text(
        textwrap.dedent(
            """
            class Reader:
                def read(self, draft, name, wrong):
                    draft.note("a.noted", f"There are {len(name)} of them", "Do this.")
                    Finding("a.found", Severity.INFO, "One is found")
                    ParseError("It is wrong", code="a.long" if wrong else "a.short")
                    self.skip(code=f"a.{name}")
                    draft.note("not a code", "nothing")
                    draft.note("a.unsaid", name, "Do not take this for the message.")
                def fail(self, message, *, code="a.default"):
                    pass
            """
        )
    )
    monkeypatch.syspath_prepend(tmp_path)
    from some_reader.reader import Reader  # type: ignore[import-not-found]

    assert codes_of(Reader()) == {
        "a.default": [],
        "a.found": ["One is found"],
        "a.long": ["It is wrong"],
        "a.noted": ["There are … of them"],
        "a.short": ["It is wrong"],
        "a.unsaid": [],
        "a.…": [],
    }
