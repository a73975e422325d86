"""Nesting: documents so deep that to read them takes the process down, or for ever, are refused before they are read.

Parsers let triple terms in triple terms (https://www.w3.org/TR/rdf12-concepts/#dfn-triple-term) recurse, and where the
stack of a thread ends, so does the server. XML gets slower with each element in an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import RdfFormat

from modellake.core.errors import ParseError
from modellake.core.report import Place

MAX_TERMS = 100
MAX_ELEMENTS = 1000
# What may hold brackets that open nothing comes first: escapes, strings, IRIs, comments.
_TURTLE = re.compile(
    rb'\\.|"""(?:[^"\\]|\\.|"(?!""))*+"""|'
    rb"'''(?:[^'\\]|\\.|'(?!''))*+'''|"
    rb'"(?:[^"\\\n\r]|\\.)*+"|'
    rb"'(?:[^'\\\n\r]|\\.)*+'|"
    rb"<[^<>]*+>|#[^\n\r]*+|(?P<opens><<)|(?P<closes>>>)",
    re.DOTALL,
)
_XML = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|(?P<closes></)[^>]*+|"
    rb"(?P<opens><)(?:[^>\"'/]|\"[^\"]*+\"|'[^']*+'|/(?!>))*+(?P<empty>/>)?",
    re.DOTALL,
)


def check_nesting(content: bytes, format: RdfFormat, document: str) -> None:
    """Refuse a document that is nested too deeply. JSON has a bound of its own, where it is read.

    Args:
        content: the document.
        format: the syntax that it is in.
        document: what to call it in errors.

    Raises:
        ParseError: ``parse.too-deep``.
    """
    if format == RdfFormat.JSON_LD:
        return
    is_xml = format == RdfFormat.RDF_XML
    opening, pattern, most = (b"</", _XML, MAX_ELEMENTS) if is_xml else (b"<<", _TURTLE, MAX_TERMS)
    if content.count(opening) <= most:
        return
    for depth, start in _depths(content, pattern):
        if depth > most:
            raise ParseError(
                f"{'Elements' if is_xml else 'Triple terms'} are nested deeper than {most}",
                code="parse.too-deep",
                place=Place(document, content.count(b"\n", 0, start) + 1),
                remedy="Give what is inside an IRI of its own, and describe that beside it.",
            )


def _depths(content: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """How deep each opening is, and where."""
    depth = 0
    for found in pattern.finditer(content):
        if found.lastgroup == "opens":
            depth += 1
            yield depth, found.start()
        elif found.lastgroup == "closes":
            depth = max(0, depth - 1)
