"""Licenses: those of the SPDX list by their identifiers and addresses, others as parts of the description."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from modellake.core.licenses import spdx_license
from modellake.core.vocab import DCT, FOAF, LAKE, RDF
from modellake.harvest.croissant.draft import Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry, Json, Leaf
from modellake.harvest.croissant.namespaces import schema
from modellake.harvest.croissant.naming import NAME
from modellake.harvest.croissant.rules import note_unexpected, web_address
from modellake.harvest.croissant.tree import Node, Scalar

_MAX_ADDRESS = 400
_PAGES = re.compile(
    r"https?://(?:www\.)?(?:choosealicense\.com/licenses|spdx\.org/licenses|opensource\.org/licen[cs]es?)"
    r"/([\w.+-]+?)(?:\.html|\.json|\.txt)?/?",
    re.ASCII | re.IGNORECASE,
)
_APACHE = re.compile(r"https?://(?:www\.)?apache\.org/licenses/LICENSE-(\d\.\d)(?:\.html|\.txt)?/?", re.IGNORECASE)
_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)(?:/(?:deed|legalcode)[\w.]*)?/?",
    re.IGNORECASE,
)
_RENAMED = {"odc-by": "ODC-By-1.0", "odbl": "ODbL-1.0", "pddl": "PDDL-1.0", "c-uda": "C-UDA-1.0"}


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


def known_license(text: str) -> NamedNode | None:
    """The license of the SPDX list that an identifier or an address names; None for other texts."""
    text = text.strip()
    if len(text) > _MAX_ADDRESS:
        return None
    page = _PAGES.fullmatch(text)
    name = page[1] if page else text
    apache, commons = _APACHE.fullmatch(text), _COMMONS.fullmatch(text)
    if apache:
        name = f"Apache-{apache[1]}"
    elif commons:
        name = _commons_name(commons[1].lower(), commons[2].lower(), commons[3])
    return spdx_license(_RENAMED.get(name.lower(), name))


def _commons_name(room: str, name: str, version: str) -> str:
    if room == "publicdomain":
        return f"CC0-{version}" if name == "zero" else f"{name}-{version}"
    return f"CC-{name}-{version}"


def _describe_text(draft: Draft, node: Scalar, number: int) -> None:
    if not node.text.strip():
        return
    draft.say_of_both(LAKE.licenseText, Literal(node.text), node)
    known = known_license(node.text)
    page = web_address(node)
    if known:
        draft.say_of_both(LAKE.declaredLicense, known, node)
    elif page:
        own = _own_license(draft, number, node)
        draft.say(own, DCT.title, Literal(node.text.strip()), node)
        draft.say(own, FOAF.page, page, node)
    elif len(node.text) <= _MAX_ADDRESS:
        draft.note(
            "license-unknown",
            f"{node.text[:80]!r} names no license of the SPDX list; it is kept word for word",
            "Write the address of the license, or its identifier from https://spdx.org/licenses/.",
            node,
        )


def _describe_element(draft: Draft, subject: Subject, entry: Entry, element: Element, number: int) -> None:
    """A license that is itself described, as a CreativeWork."""
    texts = [leaf.node for leaf in map(element.leaf, (NAME, schema("identifier"), schema("url"))) if leaf]
    texts = [node for node in [*texts, element.identifier] if node and node.text.strip()]
    known = next(filter(None, (known_license(node.text) for node in texts)), None)
    if known:
        draft.say_of_both(LAKE.declaredLicense, known, element.node)
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


def _own_license(draft: Draft, number: int, node: Node) -> NamedNode:
    """A license that is a part of this description."""
    own = draft.iris.fragment(draft.version, f"license-{number + 1}" if number else "license")
    draft.say(own, RDF.type, LAKE.License, node)
    draft.say_of_both(LAKE.declaredLicense, own, node)
    return own
