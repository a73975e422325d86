"""An ontology as its editors have it: a folder of RDF files, read together, each statement with its place.

Its *own* terms are those below the IRI of an ontology or a code list that the files describe, or in a namespace that
they prefer (``vann:preferredNamespaceUri``). Others are foreign: an ontology declares those it needs so that it is
OWL 2 DL without the network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.errors import NotFoundError, UsageError
from modellake.core.prefixes import PREFIXES
from modellake.core.report import Place
from modellake.core.terms import Term, subject_iri
from modellake.core.vocab import OWL, RDF, SKOS
from modellake.rdf.codec import read_statements
from modellake.rdf.formats import Syntax, syntax_named, syntax_of_file
from modellake.rdf.positions import places_of


def curie(name: str) -> NamedNode:
    """The term with that CURIE, whose prefix must be among the usual ones."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


_NAMESPACE = NamedNode("http://purl.org/vocab/vann/preferredNamespaceUri")
EXTENSIONS = (".ttl", ".owl", ".rdf", ".nt")
CLASSES = frozenset({OWL.Class, curie("rdfs:Class")})
PROPERTIES = frozenset({OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, curie("rdf:Property")})
HEADERS = frozenset({OWL.Ontology, SKOS.ConceptScheme})
INDIVIDUALS = frozenset({OWL.NamedIndividual, SKOS.Concept})
DATATYPES = frozenset({curie("rdfs:Datatype")})
KINDS = CLASSES | PROPERTIES | INDIVIDUALS | DATATYPES


@dataclass(frozen=True)
class OntologyFile:
    """One file of an ontology.

    Attributes:
        name: the path as the user gave it.
        statements: what it says; its blank nodes are apart from those of other files.
    """

    name: str
    content: bytes = field(repr=False)
    syntax: Syntax = field(repr=False)
    base: str = field(repr=False)
    statements: tuple[Triple, ...] = field(repr=False)

    @cached_property
    def about(self) -> Mapping[Term, list[Triple]]:
        """The statements by subject."""
        return _by_subject(self.statements)

    @cached_property
    def places(self) -> Mapping[Triple, Place]:
        """Where the statements stand."""
        return places_of(self.content, self.syntax, base=self.base, document=self.name)


@dataclass(frozen=True)
class Ontology:
    """Files that make an ontology together."""

    files: tuple[OntologyFile, ...]

    @cached_property
    def statements(self) -> frozenset[Triple]:
        """All that the files say."""
        return frozenset(item for file in self.files for item in file.statements)

    @cached_property
    def about(self) -> Mapping[Term, list[Triple]]:
        """The statements by subject, in a stable order."""
        return _by_subject(sorted(self.statements, key=str))

    @cached_property
    def homes(self) -> tuple[str, ...]:
        """The IRIs of the ontologies and code lists described."""
        found = {item.subject for item in self.statements if item.predicate == RDF.type and item.object in HEADERS}
        return tuple(sorted(term.value for term in found if isinstance(term, NamedNode)))

    @cached_property
    def terms(self) -> Mapping[NamedNode, frozenset[NamedNode]]:
        """The own terms that are declared, and as what."""
        found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        for item in self.own_statements:
            if item.predicate == RDF.type and isinstance(item.object, NamedNode) and item.object in KINDS:
                found[subject_iri(item)].add(item.object)
        return {term: frozenset(found[term]) for term in sorted(found, key=lambda term: term.value)}

    @cached_property
    def own_statements(self) -> frozenset[Triple]:
        """What is said about own terms, ontologies and code lists."""
        return frozenset(
            item for item in self.statements if isinstance(item.subject, NamedNode) and self.is_own(item.subject)
        )

    def is_own(self, term: NamedNode) -> bool:
        """Is a term below an ontology or a code list described here, or in its namespace? Where none is, all are."""
        return not self._roots or term.value in self._roots or term.value.startswith(self._beginnings)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(f"{root}{mark}" for root in self._roots for mark in "#/")

    @cached_property
    def _roots(self) -> frozenset[str]:
        """What own IRIs begin with, before a # or a /."""
        said = (item.object for item in self.statements if item.predicate == _NAMESPACE)
        namespaces = (value.value for value in said if isinstance(value, Literal | NamedNode))
        return frozenset(iri[:-1] if iri[-1:] in "#/" else iri for iri in (*self.homes, *namespaces))

    def objects(self, subject: Term, *predicates: NamedNode) -> list[Term]:
        """What is said of a term by one of these properties, in a stable order."""
        return [item.object for item in self.about.get(subject, ()) if item.predicate in predicates]

    def named(self, term: Term) -> Term:
        """The term itself, or for a blank node the term whose description it is part of."""
        seen: set[Term] = set()
        while isinstance(term, BlankNode) and term not in seen:
            seen.add(term)
            term = next((item.subject for item in self._referrers.get(term, ())), term)
        return term

    def place_of(self, subject: Term, predicate: Term | None = None, value: Term | None = None) -> Place | None:
        """Where a term is described: the line of that statement, of that property, or of its declaration."""
        holders = [file for file in self.files if subject in file.about]
        ranked = [(_rank(item, predicate, value), file, item) for file in holders for item in file.about[subject]]
        if not ranked:
            return None
        best = min(rank for rank, _, _ in ranked)
        places = [_placed(file, item) for rank, file, item in ranked if rank == best]
        return min(places, key=lambda place: (place.document or "", place.line or 0))

    @cached_property
    def _referrers(self) -> Mapping[Term, list[Triple]]:
        found: dict[Term, list[Triple]] = defaultdict(list)
        for item in self.statements:
            if isinstance(item.object, BlankNode):
                found[item.object].append(item)
        return found


def read_ontology(path: Path) -> Ontology:
    """The ontology in a folder (its files with the extensions `EXTENSIONS`, at any depth) or in one file.

    Raises:
        NotFoundError: there is nothing at that path.
        UsageError: the folder holds no RDF file.
        ParseError: a file cannot be read.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}", code="file.absent")
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.suffix.lower() in EXTENSIONS)
    if not files:
        raise UsageError(
            f"There is no ontology in {path}",
            code="ontology.absent",
            remedy=f"Name a folder with files that end in {', '.join(EXTENSIONS)}.",
        )
    return Ontology(tuple(_read(file, number) for number, file in enumerate(files)))


def read_ontology_text(texts: Mapping[str, bytes]) -> Ontology:
    """The ontology in some Turtle texts, by name.

    Raises:
        ParseError: a text cannot be read.
    """
    files = enumerate(texts.items())
    return Ontology(
        tuple(_parsed(name, text, syntax_named("turtle"), f"urn:{name}", number) for number, (name, text) in files)
    )


def _read(path: Path, number: int) -> OntologyFile:
    content, syntax, base = path.read_bytes(), syntax_of_file(path.name), path.resolve().as_uri()
    return _parsed(str(path), content, syntax, base, number)


def _parsed(name: str, content: bytes, syntax: Syntax, base: str, number: int) -> OntologyFile:
    statements = read_statements(content, syntax, base=base, document=name)
    return OntologyFile(name, content, syntax, base, tuple(_apart(statements, number)))


def _apart(statements: Iterable[Triple], number: int) -> Iterator[Triple]:
    """The statements with blank nodes that no other file has."""

    def rename(term: Term) -> Term:
        return BlankNode(f"f{number}x{term.value}") if isinstance(term, BlankNode) else term

    for item in statements:
        if isinstance(item.subject, BlankNode) or isinstance(item.object, BlankNode):
            yield Triple(rename(item.subject), item.predicate, rename(item.object))  # type: ignore[arg-type]
        else:
            yield item


def _by_subject(statements: Iterable[Triple]) -> dict[Term, list[Triple]]:
    found: dict[Term, list[Triple]] = defaultdict(list)
    for item in statements:
        found[item.subject].append(item)
    return dict(found)


def _rank(item: Triple, predicate: Term | None, value: Term | None) -> int:
    if item.predicate == predicate:
        return 0 if value is None or item.object == value else 1
    return 2 if item.predicate == RDF.type else 3


def _placed(file: OntologyFile, item: Triple) -> Place:
    return file.places.get(item, Place(file.name))
