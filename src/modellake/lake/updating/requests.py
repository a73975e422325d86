"""Requests: the text of an update, read before anything is looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from modellake.core.errors import QueryError, UsageError
from modellake.core.iris import named_node
from modellake.core.prefixes import PREFIXES
from modellake.core.report import Place
from modellake.rdf.syntax import with_prefixes
from modellake.rdf.tokens import place_of
from modellake.rdf.updates.operations import Edit, Operation
from modellake.rdf.updates.parsing import Segment, read_operation, split_update
from modellake.store.engine import Dataset
from modellake.store.plain import PlainEngine

# It fails in an empty store, before what is behind it begins: so the engine parses an operation and does no more.
_NOWHERE = "urn:modellake:nowhere"
_GUARD = f"DROP GRAPH <{_NOWHERE}> ;"


@dataclass(frozen=True, slots=True)
class Request:
    """One update.

    Attributes:
        operations: in order.
        places: where each begins.
        dataset: what the protocol says to look at; None for the whole lake.
    """

    operations: tuple[Operation, ...]
    places: tuple[Place, ...]
    dataset: Dataset | None = None


def read_request(
    text: str,
    *,
    base: str,
    using: Sequence[str] = (),
    using_named: Sequence[str] = (),
    services: Collection[str] = frozenset(),
) -> Request:
    """An update as operations.

    Args:
        text: the update; the usual prefixes need no declaration.
        base: the base IRI of the lake.
        using: the graphs of the parameter ``using-graph-uri``.
        using_named: those of ``using-named-graph-uri``.
        services: IRIs that SERVICE may name.

    Raises:
        QueryError: the text is malformed or asks for what is not allowed; its place is in the text.
        UsageError: ``update.dataset-twice``, or ``iri.malformed``.
    """
    prefixes = with_prefixes(text, PREFIXES).removesuffix(text)
    whole = f"{prefixes}\n{text}" if prefixes else text
    try:
        segments = split_update(whole, base=base, services=services)
        for segment in segments:
            _check_syntax(segment)
        operations = tuple(map(read_operation, segments))
    except QueryError as error:
        if prefixes and error.place:
            error.place = _above(error.place)
        raise
    places = (place_of(whole, segment.offset) for segment in segments)
    dataset = _dataset(using, using_named, operations)
    return Request(operations, tuple(_above(place) if prefixes else place for place in places), dataset)


def _dataset(using: Sequence[str], using_named: Sequence[str], operations: Sequence[Operation]) -> Dataset | None:
    """The dataset of the protocol (https://www.w3.org/TR/sparql11-protocol/#update-operation)."""
    if not using and not using_named:
        return None
    for item in operations:
        if isinstance(item, Edit) and (item.graph or (item.where and item.where.using)):
            raise UsageError(
                "The request names graphs in its parameters, and the update names others with USING or WITH",
                code="update.dataset-twice",
                remedy="Leave the parameters out, or USING and WITH.",
            )
    return Dataset(_graphs(using), _graphs(using_named))


def _graphs(names: Sequence[str]) -> tuple[NamedNode, ...]:
    return tuple(map(named_node, names))


def _check_syntax(segment: Segment) -> None:
    """Let the engine's parser have the last word on one operation, and run nothing.

    Oxigraph reads no declarations between operations, which the grammar allows: each operation gets its own.
    """
    line = place_of(segment.text, segment.offset).line or 1
    text = f"{segment.prologue} {_GUARD}\n{' ' * segment.column}{segment.written}"
    try:
        PlainEngine().update(text, base=segment.base)
    except QueryError as error:
        if error.code == "update.failed" and _NOWHERE in error.message:
            return
        if error.place and error.place.line:
            error.place = Place(line=max(error.place.line + line - 2, 1), column=error.place.column)
        raise


def _above(place: Place) -> Place:
    return Place(place.document, max((place.line or 1) - 1, 1), place.column)
