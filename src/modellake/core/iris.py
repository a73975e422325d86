"""Names: how resources, records, sources, commits and graphs of one lake are called.

A resource is ``{base}{kind}/{segments}``, its record ``{base}record/{kind}/{segments}``. A resource
outside the base has its whole IRI percent-encoded in the record's name, so that the two directions are
inverse to each other for every IRI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from pyoxigraph import NamedNode

from modellake.core.errors import UsageError

DEFAULT_BASE = "http://lake.localhost/"
# RFC 3986 sub-delims and pchar extras that are safe inside one path segment.
_SEGMENT_SAFE = "-._~!$&'()*+,;=:@"
_RESERVED_ROOMS = ("record/", "graph/", "source/", "commit/", "claim/")
_ENCODED_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*%3A", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LakeIRIs:
    """The naming scheme of a lake with one base IRI (absolute, ending in ``/``)."""

    base: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if not parts.scheme or parts.query or parts.fragment or not self.base.endswith("/"):
            raise UsageError(
                f"{self.base!r} cannot be a base IRI",
                code="base-iri.malformed",
                remedy="Give an absolute IRI that ends in '/', such as https://lake.example.org/",
            )
        named_node(self.base)

    def resource(self, kind: str, *segments: str) -> NamedNode:
        """``{base}{kind}/{segment}/…``; a segment may itself hold slashes (``org/name``)."""
        path = "/".join(quote(part, safe=_SEGMENT_SAFE) for item in segments for part in item.split("/"))
        return NamedNode(f"{self.base}{kind}/{path}")

    def version(self, line: NamedNode, label: str) -> NamedNode:
        """The IRI of the version of a line that is called ``label``."""
        return NamedNode(f"{line.value}/version/{quote(label, safe=_SEGMENT_SAFE)}")

    def fragment(self, resource: NamedNode, name: str) -> NamedNode:
        """A node inside the record of ``resource``."""
        return NamedNode(f"{resource.value}#{quote(name, safe=_SEGMENT_SAFE)}")

    def source(self, name: str) -> NamedNode:
        """A source that has no IRI of its own."""
        return NamedNode(f"{self.base}source/{quote(name, safe=_SEGMENT_SAFE + '/')}")

    @property
    def curated(self) -> NamedNode:
        """The source that people, PUT, PATCH and SPARQL update write."""
        return self.source("curated")

    def commit(self, sequence: int) -> NamedNode:
        """The commit with that sequence number, as a ``prov:Activity``."""
        return NamedNode(f"{self.base}commit/{sequence}")

    def graph(self, name: str) -> NamedNode:
        """A derived graph of a view: ``entailed`` or ``provenance``."""
        return NamedNode(f"{self.base}graph/{name}")

    def record(self, home: NamedNode) -> NamedNode:
        """The record about ``home`` (a resource IRI without fragment)."""
        tail = home.value.removeprefix(self.base)
        inside = home.value.startswith(self.base) and not _ENCODED_SCHEME.match(tail)
        return NamedNode(f"{self.base}record/{tail if inside else quote(home.value, safe='')}")

    def topic(self, record: NamedNode) -> NamedNode:
        """The resource that ``record`` is about: the inverse of `record`.

        Raises:
            UsageError: ``record`` is no record of this lake.
        """
        name = record.value.removeprefix(f"{self.base}record/")
        if name == record.value:
            raise UsageError(f"{record} is no record of this lake", code="record.unknown")
        return NamedNode(unquote(name) if _ENCODED_SCHEME.match(name) else self.base + name)

    def is_reserved(self, home: NamedNode) -> bool:
        """True for IRIs that the lake itself describes: records, graphs, sources, commits."""
        tail = home.value.removeprefix(self.base)
        return home.value.startswith(self.base) and (not tail or tail.startswith(_RESERVED_ROOMS))


def home_of(subject: NamedNode) -> NamedNode:
    """The resource whose record holds statements about ``subject``: its IRI without fragment."""
    head, mark, _ = subject.value.partition("#")
    return NamedNode(head) if mark else subject


def named_node(iri: str) -> NamedNode:
    """An IRI as a term.

    Raises:
        UsageError: the text is no absolute IRI (RFC 3987).
    """
    try:
        node = NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{iri!r} is no absolute IRI: {error}", code="iri.malformed") from error
    if any(character in ' <>"{}|\\^`' or ord(character) < 0x21 for character in iri):
        raise UsageError(f"{iri!r} holds characters that no IRI may hold", code="iri.malformed")
    return node
