"""What tests share: the corpus beside the checkout, and open lakes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs: $MODELLAKE_SHARED, or ``shared`` beside the checkout."""
    place = Path(os.environ.get("MODELLAKE_SHARED", ROOT.parent / "shared"))
    if not (place / "corpus").is_dir():
        pytest.skip("the shared corpus is absent: set MODELLAKE_SHARED to its folder")
    return place


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[object]:
    """An empty lake on disk."""
    import modellake

    with modellake.open(tmp_path / "lake", base_iri="https://lake.example.org/") as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file of that name and content and returns its path."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file
