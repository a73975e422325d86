"""The RDF syntaxes that come in and go out, by file name, media type and short name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from pyoxigraph import RdfFormat

from modellake.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Syntax:
    """One RDF syntax and its names."""

    name: str
    media_type: str
    extensions: tuple[str, ...]
    format: RdfFormat


SYNTAXES = (
    Syntax("turtle", "text/turtle", (".ttl",), RdfFormat.TURTLE),
    Syntax("trig", "application/trig", (".trig",), RdfFormat.TRIG),
    Syntax("ntriples", "application/n-triples", (".nt",), RdfFormat.N_TRIPLES),
    Syntax("nquads", "application/n-quads", (".nq",), RdfFormat.N_QUADS),
    Syntax("rdfxml", "application/rdf+xml", (".rdf", ".xml", ".owl"), RdfFormat.RDF_XML),
    Syntax("jsonld", "application/ld+json", (".jsonld", ".json"), RdfFormat.JSON_LD),
)
_BY_EXTENSION = {extension: syntax for syntax in SYNTAXES for extension in syntax.extensions}
_BY_NAME = {name: syntax for syntax in SYNTAXES for name in (syntax.name, syntax.media_type)} | {
    "ttl": SYNTAXES[0],
    "nt": SYNTAXES[2],
    "nq": SYNTAXES[3],
    "xml": SYNTAXES[4],
    "json-ld": SYNTAXES[5],
    "application/json": SYNTAXES[5],
}


def syntax_named(name: str) -> Syntax:
    """The syntax with that short name or media type.

    Raises:
        UsageError: there is none.
    """
    found = _BY_NAME.get(name.partition(";")[0].strip().lower())
    if found is None:
        raise UsageError(
            f"{name!r} is no RDF format known here",
            code="format.unknown",
            remedy="Known: " + ", ".join(syntax.name for syntax in SYNTAXES),
        )
    return found


def syntax_of_file(name: str) -> Syntax:
    """The syntax that a file's extension tells.

    Raises:
        UsageError: the extension tells none.
    """
    extension = PurePath(name).suffix.lower()
    found = _BY_EXTENSION.get(extension)
    if found is None:
        raise UsageError(
            f"{name}: the extension {extension or '(none)'} tells no RDF format",
            code="format.unknown",
            remedy="Rename the file, or give --format: " + ", ".join(syntax.name for syntax in SYNTAXES),
        )
    return found


def is_rdf_media_type(media_type: str) -> bool:
    """True when the media type is that of an RDF syntax."""
    return any(syntax.media_type == media_type for syntax in SYNTAXES)
