"""The course of a harvest: from the places to a stream of what came of each document, read here or by a crew."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import chain

from modellake.core.description import Refusal
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import Harvester
from modellake.lake.harvesting import TIME_LIMIT
from modellake.lake.harvesting.choosing import Chosen, found
from modellake.lake.harvesting.crew import Crew, can_travel
from modellake.lake.harvesting.documents import Harvested, unread_document
from modellake.lake.harvesting.naming import Naming
from modellake.lake.harvesting.reading import source_of
from modellake.lake.harvesting.tasks import Task
from modellake.lake.harvesting.versions import rules_of

Workers = int | Executor | None
KnownReadings = Callable[[Iterable[str]], Mapping[str, bytes]]
# Documents that one process reads in a row.
_TOGETHER = 16
# Fewer tasks are done faster than other processes start.
_FEW = 4
# Documents among which so many must be read before others help.
_LOOKED_AT = 500
_MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Course:
    """How a harvest goes.

    Attributes:
        iris: how the lake names things.
        rules: the texts in force, by name.
        known: what tells the readings of sources that have been taken in.
        workers: how many processes read; 1 for this one alone, None for as many as the machine and the number of
            documents call for, or an executor.
        reread: True to read documents again that are as they were.
        time_limit: seconds for each document, as far as other processes read; None for no end.
        naming: what documents are called; by their places, if None.
    """

    iris: LakeIRIs
    rules: Mapping[str, bytes]
    known: KnownReadings
    workers: Workers = 1
    reread: bool = False
    time_limit: float | None = TIME_LIMIT
    naming: Naming | None = None
    _digests: dict[str, bytes] = field(default_factory=dict)

    def documents(self, chosen: Chosen) -> Iterator[Harvested]:
        """What came of each document, in the order in which they are found, under the names that they have here.

        Raises:
            UnavailableError: what a harvester needs cannot be reached, or no process can be started
                (``harvester.workers``).
            NotFoundError, UsageError: a harvester finds nothing at a place.
        """
        read = self._read(chosen)
        yield from map(self.naming.named, read) if self.naming else read

    def _read(self, chosen: Chosen) -> Iterator[Harvested]:
        tasks = self._tasks(found(chosen))
        if self.workers == 1 or not all(can_travel(harvester) for harvester, _ in chosen):
            yield from _read_here(tasks)
        elif self.workers is None:
            yield from _read_as_needed(tasks, min(os.cpu_count() or 1, _MOST_PROCESSES))
        else:
            with Crew(self.workers) as crew:
                yield from crew.read(tasks)

    def _tasks(self, documents: Iterable[tuple[Harvester, str | Refusal]]) -> Iterator[Task | Harvested]:
        """Documents of one harvester, some at a time; places that could not be searched as what they came to."""
        group: list[str] = []
        reader: Harvester | None = None
        for harvester, document in documents:
            if reader is not None and (harvester is not reader or len(group) == _TOGETHER):
                yield from self._task(reader, group)
                group = []
            reader = harvester
            if isinstance(document, Refusal):
                yield from self._task(harvester, group)
                group = []
                yield Harvested(harvester, document.source.place, document.source, document)
            else:
                group.append(document)
        if reader is not None:
            yield from self._task(reader, group)

    def _task(self, harvester: Harvester, documents: list[str]) -> Iterator[Task | Harvested]:
        """What has to be read of these documents; what is seen to be as it was needs no other process."""
        rules, waiting = self._rules(harvester), list[tuple[str, bytes | None]]()
        for document, known in zip(documents, self._known(harvester, documents), strict=True):
            unread = None if known is None else unread_document(harvester, document, rules, known)
            if unread is None:
                waiting.append((document, known))
                continue
            yield from self._reading(harvester, rules, waiting)
            waiting = []
            yield unread
        yield from self._reading(harvester, rules, waiting)

    def _reading(self, harvester: Harvester, rules: bytes, waiting: list[tuple[str, bytes | None]]) -> Iterator[Task]:
        if waiting:
            documents, known = zip(*waiting, strict=True)
            yield Task(harvester, self.iris, documents, rules, known, self.time_limit)

    def _known(self, harvester: Harvester, documents: list[str]) -> Iterator[bytes | None]:
        if self.reread:
            yield from (None for _ in documents)
            return
        sources = [self._source(harvester, document) for document in documents]
        readings = self.known(sources)
        yield from (readings.get(source) for source in sources)

    def _source(self, harvester: Harvester, document: str) -> str:
        source = source_of(harvester, document)
        return (self.naming.source(document, source) if self.naming else source).iri.value

    def _rules(self, harvester: Harvester) -> bytes:
        if harvester.name not in self._digests:
            self._digests[harvester.name] = rules_of(harvester, {**self.rules, "base": self.iris.base.encode()})
        return self._digests[harvester.name]


def _read_as_needed(tasks: Iterator[Task | Harvested], processes: int) -> Iterator[Harvested]:
    """In this process while there is little to read, by a crew when there is more."""
    looked_at: list[Task | Harvested] = []
    few = 0
    for task in tasks:
        looked_at.append(task)
        few += isinstance(task, Task)
        if few == _FEW and processes > 1:
            with Crew(processes) as crew:
                yield from crew.read(chain(looked_at, tasks))
            return
        if few == 0 or len(looked_at) == _LOOKED_AT:
            yield from _read_here(looked_at)
            looked_at, few = [], 0
    yield from _read_here(looked_at)


def _read_here(tasks: Iterable[Task | Harvested]) -> Iterator[Harvested]:
    for task in tasks:
        if isinstance(task, Harvested):
            yield task
        else:
            yield from task.read_here()
