"""Descriptions: statements on their way to a client, in the form that it likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import IO, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from modellake.core.prefixes import PREFIXES
from modellake.rdf.compaction import compacted
from modellake.web.forms import RDF, Writable, write_triples
from modellake.web.negotiate import Offer

_PREFIXED = ("turtle", "trig")
_USUAL = {**PREFIXES, "void": "http://rdfs.org/ns/void#", "hydra": "http://www.w3.org/ns/hydra/core#"}
_HELD = 20_000
_TOGETHER = 1000  # lines that are parsed at a time


@dataclass(frozen=True)
class Description:
    """What a document says, as lines of N-Triples.

    Attributes:
        graphs: the lines by the graph that they are in; those of the default graph under None. A line of the graph of
            what is entailed may be in the default graph too: the syntaxes of one graph have it once.
    """

    graphs: Mapping[NamedNode | None, Sequence[str]]

    @cached_property
    def lines(self) -> list[str]:
        """All statements, in order, each once."""
        return sorted({line for lines in self.graphs.values() for line in lines})

    def parts(self, offer: Offer) -> Iterator[bytes]:
        """What a tag for this form is made of: the order of statements is no part of what is said."""
        if offer.name not in ("trig", "nquads"):
            yield "\n".join(self.lines).encode()
            return
        for graph, lines in self.graphs.items():
            yield f"\n{graph}\n".encode()
            yield "\n".join(sorted(lines)).encode()

    def write(self, offer: Offer, output: Writable) -> None:
        """Write it in one of the RDF syntaxes, as a stream.

        Raises:
            HTTPError: 406 ``query.not-representable``.
        """
        if offer.name == "ntriples":
            for start in range(0, len(self.lines), _TOGETHER):
                output.write("".join(f"{line}\n" for line in self.lines[start : start + _TOGETHER]).encode())
        elif offer.name == "rdfxml":
            write_triples((quad.triple for quad in _quads(self.lines)), offer, output)
        elif offer.name == "jsonld":
            self._write_json(output)
        elif offer.name in ("trig", "nquads"):
            serialize(self._quads(), cast(IO[bytes], _Headed(output)), RDF[offer.name], prefixes=self._prefixes(offer))
        else:
            triples = (quad.triple for quad in _quads(self.lines))
            serialize(triples, cast(IO[bytes], _Headed(output)), RDF[offer.name], prefixes=self._prefixes(offer))

    def _write_json(self, output: Writable) -> None:
        """With our context, as far as that is held in memory; more is written as it comes, without one."""
        triples = (quad.triple for quad in _quads(self.lines))
        document = compacted(triples) if len(self.lines) <= _HELD else None
        if document is None:
            triples = (quad.triple for quad in _quads(self.lines))
            serialize(triples, cast(IO[bytes], output), RDF["jsonld"])
        else:
            output.write(document)

    def _quads(self) -> Iterator[Quad]:
        for graph, lines in self.graphs.items():
            for quad in _quads(sorted(lines)):
                yield Quad(quad.subject, quad.predicate, quad.object, graph or DefaultGraph())

    def _prefixes(self, offer: Offer) -> dict[str, str] | None:
        if offer.name not in _PREFIXED:
            return None
        text = "\n".join(self.lines)
        return {prefix: namespace for prefix, namespace in _USUAL.items() if f"<{namespace}" in text}


class _Headed:
    """A file that puts the prefixes at its beginning in order: Oxigraph has them in another one in each process."""

    def __init__(self, output: Writable) -> None:
        self._output = output
        self._head: bytearray | None = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes; the head goes on when its last line is there."""
        if self._head is None:
            return self._output.write(data)
        self._head += data
        *whole, _ = self._head.split(b"\n")
        if any(not line.startswith(b"@prefix ") for line in whole):
            self._pass_on()
        return len(data)

    def flush(self) -> None:
        """All is written."""
        self._pass_on()

    def _pass_on(self) -> None:
        if self._head is not None:
            lines = self._head.split(b"\n")
            count = next((number for number, line in enumerate(lines) if not line.startswith(b"@prefix ")), 0)
            self._output.write(b"\n".join([*sorted(lines[:count]), *lines[count:]]))
            self._head = None


def _quads(lines: Sequence[str]) -> Iterator[Quad]:
    """The statements of lines, some at a time."""
    for start in range(0, len(lines), _TOGETHER):
        yield from parse("\n".join(lines[start : start + _TOGETHER]).encode(), format=RdfFormat.N_TRIPLES)
