"""Descriptions: what one source says, on its way into the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Triple

from modellake.core.report import Finding, Place, Report

DEFAULT_SPACE = "default"


@dataclass(frozen=True, slots=True)
class Source:
    """A document or a tool at a place.

    Attributes:
        iri: what the ledger calls it; the same source must get the same IRI every time.
        place: the file or URL, as a person would open it.
        media_type: of the document (``text/turtle``, ``text/markdown``), empty for a tool.
        harvester: the name of the harvester that read it; None for RDF and for the Python API.
    """

    iri: NamedNode
    place: str
    media_type: str = ""
    harvester: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """Statements of one source about any number of resources.

    Attributes:
        source: who says so.
        statements: RDF triples; blank nodes are welcome, the lake gives them names.
        complete: True when this is all that the source says (what it said before and does not repeat
            is withdrawn), False when it only adds.
        findings: what the harvester noticed; none of them may be a Violation.
        original: the bytes of the document, kept in quarantine if the gate refuses them.
        places: where a statement stands in the document, as far as it is known.
    """

    source: Source
    statements: Sequence[Triple]
    complete: bool = True
    findings: tuple[Finding, ...] = ()
    original: bytes = b""
    places: Mapping[Triple, Place] = field(default_factory=dict)
    space: str = DEFAULT_SPACE


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that could not even be read, on its way into quarantine."""

    source: Source
    report: Report
    original: bytes = b""
    space: str = DEFAULT_SPACE
