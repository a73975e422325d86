"""DOIs and arXiv ids.

Sources: https://www.doi.org/doi-handbook/HTML/ (ASCII letters of a DOI have no case; in an address, what a URL may
not hold is percent-encoded) and https://info.arxiv.org/help/arxiv_identifier.html.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from pyoxigraph import NamedNode

from modellake.core.identifiers.identified import address_parts, escaped, node, trimmed

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]{1,9}){0,9}/\S+")
_DOI_START = re.compile(r"(?:info:doi/|urn:doi:|doi\s?:\s?|doi\s)(?=10\.)", re.IGNORECASE)
_DOI_HOSTS = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})
_DOI_SAFE = "-._~:/@!$&'()*+,;="
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

_ARXIV_HOSTS = frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org"})
_ARXIV_VIEWS = frozenset({"abs", "pdf", "html", "format", "ps"})
_ARXIV_START = re.compile(r"arxiv:\s?", re.IGNORECASE)
_ARXIV_CLASS = re.compile(r"\s?\[[A-Za-z.-]{1,20}\]$")
# Four digits from April 2007 on, five since January 2015.
_ARXIV_NEW = re.compile(
    r"((?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4])(?:0[1-9]|1[0-2]))\.[0-9]{4}"
    r"|(?:1[5-9]|[2-8][0-9])(?:0[1-9]|1[0-2])\.[0-9]{5})(?:v[0-9]{1,3})?"
)
_ARXIV_OLD = re.compile(
    r"([a-z]{1,10}(?:-[a-z]{2,6})?)(?:\.[A-Z]{2})?/([09][0-9](?:0[1-9]|1[0-2])[0-9]{3})(?:v[0-9]{1,3})?"
)
_ARXIV_DOI = "https://doi.org/10.48550/arxiv."


def publication_iri(text: str) -> NamedNode | None:
    """The work that an arXiv address, id with ``arXiv:`` or DOI names; arXiv's own DOIs are its works."""
    stated = trimmed(text)
    if stated is None:
        return None
    says_so = _ARXIV_START.match(stated) or address_parts(stated) or _DOI_START.match(stated) or stated[:3] == "10."
    return (arxiv_iri(stated) or doi_iri(stated)) if says_so else None


def doi_iri(text: str) -> NamedNode | None:
    """``https://doi.org/10.x/y`` for a DOI, with or without ``doi:``, or an address of one."""
    stated = trimmed(text)
    if stated is None:
        return None
    parts, start = address_parts(stated), _DOI_START.match(stated)
    if parts:
        name = unquote(parts.path[1:]) if parts.hostname in _DOI_HOSTS else ""
    else:
        name = stated[start.end() :] if start else stated
    valid = _DOI.fullmatch(name) and name.isprintable()
    return node("https://doi.org/" + escaped(name.translate(_LOWER), _DOI_SAFE)) if valid else None


def arxiv_iri(text: str) -> NamedNode | None:
    """``https://arxiv.org/abs/ID`` for an id, an address or a DOI of arXiv: the work, whichever version is stated."""
    stated = trimmed(text)
    if stated is None:
        return None
    parts, start = address_parts(stated), _ARXIV_START.match(stated)
    if parts and parts.hostname in _ARXIV_HOSTS:
        view, _, name = parts.path[1:].partition("/")
        return _work(name.removesuffix(".pdf").rstrip("/")) if view in _ARXIV_VIEWS else None
    doi = doi_iri(stated)
    if doi is not None:
        return _work(doi.value.removeprefix(_ARXIV_DOI)) if doi.value.startswith(_ARXIV_DOI) else None
    return _work(_ARXIV_CLASS.sub("", stated[start.end() :]) if start else stated)


def _work(name: str) -> NamedNode | None:
    """The subject class that an old id may state is no part of it."""
    new, old = _ARXIV_NEW.fullmatch(name), _ARXIV_OLD.fullmatch(name)
    if new:
        return NamedNode(f"https://arxiv.org/abs/{new[1]}")
    return NamedNode(f"https://arxiv.org/abs/{old[1]}/{old[2]}") if old else None
