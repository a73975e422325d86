"""The lake: the one object that a program needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, Triple

from modellake.core.iris import LakeIRIs, named_node
from modellake.lake.editing.verb import Editable
from modellake.lake.gate import Gate
from modellake.lake.harvesting.verb import Harvestable
from modellake.lake.projection import Projection
from modellake.lake.upkeep import Engines, Upkeep
from modellake.lake.views import View
from modellake.ledger.ledger import Ledger

if TYPE_CHECKING:
    from modellake.core.artifact import Artifact
    from modellake.core.description import Description, Refusal
    from modellake.lake.drafting import Intent
    from modellake.lake.history import History
    from modellake.lake.identity.duplicates import Duplicate
    from modellake.lake.identity.identification import Identification
    from modellake.lake.intake import Judgment
    from modellake.lake.lineage import Lineage
    from modellake.lake.names import Names
    from modellake.lake.payloads import Payloads
    from modellake.lake.receipts import Receipt
    from modellake.lake.recording.run import Run
    from modellake.lake.state import RecordState
    from modellake.lake.tables import Table
    from modellake.lake.writer import Watch, Writer
    from modellake.store.engine import QueryAnswer

Resource = str | NamedNode


class Lake(Harvestable, Editable, Upkeep):
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
        self._past: tuple[int, View] | None = None
        for name in ("identities", "payloads", "_writer", "_names"):
            self.__dict__.pop(name, None)

    # Who opens a lake to ask it something waits for nothing that only writing needs.

    @cached_property
    def identities(self) -> Identification:
        """Which resources are one."""
        from modellake.lake.identity.identification import Identification

        return Identification(self.ledger, self.iris)

    @cached_property
    def payloads(self) -> Payloads:
        """The bytes of files that are kept beside what is said about them."""
        from modellake.lake.payloads import Payloads

        return Payloads(self.directory, self.ledger, self.iris)

    @cached_property
    def _writer(self) -> Writer:
        from modellake.lake.writer import Writer

        return Writer(self.ledger, self.gate, self.view, self.identities)

    @cached_property
    def _names(self) -> Names:
        from modellake.lake.names import Names

        return Names(self.ledger, self.iris, self.identities.names_at)

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
        batch: int | None = None,
        watch: Watch | None = None,
    ) -> Receipt:
        """Take in what passes the gate, in batches, and quarantine the rest."""
        return self._writer.commit_each(items, self._intent(agent, message), batch=batch, watch=watch)

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
        from modellake.lake.recording.run import start_run

        return start_run(self, name, code=code, **options)

    def active_run(self) -> Run | None:
        """The run that this thread is inside of, the innermost; None outside of any."""
        from modellake.lake.recording.nesting import innermost

        return innermost(self)

    def describe(
        self, what: Any, *, format: str | None = None, source: str | None = None
    ) -> list[Description | Refusal]:
        """``what`` as descriptions, on which `commit` would decide."""
        from modellake.core.artifact import Artifact
        from modellake.core.description import Description, Refusal
        from modellake.lake.documents import describe_artifacts, describe_file, describe_text, find_documents

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
        from modellake.lake.tables import table_of

        return table_of(self.answer(question, as_of=as_of, **params))

    def answer(self, question: str, *, as_of: str | int | datetime | None = None, **params: Any) -> QueryAnswer:
        """Like `query`, as the engine's own stream of solutions."""
        from modellake.core.prefixes import PREFIXES
        from modellake.rdf.queries import bind, is_query_name, load_named
        from modellake.rdf.syntax import check_read, with_prefixes

        if as_of is None and self.is_followed:
            self.refresh()
        at = None if as_of is None else self.history.sequence_at(as_of)
        if is_query_name(question):
            names = self.identities.names_at(at)
            known = {name: names.parameter(value) for name, value in params.items()}
            # It declares what it uses and asks nobody else, whatever is put into it.
            text = bind(load_named(question), resolve=lambda name: self.resolve(name, at=at), **known)
        else:
            text = with_prefixes(question, PREFIXES)
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
        from modellake.lake.identity.duplicates import find_duplicates

        return find_duplicates(self.ledger, self.view.names(), self.answer, limit)

    def lineage(self, resource: Resource) -> Lineage:
        """Where a resource comes from (``.upstream()``) and what comes from it (``.downstream()``)."""
        from modellake.lake.lineage import Lineage

        return Lineage(self.resolve(resource), lambda name, node: self.query(name, resource=node))

    @property
    def history(self) -> History:
        """The past of records."""
        from modellake.lake.history import History

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
        from modellake.lake.drafting import Intent

        name = agent or _user()
        iri = named_node(name) if ":" in name else self.iris.resource("agent", name)
        return Intent(iri.value, message)

    def _described_group(self, items: list[Any], format: str | None, source: str | None) -> list[Description | Refusal]:
        from modellake.core.artifact import Artifact
        from modellake.lake.documents import describe_artifacts

        artifacts = [item for item in items if isinstance(item, Artifact)]
        described = describe_artifacts(artifacts, self.iris, source=source) if artifacts else []
        others = (item for item in items if not isinstance(item, Artifact))
        return [
            *described,
            *(one for item in others for one in self.describe(item, format=format, source=source)),
        ]


@cache
def _user() -> str:
    import getpass

    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "unknown"
