"""The vocabulary: which documents describe the ontology, its code lists and the shapes, and what they say.

Terms have IRIs with a fragment (``https://w3id.org/model-lake#Model``), so the document is the IRI before it. Whoever
publishes a lake lets w3id.org lead there: `modellake.web.linked.redirects` writes the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.vocab import DCT, OWL, RDF, RDFS, SKOS
from modellake.rdf.assets import (
    CONTEXT_IRI,
    alignment_files,
    concatenated,
    ontology_dir,
    read_turtle,
    shapes_dir,
    turtle_files,
)

ROOT = CONTEXT_IRI.rpartition("/")[0]
SHAPES = f"{ROOT}/shapes"
ONTOLOGY_ROOM, SHAPES_ROOM = "ontology", "shapes"
CONTEXT_PLACE = f"{ONTOLOGY_ROOM}/context.jsonld"
_HEADERS = (OWL.Ontology, SKOS.ConceptScheme)
_LABELS = (RDFS.label, SKOS.prefLabel, DCT.title)


@dataclass(frozen=True)
class VocabularyDocument:
    """One document.

    Attributes:
        iri: of the document, which the IRIs of its terms begin with or refer to.
        place: its address below the base IRI of any lake.
        files: where it is written.
    """

    iri: str
    place: str
    files: tuple[Path, ...]

    @property
    def text(self) -> bytes:
        """It as its authors wrote it, in Turtle."""
        return self.files[0].read_bytes() if len(self.files) == 1 else concatenated(list(self.files))

    def statements(self) -> list[Triple]:
        """What it says; its blank nodes have the same names every time."""
        names: dict[BlankNode, BlankNode] = {}
        return [_renamed(item, names) for item in read_turtle(list(self.files))]


@lru_cache(maxsize=1)
def documents() -> Mapping[str, VocabularyDocument]:
    """All documents, by place."""
    return {document.place: document for document in _documents()}


@lru_cache(maxsize=1)
def _places() -> Mapping[str, str]:
    return {document.iri: document.place for document in documents().values()} | {CONTEXT_IRI: CONTEXT_PLACE}


def local_reference(iri: str) -> str | None:
    """Where a term, or a document, is described below the base IRI of any lake; None for others."""
    if not iri.startswith(ROOT):
        return None
    document, mark, fragment = iri.partition("#")
    place = _places().get(document)
    return None if place is None else place + mark + fragment


def label_of(iri: str) -> str:
    """The English label of a term of the ontology, or nothing."""
    return _labels().get(iri, "") if iri.startswith(ROOT) else ""


def _documents() -> Iterator[VocabularyDocument]:
    apart = {*alignment_files(), *turtle_files(ontology_dir() / "schemes")}
    files = turtle_files(ontology_dir())
    themes = tuple(file for file in files if file not in apart)
    shapes = [file for file in turtle_files(shapes_dir()) if "examples" not in file.relative_to(shapes_dir()).parts]
    for file in (*files, *shapes):
        for iri in _described(file):
            yield VocabularyDocument(iri, _place(iri), themes if _is_whole(iri) else (file,))
    yield VocabularyDocument(SHAPES, SHAPES_ROOM, tuple(shapes))


def _described(file: Path) -> Iterator[str]:
    """The IRIs under which a file is known: that of the ontology or code list in it, and that of its version."""
    statements = read_turtle([file])
    headers = {item.subject for item in statements if item.predicate == RDF.type and item.object in _HEADERS}
    for item in statements:
        if item.subject in headers and isinstance(item.subject, NamedNode) and isinstance(item.object, NamedNode):
            if item.predicate == RDF.type and item.object in _HEADERS and item.subject.value.startswith(ROOT):
                yield item.subject.value
            elif item.predicate == OWL.versionIRI:
                yield item.object.value


def _is_whole(iri: str) -> bool:
    """Is it the ontology itself, which all terms of its themes belong to?"""
    name = iri.removeprefix(ROOT).removeprefix("/")
    return not name or name[0].isdecimal()


def _place(iri: str) -> str:
    """The address of a document: in the room for shapes, or in that for the ontology."""
    name = iri.removeprefix(ROOT)
    if name.startswith(("/shapes/", "/ontology/")):
        return name[1:]
    return ONTOLOGY_ROOM + name


def _renamed(item: Triple, names: dict[BlankNode, BlankNode]) -> Triple:
    subject, value = (
        names.setdefault(term, BlankNode(f"n{len(names)}")) if isinstance(term, BlankNode) else term
        for term in (item.subject, item.object)
    )
    return Triple(subject, item.predicate, value)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, str]:
    return dict(_english(read_turtle(turtle_files(ontology_dir()))))


def _english(statements: Iterable[Triple]) -> Iterator[tuple[str, str]]:
    for item in statements:
        subject, label = item.subject, item.object
        if item.predicate not in _LABELS or not isinstance(subject, NamedNode) or not isinstance(label, Literal):
            continue
        if label.language in ("en", None):
            yield subject.value, label.value
