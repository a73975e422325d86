"""The embedded engine: Oxigraph inside this process, on disk or in memory.

The mark is a quad of the provenance graph, so that it is written in the same transaction as the data. Several
marks can stand there for a moment: the highest one counts, which lets a change that only adds use the verbs of
Oxigraph that only add, `Store.load` for little and `Store.bulk_load` for much. Both are atomic: the bulk verb
moves its finished files into the store at once (docs/adr/0009-bulk-loading-is-atomic.md).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from modellake.core.errors import QueryError, UnavailableError
from modellake.core.vocab import LAKE, XSD
from modellake.rdf.assets import query_dir
from modellake.rdf.syntax import query_error
from modellake.store.engine import Applied, Graphs, QueryAnswer, Replacement
from modellake.store.holder import announce, holder_of, retire

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
        self._path = path
        try:
            self._store = Store(str(path)) if path else Store()
        except _FAILURES as error:
            raise _open_error(path, error) from error
        if path:
            announce(path)

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
        stale, new = list(self._mark_quads()), self._mark_quad(mark)
        marks: Graphs = {self._marks: [f"{new.triple} ."]}
        try:
            if change.subjects:
                self._store.update(_replacement_text(change.subjects, [change.graphs, marks]))
            elif sum(map(len, change.graphs.values())) < _MANY:
                self._store.load(_nquads(change.graphs) + _nquads(marks), RdfFormat.N_QUADS, lenient=True)
            else:
                self._store.bulk_load(_nquads(change.graphs) + _nquads(marks), RdfFormat.N_QUADS, lenient=True)
            for quad in stale:
                if quad != new:
                    self._store.remove(quad)
        except _FAILURES as error:
            raise UnavailableError(f"The engine cannot write: {error}", code="engine.failed") from error

    def load(self, parts: Iterable[Graphs], mark: Applied) -> None:
        """See `Engine.load`."""
        loading = self._mark_quad(replace(mark, loading=True))
        try:
            self._store.add(loading)
            self._store.bulk_load(cast(IO[bytes], _Document(parts)), RdfFormat.N_QUADS, lenient=True)
            self._store.add(self._mark_quad(mark))
            self._store.remove(loading)
            self._store.flush()
        except _FAILURES as error:
            raise UnavailableError(f"The engine cannot write: {error}", code="engine.failed") from error

    def add(self, quads: Iterable[Quad]) -> None:
        """Put quads in as they are, with the labels that their blank nodes have: for data that are no view."""
        self._store.extend(quads)

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
        if self._path:
            retire(self._path)
        # Oxigraph lets go of its lock when the last reference to the store is gone.
        del self._store

    def _mark_quads(self) -> Iterator[Quad]:
        for predicate in (LAKE.appliedSequence, LAKE.loadingFrom):
            yield from self._store.quads_for_pattern(None, predicate, None, self._marks)

    def _is_mark(self, quad: Quad) -> bool:
        return quad.predicate in (LAKE.appliedSequence, LAKE.loadingFrom) and quad.graph_name == self._marks

    def _mark_quad(self, mark: Applied) -> Quad:
        rules = f"-{mark.rules}" if mark.rules else ""
        subject = NamedNode(f"{self._marks.value}#applied-{mark.commit_hash}{rules}")
        predicate = LAKE.loadingFrom if mark.loading else LAKE.appliedSequence
        return Quad(subject, predicate, Literal(str(mark.sequence), datatype=XSD.integer), self._marks)


def _read_mark(quad: Quad) -> Applied:
    commit_hash, _, rules = str(getattr(quad.subject, "value", "")).rpartition("#applied-")[2].partition("-")
    sequence = int(str(getattr(quad.object, "value", "0")))
    return Applied(sequence, commit_hash, quad.predicate == LAKE.loadingFrom, rules)


class _Document:
    """N-Quads that are made as they are read."""

    def __init__(self, parts: Iterable[Graphs]) -> None:
        self._parts = map(_nquads, parts)
        self._open = io.BytesIO()

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes of the part at hand, or of the next one that is not empty; none at the end."""
        while not (chunk := self._open.read(size)):
            part = next(self._parts, None)
            if part is None:
                return b""
            self._open = io.BytesIO(part)
        return chunk


def _nquads(graphs: Graphs) -> bytes:
    """N-Quads (https://www.w3.org/TR/n-quads/): a line of N-Triples with the graph before its final point."""
    lines: list[str] = []
    for graph, statements in graphs.items():
        if isinstance(graph, DefaultGraph):
            lines += statements
        else:
            lines += [f"{line[:-1]}{graph} ." for line in statements]
    return "\n".join([*lines, ""]).encode()


def _replacement_text(subjects: Iterable[NamedNode], parts: Iterable[Graphs]) -> str:
    """One SPARQL Update request, which Oxigraph carries out in one transaction.

    It is a fixed request with serialized subjects in it, and a block of serialized statements: the only way to
    delete and insert in one transaction that the engine offers.
    """
    emptying = _emptying().replace("UNDEF", " ".join(map(str, subjects)))
    data = "\n".join(_data_block(graph, lines) for part in parts for graph, lines in part.items())
    return f"{emptying};\nINSERT DATA {{ {data} }}"


@lru_cache(maxsize=1)
def _emptying() -> str:
    text = (query_dir() / "engine" / "empty-subjects.ru").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _data_block(graph: NamedNode | DefaultGraph, lines: Iterable[str]) -> str:
    statements = "\n".join(lines)
    return statements if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ {statements} }}"


def _open_error(path: Path | None, error: Exception) -> UnavailableError:
    if "lock" in str(error).lower():
        holder = holder_of(path) if path else None
        return UnavailableError(
            f"The view at {path} is in use by {holder or 'another process'}",
            code="view.locked",
            remedy="Wait for it to end, or end it: what it has committed is kept. The commands head, verify and backup "
            "work meanwhile.",
        )
    code = "view.damaged" if isinstance(error, RuntimeError) else "view.unreadable"
    return UnavailableError(
        f"The view at {path} cannot be opened: {error}",
        code=code,
        remedy="A view can be made again from the ledger: modellake rebuild",
    )
