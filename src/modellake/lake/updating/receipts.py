"""Receipts of updates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Triple

from modellake.lake.receipts import Receipt


@dataclass(slots=True)
class UpdateReceipt(Receipt):
    """The outcome of an update.

    Attributes:
        added: statements that came in, in the order of their texts.
        removed: statements that were taken back, whoever said them.
    """

    added: list[Triple] = field(default_factory=list)
    removed: list[Triple] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """See `Receipt.summary`; with how many statements came and went."""
        counts = {"added": len(self.added), "removed": len(self.removed)}
        return {"sequence": self.sequence, "hash": self.commit_hash, "records": self.records, "counts": counts}

    def to_dict(self) -> dict[str, Any]:
        """The whole receipt as JSON-ready values; statements are N-Triples."""
        return {
            **self.summary(),
            "added": [f"{item} ." for item in self.added],
            "removed": [f"{item} ." for item in self.removed],
            "findings": list(self.lists()["findings"]),
        }
