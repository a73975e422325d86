"""Lakes without an engine: what the gate and the ledger cost alone, and with the quads that a view would get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Quad

from modellake.bootstrap import create_lake, open_ledger
from modellake.core.iris import LakeIRIs
from modellake.lake.gate import Gate
from modellake.lake.lake import Lake
from modellake.lake.projection import Projection
from modellake.lake.views import Notice, View
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.shapes import load_gate
from modellake.store.engine import Applied, Graphs, QueryAnswer, Replacement
from records import BASE


class NullEngine:
    """An `Engine` that takes everything in and keeps nothing but the mark."""

    def __init__(self) -> None:
        self._mark: Applied | None = None

    def query(self, text: str, *, base: str | None = None) -> QueryAnswer:
        raise NotImplementedError(text)

    def replace(self, change: Replacement, mark: Applied) -> None:  # noqa: ARG002
        self._mark = mark

    def load(self, parts: Iterable[Graphs], mark: Applied) -> None:
        for _ in parts:
            pass
        self._mark = mark

    def applied(self) -> Applied | None:
        return self._mark

    def clear(self) -> None:
        self._mark = None

    def size(self) -> int:
        return 0

    def quads(self) -> Iterable[Quad]:
        return ()

    def close(self) -> None:
        pass


class IdleView(View):
    """A view that stays behind: to be made later, by `Lake.rebuild`."""

    def catch_up(self, notice: Notice | None = None, *, behind: bool = False) -> int:  # noqa: ARG002
        return 0


@contextmanager
def engineless(folder: Path, view: type[View] = IdleView) -> Iterator[Lake]:
    """A new lake, as `modellake.open` puts it together, with no engine behind its view."""
    create_lake(folder, base_iri=BASE)
    ledger, iris = open_ledger(folder), LakeIRIs(BASE)
    pack, hierarchy = load_gate(), load_hierarchy()
    projection = Projection(iris, hierarchy, pack.single_valued)
    shown = view(ledger, NullEngine(), projection)
    with Lake(ledger, shown, Gate(pack, hierarchy, iris), projection, lambda *_: NullEngine(), folder) as lake:
        yield lake
