"""The license of a card: what its tag names, or what ``license_name`` and ``license_link`` add to ``other``."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import DCT, FOAF, LAKE, RDF
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.references import address
from modellake.harvest.huggingface.scalars import Scalar
from modellake.harvest.huggingface.tree import Node, scalars
from modellake.harvest.licenses import ResolvedLicense, resolve_license

DETAILS = ("license_name", "license_link")


def describe_license(draft: Draft, node: Node) -> None:
    """State which licenses the card declares, and what it says word for word."""
    for scalar in draft.take("license", node):
        license_ = _license(draft, scalar)
        if license_ is not None:
            draft.say_of_both(LAKE.declaredLicense, license_, scalar)
        draft.say_of_both(LAKE.licenseText, Literal(scalar.text), scalar)


def _license(draft: Draft, scalar: Scalar) -> NamedNode | None:
    if scalar.name.lower() == "other":
        return _named_license(draft) or _own_license(draft, scalar)
    license_ = resolve_license(scalar.name, draft.iris, draft.version)
    _say(draft, license_, scalar)
    return license_.iri


def _say(draft: Draft, license_: ResolvedLicense, scalar: Scalar) -> None:
    for statement in license_.statements:
        draft.say(*statement, scalar)
    for finding in license_.findings:
        draft.note(finding.code, finding.message, finding.remedy, scalar, severity=finding.severity)


def _named_license(draft: Draft) -> NamedNode | None:
    """A known license that is meant by ``other``: that of the name, else of the link, unless they are two."""
    named = [item for key in DETAILS for item in scalars(draft.metadata.get(key)) if item.name]
    found = [(resolve_license(item.name, draft.iris, draft.version), item) for item in named]
    known = {license_.iri for license_, _ in found} - {None}
    if len(known) != 1 or LAKE.unknown in known or found[0][0].iri is None:
        return None
    _say(draft, *found[0])
    return found[0][0].iri


def _own_license(draft: Draft, scalar: Scalar) -> NamedNode | None:
    """The license that ``other`` stands for: a part of this card, named by ``license_name``."""
    named = [item for key in DETAILS for item in scalars(draft.metadata.get(key)) if item.name]
    if not named:
        draft.note(
            "card.license-unnamed",
            "The license is 'other', and nothing says which",
            "Add license_name and license_link.",
            scalar,
        )
        return None
    own = draft.iris.fragment(draft.version, "license")
    draft.say(own, RDF.type, LAKE.License, scalar)
    draft.say(own, DCT.title, Literal(named[0].name), named[0])
    for key in DETAILS:
        draft.keep(own, key, draft.metadata.get(key))
    for page in filter(None, (address(item.name) for item in scalars(draft.metadata.get("license_link")))):
        draft.say(own, FOAF.page, page)
    draft.done.update(DETAILS)
    return own
