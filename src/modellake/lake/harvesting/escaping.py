"""Documents whose names are no Unicode: some file systems take any bytes for a name, a ledger keeps texts.

Python stands half surrogates in for such bytes (https://peps.python.org/pep-0383/); here they become ``\\xff``.
"""

from __future__ import annotations

from dataclasses import replace

from modellake.core.description import Description, Refusal, Source
from modellake.core.report import Finding, Place, Report


def is_unicode(text: str) -> bool:
    """Can a text be kept as it is?"""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def escaped(item: Description | Refusal) -> Description | Refusal:
    """What is said of a document, with escapes in all that it says about its place."""
    source = escaped_source(item.source)
    if isinstance(item, Refusal):
        return replace(item, source=source, report=Report(tuple(map(_escaped_finding, item.report))))
    findings = tuple(map(_escaped_finding, item.findings))
    places = {statement: _escaped_place(place) for statement, place in item.places.items()}
    return replace(item, source=source, findings=findings, places=places)


def escaped_source(source: Source) -> Source:
    """The same source; its IRI tells the bytes of the name already."""
    return replace(source, place=_escaped(source.place))


def _escaped_finding(finding: Finding) -> Finding:
    place = _escaped_place(finding.place) if finding.place else None
    remedy = _escaped(finding.remedy) if finding.remedy else finding.remedy
    return replace(finding, message=_escaped(finding.message), remedy=remedy, place=place)


def _escaped_place(place: Place) -> Place:
    return replace(place, document=_escaped(place.document)) if place.document else place


def _escaped(text: str) -> str:
    if is_unicode(text):
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # Half surrogates that stand for no byte.
        return text.encode("utf-8", "backslashreplace").decode()
