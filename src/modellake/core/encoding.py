"""Text out of bytes: UTF-8, or what a byte order mark says."""

from __future__ import annotations

import codecs

from modellake.core.errors import ParseError
from modellake.core.report import Place

# The marks of UTF-32 begin with those of UTF-16, so they come first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


def decoded(content: bytes, document: str) -> str:
    """The text of a document, without its byte order mark, line ends as they are.

    Raises:
        ParseError: ``parse.encoding``, with line and column, when the bytes are no text or hold a null character.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(document, content, error.start, encoding) from error
    if "\0" in text:
        raise _undecodable(document, content, content.index(b"\0"), encoding)
    return text


def _undecodable(document: str, content: bytes, offset: int, encoding: str) -> ParseError:
    line = content.count(b"\n", 0, offset) + 1
    column = offset - content.rfind(b"\n", 0, offset)
    return ParseError(
        f"Byte 0x{content[offset]:02x} at offset {offset} is no {encoding.removesuffix('-sig').upper()} text",
        code="parse.encoding",
        place=Place(document, line, column),
        remedy="Save the document as UTF-8.",
    )
