"""Retrying: documents from quarantine, read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import ParseError, UnavailableError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import Harvester, load_harvester
from modellake.core.report import Place, Report, finding_of
from modellake.lake.harvesting.reading import FAULTS, harvest_document, source_of

if TYPE_CHECKING:
    from modellake.ledger.quarantine import QuarantineDocument


def retry_item(item: QuarantineDocument, iris: LakeIRIs, mended: bytes | None = None) -> Description | Refusal:
    """A quarantined document, read again under the IRI of the source that it came from.

    It is read from ``mended`` if given, else from its place if it is still there, else from the bytes that
    were kept.

    Raises:
        NotFoundError: its harvester is not installed.
        UnavailableError: what the harvester needs cannot be reached or is not installed.
    """
    from modellake.lake.documents import redescribe

    source = Source(NamedNode(item.source), item.place, item.media_type, item.harvester)
    if item.harvester is None:
        again = redescribe(source, _content(item, mended), iris)
    else:
        harvester = load_harvester(item.harvester)
        if _is_named(harvester, item):
            return _harvest_again(source, item)
        document = _document(harvester, item)
        again = harvest_document(harvester, document, iris, _harvested(harvester, document, item, mended))
    return replace(again, source=source, space=item.space)


def _content(item: QuarantineDocument, mended: bytes | None) -> bytes:
    path = _path(item.source)
    if mended is None and path is not None and path.is_file():
        return path.read_bytes()
    return item.original if mended is None else mended


def _harvested(harvester: Harvester, document: str, item: QuarantineDocument, mended: bytes | None) -> bytes | None:
    if mended is not None:
        return mended
    try:
        return harvester.read(document)
    except UnavailableError:
        raise
    except FAULTS:
        return item.original


def _document(harvester: Harvester, item: QuarantineDocument) -> str:
    """What the harvester calls the document: a place that was relative may mean another file by now."""
    path = _path(item.source)
    same = harvester.source(item.place).iri.value == item.source
    return item.place if same or path is None else str(path)


def _is_named(harvester: Harvester, item: QuarantineDocument) -> bool:
    """Was it called otherwise than by its place?

    What lies beside it cannot be found by such a name, and its place may mean another file by now.
    """
    return _path(item.source) is None and source_of(harvester, item.place).iri.value != item.source


def _harvest_again(source: Source, item: QuarantineDocument) -> Refusal:
    error = ParseError(
        f"{item.place} was harvested as {item.source}, which does not tell where it is",
        code="quarantine.named",
        remedy=f"Harvest it again from where it is: modellake harvest {item.place} --source …",
        place=Place(item.place),
    )
    return Refusal(source, Report((finding_of(error, item.place),)), item.original, item.space)


def _path(source: str) -> Path | None:
    from urllib.request import url2pathname

    parts = urlsplit(source)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None
