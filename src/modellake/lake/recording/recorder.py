"""Recorder: what the verbs of a run share, whatever they log."""

from __future__ import annotations

import threading
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from modellake.core.activities import Metric
from modellake.core.artifact import Artifact
from modellake.core.errors import ModelLakeError, UsageError
from modellake.core.records import Dataset, Model
from modellake.core.references import concept_iri
from modellake.core.vocab import METRIC
from modellake.lake.receipts import Receipt
from modellake.lake.recording.logbook import Logbook
from modellake.lake.recording.payloads import file_name
from modellake.lake.recording.series import GROUP

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

# Committing takes at most this share of the time of a run that logs without end.
_SHARE = 1 / 20


class Recorder(ABC):
    """The logbook of one run, written by any number of threads, and committed from time to time.

    Attributes:
        folder: where the files are that the run itself writes.
    """

    def __init__(self, lake: Lake, log: Logbook, *, flush_every: float | None) -> None:
        self._lake = lake
        self._log = log
        self._source = lake.iris.source(f"run/{log.id}")
        self._lock = threading.RLock()
        self._flush_every = flush_every
        self._due = float("inf")
        self._backlog = 0
        self.folder: Path = lake.directory / "artifacts" / file_name(log.id)

    @abstractmethod
    def flush(self) -> Receipt:
        """Commit now what has been logged so far."""

    @contextmanager
    def _logging(self) -> Iterator[Logbook]:
        """The logbook while nobody else writes it; what has been logged is committed when it is time."""
        with self._lock:
            if self._log.ended is not None:
                raise _ended(self._log.id)
            yield self._log
            if time.monotonic() >= self._due or self._is_full():
                self._flush_quietly()

    @contextmanager
    def _committing(self) -> Iterator[None]:
        """A commit, successful or not, after which there is none for a while."""
        began = time.monotonic()
        try:
            yield
        finally:
            ended = time.monotonic()
            if self._flush_every is not None:
                self._due = ended + max(self._flush_every, (ended - began) / _SHARE)

    def _is_full(self) -> bool:
        return self._flush_every is not None and len(self._log.observations) >= self._backlog + GROUP

    def _flush_quietly(self) -> None:
        """Commit in passing: hours of work do not end because a ledger is busy, and the next time will do."""
        try:
            self.flush()
            self._backlog = 0
        except ModelLakeError as error:
            self._backlog = len(self._log.observations)
            warnings.warn(f"Run {self._log.id} goes on, but could not be committed now: {error}", stacklevel=4)

    def _metric(self, name: str | NamedNode) -> NamedNode:
        """The metric of that name; one that the code list lacks is described by the run."""
        metric = concept_iri(name, METRIC, "metric", self._lake.iris)
        if metric.value.startswith(self._lake.iris.base):
            self._say(Metric(name=metric, pref_label=str(name)))
        return metric

    def _say_line(self, line: Model | Dataset) -> None:
        """Describe a line unless another source does: who describes it knows more of it than a run."""
        record = self._lake.iris.record(line.iri(self._lake.iris)).value
        if all(item.source == self._source.value for item in self._lake.ledger.contents(record)):
            self._say(line)

    def _say(self, record: Artifact) -> None:
        self._log.say(record)


def _ended(run_id: str) -> UsageError:
    return UsageError(
        f"The run {run_id} has ended",
        code="run.ended",
        remedy="Start another one with lake.run(name), or go on with this one: lake.run(run_id=…).",
    )
