"""The lake: the one object that a program needs."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from pyoxigraph import NamedNode, Triple

from modellake.core.artifact import Artifact
from modellake.core.description import Description, Refusal
from modellake.core.iris import LakeIRIs, named_node
from modellake.core.plugins import Harvester
from modellake.core.prefixes import PREFIXES
from modellake.lake.documents import describe_artifacts, describe_file, describe_text, find_documents
from modellake.lake.drafting import Intent, rules_in_force
from modellake.lake.gate import Gate
from modellake.lake.harvesting.choosing import Chosen, choose
from modellake.lake.harvesting.course import TIME_LIMIT, Course, Workers
from modellake.lake.harvesting.documents import Harvested
from modellake.lake.history import History
from modellake.lake.identity.duplicates import Duplicate, find_duplicates
from modellake.lake.identity.identification import Identification
from modellake.lake.intake import Judgment
from modellake.lake.keeping import PayloadKeeper
from modellake.lake.lineage import Lineage
from modellake.lake.names import Names
from modellake.lake.payloads import Payloads
from modellake.lake.projection import Projection
from modellake.lake.receipts import Receipt
from modellake.lake.recording.nesting import innermost
from modellake.lake.recording.run import Run, start_run
from modellake.lake.state import RecordState
from modellake.lake.tables import Table, table_of
from modellake.lake.updating.verb import Updatable
from modellake.lake.upkeep import Engines, Upkeep
from modellake.lake.views import View
from modellake.lake.writer import BATCH, Watch, Writer
from modellake.ledger.ledger import Ledger
from modellake.rdf.queries import bind, is_query_name, load_named
from modellake.rdf.syntax import check_read, with_prefixes
from modellake.store.engine import QueryAnswer

Resource = str | NamedNode


class Lake(Updatable, Upkeep):
    """An open lake. Get one from `modellake.open`; close it, or use it as a context manager.

    Args:
        ledger: the truth.
        view: what answers.
        gate: what decides.
        projection: how records look in a view.
        engines: makes empty engines, for views of the past and after a rebase.
        directory: where the lake's files are.
    """

    def __init__(
        self,
        ledger: Ledger,
        view: View,
        gate: Gate,
        projection: Projection,
        engines: Engines,
        directory: Path,
    ) -> None:
        self.directory = directory
        self.ledger = ledger
        self._engines = engines
        self._assemble(view, gate, projection)

    def _assemble(self, view: View, gate: Gate, projection: Projection) -> None:
        self.view = view
        self.iris = projection.iris
        self.gate = gate
        self._projection = projection
        self.identities = Identification(self.ledger, self.iris)
        self._writer = Writer(self.ledger, gate, view, self.identities)
        self._names = Names(self.ledger, self.iris, self.identities.names_at)
        self._past: tuple[int, View] | None = None
        self.payloads = Payloads(self.directory, self.ledger, self.iris)

    # Writing

    def commit(
        self,
        what: str | bytes | Path | Artifact | Description | Iterable[Any],
        *,
        message: str = "",
        agent: str | None = None,
        format: str | None = None,
        source: str | None = None,
    ) -> Receipt:
        """Take something into the lake: all of it in one commit, or nothing.

        Args:
            what: typed records, descriptions, paths of RDF files or folders, RDF text (with ``format``), or
                any number of these.
            message: why, for the history.
            agent: who, as a name or an IRI; by default the user of this process.
            format: the RDF syntax of text, or of files whose names do not tell it.
            source: the IRI of the source; what it said before and does not repeat is withdrawn.

        Raises:
            RefusedError: the gate refuses something; it is in quarantine and nothing was written.
        """
        items = self.describe(what, format=format, source=source)
        return self._writer.commit(items, self._intent(agent, message))

    def commit_each(
        self,
        items: Iterable[Description | Refusal],
        *,
        message: str = "",
        agent: str | None = None,
        batch: int = BATCH,
        watch: Watch | None = None,
    ) -> Receipt:
        """Take in what passes the gate, in batches, and quarantine the rest."""
        return self._writer.commit_each(items, self._intent(agent, message), batch=batch, watch=watch)

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

        Raises:
            NotFoundError, UsageError: nothing is at a place, or no harvester reads it.
            RefusedError: ``strict``, and something is refused.
            UnavailableError: what a harvester needs cannot be reached.
        """
        listed = [places] if isinstance(places, str | Path) else list(places)
        chosen = choose(map(str, listed), harvester)
        items = self.harvested(chosen, workers=workers, reread=reread, time_limit=time_limit)
        keeper = PayloadKeeper(self.payloads, self.ledger, watch) if store and not dry_run else None
        items, watch = (keeper.noticed(items), keeper.settle) if keeper else (items, watch)
        receipt = self.take_in(items, message=message, agent=agent, strict=strict, dry_run=dry_run, watch=watch)
        receipt.findings += [(None, finding) for finding in keeper.kept.findings] if keeper else ()
        return receipt

    def harvested(
        self, chosen: Chosen, *, workers: Workers = 1, reread: bool = False, time_limit: float | None = TIME_LIMIT
    ) -> Iterator[Harvested]:
        """What comes of each document at places, each with its harvester, read while it is asked for."""
        rules = rules_in_force(self.gate)
        course = Course(self.iris, rules, self.ledger.readings_of, workers, reread, time_limit)
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

    def curate(
        self,
        *,
        add: Sequence[Triple] = (),
        remove: Sequence[Triple] = (),
        reason: str,
        agent: str | None = None,
    ) -> Receipt:
        """Edit records by hand: what is added and taken back here outlives later harvests.

        Raises:
            RefusedError: the gate refuses the outcome.
        """
        return self._writer.curate(self._intent(agent, reason), add, remove, reason)

    def accept_duplicate(
        self, one: Resource, other: Resource, *, reason: str, into: Resource | None = None, agent: str | None = None
    ) -> Receipt:
        """Decide that two resources are one, described from now on as ``into``, or else as a fixed rule says.

        Raises:
            NotFoundError: the lake says nothing about one of them.
            UsageError: they cannot be one, or an earlier decision stands against it.
        """
        verdict = self._names.verdict(one, other, reason, same=True, into=into)
        return self._writer.decide(verdict, self._intent(agent, reason))

    def reject_duplicate(self, one: Resource, other: Resource, *, reason: str, agent: str | None = None) -> Receipt:
        """Decide that two resources are not one; what was merged is described apart again. Raises as above."""
        verdict = self._names.verdict(one, other, reason, same=False)
        return self._writer.decide(verdict, self._intent(agent, reason))

    def withdraw(self, source: str, *, message: str, agent: str | None = None) -> Receipt:
        """Take back everything that a source says."""
        return self._writer.withdraw(source, self._intent(agent, message))

    def validate(self, what: Any, *, format: str | None = None) -> Judgment:
        """What the gate would say to a commit of ``what``; nothing is written, not even to quarantine."""
        return self._writer.check(self.describe(what, format=format))

    def run(self, name: str | None = None, *, code: str | Path | None = None, **options: Any) -> Run:
        """Record a run: ``with lake.run("train", code=".") as run: run.log_metric("accuracy", 0.97)``.

        See `modellake.lake.recording.run.start_run` for the options.
        """
        return start_run(self, name, code=code, **options)

    def active_run(self) -> Run | None:
        """The run that this thread is inside of, the innermost; None outside of any."""
        return innermost(self)

    def describe(
        self, what: Any, *, format: str | None = None, source: str | None = None
    ) -> list[Description | Refusal]:
        """``what`` as descriptions, on which `commit` would decide."""
        if isinstance(what, Description | Refusal):
            return [what]
        if isinstance(what, Artifact):
            return describe_artifacts([what], self.iris, source=source)
        if isinstance(what, Path):
            return [describe_file(path, self.iris, syntax_name=format, source=source) for path in find_documents(what)]
        if isinstance(what, bytes) or (isinstance(what, str) and format):
            return [describe_text(what, format or "turtle", self.iris, source=source)]
        if isinstance(what, str):
            return self.describe(Path(what), source=source)
        return self._described_group(list(what), format, source)

    # Asking

    def refresh(self) -> int:
        """Show what other processes have committed; how many commits that was.

        Where other machines write to the ledger, every question about the present begins so.
        """
        return self.view.catch_up()

    def query(self, question: str, *, as_of: str | int | datetime | None = None, **params: Any) -> Table:
        """Answer a named query or a SPARQL text.

        Args:
            question: the name of a query, with its parameters as keyword arguments, or a SPARQL text, which need
                not declare the usual prefixes (`modellake.core.prefixes`).
            as_of: a commit number, a commit hash or a time: ask what the lake knew then.

        Raises:
            QueryError: the text is malformed, an update, or asks another service.
            UsageError: a parameter is missing or unknown.
        """
        return table_of(self.answer(question, as_of=as_of, **params))

    def answer(self, question: str, *, as_of: str | int | datetime | None = None, **params: Any) -> QueryAnswer:
        """Like `query`, as the engine's own stream of solutions."""
        if as_of is None and self.is_followed:
            self.refresh()
        text, at = question, None if as_of is None else self.history.sequence_at(as_of)
        if is_query_name(question):
            names = self.identities.names_at(at)
            known = {name: names.parameter(value) for name, value in params.items()}
            text = bind(load_named(question), resolve=lambda name: self.resolve(name, at=at), **known)
        text = with_prefixes(text, PREFIXES)
        check_read(text)
        view = self.view if at is None else self.past(at)
        return view.query(text)

    def past(self, sequence: int) -> View:
        """A view in memory of the lake as it was after commit ``sequence``; the last one is kept."""
        past = self._past  # another thread may keep another one meanwhile
        if past is None or past[0] != sequence:
            projection = replace(self._projection, iris=LakeIRIs(self.ledger.bases.at(sequence)))
            view = View(self.ledger, self._engines(projection.iris, None), projection, self.view.audience)
            view.rebuild(until=sequence)
            past = self._past = (sequence, view)
        return past[1]

    def resolve(self, name: Resource, *, at: int | None = None) -> NamedNode:
        """The resource that a person means by an IRI, a CURIE or ``org/name[@version]``.

        Raises:
            NotFoundError: none.
            AmbiguousError: several.
        """
        return self._names.described(name, at) if isinstance(name, NamedNode) else self._names.resolve(name, at)

    def state(self, resource: Resource, *, at: int | None = None) -> RecordState:
        """What the lake says about a resource, and who says it."""
        return self.history.state(self.resolve(resource, at=at), at)

    def duplicates(self, limit: int = 50) -> list[Duplicate]:
        """Pairs of resources that may be one and about which nobody has decided, the surest first."""
        return find_duplicates(self.ledger, self.view.names(), self.answer, limit)

    def lineage(self, resource: Resource) -> Lineage:
        """Where a resource comes from (``.upstream()``) and what comes from it (``.downstream()``)."""
        return Lineage(self.resolve(resource), lambda name, node: self.query(name, resource=node))

    @property
    def history(self) -> History:
        """The past of records."""
        return History(self.ledger, self.iris, self.identities.names_at)

    def close(self) -> None:
        """Let go of the files."""
        self._past = None
        self.view.engine.close()
        self.ledger.close()

    def __enter__(self) -> Lake:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _intent(self, agent: str | None, message: str) -> Intent:
        name = agent or _user()
        iri = named_node(name) if ":" in name else self.iris.resource("agent", name)
        return Intent(iri.value, message)

    def _described_group(self, items: list[Any], format: str | None, source: str | None) -> list[Description | Refusal]:
        artifacts = [item for item in items if isinstance(item, Artifact)]
        described = describe_artifacts(artifacts, self.iris, source=source) if artifacts else []
        others = (item for item in items if not isinstance(item, Artifact))
        return [
            *described,
            *(one for item in others for one in self.describe(item, format=format, source=source)),
        ]


def _user() -> str:
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "unknown"
