"""Comparison: does a view show what the ledger says, quad by quad?

What the ledger says is derived anew into an engine of its own, in a folder that is gone afterwards, so that both sides
are seen as an engine sees them and nothing need fit into memory.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad

from modellake.core.errors import UnavailableError
from modellake.core.iris import LakeIRIs, home_of
from modellake.core.report import Finding, Severity
from modellake.lake.projection import Projection
from modellake.lake.views import Progress, View
from modellake.ledger.ledger import Ledger
from modellake.store.embedded import EmbeddedEngine

TEMPORARY = ".verify-"  # how the folders begin that a killed comparison leaves behind
_SHOWN = 20  # findings of one kind that are listed one by one
_TOGETHER = 10_000
_REBUILD = "Make the view again: modellake rebuild"


def compare_view(
    ledger: Ledger, view: View, projection: Projection, folder: Path, progress: Progress | None = None
) -> list[Finding]:
    """A finding for each quad that a view lacks or should not have, the first of each kind one by one.

    Args:
        folder: where to make the other view meanwhile, of the same size as this one.

    Raises:
        UnavailableError: ``view.unreadable``; where nothing can be written the view is not open.
    """
    if ledger.read_only:
        raise _unopened(folder)
    applied = view.engine.applied()
    if applied is None:
        return [] if ledger.head().sequence == 0 else [_absent()]
    marks = projection.iris.graph("provenance")
    with (
        tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=folder) as scratch,
        closing(EmbeddedEngine(marks, Path(scratch) / "derived")) as derived,
        closing(EmbeddedEngine(marks, Path(scratch) / "shown")) as shown,
    ):
        View(ledger, derived, projection, view.audience).rebuild(until=applied.sequence, progress=progress)
        surplus = _told("surplus", _beyond(view.engine.quads(), derived), projection.iris)
        if not surplus and view.engine.size() == derived.size():
            return []
        for part in _parts(view.engine.quads()):
            shown.add(part)
        return [*_told("missing", _beyond(derived.quads(), shown), projection.iris), *surplus]


def _parts(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    rest = iter(quads)
    while part := list(islice(rest, _TOGETHER)):
        yield part


def _beyond(quads: Iterable[Quad], other: EmbeddedEngine) -> Iterator[Quad]:
    """The quads that another engine does not hold."""
    return (quad for quad in quads if not other.holds(quad))


def _told(kind: str, quads: Iterator[Quad], iris: LakeIRIs) -> list[Finding]:
    shown = [_finding(kind, quad, iris) for quad in islice(quads, _SHOWN)]
    rest = Counter(_graph(quad, iris) for quad in quads)
    more = [
        Finding(f"view.{kind}", Severity.VIOLATION, f"{number:,} more such statements in {graph}", _REBUILD)
        for graph, number in sorted(rest.items())
    ]
    return [*shown, *more]


def _finding(kind: str, quad: Quad, iris: LakeIRIs) -> Finding:
    graph = _graph(quad, iris)
    said = "lacks a statement that follows from the ledger" if kind == "missing" else "has what no commit says"
    about = home_of(quad.subject).value if isinstance(quad.subject, NamedNode) else str(quad.subject)
    return Finding(
        f"view.{kind}",
        Severity.VIOLATION,
        f"The view {said}, in {graph}, about {about}",
        _REBUILD,
        focus=str(quad.subject),
        path=str(quad.predicate),
        value=str(quad.object),
    )


def _graph(quad: Quad, iris: LakeIRIs) -> str:
    if isinstance(quad.graph_name, DefaultGraph):
        return "the default graph"
    return f"the graph {str(getattr(quad.graph_name, 'value', quad.graph_name)).removeprefix(iris.base)}"


def _unopened(folder: Path) -> UnavailableError:
    return UnavailableError(
        f"The ledger is as it was written. The view in {folder} cannot be opened, since nothing can be written there",
        code="view.unreadable",
        remedy="Leave --deep out, or copy the folder to a place that you can write and verify the copy",
    )


def _absent() -> Finding:
    return Finding("view.missing", Severity.VIOLATION, "The view is empty, the ledger is not", _REBUILD)
