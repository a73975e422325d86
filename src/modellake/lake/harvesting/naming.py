"""Naming: documents that are called otherwise than by their place, as ``--source`` says.

What a document says names its source in few statements, if at all: those are said of the other name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import UsageError
from modellake.core.iris import named_node
from modellake.lake.harvesting.documents import Harvested


@dataclass(frozen=True, slots=True)
class Naming:
    """What the documents at a place are called.

    Attributes:
        place: a file or a folder.
        iri: of the document; of a folder, what is followed by the paths of documents in it.
        root: the ``file:`` IRI of a folder, with a slash at its end; None for a file.
    """

    place: str
    iri: NamedNode
    root: str | None

    def source(self, document: str, source: Source) -> Source:
        """The source of a document, by the name that it has here. One that lies elsewhere keeps its own."""
        if self.root is None:
            return _called(source, self.iri.value) if _absolute(document) == _absolute(self.place) else source
        path = f"{source.iri.value}/" if source.iri.value == self.root[:-1] else source.iri.value
        if not path.startswith(self.root):
            return source
        return _called(source, self.iri.value + path.removeprefix(self.root))

    def named(self, read: Harvested) -> Harvested:
        """What came of a document, under its name here."""
        source = self.source(read.document, read.source)
        return replace(read, source=source, item=read.item and _renamed(read.item, source), naming=self)


def naming_of(places: Sequence[str], iri: str) -> Naming:
    """How documents are called where somebody gives their source, or for a folder what their sources begin with.

    Raises:
        UsageError: ``source.several``, ``source.elsewhere`` for a URL, ``source.file``, ``source.no-folder``,
            ``iri.malformed``.
    """
    node = named_node(iri)
    if len(places) != 1:
        raise UsageError(
            f"--source is for one file or folder, and these are {len(places)}",
            code="source.several",
            remedy="Harvest them one by one.",
        )
    (place,) = places
    if "://" in place:
        raise UsageError(
            f"{place} has an address already", code="source.elsewhere", remedy="Leave --source out: that is its name."
        )
    if iri.lower().startswith("file:"):
        raise UsageError(
            f"{iri} is the name of a file at its place, and {place} would stand for it",
            code="source.file",
            remedy="Say the address at which others find it, or leave --source out.",
        )
    if not Path(place).is_dir():
        return Naming(place, node, None)
    if not iri.endswith("/"):
        raise UsageError(
            f"{iri} cannot stand for the folder {place}: it does not end in a slash",
            code="source.no-folder",
            remedy=f"Say --source {iri}/ and each document in the folder is called by that and its path.",
        )
    return Naming(place, node, f"{_absolute(place).as_uri().rstrip('/')}/")


def _called(source: Source, iri: str) -> Source:
    """The place is told as well to whoever may read the lake, and where the file is on this machine concerns nobody."""
    return replace(source, iri=NamedNode(iri), place=iri)


def _absolute(place: str) -> Path:
    return Path(os.path.abspath(place))  # noqa: PTH100 -- Path.resolve() would follow links


def _renamed(item: Description | Refusal, source: Source) -> Description | Refusal:
    if isinstance(item, Refusal):
        # It goes no further than into quarantine, where people look for the file.
        return replace(item, source=replace(item.source, iri=source.iri))
    old = item.source.iri
    if not any(old in (said.subject, said.object) for said in item.statements):
        return replace(item, source=source)

    def renamed(said: Triple) -> Triple:
        subject = source.iri if said.subject == old else said.subject
        return Triple(subject, said.predicate, source.iri if said.object == old else said.object)

    places = {renamed(said): place for said, place in item.places.items()}
    return replace(item, source=source, statements=tuple(map(renamed, item.statements)), places=places)
