"""The verb ``harvest`` of a lake."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from modellake.lake.harvesting import TIME_LIMIT

if TYPE_CHECKING:
    from modellake.core.iris import LakeIRIs
    from modellake.core.plugins import Harvester
    from modellake.lake.drafting import Intent
    from modellake.lake.gate import Gate
    from modellake.lake.harvesting.choosing import Chosen
    from modellake.lake.harvesting.course import Workers
    from modellake.lake.harvesting.documents import Harvested
    from modellake.lake.harvesting.naming import Naming
    from modellake.lake.payloads import Payloads
    from modellake.lake.receipts import Receipt
    from modellake.lake.writer import Watch, Writer
    from modellake.ledger.ledger import Ledger


class Harvestable(ABC):
    """The part of an open lake that takes in what other tools have written."""

    ledger: Ledger
    gate: Gate
    iris: LakeIRIs

    def harvest(
        self,
        places: str | Path | Iterable[str | Path],
        harvester: str | Harvester | None = None,
        *,
        message: str = "",
        agent: str | None = None,
        strict: bool = False,
        dry_run: bool = False,
        workers: Workers = 1,
        reread: bool = False,
        time_limit: float | None = TIME_LIMIT,
        watch: Watch | None = None,
        store: bool = False,
        source: str | None = None,
    ) -> Receipt:
        """Take in what other tools have written, as ``modellake harvest`` does.

        A document that is as it was when it was taken in is not read again. What the gate refuses is quarantined.

        Args:
            places: files, folders or URLs.
            harvester: which one reads them, or its name; by default those that accept them.
            message: why, for the history.
            agent: who, as a name or an IRI; by default the user of this process.
            strict: one commit or nothing; all descriptions are then in memory at once.
            dry_run: judge the documents and write nothing.
            workers: how many processes read documents, 1 for this one alone, None for as many as are worth their
                start; or any `concurrent.futures.Executor`. A script that asks for others must be importable
                (``if __name__ == "__main__":``).
            reread: read again what is as it was.
            time_limit: seconds for each document, as far as other processes read; None for no end.
            watch: called after each batch with the receipt so far.
            store: keep the bytes of the described files in `payloads`; the receipt has findings about those that
                are not kept.
            source: the IRI that the document is called by, instead of its place; for a folder what is followed by the
                paths of the documents in it, and ends in a slash.

        Raises:
            NotFoundError, UsageError: nothing is at a place, no harvester reads it, or ``source`` cannot be its name.
            RefusedError: ``strict``, and something is refused.
            UnavailableError: what a harvester needs cannot be reached.
        """
        from modellake.lake.harvesting.choosing import choose
        from modellake.lake.harvesting.naming import naming_of
        from modellake.lake.keeping import PayloadKeeper

        listed = [*map(str, [places] if isinstance(places, str | Path) else places)]
        naming = naming_of(listed, source) if source is not None else None
        chosen = choose(listed, harvester)
        items = self.harvested(chosen, workers=workers, reread=reread, time_limit=time_limit, naming=naming)
        keeper = PayloadKeeper(self.payloads, self.ledger, watch) if store and not dry_run else None
        items, watch = (keeper.noticed(items), keeper.settle) if keeper else (items, watch)
        receipt = self.take_in(items, message=message, agent=agent, strict=strict, dry_run=dry_run, watch=watch)
        receipt.findings += [(None, finding) for finding in keeper.kept.findings] if keeper else ()
        return receipt

    def harvested(
        self,
        chosen: Chosen,
        *,
        workers: Workers = 1,
        reread: bool = False,
        time_limit: float | None = TIME_LIMIT,
        naming: Naming | None = None,
    ) -> Iterator[Harvested]:
        """What comes of each document at places, each with its harvester, read while it is asked for."""
        from modellake.lake.drafting import rules_in_force
        from modellake.lake.harvesting.course import Course

        rules = rules_in_force(self.gate)
        course = Course(self.iris, rules, self.ledger.readings_of, workers, reread, time_limit, naming)
        return course.documents(chosen)

    def take_in(
        self,
        items: Iterable[Harvested],
        *,
        message: str = "",
        agent: str | None = None,
        strict: bool = False,
        dry_run: bool = False,
        watch: Watch | None = None,
    ) -> Receipt:
        """Take in what was harvested; see `harvest`.

        Raises:
            RefusedError: ``strict``, and something is refused.
        """
        if dry_run:
            return self._writer.check_each(items, watch=watch)
        intent = self._intent(agent, message)
        if not strict:
            return self._writer.commit_each(items, intent, watch=watch)
        receipt = self._writer.commit(list(items), intent)
        if watch:
            watch(receipt)
        return receipt

    @property
    @abstractmethod
    def payloads(self) -> Payloads:
        """The bytes of files that are kept beside what is said about them."""

    @property
    @abstractmethod
    def _writer(self) -> Writer:
        """What writes."""

    @abstractmethod
    def _intent(self, agent: str | None, message: str) -> Intent:
        """Who writes, and why."""
