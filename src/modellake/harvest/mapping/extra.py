"""The libraries of the extra ``mapping``, loaded where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from modellake.core.errors import UnavailableError

EXTRA = "mapping"


def library(name: str) -> Any:
    """A module of the extra.

    Raises:
        UnavailableError: it is not installed (``harvester.extra-missing``).
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise UnavailableError(
            f"Reading this by a mapping needs a library that is not installed: {error.name}",
            code="harvester.extra-missing",
            remedy=f"Install the extra: pip install 'modellake[{EXTRA}]'",
        ) from error
