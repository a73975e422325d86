"""Harvesting: documents of other tools and places, found, read and described.

Worker processes import this package, and so does whoever opens a lake: what it offers is imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modellake.lake.harvesting.reading import harvest_document, harvest_place
    from modellake.lake.harvesting.retrying import retry_item

__all__ = ["TIME_LIMIT", "harvest_document", "harvest_place", "retry_item"]

# Seconds in which even a file of hundreds of gigabytes is read through.
TIME_LIMIT = 3600.0
_HOMES = {"harvest_document": "reading", "harvest_place": "reading", "retry_item": "retrying"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
