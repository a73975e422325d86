"""Updates: what engines are sent when a view changes, as N-Quads or as SPARQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from pyoxigraph import DefaultGraph, NamedNode

from modellake.rdf.assets import query_dir
from modellake.store.engine import Graphs

Graph = NamedNode | DefaultGraph


def nquads(graphs: Graphs) -> bytes:
    """N-Quads (https://www.w3.org/TR/n-quads/): a line of N-Triples with the graph before its final point."""
    lines: list[str] = []
    for graph, statements in graphs.items():
        if isinstance(graph, DefaultGraph):
            lines += statements
        else:
            lines += [f"{line[:-1]}{graph} ." for line in statements]
    return "\n".join([*lines, ""]).encode()


def replacement_text(subjects: Iterable[NamedNode], parts: Iterable[Graphs]) -> str:
    """One SPARQL Update request, which Oxigraph carries out in one transaction.

    It is a fixed request with serialized subjects in it, and a block of serialized statements: the only way to
    delete and insert in one transaction that the engine offers.
    """
    return f"{emptying_text(subjects)};\n{insertion_text(parts)}"


def change_text(subjects: Collection[NamedNode], graphs: Graphs, marks: NamedNode | None, mark: Graphs) -> str:
    """One request for a whole change: subjects to empty, statements to put in, and the mark to move."""
    parts = [emptying_text(subjects)] if subjects else []
    if graphs:
        parts.append(insertion_text([graphs]))
    if marks:
        parts.append(mark_text(marks, mark))
    return ";\n".join(parts)


def emptying_text(subjects: Iterable[NamedNode]) -> str:
    """A request that takes away all that is said of some subjects, in every graph."""
    return fixed_text("empty-subjects.ru").replace("UNDEF", _listed(subjects))


def emptying_text_of(graphs: Iterable[NamedNode], subjects: Iterable[NamedNode]) -> str:
    """The same for some graphs, in a service that holds other graphs too."""
    text = fixed_text("empty-subjects-of-graphs.ru").replace("UNDEF", _listed(graphs), 1)
    return text.replace("UNDEF", _listed(subjects))


def mark_text(marks: NamedNode, mark: Graphs) -> str:
    """A request that puts a mark in the place of all marks that are in a graph."""
    return f"{fixed_text('empty-marks.ru').replace('UNDEF', str(marks))};\n{insertion_text([mark])}"


def insertion_text(parts: Iterable[Graphs]) -> str:
    """A request that puts statements in."""
    data = "\n".join(_data_block(graph, lines) for part in parts for graph, lines in part.items())
    return f"INSERT DATA {{ {data} }}"


def clearing_text(graphs: Iterable[NamedNode]) -> str:
    """A request that empties graphs."""
    return ";\n".join(f"CLEAR SILENT GRAPH {graph}" for graph in graphs)


def graph_text(graph: Graph, lines: Sequence[str]) -> str:
    """A request that lets a graph hold statements and nothing else; a named one is there even when it is empty."""
    data = insertion_text([{graph: lines}])
    if isinstance(graph, DefaultGraph):
        return f"CLEAR DEFAULT ;\n{data}"
    return f"DROP SILENT GRAPH {graph} ;\nCREATE GRAPH {graph} ;\n{data}"


def in_batches(graphs: Graphs, lines: int, characters: int) -> Iterator[tuple[Graph, Sequence[str]]]:
    """The statements of each graph in batches of at most so many lines and about so many characters."""
    for graph, statements in graphs.items():
        batch: list[str] = []
        size = 0
        for line in statements:
            if batch and (len(batch) >= lines or size + len(line) > characters):
                yield graph, batch
                batch, size = [], 0
            batch.append(line)
            size += len(line)
        if batch:
            yield graph, batch


@lru_cache(maxsize=8)
def fixed_text(name: str) -> str:
    """A request or question from queries/engine, without its header."""
    text = (query_dir() / "engine" / name).read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _listed(terms: Iterable[NamedNode]) -> str:
    return " ".join(map(str, terms))


def _data_block(graph: Graph, lines: Iterable[str]) -> str:
    statements = "\n".join(lines)
    return statements if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ {statements} }}"
