"""Names of other places as IRIs of the lake, and words as concepts of its code lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import NamedNode

from modellake.core.errors import UsageError
from modellake.core.identifiers import hub_resource
from modellake.core.iris import LakeIRIs, named_node
from modellake.core.namespace import Namespace, namespace_iri, terms_of
from modellake.harvest.licenses import ResolvedLicense, resolve_license

MAX_NAME = 400
_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_IRI_SAFE = "-._~:/?@!$&'()*+,;=%"
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]{1,3}")


def resource(iris: LakeIRIs, kind: str, name: str) -> NamedNode | None:
    """The resource of a kind that a document calls ``name``; None for a blank or an overlong text.

    An id or a page of the Hugging Face Hub is the model or dataset there; any other address is itself; other texts
    become one segment, so that texts that name different things become different IRIs.
    """
    name = name.strip()
    if not name or not kind or len(name) > MAX_NAME:
        return None
    known = hub_resource(name, iris, kind) if kind in ("model", "dataset") else None
    if known is not None and known.kind == kind:
        return known.resource
    found = address(name)
    if found is not None:
        return found
    return iris.resource(kind, name if _is_plain(name, kind) else quote(name, safe="").replace(".", "%2E"))


def _is_plain(name: str, kind: str) -> bool:
    """Segments none of which a client would resolve away; of models and datasets, one or two."""
    parts = name.split("/")
    few = kind not in ("model", "dataset") or len(parts) <= 2
    return few and "%" not in name and all(part.strip(".") for part in parts)


def address(text: str) -> NamedNode | None:
    """An ``http`` address as an IRI, what no IRI may hold percent-encoded; None for other texts."""
    text = text.strip()
    if not _ADDRESS.fullmatch(text) or len(text) > 2 * MAX_NAME:
        return None
    head, mark, tail = text.partition("#")
    try:
        return named_node(quote(head, safe=_IRI_SAFE) + (mark + quote(tail, safe=_IRI_SAFE) if mark else ""))
    except UsageError:
        return None


def license_named(text: str, iris: LakeIRIs) -> ResolvedLicense:
    """What words name as a license: one of the SPDX list, an expression, one of the Hub, or the address of a text."""
    found = resolve_license(text, iris)
    page = address(text) if found.iri is None else None
    return found if page is None else ResolvedLicense(found.text, page)


def decimal_text(text: str) -> str | None:
    """A number as the lexical form of an ``xsd:decimal``: as written, or without its exponent.

    None for what is not one finite number.
    """
    text = text.strip()
    if _DECIMAL.fullmatch(text):
        return text
    return format(Decimal(text), "f") if _SCIENTIFIC.fullmatch(text) else None


@lru_cache(maxsize=16)
def concepts(scheme: type[Namespace]) -> Mapping[str, NamedNode]:
    """The concepts of a code list by their local names."""
    return {term.value.removeprefix(namespace_iri(scheme)): term for term in terms_of(scheme)}
