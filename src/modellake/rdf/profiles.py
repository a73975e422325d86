"""Profiles: shapes that somebody has beside those of the gate, to audit records by."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from modellake.core.errors import UsageError
from modellake.core.report import SH, Place
from modellake.core.vocab import RDF
from modellake.rdf.codec import ntriples_text
from modellake.rdf.ontology import CLASSES, read_ontology
from modellake.rdf.shapes import EngineName, ShapePack

TARGETS = frozenset(
    NamedNode(f"{SH}{name}") for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
)
_SHAPES = frozenset(NamedNode(SH + name) for name in ("NodeShape", "PropertyShape"))


def read_profile(place: Path, *, engine: EngineName = "auto") -> ShapePack:
    """The shapes in a file, or in the RDF files of a folder at any depth.

    Args:
        place: of RDF in any syntax; ``owl:imports`` is not followed.
        engine: which SHACL engine will use them.

    Raises:
        NotFoundError: ``file.absent``.
        ParseError: a file cannot be read.
        UsageError: ``profile.empty``, no shape is applied to anything; ``shapes.malformed``, the engine cannot use
            them; ``format.unknown``.
        UnavailableError: the engine is not installed.
    """
    statements = _statements(place)
    if not _applies(statements):
        raise _empty(place)
    pack = ShapePack(ntriples_text(statements).encode(), statements)
    try:
        pack.results((), engine=engine)  # so that shapes that cannot be used are told before anything is opened
    except UsageError as error:
        error.place = error.place or Place(str(place))
        raise
    return pack


def _statements(place: Path) -> tuple[Triple, ...]:
    try:
        return tuple(item for file in read_ontology(place).files for item in file.statements)
    except UsageError as error:
        if error.code == "ontology.absent":
            raise _empty(place) from error
        error.remedy = "Give the file an extension that tells its format, such as .ttl."
        raise


def _applies(statements: Iterable[Triple]) -> bool:
    """Does any shape have a target (https://www.w3.org/TR/shacl/#targets)? A class that is a shape is its own."""
    shapes, classes = set[object](), set[object]()
    for item in statements:
        if item.predicate in TARGETS:
            return True
        if item.predicate == RDF.type and item.object in _SHAPES:
            shapes.add(item.subject)
        if item.predicate == RDF.type and item.object in CLASSES:
            classes.add(item.subject)
    return not shapes.isdisjoint(classes)


def _empty(place: Path) -> UsageError:
    return UsageError(
        f"No shape in {place} is applied to anything: every record would conform",
        code="profile.empty",
        remedy="Name a file, or a folder of RDF files, with shapes that have sh:targetClass or another target.",
        place=Place(str(place)),
    )
