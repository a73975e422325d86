"""The past of a lake: made in memory when somebody asks about it, so with bounds."""

from __future__ import annotations

import threading

from modellake.lake.lake import Lake
from modellake.rdf.queries import NamedQuery
from modellake.store.engine import QueryAnswer
from modellake.web.limits import Limits
from modellake.web.problems import HTTPError
from modellake.web.questions.parameters import Asked

_PATIENCE = 5.0  # seconds that a question may wait for another one's past


class Past:
    """Answers questions about the past of one lake, one at a time."""

    def __init__(self, lake: Lake, limits: Limits) -> None:
        self._lake = lake
        self._most = limits.past_records
        self._making = threading.Lock()
        self._counted = (-1, 0)  # the last commit when records were counted, and how many there were

    def ask(self, query: NamedQuery, asked: Asked) -> QueryAnswer:
        """The answer as of then.

        Raises:
            HTTPError: 503 ``http.busy``, or 400 ``as-of.too-large``.
            ModelLakeError: there was no such moment, or the question cannot be answered.
        """
        if not self._making.acquire(timeout=min(_PATIENCE, asked.seconds)):
            raise HTTPError(
                503,
                "Another moment of the past is being made",
                code="http.busy",
                remedy="Ask again in a moment.",
                headers=[("Retry-After", "5")],
            )
        try:
            self._check_size()
            return self._lake.answer(query.name, as_of=asked.as_of, **asked.values)
        finally:
            self._making.release()

    def _check_size(self) -> None:
        """A lake only grows, or nearly so: it is counted as it is now, which does not make it first."""
        head = self._lake.ledger.head().sequence
        if self._counted[0] != head:
            self._counted = (head, self._lake.ledger.stats().records)
        if self._counted[1] > self._most:
            raise HTTPError(
                400,
                f"The lake has more than {self._most} records: too many to make its past in the memory of the server",
                code="as-of.too-large",
                remedy="Ask where there is memory for it: modellake query --as-of",
            )
