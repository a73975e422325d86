"""Canonical form: one byte sequence for a set of statements, one term for a value.

`canonical_ntriples` keeps lexical forms as they were sent; `normal_value` tells what the engine makes of
them. Oxigraph stores the value of a literal, not its spelling (``1.50`` comes back as ``1.5``), so a
statement that was read from the engine meets its sources only by normal value.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.core.terms import Term
from modellake.rdf.values import has_binary_form, print_value


def canonical_ntriples(statements: Iterable[Triple]) -> bytes:
    """Statements as canonical N-Triples (https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples).

    Lines are sorted by code point, duplicates are removed, the text is UTF-8 and ends in a newline;
    nothing gives ``b""``. Lexical forms are kept.

    Raises:
        ValueError: a statement holds a blank node, which has no canonical name.
    """
    unique = set(statements)
    content = serialize(unique, format=RdfFormat.N_TRIPLES) or b""
    if b"_:" in content:  # a cheap sign; literals and IRIs may hold it too
        _refuse_blank_nodes(unique)
    # Newlines inside literals are escaped, so each line is a statement; UTF-8 sorts as code points do.
    lines = sorted(content.split(b"\n")[:-1])
    return b"\n".join([*lines, b""]) if lines else b""


def parse_ntriples(content: bytes) -> list[Triple]:
    """The statements of an N-Triples document, in its order: the inverse of `canonical_ntriples`.

    Raises:
        ParseError: it is no N-Triples.
    """
    try:
        return [quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        place = Place(line=error.lineno, column=error.offset)
        raise ParseError(f"This is no N-Triples: {error.msg}", place=place) from error


def canonical_lines(content: bytes) -> list[str]:
    """The lines of what `canonical_ntriples` gives, each a statement, without their newlines."""
    return content.decode().split("\n")[:-1]


def normal_value(term: Term) -> Term:
    """The term that Oxigraph gives back after ``term`` was inserted.

    Two literals have the same normal value exactly if the engine cannot tell them apart. Literals whose
    lexical form is invalid or out of Oxigraph's range (integers of 64 bits, decimals of 128 bits with 18
    fraction digits) and literals of other datatypes are unchanged.
    """
    if isinstance(term, Literal):
        datatype = term.datatype.value
        return (_normal_literal(term.value, datatype) or term) if has_binary_form(datatype) else term
    return normal_statement(term) if isinstance(term, Triple) else term


def normal_statement(statement: Triple) -> Triple:
    """The statement with the normal value of its object."""
    value = statement.object
    normal = normal_value(value)
    return statement if normal is value else Triple(statement.subject, statement.predicate, normal)


@lru_cache(maxsize=65_536)
def _normal_literal(text: str, datatype: str) -> Literal | None:
    printed = print_value(text, datatype)
    if printed is None or printed == (text, datatype):
        return None
    return Literal(printed[0], datatype=NamedNode(printed[1]))


def _refuse_blank_nodes(statements: Iterable[Triple]) -> None:
    for statement in statements:
        for term in (statement.subject, statement.object):
            if isinstance(term, BlankNode):
                raise ValueError(f"{statement} holds a blank node: give it an IRI first")
            if isinstance(term, Triple):
                _refuse_blank_nodes((term,))
