"""The W3C SPARQL 1.1 test suite (https://www.w3.org/2009/sparql/docs/tests/) as requests to an endpoint."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import rdflib
from rdflib import RDF, RDFS, Namespace
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
# Groups of the suite that are asked elsewhere, or of what is no part of SPARQL over HTTP.
ELSEWHERE = {"entailment", "protocol", "service-description", "graph-store-protocol", "http-rdf-update"}


Moved = dict[str, str]


def moved_text(path: Path, moved: Moved) -> str:
    """The text of a file with the addresses of other services replaced by those that they have here."""
    text = path.read_text(encoding="utf-8")
    for there, here in moved.items():
        text = text.replace(f"<{there}>", f"<{here}>")
    return text


@dataclass(frozen=True)
class Graphs:
    """A dataset in files: the default graph, and named graphs by their names."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()

    def load(self, store: ox.Store, base: str, moved: Moved | None = None) -> None:
        """Put it into a store; relative IRIs are resolved as the endpoint resolves those of a query."""
        for path in self.default:
            text = moved_text(path, moved or {})
            store.load(text, format=_format(path), base_iri=base + path.name)
        for name, path in self.named:
            graph = ox.NamedNode(name if ":" in name else base + name)
            store.add_graph(graph)
            store.load(path=str(path), format=_format(path), base_iri=base + path.name, to_graph=graph)


@dataclass(frozen=True)
class Case:
    """One entry of a manifest."""

    name: str
    kind: str
    approved: bool
    text: Path
    data: Graphs = field(default_factory=Graphs)
    result: Path | Graphs | None = None
    services: tuple[tuple[str, Path], ...] = ()


def cases(root: Path) -> Iterator[Case]:
    """Query evaluation, update evaluation, syntax and result formats, in the order of the manifests."""
    for manifest in sorted(root.glob("*/manifest.ttl")):
        if manifest.parent.name in ELSEWHERE:
            continue
        graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
        for entries in graph.objects(rdflib.URIRef(manifest.as_uri()), MF.entries):
            for entry in graph.items(entries):
                yield _case(graph, entry, manifest)


def _case(graph: rdflib.Graph, entry: Node, manifest: Path) -> Case:
    kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
    name = f"{manifest.parent.name}/{str(entry).rpartition('#')[2]}"
    approved = (entry, DAWGT.approval, DAWGT.Approved) in graph
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    if isinstance(action, rdflib.URIRef):
        return Case(name, kind, approved, path_of(action))
    if kind == "UpdateEvaluationTest":
        request = graph.value(action, UT.request)
        return Case(
            name, kind, approved, path_of(request), _update_graphs(graph, action), _update_graphs(graph, result)
        )
    data = Graphs(
        tuple(path_of(item) for item in graph.objects(action, QT.data)),
        tuple((path_of(item).name, path_of(item)) for item in graph.objects(action, QT.graphData)),
    )
    services = [
        (str(graph.value(item, QT.endpoint)), path_of(graph.value(item, QT.data)))
        for item in graph.objects(action, QT.serviceData)
    ]
    return Case(name, kind, approved, path_of(graph.value(action, QT.query)), data, path_of(result), tuple(services))


def _update_graphs(graph: rdflib.Graph, node: Node | None) -> Graphs:
    named = []
    for item in graph.objects(node, UT.graphData):
        named.append(
            (str(graph.value(item, RDFS.label)), path_of(graph.value(item, UT.graph) or graph.value(item, UT.data)))
        )
    return Graphs(tuple(path_of(item) for item in graph.objects(node, UT.data)), tuple(named))


def path_of(iri: Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))


def accept_for(result: Path) -> str:
    """The media type of a file of expected results."""
    if result.suffix == ".ttl" and RS not in result.read_text():
        return "text/turtle"
    return {
        ".csv": "text/csv",
        ".tsv": "text/tab-separated-values",
        ".srj": "application/sparql-results+json",
    }.get(result.suffix, "application/sparql-results+xml")


def same_results(case: Case, media_type: str, body: bytes, base: str) -> bool:
    """Is an answer what the case expects?"""
    assert isinstance(case.result, Path)
    expected = case.result
    if expected.suffix == ".csv":
        return _csv(body) == _csv(expected.read_bytes())
    if media_type == "text/turtle":
        return _same(_triples(body, base), _triples(expected.read_bytes(), base))
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.from_media_type(media_type))
    if expected.suffix == ".ttl":
        wanted: object = _result_set(expected)
    else:
        wanted = ox.parse_query_results(path=str(expected), format=RESULTS[expected.suffix])
    if isinstance(found, ox.QueryBoolean) or isinstance(wanted, ox.QueryBoolean):
        return bool(found) == bool(wanted)
    ordered = "ORDER BY" in case.text.read_text().upper() and expected.suffix != ".ttl"
    return _same(_solutions(_rows(found), ordered), _solutions(_rows(wanted), ordered))


Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = dict[str, Term]


def _rows(found: object) -> list[Row]:
    if isinstance(found, list):
        return found
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in found]


def _solutions(rows: Iterable[Row], ordered: bool) -> list[ox.Quad]:
    """Solutions as statements, so that sameness of graphs is sameness of solutions with their blank nodes."""
    quads, seen = [], Counter[frozenset[tuple[str, Term]]]()
    for number, row in enumerate(rows):
        items = frozenset(row.items())
        seen[items] += 1
        node = ox.BlankNode()
        quads.append(ox.Quad(node, ox.NamedNode("urn:times"), ox.Literal(seen[items])))
        if ordered:
            quads.append(ox.Quad(node, ox.NamedNode("urn:number"), ox.Literal(number)))
        quads += [ox.Quad(node, ox.NamedNode("urn:var:" + quote(name)), term) for name, term in row.items()]
    return quads


def _result_set(path: Path) -> list[Row]:
    """The result set vocabulary of older tests."""
    graph = ox.Dataset(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))
    rows = []
    for quad in graph.quads_for_predicate(ox.NamedNode(RS + "solution")):
        row = {}
        for binding in graph.quads_for_subject(quad.object):
            if binding.predicate.value == RS + "binding":
                pair = {item.predicate.value: item.object for item in graph.quads_for_subject(binding.object)}
                row[str(pair[RS + "variable"].value)] = pair[RS + "value"]
        rows.append(row)
    return rows


def _csv(text: bytes) -> tuple[list[str], Counter[tuple[str, ...]]]:
    head, *rows = csv.reader(io.StringIO(text.decode()))
    order = sorted(range(len(head)), key=head.__getitem__)
    return sorted(head), Counter(tuple(_number(row[i]) for i in order) for row in rows)


def _number(text: str) -> str:
    """Numbers by value, as CSV has no type that would say how to write them, and blank nodes without their labels."""
    if text.startswith("_:"):
        return "_:"
    try:
        return repr(float(text))
    except ValueError:
        return text


def _triples(text: bytes, base: str) -> list[ox.Quad]:
    return [ox.Quad(*quad.triple) for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base)]


def same_store(store: ox.Store, expected: Graphs, base: str) -> bool:
    """Does a store hold these graphs and nothing else?"""
    wanted = ox.Store()
    expected.load(wanted, base)
    return _same(list(store), list(wanted))


def _same(one: Iterable[ox.Quad], other: Iterable[ox.Quad]) -> bool:
    return _canonical(one) == _canonical(other)


def _canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Without labels of blank nodes, and with literals as a store keeps them."""
    store = ox.Store()
    store.extend(quads)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def _format(path: Path) -> ox.RdfFormat:
    found = ox.RdfFormat.from_extension(path.suffix[1:])
    assert found is not None, path
    return found
