"""Plugins: the doors through which harvesters and exporters come in, ours and a stranger's alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, metadata
from pathlib import Path
from typing import Protocol, runtime_checkable

from pyoxigraph import NamedNode

from modellake.core.description import Description, Source
from modellake.core.errors import ModelLakeError, NotFoundError, UnavailableError
from modellake.core.iris import LakeIRIs

HARVESTERS = "modellake.harvesters"
_MEMBERS = ("name", "summary", "accepts", "find", "source", "read", "describe")


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

    More members are optional:

    * ``mapping``, a sequence of `MappedField` (see `mapping_of`);
    * ``folder(document)``, the folder in which the files of a document are (see `folder_of`);
    * ``fingerprint(document) -> bytes | None``, bytes that differ whenever anything does that a description of the
      document depends on, cheaper to get than the description. A document with the fingerprint that it had when it was
      taken in is not read again; None where that cannot be told. A harvester without this method is taken to
      describe nothing but the bytes that ``read`` returns;
    * ``covers(document) -> str | None``, the folder of which a document describes all files;
    * ``defers``, True where documents inside such a folder of another harvester are to be left to that one.

    Attributes:
        name: the name of the entry point.
        summary: one line for ``modellake harvest --list``.
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
        UnavailableError: a library that it needs is not installed (``harvester.extra-missing``), or it cannot be
            loaded or is incomplete (``harvester.broken``).
    """
    found: list[EntryPoint] = list(entry_points(group=HARVESTERS, name=name))
    if not found:
        raise NotFoundError(
            f"There is no harvester called {name!r}",
            code="harvester.unknown",
            remedy=f"Installed: {', '.join(harvester_names()) or 'none'}",
        )
    return _made(found[0])


def _made(entry: EntryPoint) -> Harvester:
    try:
        harvester: Harvester = entry.load()()
    except ImportError as error:
        raise missing_library(entry.name, error, entry.module) from error
    except (Exception, SystemExit) as error:
        raise UnavailableError(
            f"The harvester {entry.name!r} cannot be loaded: {type(error).__name__}: {error}",
            code="harvester.broken",
            remedy=f"This is a fault of the package {_package(entry)}: update it, or remove it.",
        ) from error
    if not isinstance(harvester, Harvester):
        lacking = [name for name in _MEMBERS if not hasattr(harvester, name)]
        raise UnavailableError(
            f"The harvester {entry.name!r} lacks {', '.join(lacking)}",
            code="harvester.broken",
            remedy=f"This is a fault of the package {_package(entry)}: it must have all members of Harvester.",
        )
    return harvester


def missing_library(name: str, error: ImportError, module: str = "") -> UnavailableError:
    """The error for a harvester that needs a library that is not installed, or an older one than it needs.

    Args:
        name: of the harvester.
        error: names the library.
        module: the harvester's; for one of modellake's own the extra to install is named.
    """
    extra = extra_of(module)
    install = f"'modellake[{extra}]'" if extra else error.name or "what it names"
    what = "a library that is not installed" if isinstance(error, ModuleNotFoundError) else "another version of"
    return UnavailableError(
        f"The harvester {name!r} needs {what}: {error.name or error}",
        code="harvester.extra-missing",
        remedy=f"Install what is missing: pip install {install}",
    )


def extra_of(module: str) -> str:
    """The extra of modellake that a built-in harvester's libraries come with; empty where there is none."""
    parts = module.split(".")
    if parts[:2] != ["modellake", "harvest"] or len(parts) < 3:
        return ""
    try:
        extras = metadata("modellake").get_all("Provides-Extra") or []
    except PackageNotFoundError:
        return ""
    return parts[2] if parts[2] in extras else ""


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "that registers it"


def mapping_of(harvester: Harvester) -> Sequence[MappedField]:
    """The mapping table of a harvester: its attribute ``mapping``, which is optional for plugins."""
    table: Sequence[MappedField] = getattr(harvester, "mapping", ())
    return table


def folder_of(harvester: Harvester, document: str) -> Path | None:
    """The folder that file names in the description of a document begin in; None where it is not on this machine.

    It is what the harvester's method ``folder`` says, which is optional, else the folder that the document is in.
    """
    if "://" in document:
        return None
    told = getattr(harvester, "folder", None)
    if told is not None:
        return Path(told(document))
    path = Path(document)
    return path if path.is_dir() else path.parent


def fingerprints(harvester: Harvester) -> bool:
    """Does it tell by itself whether a document has changed?"""
    return callable(getattr(harvester, "fingerprint", None))


def covered_folder(harvester: Harvester, document: str) -> str | None:
    """The folder of which a document describes all files, where its harvester says so."""
    covers = getattr(harvester, "covers", None)
    folder: str | None = covers(document) if callable(covers) else None
    return folder


def defers(harvester: Harvester) -> bool:
    """Does it leave files to documents of other harvesters that describe them?"""
    return getattr(harvester, "defers", False) is True


def accepting_harvesters(place: str) -> list[Harvester]:
    """The installed harvesters that accept ``place``; those that fail when they are asked are passed over.

    Raises:
        UnavailableError: none accepts it, and some could not be asked (``harvester.unusable``).
    """
    accepting: list[Harvester] = []
    failures: list[str] = []
    for name in harvester_names():
        try:
            harvester = load_harvester(name)
            if harvester.accepts(place):
                accepting.append(harvester)
        except ModelLakeError as error:
            failures.append(f"{error.message} ({error.remedy})" if error.remedy else error.message)
        except (Exception, SystemExit) as error:
            failures.append(f"The harvester {name!r} failed: {type(error).__name__}: {error}")
    if failures and not accepting:
        raise UnavailableError(
            f"No harvester accepts {place}, and not all could be asked: {'; '.join(failures)}",
            code="harvester.unusable",
            remedy="Mend those, or say which harvester reads it: --from NAME",
        )
    return accepting
