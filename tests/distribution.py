"""Which tests run in one process, and in which order, when several processes share them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

_FOLDER = Path(__file__).resolve().parent
# Modules whose tests take long and share nothing: each of these may run in another process.
_APART = frozenset(["docs/test_pages.py"])
# Folders whose modules share what takes long to make.
_TOGETHER = frozenset(["packaging"])
# Modules that take long, the longest first: begun last, they would leave the other processes idle.
_FIRST = (
    "packaging/test_plugin.py",
    "bench/test_benches.py",
    "fuzz/test_fuzz.py",
    "faults/test_kills.py",
    "web/test_endurance.py",
    "web/test_openapi_fuzzed.py",
    "faults/test_postgresql_faults.py",
    "docs/test_postgresql_page.py",
    "docs/test_pages.py",
    "queries/test_answers.py",
)


class Modules(LoadScopeScheduling):
    """Gives out whole modules in the order of the tests, so that what a module shares is made once.

    Groups by ``xdist_group`` cannot be relied on: pytest 9.2 no longer tells them to pytest-xdist 3.8.
    """

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0].removeprefix("tests/")
        folder = module.rpartition("/")[0]
        return nodeid if module in _APART else folder if folder in _TOGETHER else module


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests, those of long modules first, else in the order in which they stand."""
    places = {_FOLDER / name: place for place, name in enumerate(_FIRST)}
    return sorted(items, key=lambda item: places.get(item.path, len(places)))
