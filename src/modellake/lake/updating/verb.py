"""The verb ``update`` of a lake."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from modellake.core.errors import ConflictError, UsageError

if TYPE_CHECKING:
    from modellake.core.iris import LakeIRIs
    from modellake.lake.drafting import Intent
    from modellake.lake.identity.identification import Identification
    from modellake.lake.projection import Projection
    from modellake.lake.updating.carrying import Outcome
    from modellake.lake.updating.receipts import UpdateReceipt
    from modellake.lake.updating.requests import Request
    from modellake.lake.views import View
    from modellake.lake.writer import Writer
    from modellake.ledger.ledger import Ledger
    from modellake.store.federation import Federation

_ATTEMPTS = 8
_REASON = "SPARQL update"  # of a retraction, where nobody gives one
# Updates of one process wait for each other, rather than looking again and again at what the others have changed.
one_at_a_time = threading.Lock()


class Updatable(ABC):
    """The part of an open lake that carries out SPARQL updates."""

    ledger: Ledger
    view: View
    iris: LakeIRIs
    _projection: Projection

    def update(
        self,
        text: str,
        *,
        using_graphs: Sequence[str] = (),
        using_named_graphs: Sequence[str] = (),
        agent: str | None = None,
        message: str = "",
        dry_run: bool = False,
        federation: Federation | None = None,
        emptying: bool = True,
    ) -> UpdateReceipt:
        """Carry out a SPARQL update: all of its operations in one commit, or nothing.

        What it adds is curated, and what it deletes is taken back for good, whoever said it, as with `curate`. Later
        operations see what earlier ones did.

        Args:
            text: the update, which need not declare the usual prefixes (`modellake.core.prefixes`).
            using_graphs: what WHERE looks into where the text does not say it (``using-graph-uri`` of the protocol).
            using_named_graphs: what GRAPH sees then (``using-named-graph-uri``).
            agent: who, as a name or an IRI; by default the user of this process.
            message: why, for the history and for each retraction.
            dry_run: find out what would be done, and write nothing.
            federation: the services that SERVICE may ask; none by default.
            emptying: may nothing be left of a record?

        Raises:
            QueryError: the text is malformed, a query, or asks another service.
            UsageError: it is too large, its dataset is given twice, or ``record.emptied``: it may not leave nothing.
            RefusedError: the gate refuses the outcome, or an operation cannot be carried out in a lake.
        """
        from modellake.lake.updating.requests import read_request

        services = federation.services.allowed if federation else frozenset()
        request = read_request(
            text, base=self.iris.base, using=using_graphs, using_named=using_named_graphs, services=services
        )
        intent = self._intent(agent, message)
        with one_at_a_time:
            for _ in range(_ATTEMPTS):
                try:
                    return self._carry_out(request, intent, dry_run, federation, emptying)
                except ConflictError as error:
                    conflict = error
        raise conflict

    def _carry_out(
        self, request: Request, intent: Intent, dry_run: bool, federation: Federation | None, emptying: bool
    ) -> UpdateReceipt:
        """One attempt, on what the lake says now."""
        from modellake.lake.curation import Curation
        from modellake.lake.updating.receipts import UpdateReceipt

        head = self.ledger.head()
        outcome = self._outcome(request, federation)
        if outcome.emptied and not emptying:
            raise emptied(outcome.emptied[0])
        told = [(None, finding) for finding in outcome.findings]
        receipt = UpdateReceipt(added=list(outcome.added), removed=list(outcome.removed))
        receipt.findings += told
        if not outcome.added and not outcome.removed:
            return receipt
        reason = intent.message or _REASON
        edit = Curation(outcome.added, outcome.removed, intent.agent, reason, datetime.now(UTC))
        if dry_run:
            states, findings = self._writer.judge_edit(edit)
            receipt.records = len(states)
            receipt.findings += findings
            return receipt
        done = self._writer.curate_at(head, edit, intent)
        receipt.sequence, receipt.commit_hash, receipt.commits = done.sequence, done.commit_hash, done.commits
        receipt.records = done.records
        receipt.findings += done.findings
        return receipt

    def _outcome(self, request: Request, federation: Federation | None = None) -> Outcome:
        from modellake.lake.updating.carrying import Course
        from modellake.lake.updating.looking import Sight
        from modellake.lake.updating.workspace import Workspace

        self.view.catch_up()
        workspace = Workspace(self.ledger, self.identities.names_at(None), self.view.audience.spaces)
        sight = Sight(self.view, workspace, self._projection.hierarchy, request.dataset, federation)
        return Course(workspace, sight).run(request)

    @property
    @abstractmethod
    def identities(self) -> Identification:
        """Which resources are one."""

    @property
    @abstractmethod
    def _writer(self) -> Writer:
        """What writes."""

    @abstractmethod
    def _intent(self, agent: str | None, message: str) -> Intent:
        """Who writes, and why."""


def emptied(resource: str) -> UsageError:
    """The error for an update that leaves nothing of a record, where it may not."""
    return UsageError(
        f"The update leaves nothing of the record of {resource}",
        code="record.emptied",
        remedy="Delete the record instead, if you may.",
    )
