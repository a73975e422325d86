"""The child engine: ``oxigraph serve`` in a process of its own, watched over and started again when it dies.

A query that takes too long is ended there, which Oxigraph cannot do inside this process; one that takes too much memory
ends the server, not the lake. The folder is the same as that of the embedded engine, so a lake can change between both
at every opening. See docs/adr/0020-the-child-has-a-network-of-its-own.md.
"""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from modellake.core.errors import UnavailableError
from modellake.core.vocab import LAKE
from modellake.store.client import Answer, Client, OverdueError, Request
from modellake.store.embedded import failure, made_store, open_error, sweep, tidy_files
from modellake.store.engine import Applied, Capabilities, Graphs, Replacement
from modellake.store.generations import Generations
from modellake.store.holder import announce, retire
from modellake.store.marks import mark_quad
from modellake.store.process import MOST_WATCHED, Limits, ServerProcess, start_server
from modellake.store.remote import FORM, Layout, RemoteEngine
from modellake.store.service import Service
from modellake.store.tidying import GROWTH
from modellake.store.updates import change_text, emptying_text, in_batches

CAPABILITIES = Capabilities(
    cancels=True,
    atomic=True,
    answers_while_loading=True,
    streams=False,
    persistent=True,
    own_process=True,
    rdf12=True,
    writable=True,
)
_LONGEST_PAUSE = 5.0
_GRACE = 2.0  # seconds beyond the limit of a query until the server itself is given up
_UPDATE_SECONDS = 600.0
# Oxigraph takes 128 MiB in one update.
_LARGEST_UPDATE = 100_000_000
_LINES, _CHARACTERS = 100_000, 10_000_000
# Bytes that are laid out in less than a second or two, before there is a server that holds them.
_LAID_OUT_FIRST = 128_000_000


class ChildEngine(RemoteEngine):
    """An `Engine` over a server of its own.

    Args:
        marks: the graph that the mark is kept in.
        path: the folder for the store and those that will follow it.
        named: the graphs besides the default graph.
        limits: what the server may use.

    Attributes:
        restarts: how often the server died and another one took its place.

    Raises:
        UnavailableError: ``view.locked``, ``view.damaged``, ``engine.absent``, ``engine.not-started``.
    """

    capabilities = CAPABILITIES
    _plain = True

    def __init__(
        self, marks: NamedNode, path: Path, named: tuple[NamedNode, ...], limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._path = path
        self._generations = Generations(path)
        self._asked: deque[float] = deque(maxlen=MOST_WATCHED)  # when the last queries came
        self._noting = threading.Lock()
        self._place, self._process = self._start_current()
        self._changing = threading.Lock()
        self._closed = threading.Event()
        self.restarts = 0
        self._shown: tuple[ServerProcess, Applied] | None = None  # the mark, while the server that holds it lives
        service = Service("/query", "/update", timeout=_UPDATE_SECONDS)
        super().__init__(marks, service, Layout(None, named), self._new_client())
        announce(path)
        sweep(self._generations)
        threading.Thread(target=self._watch, name="engine", daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        return self._process.pid

    @property
    def is_watched(self) -> bool:
        """True when the server ends by itself what takes too long (`Limits.watched`)."""
        return self._process.watched

    @property
    def outlet(self) -> socket.socket | None:
        """Where the server reaches this process, if it has a network of its own."""
        return self._process.outlet

    @property
    def secluded(self) -> bool:
        """True when nobody else on this machine reaches the server."""
        return self._process.secluded

    def replace(self, change: Replacement, mark: Applied) -> None:
        """See `Engine.replace`: one transaction, unless it is larger than Oxigraph takes at once."""
        process, self._shown = self._process, None
        self._replace(change, mark)
        self._shown = (process, mark)

    def applied(self) -> Applied | None:
        """See `Engine.applied`; nobody else moves the mark, so the server is not asked for it each time."""
        shown, process = self._shown, self._process
        if shown and shown[0] is process:
            return shown[1]
        mark = super().applied()
        self._shown = (process, mark) if mark else None
        return mark

    def _replace(self, change: Replacement, mark: Applied) -> None:
        marks = self._mark_graphs(mark)
        text = change_text(change.subjects, change.graphs, self._marks, marks)
        if len(text) <= _LARGEST_UPDATE:
            self._post_update(text)
            return
        if change.subjects:
            self._post_update(emptying_text(change.subjects))
        for part in self._parts(change.graphs):
            self._post_update(change_text((), part, None, {}))
        self._post_update(change_text((), {}, self._marks, marks))

    def _post_query(self, text: str, parameters: Sequence[tuple[str, str]], accept: str) -> Answer:
        """The answer to a query. Oxigraph overlooks its limit in long joins: then the server is ended.

        Other queries that have not been at it for long are sent again to the next one.
        """
        self._note_query()
        process, body = self._process, urlencode([("query", text), *parameters]).encode()
        request = self._request("/query", body, FORM, accept)
        grace = _GRACE if process.watched else 0.0
        try:
            return self._client.send(dataclasses.replace(request, timeout=self._limits.seconds + grace))
        except OverdueError:
            # Sent again to a server that has taken the place of the first one, it is at work there.
            (process if process.is_running() else self._process).kill()
            raise

    def _note_query(self) -> None:
        """Where many are asked, let no server keep a thread for each until its time is over (`Limits.watched`)."""
        with self._noting:
            self._asked.append(time.monotonic())
            process = self._process
            if process.watched and self._is_busy():
                process.kill()

    def _is_busy(self) -> bool:
        asked = self._asked
        return len(asked) == MOST_WATCHED and time.monotonic() - asked[0] < self._limits.seconds

    def _started(self, place: Path) -> ServerProcess:
        return start_server(place, dataclasses.replace(self._limits, watched=not self._is_busy()))

    def quads(self) -> Iterator[Quad]:
        """See `Engine.quads`: not as a query, which has little time."""
        request = Request("/store", b"", "", "application/n-quads", _UPDATE_SECONDS, method="GET")
        for quad in parse(self._client.send(request).content, RdfFormat.N_QUADS):
            if not (quad.graph_name == self._marks and quad.predicate == LAKE.appliedSequence):
                yield quad

    def load(self, parts: Iterable[Graphs], mark: Applied) -> None:
        """See `Engine.load`."""
        self._become(parts, mark)

    def clear(self) -> None:
        """See `Engine.clear`."""
        self._become((), None)

    def close(self) -> None:
        """See `Engine.close`."""
        self._closed.set()
        with self._changing:
            retire(self._path)
            super().close()
            self._process.stop()

    def _become(self, parts: Iterable[Graphs], mark: Applied | None) -> None:
        """Fill another store in this process, then let another server answer from it."""
        place = self._generations.next()
        try:
            made_store(place, parts, mark_quad(self._marks, mark) if mark else None)
        except (OSError, RuntimeError) as error:
            raise failure("cannot write", error) from error
        with self._changing:
            process = self._started(place)
            self._generations.name(place)
            before, self._process, self._place, self._shown = self._process, process, place, None
            client, self._client = self._client, self._new_client()
        threading.Thread(target=self._retire, args=(before, client), name="engine", daemon=True).start()

    def _retire(self, process: ServerProcess, client: Client) -> None:
        """End a server once its last answer has been given."""
        end = time.monotonic() + self._service.timeout
        while client.busy and time.monotonic() < end and not self._closed.wait(0.05):
            pass
        client.close()
        process.stop()
        with suppress(OSError):
            sweep(self._generations)

    def _watch(self) -> None:
        """Start the server again whenever it dies, at longer and longer intervals while it dies at once."""
        pause = 0.0
        while not self._closed.is_set():
            process, began = self._process, time.monotonic()
            process.wait()
            with self._changing:
                if process is not self._process or self._closed.is_set():
                    continue
                pause = 0.0 if time.monotonic() - began > _LONGEST_PAUSE else min(2 * pause + 0.1, _LONGEST_PAUSE)
            while not self._closed.wait(pause) and not self._restart(process):
                pause = min(2 * pause + 0.1, _LONGEST_PAUSE)

    def _restart(self, dead: ServerProcess) -> bool:
        """True when there is a server again."""
        with self._changing:
            if self._process is not dead or self._closed.is_set():
                return True
            try:
                self._process = self._started(self._place)
            except UnavailableError:
                return False
            self.restarts += 1
        return True

    def _start_current(self) -> tuple[Path, ServerProcess]:
        """A server over the store that counts; another process may name another one until it is there."""
        while True:
            place = self._generations.current()
            place.mkdir(parents=True, exist_ok=True)
            tidy_files(place, GROWTH, _LAID_OUT_FIRST)
            try:
                process = self._started(place)
            except UnavailableError as error:
                if error.code != "engine.not-started":
                    raise
                raise _opening_error(self._path, error) from error
            if self._generations.current() == place:
                self._generations.name(place)
                return place, process
            process.stop()

    def _new_client(self) -> Client:
        return Client("The engine", self._dial)

    def _dial(self) -> socket.socket:
        with self._changing:  # another server may be starting
            process = self._process
        return process.dial()

    def _parts(self, graphs: Graphs) -> Iterable[Graphs]:
        return ({graph: lines} for graph, lines in in_batches(graphs, _LINES, _CHARACTERS))


def _opening_error(path: Path, error: UnavailableError) -> UnavailableError:
    """What Oxigraph says on starting, as the embedded engine would say it."""
    if "lock" in error.message.lower():
        return open_error(path, OSError(error.message))
    if "corruption" in error.message.lower():
        return open_error(path, RuntimeError(error.message))
    return error
