"""The embedded engine: Oxigraph inside this process, on disk or in memory.

The mark is a quad of the provenance graph, so that it is written in the same transaction as the data. Several
marks can stand there for a moment: the highest one counts, which lets a change that only adds use the verbs of
Oxigraph that only add, `Store.load` for little and `Store.bulk_load` for much. Both are atomic: the bulk verb
moves its finished files into the store at once (docs/adr/0009-bulk-loading-is-atomic.md).

Oxigraph brings its log to the disk when it likes, but the files of the bulk verb at once. Whatever the log alone holds
is therefore flushed before, or a power cut could take away what came before and leave the mark of what came after.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, cast

from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from modellake.core.errors import QueryError, UnavailableError
from modellake.core.vocab import LAKE
from modellake.rdf.ordering import totally_ordered
from modellake.store.engine import Applied, Capabilities, Dataset, Graphs, QueryAnswer, Replacement
from modellake.store.generations import Generations, discard
from modellake.store.holder import announce, holder_of, retire
from modellake.store.marks import mark_quad, read_mark
from modellake.store.tidying import is_due, note, size_of
from modellake.store.updates import nquads, replacement_text

# Oxigraph reports what the file system refuses as OSError and damaged files as RuntimeError.
_FAILURES = (OSError, RuntimeError)
CAPABILITIES = Capabilities(
    cancels=False,
    atomic=True,
    answers_while_loading=True,
    streams=True,
    persistent=True,
    own_process=False,
    rdf12=True,
    writable=True,
)
# What the query is to blame for, and not the store, though Oxigraph reports both as RuntimeError.
_UNSUPPORTED = re.compile(r"The custom (aggregate )?function|The variable encoding the service name|The service <")
# From here on the bulk verb is faster: it writes files of its own, which costs some milliseconds each time.
_MANY = 3000
# What the log alone holds is in memory too, some 700 bytes a statement; Oxigraph lets that grow to hundreds of MB.
_MOST_IN_LOG = 100_000


class EmbeddedEngine:
    """An `Engine` over ``pyoxigraph.Store``.

    Args:
        marks: the graph that the mark is kept in.
        path: the folder for the store and those that will follow it; None keeps it in memory.

    Raises:
        UnavailableError: another process has the store open, or it cannot be read.
    """

    def __init__(self, marks: NamedNode, path: Path | None = None) -> None:
        self.capabilities = replace(CAPABILITIES, persistent=path is not None)
        self._marks = marks
        self._path = path
        self._generations = Generations(path) if path else None
        try:
            self._store = _current(self._generations) if self._generations else Store()
        except _FAILURES as error:
            raise open_error(path, error) from error
        self._in_log = 1  # statements that the log alone may hold; who has opened a store knows of one at least
        self._refused = False
        self._applied = self._only_mark()
        if path:
            announce(path)

    def query(self, text: str, *, base: str | None = None, dataset: Dataset | None = None) -> QueryAnswer:
        """See `Engine.query`."""
        return ask(self._store, text, base, dataset)

    def replace(self, change: Replacement, mark: Applied) -> None:
        """See `Engine.replace`."""
        known, self._applied = self._applied, None
        stale = [mark_quad(self._marks, known)] if known else list(self._mark_quads())
        new = mark_quad(self._marks, mark)
        marks: Graphs = {self._marks: [f"{new.triple} ."]}
        count = sum(map(len, change.graphs.values()))
        try:
            if self._in_log > _MOST_IN_LOG:
                self._flush()
            if change.subjects:
                self._in_log += count + len(change.subjects)
                self._store.update(replacement_text(change.subjects, [change.graphs, marks]))
            elif count < _MANY:
                self._in_log += count + 1
                self._store.load(nquads(change.graphs) + nquads(marks), RdfFormat.N_QUADS, lenient=True)
            else:
                self._load_many(nquads(change.graphs) + nquads(marks))
            # A mark that comes back after a power cut is lower than the one that counts.
            for quad in stale:
                if quad != new:
                    self._store.remove(quad)
        except _FAILURES as error:
            raise self._refusal(error) from error
        self._refused, self._applied = False, mark

    def load(self, parts: Iterable[Graphs], mark: Applied) -> None:
        """See `Engine.load`."""
        self._become(parts, mark)

    def _refusal(self, error: Exception) -> UnavailableError:
        """The error for a change that could not be written.

        A store that has met a full disk takes nothing any more until it is opened again, whatever room there is. The
        second time it is told as damaged, so that another one is made, while readers go on with this one.
        """
        again, self._refused = self._refused, isinstance(error, OSError)
        if again:
            return failure("takes nothing any more", RuntimeError(error))
        return failure("cannot write", error)

    def _load_many(self, document: bytes) -> None:
        if self._in_log:
            self._flush()
        self._store.bulk_load(document, RdfFormat.N_QUADS, lenient=True)

    def _flush(self) -> None:
        self._store.flush()
        self._in_log = 0

    def _become(self, parts: Iterable[Graphs], mark: Applied | None) -> None:
        """Fill another store, and answer from it once it is complete."""
        place = self._generations.next() if self._generations else None
        try:
            made = made_store(place, parts, mark_quad(self._marks, mark) if mark else None)
            if self._generations and place:
                self._generations.name(place)
        except BaseException as error:
            if place:
                discard(place)
            if isinstance(error, _FAILURES):
                raise failure("cannot write", error) from error
            raise
        self._store, self._in_log, self._refused, self._applied = made, 0, False, mark
        if self._generations:
            sweep(self._generations)

    def add(self, quads: Iterable[Quad]) -> None:
        """Put quads in as they are, with the labels that their blank nodes have: for data that are no view."""
        self._store.extend(quads)

    def holds(self, quad: Quad) -> bool:
        """Is this quad here?"""
        return quad in self._store

    def applied(self) -> Applied | None:
        """See `Engine.applied`. Nobody else writes here, so what was written last need not be looked for."""
        if self._applied:
            return self._applied
        try:
            marks = self._held_marks()
        except _FAILURES as error:
            raise failure("failed", error) from error
        return max(marks, key=lambda mark: mark.sequence, default=None)

    def clear(self) -> None:
        """See `Engine.clear`."""
        self._become((), None)

    @property
    def on_disk(self) -> int:
        """The bytes of the files with statements; 0 in memory."""
        return size_of(self._generations.current()) if self._generations else 0

    def tidy(self, growth: float = 0.0) -> bool:
        """Lay the files out anew if they have grown by this part since; see `modellake.store.tidying`.

        Raises:
            UnavailableError: the disk refuses.
        """
        store, place = self._store, self._generations.current() if self._generations else None
        if place is None or not is_due(place, growth):
            return False
        try:
            _lay_out(store, place)
        except _FAILURES as error:
            raise failure("cannot write", error) from error
        return True

    def size(self) -> int:
        """See `Engine.size`."""
        return len(self._store) - sum(1 for _ in self._mark_quads())

    def quads(self) -> Iterator[Quad]:
        """See `Engine.quads`."""
        try:
            yield from (quad for quad in self._store if not self._is_mark(quad))
        except _FAILURES as error:
            raise failure("failed", error) from error

    def close(self) -> None:
        """See `Engine.close`."""
        if self._path:
            retire(self._path)
        store = self._store
        # Oxigraph lets go of its lock when the last reference to the store is gone.
        del self._store
        # What cannot be flushed is in its log, or else the view is behind and catches up.
        with suppress(*_FAILURES):
            store.flush()

    def _only_mark(self) -> Applied | None:
        """The mark that a store was left with; None where there is none or a change was cut short."""
        with suppress(*_FAILURES):
            marks = self._held_marks()
            return marks[0] if len(marks) == 1 else None
        return None

    def _held_marks(self) -> list[Applied]:
        return [read_mark(quad.subject, quad.object) for quad in self._mark_quads()]

    def _mark_quads(self) -> Iterator[Quad]:
        return self._store.quads_for_pattern(None, LAKE.appliedSequence, None, self._marks)

    def _is_mark(self, quad: Quad) -> bool:
        return quad.predicate == LAKE.appliedSequence and quad.graph_name == self._marks


def made_store(place: Path | None, parts: Iterable[Graphs], mark: Quad | None) -> Store:
    """Another store, filled and on the disk.

    Raises:
        OSError, RuntimeError: the disk refuses.
    """
    made = Store(str(place)) if place else Store()
    made.bulk_load(cast(IO[bytes], _Document(parts)), RdfFormat.N_QUADS, lenient=True)
    if mark:
        made.add(mark)
    made.flush()
    return made


def tidy_files(place: Path, growth: float, most: int) -> None:
    """Lay out the files of a store that nobody has open, unless they are more than ``most`` bytes.

    What is wrong with them is for whoever opens the store next to tell.
    """
    if size_of(place) <= most and is_due(place, growth):
        with suppress(*_FAILURES):
            _lay_out(Store(str(place)), place)


def _lay_out(store: Store, place: Path) -> None:
    store.optimize()
    note(place)


def sweep(generations: Generations) -> None:
    """Remove what was made before, except where somebody still reads from it: that goes next time."""
    for entry in generations.others():
        if not _is_open(entry):
            discard(entry)


def ask(store: Store, text: str, base: str | None, dataset: Dataset | None) -> QueryAnswer:
    """Evaluate a query. The answer belongs to this thread: touched by another one, it ends the process.

    Raises:
        QueryError, UnavailableError: as `Engine.query`.
    """
    ordered = totally_ordered(text)
    try:
        return store.query(
            ordered,
            base_iri=base,
            default_graph=[*dataset.default] if dataset else None,
            named_graphs=[*dataset.named] if dataset else None,
        )
    except SyntaxError as error:
        from modellake.rdf.syntax import query_error

        raise query_error(error if ordered is text else _own_error(text, base, error), text) from error
    except (ValueError, RecursionError) as error:
        raise evaluation_error(error) from error
    except _FAILURES as error:
        if is_unsupported(str(error)):
            raise evaluation_error(error) from error
        raise failure("failed", error) from error


def _own_error(text: str, base: str | None, error: SyntaxError) -> SyntaxError:
    """What is wrong with a text itself, as places in it have moved in what was evaluated."""
    try:
        Store().query(text, base_iri=base)
    except SyntaxError as own:
        return own
    return error


def is_unsupported(message: str) -> bool:
    """True when Oxigraph complains about the query, though as if it had failed itself."""
    return _UNSUPPORTED.match(message) is not None


def evaluation_error(error: Exception | str) -> QueryError:
    """The error for a query that is well-formed, and cannot be answered."""
    return QueryError(f"The query cannot be evaluated: {error}", code="query.evaluation")


def _current(generations: Generations) -> Store:
    """The store that counts, opened; another process may name another one until it is."""
    while True:
        place = generations.current()
        place.mkdir(parents=True, exist_ok=True)
        store = Store(str(place))
        if generations.current() == place:
            break
        del store
    generations.name(place)
    for entry in generations.others():
        discard(entry)
    return store


def _is_open(entry: Path) -> bool:
    """True while this process has a store open there: somebody reads an answer of it to its end."""
    try:
        Store(str(entry))
    except _FAILURES as error:
        return "lock" in str(error).lower()
    return False


class _Document:
    """N-Quads that are made as they are read."""

    def __init__(self, parts: Iterable[Graphs]) -> None:
        self._parts = map(nquads, parts)
        self._open = io.BytesIO()

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes of the part at hand, or of the next one that is not empty; none at the end."""
        while not (chunk := self._open.read(size)):
            part = next(self._parts, None)
            if part is None:
                return b""
            self._open = io.BytesIO(part)
        return chunk


def failure(what: str, error: Exception) -> UnavailableError:
    """The error for a store that is open; damage shows when what is damaged is read."""
    if isinstance(error, RuntimeError):
        return UnavailableError(
            f"The engine {what}: {error}",
            code="view.damaged",
            remedy="The view can be made again from the ledger: modellake rebuild",
        )
    return UnavailableError(
        f"The engine {what}: {error}",
        code="engine.failed",
        remedy="Check the disk and the room on it. What was committed is in the ledger: the view catches up.",
    )


def open_error(path: Path | None, error: Exception) -> UnavailableError:
    """The error for a store that cannot be opened, from what Oxigraph says of it."""
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
