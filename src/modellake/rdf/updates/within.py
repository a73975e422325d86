"""Updates of one graph: an update that knows no other graph, made to mean this one.

Engines offer no other way to let the default graph of an update be a named one. What is put in is a term, between
tokens, so that it cannot be anything but the name of a graph; lines stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from modellake.core.errors import QueryError
from modellake.rdf.tokens import Token, place_of
from modellake.rdf.updates.parsing import Segment, split_update

_NAMING = ("GRAPH", "USING", "WITH")
_EDITS = ("INSERT", "DELETE")


def within_graph(text: str, graph: NamedNode | None, *, base: str) -> str:
    """The update with each operation on one graph.

    Args:
        text: an update that `modellake.rdf.syntax.check_update` let pass.
        graph: the graph that it means; None for the default graph.
        base: the absolute IRI that relative IRIs are resolved against.

    Raises:
        QueryError: ``update.other-graph``: it names graphs, or is about whole ones.
    """
    insertions: list[tuple[int, str]] = []
    for segment in split_update(text, base=base):
        _refuse_other_graphs(segment)
        if graph is not None:
            insertions += _insertions(segment.tokens, graph)
    for offset, inserted in sorted(insertions, reverse=True):
        text = text[:offset] + inserted + text[offset:]
    return text


def _refuse_other_graphs(segment: Segment) -> None:
    first = segment.tokens[0]
    strange = next((token for token in segment.tokens if token.is_word(*_NAMING)), None)
    if strange is None and first.is_word(*_EDITS):
        return
    token = strange or first
    raise QueryError(
        f"{token.text} is about other graphs, and this update is of one",
        code="update.other-graph",
        remedy="Leave it out: all patterns and statements mean the graph itself. Send other updates to /sparql.",
        place=place_of(segment.text, token.start),
    )


def _insertions(found: Sequence[Token], graph: NamedNode) -> Iterator[tuple[int, str]]:
    """What is put in where: GRAPH into the braces of data, WITH before everything else."""
    second = found[1] if len(found) > 1 else None
    if second is None or not second.is_word("DATA", "WHERE"):
        yield found[0].start, f"WITH {graph} "
        return
    yield found[2].end, f" GRAPH {graph} {{"
    yield found[-1].start, "} "
