"""What the cards of the Hub call things, as IRIs of the lake.

A Hub id is ``name`` or ``organization/name``. Cards hold other texts in the same place: addresses, paths on
somebody's disk, prose. Each becomes a valid IRI, and texts that name different things become different ones.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from pyoxigraph import NamedNode

from modellake.core.identifiers import identify
from modellake.core.iris import LakeIRIs

MAX_NAME = 400
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_IRI_SAFE = "-._~:/?@!$&'()*+,;=%"


def resource(iris: LakeIRIs, kind: str, name: str) -> NamedNode | None:
    """What a card calls ``name``: a model or dataset, unless it says by itself that it is another thing.

    None for a blank or an overlong text.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME:
        return None
    known = identify(name, iris)
    if known is not None:
        return known.resource
    if _ADDRESS.fullmatch(name):
        return address(name) or _opaque(iris, kind, name)
    return iris.resource(kind, name) if _is_plain(name) else _opaque(iris, kind, name)


def address(text: str) -> NamedNode | None:
    """An ``http`` address as an IRI, what no IRI may hold percent-encoded; None for other texts."""
    text = text.strip()
    if not _ADDRESS.fullmatch(text) or len(text) > 2 * MAX_NAME:
        return None
    head, mark, tail = text.partition("#")
    iri = quote(head, safe=_IRI_SAFE) + (mark + quote(tail, safe=_IRI_SAFE) if mark else "")
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def spells(iri: NamedNode, text: str) -> bool:
    """True when the whole text can be read in the IRI, so that it need not be kept beside it."""
    return iri.value == text or iri.value.endswith(("/" + text, "#" + text))


def _is_plain(name: str) -> bool:
    """One or two segments, none of which a client would resolve away."""
    parts = name.split("/")
    return len(parts) <= 2 and "%" not in name and all(part.strip(".") for part in parts)


def _opaque(iris: LakeIRIs, kind: str, name: str) -> NamedNode:
    """One segment that stands for any text: encoded twice, so that no slash or dot of it acts as one."""
    return iris.resource(kind, quote(name, safe="").replace(".", "%2E"))
