"""A bare engine with some statements, behind a server on a free port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from modellake.store.plain import PlainEngine
from modellake.web.limits import Limits
from modellake.web.served import Served
from servers import running

COUNT = 20_000


@pytest.fixture(scope="session")
def engine() -> PlainEngine:
    """Twenty thousand statements, each some 80 bytes long in any format."""
    engine = PlainEngine()
    predicate = NamedNode("http://example.org/value")
    engine.store.extend(
        Quad(NamedNode(f"http://example.org/{number}"), predicate, Literal(f"value {number}"))
        for number in range(COUNT)
    )
    return engine


@pytest.fixture(scope="session")
def url(engine: PlainEngine) -> Iterator[str]:
    with running(Served(plain=engine)) as address:
        yield address


@pytest.fixture
def limited(engine: PlainEngine) -> Callable[..., AbstractContextManager[str]]:
    """Makes servers of the same engine within other limits."""

    def make(**limits: Any) -> AbstractContextManager[str]:
        return running(Served(plain=engine, limits=Limits(**limits)))

    return make
