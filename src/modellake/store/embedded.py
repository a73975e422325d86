"""The embedded engine: Oxigraph inside this process, on disk or in memory.

The mark is a quad of the provenance graph, so that it is written in the same transaction as the data. Several
marks can stand there for a moment: the highest one counts, which lets a change that only adds use the verbs of
Oxigraph that only add, `Store.extend` for few quads and `Store.bulk_extend` for many. Both are atomic: the bulk
verb moves its finished files into the store at once (docs/adr/0009-bulk-loading-is-atomic.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from modellake.core.errors import QueryError, UnavailableError
from modellake.core.vocab import LAKE, XSD
from modellake.rdf.assets import query_dir
from modellake.rdf.syntax import query_error
from modellake.store.engine import Applied, QueryAnswer, Replacement

# Oxigraph reports what the file system refuses as OSError and damaged files as RuntimeError.
_FAILURES = (OSError, RuntimeError)
# From here on the bulk verb is faster: it writes files of its own, which costs some milliseconds each time.
_MANY = 3000


class EmbeddedEngine:
    """An `Engine` over ``pyoxigraph.Store``.

    Args:
        marks: the graph that the mark is kept in.
        path: the folder of the store; None keeps it in memory.

    Raises:
        UnavailableError: another process has the store open, or it cannot be read.
    """

    def __init__(self, marks: NamedNode, path: Path | None = None) -> None:
        self._marks = marks
        try:
            self._store = Store(str(path)) if path else Store()
        except _FAILURES as error:
            raise _open_error(path, error) from error

    def query(self, text: str, *, base: str | None = None) -> QueryAnswer:
        """See `Engine.query`."""
        try:
            return self._store.query(text, base_iri=base)
        except SyntaxError as error:
            raise query_error(error, text) from error
        except (ValueError, RecursionError) as error:
            raise QueryError(f"The query cannot be evaluated: {error}", code="query.evaluation") from error
        except _FAILURES as error:
            raise UnavailableError(f"The engine failed: {error}", code="engine.failed") from error

    def replace(self, change: Replacement, mark: Applied) -> None:
        """See `Engine.replace`."""
        stale = list(self._mark_quads())
        quads = [*change.quads, self._mark_quad(mark)]
        try:
            if change.subjects:
                self._store.update(_replacement_text(change.subjects, quads))
            elif len(quads) < _MANY:
                self._store.extend(quads)
            else:
                self._store.bulk_extend(quads)
            for quad in stale:
                if quad != quads[-1]:
                    self._store.remove(quad)
        except _FAILURES as error:
            raise UnavailableError(f"The engine cannot write: {error}", code="engine.failed") from error

    def load(self, quads: Iterable[Quad], mark: Applied) -> None:
        """See `Engine.load`."""
        loading = self._mark_quad(Applied(mark.sequence, mark.commit_hash, loading=True))
        try:
            self._store.add(loading)
            self._store.bulk_extend(quads)
            self._store.add(self._mark_quad(mark))
            self._store.remove(loading)
            self._store.flush()
        except _FAILURES as error:
            raise UnavailableError(f"The engine cannot write: {error}", code="engine.failed") from error

    def applied(self) -> Applied | None:
        """See `Engine.applied`."""
        marks = [_read_mark(quad) for quad in self._mark_quads()]
        loading = next((mark for mark in marks if mark.loading), None)
        return loading or max(marks, key=lambda mark: mark.sequence, default=None)

    def clear(self) -> None:
        """See `Engine.clear`."""
        self._store.clear()

    def size(self) -> int:
        """See `Engine.size`."""
        return len(self._store) - sum(1 for _ in self._mark_quads())

    def quads(self) -> Iterator[Quad]:
        """See `Engine.quads`."""
        return (quad for quad in self._store if not self._is_mark(quad))

    def close(self) -> None:
        """See `Engine.close`."""
        self._store.flush()
        # Oxigraph lets go of its lock when the last reference to the store is gone.
        del self._store

    def _mark_quads(self) -> Iterator[Quad]:
        for predicate in (LAKE.appliedSequence, LAKE.loadingFrom):
            yield from self._store.quads_for_pattern(None, predicate, None, self._marks)

    def _is_mark(self, quad: Quad) -> bool:
        return quad.predicate in (LAKE.appliedSequence, LAKE.loadingFrom) and quad.graph_name == self._marks

    def _mark_quad(self, mark: Applied) -> Quad:
        subject = NamedNode(f"{self._marks.value}#applied-{mark.commit_hash}")
        predicate = LAKE.loadingFrom if mark.loading else LAKE.appliedSequence
        return Quad(subject, predicate, Literal(str(mark.sequence), datatype=XSD.integer), self._marks)


def _read_mark(quad: Quad) -> Applied:
    commit_hash = str(getattr(quad.subject, "value", "")).rpartition("#applied-")[2]
    return Applied(int(str(getattr(quad.object, "value", "0"))), commit_hash, quad.predicate == LAKE.loadingFrom)


def _replacement_text(subjects: Iterable[NamedNode], quads: Iterable[Quad]) -> str:
    """One SPARQL Update request, which Oxigraph carries out in one transaction.

    It is a fixed request with serialized subjects in it, and a block of serialized quads: the only way to delete
    and insert in one transaction that the engine offers.
    """
    emptying = _emptying().replace("UNDEF", " ".join(map(str, subjects)))
    data = " ".join(map(_data_item, quads))
    return f"{emptying};\nINSERT DATA {{ {data} }}"


@lru_cache(maxsize=1)
def _emptying() -> str:
    text = (query_dir() / "engine" / "empty-subjects.ru").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _data_item(quad: Quad) -> str:
    statement = f"{quad.subject} {quad.predicate} {quad.object} ."
    return statement if quad.graph_name == DefaultGraph() else f"GRAPH {quad.graph_name} {{ {statement} }}"


def _open_error(path: Path | None, error: Exception) -> UnavailableError:
    if "lock" in str(error).lower():
        return UnavailableError(
            f"The view at {path} is in use by another process",
            code="view.locked",
            remedy="Wait for the other command to end, or ask the lake through the server that has it open.",
        )
    code = "view.damaged" if isinstance(error, RuntimeError) else "view.unreadable"
    return UnavailableError(
        f"The view at {path} cannot be opened: {error}",
        code=code,
        remedy="A view can be made again from the ledger: modellake rebuild",
    )
