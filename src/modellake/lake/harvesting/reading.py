"""Reading: what a harvester makes of documents, as a stream of descriptions and refusals.

A document that cannot be read, or on which the harvester itself fails, becomes a refusal: one of them never
ends the harvest of thousands.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import NamedNode, Triple

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import ModelLakeError, ParseError, UnavailableError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import Harvester, missing_library
from modellake.core.report import Report, finding_of
from modellake.lake.harvesting.escaping import escaped, escaped_source, is_unicode

# A plugin that ends the process is a plugin that failed.
FAULTS = (Exception, SystemExit)


def harvest_place(harvester: Harvester, place: str, iris: LakeIRIs) -> Iterator[Description | Refusal]:
    """The documents at a place, one after the other.

    Raises:
        UnavailableError: what the harvester needs cannot be reached.
        NotFoundError, UsageError: the harvester finds nothing at the place.
    """
    for document in documents_at(harvester, place):
        yield document if isinstance(document, Refusal) else harvest_document(harvester, document, iris)


def documents_at(harvester: Harvester, place: str) -> Iterator[str | Refusal]:
    """The documents that a harvester finds at a place, and the refusal of the place where it cannot go on.

    Raises:
        UnavailableError: what the harvester needs cannot be reached.
        NotFoundError, UsageError: the harvester finds nothing at the place.
    """
    try:
        yield from harvester.find(place)
    except ParseError as error:
        yield _refusal(_place_source(harvester, place), error, b"")
    except ModelLakeError:  # About the call, not about what is at the place.
        raise
    except FAULTS as error:
        yield _refusal(_place_source(harvester, place), _told(harvester, error), b"")


def harvest_document(
    harvester: Harvester, document: str, iris: LakeIRIs, content: bytes | None = None
) -> Description | Refusal:
    """One document, from its place or from bytes that are known already.

    Raises:
        UnavailableError: what the harvester needs cannot be reached.
    """
    source, known = _place_source(harvester, document), content or b""
    try:
        source = harvester.source(document)
        known = harvester.read(document) if content is None else content
        item: Description | Refusal = _checked(harvester.describe(document, known, iris))
    except UnavailableError:
        raise
    except FAULTS as error:
        item = _refusal(source, _told(harvester, error), known)
    return item if is_unicode(document) else escaped(item)


def _checked(said: object) -> Description:
    """What a harvester returns, which may be a stranger's and anything."""
    if not isinstance(said, Description):
        raise TypeError(f"describe returned a {type(said).__name__}, not a Description")
    statements = list(said.statements)
    for item in statements:
        if not isinstance(item, Triple):
            raise TypeError(f"a statement is a {type(item).__name__}, not a pyoxigraph.Triple")
    # An iterator can be read only once.
    return said if isinstance(said.statements, Sequence) else replace(said, statements=statements)


def source_of(harvester: Harvester, document: str) -> Source:
    """What the ledger calls a document, whatever its harvester does."""
    try:
        source = harvester.source(document)
    except FAULTS:
        source = _place_source(harvester, document)
    return source if is_unicode(document) else escaped_source(source)


def _place_source(harvester: Harvester, place: str) -> Source:
    """A source of which no more is known than its place."""
    iri = place if "://" in place else Path(os.path.abspath(place)).as_uri()  # noqa: PTH100
    return Source(NamedNode(quote(iri, safe=":/?#[]@!$&'()*+,;=%-._~")), place, "", harvester.name)


def _told(harvester: Harvester, error: BaseException) -> ModelLakeError:
    """A failure of a harvester as an error of ours."""
    if isinstance(error, ModelLakeError):
        return error
    if isinstance(error, ImportError):
        return missing_library(harvester.name, error, type(harvester).__module__)
    return _fault(harvester, error)


def _fault(harvester: Harvester, error: BaseException) -> ParseError:
    return ParseError(
        f"The harvester {harvester.name!r} failed: {type(error).__name__}: {error}",
        code="harvester.failed",
        remedy="This is a fault of the harvester, not of the document: report it with the document.",
    )


def _refusal(source: Source, error: ModelLakeError, content: bytes) -> Refusal:
    return Refusal(source, Report((finding_of(error, source.place),)), content)
