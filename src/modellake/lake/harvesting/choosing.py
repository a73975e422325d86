"""Choosing: which harvesters read a place, and which documents each of them reads there.

A file is read by one harvester. A folder is read by all that find something in it, each its own documents. Files
that a document of one harvester describes as its own, such as those beside a model card, are left to that one by
harvesters that say so.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from modellake.core.description import Refusal
from modellake.core.errors import NotFoundError, UsageError
from modellake.core.plugins import (
    Harvester,
    accepting_harvesters,
    covered_folder,
    defers,
    harvester_names,
    load_harvester,
)
from modellake.lake.harvesting.reading import FAULTS, documents_at

Chosen = Sequence[tuple[Harvester, str]]


def choose(places: Iterable[str], harvester: str | Harvester | None = None) -> list[tuple[Harvester, str]]:
    """The harvesters that read these places, each with the place.

    Args:
        harvester: the one that is to read all of them, or its name; None for those that accept a place.

    Raises:
        NotFoundError: nothing is at a place, or there is no harvester of that name.
        UsageError: no harvester accepts a place (``harvester.none``), or several accept a file
            (``harvester.ambiguous``).
        UnavailableError: a harvester cannot be loaded.
    """
    return [(one, place) for place in places for one in _choose(place, harvester)]


def _choose(place: str, harvester: str | Harvester | None) -> list[Harvester]:
    if "://" not in place and not Path(place).exists():
        raise NotFoundError(f"There is no file or folder {place}", code="file.absent")
    if isinstance(harvester, str):
        return [load_harvester(harvester)]
    if harvester is not None:
        return [harvester]
    accepting = accepting_harvesters(place)
    if not accepting:
        raise UsageError(
            f"No harvester knows what to do with {place}",
            code="harvester.none",
            remedy=f"Say which one with --from: {', '.join(harvester_names())}. RDF files: modellake commit {place}",
        )
    if len(accepting) > 1 and not Path(place).is_dir():
        raise UsageError(
            f"Several harvesters accept {place}",
            code="harvester.ambiguous",
            remedy="Say which one: " + " or ".join(f"--from {one.name}" for one in accepting),
        )
    return accepting


def found(chosen: Chosen) -> Iterator[tuple[Harvester, str | Refusal]]:
    """The documents that each harvester reads, in a stable order.

    Raises:
        UnavailableError: what a harvester needs cannot be reached.
    """
    covered: set[Path] = set()
    shared = any(defers(harvester) for harvester, _ in chosen)
    for harvester, place in sorted(chosen, key=lambda pair: defers(pair[0])):
        for document in documents_at(harvester, place):
            if isinstance(document, Refusal) or not defers(harvester):
                if shared and isinstance(document, str):
                    covered |= _covered(harvester, document)
                yield harvester, document
            elif covered.isdisjoint(_absolute(document).parents):
                yield harvester, document


def _covered(harvester: Harvester, document: str) -> set[Path]:
    try:
        folder = covered_folder(harvester, document)
    except FAULTS:
        return set()
    return {_absolute(folder)} if folder else set()


def _absolute(place: str) -> Path:
    return Path(os.path.abspath(place))  # noqa: PTH100 -- Path.resolve() would follow links
