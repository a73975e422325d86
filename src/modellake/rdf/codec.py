"""Documents to statements and back.

What is refused here, each with a stable code, is what would be dangerous or lossy to guess about: remote
JSON-LD contexts, XML entities, RDF 1.2 triple terms, undecodable text.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import IO

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from modellake.core.encoding import decoded
from modellake.core.errors import ParseError
from modellake.core.prefixes import PREFIXES
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import RDF, XSD
from modellake.rdf.assets import CONTEXT_IRI
from modellake.rdf.contexts import localize_contexts, localized_text
from modellake.rdf.formats import Syntax
from modellake.rdf.nesting import check_nesting

_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_WITH_PREFIXES = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML)
# Signs of what RDF 1.2 has besides, and of escapes that may hide one: other documents need not be looked at closely.
_SIGNS = (b"<<", b"{|", b"~", b"--", b"irection", b"\\u")
_DOUBLE_FORM = re.compile(r"-?\d\.\d+E-?\d{1,3}")


def read_statements(content: bytes, syntax: Syntax, *, base: str, document: str = "") -> list[Triple]:
    """The statements of a document, graph names left out, literals exactly as they were written.

    Args:
        content: the document; UTF-8, or what its byte order mark says.
        syntax: the RDF syntax it is in.
        base: the absolute IRI that relative IRIs are resolved against.
        document: what to call it in errors.

    Raises:
        ParseError: with a code (``parse.syntax``, ``parse.encoding``, ``parse.remote-context``,
            ``parse.xml-entity``, ``parse.triple-term``) and the place.
    """
    text = prepare(content, syntax, document)
    statements = [quad.triple for quad in read_quads(text, syntax, base, document)]
    return [_plain_decimal(item) for item in statements] if syntax.format == RdfFormat.JSON_LD else statements


def read_quads(content: bytes | IO[bytes], syntax: Syntax, base: str, document: str) -> Iterator[Quad]:
    """The quads of a prepared document, streamed."""
    try:
        quads = parse(content, format=syntax.format, base_iri=base)
        if _is_plain(content, syntax):
            yield from quads
        for quad in quads:
            _refuse_triple_terms(quad, document)
            yield quad
    except SyntaxError as error:
        raise _parse_error(error, syntax, document) from error
    except RecursionError as error:
        raise ParseError("The document is nested too deeply", code="parse.too-deep", place=Place(document)) from error


def _is_plain(content: bytes | IO[bytes], syntax: Syntax) -> bool:
    """True for a document that holds nothing of RDF 1.2, as far as that can be told at a glance."""
    if not isinstance(content, bytes) or syntax.format == RdfFormat.RDF_XML:
        return False
    return not any(sign in content for sign in _SIGNS)


def graph_findings(content: bytes, syntax: Syntax, base: str, document: str) -> tuple[Finding, ...]:
    """An Info finding when a document has named graphs, whose names are not kept."""
    if syntax.format not in (RdfFormat.TRIG, RdfFormat.N_QUADS, RdfFormat.JSON_LD):
        return ()
    quads = read_quads(prepare(content, syntax, document), syntax, base, document)
    names = {quad.graph_name for quad in quads} - {DefaultGraph()}
    if not names:
        return ()
    text = f"{len(names)} named graph(s) in the document: statements go to the records of their subjects"
    return (Finding("parse.graph-names", Severity.INFO, text, place=Place(document)),)


def write_statements(statements: Iterable[Triple], syntax: Syntax, *, base: str | None = None) -> bytes:
    """Statements as a document in ``syntax``, sorted so that equal graphs give equal bytes."""
    ordered = sorted(statements, key=_reading_order)
    prefixes = _used_prefixes(ordered) if syntax.format in _WITH_PREFIXES else None
    output = io.BytesIO()
    serialize(ordered, output, format=syntax.format, prefixes=prefixes, base_iri=base)
    return output.getvalue()


def write_statements_as_they_come(
    statements: Iterable[Triple], syntax: Syntax, output: IO[bytes], prefixes: Iterable[str] = ()
) -> None:
    """Statements as a document in ``syntax``, in their order, written while they are made.

    Args:
        prefixes: of those that the lake writes (`modellake.core.prefixes.PREFIXES`), the ones to declare.
    """
    declared = {prefix: PREFIXES[prefix] for prefix in prefixes} if syntax.format in _WITH_PREFIXES else None
    serialize(statements, output, format=syntax.format, prefixes=declared)


def _reading_order(statement: Triple) -> tuple[str, bool, str, str]:
    """By subject, its types first."""
    predicate = statement.predicate
    return str(statement.subject), predicate != RDF.type, str(predicate), str(statement.object)


def _used_prefixes(statements: Iterable[Triple]) -> dict[str, str]:
    iris = {
        term.value
        for item in statements
        for term in (item.subject, item.predicate, item.object, _datatype(item))
        if isinstance(term, NamedNode)
    }
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if any(i.startswith(namespace) for i in iris)}


def _datatype(statement: Triple) -> NamedNode | None:
    return statement.object.datatype if isinstance(statement.object, Literal) else None


def ntriples_text(statements: Iterable[Triple]) -> str:
    """Statements as N-Triples, blank nodes included, in no particular order."""
    return (serialize(statements, format=RdfFormat.N_TRIPLES) or b"").decode()


def ntriples_lines(statements: Iterable[Triple]) -> list[str]:
    """Statements as lines of N-Triples without their newlines; other line breaks are part of literals."""
    return ntriples_text(statements).split("\n")[:-1]


def prepare(content: bytes, syntax: Syntax, document: str) -> bytes:
    """The document as safe UTF-8: decoded by its byte order mark, without entities or remote contexts.

    Raises:
        ParseError: it cannot be made safe.
    """
    text = decoded(content, document).encode()
    check_nesting(text, syntax.format, document)
    if syntax.format == RdfFormat.RDF_XML:
        _refuse_doctype(text, document)
    if syntax.format == RdfFormat.JSON_LD:
        return _with_local_context(text, document)
    return text


def _refuse_doctype(content: bytes, document: str) -> None:
    found = _DOCTYPE.search(content)
    if found:
        raise ParseError(
            "RDF/XML with a DOCTYPE or entity declarations is not read: entities can explode or leak files",
            code="parse.xml-entity",
            place=Place(document, content.count(b"\n", 0, found.start()) + 1),
            remedy="Write the entities out and remove the DOCTYPE (rapper or riot can do it).",
        )


def _with_local_context(content: bytes, document: str) -> bytes:
    try:
        tree = json.loads(content)
    except json.JSONDecodeError as error:
        raise ParseError(
            f"Not JSON: {error.msg}",
            place=Place(document, error.lineno, error.colno),
            remedy="Mend the JSON.",
        ) from error
    except RecursionError as error:
        raise ParseError("The JSON is nested too deeply", code="parse.too-deep", place=Place(document)) from error
    localized = localized_text(content, tree)
    if localized is not None:
        return localized
    if not localize_contexts(tree, document):
        return content
    return json.dumps(tree, ensure_ascii=False).encode()


def _plain_decimal(statement: Triple) -> Triple:
    """A JSON number that the context makes a decimal, written as one.

    JSON-LD gives every fractional number the form of a double (``9.43E-1``,
    https://www.w3.org/TR/json-ld11-api/#data-round-tripping), which no xsd:decimal may have.
    """
    value = statement.object
    if not isinstance(value, Literal) or "E" not in value.value:
        return statement
    if value.datatype != XSD.decimal or not _DOUBLE_FORM.fullmatch(value.value):
        return statement
    number = format(Decimal(value.value).normalize(), "f")
    return Triple(statement.subject, statement.predicate, Literal(number, datatype=XSD.decimal))


def _refuse_triple_terms(quad: Quad, document: str) -> None:
    if isinstance(quad.object, Triple) or isinstance(quad.subject, Triple):
        raise ParseError(
            f"The RDF 1.2 triple term in a statement about {quad.subject} cannot be stored",
            code="parse.triple-term",
            place=Place(document),
            remedy="State it with rdf:subject, rdf:predicate and rdf:object, or as a node of its own.",
        )
    if isinstance(quad.object, Literal) and getattr(quad.object, "direction", None) is not None:
        raise ParseError(
            f"The literal {quad.object} has an RDF 1.2 base direction, which cannot be stored",
            code="parse.base-direction",
            place=Place(document),
            remedy="Leave the direction out.",
        )


def _parse_error(error: SyntaxError, syntax: Syntax, document: str) -> ParseError:
    place = Place(document, error.lineno, error.offset)
    if "LoadDocumentCallback" in str(error.msg):
        return ParseError(
            "A remote JSON-LD context is not fetched",
            code="parse.remote-context",
            place=place,
            remedy=f"Write the context into the document, or use {CONTEXT_IRI!r}.",
        )
    detail = re.sub(r"^Parser error( (at|between) .*?)?: ", "", str(error.msg))
    return ParseError(
        f"Not {syntax.name}: {detail}",
        place=place,
        remedy="Mend the document there; nothing of it was taken in.",
    )
