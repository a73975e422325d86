"""A stated license as a resource, with the statements that describe one that SPDX does not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.licenses import (
    StatedLicense,
    Statement,
    expression_iri,
    expression_statements,
    read_license,
)
from modellake.core.literals import clean_text
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import DCT, LAKE, RDF
from modellake.harvest.licenses.hub import FAMILIES, HUB_LICENSES, TITLES, hub_tag


@dataclass(frozen=True, slots=True)
class ResolvedLicense:
    """What a source states as a license.

    Attributes:
        text: word for word; the value of ``lake:licenseText``.
        iri: the value of ``lake:declaredLicense`` or ``lake:concludedLicense``: a license, an expression with its
            parts, or ``lake:unknown`` where the source says that it is not known; None where it cannot be told.
        spdx: the SPDX expression, if it is one.
        statements: what describes the license where the SPDX list does not. State them along.
        findings: what should be mended; see `at`.
    """

    text: str
    iri: NamedNode | None = None
    spdx: str | None = None
    statements: tuple[Statement, ...] = ()
    findings: tuple[Finding, ...] = ()

    def at(self, place: Place | None) -> tuple[Finding, ...]:
        """The findings, at the place where the license stands."""
        return tuple(replace(finding, place=place) for finding in self.findings)


def resolve_license(text: str, iris: LakeIRIs, home: NamedNode | None = None) -> ResolvedLicense:
    """The license that a text names: anything that `modellake.core.licenses.read_license` reads, or a tag of the Hub.

    Args:
        text: as the source states it.
        iris: how the lake names things.
        home: the resource that is under the license: what ``LicenseRef-…`` means, it means there alone.
    """
    stated = read_license(clean_text(text))
    if stated.expression is None and not stated.is_unsaid:
        return _of_the_hub(stated, iris)
    return resolved(stated, iris, home)


def resolved(stated: StatedLicense, iris: LakeIRIs, home: NamedNode | None = None) -> ResolvedLicense:
    """A license that has been read, as a resource."""
    if stated.is_unsaid:
        return ResolvedLicense(stated.text, LAKE.unknown, findings=stated.findings)
    if stated.expression is None:
        return ResolvedLicense(stated.text, findings=stated.findings)
    iri = expression_iri(stated.expression, iris, home)
    described = tuple(expression_statements(stated.expression, iris, home))
    return ResolvedLicense(stated.text, iri, stated.spdx, described, stated.findings)


def _of_the_hub(stated: StatedLicense, iris: LakeIRIs) -> ResolvedLicense:
    tag = hub_tag(stated.text)
    if tag is None:
        fitting = FAMILIES.get(stated.text.lower())
        return ResolvedLicense(stated.text, findings=(_family(stated.text, fitting),) if fitting else stated.findings)
    license_ = iris.resource("license", tag)
    described = (
        (license_, RDF.type, LAKE.License),
        (license_, DCT.title, Literal(TITLES[tag])),
        (license_, DCT.identifier, Literal(tag)),
        (license_, DCT.source, NamedNode(HUB_LICENSES)),
    )
    return ResolvedLicense(stated.text, license_, statements=described)


def _family(text: str, fitting: tuple[str, ...]) -> Finding:
    return Finding(
        "license.ambiguous",
        Severity.WARNING,
        f"{text!r} can mean several licenses; it is kept word for word",
        remedy=f"State which license is meant by {text!r}: {', '.join(fitting)}.",
    )
