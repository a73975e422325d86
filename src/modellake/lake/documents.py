"""RDF documents as descriptions: what `commit` and `validate` read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import NamedNode

from modellake.core.artifact import Artifact
from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import ModelLakeError, NotFoundError, ParseError, UsageError
from modellake.core.iris import LakeIRIs, named_node
from modellake.core.report import Place, Report, finding_of
from modellake.rdf.codec import graph_findings, ntriples_text, read_statements
from modellake.rdf.formats import Syntax, syntax_named, syntax_of_file

MAX_DOCUMENT = 1 << 30


def find_documents(place: Path) -> Iterator[Path]:
    """The RDF documents at a place: the file itself, or all files of a folder whose names tell a format.

    Raises:
        NotFoundError: there is nothing there.
        UsageError: the folder holds no RDF document.
    """
    if not place.exists():
        raise NotFoundError(f"There is no file or folder {place}", code="file.absent")
    if not place.is_dir():
        yield place
        return
    found = False
    for path in sorted(place.rglob("*")):
        if path.is_file() and _tells_format(path):
            found = True
            yield path
    if not found:
        raise UsageError(
            f"{place} holds no RDF document",
            code="file.no-rdf",
            remedy="Name a file, or use `modellake harvest` for model cards and other sources.",
        )


def describe_file(
    path: Path, iris: LakeIRIs, *, syntax_name: str | None = None, source: str | None = None
) -> Description | Refusal:
    """An RDF file as a description, or as a refusal when it cannot be read.

    Raises:
        UsageError: its format cannot be told.
        NotFoundError: there is no such file.
    """
    syntax = syntax_named(syntax_name) if syntax_name else syntax_of_file(path.name)
    iri = named_node(source) if source else named_node(Path(os.path.abspath(path)).as_uri())  # noqa: PTH100
    return _describe(_content(path), syntax, Source(iri, str(path), syntax.media_type), iris)


def describe_text(text: str | bytes, syntax_name: str, iris: LakeIRIs, *, source: str | None = None) -> Description:
    """RDF text from a program as a description.

    Without a source of its own the text is a document named by its digest, so that the same text is the same
    source.

    Raises:
        ParseError: it cannot be read.
    """
    content = text.encode() if isinstance(text, str) else text
    syntax = syntax_named(syntax_name)
    iri = named_node(source) if source else iris.source(f"text/{hashlib.sha256(content).hexdigest()[:32]}")
    place = source or "(text)"
    statements = read_statements(content, syntax, base=iris.base, document=place)
    return Description(Source(iri, place, syntax.media_type), statements, original=content)


def describe_artifacts(
    artifacts: Sequence[Artifact], iris: LakeIRIs, *, source: str | None = None
) -> list[Description | Refusal]:
    """Typed records of a program as descriptions.

    Each record is a source of its own, so that committing it again replaces what it said and nothing else. With
    a ``source`` they are all that this source says.
    """
    if source is not None:
        return [_described_artifacts(artifacts, iris, named_node(source))]
    named = ((artifact, artifact.iri(iris).value.removeprefix(iris.base)) for artifact in artifacts)
    return [_described_artifacts([artifact], iris, iris.source(f"python/{name}")) for artifact, name in named]


def _described_artifacts(artifacts: Sequence[Artifact], iris: LakeIRIs, source: NamedNode) -> Description:
    statements = [item for artifact in artifacts for item in artifact.statements(iris)]
    syntax = syntax_named("ntriples")
    original = ntriples_text(statements).encode()
    return Description(Source(source, source.value, syntax.media_type), statements, original=original)


def redescribe(source: Source, content: bytes, iris: LakeIRIs) -> Description | Refusal:
    """A document that was refused before, read again from these bytes."""
    return _describe(content, syntax_named(source.media_type), source, iris)


def _describe(content: bytes, syntax: Syntax, source: Source, iris: LakeIRIs) -> Description | Refusal:
    try:
        statements = read_statements(content, syntax, base=iris.base, document=source.place)
        if not statements:
            raise ParseError("The document states nothing", code="parse.empty", place=Place(source.place))
        notes = graph_findings(content, syntax, iris.base, source.place)
    except ModelLakeError as error:
        return Refusal(source, Report((finding_of(error, source.place),)), content)
    return Description(source, statements, original=content, findings=notes)


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UsageError(f"{path} is not a regular file", code="file.not-regular")
        if path.stat().st_size > MAX_DOCUMENT:
            raise UsageError(
                f"{path} is larger than {MAX_DOCUMENT >> 20} MiB",
                code="file.too-large",
                remedy="Split it by subject; each part is a source of its own.",
            )
        return path.read_bytes()
    except PermissionError as error:
        raise UsageError(f"{path} may not be read: {error.strerror}", code="file.unreadable") from error


def _tells_format(path: Path) -> bool:
    try:
        syntax_of_file(path.name)
    except UsageError:
        return False
    return path.suffix not in {".json", ".xml"}
