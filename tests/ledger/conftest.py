"""Ledgers in files and in PostgreSQL, as the tests of this room need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modellake.ledger.ledger import Ledger

from .drafts import BASE, fill
from .places import SYSTEMS, Place


@pytest.fixture(params=SYSTEMS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place without a ledger."""
    return tmp_path / "ledger.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


@pytest.fixture(params=SYSTEMS, scope="session")
def new_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Place]:
    """Gives places without a ledger."""
    if request.param == "postgresql":
        return request.getfixturevalue("new_url")
    return lambda: tmp_path_factory.mktemp("place") / "ledger.sqlite"


@pytest.fixture
def ledger(place: Place) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.create(place, BASE) as created:
        yield created


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """A ledger with three commits that use every table."""
    fill(ledger)
    return ledger
