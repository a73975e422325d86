"""What is served: a lake, or a bare engine."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from modellake.lake.lake import Lake
from modellake.lake.views import View
from modellake.store.child import ChildEngine
from modellake.store.engine import Dataset, QueryAnswer
from modellake.store.federation import Federation, Journey
from modellake.store.fetching import Outside
from modellake.store.plain import PlainEngine
from modellake.web.limits import Limits
from modellake.web.meters import Meters
from modellake.web.pool import Pool
from modellake.web.publisher import Publisher


class Answering(Protocol):
    """All that is needed of an engine to answer queries; its answer is used by the thread that asked."""

    def query(self, text: str, *, base: str | None = None, dataset: Dataset | None = None) -> QueryAnswer:
        """See `modellake.store.engine.Engine.query`."""


@dataclass(slots=True)
class Served:
    """A lake or a bare engine, with what is allowed to those who ask it.

    Attributes:
        lake: the lake; None for a bare engine.
        plain: the bare engine: no gate, no skolemization, no history; None for a lake.
        limits: for each caller.
        services: IRIs that SERVICE may name.
        documents: IRIs that LOAD may name.
        publisher: who answers for the catalog of a lake; None where nobody said.
        meters: what is counted of requests.
        queries: the threads for what reads.
        updates: the one thread for what writes, so that no query keeps a writer waiting.
        verdicts: the one thread for what the gate judges and nobody writes: no engine ends that when its time is over,
            and it keeps no query waiting.
        federation: how the services and documents are asked.
    """

    lake: Lake | None = None
    plain: PlainEngine | None = None
    limits: Limits = field(default_factory=Limits)
    services: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    publisher: Publisher | None = None
    meters: Meters = field(default_factory=Meters)
    queries: Pool = field(init=False)
    updates: Pool = field(init=False)
    verdicts: Pool = field(init=False)
    federation: Federation = field(init=False)
    _seen_current: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.queries = Pool(self.limits.queries, self.limits.waiting)
        self.updates = Pool(1, self.limits.waiting)
        self.verdicts = Pool(1, self.limits.waiting)
        seconds = self.limits.seconds
        self.federation = Federation(Outside(self.services, seconds), Outside(self.documents, seconds))

    @property
    def engine(self) -> Answering:
        """What answers now. Called by the threads that ask, since a lake may first take in what others wrote."""
        if self.plain:
            return self.plain
        assert self.lake is not None, "either is given"
        if self.lake.is_followed:
            self.lake.refresh()
        return self.lake.view.engine

    def journey(self, text: str, base: str) -> AbstractContextManager[Journey]:
        """See `Federation.journey`, for the engine that answers now."""
        engine = self.lake.view.engine if self.lake else None
        outlet = engine.outlet if isinstance(engine, ChildEngine) else None
        return self.federation.journey(text, base=base, outlet=outlet)

    @property
    def near(self) -> Answering | None:
        """What answers now, if it is in this process and has nothing to take in first: to ask it little takes no time.

        None otherwise."""
        if self.lake is None:
            return self.plain
        view = self.lake.view
        if self.lake.ledger.shared or view.engine.capabilities.own_process or not self._is_current(view):
            return None
        return view.engine

    def _is_current(self, view: View) -> bool:
        """Does the view show what others have committed?

        One look is enough for all requests that are answered in the same round of the event loop: they had arrived
        before it.
        """
        if not self._seen_current and view.is_current():
            self._seen_current = True
            asyncio.get_running_loop().call_soon(self._look_again)
        return self._seen_current

    def _look_again(self) -> None:
        self._seen_current = False

    @property
    def cancels(self) -> bool:
        """Does the engine end a query that is out of time, wherever it is?"""
        return self.lake is not None and self.lake.view.engine.capabilities.cancels

    @property
    def base(self) -> str | None:
        """What relative IRIs are resolved against; None for those of the request's own URL."""
        return self.lake.iris.base if self.lake else None
