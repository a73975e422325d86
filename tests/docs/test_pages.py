"""Every page of the documentation is carried out as a reader would."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import blocks, carry_out, matches

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
# Carried out in an environment of its own, since it installs something: tests/packaging/test_plugin.py
INSTALLING = ROOT / "docs" / "how-to" / "write-a-harvester.md"
# Carried out where a server can be started: tests/docs/test_postgresql_page.py
SERVED = ROOT / "docs" / "how-to" / "use-postgresql.md"
# Carried out where Node is: tests/docs/test_javascript_page.py
SCRIPTED = ROOT / "docs" / "how-to" / "ask-from-javascript.md"
RUNNABLE = [page for page in PAGES if any(block.language in {"console", "python"} for block in blocks(page))]
RUNNABLE.remove(INSTALLING)
RUNNABLE.remove(SERVED)
RUNNABLE.remove(SCRIPTED)


@pytest.mark.parametrize("page", RUNNABLE, ids=lambda page: page.name)
def test_page_does_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert carry_out(page, tmp_path) > 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    import re

    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_promises_are_compared() -> None:
    assert matches(["a … c", "…", "z"], "a b c\nanything\nmore\nz\n")
    assert not matches(["a"], "a\nb\n")
    assert not matches(["a … c"], "a b d\n")
