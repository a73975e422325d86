"""Ledgers in files, as the tests of this room need them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from modellake.ledger.ledger import Ledger

from .drafts import BASE, fill


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.create(place, BASE) as created:
        yield created


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """A ledger with three commits that use every table."""
    fill(ledger)
    return ledger
