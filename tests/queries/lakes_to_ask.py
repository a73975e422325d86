"""Lakes that the named queries are asked of, in two engines, and answers as text that people can compare."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, RdfFormat, Store, Triple, parse, serialize

from modellake.core.prefixes import compact
from modellake.rdf.canon import normal_value
from modellake.rdf.closure import entailed
from modellake.rdf.queries import NamedQuery, bind

HERE = Path(__file__).parent
BASE = "https://lake.example.org/"
MORE_PREFIXES = {
    "https://w3id.org/model-lake/activity#": "activity:",
    "https://w3id.org/model-lake/risk#": "risk:",
    "https://w3id.org/model-lake/severity#": "severity:",
    "https://w3id.org/model-lake/usage#": "usage:",
}


def statements(name: str) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(HERE / f"{name}.ttl"), format=RdfFormat.TURTLE)]


def quads_of(state: str | None, provenance: str | None = None) -> list[Quad]:
    """A lake as an engine holds it: state and what follows from it, and what it says of its records."""
    asserted = statements(state) if state else []
    following = entailed(asserted)
    return [
        *(in_graph(item, None) for item in (*asserted, *following)),
        *(in_graph(item, "entailed") for item in following),
        *(in_graph(item, "provenance") for item in (statements(provenance) if provenance else ())),
    ]


def in_graph(statement: Triple, name: str | None) -> Quad:
    graph = NamedNode(f"{BASE}graph/{name}") if name else DefaultGraph()
    return Quad(statement.subject, statement.predicate, statement.object, graph)


@dataclass(frozen=True)
class Engines:
    """The same lake in Oxigraph and in rdflib."""

    oxigraph: Store
    rdflib: rdflib.Dataset

    def ask(self, engine: str, text: str) -> tuple[list[str], list[str]]:
        """The columns, and the rows as text."""
        return ask_oxigraph(self.oxigraph, text) if engine == "oxigraph" else ask_rdflib(self.rdflib, text)


def engines_with(quads: list[Quad]) -> Engines:
    store = Store()
    store.extend(quads)
    dataset = rdflib.Dataset()
    dataset.parse(data=serialize(store, format=RdfFormat.N_QUADS), format="nquads")
    return Engines(store, dataset)


def ask_oxigraph(store: Store, text: str) -> tuple[list[str], list[str]]:
    answer = store.query(text, base_iri=BASE)
    assert not isinstance(answer, QueryBoolean)
    columns = [variable.value for variable in answer.variables]
    return columns, [row_text([solution[name] for name in columns]) for solution in answer]


def ask_rdflib(dataset: rdflib.Dataset, text: str) -> tuple[list[str], list[str]]:
    answer = dataset.query(text, base=BASE)
    columns = [str(variable) for variable in answer.vars or ()]
    # a solution of rdflib may lack variables that are unbound, and OPTIONAL may give rows with none at all
    rows = [[from_rdflib(row[name]) for name in columns] for row in answer]
    return columns, [row_text(row) for row in rows]


def from_rdflib(term: Any) -> NamedNode | Literal | None:
    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return Literal(str(term), language=term.language)
    datatype = NamedNode(str(term.datatype)) if term.datatype else None
    literal = Literal(str(term), datatype=datatype) if datatype else Literal(str(term))
    return normal_value(literal)


def row_text(terms: list[Any]) -> str:
    return " | ".join(term_text(term) for term in terms)


def term_text(term: Any) -> str:
    """A term for people: IRIs relative to the lake or with a prefix, text in quotes, values as they are."""
    if term is None:
        return "-"
    if isinstance(term, NamedNode):
        for namespace, prefix in MORE_PREFIXES.items():
            if term.value.startswith(namespace):
                return prefix + term.value.removeprefix(namespace)
        inside = term.value.removeprefix(BASE)
        return inside if inside != term.value else compact(term.value)
    if term.language:
        return f'"{term.value}"@{term.language}'
    if term.datatype.value.endswith("#string"):
        return f'"{term.value}"'
    return term.value


@dataclass(frozen=True)
class Case:
    """One question of an expected answer: the parameters, the columns, and all rows in order."""

    query: str
    params: dict[str, str]
    columns: list[str]
    rows: list[str]

    def __str__(self) -> str:
        return f"{self.query}({', '.join(f'{name}={value}' for name, value in self.params.items())})"


def cases_in(path: Path) -> list[Case]:
    """The cases of a file: blocks of ``? name=value …``, a line of columns, and a line a row; blank lines between."""
    cases = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            head, columns, *rows = lines
            params = dict(item.split("=", 1) for item in head.removeprefix("?").split())
            cases.append(Case(path.stem, params, columns.split(" | "), rows))
    return cases


def bound(query: NamedQuery, params: dict[str, str]) -> str:
    """The text of a query for parameters as a case writes them: paths of this lake, CURIEs, numbers, words."""
    return bind(query, resolve=lambda name: NamedNode(BASE + name), **params)
