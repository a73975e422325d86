"""Harvesting: what a harvester finds, as a stream of descriptions and refusals.

A document that cannot be read, or on which the harvester itself fails, becomes a refusal: one of them never
ends the harvest of thousands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pyoxigraph import NamedNode

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import ModelLakeError, ParseError, UnavailableError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import Harvester, load_harvester
from modellake.core.report import Report
from modellake.lake.documents import redescribe
from modellake.lake.intake import finding_of
from modellake.ledger.quarantine import QuarantineDocument


def harvest_place(harvester: Harvester, place: str, iris: LakeIRIs) -> Iterator[Description | Refusal]:
    """The documents at a place, one after the other.

    Raises:
        UnavailableError: what the harvester needs cannot be reached or is not installed.
    """
    for document in harvester.find(place):
        yield harvest_document(harvester, document, iris)


def harvest_document(
    harvester: Harvester, document: str, iris: LakeIRIs, content: bytes | None = None
) -> Description | Refusal:
    """One document, from its place or from bytes that are known already.

    Raises:
        UnavailableError: what the harvester needs cannot be reached or is not installed.
    """
    source = harvester.source(document)
    known = content or b""
    try:
        known = harvester.read(document) if content is None else content
        return harvester.describe(document, known, iris)
    except UnavailableError:
        raise
    except ModelLakeError as error:
        return _refusal(source, error, known)
    except Exception as error:
        return _refusal(source, _fault(harvester, error), known)


def retry_item(item: QuarantineDocument, iris: LakeIRIs, mended: bytes | None = None) -> Description | Refusal:
    """A quarantined document, read again under the IRI of the source that it came from.

    It is read from ``mended`` if given, else from its place if it is still there, else from the bytes that
    were kept.

    Raises:
        NotFoundError: its harvester is not installed.
        UnavailableError: what the harvester needs cannot be reached or is not installed.
    """
    source = Source(NamedNode(item.source), item.place, item.media_type, item.harvester)
    if item.harvester is None:
        again = redescribe(source, _content(item, mended), iris)
    else:
        harvester = load_harvester(item.harvester)
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
    except ParseError:
        return item.original


def _document(harvester: Harvester, item: QuarantineDocument) -> str:
    """What the harvester calls the document: a place that was relative may mean another file by now."""
    path = _path(item.source)
    same = harvester.source(item.place).iri.value == item.source
    return item.place if same or path is None else str(path)


def _path(source: str) -> Path | None:
    parts = urlsplit(source)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def _fault(harvester: Harvester, error: Exception) -> ParseError:
    return ParseError(
        f"The harvester {harvester.name!r} failed: {type(error).__name__}: {error}",
        code="harvester.failed",
        remedy="This is a fault of the harvester, not of the document: report it with the document.",
    )


def _refusal(source: Source, error: ModelLakeError, content: bytes) -> Refusal:
    return Refusal(source, Report((finding_of(error, source.place),)), content)
