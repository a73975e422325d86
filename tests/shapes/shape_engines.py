"""Both SHACL engines over one example, answered in one form."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyshacl
import rdflib
import shacl
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from rdflib.term import Node

from modellake.rdf.closure import load_hierarchy

ROOT = Path(__file__).resolve().parents[2]
GATE = ROOT / "shapes" / "gate"
EXAMPLES = ROOT / "shapes" / "examples"
SHAPES = "https://w3id.org/model-lake/shapes#"
SH = rdflib.SH
TYPE = NamedNode(str(rdflib.RDF.type))


class Result(NamedTuple):
    """One validation result; blank nodes are written ``_:`` because their labels differ between engines."""

    shape: str
    severity: str
    focus: str
    component: str
    path: str
    value: str


class Example(NamedTuple):
    """An example with what its first comments say.

    Attributes:
        statements: the data, what follows from it and the types of known resources included.
        own: the subjects that the example describes; results about others are none of its business.
        expected: the (shape, severity, focus) of each result expected, repeated where it comes twice.
    """

    statements: list[Triple]
    own: frozenset[str]
    expected: list[tuple[str, str, str]]


def read_example(path: Path) -> Example:
    """Read an example; ``# known: RESOURCE CLASS`` stands for the index of types that the gate has."""
    text = path.read_text(encoding="utf-8")
    described = statements_of(text)
    prefixes = "".join(line + "\n" for line in text.splitlines() if line.startswith("@prefix"))
    known = [
        statement
        for line in comments(text, "known")
        for statement in statements_of(prefixes + " a ".join(line.split()) + " .")
    ]
    follows = load_hierarchy().entailed([*described, *known])
    return Example(
        list({*described, *known, *follows}),
        frozenset(label(str(item.subject)) for item in described),
        [expectation(line, prefixes) for line in comments(text, "expect")],
    )


def comments(text: str, word: str) -> list[str]:
    """The comment lines that begin with a word and a colon, without them."""
    start = f"# {word}: "
    return [line.removeprefix(start) for line in text.splitlines() if line.startswith(start)]


def expectation(line: str, prefixes: str) -> tuple[str, str, str]:
    """``SHAPE SEVERITY FOCUS`` of an expect comment, the focus expanded."""
    shape, severity, focus = line.split()
    if focus == "_:":
        return shape, severity, focus
    (statement,) = statements_of(f"{prefixes} {focus} a {focus} .")
    return shape, severity, statement.subject.value


def statements_of(text: str) -> list[Triple]:
    """The statements of a Turtle text."""
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]


def gate_graph() -> rdflib.Graph:
    """A new graph with all shapes of the gate; pySHACL changes the graph it is given."""
    return rdflib.Graph().parse(data=gate_text(), format="nt")


@lru_cache(maxsize=1)
def gate_text() -> str:
    """All shapes of the gate as N-Triples."""
    quads = [quad for file in sorted(GATE.glob("*.ttl")) for quad in parse(path=str(file), rename_blank_nodes=True)]
    return serialize([quad.triple for quad in quads], format=RdfFormat.N_TRIPLES).decode()


@lru_cache(maxsize=1)
def compiled() -> shacl.Shapes:
    """The shapes of the gate, compiled by the Rust engine."""
    return shacl.Shapes.from_text(gate_text(), format="ntriples")


def rust_results(example: Example) -> list[Result]:
    """What ``shacl`` finds, sorted."""
    report = compiled().validate_text(ntriples(example), format="ntriples")
    return own_results(example, (report_of(report.turtle)))


def reference_results(example: Example) -> list[Result]:
    """What pySHACL finds, sorted."""
    data = rdflib.Graph().parse(data=ntriples(example), format="nt")
    _, graph, _ = pyshacl.validate(data, shacl_graph=gate_graph(), allow_infos=True, allow_warnings=True)
    return own_results(example, graph)


def ntriples(example: Example) -> str:
    """The data of an example as N-Triples."""
    return serialize(example.statements, format=RdfFormat.N_TRIPLES).decode()


def report_of(turtle: str) -> rdflib.Graph:
    """A validation report as a graph."""
    return rdflib.Graph().parse(data=turtle, format="turtle")


def own_results(example: Example, report: rdflib.Graph) -> list[Result]:
    """The results of a report about the subjects of an example, sorted."""
    found = [result_of(report, node) for node in report.subjects(rdflib.RDF.type, SH.ValidationResult)]
    return sorted(result for result in found if result.focus == "_:" or result.focus in example.own)


def result_of(report: rdflib.Graph, node: Node) -> Result:
    """One result of a report; a path that is not a property is written ``_:``."""
    parts = (SH.sourceShape, SH.resultSeverity, SH.focusNode, SH.sourceConstraintComponent, SH.resultPath, SH.value)
    shape, severity, focus, component, path, value = (written(report.value(node, part)) for part in parts)
    return Result(shape.removeprefix(SHAPES), severity.removeprefix(str(SH)), focus, component, path, value)


def written(term: Node | None) -> str:
    """A term as text, the same for both engines."""
    if term is None:
        return ""
    return "_:" if isinstance(term, rdflib.BNode) else str(term)


def label(subject: str) -> str:
    """The IRI of a subject in N-Triples syntax."""
    return subject.strip("<>")
