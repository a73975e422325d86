"""Plugins: the doors through which harvesters and exporters come in, ours and a stranger's alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, runtime_checkable

from pyoxigraph import NamedNode

from modellake.core.description import Description, Source
from modellake.core.errors import NotFoundError, UnavailableError
from modellake.core.iris import LakeIRIs

HARVESTERS = "modellake.harvesters"


@dataclass(frozen=True, slots=True)
class MappedField:
    """A row of the mapping table of a harvester: what becomes of one field of its format.

    Attributes:
        field: as the format spells it, with dots for nesting (``model-index.results.metrics.value``).
        terms: the properties and classes that carry it; none when it is read but not stated.
        note: what else a reader of the table should know, in a sentence.
    """

    field: str
    terms: tuple[NamedNode, ...]
    note: str = ""


@runtime_checkable
class Harvester(Protocol):
    """Reads one kind of source. Register a class without constructor arguments under ``modellake.harvesters``.

    Attributes:
        name: the name of the entry point.
        summary: one line for ``modellake harvest --help``.
    """

    name: str
    summary: str

    def accepts(self, place: str) -> bool:
        """Does ``place`` (a file, folder or URL) look like something this harvester reads?"""

    def find(self, place: str) -> Iterator[str]:
        """The documents at ``place``, in a stable order, without reading them whole."""

    def source(self, document: str) -> Source:
        """What the ledger calls ``document``."""

    def read(self, document: str) -> bytes:
        """The bytes of the document itself, bounded in size.

        Raises:
            ParseError: it is too large, not a regular file, or cannot be read.
        """

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        """What ``document`` says, given its bytes.

        Raises:
            ParseError: it is not what it should be; the error's place says where.
        """


def harvester_names() -> list[str]:
    """The names of all installed harvesters, sorted."""
    return sorted(entry_points(group=HARVESTERS).names)


def load_harvester(name: str) -> Harvester:
    """The harvester that is registered as ``name``.

    Raises:
        NotFoundError: none is.
        UnavailableError: a library that it needs is not installed.
    """
    found: list[EntryPoint] = list(entry_points(group=HARVESTERS, name=name))
    if not found:
        raise NotFoundError(
            f"There is no harvester called {name!r}",
            code="harvester.unknown",
            remedy=f"Installed: {', '.join(harvester_names()) or 'none'}",
        )
    try:
        harvester: Harvester = found[0].load()()
    except ImportError as error:
        raise UnavailableError(
            f"The harvester {name!r} needs a library that is not installed: {error.name}",
            code="harvester.extra-missing",
            remedy=f"Install the extra: pip install 'modellake[{name}]'",
        ) from error
    return harvester


def mapping_of(harvester: Harvester) -> Sequence[MappedField]:
    """The mapping table of a harvester: its attribute ``mapping``, which is optional for plugins."""
    table: Sequence[MappedField] = getattr(harvester, "mapping", ())
    return table


def accepting_harvesters(place: str) -> list[Harvester]:
    """The installed harvesters that accept ``place``."""
    return [harvester for harvester in map(load_harvester, harvester_names()) if harvester.accepts(place)]
