"""The page about the shapes: every rule, how grave it is, and what it says to whoever breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from modellake.core.report import SH
from modellake.core.terms import Term
from modellake.core.vocab import DCT, OWL, RDF
from modellake.rdf.expressions import members
from modellake.rdf.ontology import Ontology, OntologyFile, read_ontology
from modellake.rdf.pages.markdown import code, origin, paragraphs, table
from modellake.rdf.pages.names import Names, anchor

_PAGE = "shapes.md"
_TITLES = {
    "gate": ("The gate", "Every record that enters the lake is checked against these. A Violation keeps it out."),
    "ontology": ("Ontologies", "`modellake ontology check` applies these to the terms of an ontology."),
    "profiles": ("Profiles", "These are asked for by name, and by promotion into a stage that demands one."),
}


def shapes_page(names: Names, folder: Path) -> str:
    """The page with the shapes of a folder, by its folders and files."""
    packs = sorted(part for part in folder.iterdir() if part.is_dir() and part.name != "examples")
    return paragraphs(
        origin("shapes/"),
        "# Shapes",
        "What a description must have, as SHACL. Each rule has a severity of its own: a Violation keeps a record out,"
        " a Warning and an Info are stored with the commit. The messages are in English and French; the English ones"
        " stand here.",
        *(part for pack in packs for part in _pack(names, pack)),
    )


def _pack(names: Names, folder: Path) -> Iterator[str]:
    title, about = _TITLES.get(folder.name, (folder.name.capitalize(), ""))
    pack = read_ontology(folder)
    yield f"## {title}"
    yield about
    for file in pack.files:
        rows = [_row(names, pack, shape) for shape in _reporting(pack, file)]
        if rows:
            yield f"### {_title(file)}"
            yield table(("rule", "about", "property", "severity", "what it says"), rows)


def _title(file: OntologyFile) -> str:
    headers = (item.subject for item in file.statements if item.predicate == RDF.type and item.object == OWL.Ontology)
    titles = Ontology((file,)).objects(next(headers), DCT.title)
    return next(value.value for value in titles if isinstance(value, Literal) and value.language == "en")


def _reporting(pack: Ontology, file: OntologyFile) -> list[NamedNode]:
    """The shapes of a file that results can name, in the order of the file."""
    subjects = dict.fromkeys(item.subject for item in file.statements if isinstance(item.subject, NamedNode))
    return [shape for shape in subjects if pack.objects(shape, _sh("message"))]


def _row(names: Names, pack: Ontology, shape: NamedNode) -> tuple[str, ...]:
    severity = next(iter(pack.objects(shape, _sh("severity"))), None)
    messages = (value for value in pack.objects(shape, _sh("message")) if isinstance(value, Literal))
    return (
        code(anchor(shape)),
        _targets(names, pack, shape),
        ", ".join(_path(names, pack, path) for path in pack.objects(shape, _sh("path"))),
        anchor(severity) if isinstance(severity, NamedNode) else "Violation",
        " ".join(message.value for message in messages if message.language == "en"),
    )


def _targets(names: Names, pack: Ontology, shape: NamedNode) -> str:
    """What a shape is about: its own targets, and those of the shapes that it is a part of."""
    around = [item.subject for item in pack.statements if item.predicate == _sh("property") and item.object == shape]
    found: set[str] = set()
    for holder in (shape, *around):
        found |= {names.link(kind, _PAGE) for kind in pack.objects(holder, _sh("targetClass"))}
        found |= {f"what has {names.link(kind, _PAGE)}" for kind in pack.objects(holder, _sh("targetSubjectsOf"))}
        found |= {f"values of {names.link(kind, _PAGE)}" for kind in pack.objects(holder, _sh("targetObjectsOf"))}
    return ", ".join(sorted(found))


def _path(names: Names, pack: Ontology, path: Term) -> str:
    """A property path in words (https://www.w3.org/TR/shacl/#property-paths)."""
    if isinstance(path, NamedNode):
        return names.link(path, _PAGE)
    for name, between in (("alternativePath", " or "), ("inversePath", "")):
        for inner in pack.objects(path, _sh(name)):
            parts = members(pack, inner) or [inner]
            return ("to it by " if name == "inversePath" else "") + between.join(
                _path(names, pack, part) for part in parts
            )
    return " / ".join(_path(names, pack, part) for part in members(pack, path))


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)
