"""Licenses: those that are known by their identifiers, names and addresses, others as parts of the description."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import DCT, FOAF, LAKE, RDF
from modellake.harvest.croissant.draft import Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry, Json, Leaf
from modellake.harvest.croissant.namespaces import schema
from modellake.harvest.croissant.naming import NAME
from modellake.harvest.croissant.rules import note_unexpected, web_address
from modellake.harvest.croissant.tree import Node, Scalar
from modellake.harvest.licenses import ResolvedLicense, resolve_license


def describe_license(draft: Draft, subject: Subject, entry: Entry) -> None:
    """State the licenses of the dataset, and word for word what the document says."""
    for number, value in enumerate(entry.values):
        if isinstance(value, Json):
            draft.keep(subject, entry, (value,))
            note_unexpected(draft, entry)
        elif isinstance(value, Leaf):
            _describe_text(draft, value.node, number)
        elif value.is_reference and value.identifier:
            _describe_text(draft, value.identifier, number)
        else:
            _describe_element(draft, subject, entry, value, number)


def _describe_text(draft: Draft, node: Scalar, number: int) -> None:
    if not node.text.strip():
        return
    draft.say_of_both(LAKE.licenseText, Literal(node.text), node)
    found = resolve_license(node.text, draft.iris, draft.version)
    page = web_address(node)
    if found.iri is None and page:
        own = _own_license(draft, number, node)
        draft.say(own, DCT.title, Literal(node.text.strip()), node)
        draft.say(own, FOAF.page, page, node)
        return
    _say(draft, found, node)
    for finding in found.findings:
        draft.note(finding.code, finding.message, finding.remedy or "", node, finding.severity)


def _describe_element(draft: Draft, subject: Subject, entry: Entry, element: Element, number: int) -> None:
    """A license that is itself described, as a CreativeWork."""
    texts = [leaf.node for leaf in map(element.leaf, (NAME, schema("identifier"), schema("url"))) if leaf]
    texts = [node for node in [*texts, element.identifier] if node and node.text.strip()]
    resolved = (resolve_license(node.text, draft.iris, draft.version) for node in texts)
    known = next((found for found in resolved if found.iri), None)
    if known:
        _say(draft, known, element.node)
        draft.keep(subject, entry, (element,))
        return
    own = _own_license(draft, number, element.node)
    draft.names.call(element, own)
    draft.describe(element)
    for node in texts[:1]:
        draft.say(own, DCT.title, Literal(node.text), node)
    if not texts:
        draft.say(own, DCT.title, Literal("License"), element.node)
    for page in filter(None, map(web_address, texts)):
        draft.say(own, FOAF.page, page, element.node)


def _say(draft: Draft, found: ResolvedLicense, node: Node) -> None:
    if found.iri:
        draft.say_of_both(LAKE.declaredLicense, found.iri, node)
    for statement in found.statements:
        draft.say(*statement, node)


def _own_license(draft: Draft, number: int, node: Node) -> NamedNode:
    """A license that is a part of this description."""
    own = draft.iris.fragment(draft.version, f"license-{number + 1}" if number else "license")
    draft.say(own, RDF.type, LAKE.License, node)
    draft.say_of_both(LAKE.declaredLicense, own, node)
    return own
