"""Payloads: the documents that a request brings, each in one of the RDF syntaxes, or an update."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from modellake.core.errors import UsageError
from modellake.rdf.formats import SYNTAXES, Syntax, syntax_of_file
from modellake.rdf.graphs import Document, SentGraph, read_graph
from modellake.web.limits import Limits
from modellake.web.messages import Request
from modellake.web.problems import HTTPError
from modellake.web.protocol import UPDATE, read_body

FORM = "multipart/form-data"
_SYNTAXES = {syntax.media_type: syntax for syntax in SYNTAXES} | {"application/x-turtle": SYNTAXES[0]}
_UNTOLD = ("", "application/octet-stream")  # what clients say of files that they do not know
_UTF8 = ("", "utf-8", "utf8", "us-ascii")
_MOST_PARTS = 1000
# It tells the log of each form that it cannot read, and the client is told.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


async def read_payload(request: Request, limits: Limits, base: str) -> SentGraph:
    """The graph that a request brings.

    Args:
        request: not read yet.
        limits: of the server.
        base: the absolute IRI that relative IRIs are resolved against.

    Raises:
        HTTPError: 400, 408, 413 or 415.
        ParseError: a document cannot be read.
    """
    kind, options = _content_type(request)
    if kind == FORM:
        boundary = options.get("boundary", "")
        body = await read_body(request, limits)
        documents = [part.document() for part in _parts(body, boundary)]
    else:
        syntax = _syntax(kind, options, "The request")
        documents = [Document(await read_body(request, limits), syntax, "(body)")]
    return await asyncio.to_thread(read_graph, documents, base)


async def read_update(request: Request, limits: Limits) -> str:
    """The SPARQL update that a request brings. Raises HTTPError 400, 408, 413 or 415."""
    kind, options = _content_type(request)
    if kind != UPDATE or options.get("charset", "").lower() not in _UTF8:
        raise _unsupported(f"PATCH takes a SPARQL update in UTF-8, not {kind or 'what has no media type'!r}", [UPDATE])
    body = await read_body(request, limits)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed(f"The body is not in UTF-8: byte {error.start} begins no character") from None


def sent_form(request: Request) -> str:
    """The short name of the syntax that a request brings; Turtle for several documents."""
    kind, _ = _content_type(request)
    return _SYNTAXES[kind].name if kind in _SYNTAXES else SYNTAXES[0].name


def _content_type(request: Request) -> tuple[str, Mapping[str, str]]:
    if "content-range" in request.headers:  # RFC 9110, section 14.5
        raise _malformed("A graph is sent as a whole, not as a range of bytes")
    if request.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise HTTPError(
            415,
            "Requests are not read compressed",
            code="http.media-type",
            remedy="Send it as it is.",
            headers=[("Accept-Encoding", "identity")],
        )
    return _options(request.headers.get("content-type", ""))


def _options(header: str) -> tuple[str, Mapping[str, str]]:
    """The value of a header in lower case, and its parameters."""
    value, options = parse_options_header(header)
    return value.decode("latin-1").lower(), {
        name.decode("latin-1").lower(): text.decode("latin-1") for name, text in options.items()
    }


def _syntax(kind: str, options: Mapping[str, str], where: str) -> Syntax:
    found = _SYNTAXES.get(kind)
    if found is None:
        raise _unsupported(f"{where} has no RDF syntax as its media type: {kind[:100]!r}", _SYNTAXES)
    if options.get("charset", "").lower() not in _UTF8:
        raise _unsupported(f"{where} is to be in UTF-8, not in {options['charset'][:40]!r}", _SYNTAXES)
    return found


@dataclass(slots=True)
class _Part:
    """One part of a form (RFC 7578, https://www.rfc-editor.org/rfc/rfc7578)."""

    headers: dict[str, str] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)

    def document(self) -> Document:
        """The part as a document; its syntax is told by its media type, or else by the name of its file."""
        _, names = _options(self.headers.get("content-disposition", ""))
        name = names.get("filename") or names.get("name") or "(part)"
        kind, options = _options(self.headers.get("content-type", ""))
        return Document(bytes(self.content), self._syntax(kind, options, name), name[:200])

    def _syntax(self, kind: str, options: Mapping[str, str], name: str) -> Syntax:
        if kind in _UNTOLD:
            try:
                return syntax_of_file(name)
            except UsageError:
                kind = kind or "none"
        return _syntax(kind, options, f"The part {name[:100]!r}")


@dataclass(slots=True)
class _Form:
    """Takes the parts of a form as they are found."""

    parts: list[_Part] = field(default_factory=list)
    is_complete: bool = False
    _name: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)

    def begin(self) -> None:
        """A part begins."""
        if len(self.parts) >= _MOST_PARTS:
            raise _malformed(f"A form has at most {_MOST_PARTS} parts")
        self.parts.append(_Part())

    def take_name(self, data: bytes, start: int, end: int) -> None:
        """A piece of the name of a header."""
        self._name += data[start:end]

    def take_value(self, data: bytes, start: int, end: int) -> None:
        """A piece of the value of a header."""
        self._value += data[start:end]

    def end_header(self) -> None:
        """A header is complete."""
        self.parts[-1].headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name.clear()
        self._value.clear()

    def take_content(self, data: bytes, start: int, end: int) -> None:
        """A piece of the content of a part."""
        self.parts[-1].content += data[start:end]

    def end(self) -> None:
        """The last part is complete."""
        self.is_complete = True


def _parts(body: bytes, boundary: str) -> list[_Part]:
    form = _Form()
    try:
        parser = MultipartParser(
            boundary.encode("latin-1"),
            {
                "on_part_begin": form.begin,
                "on_header_field": form.take_name,
                "on_header_value": form.take_value,
                "on_header_end": form.end_header,
                "on_part_data": form.take_content,
                "on_end": form.end,
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise _malformed(f"The form cannot be read: {error}") from None
    if not form.is_complete:
        raise _malformed("The form ends before its last boundary")
    return form.parts


def _malformed(message: str) -> HTTPError:
    return HTTPError(
        400,
        message,
        code="http.malformed",
        remedy="See https://www.w3.org/TR/sparql11-http-rdf-update/ for what to send.",
    )


def _unsupported(message: str, known: Iterable[str]) -> HTTPError:
    listed = ", ".join(known)
    return HTTPError(
        415, message, code="http.media-type", remedy=f"Send one of: {listed}", headers=[("Accept", listed)]
    )
