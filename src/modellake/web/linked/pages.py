"""Pages: descriptions for people, as HTML without scripts.

Whatever a source says may stand in a page: Jinja2 escapes all of it, and only addresses that `Links.page` lets through
become links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.errors import UsageError
from modellake.core.prefixes import compact
from modellake.core.terms import Term
from modellake.core.vocab import RDF, XSD
from modellake.web.linked.addresses import encoded
from modellake.web.linked.vocabulary import label_of, local_reference

if TYPE_CHECKING:
    from jinja2 import Environment

    from modellake.web.linked.addresses import Links

_ROWS = 5000  # statements of a page
_CHARACTERS = 20_000  # of a value
_PLAIN = (XSD.string, RDF.langString)


@dataclass(frozen=True, slots=True)
class Value:
    """One term as people see it.

    Attributes:
        href: what it is linked to.
        detail: its IRI where a label stands for it, or its datatype.
        language: of a text.
    """

    text: str
    href: str | None = None
    detail: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A property and its values."""

    name: Value
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Section:
    """What is said of one subject.

    Attributes:
        anchor: the fragment of the subject's IRI.
    """

    anchor: str
    subject: Value
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Page:
    """A page about something.

    Attributes:
        title: of the page.
        iri: of what it is about.
        groups: a heading, and the sections below it.
        notes: what there is to know besides.
        alternates: short names of RDF syntaxes, their media types and their addresses.
        trail: links to where one comes from.
        onward: links to other parts of the same list.
    """

    title: str
    iri: str
    groups: Sequence[tuple[str, Sequence[Section]]] = ()
    notes: Sequence[str] = ()
    alternates: Sequence[tuple[str, str, str]] = ()
    trail: Sequence[Value] = ()
    entries: Sequence[Value] = ()
    onward: Sequence[Value] = ()

    def write(self) -> bytes:
        """It as HTML."""
        return _environment().get_template("page.html").render(page=self).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Painter:
    """Turns terms and statements into what pages show.

    Attributes:
        links: of the page.
        labels: of resources, by IRI.
        anchored: what the IRIs of subjects begin with that have a place of their own in the page.
        home: the IRI that the page is about, whose fragments are places in it.
        described: the resources that have records, of all that the page refers to; None where nobody has looked.
    """

    links: Links
    labels: Mapping[str, str] = field(default_factory=dict)
    anchored: str = ""
    home: str = ""
    described: frozenset[str] | None = None

    def sections(self, statements: Iterable[Triple], first: str = "") -> list[Section]:
        """Statements by subject, that of the IRI ``first`` before the others."""

        def order(item: Triple) -> tuple[bool, str, bool, str, str]:
            subject, predicate = _iri(item.subject), item.predicate
            return subject != first, subject, predicate != RDF.type, predicate.value, str(item.object)

        ordered = sorted(islice(statements, _ROWS), key=order)
        return [self._section(subject, list(said)) for subject, said in groupby(ordered, lambda item: item.subject)]

    def notes(self, count: int) -> tuple[str, ...]:
        """What there is to say of a page about so many statements."""
        return (f"Only {_ROWS} of {count} statements are shown.",) if count > _ROWS else ()

    def value(self, term: Term) -> Value:
        """A term as people see it."""
        if isinstance(term, NamedNode):
            return self._resource(term)
        if not isinstance(term, Literal):
            return Value(str(term), f"#{term.value}" if isinstance(term, BlankNode) else None)
        cut = len(term.value) > _CHARACTERS
        text = f"{term.value[:_CHARACTERS]}… ({len(term.value)} characters)" if cut else term.value
        datatype = "" if term.datatype in _PLAIN else compact(term.datatype.value)
        return Value(text, detail=datatype, language=term.language or "")

    def _resource(self, node: NamedNode) -> Value:
        short = self._short(node.value)
        label = self.labels.get(node.value) or label_of(node.value)
        return Value(label or short, self._target(node.value), short if label else "")

    def _short(self, iri: str) -> str:
        """An IRI as far as the page does not say it already."""
        if self.home and iri.startswith(f"{self.home}#"):
            return iri.removeprefix(self.home)
        return iri.removeprefix(self.links.iris.base) or iri if iri.startswith(self.links.iris.base) else compact(iri)

    def _target(self, iri: str) -> str | None:
        if self.home and iri.startswith(f"{self.home}#"):
            return encoded(iri.removeprefix(self.home))
        if local := local_reference(iri):
            return self.links.here.reference(local)
        document, mark, fragment = iri.partition("#")
        if self.described is None or self._is_noted(document):
            return self.links.page(iri)
        inside = document.startswith(self.links.iris.base)
        if document in self.described and not inside:
            return self.links.to(self.links.iris.record(NamedNode(document))) + encoded(mark + fragment)
        return None if inside and document not in self.described else self.links.page(iri)

    def _is_noted(self, document: str) -> bool:
        """Is it a document of the lake itself, which is not described as resources are?"""
        return self.links.iris.is_reserved(NamedNode(document)) or document.startswith(self.links.iris.base + "agent/")

    def _section(self, subject: Term, said: list[Triple]) -> Section:
        by_property = groupby(said, lambda item: item.predicate)
        rows = [Row(self._property(name), [self.value(item.object) for item in items]) for name, items in by_property]
        own = isinstance(subject, BlankNode) or _iri(subject).startswith(self.anchored)
        anchor = subject.value if isinstance(subject, BlankNode) else _iri(subject).partition("#")[2] if own else ""
        return Section(anchor, self.value(subject), rows)

    def _property(self, node: NamedNode) -> Value:
        found = self._resource(node)
        return Value(compact(node.value), found.href, found.text if found.detail else "")


def referred(statements: Iterable[Triple]) -> Iterator[str]:
    """The IRIs that statements are about or refer to, for their labels."""
    for item in islice(statements, _ROWS):
        for term in (item.subject, item.object):
            if isinstance(term, NamedNode):
                yield term.value


def unique(groups: Iterable[tuple[str, Sequence[Section]]]) -> list[tuple[str, Sequence[Section]]]:
    """Groups that say something, each anchor of their sections standing once in a page."""
    seen: set[str] = set()
    found: list[tuple[str, Sequence[Section]]] = []
    for heading, sections in groups:
        kept = []
        for item in sections:
            kept.append(replace(item, anchor="") if item.anchor in seen else item)
            seen.add(item.anchor)
        if kept:
            found.append((heading, kept))
    return found


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode | BlankNode) else str(term)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    options: dict[str, Any] = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise UsageError(
            "Jinja2 is not installed", code="extra.missing", remedy="pip install 'modellake[serve]'"
        ) from error
    return Environment(loader=PackageLoader("modellake.web.linked"), undefined=StrictUndefined, **options)
