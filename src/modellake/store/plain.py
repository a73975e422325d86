"""A bare engine: an Oxigraph store as it is, without ledger, mark or gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from modellake.core.errors import QueryError, UnavailableError
from modellake.rdf.codec import ntriples_lines
from modellake.rdf.syntax import query_error
from modellake.store.embedded import ask
from modellake.store.engine import Dataset, QueryAnswer
from modellake.store.updates import Graph, graph_text


class PlainEngine:
    """Queries and updates over one ``pyoxigraph.Store``.

    Args:
        path: the folder of the store, made when it is not there; None keeps it in memory.

    Attributes:
        store: for what goes beyond SPARQL.

    Raises:
        UnavailableError: ``store.locked``, ``store.unreadable``.
    """

    def __init__(self, path: Path | None = None) -> None:
        try:
            self.store = Store(str(path)) if path else Store()
        except (OSError, RuntimeError) as error:
            raise _open_error(error) from error

    def query(self, text: str, *, base: str | None = None, dataset: Dataset | None = None) -> QueryAnswer:
        """See `modellake.store.engine.Engine.query`."""
        return ask(self.store, text, base, dataset)

    def update(self, text: str, *, base: str | None = None, remote: bool = False) -> None:
        """Carry out a SPARQL update: all of its operations or none.

        Args:
            text: the update.
            base: what relative IRIs are resolved against.
            remote: it reads from elsewhere, which is then to blame for what cannot be read.

        Raises:
            QueryError: it is malformed (``query.syntax``) or cannot be carried out (``update.failed``).
            UnavailableError: the disk refuses (``engine.failed``).
        """
        try:
            self.store.update(text, base_iri=base)
        except SyntaxError as error:
            raise query_error(error, text) from error
        except (ValueError, RecursionError, RuntimeError) as error:
            raise QueryError(f"The update cannot be carried out: {error}", code="update.failed") from error
        except OSError as error:
            if remote:
                raise QueryError(f"The update cannot be carried out: {error}", code="update.failed") from error
            raise _write_error(error) from error

    # Whole graphs. The default graph is always there; a named one may be there and be empty.

    def has_graph(self, graph: Graph) -> bool:
        """Is there such a graph?"""
        return isinstance(graph, DefaultGraph) or self.store.contains_named_graph(graph)

    def statements(self, graph: Graph) -> Iterator[Triple]:
        """What is in a graph now, whatever is done to it meanwhile; for the thread that asks."""
        return (quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph))

    def replace_graph(self, graph: Graph, statements: Iterable[Triple]) -> None:
        """Let a graph hold this and nothing else, all at once. Blank nodes become new ones.

        Raises:
            UnavailableError: ``engine.failed``: the disk refuses.
        """
        self.update(graph_text(graph, ntriples_lines(statements)))

    def extend_graph(self, graph: Graph, statements: Iterable[Triple]) -> None:
        """Put statements into a graph, all at once; it is there afterwards. Raises as above."""
        if isinstance(graph, NamedNode):
            self._written(lambda: self.store.add_graph(graph))
        self._written(
            lambda: self.store.extend(Quad(item.subject, item.predicate, item.object, graph) for item in statements)
        )

    def drop_graph(self, graph: Graph) -> None:
        """Take a graph away; the default graph stays, empty. Raises as above."""
        self._written(lambda: self.store.remove_graph(graph))

    def _written(self, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, RuntimeError) as error:
            raise _write_error(error) from error

    def close(self) -> None:
        """Bring everything to the disk and let go of the files."""
        store = self.store
        del self.store
        store.flush()


def _write_error(error: Exception) -> UnavailableError:
    return UnavailableError(
        f"The engine cannot write: {error}", code="engine.failed", remedy="Check the disk and the room on it."
    )


def _open_error(error: Exception) -> UnavailableError:
    if "lock" in str(error).lower():
        return UnavailableError(
            "The store is in use by another process", code="store.locked", remedy="End that process, or wait for it."
        )
    return UnavailableError(
        f"The store cannot be opened: {error}",
        code="store.unreadable",
        remedy="Name the folder of an Oxigraph store, or an empty one.",
    )
