"""Upkeep: what keeps a lake trustworthy: verified, audited, examined, made again, renamed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modellake.core.errors import UnavailableError
from modellake.core.iris import LakeIRIs
from modellake.core.report import Report
from modellake.lake.gate import Gate
from modellake.lake.projection import Projection
from modellake.lake.views import Progress, View
from modellake.ledger.ledger import Ledger, LedgerStats
from modellake.rdf.shapes import ShapePack
from modellake.store.engine import Engine

if TYPE_CHECKING:
    from modellake.lake.conformance import Nonconformity
    from modellake.lake.drafting import Intent
    from modellake.lake.identity.identification import Identification
    from modellake.lake.payloads import Payloads
    from modellake.lake.rebase import Rebased
    from modellake.lake.tables import Table

VIEWS = "views"
# Makes an empty engine for a lake with these names: in a folder, or in memory.
Engines = Callable[[LakeIRIs, Path | None], Engine]


@dataclass(frozen=True, slots=True)
class LakeStats:
    """How much there is, in the ledger and in the view."""

    ledger: LedgerStats
    quads: int
    lag: int


class Upkeep(ABC):
    """The part of an open lake that looks after it."""

    directory: Path
    ledger: Ledger
    view: View
    gate: Gate
    iris: LakeIRIs
    _projection: Projection
    _engines: Engines
    served: bool = False  # True once this process answers for others, which then commit beside it

    @property
    def is_followed(self) -> bool:
        """True when others may have committed: each question about the present then begins with `View.catch_up`.

        Where the engine is in another process, it may also have lost what it was given last, and is given it again.
        """
        return self.ledger.shared or self.served or self.view.engine.capabilities.own_process

    def verify(self, head: str | None = None, *, deep: bool = False, progress: Progress | None = None) -> Report:
        """Check every stored commit and content.

        Args:
            head: a commit's hash that was written down elsewhere: the chain must still hold it.
            deep: also derive the view and the indexes of the ledger anew and compare them, the view quad by quad, and
                read the payloads that are kept here.
            progress: called with (done, in all), from the start again for each part.
        """
        from modellake.lake.comparison import compare_view
        from modellake.lake.indexes import compare_indexes

        report = self.ledger.verify(head=head, progress=progress)
        if not deep or not report.conforms:
            return report
        compared = compare_view(self.ledger, self.view, self._projection, self.directory, progress)
        indexed = compare_indexes(self.ledger, self.identities, self.iris)
        damaged = (finding for _, finding in self.payloads.verify() if finding is not None)
        return Report((*report, *compared, *indexed, *damaged))

    def audit(
        self,
        pack: ShapePack | None = None,
        *,
        records: Iterable[str] | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Nonconformity]:
        """What the rules of now say about records, with what has changed since each was written.

        Args:
            pack: shapes to use instead of those of the gate, as `modellake.rdf.profiles.read_profile` reads them; no
                commit was ever checked by them, and so nothing has a cause.
            records: their IRIs; all of the lake by default.
            progress: called with (records done, records in all).
        """
        from modellake.lake.conformance import audit_lake

        gate = replace(self.gate, pack=pack) if pack else self.gate
        names = self.identities.names_at(None)
        return audit_lake(self.ledger, gate, names, progress, records, blame=pack is None)

    def doctor(self, checks: Iterable[str] = (), *, progress: Progress | None = None) -> Report:
        """What is wrong with the lake and its surroundings, each finding with its remedy.

        Args:
            checks: the names of the checks to make (`modellake.lake.doctor.CHECKS`); all, if there is none.

        Raises:
            NotFoundError: ``doctor.check-unknown``.
        """
        from modellake.lake.doctor.examination import examine
        from modellake.lake.doctor.patient import Patient

        examined = examine(Patient(self.directory, self.ledger, self), checks, progress)
        return Report(tuple(finding for _, findings in examined for finding in findings or ()))

    def rebase(
        self,
        base_iri: str,
        *,
        reason: str,
        agent: str | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Rebased:
        """Give the lake another base IRI, in one commit: all that began with the old one begins with the new one.

        Args:
            reason: why, for the history.
            agent: who, as a name or an IRI; by default the user of this process.
            dry_run: find out whether it can be done, and write nothing.
            progress: called with (records done, records in all).

        Raises:
            UsageError: ``base-iri.malformed``, ``rebase.same``, or ``rebase.collision``.
            UnavailableError: ``view.served``; another process serves the lake.
        """
        from modellake.lake.rebase import Rebase

        if not dry_run and not self.view.engine.capabilities.writable:
            self.view.engine.clear()  # says who serves the lake, before anything is written
        rebase = Rebase(self.ledger, self.gate, self.identities.names_at(None), base_iri)
        done = rebase.run(self._intent(agent, reason), dry_run=dry_run, progress=progress)
        if done.sequence is not None:
            self._open_under(LakeIRIs(base_iri))
        return done

    def rebuild(self, *, progress: Progress | None = None) -> None:
        """Make the view, and the indexes of types and identifiers, again from the ledger.

        Raises:
            UnavailableError: ``ledger.read-only``.
        """
        from modellake.lake.indexes import write_indexes

        if self.ledger.read_only:
            raise UnavailableError(
                f"Nothing can be written in {self.directory}, and so the view there cannot be made again",
                code="ledger.read-only",
                remedy="Ask the lake as it is: for each command a view is made elsewhere",
            )
        write_indexes(self.ledger, self.identities)
        self.view.rebuild(progress=progress)

    def stats(self) -> LakeStats:
        """How much there is."""
        return LakeStats(self.ledger.stats(), self.view.engine.size(), self.view.lag())

    def _open_under(self, iris: LakeIRIs) -> None:
        """Go on with other names; the view is made again, since everything in it is called otherwise."""
        audience = self.view.audience
        if self.view.engine.capabilities.own_process:
            self.view.engine.clear()  # a service would keep the graphs with the names of before
        self.view.engine.close()
        engine = self._engines(iris, self.directory / VIEWS / audience.name)
        projection = replace(self._projection, iris=iris)
        view = View(self.ledger, engine, projection, audience)
        view.catch_up()
        self._assemble(view, replace(self.gate, iris=iris), projection)

    @property
    @abstractmethod
    def identities(self) -> Identification:
        """Which resources are one."""

    @property
    @abstractmethod
    def payloads(self) -> Payloads:
        """The bytes of files that are kept beside what is said about them."""

    @abstractmethod
    def _assemble(self, view: View, gate: Gate, projection: Projection) -> None:
        """Put the parts together that depend on how the lake names things."""

    @abstractmethod
    def query(self, question: str, *, as_of: str | int | datetime | None = None, **params: Any) -> Table:
        """Answer a named query or a SPARQL text."""

    @abstractmethod
    def _intent(self, agent: str | None, message: str) -> Intent:
        """Who writes, and why."""
