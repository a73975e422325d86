"""Where the ontology, the shapes and the queries are: in the wheel, or beside ``src`` in a checkout."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from modellake.core.errors import UnavailableError

_PACKAGE = Path(__file__).resolve().parent.parent
CONTEXT_IRI = "https://w3id.org/model-lake/context.jsonld"


def ontology_dir() -> Path:
    """The folder of the ontology, with ``align/``, ``schemes/`` and the JSON-LD context."""
    return _asset_dir("ontology")


def shapes_dir() -> Path:
    """The folder of the shapes, with ``gate/`` and ``examples/``."""
    return _asset_dir("shapes")


def query_dir() -> Path:
    """The folder of the named queries."""
    return _asset_dir("queries")


def context_text() -> str:
    """The JSON-LD context of the lake, which documents name by `CONTEXT_IRI`."""
    return (ontology_dir() / "context.jsonld").read_text(encoding="utf-8")


def turtle_files(folder: Path) -> list[Path]:
    """The Turtle files of a folder and those below it, in a stable order."""
    return sorted(folder.rglob("*.ttl"))


def read_turtle(files: list[Path]) -> list[Triple]:
    """The statements of several of our own Turtle files; blank nodes of two files stay apart."""
    return [quad.triple for file in files for quad in parse(path=str(file), format=RdfFormat.TURTLE)]


def ontology_files() -> list[Path]:
    """The files of the ontology itself and its code lists, without the alignments."""
    aligned = set(alignment_files())
    return [file for file in turtle_files(ontology_dir()) if file not in aligned]


def alignment_files() -> list[Path]:
    """The files that align the ontology with other vocabularies."""
    return turtle_files(ontology_dir() / "align")


def gate_files() -> list[Path]:
    """The shapes that every write is checked against."""
    return turtle_files(shapes_dir() / "gate")


def concatenated(files: list[Path]) -> bytes:
    """Several files as one text, each after a comment with its name: what a commit keeps as its rules."""
    return b"".join(b"# " + file.name.encode() + b"\n" + file.read_bytes() + b"\n" for file in files)


def _asset_dir(name: str) -> Path:
    for place in (_PACKAGE / name, _PACKAGE.parent.parent / name):
        if place.is_dir():
            return place
    raise UnavailableError(
        f"The installation lacks its folder {name!r}",
        code="installation.incomplete",
        remedy="Install modellake again: pip install --force-reinstall modellake",
    )
