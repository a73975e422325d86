"""Drafts: what a commit will hold, with all that follows from its changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from modellake.core.report import Finding
from modellake.lake.gate import Gate
from modellake.lake.identity.decisions import Decision
from modellake.lake.identity.findings import Noticed, identity_findings
from modellake.lake.identity.identification import Identification, Outcome
from modellake.lake.state import RecordState
from modellake.ledger.commits import Change, Draft, SourceNote, StoredFinding
from modellake.ledger.ledger import Ledger
from modellake.rdf import assets
from modellake.rdf.shapes import load_gate

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Intent:
    """Who writes and why: what a commit records beside its content."""

    agent: str
    message: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A commit before it is made.

    Attributes:
        noticed: what follows from its changes and is to be told.
        outcome: what it changes about the identity of resources.
    """

    draft: Draft
    noticed: Noticed
    outcome: Outcome


class Drafting:
    """Makes drafts for one lake.

    Args:
        identities: tells which resources are one.
    """

    def __init__(self, ledger: Ledger, gate: Gate, identities: Identification) -> None:
        self._ledger = ledger
        self._gate = gate
        self._identities = identities

    def draft(
        self,
        intent: Intent,
        changes: Sequence[Change],
        findings: Iterable[tuple[str | None, Finding]] = (),
        *,
        sources: Mapping[str, SourceNote] | None = None,
        readings: Mapping[str, bytes] | None = None,
        decided: Sequence[Decision] = (),
        states: Mapping[str, RecordState] | None = None,
        heard: Collection[str] = (),
    ) -> Drafted:
        """A commit of these changes, and of what they mean for the identity of resources.

        Args:
            states: of records after these changes, as far as they are known already.
            heard: the sources that are taken in, whether they say something new or not.
        """
        outcome = self._identities.outcome(changes, decided, states or {})
        noticed: Noticed = []
        if outcome.groups or outcome.split:
            noticed = identity_findings(outcome, self._identities.names_at(None), self._gate, self._ledger)
        stored = [StoredFinding(record, _json(finding)) for record, finding in [*findings, *noticed]]
        draft = Draft(
            intent.agent,
            intent.message,
            [*changes, *outcome.changes],
            datetime.now(UTC),
            rules_in_force(self._gate),
            sources or {},
            stored,
            readings or {},
            outcome.identifiers,
            heard,
        )
        return Drafted(draft, noticed, outcome)


def rules_in_force(gate: Gate) -> dict[str, bytes]:
    """The texts that a commit names by hash: ontology, alignments, shapes."""
    return {**_ontology_texts(), "shapes": gate.pack.text}


def rules_texts() -> dict[str, bytes]:
    """The same for the rules of this release."""
    return {**_ontology_texts(), "shapes": load_gate().text}


@lru_cache(maxsize=1)
def _ontology_texts() -> dict[str, bytes]:
    return {
        "ontology": assets.concatenated(assets.ontology_files()),
        "alignments": assets.concatenated(assets.alignment_files()),
    }


def _json(finding: Finding) -> str:
    """What only this finding says: the words of a shape are in the shapes, which the commit names."""
    own = finding.to_dict()
    if finding.shape:
        own.pop("messages", None)
        own.pop("remedy", None)
    return _encode(own)
