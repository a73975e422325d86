"""The page about JavaScript is carried out where Node and Comunica are."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from pages import carry_out

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = Path(os.environ.get("MODELLAKE_JAVASCRIPT", ROOT / ".venv" / "javascript"))


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is not installed: apt-get install nodejs npm")
    if not (INSTALLED / "node_modules" / "@comunica" / "query-sparql").is_dir():
        pytest.skip(f"Comunica is not in {INSTALLED}: make javascript")
    (tmp_path / "node_modules").symlink_to(INSTALLED / "node_modules")
    assert carry_out(ROOT / "docs" / "how-to" / "ask-from-javascript.md", tmp_path) > 0
