"""A harvester of JSON-LD files, so that a harvest can be measured on the record that everything is measured with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from modellake.core.description import Description, Source
from modellake.core.iris import LakeIRIs
from modellake.rdf.codec import read_statements
from modellake.rdf.formats import syntax_named
from records import document

JSONLD = syntax_named("jsonld")


class JsonLd:
    """One description a file."""

    name = "bench"
    summary = "JSON-LD files"

    def accepts(self, place: str) -> bool:
        return Path(place).is_dir()

    def find(self, place: str) -> Iterator[str]:
        yield from map(str, sorted(Path(place).glob("*.jsonld")))

    def source(self, document: str) -> Source:
        return Source(NamedNode(f"urn:bench:{Path(document).stem}"), document, "application/ld+json", self.name)

    def read(self, document: str) -> bytes:
        return Path(document).read_bytes()

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        return described(content, self.source(document), iris)


def described(content: bytes, source: Source, iris: LakeIRIs) -> Description:
    """What a document of JSON-LD says."""
    return Description(source, read_statements(content, JSONLD, base=iris.base))


def descriptions(numbers: range, iris: LakeIRIs) -> Iterator[Description]:
    """The documents of these numbers, each a source of its own, parsed while they are asked for."""
    return read(map(document, numbers), iris, numbers.start)


def read(documents: Iterable[bytes], iris: LakeIRIs, first: int = 0) -> Iterator[Description]:
    """Documents numbered from ``first``, each a source of its own, parsed while they are asked for."""
    for number, content in enumerate(documents, first):
        yield described(content, Source(NamedNode(f"urn:bench:{number}"), str(number)), iris)


def write_documents(folder: Path, count: int) -> Path:
    """A folder with so many documents."""
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number:07}.jsonld").write_bytes(document(number))
    return folder
