"""The W3C SHACL test suite (https://w3c.github.io/data-shapes/data-shapes-test-suite/) as test cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib import RDF, RDFS, Namespace
from rdflib.term import Node

from modellake.rdf.codec import read_statements
from modellake.rdf.formats import syntax_named
from modellake.rdf.shapes import EngineName, Result, ShapePack

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
Key = tuple[str, str, str, str, str]
Reported = list[tuple[Key, str]]


@dataclass(frozen=True)
class Case:
    """One ``sht:Validate`` entry; ``expected`` is None where validating must fail."""

    name: str
    data: Path
    shapes: Path
    expected: Reported | None

    def actual(self, engine: EngineName) -> Reported:
        """What an engine reports, each result with its source shape."""
        pack = ShapePack(b"", tuple(_statements(self.shapes)))
        return [_found(result) for result in pack.results(_statements(self.data), engine=engine)]

    def is_met_by(self, actual: Reported) -> bool:
        """Are these the expected results? Source shapes count where they have IRIs."""
        expected = self.expected or []
        if Counter(key for key, _ in actual) != Counter(key for key, _ in expected):
            return False
        named = Counter(item for item in expected if item[1])
        return not named - Counter(actual)


def cases(folder: Path) -> Iterator[Case]:
    """The cases of all files in a folder: one of them is in no manifest."""
    for path in sorted(folder.rglob("*.ttl")):
        graph = rdflib.Graph().parse(path, publicID=path.as_uri())
        for entries in graph.objects(rdflib.URIRef(path.as_uri()), MF.entries):
            for entry in graph.items(entries):
                yield _case(graph, entry, path, folder)


def _case(graph: rdflib.Graph, entry: Node, manifest: Path, root: Path) -> Case:
    action = graph.value(entry, MF.action)
    data, shapes = (_path(graph.value(action, part)) for part in (SHT.dataGraph, SHT.shapesGraph))
    result = graph.value(entry, MF.result)
    expected = None if result == SHT.Failure else list(_expected(graph, result))
    assert graph.value(entry, RDFS.label) is not None
    return Case(str(manifest.relative_to(root).with_suffix("")), data, shapes, expected)


def _expected(graph: rdflib.Graph, report: Node) -> Iterator[tuple[Key, str]]:
    for node in graph.objects(report, SH.result):
        assert (node, RDF.type, SH.ValidationResult) in graph
        shape = graph.value(node, SH.sourceShape)
        key = (
            _text(graph.value(node, SH.focusNode)),
            _text(graph.value(node, SH.resultPath)),
            _text(graph.value(node, SH.value)),
            str(graph.value(node, SH.resultSeverity)),
            str(graph.value(node, SH.sourceConstraintComponent)),
        )
        yield key, shape.n3() if isinstance(shape, rdflib.URIRef) else ""


def _found(result: Result) -> tuple[Key, str]:
    shape = result.source_shape or ""
    key = (
        _plain(result.focus_node),
        _plain(result.path),
        _plain(result.value),
        result.severity_iri,
        result.component_iri,
    )
    return key, shape if shape.startswith("<") else ""


def _text(term: Node | None) -> str:
    return _plain(term.n3() if term is not None else None)


def _plain(text: str | None) -> str:
    """A term without what differs between writers: labels of blank nodes, complex paths, sugar of literals."""
    if text is None:
        return ""
    if text.startswith("_:") or (text[0] in "(^[" or ("/" in text and ">/<" in text)):
        return "(node)"
    if text.startswith('"') or text[0].isdigit() or text in ("true", "false") or text[0] in "+-.'":
        parsed = rdflib.Graph().parse(data=f"<urn:s> <urn:p> {text} .", format="turtle")
        (value,) = parsed.objects()
        assert isinstance(value, rdflib.Literal)
        return f"{value!s}^^{value.datatype or ''}@{value.language or ''}"
    return text


def _statements(path: Path) -> list[object]:
    content = path.read_bytes()
    return read_statements(content, syntax_named("turtle"), base=path.as_uri(), document=str(path))  # type: ignore[return-value]


def _path(iri: Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))
